import Decoding
import Linux
import Ptrace
import SyscallTables

/// A thread's command name. It is read once, and again when it may be another: after an exec, after prctl(2) with
/// PR_SET_NAME, and at each event once a tracee has opened a file by which it can change any name of its process.
enum CommandName {
  static let calls = SyscallFilter(named: ["prctl"])

  /// Replaces `name` by the name of `tid`; leaves it when the thread is gone.
  static func read(of tid: Int32, into name: inout [UInt8]) {
    guard var bytes = SmallFile.read("/proc/\(tid)/comm") else { return }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    // A copy as small as the name: there is one for each tracee.
    name.removeAll(keepingCapacity: true)
    name.append(contentsOf: bytes)
  }
}

extension Recorder {
  /// Brings up to date what is shown of who a tracee is.
  @inline(__always)
  func refreshIdentity(_ tracee: Tracee) {
    if configuration.readsCommandNames && (!tracee.isCommandNameRead || commandNamesVary) { readCommandName(tracee) }
    if configuration.readsSecurityContexts { readSecurityContext(tracee) }
  }

  /// An exec changes it, and a file of `/proc` that a tracee writes to: it is read each time.
  private func readSecurityContext(_ tracee: Tracee) {
    tracee.identity.context = surroundings.context(of: .thread, tid: tracee.tid)?.context ?? []
  }

  private func readCommandName(_ tracee: Tracee) {
    CommandName.read(of: tracee.tid, into: &tracee.identity.command)
    tracee.isCommandNameRead = true
  }

  /// The tracee is about to make a call which may change its name.
  func watchCommandName(_ tracee: Tracee, _ info: SyscallInfo, _ abi: ABI) {
    guard CommandName.calls.contains(info.number, abi: abi), info.arguments[0] == KernelConstant.setName else { return }
    tracee.isCommandNameRead = false
  }
}
