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
  private var unixSockets: [UInt32: DescriptorDescription] = [:]
  private static let mostKnownSockets = 1024
  private lazy var genericFamilies = GenericFamilies()

  public init(_ details: InspectionDetails) {
    self.details = details
    ownNamespace = SmallFile.link("/proc/self/ns/pid")
    contexts =
      details.contains(.context)
      ? SecurityContexts(
        whole: details.contains(.wholeContext), expected: details.contains(.expectedContext) ? ExpectedContexts() : nil)
      : nil
  }

  public override func description(ofDescriptor fd: Int32, tid: Int32) -> DescriptorDescription? {
    let tid = listedNumber(of: tid)
    guard fd >= 0 else { return fd == Self.workingDirectory ? workingDirectory(of: tid) : nil }
    guard var link = SmallFile.link("/proc/\(tid)/fd/\(fd)") else { return nil }
    if let special = special(link, fd, tid) { return special }
    guard details.contains(.path) || details.contains(.device) else { return nil }
    let isNamed = link.first == UInt8(ascii: "/")
    let device = details.contains(.device) && isNamed ? Device("/proc/\(tid)/fd/\(fd)")?.number(of: fd, tid) : nil
    guard details.contains(.path) || device != nil else { return nil }
    let isDeleted = Link.takeDeletion(&link, of: "fd/\(fd)", tid)
    return .file(path: link, isDeleted: isDeleted, device: device)
  }

  /// The longest name of a thread: `TASK_COMM_LEN`, without its NUL.
  private static let longestName = 15

  public override func description(
    ofProcess id: Int32, _ kind: ProcessNumberKind, tid: Int32
  ) -> ProcessDescription {
    let own = ownNumber(of: id, kind, seenBy: tid)
    var description = ProcessDescription(tracerPid: details.contains(.ownNumber) && own != id ? own : nil)
    // Groups and sessions have none. A kernel thread says more of itself than a name may be long.
    if details.contains(.command), kind == .process, let number = own.map(listedNumber),
      let name = SmallFile.read("/proc/\(number)/comm")
    {
      description.command = Array(name.prefix { $0 != UInt8(ascii: "\n") }.prefix(Self.longestName))
    }
    return description
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

  public override func anonymousKind(_ fd: Int32, tid: Int32) -> [UInt8]? {
    let prefix = "anon_inode:".utf8
    guard fd >= 0, let link = SmallFile.link("/proc/\(listedNumber(of: tid))/fd/\(fd)"), link.starts(with: prefix)
    else { return nil }
    return Array(link.dropFirst(prefix.count))
  }

  public override var mostAncillaryBytes: Int { knownMostAncillaryBytes }
  private lazy var knownMostAncillaryBytes: Int = {
    let text = SmallFile.read("/proc/sys/net/core/optmem_max").map { String(decoding: $0, as: UTF8.self) }
    return text.flatMap { Int($0.prefix { $0.isNumber }) } ?? .max
  }()

  public override var bootTime: Int64 { Int64(bitPattern: Clock.real &- Clock.sinceBoot) }

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

  public override func context(of owner: ContextOwner, tid: Int32) -> SecurityContext? {
    guard let contexts else { return nil }
    let caller = tid
    let tid = listedNumber(of: tid)
    switch owner {
    case .descriptor(let fd): return contexts.context(ofFile: "/proc/\(tid)/fd/\(fd)")
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
      return contexts.context(ofFile: "/proc/\(tid)/\(base)\(text)")
    case .process(let id):
      return ownNumber(of: id, .process, seenBy: caller).flatMap { contexts.context(ofProcess: listedNumber(of: $0)) }
    case .thread: return contexts.context(ofProcess: tid)
    }
  }

  private static let workingDirectory = AT_FDCWD

  private func workingDirectory(of tid: Int32) -> DescriptorDescription? {
    guard details.contains(.path), var link = SmallFile.link("/proc/\(tid)/cwd") else { return nil }
    let isDeleted = Link.takeDeletion(&link, of: "cwd", tid)
    return .file(path: link, isDeleted: isDeleted, device: nil)
  }

  /// What a socket is. What is known of one of AF_UNIX stays so: the kernel forgets who is at the other end when that is closed.
  private func socket(_ inode: Substring, _ fd: Int32, _ tid: Int32) -> DescriptorDescription? {
    let number = UInt32(inode)
    if let known = number.flatMap({ unixSockets[$0] }) { return known }
    let found = Socket.description(inode: inode, fd, tid)
    guard let number, case .unixSocket(_, _, let peer, let name) = found, peer != 0 || name != nil else { return found }
    if unixSockets.count >= Self.mostKnownSockets { unixSockets.removeAll(keepingCapacity: true) }
    unixSockets[number] = found
    return found
  }

  /// What a descriptor is that no file name belongs to, where that is asked for.
  private func special(_ link: [UInt8], _ fd: Int32, _ tid: Int32) -> DescriptorDescription? {
    let text = String(decoding: link, as: UTF8.self)
    if details.contains(.socket), text.hasPrefix("socket:[") {
      return socket(text.dropFirst(8).dropLast(), fd, tid)
    }
    guard text.hasPrefix("anon_inode:[") || text.hasPrefix("pidfd:[") else { return nil }
    let kind = text.dropFirst(text.hasPrefix("pidfd") ? 0 : 12)
    let information = DescriptorInformation(fd, tid)
    if details.contains(.pidfd), kind.hasPrefix("pidfd") {
      return information["Pid"].flatMap { Int32($0) }.map { .pidfd($0) }
    }
    if details.contains(.signalfd), kind.hasPrefix("signalfd") {
      return information["sigmask"].flatMap { UInt64($0, radix: 16) }.map { .signalfd($0) }
    }
    guard details.contains(.eventfd), kind.hasPrefix("eventfd"),
      let count = information["eventfd-count"].flatMap({ UInt64($0, radix: 16) })
    else { return nil }
    return .eventfd(
      count: count, id: information["eventfd-id"].flatMap { UInt64($0) },
      isSemaphore: information["eventfd-semaphore"].flatMap { UInt64($0) })
  }
}
