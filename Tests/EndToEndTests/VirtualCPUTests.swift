import Foundation
import Testing

/// `-e kvm=vcpu`, with guests that run on virtual CPUs.
@Suite(
  "Virtual CPUs", .enabled(if: access("/dev/kvm", R_OK | W_OK) == 0, "programs may not make virtual machines here"))
struct VirtualCPUTests {
  private func trace(_ tracer: String, _ options: [String]) throws -> (log: String, end: Outcome.End) {
    let place = try TemporaryDirectory()
    let guest: String
    do { guest = try Fixtures.program("vcpu", .dynamic) } catch { try Test.cancel("\(error)") }
    let outcome = Run(directory: place.url, limit: 20)(
      [tracer, "-f", "-o", "log", "-e", "trace=ioctl"] + options + [guest])
    if outcome.end == .exited(77) { try Test.cancel("KVM makes no virtual machine here") }
    return (try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8), outcome.end)
  }

  /// The lines about running a CPU, without the threads' ids.
  private func runs(_ log: String) -> [Substring] {
    log.split(separator: "\n").map { $0.drop { $0 != "i" } }.filter { $0.contains("KVM_RUN") || $0.contains("0xae80") }
  }

  /// Three CPUs of two machines, two of which have one number, are each left for the port they write to and to halt.
  @Test(arguments: [[], ["-y"], ["-X", "raw"], ["-X", "verbose"], ["-e", "raw=ioctl"]])
  func theReasonIsStraces(_ style: [String]) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let ours = try trace(trapline, style + ["-e", "kvm=vcpu"])
    #expect(ours.end == .exited(0))
    #expect(runs(ours.log).count == 6)
    #expect(ours.log.contains("(KVM_EXIT_HLT)") == !style.contains("raw=ioctl"))
    let strace = try Machine.oracle()
    #expect(runs(ours.log) == runs(try trace(strace, style + ["-e", "kvm=vcpu"]).log))
    #expect(!(try trace(trapline, style).log.contains("KVM_EXIT")))
  }

  /// As data the reason has a name and a number, and can be asked for.
  @Test func theReasonIsData() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let log = try trace(trapline, ["--kvm=vcpu", "--json", "--where", "exit_reason == KVM_EXIT_HLT"]).log
    let calls = log.split(separator: "\n").filter { $0.contains("\"event\":\"syscall\"") }
    #expect(calls.count == 3, "\(log)")
    for call in calls {
      #expect(call.contains(#""details":{"exit_reason":{"value":5,"names":["KVM_EXIT_HLT"]}}"#), "\(call)")
    }
  }
}
