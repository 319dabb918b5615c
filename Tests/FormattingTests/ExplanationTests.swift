import CTableFormat
import Decoding
import SyscallTables
import Testing

@testable import Formatting

/// What stands in parentheses behind a result.
struct ExplanationTests {
  private let tracee = TraceeIdentity(tid: 1, pid: 1)

  /// A name of the tables, for its row.
  private func name(_ text: String, of structure: String) -> UInt32 {
    let rows = Tables.structure(Tables.structure(named: structure))
    return (rows.first_field..<rows.first_field + rows.field_count).map { Tables.field($0).name }
      .first { TableString($0).matches(text) } ?? 0
  }

  /// The end of a call's line, from its result on.
  private func result(_ constants: ConstantStyle = .abbreviated, _ build: (inout TapeBuilder) -> Void) -> String {
    var options = TextOptions()
    options.constants = constants
    let record = call("ioctl") { _ in }
    record.returned(0)
    record.explained(build)
    let line = text(options) { $0.handle(.callReturned(record, by: tracee)) }
    return String(line.drop { $0 != "=" }.dropLast())
  }

  @Test(arguments: [ConstantStyle.abbreviated, .raw, .verbose])
  func aVirtualCPUsExitGoesByNameInEveryStyle(_ style: ConstantStyle) {
    func explained(_ reason: UInt64) -> String {
      result(style) { tape in
        tape.add(Token(.name, flags: .forData, operand: name("exit_reason", of: "kvm_run")))
        tape.add(Token(.set, width: 4, operand: ConstantSet(named: "kvm_exits")?.index ?? 0, value: reason))
      }
    }
    #expect(explained(5) == "= 0 (KVM_EXIT_HLT)")
    #expect(explained(0xfff) == "= 0 (KVM_EXIT_???)")
  }

  @Test func namespacesStandAsTheirLinksDo() {
    let line = result { tape in
      for (kind, number) in [("ipc", 4_026_532_178), ("uts", 4_026_532_177)] as [(String, UInt64)] {
        tape.add(Token(.name, flags: .joined, operand: name(kind, of: "namespaces")))
        tape.add(Token(.referOpen))
        tape.number(number, width: 8)
        tape.add(Token(.referClose))
      }
    }
    #expect(line == "= 0 (ipc:[4026532178], uts:[4026532177])")
  }
}
