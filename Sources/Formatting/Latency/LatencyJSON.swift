import Distributions

extension LatencyConsumer.Calls {
  /// A line of JSON: `latency` with the call's name, how many there were, and their times in seconds.
  ///
  /// - Parameter process: whose calls these are; nil for those of all.
  func write(of process: LatencyConsumer.ProcessCalls?, to out: inout ByteBuffer) {
    out.append("{\"event\":\"latency\",\"time\":")
    out.appendJSON(seconds: LineLeader.now())
    if let process {
      out.append(",\"pid\":")
      out.appendDecimal(Int64(process.pid))
      out.append(",\"comm\":")
      process.command.withUnsafeBytes { out.appendJSON($0) }
    }
    out.append(",\"name\":")
    out.appendJSON(name.text)
    out.append(",\"calls\":")
    out.appendDecimal(times.count)
    out.appendJSON(times: [
      "total": times.total, "p50": times.percentile(50), "p90": times.percentile(90),
      "p99": times.percentile(99), "longest": times.longest,
    ])
    // Four to a power of ten, from a microsecond on.
    out.append(",\"columns\":[")
    for (index, count) in times.columns.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.appendDecimal(count)
    }
    out.append("]}\n")
  }
}
