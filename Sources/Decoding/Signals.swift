import CTableFormat
import SyscallTables

extension Decoder {
  /// Decodes a `siginfo_t` (sigaction(2)) as the kernel gave it to the tracer, in the tracer's own layout.
  public func decode(
    signalInformation bytes: UnsafeRawBufferPointer, into signal: SignalRecord, surroundings: TraceeSurroundings,
    tid: Int32
  ) {
    signal.tape.removeAll()
    guard signalInformation != 0, !bytes.isEmpty else { return }
    signalCall.abi = .native
    signalCall.entry = nil
    begin(signalCall, noMemory, surroundings, tid, .entry)
    swap(&signalCall.tape, &signal.tape)
    defer { swap(&signalCall.tape, &signal.tape) }
    manner = options.defaultManner
    guard let offset = scratch.reserve(bytes.count) else { return }
    scratch.writable(offset, bytes.count).copyMemory(from: bytes)
    var type = tl_type()
    type.kind = .structure
    type.structure.row = signalInformation
    _ = decodeStructure(type, .place(address: 0, offset: offset, available: bytes.count))
  }
}
