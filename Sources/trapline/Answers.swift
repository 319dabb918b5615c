import Glibc
import Options

/// Shows what was asked for instead of a trace: help, version, what the tables know.
///
/// - Throws: `UsageError` for what cannot be shown, or not be written.
func give(_ answer: Answer) throws(UsageError) {
  if let error = write(try text(of: answer), to: STDOUT_FILENO) {
    throw UsageError("cannot write to standard output: \(explanation(of: error))")
  }
}

private func text(of answer: Answer) throws(UsageError) -> String {
  switch answer {
  case .help: return Invocation.help
  case .version: return versionText(for: ProcessArguments.programName)
  case .explanation(let name):
    var explanation = try Explanation(of: name)
    return explanation.text
  case .list(let listing): return Listings.text(of: listing)
  case .completions(let shell): return Invocation.completions(for: shell)
  case .candidates(let words): return Completion(of: words, on: .this).lines
  }
}
