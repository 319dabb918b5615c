import Settings

/// A kind of expression that `-e` takes, `NAME=VALUE`: its names, what a shell may offer for the value, and what it does.
struct Expression: Sendable {
  /// The usual one first, single letters last.
  let names: [String]
  let offer: Offer
  let apply: @Sendable (inout Invocation, Substring) throws -> Void

  init(
    _ names: String..., offer: Offer = .nothing, apply: @escaping @Sendable (inout Invocation, Substring) throws -> Void
  ) {
    self.names = names
    self.offer = offer
    self.apply = apply
  }

  /// Applies what `-e` was given; what has no name before its first `=` is a set of calls to trace.
  static func apply(_ text: String, to invocation: inout Invocation) throws {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      return try trace.apply(&invocation, text[...])
    }
    guard let expression = named(text[..<equals]) else {
      let advice = didYouMean(
        String(text[..<equals]), among: all.map(\.names[0]), or: "accepted before '=' are \(list)")
      throw UsageError("invalid system call '\(text)'", advice: advice)
    }
    try expression.apply(&invocation, text[text.index(after: equals)...])
  }

  static func named(_ name: Substring) -> Expression? {
    all.first { $0.names.contains { $0 == name } }
  }

  private static var list: String { all.map(\.names[0]).joined(separator: ", ") }

  static let all = [
    trace, abbreviate, verbose, raw, signal, status, read, write, descriptors, quiet, decodeDescriptors,
    decodeProcesses, kvm, namespace, contexts, inject, fault,
  ]

  static let trace = Expression("trace", "t", offer: .calls) { invocation, text in
    invocation.settings.selection.calls = try SyscallFilter(parsing: text)
  }
  static let abbreviate = Expression("abbrev", "a", offer: .calls) { invocation, text in
    invocation.given.abbreviated = try SyscallFilter(parsing: text)
  }
  static let verbose = Expression("verbose", "v", offer: .calls) { invocation, text in
    invocation.given.verbose = try SyscallFilter(parsing: text)
  }
  static let raw = Expression("raw", "x", offer: .calls) { invocation, text in
    invocation.given.raw = try SyscallFilter(parsing: text)
  }
  static let signal = Expression("signal", "signals", "s", offer: .signals) { invocation, text in
    let signals = try SignalName.set(parsing: text)
    invocation.settings.tracing.signals = signals
    invocation.settings.text.shownSignals = signals
  }
  static let status = Expression("status", offer: .statuses) { invocation, text in
    invocation.show(try StatusFilter(parsing: text))
  }
  static let read = Expression("read", "reads", "r") { invocation, text in
    invocation.settings.decoding.dumpedReads = try NumberSet(descriptors: text)
  }
  static let write = Expression("write", "writes", "w") { invocation, text in
    invocation.settings.decoding.dumpedWrites = try NumberSet(descriptors: text)
  }
  static let descriptors = Expression("trace-fds", "trace-fd", "fds", "fd") { invocation, text in
    invocation.settings.selection.descriptors = try NumberSet(descriptors: text)
  }
  static let quiet = Expression(
    "quiet", "silent", "silence", "q", offer: .list(quietWords.usual)
  ) { invocation, text in invocation.given.quiet = try quietWords.parse(text) }
  static let decodeDescriptors = Expression(
    "decode-fds", "decode-fd", offer: .list(descriptorWords.usual)
  ) { invocation, text in invocation.given.descriptorDetails = try descriptorWords.parse(text) }
  /// A plus sign in front adds to what is decoded already: `-Y`, `--pidns-translation`.
  static let decodeProcesses = Expression(
    "decode-pids", "decode-pid", offer: .list(processWords.usual)
  ) { invocation, text in
    invocation.settings.inspection.subtract(text.first == "+" ? [] : .ofProcesses)
    invocation.settings.inspection.formUnion(try processWords.parse(text.first == "+" ? text.dropFirst() : text))
  }
  static let kvm = Expression("kvm", offer: .words(["vcpu", "vcpu+"])) { invocation, text in
    guard text == "vcpu" || text == "vcpu+" else {
      throw UsageError("invalid -e kvm= argument: '\(text)'", advice: "accepted are vcpu, vcpu+")
    }
    invocation.settings.inspection.insert(.vcpuExit)
  }
  static let namespace = Expression("namespace", offer: .words(["new"])) { invocation, text in
    guard text == "new" else {
      throw UsageError("invalid -e namespace= argument: '\(text)'", advice: "accepted is new")
    }
    invocation.settings.decoding.annotations.insert(.namespaces)
  }
  /// `none,full`, which nobody writes, is `--secontext` without a value: the types alone.
  static let contexts = Expression("secontext", offer: .list(contextWords.usual)) { invocation, text in
    let details = text == "none,full" ? InspectionDetails.context : try contextWords.parse(text)
    invocation.settings.inspection.subtract([.context, .wholeContext, .expectedContext])
    if !details.isEmpty { invocation.settings.inspection.formUnion(details.union(.context)) }
  }
  static let inject = Expression("inject", offer: .injection) { invocation, text in
    invocation.settings.tracing.injections.append(try Injection(parsing: text, isFault: false))
  }
  static let fault = Expression("fault", offer: .injection) { invocation, text in
    invocation.settings.tracing.injections.append(try Injection(parsing: text, isFault: true))
  }

  static let quietWords = WordSet<NoticeOptions.Quiet>(
    name: "quiet",
    words: [
      ("attach", .attach), ("exit", .exit), ("exits", .exit), ("path-resolution", .pathResolution),
      ("personality", .personality), ("thread-execve", .threadExecve), ("superseded", .threadExecve),
    ])
  static let descriptorWords = WordSet<InspectionDetails>(
    name: "decode-fds",
    words: [
      ("dev", .device), ("eventfd", .eventfd), ("path", .path), ("pidfd", .pidfd), ("signalfd", .signalfd),
      ("socket", .socket),
    ])
  static let processWords = WordSet<InspectionDetails>(
    name: "decode-pids", words: [("comm", .command), ("pidns", .ownNumber)])
  static let contextWords = WordSet<InspectionDetails>(
    name: "secontext", words: [("full", .wholeContext), ("mismatch", .expectedContext)])
}
