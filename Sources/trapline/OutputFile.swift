import Glibc

/// Opens files that a trace is written to.
///
/// Who may write to a directory may plant a link under a name that a tracer will use: root does not follow it, nor writes to
/// what others have put there.
enum OutputFile {
  /// Of files that are made: what programs are given, read and write has secrets in it.
  private static let permissions: mode_t = 0o600

  /// What was refused, by its errno or because of what is there.
  enum Refusal: Error {
    case errno(Int32)
    case planted
  }

  static func open(_ name: [UInt8], appends: Bool) throws(Refusal) -> Int32 {
    let directory = directory(of: name)
    if geteuid() == 0, let directory, let owner = directory.owner {
      return try openAmongOthers(name, directory, owner: owner, appends: appends)
    }
    return try descriptor(name, O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC))
  }

  private static func descriptor(_ name: [UInt8], _ flags: Int32) throws(Refusal) -> Int32 {
    let bytes = terminated(name)
    var descriptor = Glibc.open(bytes, flags, permissions)
    while descriptor < 0, Glibc.errno == EINTR { descriptor = Glibc.open(bytes, flags, permissions) }
    if descriptor < 0 { throw .errno(Glibc.errno) }
    return descriptor
  }

  private static func terminated(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }

  // MARK: - Directories that others can write to

  private struct Directory {
    var path: [UInt8]
    var base: [UInt8]
    /// Whose files are written to there, besides root's, where others than root can write to it; nil where they cannot.
    var owner: uid_t?
  }

  /// Nil where it cannot be looked at; opening the file will say why.
  private static func directory(of name: [UInt8]) -> Directory? {
    let slash = name.lastIndex(of: UInt8(ascii: "/"))
    let path = slash.map { $0 == 0 ? Array("/".utf8) : Array(name[..<$0]) } ?? Array(".".utf8)
    var information = stat()
    guard stat(terminated(path), &information) == 0 else { return nil }
    let base = slash.map { Array(name[($0 + 1)...]) } ?? name
    // One to which only its owner can write is theirs: so may be what is in it.
    if information.st_mode & (S_IWGRP | S_IWOTH) != 0 { return Directory(path: path, base: base, owner: 0) }
    return Directory(path: path, base: base, owner: information.st_uid == 0 ? nil : information.st_uid)
  }

  private static func openAmongOthers(
    _ name: [UInt8], _ directory: Directory, owner: uid_t, appends: Bool
  ) throws(Refusal) -> Int32 {
    let folder = Glibc.open(terminated(directory.path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder < 0 { throw .errno(Glibc.errno) }
    defer { close(folder) }
    // Not emptied, and not waited for, before it is known what it is.
    let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (appends ? O_APPEND : 0)
    let file = openat(folder, terminated(directory.base), flags, permissions)
    // A link, or a fifo that nobody reads.
    if file < 0 { throw Glibc.errno == ELOOP || Glibc.errno == ENXIO ? .planted : .errno(Glibc.errno) }
    var information = stat()
    let isRegular = fstat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
    guard isRegular, information.st_nlink == 1, information.st_uid == 0 || information.st_uid == owner else {
      close(file)
      throw .planted
    }
    _ = fcntl(file, F_SETFL, appends ? O_APPEND : 0)
    if !appends, ftruncate(file, 0) != 0 {
      let error = Glibc.errno
      close(file)
      throw .errno(error)
    }
    return file
  }
}
