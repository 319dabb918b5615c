import CBPF
import Decoding
import Glibc
import SyscallTables

/// What is asked about a thread besides its memory: what its descriptors were open on when the kernel recorded its call,
/// and the rest as it is now.
final class RecordedSurroundings: TraceeSurroundings {
  private let present: TraceeSurroundings
  private let memory: RecordedMemory

  init(_ present: TraceeSurroundings, _ memory: RecordedMemory) {
    self.present = present
    self.memory = memory
  }

  override func netlinkProtocol(_ fd: Int32, tid: Int32) -> Int32? {
    guard let file = memory.file(fd) else { return present.netlinkProtocol(fd, tid: tid) }
    return file.protocol < 0 ? nil : file.protocol
  }

  override func socketFamily(_ fd: Int32, tid: Int32) -> Int32? {
    guard let file = memory.file(fd) else { return present.socketFamily(fd, tid: tid) }
    return file.family < 0 ? nil : file.family
  }

  override func isTerminal(_ fd: Int32, tid: Int32) -> Bool {
    if let file = memory.file(fd), file.mode & S_IFMT != S_IFCHR { return false }
    return present.isTerminal(fd, tid: tid)
  }

  override func anonymousKind(_ fd: Int32, tid: Int32) -> [UInt8]? { present.anonymousKind(fd, tid: tid) }
  override var mostAncillaryBytes: Int { present.mostAncillaryBytes }
  override var bootTime: Int64 { present.bootTime }
  override func genericFamily(_ number: UInt16) -> String? { present.genericFamily(number) }
  override func description(ofDescriptor fd: Int32, tid: Int32) -> DescriptorDescription? {
    present.description(ofDescriptor: fd, tid: tid)
  }
  override func description(ofProcess id: Int32, _ kind: ProcessNumberKind, tid: Int32) -> ProcessDescription {
    present.description(ofProcess: id, kind, tid: tid)
  }
  override func context(of owner: ContextOwner, tid: Int32) -> SecurityContext? {
    present.context(of: owner, tid: tid)
  }
  override func number(sharedByVirtualCPU fd: Int32, at offset: Int, tid: Int32) -> UInt32? {
    present.number(sharedByVirtualCPU: fd, at: offset, tid: tid)
  }
  override func namespace(_ kind: TableString, of tid: Int32) -> UInt64 { present.namespace(kind, of: tid) }
  override func ownNumber(of id: Int32, _ kind: ProcessNumberKind, seenBy tid: Int32) -> Int32? {
    present.ownNumber(of: id, kind, seenBy: tid)
  }
  override func process(ofPidDescriptor fd: Int32, tid: Int32) -> Int32? {
    present.process(ofPidDescriptor: fd, tid: tid)
  }
}
