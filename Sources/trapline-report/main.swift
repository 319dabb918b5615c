import Glibc
import Reporting
import Version

let usage = """
  Usage: trapline-report [-o FILE] LOG
         trapline-report --compare [--format=text|html|json] [-o FILE] GOOD BAD
         trapline-report --commands [--tree] [--environment] [--format=text|json] LOG
         trapline-report --format=csv|folded|otlp [-o FILE] LOG
         trapline-report --seccomp[=systemd] [--incomplete] LOG

  Says what a trace has to tell that `trapline --json -o LOG` wrote. Without other options it makes a page: what failed,
  where the time went, what was touched, who started whom. The page is one file and needs no network. A log holds
  command lines, paths, environments and data, with whatever secrets they have; a page shows all but environments.

  \(ReportOption.helpLines)

  LOG may be - for standard input. A file made with -o can be read by its owner alone.

  """

/// The value of an option: behind `=`, or the next word.
func value(of option: String, _ word: String, _ words: inout ArraySlice<String>) -> String? {
  if word == option {
    guard let next = words.popFirst() else { fail("\(option) needs a value; -h shows the options") }
    return next
  }
  return word.hasPrefix(option + "=") ? String(word.dropFirst(option.count + 1)) : nil
}

/// Prints and ends.
func end(with text: String) -> Never {
  Delivery(to: nil).write(text)
  exit(0)
}

var command = ReportCommand()
var words = CommandLine.arguments.dropFirst()
var areOptions = true
while let word = words.popFirst() {
  guard areOptions, word.hasPrefix("-"), word != "-" else {
    command.logs.append(word)
    continue
  }
  switch word {
  case "--": areOptions = false
  case "-h", "--help": end(with: usage)
  case "-V", "--version": end(with: "trapline-report -- version \(Version.number)\n")
  case "--completions":
    guard let script = words.popFirst().flatMap(ReportOption.completions(for:)) else {
      fail("--completions needs bash, zsh or fish")
    }
    end(with: script)
  case "--seccomp", "--seccomp=oci": command.seccomp = .oci
  case "--seccomp=systemd": command.seccomp = .systemd
  case "--incomplete": command.incomplete = true
  case "--compare": command.compare = true
  case "--commands": command.commands = true
  case "--tree": command.tree = true
  case "--environment": command.environment = true
  case "-o":
    guard let name = words.popFirst() else { fail("-o needs a file's name") }
    command.output = name
  default:
    if let name = value(of: "--output", word, &words) {
      command.output = name
    } else if let name = value(of: "--format", word, &words) {
      guard let form = ReportCommand.Form(rawValue: name) else {
        fail("--format=\(name): no such form; there are " + ReportCommand.forms.joined(separator: ", "))
      }
      command.format = form
    } else if let text = value(of: "--threshold", word, &words) {
      guard let seconds = Double(text) else { fail("--threshold takes seconds, and '\(text)' is no number") }
      command.threshold = seconds
    } else {
      fail("unknown option '\(word)'; -h shows the options")
    }
  }
}
command.validate()
command.run()
