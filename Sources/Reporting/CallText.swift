/// A call of a trace as a person reads it: `openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 ENOENT`.
enum CallText {
  /// Bytes of one argument's text.
  private static let mostOfArgument = 160

  static func line(_ call: TraceLine) -> String {
    String(decoding: call.name, as: UTF8.self) + "(" + arguments(call) + ") = " + result(call)
  }

  static func arguments(_ call: TraceLine) -> String {
    call.named.map { name, value in
      call.isExec && name.equals("envp") ? environment(value) : Self.value(value)
    }.joined(separator: ", ")
  }

  /// How many variables there are: what they hold is nobody's who looks at a report.
  private static func environment(_ value: UnsafeRawBufferPointer) -> String {
    guard value.first == UInt8(ascii: "[") else { return Self.value(value) }
    let count = TraceSummary.list(value).count
    return count == 1 ? "/* 1 variable */" : "/* \(count) variables */"
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
    if let socket = value.member("socket") { return Self.socket(socket) }
    if let process = value.member("pid")?.integer { return "pid:\(process)" }
    if value.member("signals") != nil { return "anon_inode:[signalfd]" }
    if value.member("eventfd") != nil { return "anon_inode:[eventfd]" }
    // So does version 1 tell all of these.
    return value.member("description").flatMap { TraceText.text(of: $0, limit: 300) }
  }

  /// Its peer's address, its path, or its protocol.
  private static func socket(_ socket: UnsafeRawBufferPointer) -> String {
    if let address = socket.member("peer").flatMap(address) { return address }
    if let path = socket.member("path") ?? socket.member("abstract") {
      return TraceText.text(of: path, limit: 300) ?? "?"
    }
    let name = socket.member("protocol").flatMap { TraceText.text(of: $0, limit: 40) } ?? "socket"
    if let address = socket.member("local").flatMap(address) { return "\(name):[\(address)]" }
    return socket.member("inode")?.integer.map { "\(name):[\($0)]" } ?? name
  }

  /// Why a signal came: `SEGV_MAPERR, address 0x8`, `SI_USER, from process 7`.
  static func signal(_ information: UnsafeRawBufferPointer) -> String {
    var texts: [String] = []
    if let code = information.member("si_code").flatMap(TraceLine.constantName) { texts.append(code) }
    if let address = information.member("si_addr") {
      texts.append("address " + (TraceText.text(of: address, limit: 40) ?? "NULL"))
    }
    if let sender = information.member("si_pid") {
      let number = sender.integer ?? sender.member("pid")?.integer
      if let number { texts.append("from process \(number)") }
    }
    return texts.joined(separator: ", ")
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

  /// A text with nothing in it that breaks a line, or that a terminal takes for more than text.
  static func visible(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
        out += numbered(scalar)
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func numbered(_ control: Unicode.Scalar) -> String {
    "\\x" + (control.value < 16 ? "0" : "") + String(control.value, radix: 16)
  }

  /// A text without what a terminal would obey, or would end a line.
  static func plain(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != 0xc2 }) { return text }
    return text.unicodeScalars.reduce(into: "") { out, scalar in
      if isControl(scalar) { out += numbered(scalar) } else { out.unicodeScalars.append(scalar) }
    }
  }

  /// Whether a terminal obeys it.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
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
      case _ where isControl(scalar): out += numbered(scalar)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
