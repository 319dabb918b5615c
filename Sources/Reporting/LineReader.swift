import Glibc

/// Hands out the lines of a file one by one, without keeping more of it than the longest line.
struct LineReader: ~Copyable {
  private let descriptor: Int32
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 20
  /// What was read and not handed out: `storage[first..<end]`.
  private var first = 0
  private var end = 0
  private var isAtEnd = false
  private var isFirst = true
  /// Where in the file `storage` begins.
  private var base: Int64 = 0
  /// Where in the file the line begins that was handed out last.
  private(set) var offset: Int64 = 0
  /// A line longer than this is given up: no event is.
  private static let longestLine = 1 << 28

  init(descriptor: Int32) {
    self.descriptor = descriptor
    storage = .allocate(capacity: capacity)
    base = max(Int64(lseek(descriptor, 0, SEEK_CUR)), 0)
  }

  deinit { storage.deallocate() }

  /// The next line without its end, valid until the next call; nil at the end of the file.
  ///
  /// Throws the errno of a read that failed, or that the log is of a newer form.
  mutating func next() throws(ReadError) -> UnsafeRawBufferPointer? {
    guard let line = try nextLine() else { return nil }
    if isFirst && !line.isEmpty {
      isFirst = false
      try SchemaVersion.check(line)
    }
    return line
  }

  private mutating func nextLine() throws(ReadError) -> UnsafeRawBufferPointer? {
    var searched = first
    while true {
      if searched < end, let found = memchr(storage + searched, 10, end - searched) {
        let newline = found.assumingMemoryBound(to: UInt8.self) - storage
        let line = UnsafeRawBufferPointer(start: storage + first, count: newline - first)
        offset = base + Int64(first)
        first = newline + 1
        return line
      }
      searched = end
      if isAtEnd {
        guard first < end else { return nil }
        let line = UnsafeRawBufferPointer(start: storage + first, count: end - first)
        offset = base + Int64(first)
        first = end
        return line
      }
      searched -= first
      try fill()
      searched += first
    }
  }

  /// Reads more behind what is left, which is moved to the front first.
  private mutating func fill() throws(ReadError) {
    if first > 0 {
      storage.update(from: storage + first, count: end - first)
      end -= first
      base += Int64(first)
      first = 0
    }
    if end == capacity {
      guard capacity < Self.longestLine else { throw ReadError.unreadable(EFBIG) }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
      larger.update(from: storage, count: end)
      storage.deallocate()
      storage = larger
      capacity *= 2
    }
    var count = read(descriptor, storage + end, capacity - end)
    while count < 0 && errno == EINTR { count = read(descriptor, storage + end, capacity - end) }
    guard count >= 0 else { throw ReadError.unreadable(errno) }
    if count == 0 { isAtEnd = true }
    end += count
  }
}

/// Why a trace could not be read.
public enum ReadError: Error {
  /// The errno of a read that failed.
  case unreadable(Int32)
  /// A schema that is newer than this reader.
  case newerSchema(Int64)
}

/// The versions of the trace's form (docs/JSON.md) that are understood.
public enum SchemaVersion {
  public static let newest: Int64 = 2

  /// Looks at a log's first line; one without a version is the rest of a log.
  static func check(_ line: UnsafeRawBufferPointer) throws(ReadError) {
    guard let version = line.member("schema")?.integer, version > newest else { return }
    throw .newerSchema(version)
  }
}
