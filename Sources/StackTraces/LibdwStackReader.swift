import CUnwinding
import Decoding
import Glibc

/// Stacks read with elfutils' libdw (`-k`, `-kk`).
public final class LibdwStackReader: StackReader {
  private let limit: Int
  private let wantsLines: Bool
  private var processes: [Int32: Process] = [:]

  private struct Process {
    var stacks: OpaquePointer
    /// `/proc/PID/maps` as it was when libdw looked at it.
    var mappings: [UInt8]
  }

  /// libdw could not be loaded; `reason` says why.
  public struct Unavailable: Error { public let reason: String }

  /// - Parameters:
  ///   - limit: the most frames read of a stack.
  ///   - lines: whether source files and lines are looked up.
  /// - Throws: ``Unavailable`` when libdw is not installed.
  public init(limit: Int, lines: Bool) throws(Unavailable) {
    if let reason = unwinding_load() { throw Unavailable(reason: String(cString: reason)) }
    self.limit = limit
    wantsLines = lines
  }

  deinit {
    for process in processes.values { unwinding_close(process.stacks) }
  }

  public override func read(tid: Int32, pid: Int32, into frames: inout [StackFrame]) {
    frames.removeAll(keepingCapacity: true)
    guard let process = process(pid) else { return }
    let walk = Walk(limit: limit)
    withExtendedLifetime(walk) {
      unwinding_walk(
        process, tid, wantsLines,
        { frame, context in
          guard let frame, let context else { return false }
          return Unmanaged<Walk>.fromOpaque(context).takeUnretainedValue().add(frame.pointee)
        }, Unmanaged.passUnretained(walk).toOpaque())
    }
    frames.append(contentsOf: walk.frames)
  }

  public override func forget(pid: Int32) {
    if let process = processes.removeValue(forKey: pid) { unwinding_close(process.stacks) }
  }

  private func process(_ pid: Int32) -> OpaquePointer? {
    let mappings = Self.mappings(of: pid)
    if let known = processes[pid] {
      if known.mappings == mappings { return known.stacks }
      forget(pid: pid)
    }
    guard let opened = unwinding_open(pid) else { return nil }
    processes[pid] = Process(stacks: opened, mappings: mappings)
    return opened
  }

  /// The whole of `/proc/PID/maps`; empty when it cannot be read.
  private static func mappings(of pid: Int32) -> [UInt8] {
    let file = open("/proc/\(pid)/maps", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var text: [UInt8] = []
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
        count = max(0, Glibc.read(file, buffer.baseAddress, 1 << 14))
      }
      if chunk.isEmpty { return text }
      text.append(contentsOf: chunk)
    }
  }

  /// Collects frames; a class, so that C can carry a reference to it.
  private final class Walk {
    var frames: [StackFrame] = []
    let limit: Int
    init(limit: Int) { self.limit = limit }

    func add(_ frame: unwound_frame) -> Bool {
      var copy = StackFrame(address: frame.address)
      copy.moduleOffset = frame.file_offset
      copy.symbolOffset = frame.symbol_offset
      copy.line = frame.line
      if let module = frame.module { copy.module = bytes(of: module) }
      if let symbol = frame.symbol { copy.symbol = demangled(symbol) }
      if let source = frame.source { copy.source = bytes(of: source) }
      frames.append(copy)
      return frames.count < limit
    }
  }
}

func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
  var bytes: [UInt8] = []
  var next = text
  while next.pointee != 0 {
    bytes.append(UInt8(bitPattern: next.pointee))
    next += 1
  }
  return bytes
}
