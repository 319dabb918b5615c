import Glibc
import Reporting
import Version

/// What the command line asks for.
enum Form { case page, profile, unit }

let usage = """
  Usage: trapline-report [--seccomp[=oci|systemd]] [-o FILE] LOG.jsonl

  Makes a page from a trace that `trapline --json` wrote: processes, timeline, calls, failures, files, peers,
  signals. The page is one file and needs no network.

  \(ReportOption.helpLines)

  LOG.jsonl may be - for standard input.

  """

/// Says what is wrong in one line, and ends with status 1.
func fail(_ message: String) -> Never {
  complain(message)
  exit(1)
}

func complain(_ message: String) {
  _ = put("trapline-report: \(message)\n", STDERR_FILENO)
}

func explanation(_ error: Int32) -> String { String(cString: strerror(error)) }

/// Writes all of `text`; the errno of what failed, or 0.
func put(_ text: String, _ descriptor: Int32) -> Int32 {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let count = write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return errno }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return 0
  }
}

/// Writes to the file `path`, or to standard output when it is nil.
func deliver(_ text: String, to path: String?) {
  let descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) } ?? STDOUT_FILENO
  guard descriptor >= 0 else { fail("-o \(path ?? ""): cannot open it for writing: \(explanation(errno))") }
  var error = put(text, descriptor)
  if path != nil, close(descriptor) != 0, error == 0 { error = errno }
  if error != 0 { fail("\(path ?? "standard output"): cannot write to it: \(explanation(error))") }
}

var form = Form.page
var output: String?
var log: String?
var words = CommandLine.arguments.dropFirst()
var areOptions = true
while let word = words.popFirst() {
  switch word {
  case "--" where areOptions: areOptions = false
  case "-h" where areOptions, "--help" where areOptions:
    deliver(usage, to: nil)
    exit(0)
  case "-V" where areOptions, "--version" where areOptions:
    deliver("trapline-report -- version \(Version.number)\n", to: nil)
    exit(0)
  case "--completions" where areOptions:
    guard let script = words.popFirst().flatMap(ReportOption.completions(for:)) else {
      fail("--completions needs bash, zsh or fish")
    }
    deliver(script, to: nil)
    exit(0)
  case "-o" where areOptions, "--output" where areOptions:
    guard let name = words.popFirst() else { fail("\(word) needs a file's name") }
    output = name
  case "--seccomp" where areOptions, "--seccomp=oci" where areOptions: form = .profile
  case "--seccomp=systemd" where areOptions: form = .unit
  case _ where areOptions && word.hasPrefix("--output="): output = String(word.dropFirst("--output=".count))
  case _ where areOptions && word.hasPrefix("-") && word != "-":
    fail("unknown option '\(word)'; -h shows the options")
  default:
    guard log == nil else { fail("one trace at a time: '\(word)' is the second") }
    log = word
  }
}
guard let log else { fail("which trace? give the file that `trapline --json -o FILE` wrote; -h shows the options") }

let descriptor = log == "-" ? STDIN_FILENO : open(log, O_RDONLY | O_CLOEXEC)
guard descriptor >= 0 else { fail("\(log): cannot read it: \(explanation(errno))") }
let summary: TraceSummary
do throws(ReadError) {
  summary = try TraceSummary(reading: descriptor)
} catch {
  fail("\(log): cannot read it: \(explanation(error.number))")
}
guard summary.hasEvents else {
  fail("\(log): no trace: none of its lines is an event; `trapline --json -o FILE` writes such a file")
}
if summary.badLines > 0 { complain("\(log): \(summary.badLines) lines are no events, and left out") }
switch form {
case .page: deliver(Page(summary).html, to: output)
case .profile, .unit:
  for name in Policy.unnamed(in: summary) { complain("\(log): \(name) has no name, and is not allowed") }
  let policy = Policy(summary)
  deliver(form == .profile ? policy.profile : policy.unit, to: output)
}
