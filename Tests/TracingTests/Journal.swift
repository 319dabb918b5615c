import Decoding
import Foundation
import Ptrace
import SyscallTables

@testable import Tracing

/// Keeps what a tracer hands on, a line an event, without what differs from run to run.
class Journal: TraceConsumer {
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

  override func handle(_ event: TraceEvent) {
    switch event {
    case .callEntered(_, let tracee):
      _ = name(tracee)
      entries += 1
    case .callReturned(let call, let tracee): lines.append("\(name(tracee)) \(describe(call))")
    case .signal(let signal, let tracee): lines.append("\(name(tracee)) signal \(signal.signal)")
    case .stopped(let tracee, let signal, _): lines.append("\(name(tracee)) stopped \(signal)")
    case .exited(let tracee, .exited(let code), _): lines.append("\(name(tracee)) exited \(code)")
    case .exited(let tracee, .killed(let signal, _), _): lines.append("\(name(tracee)) killed \(signal)")
    case .superseded(let tracee, _, _): lines.append("\(name(tracee)) superseded")
    case .attached(let tracee, let byUs):
      names[tracee.tid] = String(UnicodeScalar(UInt8(66 + attachments % 25)))
      attachments += 1
      lines.append("\(name(tracee)) attached\(byUs ? " to" : "")")
    case .detached(let tracee, _): lines.append("\(name(tracee)) detached")
    case .started, .modeChanged, .warning, .notice, .idle, .flush: break
    }
  }

  private func describe(_ call: CallRecord) -> String {
    let result = call.neverReturns ? (call.wasDetached ? "detached" : "?") : call.error != 0 ? "-\(call.error)" : "ok"
    return "\(call.entry?.name.description ?? "?") \(result)\(call.tampering.contains(.injected) ? " injected" : "")"
  }

  /// The lines of one thread.
  func of(_ name: String) -> [String] {
    lines.filter { $0.hasPrefix("\(name) ") }.map { String($0.dropFirst(2)) }
  }
}

/// A program of `fixtures/tracing`, built; its path.
private func built(_ name: String) -> String {
  let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../fixtures/tracing/\(name).c").path
  let path = NSTemporaryDirectory() + "trapline-\(name)-\(getpid())"
  let compiler = Process()
  compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  compiler.arguments = ["gcc", "-O1", "-pthread", "-o", path, source]
  try? compiler.run()
  compiler.waitUntilExit()
  return path
}

/// The program that does steps, built once.
enum Steps {
  /// The engines that this machine lets us trace with.
  static let engines: [TraceConfiguration.Engine] = {
    var configuration = TraceConfiguration()
    configuration.engine = .bpf
    let recorder = Recorder(
      configuration, decoder: Decoder(options: DecodingOptions()), consumer: TraceConsumer(),
      surroundings: TraceeSurroundings(), stacks: nil)
    return (try? RecordedCalls(recorder, kernel: Kernel())) == nil ? [.ptrace] : [.ptrace, .bpf]
  }()

  static let path = built("steps")
  /// The one that looks for a signal.
  static let urgent = built("urgent")

  /// Traces the program, as far as the calls named are concerned; `nil` means all.
  static func trace(
    _ steps: [String], of program: String = path, calls names: [String]? = nil, journal: Journal = Journal(),
    _ change: (inout TraceConfiguration) -> Void = { _ in }
  ) throws -> (journal: Journal, outcome: TraceOutcome) {
    var configuration = TraceConfiguration()
    configuration.interruptibility = .never
    let words = ([program] + steps).map { Array($0.utf8) }
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
