import Decoding
import SyscallTables
import TestSupport
import Testing

/// Every described call, with registers and memory that a hostile tracee could show: the decoder returns, and what it
/// writes is well formed.
@Suite struct HostileTests {
  @Test(arguments: ABI.allCases) func everyCallSurvivesAnything(abi: ABI) {
    for number in SyscallNumber.all(of: abi) where number.call != 0 {
      for round in 0..<8 {
        let seed = UInt64(number.index) &* 1000 &+ UInt64(round)
        decode(number, abi: abi, seed: seed, abbreviated: round % 2 == 0)
      }
    }
  }

  private func decode(_ number: SyscallNumber, abi: ABI, seed: UInt64, abbreviated: Bool) {
    var generator = SplitMix(state: seed)
    var options = DecodingOptions()
    if !abbreviated { options.defaultManner = [.structures] }
    let record = CallRecord.madeUp(number, abi, options, RandomMemory(seed: seed ^ 0x5555)) {
      word(&generator)
    } outcome: {
      (Int64(bitPattern: word(&generator)), generator.next() % 3 == 0 ? 14 : 0)
    }
    let balanced = isBalanced(record.tape)
    #expect(balanced, "\(number.name) on \(abi), seed \(seed)")
    #expect(record.tape.tokens.count < 2_000_000, "\(number.name) on \(abi), seed \(seed)")
  }

  private func word(_ generator: inout SplitMix) -> UInt64 {
    let value = generator.next()
    switch generator.next() % 8 {
    case 0: return 0
    case 1: return UInt64.max
    case 2: return value % 64
    case 3: return value % 4096
    case 4: return 1 << (value % 64)
    case 5: return 0x8000_0000_0000_0000 | value % 16
    case 6: return value & 0xffff_ffff
    default: return value
    }
  }

  /// Groups are closed in the order in which they were opened, and names stand before values.
  private func isBalanced(_ tape: borrowing Tape) -> Bool {
    var open: [Token.Kind] = []
    for token in tape.tokens {
      switch token.kind {
      case .structOpen, .arrayOpen, .referOpen, .callOpen, .detailOpen: open.append(token.kind)
      case .structClose: if open.popLast() != .structOpen { return false }
      case .arrayClose: if open.popLast() != .arrayOpen { return false }
      case .referClose: if open.popLast() != .referOpen { return false }
      case .detailClose: if open.popLast() != .detailOpen { return false }
      case .callClose: if open.popLast() != .callOpen { return false }
      default: break
      }
    }
    return open.isEmpty
  }
}
