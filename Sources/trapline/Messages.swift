import Glibc
import Options
import SyscallTables

/// One line on standard error, begun by the program's name.
func complain(_ message: String) {
  write("\(ProcessArguments.invocationName): \(message)\n", to: STDERR_FILENO)
}

/// Says what is wrong and ends with status 1: to a script in the words that it knows, to a person also what helps.
func fail(_ error: UsageError) -> Never {
  complain(error.message)
  if error.pointsToHelp {
    write("Try '\(ProcessArguments.invocationName) -h' for more information.\n", to: STDERR_FILENO)
  }
  if let advice = error.advice, isatty(STDERR_FILENO) == 1 { complain(advice) }
  exit(1)
}

/// Writes all of `text`, as far as the descriptor takes it; returns the error that ended it, or nil.
@discardableResult
func write(_ text: String, to descriptor: Int32) -> Int32? {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return errno }
      rest = rest.dropFirst(written)
    }
    return nil
  }
}

/// `No such file or directory (ENOENT)`
func explanation(of error: Int32) -> String {
  let text = String(cString: strerror(error))
  return ErrorNumber(rawValue: error).name.map { "\(text) (\($0))" } ?? text
}
