import Decoding
import Glibc
import SyscallTables

/// Writes what stands in front of a line: pid, security context, times, call number, instruction pointer.
struct LineLeader {
  private let options: TextOptions
  private let pidPrefix: TextOptions.PidPrefix
  /// Nothing but the pid is shown.
  private let isPlain: Bool
  private var wall = WallTime()
  /// The time of the line before; 0 before the first.
  private var last: UInt64 = 0

  init(_ options: TextOptions) {
    self.options = options
    pidPrefix = options.pidPrefix
    isPlain =
      options.absoluteTime == nil && options.relativeTime == nil && !options.showsCallNumber
      && !options.showsInstructionPointer
  }

  /// - Parameters:
  ///   - wallClock: nanoseconds since the epoch; 0 means now.
  ///   - instructionPointer: nil when it is not known.
  mutating func write(
    _ line: TraceeLine, traceeCount: Int, wallClock: UInt64, instructionPointer: UInt64?, to out: inout ByteBuffer
  ) {
    switch pidPrefix {
    case .never: break
    case .whenSeveral: if traceeCount > 1 { writeBracketedPid(line.tracee, to: &out) }
    case .always: writePid(line.tracee, to: &out)
    }
    if !line.tracee.context.isEmpty { Self.writeContext(of: line.tracee, to: &out) }
    if isPlain { return }
    writeStamps(line, wallClock, instructionPointer, to: &out)
  }

  private mutating func writeStamps(
    _ line: TraceeLine, _ wallClock: UInt64, _ instructionPointer: UInt64?, to out: inout ByteBuffer
  ) {
    if options.absoluteTime != nil || options.relativeTime != nil {
      let time = wallClock == 0 ? Self.now() : wallClock
      writeAbsolute(time, to: &out)
      writeRelative(time, to: &out)
    }
    if options.showsCallNumber { Self.writeNumber(line.tracee.number, abi: line.abi, to: &out) }
    if options.showsInstructionPointer {
      Self.writePointer(instructionPointer, wordSize: line.abi.wordSize, to: &out)
    }
  }

  private func writeBracketedPid(_ tracee: TraceeIdentity, to out: inout ByteBuffer) {
    out.append("[pid ")
    out.appendDecimal(Int64(tracee.tid), width: 5)
    writeCommand(of: tracee, to: &out)
    out.append("] ")
  }

  private func writePid(_ tracee: TraceeIdentity, to out: inout ByteBuffer) {
    let start = out.count
    out.appendDecimal(Int64(tracee.tid))
    let width = out.count - start
    if options.showsCommands && !tracee.command.isEmpty {
      writeCommand(of: tracee, to: &out)
    } else {
      out.append(repeating: UInt8(ascii: " "), times: 5 - width)
    }
    out.append(UInt8(ascii: " "))
  }

  private func writeCommand(of tracee: TraceeIdentity, to out: inout ByteBuffer) {
    guard options.showsCommands, !tracee.command.isEmpty else { return }
    out.append(UInt8(ascii: "<"))
    tracee.command.withUnsafeBytes { ValueWriter.escaping.writeEscaped($0, insideBrackets: true, to: &out) }
    out.append(UInt8(ascii: ">"))
  }

  private static func writeContext(of tracee: TraceeIdentity, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    tracee.context.withUnsafeBytes { ValueWriter.escaping.writeEscaped($0, to: &out) }
    out.append("] ")
  }

  private mutating func writeAbsolute(_ time: UInt64, to out: inout ByteBuffer) {
    let precision: Precision
    switch options.absoluteTime {
    case nil: return
    case .clock(let digits):
      wall.set(Int64(clamping: time / 1_000_000_000))
      out.appendClock(wall.parts)
      precision = digits
    case .unix(let digits):
      out.appendDecimal(time / 1_000_000_000)
      precision = digits
    }
    Self.writeFraction(time, precision, to: &out)
    out.append(UInt8(ascii: " "))
  }

  private mutating func writeRelative(_ time: UInt64, to out: inout ByteBuffer) {
    guard let precision = options.relativeTime else { return }
    let difference = last == 0 || time < last ? 0 : time - last
    last = max(last, time)
    if options.absoluteTime != nil { out.append("(+") }
    out.appendDecimal(Int64(clamping: difference / 1_000_000_000), width: 6)
    Self.writeFraction(difference, precision, to: &out)
    out.append(options.absoluteTime != nil ? ") " : " ")
  }

  /// `.123456`, or nothing where whole seconds are shown.
  static func writeFraction(_ time: UInt64, _ precision: Precision, to out: inout ByteBuffer) {
    if precision == .seconds { return }
    out.append(UInt8(ascii: "."))
    out.appendDecimal(time % 1_000_000_000 / precision.unit, digits: precision.rawValue)
  }

  private static func writeNumber(_ number: UInt64, abi: ABI, to out: inout ByteBuffer) {
    if number == (abi.isNarrow ? 0xffff_ffff : .max) { return out.append("[???] ") }
    out.append(UInt8(ascii: "["))
    out.appendDecimal(Int64(clamping: number), width: 4)
    out.append("] ")
  }

  private static func writePointer(_ pointer: UInt64?, wordSize: Int, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    if let pointer {
      out.appendHexDigits(pointer, digits: wordSize * 2)
    } else {
      out.append(repeating: UInt8(ascii: "?"), times: wordSize * 2)
    }
    out.append("] ")
  }

  static func now(_ clock: clockid_t = CLOCK_REALTIME) -> UInt64 {
    var now = timespec()
    clock_gettime(clock, &now)
    return UInt64(bitPattern: Int64(now.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(now.tv_nsec))
  }
}
