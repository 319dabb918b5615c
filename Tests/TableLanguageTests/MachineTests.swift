import TableLanguage
import Testing

/// What the same descriptions come to on machines of other ABIs.
@Suite struct MachineTests {
  private static let both = [
    "machines.tsv": "x86_64\tx86_64\ti386\tx32\naarch64\taarch64\tarm\t-\n",
    "numbers/aarch64.tsv": "57\tclose\t1\tdesc\n63\tread\t3\tdesc\n98\tfutex\t6\t-\n",
    "numbers/arm.tsv": "3\tread\t3\tdesc\n6\tclose\t1\tdesc\n240\tfutex\t6\t-\n",
    "uapi/constants-aarch64.tsv":
      "O_CREAT\t0x200\tasm/fcntl.h\nO_CLOEXEC\t-\tasm-generic/fcntl.h\nPROT_BTI\t16\tasm/mman.h\n",
    "uapi/structs-aarch64.tsv": "struct pair\t12\tlinux/one.h\n\t0\t4\t__s32\tfirst\n\t4\t8\tunsigned long\tsecond\n",
  ]

  private func compiled(_ text: String) -> TableResult {
    let result = Sample.compile(text, more: Self.both)
    #expect(result.diagnostics.map(\.description) == [])
    return result
  }

  /// The rows behind the one that begins so, up to the next of its kind.
  private func rows(_ result: TableResult, _ file: String, _ machine: String, behind first: String) -> [String] {
    let lines = result.lines(file, of: machine)
    guard let start = lines.firstIndex(where: { $0.hasPrefix(first) }) else { return [] }
    return Array(lines[(start + 1)...].prefix { $0.hasPrefix("V(") || $0.hasPrefix("F(") })
  }

  @Test func constantsAreThoseOfTheMachine() {
    let result = compiled(
      """
      set s flags { O_CREAT, O_CLOEXEC, PROT_BTI on aarch64 }
      call close(fd: s) -> int
      """)
    #expect(rows(result, "sets.inc", "x86_64", behind: "SET(s,") == ["V(O_CREAT,64)", "V(O_CLOEXEC,0x80000)"])
    // Where words have 32 bits they are i386's, as nothing is said of arm's.
    #expect(
      rows(result, "sets.inc", "aarch64", behind: "SET(s,")
        == ["V(O_CREAT,512)", "V(PROT_BTI,16)", "V(O_CREAT,64)", "V(O_CLOEXEC,0x80000)"])
  }

  @Test func layoutsAreThoseOfTheMachine() {
    let result = compiled("struct pair { first, second }\ncall close(fd: in pair) -> int")
    func places(_ machine: String) -> [String] {
      rows(result, "structs.inc", machine, behind: "STRUCT(pair,").map {
        $0.split(separator: ",")[3...4].joined(separator: " ")
      }
    }
    #expect(places("x86_64") == ["0 0", "8 4"])
    #expect(places("aarch64") == ["0 0", "4 4"])
  }

  @Test func numbersOfTwoRegistersBeginWithAnEvenOneWhereTheyMust() {
    let result = compiled("call futex(a: int, b: u64, c: int) -> int")
    func registers(_ machine: String) -> [String] {
      rows(result, "variants.inc", machine, behind: "A(a_futex,").prefix(3).map {
        $0.dropLast().split(separator: ",").dropFirst(3).prefix(2).joined(separator: " ")
      }
    }
    #expect(registers("x86_64") == ["", "1 1", "2 3"])
    #expect(registers("aarch64") == ["", "1 2", "2 4"])
  }

  @Test func descriptionsAreOfTheABIsThatTheyName() {
    let result = compiled(
      """
      call close(fd: int) -> int
      call close on aarch64(fd: fd) -> int
      """)
    #expect(result.lines("calls.inc", of: "x86_64").contains { $0.hasPrefix("K(close,V_close,V_close") })
    #expect(result.lines("calls.inc", of: "aarch64").contains { $0.hasPrefix("K(close,V_close_on_aarch64,V_close") })
  }

  @Test func whatOneMachineUsesIsUsed() {
    let text = "set s flags { O_CREAT }\ncall close on aarch64(fd: s) -> int\ncall close(fd: int) -> int"
    #expect(Sample.compile(text, more: Self.both).diagnostics.isEmpty)
    var other = Self.both
    other["machines.tsv"] = nil
    let problems = Sample.compile(text, more: other).diagnostics.map(\.message)
    #expect(problems == ["set s is not used; if Swift uses it, write shared before it"])
  }
}
