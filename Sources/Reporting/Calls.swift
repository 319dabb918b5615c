import Distributions

/// Calls: their times, failures, and what they do to files, peers and processes.
extension TraceSummary {
  mutating func addCall(_ line: TraceLine) {
    meetQuickly(line)
    let call = names.number(of: line.name)
    called[String(decoding: line.abi, as: UTF8.self), default: []].insert(call)
    guard let duration = line.duration else {
      unfinished += 1
      return
    }
    calls[call, default: Distribution()].record(UInt64(max(duration, 0)))
    if let start { threads[line.tid]?.activity.add(from: line.time.less(start), duration: duration) }
    threads[line.tid]?.calls += 1
    processes[line.pid]?.calls += 1
    processes[line.pid]?.time +|= duration
    if duration > slowest.least { slowest.add(example(of: line, duration)) }
    if line.isFailed {
      errors[call, default: 0] += 1
      processes[line.pid]?.failures += 1
      addFailure(line, call)
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
      name: String(decoding: line.name, as: UTF8.self),
      arguments: line.arguments.map { String(decoding: $0.prefix(300), as: UTF8.self) } ?? "",
      result: line.error.map { String(decoding: $0, as: UTF8.self) }
        ?? line.result.map { String(decoding: $0.prefix(60), as: UTF8.self) } ?? "")
  }

  private mutating func addFailure(_ line: TraceLine, _ call: Int) {
    guard let error = line.error else { return }
    let path = line.path.map { number(ofText: $0) } ?? -1
    let failure = Failure(call: call, error: names.number(of: error), path: path)
    if failures.count >= Self.mostKinds && failures[failure] == nil { return }
    failures[failure, default: 0] += 1
  }

  /// The number of a text, by the bytes of its value.
  private mutating func number(ofText value: UnsafeRawBufferPointer) -> Int {
    texts.number(of: UnsafeRawBufferPointer(rebasing: value.prefix(4096)))
  }

  private static let reading: [StaticString] = ["read", "pread64", "readv", "preadv", "preadv2"]
  private static let writing: [StaticString] = ["write", "pwrite64", "writev", "pwritev", "pwritev2"]
  private static let receiving: [StaticString] = ["recvfrom", "recvmsg"]
  private static let sending: [StaticString] = ["sendto", "sendmsg"]

  /// What a call that succeeded did.
  private mutating func addEffect(_ line: TraceLine, _ duration: Int64) {
    let name = line.name
    if Self.reading.contains(where: name.equals) {
      move(line, duration) { $0.read +|= $1 }
    } else if Self.writing.contains(where: name.equals) {
      move(line, duration) { $0.written +|= $1 }
    } else if name.equals("openat") || name.equals("open") || name.equals("openat2") || name.equals("creat") {
      open(line, duration)
    } else if name.equals("close") {
      if let descriptor = descriptor(line, "fd") { processes[line.pid]?.descriptors[descriptor] = nil }
    } else if Self.receiving.contains(where: name.equals) {
      move(line, duration) { $0.read +|= $1 }
    } else if Self.sending.contains(where: name.equals) {
      move(line, duration) { $0.written +|= $1 }
    } else if name.equals("connect") || name.equals("accept") || name.equals("accept4") {
      connect(line, duration)
    } else if name.equals("dup") || name.equals("dup2") || name.equals("dup3") || name.equals("fcntl") {
      duplicate(line)
    } else if name.equals("execve") || name.equals("execveat") {
      processes[line.pid]?.program = line.path.flatMap { TraceText.text(of: $0, limit: 300) } ?? ""
    } else if name.equals("clone") || name.equals("clone3") || name.equals("fork") || name.equals("vfork") {
      fork(line)
    }
  }

  private func descriptor(_ line: TraceLine, _ name: StaticString) -> Int32? {
    (line.argument(name)?.member("fd")?.integer).map { Int32(truncatingIfNeeded: $0) }
  }

  private mutating func open(_ line: TraceLine, _ duration: Int64) {
    guard let value = line.path, let descriptor = line.returned else { return }
    let path = line.result?.member("path") ?? value
    let file = number(ofText: path)
    processes[line.pid]?.descriptors[Int32(truncatingIfNeeded: descriptor)] = file << 1
    change(&files, file) { traffic in
      traffic.opened += 1
      traffic.time +|= duration
      let flags = line.argument("flags") ?? line.argument("how")?.member("flags")
      let mayCreate = flags.map { TraceLine.hasFlag($0, "O_CREAT") } ?? false
      if mayCreate || line.name.equals("creat") { traffic.isCreated = true }
    }
  }

  /// The address of a peer: `127.0.0.1:80`, `[::1]:80`, a path.
  private mutating func connect(_ line: TraceLine, _ duration: Int64) {
    guard let address = line.argument(namedBy: ["addr", "uservaddr", "upeer_sockaddr"]) else { return }
    var text: String?
    if let port = address.member("sin_port")?.integer, let host = address.member("sin_addr") {
      text = (TraceText.text(of: host) ?? "?") + ":\(port)"
    } else if let port = address.member("sin6_port")?.integer, let host = address.member("sin6_addr") {
      text = "[" + (TraceText.text(of: host) ?? "?") + "]:\(port)"
    } else if let path = address.member("sun_path") {
      text = TraceText.text(of: path, limit: 300)
    }
    guard var text else { return }
    let isAccepted = !line.name.equals("connect")
    text = (isAccepted ? "from " : "to ") + text
    let peer = text.withUTF8 { texts.number(of: UnsafeRawBufferPointer($0)) }
    let descriptor =
      isAccepted
      ? line.returned.map { Int32(truncatingIfNeeded: $0) }
      : self.descriptor(line, "sockfd") ?? self.descriptor(line, "fd")
    if let descriptor { processes[line.pid]?.descriptors[descriptor] = peer << 1 | 1 }
    change(&peers, peer) {
      $0.opened += 1
      $0.time +|= duration
    }
  }

  /// Bytes that went through a descriptor.
  private mutating func move(_ line: TraceLine, _ duration: Int64, _ count: (inout Traffic, Int64) -> Void) {
    guard let bytes = line.returned, bytes >= 0,
      let argument = line.argument(namedBy: ["fd", "sockfd", "s"]), let number = argument.member("fd")?.integer
    else { return }
    func add(_ traffic: inout Traffic) {
      count(&traffic, bytes)
      traffic.time +|= duration
    }
    let known = processes[line.pid]?.descriptors[Int32(truncatingIfNeeded: number)]
    if let known, known & 1 == 1 { return change(&peers, known >> 1, add) }
    if let path = argument.member("path") { return change(&files, self.number(ofText: path), add) }
    if let known { return change(&files, known >> 1, add) }
    guard number <= 2 || argument.member("description") != nil else { return }
    var text = number == 0 ? "stdin" : number == 1 ? "stdout" : number == 2 ? "stderr" : "?"
    if let description = argument.member("description") { text = TraceText.text(of: description, limit: 200) ?? text }
    let file = text.withUTF8 { texts.number(of: UnsafeRawBufferPointer($0)) }
    change(&files, file, add)
  }

  private func change(_ traffic: inout [Int: Traffic], _ key: Int, _ change: (inout Traffic) -> Void) {
    if traffic.count >= Self.mostKinds && traffic[key] == nil { return }
    change(&traffic[key, default: Traffic()])
  }

  private mutating func duplicate(_ line: TraceLine) {
    if line.name.equals("fcntl") {
      guard let command = line.argument(namedBy: ["cmd", "op"]),
        TraceLine.hasFlag(command, "F_DUPFD") || TraceLine.hasFlag(command, "F_DUPFD_CLOEXEC")
      else { return }
    }
    guard let old = line.argument(namedBy: ["oldfd", "fildes", "fd"])?.member("fd")?.integer,
      let new = line.returned
    else { return }
    let target = processes[line.pid]?.descriptors[Int32(truncatingIfNeeded: old)]
    processes[line.pid]?.descriptors[Int32(truncatingIfNeeded: new)] = target
  }

  private mutating func fork(_ line: TraceLine) {
    guard let child = line.returned.map({ Int32(truncatingIfNeeded: $0) }), child > 0 else { return }
    let request = line.argument("cl_args").map { $0.member("before") ?? $0 }
    let flags = line.argument("flags") ?? request?.member("flags")
    if let flags, TraceLine.hasFlag(flags, "CLONE_THREAD") { return }
    if var known = processes[child] {
      known.parent = line.pid
      for (descriptor, file) in processes[line.pid]?.descriptors ?? [:] where known.descriptors[descriptor] == nil {
        known.descriptors[descriptor] = file
      }
      processes[child] = known
    } else if processes.count < Self.mostKinds {
      var born = ProcessRecord(parent: line.pid, first: line.time, last: line.time)
      born.descriptors = processes[line.pid]?.descriptors ?? [:]
      processes[child] = born
    }
  }
}
