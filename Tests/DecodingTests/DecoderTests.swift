import Decoding
import SyscallTables
import Testing

@Suite struct DecoderTests {
  @Test func aPathAndFlagsAreDecodedAtEntry() {
    let memory = ByteMemory()
    memory.place("/etc/passwd", at: 0x1000)
    let call = Described(memory: memory)
    call.enter("openat", 0xffff_ff9c, 0x1000, 0x80000)
    #expect(call.shorthand == #"dirfd= -100 pathname= "/etc/passwd" flags= open_flags:80000"#)
    #expect(!call.record.awaitsExit)
  }

  @Test func anArgumentThatDependsOnFlagsIsShownOnlyWithThem() {
    let memory = ByteMemory()
    memory.place("x", at: 0x1000)
    let call = Described(memory: memory)
    call.enter("openat", 3, 0x1000, 0x42, 0o640)
    #expect(call.shorthand.hasSuffix("mode= 416"))
  }

  @Test func aPointerThatCannotBeReadIsAnAddress() {
    let call = Described()
    call.enter("openat", 3, 0xdead000, 0)
    #expect(call.shorthand.contains("pathname= @dead000"))
  }

  @Test func textAtTheEndOfMemoryWithoutItsEndIsAnAddress() {
    let memory = ByteMemory()
    memory.place(Array("abc".utf8), at: 0x1ffd)
    let call = Described(memory: memory)
    call.enter("openat", 3, 0x1ffd, 0)
    #expect(call.shorthand.contains("pathname= @1ffd"))
  }

  /// What the elements of an array point to is read page by page, where more than the bytes asked for may be read.
  @Test func textsThatLieTogetherAreReadTogether() {
    let memory = WholeMemory()
    let texts: [UInt64] = (0..<20).map { 0x3000 + $0 * 8 }
    memory.place(Array(repeating: 0, count: 4096), at: 0x3000)
    for (index, address) in texts.enumerated() { memory.place("text\(index)", at: address) }
    memory.place(
      (texts + [0]).flatMap { address in (0..<8).map { UInt8(truncatingIfNeeded: address >> ($0 * 8)) } }, at: 0x5000)
    let call = Described(memory: memory)
    call.enter("execve", 0x3000, 0x5000, 0)
    #expect(call.shorthand.contains(#""text0" "text1" "text2""#) && call.shorthand.contains("text19"))
    let reads = memory.reads
    #expect(reads < 30, "\(reads) reads")
    // Another call finds what is there by then.
    memory.place("other", at: 0x3008)
    call.enter("execve", 0x3000, 0x5000, 0)
    #expect(call.shorthand.contains(#""text0" "other""#))
  }

  @Test func whatTheCallWritesIsReadAtExit() {
    let memory = ByteMemory()
    let call = Described(memory: memory)
    call.enter("read", 3, 0x1000, 100)
    #expect(call.record.awaitsExit)
    #expect(call.shorthand == "fd= 3")
    memory.place(Array("hello".utf8), at: 0x1000)
    call.exit(5)
    #expect(call.shorthand == #"fd= 3 buf= "hello" count= 100"#)
  }

  @Test func afterAFailureTheBufferIsAnAddress() {
    let memory = ByteMemory()
    memory.place(Array(repeating: 0x61, count: 100), at: 0x1000)
    let call = Described(memory: memory)
    call.enter("read", 3, 0x1000, 100)
    call.exit(-1, error: 9)
    #expect(call.shorthand == "fd= 3 buf= @1000 count= 100")
  }

  @Test func aLengthFarUpInMemoryIsReadBeforeAndAfterTheCall() {
    let memory = ByteMemory()
    memory.place([128, 0, 0, 0], at: 0x7fff_0000_1000)
    let call = Described(memory: memory)
    call.enter("getsockname", 3, 0x7fff_0000_2000, 0x7fff_0000_1000)
    memory.place([16, 0, 0, 0], at: 0x7fff_0000_1000)
    call.exit(0)
    #expect(call.shorthand.hasSuffix("addrlen= [ 128 => 16 ]"))
  }

  @Test func longTextIsCutAtTheLimit() {
    let memory = ByteMemory()
    memory.place(Array(repeating: 0x61, count: 100), at: 0x1000)
    var options = DecodingOptions()
    options.stringLimit = 4
    let call = Described(memory: memory, options: options)
    call.enter("write", 1, 0x1000, 100)
    #expect(call.shorthand == #"fd= 1 buf= "aaaa"... count= 100"#)
  }

  @Test func anElementBehindThoseThatAreShownIsLookedAt() {
    let memory = ByteMemory()
    memory.place("x", at: 0x1000)
    memory.place([0, 0x10, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], at: 0x2ff0)
    var options = DecodingOptions()
    options.stringLimit = 1
    let call = Described(memory: memory, options: options)
    call.enter("writev", 1, 0x2ff0, 2)
    #expect(call.shorthand.contains("} !3000 ]"), "\(call.shorthand)")
  }

  @Test func textBehindMembersMustReachPastWhatIsShown() {
    let memory = ByteMemory()
    memory.place([1, 0, 0, 0] + Array("text".utf8), at: 0x1ff8)
    var options = DecodingOptions()
    options.stringLimit = 4
    let call = Described(memory: memory, options: options)
    call.enter("msgsnd", 0, 0x1ff8, 8, 0, abi: .compat)
    #expect(call.shorthand.contains("mtext= @1ffc"), "\(call.shorthand)")
  }

  @Test func bytesBehindAStructureAreCutAsTextIs() {
    let memory = ByteMemory()
    memory.place(Array(repeating: 0, count: 24) + Array(repeating: 7, count: 40), at: 0x1000)
    memory.place("x", at: 0x2000)
    let call = Described(memory: memory)
    call.enter("openat2", 3, 0x2000, 0x1000, 64)
    let tail = call.record.tape.tokens.first { $0.kind == .tail }
    #expect(tail?.operand == 32)
    #expect(tail.map { $0.value >> 32 } == 40)
    #expect(tail?.flags == .cut)
  }

  @Test func onlyATerminalTellsWhatASharedCommandMeans() {
    final class Terminal: TraceeSurroundings {
      override func isTerminal(_ fd: Int32, tid: Int32) -> Bool { fd == 3 }
    }
    let call = Described(surroundings: Terminal())
    call.enter("ioctl", 3, 0x5402, 0)
    #expect(call.shorthand == "fd= 3 op= terminal_commands:5402 argp= @0")
    call.enter("ioctl", 4, 0xffff_ffff_0000_5402, 0)
    #expect(call.shorthand == "fd= 4 op= 21506 argp= @0")
  }

  @Test func aLongArgumentTakesTwoRegistersOnI386() {
    let call = Described()
    call.enter("pread64", 3, 0, 5, 0x1234_5678, 0x9, abi: .compat)
    call.exit(0)
    #expect(call.shorthand.hasSuffix("count= 5 offset= \(0x9_1234_5678)"))
  }

  @Test func rawCallsShowWords() {
    var options = DecodingOptions()
    options.defaultManner = [.raw]
    let call = Described(options: options)
    call.enter("openat", 3, 0x1000, 0x42, 0o640)
    #expect(call.shorthand == "3 4096 66 416")
    #expect(!call.record.awaitsExit)
  }
}
