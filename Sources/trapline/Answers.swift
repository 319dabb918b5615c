import Glibc
import Options

/// Shows what was asked for instead of a trace: help, version, what the tables know.
func answer(_ invocation: Invocation) throws(UsageError) {
  let other = invocation.other
  if other.help {
    write(Invocation.help + "\n", to: STDOUT_FILENO)
  } else if other.version {
    write(Version.text(for: ProcessArguments.programName), to: STDOUT_FILENO)
  } else if let name = other.explain {
    var explanation = try Explanation(of: name)
    write(explanation.text, to: STDOUT_FILENO)
  } else if let listing = other.list {
    write(Listings.text(of: listing), to: STDOUT_FILENO)
  } else if let shell = other.completions {
    write(Invocation.completions(for: shell), to: STDOUT_FILENO)
  }
}
