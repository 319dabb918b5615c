import Testing

/// What is said about mistakes, and where.
@Suite struct ErrorTests {
  @Test(arguments: [
    ("call raed(fd: fd)", ["1:6: no call raed in tables/numbers: did you mean read?"]),
    ("set s flags { O_CREATT }\ncall read(fd: s)", ["1:15: no constant O_CREATT: did you mean O_CREAT?"]),
    ("call read(fd: fdd)", ["1:15: no type, set or structure fdd: did you mean fd?"]),
    (
      "call read(fd: fd) -> int\ncall read(fd: fd)",
      [
        "2:6: read is described twice: first at tables/calls/sample.calls:1"
      ]
    ),
    ("set s values { O_RDONLY }", ["1:5: set s is not used; if Swift uses it, write shared before it"]),
    ("type t = int", ["1:6: type t is not used; if Swift uses it, write shared before it"]),
    ("struct pair { first }", ["1:8: struct pair is not used; if Swift uses it, write shared before it"]),
    (
      "call read(fd: fd, buf: in pair)\nstruct pair { frist }",
      [
        "2:15: no member frist in struct pair: did you mean first?"
      ]
    ),
    (
      "call read(fd: fd, buf: in pair)\nstruct pair { first: u64 }",
      [
        "2:22: a width of 8 bytes for a member of 4"
      ]
    ),
    (
      "call read(fd: fd, buf: in pair)\nstruct pair { second: u64 }",
      [
        "2:23: a width of 8 bytes for a member of 8 (4 on 32-bit ABIs)"
      ]
    ),
    (
      "call read(fd: fd, buf: in pair)\nstruct pair { first: in string[] }",
      [
        "2:22: a pointer for a member of 4 bytes"
      ]
    ),
    (
      "call read(fd: fd, buf: out data[conut], count: size)",
      [
        "1:33: no argument, member or constant conut: did you mean count?"
      ]
    ),
    ("call read(fd: fd, buf: data, count: size)", ["1:24: expected a length: data[BYTES]"]),
    (
      "call read(fd: by count { O_CREAT: fd, O_CREAT: int }, count: size)",
      [
        "1:39: a case of the value 64 stands twice"
      ]
    ),
    ("call read(fd: by 1 { else: fd, else: int })", ["1:32: else stands twice"]),
    ("call read(fd: by 1 cases nothing)", ["1:26: no cases nothing"]),
    (
      "cases c { O_CREAT: fd }\nextend d { O_RDWR: fd }\ncall read(fd: by 1 cases c)",
      ["2:8: no cases d: did you mean c?"]
    ),
    (
      "call read(fd: custom(nothing))",
      [
        "1:15: no decoder nothing in table_format.h"
      ]
    ),
    ("call read(a: int, b: int, c: int, d: int, e: int, f: int, g: int)", ["1:59: more than six registers"]),
    ("call read(fd: min(1, 2))", ["1:15: no type, set or structure min"]),
    ("call read(fd: fd if mni(1, 2))", ["1:21: no function mni: did you mean min?"]),
    ("call read(fd: fd if min(1))", ["1:21: min takes 2 arguments, found 1"]),
    ("call read(fd: t(1))\ntype t(a, b) = int", ["1:15: t takes 2 parameters, found 1"]),
    ("type t = t\ncall read(fd: t)", ["1:10: type t contains itself"]),
    (
      "set s values { O_RDONLY }\nset s flags { O_RDONLY }\ncall read(fd: s)",
      [
        "2:5: s is declared twice: first at tables/calls/sample.calls:1"
      ]
    ),
    ("set s flags { NOTHING_* }\ncall read(fd: s)", ["1:15: no constant begins with NOTHING_"]),
    ("set s flags { O_* from linux/fnctl.h }\ncall read(fd: s)", ["1:15: no header linux/fnctl.h"]),
    (
      "struct made { a: dec }\ncall read(fd: in made)",
      [
        "1:18: expected a width for a, as uapi does not have made"
      ]
    ),
    ("call exit on x86_64(status: int)", ["1:6: no call exit on these ABIs"]),
    ("call read on mips(fd: fd)", ["1:14: no ABI mips: expected one of x86_64, i386, x32, aarch64, arm"]),
  ])
  func saysWhatAndWhere(_ text: String, _ expected: [String]) {
    #expect(Sample.errors(text) == expected)
  }

  @Test(arguments: [
    (
      "cal read(fd: fd)",
      """
      1:1: expected call, struct, set, type, cases, extend or attributes, found cal: did you mean call?
      """
    ),
    ("call read(fd fd)", "1:14: expected : and a type but found fd"),
    ("call read(fd: fd", "1:17: expected a name but found end of file"),
    ("set s flag { }", "1:7: expected values, flags or bits but found flag: did you mean flags?"),
    ("set s flags unknown O { }", "1:21: expected a text behind unknown, found O"),
    ("call read(fd@6: fd)", "1:14: expected a register's number, 0 to 5, but found 6"),
    ("call read(fd: fd, n: if fd then int)", "1:36: expected else, found )"),
    ("call read(fd: fd, n: if fd int)", "1:28: expected then, found int"),
    ("call read(fd: fd) -> int quickly", "1:26: no presentation or set quickly"),
    (
      "call read(fd: fd) -> int explained { _: fd } quickly",
      """
      1:46: expected remember, keep, enters namespaces(FLAGS), no return, at exit, narrow where marked, makes process, executes, \
      opens path, shows affinity, makes user faults, names peer, names two files, first chooses not or a new declaration, \
      found quickly
      """
    ),
    ("struct bits { a }", "1:8: bits is a word of the language and cannot be declared"),
    ("call read(fd: \"text)", "1:15: a text without its closing quote"),
    ("call read(fd: fd) $", "1:19: a character that the language does not know: byte 36"),
  ])
  func saysWhatWasExpected(_ text: String, _ expected: String) {
    #expect(Sample.errors(text).first == expected)
  }

  @Test func goesOnBehindAMistake() {
    let errors = Sample.errors("call read(fd fd)\ncall wriet(fd: fd)\nset s flags { O_CREATE }\n")
    #expect(
      errors == [
        "1:14: expected : and a type but found fd",
        "2:6: no call wriet in tables/numbers: did you mean write?",
        "3:15: no constant O_CREATE: did you mean O_CREAT?",
      ])
  }

  @Test func namesTheFactsOwnRows() {
    let result = Sample.compile("", more: ["uapi/more.tsv": "NAME\tseven\twhy\n"])
    #expect(
      result.diagnostics.map(\.description) == [
        "tables/uapi/more.tsv:1:1: expected name, value, header"
      ])
  }
}
