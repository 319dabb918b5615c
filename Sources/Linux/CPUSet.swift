import CLinux

/// A set of up to 1024 CPUs, as sched_setaffinity(2) takes it.
public struct CPUSet: Equatable, Sendable {
  private static let wordCount = 16
  private var words: InlineArray<16, UInt64>

  private init(repeating word: UInt64) { words = .init(repeating: word) }

  /// Every CPU there may be: the kernel reduces it to those that the thread may have.
  public static let all = CPUSet(repeating: .max)

  public init(only cpu: Int) {
    self.init(repeating: 0)
    insert(cpu)
  }

  /// The CPUs that a thread may use; 0 is the calling one.
  public init(of tid: Int32) throws(Errno) {
    self.init(repeating: 0)
    let result = Swift.withUnsafeMutableBytes(of: &words) { tl_get_affinity(tid, $0.count, $0.baseAddress) }
    try checked(result)
  }

  /// Restricts a thread to them.
  public func apply(to tid: Int32) throws(Errno) {
    let result = withUnsafeBytes { tl_set_affinity(tid, $0.count, $0.baseAddress) }
    try checked(Int(result))
  }

  /// The bit set as the kernel takes it.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    Swift.withUnsafeBytes(of: words, body)
  }

  public func contains(_ cpu: Int) -> Bool {
    cpu >= 0 && cpu < Self.wordCount * 64 && words[cpu / 64] >> UInt64(cpu % 64) & 1 != 0
  }

  public mutating func insert(_ cpu: Int) {
    if cpu >= 0 && cpu < Self.wordCount * 64 { words[cpu / 64] |= 1 << UInt64(cpu % 64) }
  }

  public var count: Int { words.indices.reduce(0) { $0 + words[$1].nonzeroBitCount } }

  /// The lowest CPU of both sets; nil when they have none in common.
  public func firstCommon(with other: CPUSet) -> Int? {
    for index in words.indices where words[index] & other.words[index] != 0 {
      return index * 64 + (words[index] & other.words[index]).trailingZeroBitCount
    }
    return nil
  }

  public static func == (left: CPUSet, right: CPUSet) -> Bool {
    left.words.indices.allSatisfy { left.words[$0] == right.words[$0] }
  }

  /// The CPU that the calling thread is on.
  public static var current: Int { Int(tl_current_cpu()) }
}
