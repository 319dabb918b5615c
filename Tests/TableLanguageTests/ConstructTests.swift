import Testing

/// What each construct of the language compiles to.
@Suite struct ConstructTests {
  /// The first argument's row of `call read(…)`, expanded.
  private func argument(_ type: String, _ more: String = "") -> String {
    let result = Sample.compile("call read(x: \(type), n: size)\n\(more)")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description))")
    let row = result.described("variants.inc", from: "A(a_read,").first ?? ""
    #expect(row.hasPrefix("F(N(x),"))
    return String(row.dropFirst("F(N(x),".count).dropLast())
  }

  @Test(arguments: [
    ("if n then fd else int", "by n != 0 { 1: fd, else: int }"),
    ("if n == 4 then out path else none", "by n == 4 { 1: out path, else: none }"),
    (
      "if n has O_CREAT then fd else if !n then int else pointer",
      "by n has O_CREAT { 1: fd, else: by !n { 1: int, else: pointer } }"
    ),
  ])
  func conditionIsAChoice(_ condition: String, _ choice: String) {
    #expect(argument(condition) == argument(choice))
  }

  @Test(arguments: [
    ("int", "{NUMBER,TL_DEC,4,TL_SIGNED}"),
    ("size", "{NUMBER,TL_DEC}"),
    ("x32", "{NUMBER,TL_HEX,4}"),
    ("be16", "{NUMBER,TL_DEC,2,TL_BIG_ENDIAN}"),
    ("u16 octal", "{NUMBER,TL_OCT,2}"),
    ("fd", "{NUMBER,TL_FD,4,TL_SIGNED}"),
    ("u64 fd", "{NUMBER,TL_FD,8,TL_SIGNED}"),
    ("pointer", "{NUMBER,TL_POINTER}"),
    ("path", "{STRING,0,0,TL_REFER_IN,TL_TEXT_PATH}"),
    ("string[n]", "{STRING,0,0,TL_REFER_IN,TL_TEXT_STRING,{2,S(ARGUMENT,F_a_read+1)}}"),
    ("out data[return]", "{BUFFER,0,0,TL_REFER_OUT,TL_TEXT_DATA,{2,S(RESULT)}}"),
    ("in int", "{REFER,0,0,TL_REFER_IN,0,{NUMBER,TL_DEC,4,TL_SIGNED}}"),
    (
      "out bare int when error == 4",
      """
      {REFER,0,0,TL_REFER_OUT|TL_REFER_BARE,0,0,{NUMBER,TL_DEC,4,TL_SIGNED},{4,S(ERROR)S(SMALL,4)S(EQUAL)}}
      """
    ),
    ("inout u32", "{INOUT,0,0,TL_REFER_IN|TL_REFER_OUT,0,{NUMBER,TL_DEC,4}}"),
    (
      "in int => out fd",
      """
      {REFER,0,0,TL_REFER_IN|TL_REFER_OUT,0,{NUMBER,TL_DEC,4,TL_SIGNED},{NUMBER,TL_FD,4,TL_SIGNED}}
      """
    ),
    ("in raw[4]", "{REFER,0,0,TL_REFER_IN,0,{CHARS,0,0,0,TL_TEXT_BYTES,{2,S(SMALL,4)}}}"),
    ("in string[]", "{REFER,0,0,TL_REFER_IN,0,{LIST,0,0,0,0,{STRING,0,0,TL_REFER_IN,TL_TEXT_STRING}}}"),
    ("in u32[n]", "{REFER,0,0,TL_REFER_IN,0,{ARRAY,0,0,0,0,{NUMBER,TL_DEC,4},{2,S(ARGUMENT,F_a_read+1)}}}"),
    (
      "in u8[n] where index > 2",
      """
      {REFER,0,0,TL_REFER_IN,0,{ARRAY,0,0,0,0,{NUMBER,TL_DEC,1},{2,S(ARGUMENT,F_a_read+1)},0,\
      {4,S(INDEX)S(SMALL,2)S(GREATER)}}}
      """
    ),
    ("in sigset[8]", "{REFER,0,0,TL_REFER_IN,0,{BITSET,0,0,0,TL_BITS_SIGNALS,0,{2,S(SMALL,64)}}}"),
    ("in fdset(n)", "{REFER,0,0,TL_REFER_IN,0,{BITSET,0,0,0,TL_BITS_FDS,0,{2,S(ARGUMENT,F_a_read+1)}}}"),
    ("in words[2]", "{REFER,0,0,TL_REFER_IN,0,{BITSET,0,0,0,TL_BITS_WORDS,0,{2,S(CONSTANT,{2,128,64},1)}}}"),
    ("\"any\"", "{WORDS,0,0,0,0,N(any)}"),
    (
      "by n { 1: fd, O_CREAT | O_RDWR: none, else: int }",
      """
      {SELECT,0,0,0,0,{2,S(ARGUMENT,F_a_read+1)},\
      {3,C(1,{NUMBER,TL_FD,4,TL_SIGNED})C(2,{NONE})C(64,{NONE})},3,{NUMBER,TL_DEC,4,TL_SIGNED}}
      """
    ),
    (
      "by n { F_GETLK64: fd }",
      """
      {SELECT,0,0,0,0,{2,S(ARGUMENT,F_a_read+1)},\
      {2,C(5,{NUMBER,TL_FD,4,TL_SIGNED},5)C(12,{NUMBER,TL_FD,4,TL_SIGNED},2)},2,{NUMBER,TL_HEX}}
      """
    ),
    (
      "by n { (O_CREAT + 1) on i386: fd, else: fd }",
      """
      {SELECT,0,0,0,0,{2,S(ARGUMENT,F_a_read+1)},{1,C(65,{NUMBER,TL_FD,4,TL_SIGNED},2)},1,\
      {NUMBER,TL_FD,4,TL_SIGNED}}
      """
    ),
    ("custom(netlink_messages, n)", "{CUSTOM,0,0,0,0,TL_CUSTOM_netlink_messages,{1,{2,S(ARGUMENT,F_a_read+1)}},1}"),
  ])
  func types(_ type: String, _ row: String) {
    #expect(argument(type) == row)
  }

  @Test(arguments: [
    ("1 + 2 * 3", "S(SMALL,7)"),
    ("n == 1 ? 2 : 3", "S(ARGUMENT,F_a_read+1)S(SMALL,1)S(EQUAL)S(SMALL,2)S(SMALL,3)S(CHOOSE)"),
    (
      "n has O_CREAT|O_RDWR && is32",
      """
      S(ARGUMENT,F_a_read+1)S(SMALL,66)S(AND)S(SMALL,0)S(UNEQUAL)S(IS32)S(BOTH)
      """
    ),
    ("n & 3 == 3", "S(ARGUMENT,F_a_read+1)S(SMALL,1)S(AND)"),
    ("-n", "S(ARGUMENT,F_a_read+1)S(NEGATE)"),
    ("WIDE", "S(CONSTANT,{1,0x100000000})"),
    ("SIZED", "S(CONSTANT,{2,16,12},1)"),
    ("sizeof(pair)", "S(CONSTANT,{2,16,8},1)"),
    ("offsetof(outer, inner.second)", "S(CONSTANT,{2,16,8},1)"),
    ("peek(u32, n)", "S(ARGUMENT,F_a_read+1)S(PEEK,{NUMBER,TL_DEC,4})"),
    ("readable(n, 8)", "S(ARGUMENT,F_a_read+1)S(READABLE,8,8)"),
    ("max(n, 1)", "S(ARGUMENT,F_a_read+1)S(SMALL,1)S(MAXIMUM)"),
    ("1 / 0", "S(SMALL,0)"),
  ])
  func expressions(_ expression: String, _ steps: String) {
    let row = argument("int if \(expression)")
    #expect(row.hasPrefix("{NUMBER,TL_DEC,4,TL_SIGNED},{"))
    #expect(row.hasSuffix(",\(steps)}"), "\(row)")
  }

  @Test func pointersInExpressions() {
    let result = Sample.compile(
      """
      call read(a: in pair, b: inout int, c: int if a->second, d: int if *b)
      struct pair { first }
      """)
    let rows = result.described("variants.inc", from: "A(a_read,")
    #expect(rows[2].contains("S(ARGUMENT,F_a_read+0)S(CONSTANT,{2,8,4},1)S(ADD)S(PEEK,{NUMBER,TL_DEC})"))
    #expect(rows[3].contains("S(ARGUMENT,F_a_read+1)S(PEEK,{NUMBER,TL_DEC,4,TL_SIGNED})"))
  }

  @Test func memberOffsetsAndBits() {
    let result = Sample.compile(
      """
      call read(a: in flagged, b: in outer)
      struct flagged { one, three: hex, five if three == 2 }
      struct outer { kind, plain, inner, "shown"@inner.first: x32, name, _@kind: dec, verbose { x: u64 = kind + 1 }, ... }
      struct pair { second }
      """)
    #expect(result.diagnostics.isEmpty)
    #expect(
      result.described("structs.inc", from: "STRUCT(flagged,") == [
        "F(N(one),{NUMBER,TL_DEC,4},0,0,0,4,4,0,1)",
        "F(N(three),{NUMBER,TL_HEX,4},0,0,0,4,4,1,3)",
        "F(N(five),{NUMBER,TL_DEC,4},{4,S(FIELD,F_flagged+3)S(SMALL,2)S(EQUAL)},4,4,4,4,0,5)",
        "F(0,{NUMBER,TL_DEC,4},0,0,0,4,4,1,3)",
      ])
    #expect(
      result.described("structs.inc", from: "STRUCT(outer,") == [
        "F(N(kind),{NUMBER,TL_DEC,4},0,0,0,4,4)",
        "F(N(plain),{NUMBER,TL_DEC,0,TL_SIGNED},0,8,4,8,4)",
        "F(N(inner),{STRUCT,0,0,0,0,STRUCT_pair},0,8,4,16,8)",
        "F(N(shown),{NUMBER,TL_HEX,4},0,8,4,4,4)",
        "F(N(name),{CHARS,0,0,0,TL_TEXT_FIELD},0,24,12,16,16)",
        "F(0,{NUMBER,TL_DEC,4},0,0,0,4,4)",
        "F(N(x),{VALUE,0,0,0,0,{4,S(FIELD,F_outer+9)S(SMALL,1)S(ADD)},{NUMBER,TL_DEC,8}},0,0,0,0,0,0,0,TL_FIELD_VERBOSE)",
        "F(0,0,0,0,0,0,0,0,0,0,TL_FORM_ELLIPSIS)",
        "F(0,0,0,0,0,0,0,0,0,0,TL_FORM_ELLIPSIS)",
        "F(0,{NUMBER,TL_DEC,4},0,0,0,4,4)",
      ])
  }

  @Test func layoutsByTheRulesOfC() {
    let result = Sample.compile(
      """
      call read(a: in made, b: in tight)
      struct made { a: u8, b: u64, pad 2, c: pointer, d: u16[3], ... }
      packed struct tight { a: u8, b: u64, c: chars[5] }
      """)
    #expect(result.diagnostics.isEmpty)
    #expect(result.lines("structs.inc").contains("STRUCT(made,s_made,5,5,40,28,0,0,0)"))
    #expect(result.lines("structs.inc").contains("STRUCT(tight,s_tight,3,3,14,14,0,0,0)"))
    let offsets = result.described("structs.inc", from: "STRUCT(made,").map { row in
      row.split(separator: ",").suffix(5).joined(separator: ",")
    }
    #expect(offsets[1] == "0,8,4,8,8)")
    #expect(offsets[2].hasSuffix("24,16,8,4)"))
  }

  @Test func theArchitecturesOwnHeaderWins() {
    let result = Sample.compile("call read(a: in stat)\nstruct stat { st_size }")
    #expect(
      result.described("structs.inc", from: "STRUCT(stat,") == [
        "F(N(st_size),{NUMBER,TL_DEC,0,TL_SIGNED},0,8,4,8,4)"
      ])
  }

  @Test func parametersAndOuterMembers() {
    let result = Sample.compile(
      """
      call read(a: in framed(3), b: again(2))
      type again(p) = in framed(p + 1)
      struct framed(n) { kind: u32, inside }
      struct inside { v: u32 if outer.kind == 1, w: u8[outer.n] }
      """)
    #expect(
      result.diagnostics.map(\.message) == [
        "expected : and a type, as uapi does not have framed",
        "struct inside is not used; if Swift uses it, write shared before it",
      ])
    let good = Sample.compile(
      """
      call read(a: in framed(3), b: again(2))
      type again(p) = in framed(p + 1)
      struct framed(n) { kind: u32, inside: inside }
      struct inside { v: u32 if outer.kind == 1, w: u8[outer.n] }
      """)
    #expect(good.diagnostics.isEmpty)
    let rows = good.described("structs.inc", from: "STRUCT(inside_in_framed,")
    #expect(rows[0].contains("S(FIELD,F_framed+2,1)S(SMALL,1)S(EQUAL)"))
    #expect(rows[1].contains("S(PARAMETER,0,1)"))
    let arguments = good.described("variants.inc", from: "A(a_read,")
    #expect(arguments[0].contains("{STRUCT,0,0,0,0,STRUCT_framed,{1,{2,S(SMALL,3)}},1}"))
    #expect(arguments[1].contains("{STRUCT,0,0,0,0,STRUCT_framed,{1,{2,S(SMALL,3)}},1}"))
  }

  @Test func sets() {
    let result = Sample.compile(
      """
      call read(a: s, b: v, c: c, d: t)
      set s flags unknown "O_???" zero plain {
        O_ACCMODE in { O_RDONLY, O_WRONLY }, O_CREAT, HUGE_MASK << HUGE_SHIFT number, CSIGNAL signal
        "A|B" = O_CREAT|O_RDWR
      }
      set v values decimal { F_*, SIZED on i386, TWICE from driver/two.h }
      set c bits { CAP_* except CAP_LAST_CAP }
      set t values { TWICE, ...v }
      """)
    #expect(result.diagnostics.isEmpty)
    let lines = result.lines("sets.inc")
    #expect(lines.contains("SET(s,s_s,N(O__x3f_x3f_x3f),FLAGS,TL_HEX,TL_SET_ZERO_PLAIN,5,0,5,5)"))
    #expect(lines.contains("X(O_ACCMODE,3,FIELD,SET_s_O_ACCMODE,0)"))
    #expect(lines.contains("X(HUGE_SHIFT,0xfc000000,NUMBER,0,26)"))
    #expect(lines.contains("X(CSIGNAL,255,SIGNAL,0,0)"))
    #expect(lines.contains("V(A_x7cB,66)"))
    #expect(
      result.described("sets.inc", from: "SET(v,") == [
        "V(F_DUPFD,0)", "V(TWICE,2)", "V(F_GETLK,5)", "V(F_DUPFD,0)", "V(TWICE,2)", "V(F_GETLK,5)", "V(F_GETLK64,12)",
      ])
    #expect(result.described("sets.inc", from: "SET(c,") == ["V(CAP_CHOWN,0)", "V(CAP_KILL,5)"])
    #expect(result.described("sets.inc", from: "SET(t,").first == "V(F_DUPFD,0)")
  }

  @Test func callsAndCases() {
    let result = Sample.compile(
      """
      call futex(a: pointer, op: int) by op & 3 {
        1 | 2: (val: u32) -> fd explained { "Timeout" if return == 0, left: int = val }
        else: (val@4: u32)
      } -> int remember before = a + 1 no return
      call open on i386(p: path, position: u64, after: int = position) at exit
      call open(p: path)
      """)
    #expect(result.diagnostics.isEmpty)
    #expect(result.lines("calls.inc").contains { $0.hasPrefix("K(futex,V_futex,0,V_futex,R_") })
    #expect(
      result.lines("calls.inc").contains(
        "K(open,V_open,V_open_on_i386,V_open,0,0,N(sample_x2eh),0,0,TL_CALL_AT_EXIT)"))
    let variants = result.lines("variants.inc").map { result.expanded($0) }
    #expect(
      variants.contains(
        "V(V_futex,F_a_futex,2,{4,S(ARGUMENT,F_a_futex+1)S(SMALL,3)S(AND)},{2,C(1,V_futex_0)C(2,V_futex_0)},2,V_futex_else,{NUMBER,TL_DEC})"
      ))
    #expect(variants.contains("V(V_futex_0,F_a_futex_0,1,0,0,0,0,{NUMBER,TL_FD,0,TL_SIGNED},F_x_futex_0,2)"))
    #expect(result.described("variants.inc", from: "A(a_futex_else,") == ["F(N(val),{NUMBER,TL_DEC,4},0,4,4)"])
    let wide = result.described("variants.inc", from: "A(a_open_on_i386,")
    #expect(wide[1] == "F(N(position),{NUMBER,TL_DEC,8},0,1,1)")
    #expect(wide[2].hasPrefix("F(N(after),{VALUE,"))
  }

  @Test func gatheredCasesSeeTheirUser() {
    let result = Sample.compile(
      """
      call open(p: path, cmd: int, arg: by cmd cases gathered, n: int)
      cases gathered { 1: in u8[n] }
      extend gathered { 2: fd }
      """)
    #expect(result.diagnostics.isEmpty)
    #expect(result.described("variants.inc", from: "A(a_open,")[2].contains("S(ARGUMENT,F_a_open+3)"))
  }

  @Test func equalRowsAreOneRow() {
    let one = Sample.compile("call read(a: int, b: int, c: in u32[4])\ncall write(a: int, b: in u32[4])")
    #expect(one.lines("types.inc").count == 4)
  }

  @Test func aChangeTouchesItsOwnRowsOnly() {
    let before = Sample.compile("call read(a: fd)\ncall write(b: int, c: path)")
    let after = Sample.compile("call read(a: fd, n: u16)\ncall write(b: int, c: path)")
    for name in ["types.inc", "variants.inc", "strings.inc", "calls.inc"] {
      let removed = Set(before.lines(name)).subtracting(after.lines(name))
      #expect(removed.count <= 2, "\(name): \(removed)")
    }
  }
}
