import CTableFormat
import Decoding
import SyscallTables
import Testing
import Values

/// What a cursor makes of what stands between values.
@Suite struct CursorTests {
  private static let name = Tables.member(named: "socket", of: "details")

  /// The values of some tokens: `1`, `name:1`, `{…}` and `[…]` of groups, `>2` of what became of one, `(…)` of details.
  private func walk(_ tokens: [Token]) -> String {
    let record = CallRecord()
    for token in tokens { record.tape.append(token) }
    var cursor = TapeCursor(record.tape)
    return level(&cursor)
  }

  private func level(_ cursor: inout TapeCursor) -> String {
    var shown: [String] = []
    while let node = cursor.next() {
      var text = (node.isAfter ? ">" : "") + (node.memberName.map { "\($0):" } ?? "")
      if let outer = cursor.enter(node) {
        let inside = level(&cursor)
        text += node.kind == .array ? "[\(inside)]" : "{\(inside)}"
        cursor.leave(outer)
      } else {
        text += node.kind == .number ? "\(node.token.value)" : "\(node.kind)"
      }
      while let outer = cursor.enterDetails() {
        text += "(\(level(&cursor)))"
        cursor.leave(outer)
      }
      shown.append(text)
    }
    return shown.joined(separator: " ")
  }

  private func number(_ value: UInt64) -> Token { Token(.number, width: 4, value: value) }
  private var named: Token { Token(.name, operand: Self.name) }

  @Test func bracketsRoundOneValueArePassedBy() {
    #expect(walk([named, Token(.referOpen), number(5), Token(.referClose), number(6)]) == "socket:5 6")
  }

  @Test func groupsHoldTheirValues() {
    let tokens = [
      Token(.structOpen), named, Token(.arrayOpen), number(1), number(2), Token(.arrayClose), Token(.structClose),
      number(3),
    ]
    #expect(walk(tokens) == "{socket:[1 2]} 3")
  }

  @Test func membersWithoutBracesStandAmongOthers() {
    let open = Token(.structOpen, flags: .bare)
    let close = Token(.structClose, flags: .bare)
    #expect(walk([open, number(1), number(2), close, number(3)]) == "1 2 3")
    #expect(walk([named, open, number(1), number(2), close, number(3)]) == "socket:{1 2} 3")
    #expect(walk([named, open, number(1), close, number(3)]) == "socket:1 3")
  }

  @Test func aValueBecomesAnother() {
    #expect(walk([named, number(1), Token(.becomes), number(2)]) == "socket:1 >socket:2")
  }

  @Test func detailsBelongToTheValueBeforeThem() {
    let details = [Token(.detailOpen, detail: .pidfd), named, number(7), Token(.detailClose)]
    #expect(walk([number(1)] + details + details + [number(2)]) == "1(socket:7)(socket:7) 2")
  }

  @Test func commentsAreNoValues() {
    #expect(walk([number(1), Token(.comment, operand: Self.name), number(2)]) == "1 2")
  }

  @Test func whatIsNeverClosedEndsWithTheTape() {
    #expect(walk([Token(.structOpen), Token(.arrayOpen), number(1)]) == "{[1]}")
    #expect(walk([Token(.structClose), number(1), Token(.arrayClose), number(2)]) == "1 2")
  }

  @Test func groupsThatLieTooDeepAreNotEntered() {
    let depth = TapeCursor.deepest + 10
    let text = walk([Token](repeating: Token(.arrayOpen), count: depth) + [number(1)])
    #expect(text.filter { $0 == "[" }.count == TapeCursor.deepest)
  }

  @Test func partsOfNumbersAreReadAlike() {
    #expect(WaitStatus(0x0700).kind == .exited(code: 7))
    #expect(WaitStatus(0x8b).kind == .killed(signal: 11, isDumped: true))
    #expect(WaitStatus(0x857f).kind == .stopped(signal: 5, isCall: true))
    #expect(WaitStatus(0x4057f).event == 4)
    #expect(WaitStatus(0xffff).kind == .continued)
    #expect(WaitStatus(0x1_ffff).kind == .unknown)
    #expect(WaitStatus(0xabcd0009).rest == 0)
    #expect(WaitStatus(0xff09).rest == 0xff00)
    #expect(DeviceNumbers(0x0103, width: 2).major == 1)
    #expect(DeviceNumbers(0x12_3456_7890, width: 8).major == 0x678)
    #expect(DeviceNumbers(0x12_3456_7890, width: 8).minor == 0x123_4590)
    #expect(ConstantName(signal: 34)?.description == "SIGRT_2")
    #expect(ConstantName(signal: 0) == nil && ConstantName(signal: 65) == nil)
  }
}
