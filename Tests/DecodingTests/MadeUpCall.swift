import Decoding
import SyscallTables

extension CallRecord {
  /// A call that was decoded at its entry and at its exit.
  ///
  /// - Parameters:
  ///   - register: makes each of its arguments, in their order.
  ///   - outcome: makes what it comes to.
  static func madeUp(
    _ number: SyscallNumber, _ abi: ABI, _ options: DecodingOptions, _ memory: TraceeMemory, register: () -> UInt64,
    outcome: () -> (result: Int64, error: Int32)
  ) -> CallRecord {
    let decoder = Decoder(options: options)
    let surroundings = TraceeSurroundings()
    let record = CallRecord()
    record.abi = abi
    record.entry = number
    for index in 0..<6 { record.arguments[index] = register() }
    decoder.enter(record, memory: memory, surroundings: surroundings, tid: 7)
    (record.result, record.error) = outcome()
    decoder.exit(record, memory: memory, surroundings: surroundings, tid: 7)
    return record
  }
}
