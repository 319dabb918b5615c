import Glibc

/// The texts of a trace's calls, made when they are asked for: from the lines of the log, or from copies where the log
/// cannot be read twice.
final class CallTexts {
  private let log: Int32
  private var copies: [UInt8] = []
  /// Bytes of a text.
  private static let longest = 240
  /// Bytes of copies that are kept; calls behind them have no texts.
  private static let mostCopies = 128 << 20

  /// - Parameter descriptor: the log that is being read.
  init(of descriptor: Int32) {
    log = lseek(descriptor, 0, SEEK_CUR) >= 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0) : -1
  }

  deinit { if log >= 0 { close(log) } }

  /// Where the text of a call is found again whose line begins at `offset`.
  func note(_ call: TraceLine, at offset: Int64, length: Int) -> Range<Int64> {
    if log >= 0 { return offset..<offset + Int64(length) }
    let start = Int64(copies.count)
    if copies.count < Self.mostCopies { copies += Self.text(of: call) }
    return start..<Int64(copies.count)
  }

  func text(at place: Range<Int64>) -> String {
    guard log >= 0 else {
      return String(decoding: copies[Int(place.lowerBound)..<Int(place.upperBound)], as: UTF8.self)
    }
    var line = [UInt8](repeating: 0, count: place.count)
    let text = line.withUnsafeMutableBytes { bytes -> [UInt8]? in
      var count = pread(log, bytes.baseAddress, bytes.count, off_t(place.lowerBound))
      while count < 0 && errno == EINTR { count = pread(log, bytes.baseAddress, bytes.count, off_t(place.lowerBound)) }
      guard count == bytes.count else { return nil }
      return TraceLine(UnsafeRawBufferPointer(bytes)).map { Array(Self.text(of: $0)) }
    }
    return text.map { String(decoding: $0, as: UTF8.self) } ?? "(the log has changed meanwhile)"
  }

  private static func text(of call: TraceLine) -> some Collection<UInt8> { CallText.line(call).utf8.prefix(longest) }
}
