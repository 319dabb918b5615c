/// A process as the trace shows it.
struct ProcessRecord {
  var parent: Int32?
  var command = ""
  /// What it executed last, shortened.
  var program = ""
  var calls: UInt64 = 0
  var failures: UInt64 = 0
  /// Nanoseconds in calls, all threads.
  var time: Int64 = 0
  var first: Int64
  var last: Int64
  /// How it ended: `0`, `SIGKILL`, or nothing where the trace does not say.
  var end = ""
  /// Descriptors by number: the number of the path or peer that each is open on.
  var descriptors: [Int32: Int] = [:]
}

/// A thread as the trace shows it.
struct ThreadRecord {
  var pid: Int32
  var command = ""
  var activity: Activity
  var calls: UInt64 = 0
}

/// A file or a peer, and what went through it.
struct Traffic {
  var opened: UInt64 = 0
  var isCreated = false
  var read: Int64 = 0
  var written: Int64 = 0
  var time: Int64 = 0
}
