import CLinux

/// clock_gettime(2), in nanoseconds.
public enum Clock {
  @inline(__always) public static var real: UInt64 { tl_clock(CLOCK_REALTIME) }
  /// CPU time of the calling thread.
  public static var ownTime: UInt64 { tl_clock(CLOCK_THREAD_CPUTIME_ID) }
  /// Since the machine started; time that it slept counts.
  public static var sinceBoot: UInt64 { tl_clock(CLOCK_BOOTTIME) }
  @inline(__always) public static var monotonic: UInt64 { tl_clock(CLOCK_MONOTONIC) }
}
