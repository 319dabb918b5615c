import Decoding
import Glibc
import Linux
import SyscallTables

/// What `/proc` and the kernel's socket tables say of tracees: their descriptors, sockets and processes.
public final class ProcessSurroundings: TraceeSurroundings {
  let details: InspectionDetails
  let ownNamespace: [UInt8]?
  private let contexts: SecurityContexts?
  /// By which numbers `/proc` has threads, where it has others than ptrace(2).
  var listedNumbers: [Int32: Int32] = [:]
  private var unixSockets: [UInt32: [UInt8]] = [:]
  private static let mostKnownSockets = 1024
  private lazy var genericFamilies = GenericFamilies()

  public init(_ details: InspectionDetails) {
    self.details = details
    ownNamespace = Link.read("/proc/self/ns/pid")
    contexts =
      details.contains(.context)
      ? SecurityContexts(
        whole: details.contains(.wholeContext), expected: details.contains(.expectedContext) ? ExpectedContexts() : nil)
      : nil
  }

  public override func describeDescriptor(_ fd: Int32, tid: Int32, into bytes: inout [UInt8]) -> DescriptorNote? {
    let tid = listedNumber(of: tid)
    guard fd >= 0 else { return fd == Self.workingDirectory ? describe(link: "cwd", tid: tid, into: &bytes) : nil }
    guard var link = Link.read("/proc/\(tid)/fd/\(fd)") else { return nil }
    if let special = describeSpecial(link, fd, tid) {
      bytes += special
      return DescriptorNote(pathCount: 0)
    }
    guard details.contains(.path) || details.contains(.device) else { return nil }
    let isNamed = link.first == UInt8(ascii: "/")
    let device = details.contains(.device) && isNamed ? Device("/proc/\(tid)/fd/\(fd)")?.description(of: fd, tid) : nil
    guard details.contains(.path) || device != nil else { return nil }
    let isDeleted = Link.takeDeletion(&link, of: "fd/\(fd)", tid)
    bytes += link
    if let device { bytes += Array(device.utf8) }
    return DescriptorNote(pathCount: link.count, isDeleted: isDeleted)
  }

  public override func describeProcess(
    _ id: Int32, _ kind: ProcessNumberKind, tid: Int32, into bytes: inout [UInt8]
  ) -> ProcessNote? {
    let own = ownNumber(of: id, kind, seenBy: tid)
    if details.contains(.command), let number = own.map(listedNumber), var name = SmallFile.read("/proc/\(number)/comm")
    {
      if name.last == UInt8(ascii: "\n") { name.removeLast() }
      bytes += name
    }
    return ProcessNote(ownNumber: details.contains(.ownNumber) && own != id ? own : nil)
  }

  public override func netlinkProtocol(_ fd: Int32, tid: Int32) -> Int32? {
    guard let socket = Socket(fd, of: listedNumber(of: tid)), socket.isNetlink else { return nil }
    return socket.protocol
  }

  public override func genericFamily(_ number: UInt16) -> String? { genericFamilies.names[number] }

  public override func socketFamily(_ fd: Int32, tid: Int32) -> Int32? {
    guard let socket = Socket(fd, of: listedNumber(of: tid)) else { return nil }
    return socket.family
  }

  public override func isTerminal(_ fd: Int32, tid: Int32) -> Bool {
    fd >= 0 && Device("/proc/\(listedNumber(of: tid))/fd/\(fd)")?.isTerminal == true
  }

  public override func number(sharedByVirtualCPU fd: Int32, at offset: Int, tid: Int32) -> UInt32? {
    details.contains(.vcpuExit) ? VirtualCPU.number(at: offset, sharedBy: fd, listedNumber(of: tid)) : nil
  }

  public override func namespace(_ kind: TableString, of tid: Int32) -> UInt64 {
    Namespace.number(kind, of: listedNumber(of: tid))
  }

  public override func ownNumber(of id: Int32, _ kind: ProcessNumberKind, seenBy tid: Int32) -> Int32? {
    findOwnNumber(of: id, kind, seenBy: tid)
  }

  public override func process(ofPidDescriptor fd: Int32, tid: Int32) -> Int32? {
    let listed = DescriptorInformation(fd, listedNumber(of: tid))["Pid"].flatMap { Int32($0) }
    guard let listed, listed > 0, let numbers = Process.numbers("NSpid:", of: "\(listed)") else { return nil }
    return numbers.count > Process.depth ? numbers[Process.depth] : nil
  }

  public override func describeContext(of owner: ContextOwner, tid: Int32, into bytes: inout [UInt8]) -> ContextNote? {
    guard let contexts else { return nil }
    let caller = tid
    let tid = listedNumber(of: tid)
    switch owner {
    case .descriptor(let fd): return contexts.describe(file: "/proc/\(tid)/fd/\(fd)", into: &bytes)
    case .path(let path, let directory):
      let text = String(decoding: path, as: UTF8.self)
      let base: String
      if path.first == UInt8(ascii: "/") {
        base = "root"
      } else if let directory, directory != Self.workingDirectory {
        base = "fd/\(directory)/"
      } else {
        base = "cwd/"
      }
      return contexts.describe(file: "/proc/\(tid)/\(base)\(text)", into: &bytes)
    case .process(let id):
      return ownNumber(of: id, .process, seenBy: caller)
        .flatMap { contexts.describe(process: listedNumber(of: $0), into: &bytes) }
    case .thread: return contexts.describe(process: tid, into: &bytes)
    }
  }

  private static let workingDirectory = AT_FDCWD

  private func describe(link name: String, tid: Int32, into bytes: inout [UInt8]) -> DescriptorNote? {
    guard details.contains(.path), var link = Link.read("/proc/\(tid)/\(name)") else { return nil }
    let isDeleted = Link.takeDeletion(&link, of: name, tid)
    bytes += link
    return DescriptorNote(pathCount: link.count, isDeleted: isDeleted)
  }

  /// What a socket is. What is known of one of AF_UNIX stays so: the kernel forgets who is at the other end when that is closed.
  private func describeSocket(_ inode: Substring, _ fd: Int32, _ tid: Int32) -> [UInt8]? {
    guard let number = UInt32(inode) else { return Socket.describe(inode: inode, fd, tid) }
    if let known = unixSockets[number] { return known }
    guard let description = Socket.describe(inode: inode, fd, tid) else { return nil }
    if description.starts(with: "UNIX".utf8),
      description.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ">") })
    {
      if unixSockets.count >= Self.mostKnownSockets { unixSockets.removeAll(keepingCapacity: true) }
      unixSockets[number] = description
    }
    return description
  }

  /// What is said of a descriptor that no file name belongs to, in place of its link.
  private func describeSpecial(_ link: [UInt8], _ fd: Int32, _ tid: Int32) -> [UInt8]? {
    let text = String(decoding: link, as: UTF8.self)
    if details.contains(.socket), text.hasPrefix("socket:[") {
      return describeSocket(text.dropFirst(8).dropLast(), fd, tid)
    }
    guard text.hasPrefix("anon_inode:[") || text.hasPrefix("pidfd:[") else { return nil }
    let kind = text.dropFirst(text.hasPrefix("pidfd") ? 0 : 12)
    if details.contains(.pidfd), kind.hasPrefix("pidfd") {
      return DescriptorInformation(fd, tid)["Pid"].map { Array("pid:\($0)".utf8) }
    }
    if details.contains(.signalfd), kind.hasPrefix("signalfd") { return SignalDescriptor.describe(fd, tid) }
    if details.contains(.eventfd), kind.hasPrefix("eventfd") { return EventDescriptor.describe(fd, tid) }
    return nil
  }
}
