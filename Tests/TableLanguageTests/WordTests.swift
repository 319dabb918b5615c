import TableLanguage
import Testing

/// What single words of the language compile to: each test fails when its word is passed over.
@Suite struct WordTests {
  /// The row of the first argument of `call read(…)`, expanded.
  private func argument(_ type: String, _ more: String = "") -> String {
    let result = Sample.compile("call read(x: \(type), n: size)\n\(more)")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    return result.described("variants.inc", from: "A(a_read,").first ?? ""
  }

  /// The line of a structure and the rows of its members.
  private func structure(_ declaration: String, _ more: String = "") -> (line: String, rows: [String]) {
    let result = Sample.compile("call read(x: in tried)\n\(declaration)\n\(more)")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    let line = result.lines("structs.inc").first { $0.hasPrefix("STRUCT(tried,") } ?? ""
    return (result.expanded(line), result.described("structs.inc", from: "STRUCT(tried,"))
  }

  /// The line of a set, without its name.
  private func set(_ kind: String, _ entries: String = "O_RDWR, O_CREAT") -> String {
    let result = Sample.compile("call read(x: tried)\nset tried \(kind) { \(entries) }")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    return result.lines("sets.inc").first { $0.hasPrefix("SET(tried,") } ?? ""
  }

  // MARK: Bytes

  @Test(arguments: [
    ("chars", "TEXT_FIELD"), ("raw", "TEXT_BYTES"), ("text", "TEXT_STRING"), ("name", "TEXT_PATH"),
    ("whole", "TEXT_WHOLE"), ("abstract", "TEXT_ABSTRACT"), ("rest", "TEXT_REST"), ("hexbytes", "TEXT_HEX"),
    ("wholehex", "TEXT_WHOLE_HEX"), ("trimmed", "TEXT_TRIMMED"), ("ended", "TEXT_ENDED"),
    ("ipv4bytes", "TEXT_IPV4"), ("digits", "TEXT_DIGITS"), ("mac", "TEXT_MAC"), ("hardware", "TEXT_HARDWARE"),
  ])
  func bytesInPlace(_ word: String, _ form: String) {
    let row = argument("in \(word)[n]")
    #expect(row.contains("{CHARS,0,0,0,TL_\(form),{2,S(ARGUMENT,F_a_read+1)}}"), "\(row)")
  }

  @Test(arguments: [("uuid", "TEXT_UUID"), ("ipv6", "TEXT_IPV6")])
  func bytesOfOneLength(_ word: String, _ form: String) {
    #expect(argument("in \(word)").contains("{CHARS,0,0,0,TL_\(form),{2,S(SMALL,16)}}"))
  }

  @Test func bitsByName() {
    let names = "set v values { O_RDWR }"
    #expect(argument("in bits[n] of v", names).contains("{BITSET,0,0,0,TL_BITS_NAMES,SET_v,"))
    #expect(argument("in bits[n] of v inverted", names).contains("{BITSET,0,0,0,TL_BITS_FEWER,SET_v,"))
  }

  // MARK: Pointers

  @Test(arguments: [
    ("in bare int", "REFER,0,0,TL_REFER_IN|TL_REFER_BARE,0,"),
    ("in always int", "REFER,0,0,TL_REFER_IN|TL_REFER_ALWAYS,0,"),
    ("in late int", "REFER,0,0,TL_REFER_OUT|TL_REFER_LATE,0,0,{NUMBER,TL_DEC,4,TL_SIGNED}}"),
    ("in int => changed fd", "REFER,0,0,TL_REFER_IN|TL_REFER_OUT|TL_REFER_CHANGED,0,"),
    ("in int => out fd or address", "REFER,0,0,TL_REFER_IN|TL_REFER_OUT|TL_REFER_ADDRESS,0,"),
    ("inout merged pair", "REFER,0,0,TL_REFER_IN|TL_REFER_OUT|TL_REFER_MERGED,0,"),
    ("in sized(n, 4) pair", "REFER,0,0,TL_REFER_IN|TL_REFER_SIZED,TL_TAIL_BYTES,"),
    ("in sized(n, 4) pair tail none", "REFER,0,0,TL_REFER_IN|TL_REFER_SIZED,TL_TAIL_NONE,"),
    ("in sized(n, 4) pair tail ellipsis", "REFER,0,0,TL_REFER_IN|TL_REFER_SIZED,TL_TAIL_ELLIPSIS,"),
    ("in sized(n, 4) pair tail extra", "REFER,0,0,TL_REFER_IN|TL_REFER_SIZED,TL_TAIL_NAMED,"),
  ])
  func pointers(_ type: String, _ start: String) {
    let row = argument(type, type.contains("pair") ? "struct pair { first }" : "")
    #expect(row.contains("{\(start)"), "\(row)")
  }

  @Test func aChoiceInAnArgumentHasItsOwnWidth() {
    #expect(argument("u32 by x { 1: fd, else: int }").contains("{SELECT,0,4,0,0,{2,S(ARGUMENT,F_a_read+0)}"))
    #expect(argument("by x { 1: fd, else: int }").contains("{SELECT,0,0,0,0,{2,S(ARGUMENT,F_a_read+0)}"))
  }

  // MARK: Arrays

  @Test func arrays() {
    #expect(argument("in u32[3]").contains("{ARRAY,0,0,0,0,{NUMBER,TL_DEC,4},{2,S(SMALL,3)}}"))
    #expect(argument("in u32[3] each").contains("{ARRAY,0,0,TL_ARRAY_EACH,0,{NUMBER,TL_DEC,4},{2,S(SMALL,3)}}"))
    let limited = "{ARRAY,0,0,TL_ARRAY_MOST,0,{NUMBER,TL_DEC,4},{2,S(ARGUMENT,F_a_read+1)},0,{2,S(SMALL,4)}}"
    #expect(argument("in u32[n] most 4").contains(limited))
    let named = argument("in u32[n] indexed by v", "set v values { O_RDWR }")
    #expect(named.contains("{2,S(ARGUMENT,F_a_read+1)},SET_v}"))
    let records = argument("in pair[] stride first within n", "struct pair { first }")
    let bytesAndStride = "{2,S(ARGUMENT,F_a_read+1)},{2,S(FIELD,F_pair+1)}}"
    #expect(records.contains("{RECORDS,0,0,0,0,{STRUCT,0,0,0,0,STRUCT_pair},0,\(bytesAndStride)"))
    let rounded = argument("in pair[] stride first rounded within n", "struct pair { first }")
    #expect(rounded.contains("{RECORDS,0,0,TL_RECORDS_ROUNDED,0,{STRUCT,0,0,0,0,STRUCT_pair},0,\(bytesAndStride)"))
  }

  @Test func partsOfATypeThatIsLongerOrWasAnother() {
    #expect(argument("u32 within n").contains("{WITHIN,0,0,0,0,{NUMBER,TL_DEC,4},{2,S(ARGUMENT,F_a_read+1)}}"))
    #expect(argument("u32 from n").contains("{FROM,0,0,0,0,{NUMBER,TL_DEC,4},{2,S(ARGUMENT,F_a_read+1)}}"))
  }

  // MARK: Expressions

  @Test(arguments: [
    ("styled", "S(STYLED)"), ("structures", "S(STRUCTURES)"), ("exiting", "S(EXITING)"), ("stack", "S(STACK)"),
    ("behind(n)", "S(ARGUMENT,F_a_read+1)S(BEHIND)"), ("zeroed(n, 8)", "S(ARGUMENT,F_a_read+1)S(ZEROED,8,8)"),
    ("netlink(n)", "S(ARGUMENT,F_a_read+1)S(SOCKET_PROTOCOL)"), ("family(n)", "S(ARGUMENT,F_a_read+1)S(SOCKET_FAMILY)"),
    ("terminal(n)", "S(ARGUMENT,F_a_read+1)S(TERMINAL)"),
  ])
  func expressions(_ expression: String, _ steps: String) {
    let row = argument("int if \(expression)")
    #expect(row.contains(",\(steps)}"), "\(row)")
  }

  @Test func askedOfMembers() {
    let rows = structure(
      """
      struct tried { a: u32, b: u8[4], c: u32 if nonzero(b), d: u32 if reaches(b) }
      """
    ).rows
    #expect(rows[2].contains("S(NONZERO,F_tried+"))
    #expect(rows[3].contains("S(AVAILABLE)S(SMALL,4)S(GREATER)"))
    let sum = Sample.compile("call read(x: in tried[4])\nstruct tried { a: u32, b: u8[sum(a)] }")
    #expect(sum.described("structs.inc", from: "STRUCT(tried,")[1].contains("S(SUM,F_tried+2)"))
  }

  // MARK: Structures

  @Test(arguments: [
    ("struct tried", "0,0,0"), ("packed struct tried", "0,0,0"), ("struct tried unbraced", "TL_STRUCT_BARE,0,0"),
    ("struct tried listed", "TL_STRUCT_LISTED,0,0"), ("clipped struct tried", "TL_STRUCT_CLIPPED,0,0"),
    ("padded struct tried", "TL_STRUCT_PADDED,0,0"), ("headed struct tried", "TL_STRUCT_HEADED,0,0"),
    ("cut struct tried", "TL_STRUCT_CLIPPED|TL_STRUCT_CUT,0,0"), ("struct tried called \"F\"", "TL_STRUCT_CALLED,0,0"),
    ("struct tried joined by \"/\"", "TL_STRUCT_BARE,0,47"),
  ])
  func mannersOfStructures(_ head: String, _ flags: String) {
    let line = structure("\(head) { a: u32, b: u32 }").line
    #expect(line.hasSuffix(",\(flags))"), "\(line)")
  }

  @Test func whatStandsBehindStructures() {
    let dated = structure("struct tried dated(a, b) { a: u32, b: u32 }").rows
    #expect(dated.contains { $0.contains("TL_FORM_DATE") && !$0.contains("TL_FIELD_DERIVED") })
    let derived = structure("struct tried dated(a, b) unless raw { a: u32, b: u32 }").rows
    #expect(derived.contains { $0.contains("TL_FORM_DATE") && $0.contains("TL_FIELD_DERIVED") })
    let named = structure("struct tried named v(a) { a: u32 }", "set v values { O_RDWR }").rows
    #expect(named.contains { $0.contains("TL_FORM_NAME") })
    let followed = structure("bracketed struct tried { a: u32 } then more", "struct more { b: u32 }")
    #expect(followed.line.contains("TL_STRUCT_BRACKETED"))
    #expect(followed.line.contains("TL_STRUCT_THEN"))
  }

  @Test func itemsThatAreNoMembers() {
    let rows = structure(
      """
      struct tried { a: u32, note "text", note "from: " = a, b: u32 if a, ??? if b, ..., spare c: x32, _: u8 = 1 }
      """
    ).rows
    #expect(rows[1].hasPrefix("F(N(text),0,0,") && rows[1].contains("TL_FORM_NOTE"), "\(rows[1])")
    #expect(rows[2].contains("S(FIELD,F_tried+") && rows[2].contains("TL_FORM_NOTE"), "\(rows[2])")
    #expect(rows[4].contains("TL_FORM_UNKNOWN"), "\(rows[4])")
    #expect(rows[5].contains("TL_FORM_ELLIPSIS"), "\(rows[5])")
    #expect(rows[6].contains("S(NONZERO,") || rows[6].contains("S(UNEQUAL)"), "\(rows[6])")
    #expect(rows[7].hasPrefix("F(0,{VALUE,"), "\(rows[7])")
  }

  @Test func attributesAndTheirSiblings() {
    let flags = "NLA_F_NESTED\t0x8000\tlinux/netlink.h\nNLA_F_NET_BYTEORDER\t0x4000\tlinux/netlink.h\n"
    let result = Sample.compile(
      """
      call read(x: in tried)
      attributes tried unknown "O_???" {
        O_RDONLY: u32, O_WRONLY: by sibling(O_RDONLY) == "ab" { 1: u16, else: u8 }, O_RDWR
      }
      """, more: ["uapi/more.tsv": flags])
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    let rows = result.described("structs.inc", from: "STRUCT(tried,")
    let line = result.lines("structs.inc").first { $0.hasPrefix("STRUCT(tried,") }
    #expect(line?.contains("TL_STRUCT_ATTRIBUTES") == true)
    // A text stands for the number that it is in memory.
    #expect(rows.contains { $0.contains("S(SIBLING)S(SMALL,25185)S(EQUAL)") }, "\(rows)")
  }

  // MARK: Sets

  @Test(arguments: [
    ("values", "VALUES,TL_HEX,0"), ("values decimal", "VALUES,TL_DEC,0"), ("values octal", "VALUES,TL_OCT,0"),
    ("values signedhex", "VALUES,TL_SIGNED_HEX,0"), ("values pointer", "VALUES,TL_POINTER,0"),
    ("values fourcc", "VALUES,TL_FOURCC,0"), ("flags", "FLAGS,TL_HEX,0"), ("bits", "BIT_NUMBERS,TL_HEX,0"),
    ("flags named", "FLAGS,TL_HEX,TL_SET_NAMED"), ("flags split", "FLAGS,TL_HEX,TL_SET_SPLIT"),
    ("flags narrow", "FLAGS,TL_HEX,TL_SET_NARROW"), ("flags zero plain", "FLAGS,TL_HEX,TL_SET_ZERO_PLAIN"),
    ("values notes", "VALUES,TL_HEX,TL_SET_NOTES"), ("values verbose", "VALUES,TL_HEX,TL_SET_VERBOSE"),
    ("values nearest", "VALUES,TL_HEX,TL_SET_NEAREST"), ("values htons", "VALUES,TL_HEX,TL_SET_HTONS"),
    ("values htobs", "VALUES,TL_HEX,TL_SET_HTOBS"), ("values behind", "VALUES,TL_HEX,TL_SET_BEHIND"),
    ("values decimal named unknown \"X\"", "VALUES,TL_DEC,TL_SET_NAMED"),
  ])
  func mannersOfSets(_ kind: String, _ row: String) {
    let line = set(kind)
    #expect(line.contains(",\(row),"), "\(line)")
  }

  @Test func styleOfBareNumbersInATypesRow() {
    let names = "set v values signedhex { O_RDWR }"
    #expect(argument("int v", names).contains("{SET,TL_SIGNED_HEX,4,TL_SIGNED,0,SET_v}"))
    #expect(argument("ulong v", "set v values pointer { O_RDWR }").contains("{SET,TL_POINTER,0,0,0,SET_v}"))
  }

  @Test(arguments: [
    ("HUGE_MASK << HUGE_SHIFT hex", "X(HUGE_SHIFT,0xfc000000,HEX,0,26)"),
    ("CSIGNAL hex always", "X(CSIGNAL,255,HEX,1,0)"),
    ("0xff number always", "X(0xff,255,NUMBER,1,0)"),
    ("0xff mode", "MODE"),
    ("0x70 << 4 in { O_RDONLY }", "SHIFTED"),
  ])
  func fieldsOfSets(_ entry: String, _ row: String) {
    let result = Sample.compile("call read(x: tried)\nset tried flags { O_CREAT, \(entry) }")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    #expect(result.described("sets.inc", from: "SET(tried,").contains { $0.contains(row) })
  }

  // MARK: Calls

  @Test func namesThatAreAlwaysShown() {
    let result = Sample.compile("call read(named x: int, y: int) -> int explained { named left: int, label: int }")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    let arguments = result.described("variants.inc", from: "A(a_read,")
    #expect(arguments[0].contains("TL_FIELD_NAMED"))
    #expect(!arguments[1].contains("TL_FIELD_NAMED"))
    let explained = result.described("variants.inc", from: "A(x_read,")
    #expect(explained.first?.contains("TL_FIELD_NAMED") == true)
    #expect(explained.last?.contains("TL_FIELD_NAMED") == false)
  }
}
