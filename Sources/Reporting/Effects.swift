/// What calls that succeeded did to files, peers and processes.
extension TraceSummary {
  static let reading: [StaticString] = [
    "read", "pread64", "readv", "preadv", "preadv2", "recvfrom", "recvmsg", "getdents64",
  ]
  static let writing: [StaticString] = [
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendto", "sendmsg",
  ]
  private static let opening: [StaticString] = ["openat", "open", "openat2", "creat"]
  private static let duplicating: [StaticString] = ["dup", "dup2", "dup3", "fcntl"]
  private static let waitingForChildren: [StaticString] = ["wait4", "waitid", "waitpid"]
  /// Bytes go from one descriptor to another: the arguments' names.
  static let copying: [(call: StaticString, from: StaticString, to: StaticString)] = [
    ("sendfile", "in_fd", "out_fd"), ("copy_file_range", "fd_in", "fd_out"), ("splice", "fd_in", "fd_out"),
    ("tee", "fdin", "fdout"),
  ]

  mutating func addEffect(_ line: TraceLine, _ duration: Int64) {
    let name = line.name
    if Self.reading.contains(where: name.equals) {
      move(line, duration) { $0.read +|= $1 }
    } else if Self.writing.contains(where: name.equals) {
      if let said = line.said { processes[line.pid]?.trouble.add(said: said.utf8) }
      move(line, duration) { $0.written +|= $1 }
    } else if name.equals("recvmmsg") || name.equals("sendmmsg") {
      moveMessages(line, duration)
    } else if let copy = Self.copying.first(where: { name.equals($0.call) }) {
      guard let bytes = line.returned, bytes >= 0 else { return }
      account(line, line.argument(copy.from), duration) { $0.read +|= bytes }
      account(line, line.argument(copy.to), 0) { $0.written +|= bytes }
    } else if Self.opening.contains(where: name.equals) {
      open(line, duration)
    } else if name.equals("close") {
      if let descriptor = descriptor(line, "fd") { processes[line.pid]?.descriptors[descriptor] = nil }
    } else if name.equals("connect") || name.equals("accept") || name.equals("accept4") {
      connect(line, duration)
    } else if name.equals("getsockopt") {
      noteFailedConnection(line)
    } else if Self.duplicating.contains(where: name.equals) {
      duplicate(line)
    } else if line.isExec {
      processes[line.pid]?.program = line.path.flatMap { TraceText.text(of: $0, limit: 300) } ?? ""
      processes[line.pid]?.arguments = line.argument("argv").map { Array($0.prefix(4_000)) } ?? []
      processes[line.pid]?.executed = line.time
      // What another program did before is not why this one ends.
      processes[line.pid]?.trouble = ProcessRecord.Trouble()
    } else if TraceLine.forking.contains(where: name.equals) {
      fork(line)
    } else if Self.waitingForChildren.contains(where: name.equals) {
      guard let child = line.returned ?? line.argument("infop")?.member("si_pid")?.integer, child > 0 else { return }
      let wait = CriticalPath.Wait(
        start: line.time, end: line.time +| duration, child: Int32(truncatingIfNeeded: child))
      waits.add(wait, of: line.pid)
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
    let flags = line.argument("flags") ?? line.argument("how")?.member("flags")
    let mayCreate = flags.map { TraceLine.hasFlag($0, "O_CREAT") } ?? false
    let isCreated = mayCreate || line.name.equals("creat")
    Self.change(&files, TrafficKey(pid: line.pid, text: file)) { traffic in
      traffic.opened += 1
      traffic.time +|= duration
      if isCreated { traffic.isCreated = true }
    }
  }

  mutating func connect(_ line: TraceLine, _ duration: Int64) {
    guard let address = line.argument(namedBy: Self.addresses).flatMap({ CallText.address($0) }) else { return }
    let isAccepted = !line.name.equals("connect")
    let peer = texts.number(of: (isAccepted ? "from " : "to ") + address)
    let descriptor =
      isAccepted
      ? line.returned.map { Int32(truncatingIfNeeded: $0) }
      : self.descriptor(line, "sockfd") ?? self.descriptor(line, "fd")
    if let descriptor { processes[line.pid]?.descriptors[descriptor] = peer << 1 | 1 }
    Self.change(&peers, TrafficKey(pid: line.pid, text: peer)) {
      $0.opened += 1
      $0.time +|= duration
    }
  }

  /// A connection that was asked for without waiting failed later: `SO_ERROR` tells why.
  private mutating func noteFailedConnection(_ line: TraceLine) {
    guard let error = line.pendingError, let descriptor = descriptor(line, "sockfd") ?? descriptor(line, "fd") else {
      return
    }
    let known = processes[line.pid]?.descriptors[descriptor]
    let peer = known.map { texts.text($0 >> 1) } ?? "to a peer that the trace does not show"
    let text = "connection \(descriptor) \(peer) = \(error) (\(CallText.line(line)))"
    processes[line.pid]?.trouble.add(failed: line, as: text)
    let failure = Failure(
      call: names.number(of: "connect"), error: names.number(of: error), path: known.map { $0 >> 1 } ?? -1,
      isNoise: false)
    count(failure, line)
  }

  /// Bytes that went through a descriptor: as many as the call returned.
  private mutating func move(_ line: TraceLine, _ duration: Int64, _ count: (inout Traffic, Int64) -> Void) {
    guard let bytes = line.returned, bytes >= 0 else { return }
    account(line, line.argument(namedBy: Self.descriptors), duration) { count(&$0, bytes) }
  }

  /// Several messages at once: each says its own length.
  private mutating func moveMessages(_ line: TraceLine, _ duration: Int64) {
    guard let messages = line.argument(namedBy: ["mmsg", "msgvec"]), messages.count > 2 else { return }
    var bytes: Int64 = 0
    var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: messages.dropFirst()))
    while let message = cursor.value() {
      bytes +|= max(message.member("msg_len")?.integer ?? 0, 0)
      cursor.passSeparator()
    }
    let isSent = line.name.equals("sendmmsg")
    account(line, line.argument(namedBy: Self.descriptors), duration) {
      if isSent { $0.written +|= bytes } else { $0.read +|= bytes }
    }
  }

  private mutating func account(
    _ line: TraceLine, _ argument: UnsafeRawBufferPointer?, _ duration: Int64, _ add: (inout Traffic) -> Void
  ) {
    guard let argument, let number = argument.member("fd")?.integer else { return }
    func both(_ traffic: inout Traffic) {
      add(&traffic)
      traffic.time +|= duration
    }
    let known = processes[line.pid]?.descriptors[Int32(truncatingIfNeeded: number)]
    if let known, known & 1 == 1 { return Self.change(&peers, TrafficKey(pid: line.pid, text: known >> 1), both) }
    if let path = argument.member("path") {
      return Self.change(&files, TrafficKey(pid: line.pid, text: self.number(ofText: path)), both)
    }
    if let known { return Self.change(&files, TrafficKey(pid: line.pid, text: known >> 1), both) }
    let standard: [Int64: String] = [0: "standard input", 1: "standard output", 2: "standard error"]
    guard let text = CallText.descriptorText(argument) ?? standard[number] else { return }
    let key = TrafficKey(pid: line.pid, text: texts.number(of: text))
    if argument.member("socket") == nil { Self.change(&files, key, both) } else { Self.change(&peers, key, both) }
  }

  /// Not a method of one summary, which would hold what is changed, so that all of it would be copied.
  private static func change(
    _ traffic: inout [TrafficKey: Traffic], _ key: TrafficKey, _ change: (inout Traffic) -> Void
  ) {
    if traffic.count >= mostKinds && traffic[key] == nil { return }
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
    guard let child = line.startedProcess else { return }
    let known = processes[child]
    guard known != nil || processes.count < Self.mostKinds else { return }
    let process = known ?? ProcessRecord(first: line.time, last: line.time)
    process.parent = line.pid
    if let parent = processes[line.pid] {
      process.descriptors.merge(parent.descriptors) { own, _ in own }
      if process.arguments.isEmpty { process.arguments = parent.arguments }
      if process.program.isEmpty { process.program = parent.program }
    }
    processes[child] = process
  }
}

extension TraceLine {
  /// What a call wrote to standard error, cut; nil when it did not.
  var said: String? {
    guard !isFailed, TraceSummary.writing.contains(where: name.equals),
      argument(namedBy: TraceSummary.descriptors)?.member("fd")?.integer == 2,
      let value = argument(namedBy: ["buf", "buff"]) ?? argument("iov") ?? argument("vec")
    else { return nil }
    guard value.first == UInt8(ascii: "[") else { return TraceText.text(of: value, limit: 4_000) }
    var said = ""
    var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: value.dropFirst()))
    while said.utf8.count < 4_000, let item = cursor.value() {
      said += item.member("iov_base").flatMap { TraceText.text(of: $0, limit: 2_000) } ?? ""
      cursor.passSeparator()
    }
    return said
  }
}
