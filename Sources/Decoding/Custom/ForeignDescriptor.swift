import CTableFormat
import SyscallTables

extension Decoder {
  /// A descriptor of another process: of the one whose id is `parameters[0]`, or, where `parameters[1]` is not 0, of the one that
  /// a pidfd of that number means.
  func decodeForeignDescriptor(_ number: UInt64, of parameters: Parameters, _ element: UInt32) -> Bool {
    decode(element, .value(number))
    guard options.annotations.contains(.descriptors) else { return true }
    let owner = Int32(truncatingIfNeeded: parameters[0])
    let process =
      parameters[1] == 0
      ? owner > 0 ? surroundings.ownNumber(of: owner, .process, seenBy: tid) : nil
      : surroundings.process(ofPidDescriptor: owner, tid: tid)
    let descriptor = Int32(truncatingIfNeeded: number)
    if let process, descriptor >= 0 { describe(descriptor: descriptor, of: process) }
    return true
  }
}
