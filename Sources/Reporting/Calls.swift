import Distributions

/// Calls: their times and failures.
extension TraceSummary {
  mutating func addCall(_ line: TraceLine, _ bytes: UnsafeRawBufferPointer) {
    meetQuickly(line)
    let call = names.number(of: line.name)
    called[String(decoding: line.abi, as: UTF8.self), default: []].insert(call)
    guard let duration = line.duration else {
      if line.name.equals("exit") || line.name.equals("exit_group") { return }
      if line.isUnfinished { unfinished += 1 }
      return
    }
    calls[call, default: Distribution()].record(UInt64(max(duration, 0)))
    if let start { threads[line.tid]?.activity.add(from: line.time.less(start), duration: duration) }
    threads[line.tid]?.calls += 1
    let waited = waiting(line).rawValue
    processes[line.pid]?.calls += 1
    processes[line.pid]?.time +|= duration
    processes[line.pid]?.waits[waited] +|= duration
    if duration > slowest.least { slowest.add(example(of: line, duration)) }
    if line.isFailed {
      errors[call, default: 0] += 1
      processes[line.pid]?.failures += 1
      addFailure(line, call, bytes)
    } else {
      addEffect(line, duration)
    }
  }

  /// As ``meet(_:)``, where nothing but the time is new.
  private mutating func meetQuickly(_ line: TraceLine) {
    if processes[line.pid] == nil || threads[line.tid] == nil || line.name.equals("execve") { return meet(line) }
    processes[line.pid]?.last = line.time +| (line.duration ?? 0)
  }

  private func example(of line: TraceLine, _ duration: Int64) -> Example {
    Example(
      time: line.time, duration: duration, pid: line.pid, tid: line.tid,
      name: String(decoding: line.name, as: UTF8.self), arguments: CallText.arguments(line),
      result: CallText.result(line))
  }

  private mutating func addFailure(_ line: TraceLine, _ call: Int, _ bytes: UnsafeRawBufferPointer) {
    guard let error = line.error else { return }
    let isNoise = Noise.isNoise(line)
    if !isNoise { processes[line.pid]?.trouble.add(failed: bytes) }
    let failure = Failure(
      call: call, error: names.number(of: error), path: subject(of: line), pid: line.pid,
      isNoise: isNoise || Noise.isSearch(line))
    if failures.count >= Self.mostKinds && failures[failure] == nil { return }
    failures[failure, default: (0, line.time)].count += 1
  }

  /// The number of what a failed call was about: its path, its peer, or what its descriptor is open on.
  private mutating func subject(of line: TraceLine) -> Int {
    if let path = line.path { return number(ofText: path) }
    let address = line.argument(namedBy: Self.addresses).flatMap { CallText.address($0) }
    let text = address ?? line.argument(namedBy: Self.descriptors).flatMap { CallText.descriptorText($0) }
    guard var text else { return -1 }
    return text.withUTF8 { texts.number(of: UnsafeRawBufferPointer($0)) }
  }

  static let addresses: [StaticString] = ["addr", "uservaddr", "upeer_sockaddr"]
  static let descriptors: [StaticString] = ["fd", "sockfd", "s"]

  /// The number of a text, by the bytes of its value.
  mutating func number(ofText value: UnsafeRawBufferPointer) -> Int {
    texts.number(of: UnsafeRawBufferPointer(rebasing: value.prefix(1024)))
  }

  /// What the call's time was spent on.
  private func waiting(_ line: TraceLine) -> Waiting {
    if let kind = Waiting.kind(ofCall: line.name) { return kind }
    guard let argument = line.argument(namedBy: Self.descriptors), let number = argument.member("fd")?.integer else {
      return .other
    }
    if let text = CallText.descriptorText(argument) { return Waiting.kind(ofDescriptor: text) }
    guard let known = processes[line.pid]?.descriptors[Int32(truncatingIfNeeded: number)] else { return .other }
    return known & 1 == 1 ? .socket : Waiting.kind(ofDescriptor: Self.readable(texts.text(known >> 1)))
  }

  /// A path or peer as it was noted: a value of JSON, or the text itself.
  static func readable(_ noted: String) -> String {
    var noted = noted
    return noted.withUTF8 { TraceText.text(of: UnsafeRawBufferPointer($0), limit: 1000) } ?? noted
  }
}
