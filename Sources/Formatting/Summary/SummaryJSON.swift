import SyscallTables

extension SummaryConsumer.Count {
  /// A line of JSON: `summary` with the name, the ABI, how many calls and errors, and their times in seconds.
  func write(_ abi: ABI, to out: inout ByteBuffer) {
    out.append("{\"event\":\"summary\",\"time\":")
    out.appendJSON(seconds: LineLeader.now())
    out.append(",\"name\":")
    out.appendJSON(name.text)
    out.append(",\"abi\":")
    out.appendJSON("\(abi)")
    out.append(",\"calls\":")
    out.appendDecimal(calls)
    out.append(",\"errors\":")
    out.appendDecimal(errors)
    out.appendJSON(times: [
      "total": time.total, "shortest": time.shortest, "longest": time.longest, "average": average(time),
    ])
    out.append("}\n")
  }
}
