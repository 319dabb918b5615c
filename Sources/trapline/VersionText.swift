import SyscallTables
import Version

/// What `-V` shows, in the form of strace's: scripts look for features in its last line.
func versionText(for program: String) -> String {
  """
  \(program) -- version \(Version.number)
  Licensed under the Apache License, version 2.0.  There is NO warranty; not even
  for MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.

  Optional features enabled: stack-trace=libdw stack-demangle \(ABI.allCases.dropFirst().map { "m\($0.designator)-mpers" }.joined(separator: " ")) secontext

  """
}
