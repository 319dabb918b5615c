import Decoding
import SyscallTables
import Testing

/// What a call's result is explained by that only its surroundings know.
@Suite struct ResultTests {
  /// Descriptor 5 is a virtual CPU that was left for a reason.
  private final class VirtualCPU: TraceeSurroundings {
    let reason: UInt32
    init(left reason: UInt32) { self.reason = reason }

    override func number(sharedByVirtualCPU fd: Int32, at offset: Int, tid: Int32) -> UInt32? {
      // Where <linux/kvm.h> has `exit_reason` in `struct kvm_run`.
      fd == 5 && offset == 8 ? reason : nil
    }
  }

  /// `KVM_RUN`
  private let run: UInt64 = 0xae80

  @Test func whatAVirtualCPUWasLeftForExplainsTheResult() {
    let call = Described(surroundings: VirtualCPU(left: 2))
    call.enter("ioctl", 5, run, 0)
    call.exit(0)
    #expect(call.shorthand.hasSuffix("exit_reason= kvm_exits:2"))
  }

  @Test func nothingIsSaidOfOtherCommandsAndDescriptorsAndFailures() {
    for (fd, command, error) in [(5, run + 1, 0), (6, run, 0), (5, run, 4)] as [(UInt64, UInt64, Int32)] {
      let call = Described(surroundings: VirtualCPU(left: 2))
      call.enter("ioctl", fd, command, 0)
      call.exit(error == 0 ? 0 : -1, error: error)
      #expect(!call.shorthand.contains("exit_reason"))
    }
  }

  /// A caller, thread 1, that goes to another uts namespace, and a child, process 7, of other namespaces still.
  private final class Namespaces: TraceeSurroundings {
    var uts: UInt64 = 10

    override func namespace(_ kind: TableString, of tid: Int32) -> UInt64 {
      switch (kind.description, tid) {
      case (_, 9): 0
      case ("uts", 1): uts
      case ("pid", 7): 70
      case ("net", 7): 71
      default: 1
      }
    }

    override func ownNumber(of id: Int32, _ kind: ProcessNumberKind, seenBy tid: Int32) -> Int32? { id == 2 ? nil : id }
  }

  private func described(_ surroundings: Namespaces, asked: Bool = true) -> Described {
    var options = DecodingOptions()
    if asked { options.annotations = .namespaces }
    return Described(options: options, surroundings: surroundings)
  }

  @Test func namespacesOfTheCallerAreToldThatItAskedFor() {
    let surroundings = Namespaces()
    // CLONE_NEWUTS and CLONE_FS
    let cases: [(Bool, Int32, UInt64)] = [
      (true, 0, 0x400_0000), (true, 1, 0x400_0000), (false, 0, 0x400_0000), (true, 0, 0x200),
    ]
    for (asked, error, flags) in cases {
      let call = described(surroundings, asked: asked)
      call.enter("unshare", flags)
      surroundings.uts = 11
      call.exit(error == 0 ? 0 : -1, error: error)
      #expect(call.shorthand.hasSuffix("uts= [ 11 ]") == (asked && error == 0 && flags == 0x400_0000))
    }
  }

  @Test func namespacesOfTheChildAreThoseThatItWasMadeFor() {
    let surroundings = Namespaces()
    for (child, isThere) in [(7, true), (9, false), (2, false)] as [(Int64, Bool)] {
      let call = described(surroundings)
      // CLONE_NEWPID|CLONE_NEWNET
      call.enter("clone", 0x6000_0000)
      call.exit(child)
      #expect(call.shorthand.hasSuffix("net= [ 71 ] pid= [ 70 ]") == isThere)
    }
  }

  /// Everything has a context that says how it was asked for.
  private final class Contexts: TraceeSurroundings {
    override func context(of owner: ContextOwner, tid: Int32) -> SecurityContext? {
      switch owner {
      case .descriptor(let fd): SecurityContext(context: Array("fd \(fd)".utf8))
      case .process(let id): SecurityContext(context: Array("process \(id)".utf8))
      case .path(let path, let directory):
        SecurityContext(context: Array(path) + Array(" in \(directory.map(String.init) ?? "cwd")".utf8))
      case .thread: nil
      }
    }
  }

  /// What is told of the values on a call's tape, in their order.
  private func annotations(_ call: Described) -> [String] {
    let record = call.record
    var told: [String] = []
    var isInside = false
    for token in record.tape.tokens {
      if token.kind == .detailOpen || token.kind == .detailClose { isInside = token.kind == .detailOpen }
      if isInside, token.kind == .string { told.append(String(decoding: record.tape.bytes(of: token), as: UTF8.self)) }
    }
    return told
  }

  @Test func contextsAreThoseOfDescriptorsProcessesAndPaths() {
    let memory = ByteMemory()
    memory.place("here", at: 0x1000)
    memory.place("there", at: 0x2000)
    var options = DecodingOptions()
    options.annotations = .contexts
    let call = Described(memory: memory, options: options, surroundings: Contexts())
    call.enter("renameat", 3, 0x1000, 0xffff_ff9c, 0x2000)
    call.exit(0)
    #expect(annotations(call) == ["fd 3", "here in 3", "there in -100"])
    call.enter("open", 0x1000, 0)
    call.exit(5)
    #expect(annotations(call) == ["here in cwd", "fd 5"])
    call.enter("kill", 7, 0)
    call.exit(0)
    #expect(annotations(call) == ["process 7"])
    let plain = Described(memory: memory, surroundings: Contexts())
    plain.enter("open", 0x1000, 0)
    plain.exit(5)
    #expect(annotations(plain).isEmpty)
  }
}
