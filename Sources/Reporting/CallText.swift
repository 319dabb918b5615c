/// A call of a trace as a person reads it: `openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 ENOENT`.
enum CallText {
  /// Bytes of one argument's text.
  private static let mostOfArgument = 160

  static func line(_ call: TraceLine) -> String {
    String(decoding: call.name, as: UTF8.self) + "(" + arguments(call) + ") = " + result(call)
  }

  static func arguments(_ call: TraceLine) -> String {
    guard let arguments = call.arguments else { return "" }
    var texts: [String] = []
    var cursor = JSONCursor(arguments)
    _ = cursor.members { _, cursor in
      guard let value = cursor.value() else { return false }
      texts.append(Self.value(value))
      return true
    }
    return texts.joined(separator: ", ")
  }

  static func result(_ call: TraceLine) -> String {
    guard call.duration != nil || call.result != nil else { return "?" }
    if let error = call.error { return "-1 " + String(decoding: error, as: UTF8.self) }
    return call.result.map(value) ?? "?"
  }

  /// One value: its text, the names of its flags, a descriptor with its path, an address; else the JSON, cut.
  static func value(_ value: UnsafeRawBufferPointer) -> String {
    switch value.first {
    case UInt8(ascii: "\""):
      let text = TraceText.text(of: value, limit: mostOfArgument) ?? ""
      if text.hasPrefix("0x") { return text }
      return quoted(text) + (value.count > mostOfArgument + 2 ? "…" : "")
    case UInt8(ascii: "n") where value.equals("null"): return "NULL"
    case UInt8(ascii: "{"): return object(value)
    default: return String(decoding: value.prefix(mostOfArgument), as: UTF8.self)
    }
  }

  private static func object(_ value: UnsafeRawBufferPointer) -> String {
    if let address = address(value) { return address }
    if let number = value.member("fd")?.integer {
      if let name = value.member("name") { return TraceText.text(of: name) ?? "\(number)" }
      return "\(number)" + (descriptorText(value).map { "<\($0)>" } ?? "")
    }
    if let names = value.member("names") {
      let list = TraceSummary.list(names)
      if !list.isEmpty { return list.joined(separator: "|") }
      return value.member("value").map { String(decoding: $0.prefix(30), as: UTF8.self) } ?? "?"
    }
    if let unread = value.member("unread") { return TraceText.text(of: unread) ?? "?" }
    if let text = TraceText.text(of: value, limit: mostOfArgument) { return quoted(text) }
    if let path = value.member("path") { return self.value(path) }
    return String(decoding: value.prefix(mostOfArgument), as: UTF8.self) + (value.count > mostOfArgument ? "…" : "")
  }

  /// What a descriptor is open on: a path, or what a socket is connected with; nil when the trace doesn't say.
  static func descriptorText(_ value: UnsafeRawBufferPointer) -> String? {
    if let path = value.member("path") { return TraceText.text(of: path, limit: 1000) }
    let socket = value.member("socket")
    if let peer = value.member("peer") ?? socket?.member("peer") {
      if let address = address(peer) { return address }
      if let text = TraceText.text(of: peer, limit: 300) { return text }
    }
    if let socket { return socketText(socket) }
    return value.member("description").flatMap { TraceText.text(of: $0, limit: 300) }
  }

  /// What a socket without a known peer is: its name, where it is, or what it speaks.
  private static func socketText(_ socket: UnsafeRawBufferPointer) -> String? {
    if let local = socket.member("local"), let address = address(local) { return address }
    let name = socket.member("path") ?? socket.member("abstract") ?? socket.member("protocol")
    return name.flatMap { TraceText.text(of: $0, limit: 300) }
  }

  /// The address of a peer: `127.0.0.1:80`, `[::1]:80`, a path; nil when the structure has none.
  static func address(_ value: UnsafeRawBufferPointer) -> String? {
    if let port = value.member("sin_port")?.integer, let host = value.member("sin_addr") {
      return (TraceText.text(of: host) ?? "?") + ":\(port)"
    }
    if let port = value.member("sin6_port")?.integer, let host = value.member("sin6_addr") {
      return "[" + (TraceText.text(of: host) ?? "?") + "]:\(port)"
    }
    if let port = value.member("port")?.integer, let host = value.member("address") {
      let text = TraceText.text(of: host) ?? "?"
      return (text.contains(":") ? "[" + text + "]" : text) + ":\(port)"
    }
    return value.member("sun_path").flatMap { TraceText.text(of: $0, limit: 300) }
  }

  /// A text between quotes, with nothing in it that would break a line.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
        out += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
