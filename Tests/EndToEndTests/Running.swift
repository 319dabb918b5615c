import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A program that a test has started. It is killed with all of its process group when its time is up, or nobody has it
/// any more.
final class Running {
  enum State {
    case running(pid_t)
    case ended(Outcome.End)
  }

  private var state: State
  /// The other end of its standard input; -1 when that is none of ours.
  private var input: Int32
  private let outputs: [String]
  private let deadline: Date

  init(_ state: State, _ input: Int32, _ outputs: [String], limit: TimeInterval) {
    self.state = state
    self.input = input
    self.outputs = outputs
    deadline = Date(timeIntervalSinceNow: limit)
  }

  deinit {
    _ = finish(killing: true)
    outputs.forEach { unlink($0) }
  }

  /// 0 when it has ended.
  var pid: pid_t { if case .running(let pid) = state { pid } else { 0 } }

  func send(_ signal: Int32) { if pid > 0 { kill(pid, signal) } }

  /// Ends its standard input.
  func endInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Waits for its end, and ends what it has left behind in its process group.
  func finish() -> Outcome { finish(killing: false) }

  /// Waits for its end, and leaves alone what it has left behind.
  func end() -> Outcome.End {
    guard case .running(let pid) = state else { return finish().end }
    let end = wait(for: pid)
    state = .ended(end)
    return end
  }

  private func finish(killing: Bool) -> Outcome {
    endInput()
    if case .running(let pid) = state {
      if killing { kill(-pid, SIGKILL) }
      state = .ended(wait(for: pid))
      kill(-pid, SIGKILL)
    }
    guard case .ended(let end) = state else { return Outcome(end: .timedOut, output: "", errors: "") }
    return Outcome(end: end, output: Self.text(outputs[0]), errors: Self.text(outputs[1]))
  }

  private func wait(for pid: pid_t) -> Outcome.End {
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      if Date() > deadline {
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        return .timedOut
      }
      usleep(1_000)
    }
    return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(status & 0x7f)
  }

  /// A file's contents; empty when there is none.
  static func text(_ path: String) -> String {
    String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
  }

  /// Waits until something is so; false when it is not after 20 seconds.
  static func until(_ isSo: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 20)
    while !isSo() {
      if Date() > deadline { return false }
      usleep(2_000)
    }
    return true
  }
}

/// What `/proc/PID/status` says of a process; nil when it is gone.
func statusField(_ name: String, of pid: pid_t) -> String? {
  let line = Running.text("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("\(name):") }
  return line?.split(separator: "\t").dropFirst().first.map { String($0.prefix { $0 != " " }) }
}
