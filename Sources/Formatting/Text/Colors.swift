/// Colours of the parts of a line, for terminals (`--color=`).
struct Colors {
  enum Part { case name, result, failure, event, interruption }

  let isOn: Bool

  /// Bytes that a part's colour adds to a line, begin and end together.
  var width: Int { isOn ? 5 + 4 : 0 }

  @inline(__always)
  func begin(_ part: Part, _ out: inout ByteBuffer) {
    if isOn { Self.begin(part, &out) }
  }

  @inline(__always)
  func end(_ out: inout ByteBuffer) {
    if isOn { out.append("\u{1b}[0m") }
  }

  /// Every sequence has five bytes: see ``width``.
  private static func begin(_ part: Part, _ out: inout ByteBuffer) {
    switch part {
    case .name: out.append("\u{1b}[33m")
    case .result: out.append("\u{1b}[32m")
    case .failure: out.append("\u{1b}[31m")
    case .event: out.append("\u{1b}[36m")
    case .interruption: out.append("\u{1b}[35m")
    }
  }
}
