/// Bytes on 64-bit and on 32-bit ABIs.
struct Pair: Equatable, Hashable {
  var wide: Int
  var narrow: Int
  init(_ both: Int) { (wide, narrow) = (both, both) }
  init(_ wide: Int, _ narrow: Int) { (self.wide, self.narrow) = (wide, narrow) }
  static func + (a: Pair, b: Pair) -> Pair { Pair(a.wide &+ b.wide, a.narrow &+ b.narrow) }
}

/// The layout of one structure of the kernel's headers on one ABI.
struct Layout {
  struct Member {
    var offset: Int
    var size: Int
    /// C's type as written: `__u32`, `char[16]`, `struct timespec`, `void *`.
    var type: String
    var name: String
    /// Bit field: first bit in the storage unit, number of bits; 0 = none.
    var bit = 0
    var bits = 0
  }
  var size: Int
  var header: String
  var members: [Member] = []

  func member(_ name: String) -> Member? { members.first { $0.name == name } }
}

/// All layouts of one `uapi/structs-ABI.tsv`.
struct Layouts {
  private var found: [String: [Layout]] = [:]

  init(_ bytes: [UInt8], file: String, report: (String) -> Void) {
    found.reserveCapacity(5000)
    add(bytes, file: file, report: report) { found[$0, default: []].append($1) }
    sort()
  }

  /// Takes the layouts that an ABI has others of: `structs-ABI.tsv`. `-` in a size's place: that header has none there.
  mutating func differ(_ bytes: [UInt8], file: String, report: (String) -> Void) {
    add(bytes, file: file, report: report) { name, layout in
      found[name]?.removeAll { $0.header == layout.header }
      if layout.size >= 0 { found[name, default: []].append(layout) }
    }
    sort()
  }

  private func add(
    _ bytes: [UInt8], file: String, report: (String) -> Void, _ take: (String, Layout) -> Void
  ) {
    var name = ""
    var layout: Layout?
    func close() {
      if let layout { take(name, layout) }
    }
    forEachRow(of: bytes) { fields, line in
      if fields.count == 3, let size = fields[1].elementsEqual("-".utf8) ? -1 : parseInteger(fields[1]),
        let space = fields[0].firstIndex(of: 32)
      {
        close()
        name = text(fields[0][(space + 1)...])
        layout = Layout(size: Int(size), header: text(fields[2]))
        return
      }
      guard fields.count == 5, let offset = parseInteger(fields[1]), let size = parseInteger(fields[2]), layout != nil
      else {
        report("tables/uapi/\(file):\(line):1: expected a structure's name, size and header, or a member's row")
        return
      }
      var member = Layout.Member(
        offset: Int(offset), size: Int(size), type: text(fields[3]), name: text(fields[4]))
      if let colon = member.type.firstIndex(of: ":") {
        let parts = member.type[member.type.index(after: colon)...].split(separator: "@")
        member.bits = Int(parts.first ?? "0") ?? 0
        member.type = String(member.type[..<colon])
        // Older rows have the storage unit only: the fields in it follow each other from bit 0.
        if parts.count == 2, let bit = Int(parts[1]), bit > 0 {
          member.bit = bit
        } else if let last = layout?.members.last, last.bits > 0, last.offset == member.offset {
          member.bit = last.bit + last.bits
        }
      }
      layout?.members.append(member)
    }
    close()
  }

  private mutating func sort() {
    for (name, candidates) in found where candidates.count > 1 {
      found[name] = candidates.sorted { Constants.rank($0.header) < Constants.rank($1.header) }
    }
  }

  func layout(_ name: String, from header: String? = nil) -> Layout? {
    guard let candidates = found[name] else { return nil }
    guard let header else { return candidates.first }
    // What one machine's asm/ has, the other's may take from asm-generic/.
    return candidates.first { $0.header == header } ?? (header.hasPrefix("asm/") ? candidates.first : nil)
  }

  var names: some Sequence<String> { found.keys }

  /// The member at `path` (`a.b.c`), through nested structures, relative to the outermost.
  func member(_ path: String, of layout: Layout) -> Layout.Member? {
    if let member = layout.member(path) { return member }
    var cut = path.endIndex
    while let dot = path[..<cut].lastIndex(of: ".") {
      if let outer = layout.member(String(path[..<dot])), let name = Self.structName(outer.type),
        let inner = self.layout(name), var member = member(String(path[path.index(after: dot)...]), of: inner)
      {
        member.offset += outer.offset
        return member
      }
      cut = dot
    }
    return nil
  }

  /// The name of the structure that a C type is: `struct X`, `union X`, or a typedef that has a layout.
  static func structName(_ type: String) -> String? {
    if type.hasSuffix("]") || type.hasSuffix("*") { return nil }
    if type.hasPrefix("struct ") { return String(type.dropFirst(7)) }
    if type.hasPrefix("union ") { return String(type.dropFirst(6)) }
    return type.contains(" ") ? nil : type
  }
}
