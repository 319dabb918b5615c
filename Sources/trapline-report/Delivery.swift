import Glibc
import Reporting

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

/// Where the result goes: a file, or standard output.
struct Delivery {
  private let path: String?
  private let descriptor: Int32

  /// - Parameter path: a file, made anew; standard output when it is nil.
  init(to path: String?) {
    self.path = path
    descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) } ?? STDOUT_FILENO
    if descriptor < 0 { fail("-o \(path ?? ""): cannot open it for writing: \(explanation(errno))") }
  }

  func write(_ text: String) {
    let error = put(text, descriptor)
    if error != 0 { fail("\(path ?? "standard output"): cannot write to it: \(explanation(error))") }
  }

  func close() {
    if path != nil, Glibc.close(descriptor) != 0 { fail("\(path ?? ""): cannot write to it: \(explanation(errno))") }
  }
}

/// Opens a log and reads it; what goes wrong ends the program.
func reading<Result>(_ log: String, _ body: (Int32) throws(ReadError) -> Result) -> Result {
  let descriptor = log == "-" ? STDIN_FILENO : open(log, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { fail("\(log): cannot read it: \(explanation(errno))") }
  defer { if descriptor != STDIN_FILENO { close(descriptor) } }
  do throws(ReadError) {
    return try body(descriptor)
  } catch {
    switch error {
    case .unreadable(let number): fail("\(log): cannot read it: \(explanation(number))")
    case .newerSchema(let version):
      fail(
        "\(log): its form is version \(version), and this program reads up to \(SchemaVersion.newest): "
          + "use the one of the same release")
    }
  }
}
