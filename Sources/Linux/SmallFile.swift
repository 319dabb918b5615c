import CLinux
import Glibc

/// Files and directories of `/proc`.
public enum SmallFile {
  /// Whether this process is in the pid namespace that the kernel began with, whose inode never changes.
  public static var isInFirstPidNamespace: Bool {
    var information = stat()
    return stat("/proc/self/ns/pid", &information) == 0 && information.st_ino == 0xeffffffc
  }

  /// The first 4096 bytes of a file; nil when it cannot be read.
  public static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      count = max(0, got)
    }
    return got < 0 ? nil : bytes
  }

  /// What `body` makes of the first `count` bytes of a file, which it must not keep; nil when it cannot be read.
  static func withFirstBytes<Result>(
    _ count: Int, of path: StaticString, _ body: (UnsafeRawBufferPointer) -> Result?
  ) -> Result? {
    let descriptor = path.withUTF8Buffer { text in
      text.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { open($0, O_RDONLY | O_CLOEXEC) } ?? -1 }
    }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
      let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      return got < 0 ? nil : body(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
    }
  }

  /// The names in a directory, without those that begin with a dot; empty when it cannot be read.
  public static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  /// Where a symbolic link points to; nil when it cannot be read. See readlink(2).
  public static func link(_ path: String) -> [UInt8]? {
    withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      let count = readlink(path, base.assumingMemoryBound(to: CChar.self), buffer.count)
      return count > 0 ? Array(buffer.prefix(count)) : nil
    }
  }

  /// A regular file that somebody may execute.
  public static func isExecutable(_ path: [UInt8]) -> Bool {
    var information = stat()
    guard status(of: path, &information) else { return false }
    return information.st_mode & S_IFMT == S_IFREG && information.st_mode & 0o111 != 0
  }

  /// The owner and group that executing the file confers by its set-id bits; nil where it has none.
  public static func conferredIds(_ path: [UInt8]) -> (uid: UInt32?, gid: UInt32?) {
    var information = stat()
    guard status(of: path, &information) else { return (nil, nil) }
    let mode = information.st_mode
    return (mode & S_ISUID != 0 ? information.st_uid : nil, mode & S_ISGID != 0 ? information.st_gid : nil)
  }

  /// Why there is no such file; nil when there is.
  public static func whyMissing(_ path: [UInt8]) -> Errno? {
    var information = stat()
    return status(of: path, &information) ? nil : Errno(rawValue: errno)
  }

  private static func status(of path: [UInt8], _ information: inout stat) -> Bool {
    (path.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
      text.baseAddress.map { stat($0, &information) == 0 } ?? false
    }
  }

  /// The working directory; nil when it has none that can be named.
  public static var workingDirectory: [UInt8]? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path).isEmpty ? nil : Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
  }
}
