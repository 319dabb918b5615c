import Testing

@testable import Options

@Suite("Words of a command line")
struct ArgumentListTests {
  @Test(arguments: [
    ("-ffo log true", "-f -f -o=log -- true"),
    ("-s100 -s 5 true", "-s=100 -s=5 -- true"),
    ("-etrace=open true -f", "-e=trace=open -- true -f"),
    ("--trace=x --trace x -- -f", "-e=trace=x -e=trace=x -- -f"),
    ("-z -Z -v true", "-e=status=successful -e=status=failed -e=abbrev=none -- true"),
    ("--follow true", "--follow-forks -- true"),
    ("--quiet --decode-fds --secontext true", "-e=quiet=attach,personality -e=decode-fds=path -e=secontext=none,full -- true"),
    ("--relative-timestamps --syscall-times=ns true", "--relative-timestamps=us --syscall-times=ns -- true"),
    ("--output - -", "--output=- -- -"),
    ("-p 1 -p2", "-p=1 -p=2"),
    ("true --nonsense", "-- true --nonsense"),
  ])
  func isRewritten(_ given: String, _ expected: String) throws {
    let list = try ArgumentList(given.split(separator: " ").map(String.init))
    #expect(list.arguments.joined(separator: " ") == expected)
  }

  @Test func emptyValueIsAValue() throws {
    #expect(try ArgumentList(["-o", "", "true"]).arguments == ["-o", "", "--", "true"])
    #expect(try ArgumentList(["--argv0=", "true"]).arguments == ["--argv0", "", "--", "true"])
  }

  @Test(arguments: [
    (["-e"], "-e needs a value"), (["-fo"], "-o needs a value"), (["--output"], "--output needs a value"),
    (["-%"], "no option -%"), (["-f%", "true"], "no option -% (in -f%)"), (["--nonsense"], "no option --nonsense"),
    (["--folow-forks"], "did you mean --follow-forks?"), (["--summary-", "true"], "may be any of --summary-only"),
    (["--follow-forks=1"], "takes no value"),
  ])
  func isRefused(_ words: [String], _ part: String) {
    #expect { try ArgumentList(words) } throws: { "\($0)".contains(part) && !"\($0)".contains("\n") }
  }

  /// What the rewriting knows and what the parser declares are the same options.
  @Test func everySpellingIsDeclared() {
    let help = Invocation.helpMessage(columns: 1000)
    for spelling in Spelling.all {
      for name in spelling.long.prefix(1) { #expect(help.contains("--\(name)"), "--\(name)") }
      if let short = spelling.short { #expect(help.contains("-\(short)"), "-\(short)") }
    }
  }

  @Test func bytesThatAreNoTextComeBack() {
    let name: [UInt8] = [0x61, 0xff, 0xc3, 0xa9, 0xef, 0x9f, 0xbf, 0xe2, 0x82]
    #expect(ArgumentText.bytes(of: ArgumentText.text(of: name)) == name)
    #expect(ArgumentText.text(of: Array("é".utf8)) == "é")
  }
}
