import Decoding
import SyscallTables
import TestSupport

/// Memory made of pages of bytes; everything else is absent.
class ByteMemory: TraceeMemory {
  private var bytes: [UInt64: UInt8] = [:]
  private(set) var reads = 0

  func place(_ content: [UInt8], at address: UInt64) {
    for (index, byte) in content.enumerated() { bytes[address &+ UInt64(index)] = byte }
  }

  func place(_ text: String, at address: UInt64) { place(Array(text.utf8) + [0], at: address) }

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    reads += 1
    for index in 0..<buffer.count {
      guard let byte = bytes[address &+ UInt64(index)] else { return index }
      buffer[index] = byte
    }
    return buffer.count
  }
}

/// The same, of which pages may be read as a whole.
final class WholeMemory: ByteMemory {
  override var givesPages: Bool { true }
}

/// Memory in which every address can be read, filled by a generator: what a hostile tracee may show.
final class RandomMemory: TraceeMemory {
  var generator: SplitMix

  init(seed: UInt64) { generator = SplitMix(state: seed) }

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    // Now and then a short read or none.
    let choice = generator.next() % 16
    let count = choice == 0 ? 0 : choice == 1 ? buffer.count / 2 : buffer.count
    for index in 0..<count {
      let word = generator.next()
      buffer[index] = word & 0x300 == 0 ? 0xff : word & 0xc00 == 0 ? 0 : UInt8(truncatingIfNeeded: word)
    }
    return count
  }
}
