import Decoding
import Foundation
import SyscallTables
import Tracing

/// Keeps what a tracer hands on, a line an event, without what differs from run to run.
final class Journal: TraceConsumer {
  private(set) var lines: [String] = []
  private(set) var entries = 0
  private var names: [Int32: String] = [:]
  private var attachments = 0

  /// A for the command, B, C, … for the threads that were attached to, in their order.
  private func name(_ tracee: TraceeIdentity) -> String {
    if let name = names[tracee.tid] { return name }
    names[tracee.tid] = "A"
    return "A"
  }

  override func entered(_ call: CallRecord, by tracee: TraceeIdentity) {
    _ = name(tracee)
    entries += 1
  }

  override func exited(_ call: CallRecord, by tracee: TraceeIdentity) {
    let result = call.neverReturns ? (call.wasDetached ? "detached" : "?") : call.error != 0 ? "-\(call.error)" : "ok"
    let mark = call.tampering.contains(.injected) ? " injected" : ""
    lines.append("\(name(tracee)) \(call.entry?.name.description ?? "?") \(result)\(mark)")
  }

  override func signalled(_ signal: SignalRecord, to tracee: TraceeIdentity) {
    lines.append("\(name(tracee)) signal \(signal.signal)")
  }

  override func stopped(by signal: Int32, _ tracee: TraceeIdentity, wallClock: UInt64) {
    lines.append("\(name(tracee)) stopped \(signal)")
  }

  override func ended(_ tracee: TraceeIdentity, _ status: ExitStatus, wallClock: UInt64) {
    switch status {
    case .exited(let code): lines.append("\(name(tracee)) exited \(code)")
    case .killed(let signal, _): lines.append("\(name(tracee)) killed \(signal)")
    }
  }

  override func superseded(_ tracee: TraceeIdentity, by other: Int32, wallClock: UInt64) {
    lines.append("\(name(tracee)) superseded")
  }

  override func attached(_ tracee: TraceeIdentity, byUs: Bool) {
    names[tracee.tid] = String(UnicodeScalar(UInt8(66 + attachments % 25)))
    attachments += 1
    lines.append("\(name(tracee)) attached\(byUs ? " to" : "")")
  }

  override func detached(_ tracee: TraceeIdentity, byUs: Bool) { lines.append("\(name(tracee)) detached") }

  /// The lines of one thread.
  func of(_ name: String) -> [String] {
    lines.filter { $0.hasPrefix("\(name) ") }.map { String($0.dropFirst(2)) }
  }
}

/// The program that does steps, built once.
enum Steps {
  static let path: String = {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../fixtures/tracing/steps.c").path
    let path = NSTemporaryDirectory() + "trapline-steps-\(getpid())"
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["gcc", "-O1", "-pthread", "-o", path, source]
    try? compiler.run()
    compiler.waitUntilExit()
    return path
  }()

  /// Traces the program, as far as the calls named are concerned; `nil` means all.
  static func trace(
    _ steps: [String], calls names: [String]? = nil, journal: Journal = Journal(),
    _ change: (inout TraceConfiguration) -> Void = { _ in }
  ) throws -> (journal: Journal, outcome: TraceOutcome) {
    var configuration = TraceConfiguration()
    configuration.interruptibility = .never
    let words = ([path] + steps).map { Array($0.utf8) }
    configuration.command = .init(name: words[0], arguments: words, environment: [])
    if let names {
      configuration.calls = SyscallFilter(all: false)
      for abi in ABI.allCases {
        for name in names {
          if let call = SyscallNumber.named(name, abi: abi) { configuration.calls.insert(call, abi: abi) }
        }
      }
    }
    change(&configuration)
    // A command has the signal mask of the thread that starts it, and those that tests run in block nearly all.
    var none = sigset_t()
    var own = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &own)
    defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
    let tracer = Tracer(
      configuration, decoder: Decoder(options: DecodingOptions()), consumer: journal,
      surroundings: TraceeSurroundings())
    return (journal, try tracer.run())
  }
}
