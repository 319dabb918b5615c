import Distributions

/// Calls: their times and failures.
extension TraceSummary {
  mutating func addCall(_ line: TraceLine) {
    meetQuickly(line)
    let call = names.number(of: line.name)
    note(call, of: line.abi)
    guard let duration = line.duration else {
      if line.name.equals("exit") || line.name.equals("exit_group") { return }
      if line.isUnfinished { unfinished += 1 }
      return
    }
    calls[call, default: Distribution()].record(UInt64(max(duration, 0)))
    let (thread, process) = (threads[line.tid], processes[line.pid])
    if let start { thread?.activity.add(from: line.time.less(start), duration: duration) }
    thread?.calls += 1
    process?.calls += 1
    process?.time +|= duration
    let kind = waiting(line, call, process)
    process?.waits[kind.rawValue] +|= duration
    if duration > slowest.least { slowest.add(example(of: line, duration)) }
    if line.isFailed {
      errors[call, default: 0] += 1
      process?.failures += 1
      addFailure(line, call)
    } else {
      if let process, process.trouble.isSeeking, let name = Noise.soughtName(line) { process.trouble.found(name) }
      addEffect(line, duration)
    }
  }

  /// Without a `String` a line.
  private mutating func note(_ call: Int, of abi: UnsafeRawBufferPointer) {
    guard knownCalls.insert(abis.number(of: abi) << 32 | call).inserted else { return }
    called[String(decoding: abi, as: UTF8.self), default: []].insert(call)
  }

  /// As ``meet(_:)``, where nothing but the time is new.
  private mutating func meetQuickly(_ line: TraceLine) {
    guard let process = processes[line.pid], threads[line.tid] != nil, !line.isExec else { return meet(line) }
    process.last = max(process.last, line.time +| (line.duration ?? 0))
  }

  private func example(of line: TraceLine, _ duration: Int64) -> Example {
    Example(
      time: line.time, duration: duration, pid: line.pid, tid: line.tid,
      name: String(decoding: line.name, as: UTF8.self), arguments: CallText.arguments(line),
      result: CallText.result(line))
  }

  private mutating func addFailure(_ line: TraceLine, _ call: Int) {
    guard let error = line.error else { return }
    // It goes on: what is sent goes to that peer.
    if error.equals("EINPROGRESS"), line.name.equals("connect") { connect(line, line.duration ?? 0) }
    let isNoise = Noise.isNoise(line)
    if !isNoise {
      processes[line.pid]?.trouble.add(failed: line, seeking: Noise.isSearch(line) ? Noise.soughtName(line) : nil)
    }
    let failure = Failure(
      call: call, error: names.number(of: error), path: subject(of: line),
      isNoise: isNoise || Noise.isSearch(line))
    count(failure, line)
  }

  mutating func count(_ failure: Failure, _ line: TraceLine) {
    if failures.count >= Self.mostKinds && failures[failure] == nil { return }
    failures[failure, default: Failures(first: line.time, pid: line.pid)].add(line.pid)
  }

  /// The number of what a failed call was about: its path, its peer, or what its descriptor is open on.
  private mutating func subject(of line: TraceLine) -> Int {
    if let path = line.path { return number(ofText: path) }
    let address = line.argument(namedBy: Self.addresses).flatMap { CallText.address($0) }
    let text = address ?? line.argument(namedBy: Self.descriptors).flatMap { CallText.descriptorText($0) }
    return text.map { texts.number(of: $0) } ?? -1
  }

  static let addresses: [StaticString] = ["addr", "uservaddr", "upeer_sockaddr"]
  static let descriptors: [StaticString] = ["fd", "sockfd", "s"]

  /// The number of a text, by the bytes of its value.
  mutating func number(ofText value: UnsafeRawBufferPointer) -> Int {
    texts.number(of: UnsafeRawBufferPointer(rebasing: value.prefix(1024)))
  }

  /// What the call's time was spent on.
  private mutating func waiting(_ line: TraceLine, _ call: Int, _ process: ProcessRecord?) -> Waiting {
    while kinds.count <= call { kinds.append(Waiting.kind(ofCall: names.text(kinds.count))) }
    if let kind = kinds[call] { return kind }
    guard let argument = line.argument(namedBy: Self.descriptors), let number = argument.member("fd")?.integer else {
      return .other
    }
    if argument.member("socket") != nil { return .socket }
    if let text = CallText.descriptorText(argument) { return Waiting.kind(ofDescriptor: text) }
    guard let known = process?.descriptors[Int32(truncatingIfNeeded: number)] else { return .other }
    return known & 1 == 1 ? .socket : Waiting.kind(ofDescriptor: Self.readable(texts.text(known >> 1)))
  }

  /// A path or peer as it was noted: a value of JSON, or the text itself.
  static func readable(_ noted: String) -> String {
    var noted = noted
    return noted.withUTF8 { TraceText.text(of: UnsafeRawBufferPointer($0), limit: 1000) } ?? noted
  }
}
