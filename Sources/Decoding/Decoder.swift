import CTableFormat
import SyscallTables

/// Walks the descriptions of the tables and writes what it finds to tapes.
///
/// One decoder serves all tracees of a tracer, one stop at a time. It reads registers from the record and memory through
/// ``TraceeMemory``, prints nothing and knows no output format.
public final class Decoder {
  public let options: DecodingOptions

  var scratch = Scratch()
  private var window = PageWindow()
  /// The socket of this call that was asked about last, and its netlink protocol.
  var askedSocket: (fd: Int32, answer: Int64)?
  var frames: [Frame] = []
  /// Structures and attributes within one another; what is deeper stands as an address.
  static let mostFrames = 40
  /// The value or address that a type asks about itself (`value` in expressions).
  var current: UInt64 = 0
  var elementIndex: Int64 = 0
  /// The array whose element is being shown.
  var elements: Elements?
  /// The attributes among which one is being shown, the innermost last.
  var attributeLists: [AttributeList] = []
  /// The indices of the elements of all arrays around the value, outermost first.
  var arrayPath: [Int64] = []
  /// The texts that are decoded are variables of an environment.
  var isInEnvironment = false
  /// Where the data of the call lies; nil when nobody wants it.
  var dataRequests: [DataRequest]?
  /// What is being shown explains the result.
  var isExplaining = false
  /// How many descriptors the result tells of that no set in its explanation has shown yet.
  var readyLeft: Int64 = 0
  /// Whether the memory being decoded was written by the kernel.
  var isInsideOut = false
  /// The directory that a path is relative to: the last one that was shown; nil: the working directory.
  var directory: Int32?
  var phase = Phase.entry
  /// Which part of an in-out structure is being shown.
  var part = Part.whole
  /// The next structure is one whose entry and exit parts stand in the same braces.
  var isMerged = false
  /// What is shown is in a place of which the description says how large it is (`within`).
  var isWithin = false
  /// What it shows at exit is there: the call succeeded.
  var isMergedPartThere = false
  var manner: DecodingOptions.Manner = []
  var wordSize = 8
  var abi = ABI.native
  var tid: Int32 = 0

  // Valid during one stop only.
  private var memoryReference: Unmanaged<TraceeMemory>
  unowned(unsafe) var surroundings: TraceeSurroundings
  /// What is written to. Not counted: the caller keeps it.
  private var recordReference: Unmanaged<CallRecord>
  @inline(__always) var record: CallRecord {
    get { recordReference.takeUnretainedValue() }
    set { recordReference = .passUnretained(newValue) }
  }

  // What the fields above refer to between stops.
  let noMemory = TraceeMemory()
  private let noSurroundings = TraceeSurroundings()
  /// Stands for the call while a signal is decoded.
  let signalCall = CallRecord()

  /// Structures that Swift asks for by name.
  lazy var signalInformation = Tables.structure(named: "siginfo")
  lazy var namespaceKinds = Tables.structure(named: "namespaces")

  enum Phase { case entry, exit }
  enum Part { case whole, entry, exit }

  public init(options: DecodingOptions) {
    self.options = options
    memoryReference = .passUnretained(noMemory)
    surroundings = noSurroundings
    recordReference = .passUnretained(signalCall)
    frames.reserveCapacity(16)
  }

  var abbreviated: Bool { manner.contains(.abbreviated) }
  var is32: Bool { wordSize == 4 }

  /// Decodes what can be shown before the call is carried out.
  ///
  /// The record has its ABI, number, table entry and arguments; its tape is overwritten.
  public func enter(
    _ call: CallRecord, memory: TraceeMemory, surroundings: TraceeSurroundings, tid: Int32
  ) {
    call.forwarded = 0
    begin(call, memory, surroundings, tid, .entry)
    call.tape.removeAll()
    if !call.kept.isEmpty { call.kept.removeAll(keepingCapacity: true) }
    if !call.descriptorsNotShown.isEmpty { call.descriptorsNotShown.removeAll(keepingCapacity: true) }
    call.hasReturned = false
    call.neverReturns = false
    call.isResultUnavailable = false
    call.isRaw = manner.contains(.raw)
    call.resultType = .none
    call.standsFor = 0
    call.resume = Resume()
    call.awaitsExit = false
    enterArguments()
    call.entryTokens = call.tape.tokens.count
    call.explanation = call.entryTokens
    call.dumps = call.entryTokens
  }

  /// Decodes what is known once the call has returned. The record has its result and error.
  public func exit(
    _ call: CallRecord, memory: TraceeMemory, surroundings: TraceeSurroundings, tid: Int32
  ) {
    begin(call, memory, surroundings, tid, .exit)
    call.hasReturned = true
    exitArguments()
    call.explanation = call.tape.tokens.count
    explainResult()
    call.dumps = call.tape.tokens.count
    if dumpsData { dumpData() }
    call.previous = call.entry
  }

  func begin(
    _ call: CallRecord, _ memory: TraceeMemory, _ surroundings: TraceeSurroundings, _ tid: Int32, _ phase: Phase
  ) {
    memoryReference = .passUnretained(memory)
    window.forget()
    askedSocket = nil
    self.surroundings = surroundings
    self.tid = tid
    self.phase = phase
    record = call
    if call.shortRead != nil { call.shortRead = nil }
    abi = call.abi
    wordSize = call.wordSize
    manner = options.manner(of: call.entry?.index ?? 0)
    part = .whole
    scratch.release(to: 0)
    if !frames.isEmpty { frames.removeAll(keepingCapacity: true) }
    if !attributeLists.isEmpty { attributeLists.removeAll(keepingCapacity: true) }
    elements = nil
    current = 0
    directory = nil
    elementIndex = 0
    if !arrayPath.isEmpty { arrayPath.removeAll(keepingCapacity: true) }
    if !options.subcallManners.isEmpty { chooseMannerOfSubcall() }
  }

  @inline(__always)
  func emit(_ token: Token) { recordReference._withUnsafeGuaranteedRef { $0.tape.append(token) } }

  /// Copies bytes to the tape; returns the offset of the first.
  @inline(__always)
  func append(bytes: UnsafeRawBufferPointer) -> Int {
    recordReference._withUnsafeGuaranteedRef { $0.tape.append(bytes: bytes) }
  }

  /// Copies memory of the tracee; returns how many bytes were there, from the first on.
  @inline(__always)
  func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if arrayPath.isEmpty { return memoryReference._withUnsafeGuaranteedRef { $0.read(address, into: buffer) } }
    return readBesideOthers(address, buffer)
  }

  /// Whether memory is read as it is now.
  var readsLive: Bool { memoryReference._withUnsafeGuaranteedRef { $0.givesPages } }

  /// The same for what an element of an array points to.
  private func readBesideOthers(_ address: UInt64, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    memoryReference._withUnsafeGuaranteedRef { memory in
      guard memory.givesPages else { return memory.read(address, into: buffer) }
      return window.read(address, into: buffer) { memory.read($0, into: $1) }
    }
  }

  /// An address in place of what is there.
  @inline(__always)
  func emitAddress(_ address: UInt64) { emit(Token(.address, value: address)) }

  /// A word of the tracee's size, as it stands.
  @inline(__always)
  func truncated(_ word: UInt64) -> UInt64 { wordSize == 4 ? word & 0xffff_ffff : word }

  /// Bytes of a register: those of a marked ABI's own calls have 32 bits, of those that it shares with the native one 64,
  /// whatever a call makes of them.
  var registerSize: Int { isMarkedAlone ? wordSize : abi.registerSize }

  /// Whether the call has numbers and addresses of 32 bits, and no call of the native ABI has its number.
  var isMarkedAlone: Bool {
    abi.layout == .marked && wordSize == 4
      && record.entry.map { !Tables.call($0.call).flags.contains(.narrowWhereMarked) } ?? false
  }
}
