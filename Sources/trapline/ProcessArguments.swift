import Glibc
import Linux
import Options

/// What this process was started with, as bytes: neither arguments nor environment need be UTF-8.
enum ProcessArguments {
  /// The words of the command line, the program's own name first.
  static let all: [String] = CurrentProcess.arguments.map { ArgumentText.text(of: $0) }

  /// The name that this program was called by, which its messages begin with.
  static let invocationName = all.first ?? "trapline"

  /// The same without its directory.
  static let programName = invocationName.split(separator: "/").last.map(String.init) ?? invocationName

  /// `NAME=VALUE`, in the order of `environ(7)`.
  static var environment: [[UInt8]] {
    var variables: [[UInt8]] = []
    var next = environ
    while let variable = next.pointee {
      variables.append(Array(bytes(at: variable)))
      next += 1
    }
    return variables
  }

  /// The value of a variable; nil when it is not set.
  static func variable(_ name: String) -> [UInt8]? {
    getenv(name).map { Array(bytes(at: $0)) }
  }

  private static func bytes(at text: UnsafeMutablePointer<CChar>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text, count: strlen(text))
  }
}

/// An environment with the changes of `-E`: `NAME=VALUE` sets a variable, `NAME` removes it.
func changed(_ environment: [[UInt8]], by changes: [String]) -> [[UInt8]] {
  let equals = UInt8(ascii: "=")
  var variables = environment
  for change in changes {
    let bytes = ArgumentText.bytes(of: change)
    let name = bytes.prefix { $0 != equals }
    variables.removeAll { $0.count > name.count && $0[name.count] == equals && $0.starts(with: name) }
    if name.count < bytes.count { variables.append(bytes) }
  }
  return variables
}
