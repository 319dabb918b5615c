import Glibc
import Options

/// Shows what was asked for instead of a trace: help, version, what the tables know.
func answer(_ invocation: Invocation) throws(UsageError) {
  if invocation.other.help {
    write(Invocation.helpMessage() + "\n", to: STDOUT_FILENO)
  } else if invocation.other.version {
    write(Version.text(for: ProcessArguments.programName), to: STDOUT_FILENO)
  }
}
