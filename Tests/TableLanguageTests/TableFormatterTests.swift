import Foundation
import Testing

@testable import TableLanguage

@Suite struct TableFormatterTests {
  private func formatted(_ text: String) -> String {
    String(decoding: TableFormatter.format(Array(text.utf8)), as: UTF8.self)
  }

  private func words(_ text: String) -> [String] {
    var lexer = Lexer(bytes: Array(text.utf8), file: 0, diagnostics: Diagnostics())
    return lexer.tokens().map(\.text)
  }

  @Test func whatFitsStaysAsItIs() {
    let text = "set a flags { A, B }\n\ncall f(x: int,\n       y: a) -> int\n"
    #expect(formatted(text) == text)
  }

  @Test func whiteSpaceGoes() {
    #expect(formatted("\n\nset a flags {  \n\tA\n}\n\n\n\n# b\t \n\n") == "set a flags {\n    A\n}\n\n# b\n")
  }

  @Test(arguments: [
    // Arguments stand under each other.
    (
      """
      call io_pgetevents(ctx_id: pointer, min_nr: long, nr: long, events: out io_event[return], timeout: in timespec, \
      sig: in set)
      """,
      """
      call io_pgetevents(ctx_id: pointer, min_nr: long, nr: long, events: out io_event[return], timeout: in timespec,
                         sig: in set)
      """
    ),
    // What stands in braces has lines of its own.
    (
      """
      set xdp_modes values unknown "XDP_ATTACHED_???" { \
      XDP_ATTACHED_NONE, XDP_ATTACHED_DRV, XDP_ATTACHED_SKB, XDP_ATTACHED_HW }
      """,
      """
      set xdp_modes values unknown "XDP_ATTACHED_???" {
          XDP_ATTACHED_NONE, XDP_ATTACHED_DRV, XDP_ATTACHED_SKB, XDP_ATTACHED_HW
      }
      """
    ),
    // A condition goes with what it is of.
    (
      """
        _@id: gpio_v2_known_attribute \
      if padding == 0 && id >= GPIO_V2_LINE_ATTR_ID_FLAGS && id <= GPIO_V2_LINE_ATTR_ID_DEBOUNCE
      """,
      """
        _@id: gpio_v2_known_attribute
            if padding == 0 && id >= GPIO_V2_LINE_ATTR_ID_FLAGS && id <= GPIO_V2_LINE_ATTR_ID_DEBOUNCE
      """
    ),
    // A comment stands before the line that it was behind.
    (
      """
          IFLA_UNSPEC, IFLA_ADDRESS: link_address(family, available) \
      # of as many bytes as the kind of link has, whichever that is
      """,
      """
          # of as many bytes as the kind of link has, whichever that is
          IFLA_UNSPEC, IFLA_ADDRESS: link_address(family, available)
      """
    ),
  ])
  func longLinesAreBroken(_ line: String, _ expected: String) {
    #expect(formatted(line + "\n") == expected + "\n")
    #expect(words(line) == words(expected))
  }

  @Test func commentsFlow() {
    let word = String(repeating: "x", count: 59)
    #expect(formatted("# \(word) \(word) more\n# text\n") == "# \(word)\n# \(word) more text\n")
  }

  @Test func theTablesAreLaidOut() throws {
    let tables = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("tables").path
    let names = try #require(FileManager.default.subpaths(atPath: tables)).filter { $0.hasSuffix(".calls") }
    #expect(names.count > 50)
    for name in names {
      let bytes = try #require(FileManager.default.contents(atPath: tables + "/" + name))
      let isLaidOut = TableFormatter.format(Array(bytes)) == Array(bytes)
      #expect(isLaidOut, "tables/\(name) is not laid out: run make format")
    }
  }
}
