import Foundation
import Testing

@testable import Options

@Suite("Words of a command line")
struct ArgumentListTests {
  @Test(arguments: [
    ("-ffo log true", "-f -f -o=log -- true"),
    ("-s100 -s 5 true", "-s=100 -s=5 -- true"),
    ("-etrace=open true -f", "-e=trace=open -- true -f"),
    ("--trace=x --trace x -- -f", "--trace=x --trace=x -- -f"),
    ("-z -Z -v true", "-z -Z -v -- true"),
    ("--follow true", "--follow-forks=all -- true"),
    ("--time=ns --colo=never --w=1 true", "--timestamps=ns --color=never --write=1 -- true"),
    ("--no --e A=1 true", "--no-abbrev --env=A=1 -- true"), ("--time-l 5 --ex x", "--time-limit=5 --explain=x --"),
    (
      "--quiet --decode-fds --secontext true",
      "--quiet=attach,personality --decode-fds=path --secontext=none,full -- true"
    ),
    ("--relative-timestamps --syscall-times=ns true", "--relative-timestamps=us --syscall-times=ns -- true"),
    ("--output - -", "--output=- -- -"),
    ("-p 1 -p2", "-p=1 -p=2 --"),
    ("true --nonsense", "-- true --nonsense"),
  ])
  func isTakenApart(_ given: String, _ expected: String) throws {
    let list = try ArgumentList(given.split(separator: " ").map(String.init))
    let settings = list.settings.map { setting in setting.name + (setting.value.map { "=" + $0 } ?? "") }
    #expect((settings + ["--"] + list.operands).joined(separator: " ") == expected)
  }

  @Test func emptyValueIsAValue() throws {
    for words in [["-o", "", "true"], ["--argv0=", "true"]] {
      let list = try ArgumentList(words)
      #expect(list.settings.map(\.value) == [""] && list.operands == ["true"])
    }
  }

  @Test(arguments: [
    (["-e"], "option requires an argument -- 'e'"), (["-fo"], "option requires an argument -- 'o'"),
    (["--output"], "option '--output' requires an argument"), (["-%"], "invalid option -- '%'"),
    (["-f%", "true"], "invalid option -- '%'"), (["--nonsense"], "unrecognized option '--nonsense'"),
    (["--folow-forks"], "did you mean --follow-forks?"),
    (["--summary-", "true"], "option '--summary-' is ambiguous; possibilities: '--summary-only'"),
    (["--always-show-pid=1"], "option '--always-show-pid' doesn't allow an argument"),
  ])
  func isRefused(_ words: [String], _ part: String) {
    #expect { try ArgumentList(words) } throws: { "\($0)".contains(part) && !"\($0)".contains("\n") }
  }

  /// The help has every declaration, under its topic, and no name is declared twice.
  @Test func everyOptionIsInTheHelp() {
    let help = Invocation.help
    for option in Declaration.all {
      for name in option.long { #expect(help.contains("--\(name)"), "--\(name)") }
      if let short = option.short { #expect(help.contains("-\(short)"), "-\(short)") }
    }
    let names = Declaration.all.flatMap { $0.long + ($0.short.map { [String($0)] } ?? []) }
    #expect(Set(names).count == names.count)
    for (title, _) in Declaration.topics { #expect(help.contains("\n\(title):\n")) }
    for line in help.split(separator: "\n") { #expect(line.count <= 88 || !line.hasPrefix("     "), "\(line)") }
  }

  @Test func bytesThatAreNoTextComeBack() {
    let name: [UInt8] = [0x61, 0xff, 0xc3, 0xa9, 0xef, 0x9f, 0xbf, 0xe2, 0x82]
    #expect(ArgumentText.bytes(of: ArgumentText.text(of: name)) == name)
    #expect(ArgumentText.text(of: Array("é".utf8)) == "é")
  }

  /// `make manual` has been run since an option changed.
  @Test func manualPageIsCurrent() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../docs/trapline.1")
    let page = try String(contentsOf: path, encoding: .utf8)
    #expect(ManualPage.updated(page) == page, "run `make manual`")
    #expect(ManualPage.updated("no place for options") == nil)
  }
}
