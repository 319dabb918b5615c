extension Decoder {
  /// Why a virtual CPU was left (`-e kvm=vcpu`): its descriptor, and where that stands in what it shares with its process.
  /// Nothing where that is not asked for or cannot be told.
  func decodeVirtualCPUExit(_ parameters: Parameters, _ element: UInt32) -> Bool {
    let (fd, offset) = (Int32(truncatingIfNeeded: parameters[0]), Int(clamping: parameters[1]))
    if let reason = surroundings.number(sharedByVirtualCPU: fd, at: offset, tid: tid) {
      decode(element, .value(UInt64(reason)))
    }
    return true
  }
}
