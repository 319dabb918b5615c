import CBPF
import CapturePlans
import Decoding
import Foundation
import SyscallTables
import TestSupport
import Testing

@testable import Tracing

/// What the kernel's programs record, and how the tracer reads it.
@Suite struct CaptureTests {
  /// The bytes of a record with some chunks.
  private func record(
    kind: trapline_record_kind = TRAPLINE_RECORD_ENTRY, flags: Int = 0,
    _ chunks: [(address: UInt64, wanted: Int, bytes: [UInt8]?, flags: Int)]
  ) -> [UInt8] {
    var body: [UInt8] = []
    for chunk in chunks {
      var header = trapline_chunk()
      header.address = chunk.address
      header.wanted = UInt32(chunk.wanted)
      header.got = Int32(chunk.bytes?.count ?? -14)
      header.flags = UInt32(chunk.flags)
      withUnsafeBytes(of: header) { body += $0 }
      body += chunk.bytes ?? []
      while body.count % 8 != 0 { body.append(0) }
    }
    var header = trapline_record()
    header.kind = UInt8(kind.rawValue)
    header.flags = UInt8(flags)
    header.tid = 7
    header.size = UInt32(MemoryLayout<trapline_record>.size + body.count)
    return withUnsafeBytes(of: header) { Array($0) } + body
  }

  /// What memory that has the record answers: the bytes, and how often it had no answer.
  private func read(_ bytes: [UInt8], _ address: UInt64, _ count: Int) throws -> (bytes: [UInt8], misses: UInt64) {
    let memory = RecordedMemory()
    var target = [UInt8](repeating: 0xee, count: count)
    let got = try bytes.withUnsafeBytes { raw in
      memory.add(try #require(CapturedRecord(raw)), ofEntry: true)
      return target.withUnsafeMutableBytes { memory.read(address, into: $0) }
    }
    return (Array(target.prefix(got)), memory.misses)
  }

  @Test func aReadIsAnsweredFromTheChunkThatHasIt() throws {
    let bytes = record([(0x1000, 4, [1, 2, 3, 4], 0), (0x2000, 3, [5, 6, 7], 0)])
    #expect(try read(bytes, 0x2001, 2) == ([6, 7], 0))
    #expect(try read(bytes, 0x1000, 4) == ([1, 2, 3, 4], 0))
  }

  @Test func aReadGoesOnInTheNextChunk() throws {
    let bytes = record([(0x1000, 4, [1, 2, 3, 4], 0), (0x1004, 2, [5, 6], 0)])
    #expect(try read(bytes, 0x1002, 4) == ([3, 4, 5, 6], 0))
  }

  @Test func theSameAddressAtEntryAndAtExitIsToldApart() throws {
    let bytes = record(
      kind: TRAPLINE_RECORD_EXIT, [(0x1000, 1, [1], TRAPLINE_CHUNK_AGAIN), (0x1000, 1, [2], 0)])
    #expect(try read(bytes, 0x1000, 1) == ([1], 0))
  }

  @Test func behindATextNothingIsMissed() throws {
    let bytes = record([(0x1000, 4096, [65, 66, 0], TRAPLINE_CHUNK_TEXT)])
    #expect(try read(bytes, 0x1000, 256) == ([65, 66, 0], 0))
  }

  @Test func whatTheKernelCouldNotReadIsNotMissed() throws {
    let bytes = record([(0x1000, 8, nil, 0)])
    #expect(try read(bytes, 0x1000, 8) == ([], 0))
    #expect(try read(bytes, 0x3000, 8) == ([], 1))
  }

  // MARK: The ring

  /// A ring as the kernel maps it, of a page.
  private final class Ring {
    let bpf = UnsafeMutablePointer<trapline_bpf>.allocate(capacity: 1)
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: 4 << 12, alignment: 4096)

    init() {
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: 4 << 12)
      bpf.initialize(to: trapline_bpf())
      bpf.pointee.ring_size = 1 << 12
      bpf.pointee.consumer = memory.assumingMemoryBound(to: UInt64.self)
      bpf.pointee.producer = UnsafePointer((memory + 4096).assumingMemoryBound(to: UInt64.self))
    }

    deinit {
      bpf.deallocate()
      memory.deallocate()
    }

    func append(_ record: [UInt8]) {
      let end = (memory + 4096).assumingMemoryBound(to: UInt64.self)
      let place = memory + 8192 + Int(end.pointee)
      place.storeBytes(of: UInt32(record.count), as: UInt32.self)
      for (index, byte) in record.enumerated() { place.storeBytes(of: byte, toByteOffset: 8 + index, as: UInt8.self) }
      end.pointee += UInt64((record.count + 8 + 7) & ~7)
    }
  }

  private func plain(_ kind: trapline_record_kind, _ tid: UInt32, flags: Int = 0) -> [UInt8] {
    var header = trapline_record()
    header.kind = UInt8(kind.rawValue)
    header.flags = UInt8(flags)
    header.tid = tid
    header.size = UInt32(MemoryLayout<trapline_record>.size)
    return withUnsafeBytes(of: header) { Array($0) }
  }

  /// What an entry lacks is in its thread's next record, wherever that stands and whoever asked before.
  @Test func whatFollowsARecordIsFound() throws {
    let ring = Ring()
    var reader = RingReader(ring.bpf)
    ring.append(plain(TRAPLINE_RECORD_ENTRY, 1))
    ring.append(plain(TRAPLINE_RECORD_ENTRY, 2))
    ring.append(plain(TRAPLINE_RECORD_EXIT, 2))
    ring.append(plain(TRAPLINE_RECORD_EXIT, 1, flags: TRAPLINE_RECORD_AGAIN))
    #expect(reader.next(before: reader.end)?.tid == 1)
    #expect(reader.followingMemory(of: 1)?.isExit == true)
    #expect(reader.next(before: reader.end)?.tid == 2)
    // Its return brings nothing.
    #expect(reader.followingMemory(of: 2)?.tid == nil)
    #expect(reader.next(before: reader.end)?.tid == 2)
    #expect(reader.next(before: reader.end)?.tid == 1)
    ring.append(plain(TRAPLINE_RECORD_ENTRY, 3))
    #expect(reader.next(before: reader.end)?.tid == 3)
    #expect(reader.followingMemory(of: 3)?.tid == nil)
    ring.append(plain(TRAPLINE_RECORD_EXEC, 3, flags: TRAPLINE_RECORD_AGAIN))
    #expect(reader.followingMemory(of: 3)?.tid == 3)
    #expect(reader.next(before: reader.end)?.tid == 3)
    #expect(reader.next(before: reader.end)?.tid == nil)
  }

  // MARK: Hostile records

  /// Whatever stands in a record, reading it neither traps nor gives more than was asked for.
  @Test func hostileRecordsDoNoHarm() {
    var random = SplitMix(state: 11)
    let memory = RecordedMemory()
    for _ in 0..<20_000 {
      var bytes = record([
        (0x1000, 64, Array(repeating: 1, count: 64), 0), (0x1040, 8, nil, 0),
        (UInt64.max - 3, 8, Array(repeating: 2, count: 8), TRAPLINE_CHUNK_TEXT),
      ])
      for _ in 0..<6 {
        bytes[Int(truncatingIfNeeded: random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      bytes.removeLast(Int(truncatingIfNeeded: random.next() % 32))
      bytes.withUnsafeBytes { raw in
        guard let record = CapturedRecord(raw) else { return }
        memory.clear()
        memory.add(record, ofEntry: true)
        memory.add(record, ofEntry: false)
        for address in [0x1000, 0x1030, 0x1040, UInt64.max - 3, UInt64.max, random.next()] {
          withUnsafeTemporaryAllocation(byteCount: 96, alignment: 1) { #expect(memory.read(address, into: $0) <= 96) }
        }
      }
      memory.clear()
    }
  }

  /// Every step of every plan is one that the machine knows, and goes to a step that is there.
  @Test(arguments: [ABI.native, .compat]) func plansAreWellFormed(_ abi: ABI) {
    var compiler = PlanCompiler(abi: abi, options: DecodingOptions())
    var whole = 0
    var all = 0
    for call in SyscallNumber.all(of: abi) where call.call != 0 {
      let plan = compiler.plan(call)
      all += 1
      if plan.gaps.isEmpty { whole += 1 }
    }
    let (steps, choices) = compiler.takeCode()
    #expect(steps.count < TRAPLINE_STEP_LIMIT / 2)
    for step in steps {
      #expect(step.op <= UInt16(TRAPLINE_CHOOSE.rawValue))
      switch trapline_op(UInt32(step.op)) {
      case TRAPLINE_BLOCK, TRAPLINE_WHOLE, TRAPLINE_JUMP, TRAPLINE_UNLESS: #expect(Int(step.a) < steps.count)
      case TRAPLINE_SWITCH: #expect(Int(step.a) + Int(step.b) <= choices.count)
      default: break
      }
    }
    for choice in choices { #expect(Int(choice.step) < steps.count) }
    #expect(choices.count < 1 << 15)
    #expect(whole * 100 >= all * 95, "\(whole) of \(all) plans are whole")
  }

  /// The committed code was made of the sources that are there.
  @Test func theProgramsAreNotStale() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let check = Process()
    check.executableURL = root.appendingPathComponent("scripts/bpf-object")
    check.arguments = ["--check"]
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0)
  }
}
