/// What makes a call of one trace the same as a call of another: its name and what it is about, without process ids, addresses,
/// times, sizes and temporary names.
struct CallKey {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  private var roots: [String] = []

  /// - Parameter roots: the directories of temporary files, each with a slash at its end.
  static func of(_ call: TraceLine, roots: [String]) -> UInt64 {
    var key = CallKey()
    key.roots = roots
    key.add(call.name)
    let isExec = call.isExec
    for (name, value) in call.named { key.add(name, value, isExec: isExec) }
    return key.hash
  }

  /// The hash of bytes, never 0.
  static func of(bytes: UnsafeRawBufferPointer) -> UInt64 {
    var key = CallKey()
    key.add(bytes)
    return key.hash | 1
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ 0xff) &* 0x100_0000_01b3
  }

  private mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  private static let contents: [StaticString] = ["buf", "buff", "iov", "vec", "msg", "data", "optval", "value"]

  private mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, isExec: Bool) {
    switch value.first {
    case UInt8(ascii: "\""):
      if Self.contents.contains(where: name.equals) || value.count > 2 && value[1] == 48 && value[2] == 120 { return }
      add(stable(path: TraceText.text(of: value) ?? ""))
    case UInt8(ascii: "{"):
      if let address = CallText.address(value) { return add(address) }
      if let names = value.member("names") { return add(names) }
      if let number = value.member("fd")?.integer { add(stable(descriptor: value, number)) }
    case UInt8(ascii: "[") where isExec && name.equals("argv"):
      for word in TraceSummary.list(value) { add(stable(path: word)) }
    default: break
    }
  }

  private func stable(descriptor value: UnsafeRawBufferPointer, _ number: Int64) -> String {
    guard let text = CallText.descriptorText(value) else { return number <= 2 ? "\(number)" : "" }
    return text.hasPrefix("/") ? stable(path: text) : String(text.prefix { $0 != "[" && $0 != ":" })
  }

  /// Where temporary files are unless the environment says otherwise.
  static let temporary = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/"]

  private func stable(path: String) -> String { Self.stable(path: path, roots: roots) }

  /// A path without what differs from run to run: process ids, and names that were made up to be temporary.
  static func stable(path: String, roots: [String]) -> String {
    if path.hasPrefix("/proc/") {
      return path.split(separator: "/", omittingEmptySubsequences: false)
        .map { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } ? "*" : String($0) }.joined(separator: "/")
    }
    guard let root = roots.first(where: path.hasPrefix) else { return path }
    // Which directory of temporary files it is differs by TMPDIR alone.
    return temporary[0]
      + path.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false)
      .map { isMadeUp($0) ? "*" : String($0) }.joined(separator: "/")
  }

  /// `tmp.k2JHb81Lqa`, `tmpq0f3x_1z`, `ccAbX12z.s`: a run of six letters and digits in which both cases or digits mix.
  private static func isMadeUp(_ name: Substring) -> Bool {
    if name.hasPrefix("tmp"), name.count >= 9 { return true }
    return name.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { run in
      guard run.utf8.count >= 6 else { return false }
      let hasDigit = run.contains { $0.isNumber }
      let hasUpper = run.contains { $0.isUppercase }
      let hasLower = run.contains { $0.isLowercase }
      return hasLower && hasUpper || hasDigit && (hasLower || hasUpper) || hasDigit && !hasLower && !hasUpper
    }
  }
}
