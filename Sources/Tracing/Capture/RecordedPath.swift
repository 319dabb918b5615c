import CBPF

/// Where a descriptor led when its call was recorded.
enum RecordedPath: Equatable {
  /// What its link in `/proc` said, without the mark of a file that has no name any more.
  case link([UInt8], isDeleted: Bool)
  /// It was not open, or its path was too long for a link.
  case none
  /// Only the kernel knows what the link says.
  case unknown

  /// A chunk's bytes: a `trapline_path`, and names behind the bytes that they have.
  init(_ bytes: UnsafeRawBufferPointer) {
    let size = MemoryLayout<trapline_path>.size
    guard bytes.count >= size else {
      self = .none
      return
    }
    let path = bytes.loadUnaligned(as: trapline_path.self)
    var names: [Range<Int>] = []
    var at = size
    while at < bytes.count {
      let end = min(at + 1 + Int(bytes[at]), bytes.count)
      names.append(at + 1..<end)
      at = end
    }
    let isDeleted = Int(path.flags) & TRAPLINE_PATH_REMOVED != 0
    if Int(path.flags) & TRAPLINE_PATH_TOO_LONG != 0 {
      self = .none
      return
    }
    switch path.kind {
    case TRAPLINE_PATH_NAMED.rawValue:
      var link: [UInt8] = []
      link.reserveCapacity(bytes.count)
      for name in names.reversed() {
        link.append(UInt8(ascii: "/"))
        link.append(contentsOf: bytes[name])
      }
      self = .link(link.isEmpty ? [UInt8(ascii: "/")] : link, isDeleted: isDeleted)
    case TRAPLINE_PATH_PIPE.rawValue: self = .link(Array("pipe:[\(path.inode)]".utf8), isDeleted: false)
    case TRAPLINE_PATH_SOCKET.rawValue: self = .link(Array("socket:[\(path.inode)]".utf8), isDeleted: false)
    case TRAPLINE_PATH_ANONYMOUS.rawValue:
      self = .link(Array("anon_inode:".utf8) + (names.first.map { Array(bytes[$0]) } ?? []), isDeleted: false)
    case TRAPLINE_PATH_PROCESS.rawValue: self = .link(Array("anon_inode:[pidfd]".utf8), isDeleted: false)
    case TRAPLINE_PATH_MEMORY.rawValue:
      self = .link([UInt8(ascii: "/")] + (names.first.map { Array(bytes[$0]) } ?? []), isDeleted: true)
    default: self = .unknown
    }
  }
}
