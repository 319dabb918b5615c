import Glibc
import Options

/// Shows what was asked for instead of a trace: help, version, what the tables know.
///
/// - Throws: `UsageError` for what cannot be shown, or not be written.
func answer(_ invocation: Invocation) throws(UsageError) {
  if let error = write(try text(invocation.other), to: STDOUT_FILENO) {
    throw UsageError("cannot write to standard output: \(explanation(of: error))")
  }
}

private func text(_ other: OtherOptions) throws(UsageError) -> String {
  if other.help { return Invocation.help + "\n" }
  if other.version { return Version.text(for: ProcessArguments.programName) }
  if let name = other.explain {
    var explanation = try Explanation(of: name)
    return explanation.text
  }
  if let listing = other.list { return Listings.text(of: listing) }
  return other.completions.map { Invocation.completions(for: $0) } ?? ""
}
