import CUnwinding
import Decoding

/// Stacks read with elfutils' libdw (`-k`, `-kk`).
public final class LibdwStackReader: StackReader {
  private let limit: Int
  private let wantsLines: Bool
  private var processes: [Int32: OpaquePointer] = [:]

  /// libdw could not be loaded; `reason` says why.
  public struct Unavailable: Error { public let reason: String }

  /// - Parameters:
  ///   - limit: the most frames read of a stack.
  ///   - lines: whether source files and lines are looked up.
  /// - Throws: ``Unavailable`` when libdw is not installed.
  public init(limit: Int, lines: Bool) throws {
    if let reason = unwinding_load() { throw Unavailable(reason: String(cString: reason)) }
    self.limit = limit
    wantsLines = lines
  }

  deinit {
    for process in processes.values { unwinding_close(process) }
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
    if let process = processes.removeValue(forKey: pid) { unwinding_close(process) }
  }

  private func process(_ pid: Int32) -> OpaquePointer? {
    if let known = processes[pid] { return known }
    guard let opened = unwinding_open(pid) else { return nil }
    processes[pid] = opened
    return opened
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
