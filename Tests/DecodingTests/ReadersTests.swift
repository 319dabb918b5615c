import CTableFormat
import Decoding
import Foundation
import SyscallTables
import TestSupport
import Testing
import Values

@testable import Conditions
@testable import Formatting
@testable import Tracing

/// Text, JSON, timelines, the library and conditions read one tape and agree on every value of it.
@Suite struct ReadersTests {
  private let tracee = TraceeIdentity(tid: 7, pid: 7)

  @Test(arguments: ABI.allCases) func agreeOnEveryCall(abi: ABI) throws {
    var compared = 0
    for number in SyscallNumber.all(of: abi) where number.call != 0 {
      for round in 0..<2 {
        let record = Self.decoded(number, abi, seed: UInt64(number.index) &* 100 &+ UInt64(round))
        // What holds more is much of the same.
        if record.tape.tokens.count > 2_000 { continue }
        let line = "\(number.name) on \(abi), round \(round)"
        let data = try json(record)
        for reason in JSONAgreement.complaints(data, values(record)) { Issue.record("\(line): \(reason)") }
        #expect(try timeline(record) == data as NSDictionary, "\(line): the timeline has other arguments")
        let text = text(record, .raw)
        if text.utf8.count < 1 << 15 { compared += try checkWalk(record, text, line) }
      }
    }
    #expect(compared > 2_000)
  }

  /// A call that a hostile tracee might make.
  private static func decoded(_ number: SyscallNumber, _ abi: ABI, seed: UInt64) -> CallRecord {
    var generator = SplitMix(state: seed)
    var options = DecodingOptions()
    options.defaultManner = [.structures]
    options.stringLimit = 64
    return CallRecord.madeUp(number, abi, options, RandomMemory(seed: seed ^ 0x1234)) {
      let word = generator.next()
      return [word, word % 16, word % 4096, 1 << (word % 64)][Int(word >> 32 % 4)]
    } outcome: {
      generator.next() % 4 == 0 ? (-1, 14) : (Int64(generator.next() % 8), 0)
    }
  }

  // MARK: The readers

  private func text(_ record: CallRecord, _ style: ConstantStyle) -> String {
    let sink = OutputSink()
    var options = TextOptions()
    options.constants = style
    let formatter = TextFormatter(options: options, outputs: .shared(sink))
    formatter.handle(.callEntered(record, by: tracee))
    formatter.handle(.callReturned(record, by: tracee))
    return String(decoding: sink.buffer.bytes, as: UTF8.self)
  }

  /// The line of JSON.
  private func line(_ record: CallRecord) -> [UInt8] {
    let sink = OutputSink()
    JSONFormatter(options: JSONOptions(), outputs: .shared(sink)).handle(.callReturned(record, by: tracee))
    return Array(
      sink.buffer.bytes.split(separator: UInt8(ascii: "\n"))
        .last { $0.starts(with: #"{"event":"syscall""#.utf8) } ?? [])
  }

  /// The arguments as JSON.
  private func json(_ record: CallRecord) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(line(record))) as? [String: Any]
    return try #require(object?["args"] as? [String: Any])
  }

  /// The arguments in a timeline.
  private func timeline(_ record: CallRecord) throws -> NSDictionary {
    let sink = OutputSink()
    let formatter = TimelineFormatter(sink: sink, notices: nil, programName: "test")
    formatter.handle(.callEntered(record, by: tracee))
    formatter.handle(.callReturned(record, by: tracee))
    formatter.finish()
    let bytes = sink.buffer.bytes
    // The first annotation, of the first name, as JSON: its length, in five bytes, and it.
    let start = try #require(bytes.firstRange(of: [0x08, 0x01, 0x4a])).upperBound
    let length = bytes[start..<start + 5].reversed().reduce(0) { $0 << 7 | Int($1 & 0x7f) }
    return try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[start + 5..<start + 5 + length])) as? NSDictionary)
  }

  private func values(_ record: CallRecord) -> [TraceValue.Member] {
    var cursor = TapeCursor(record.tape, 0..<record.explanation)
    return TapeReader(abi: record.abi, wordSize: record.wordSize).members(&cursor)
  }

  /// Walks the values and looks for each in the line of text, in which constants stand as numbers, and by conditions. How many
  /// were compared.
  private func checkWalk(_ record: CallRecord, _ line: String, _ call: String) throws -> Int {
    var cursor = TapeCursor(record.tape, 0..<record.explanation)
    var walk = Walk(line: Array(line.utf8)[...], record: record, call: call)
    walk.level(&cursor)
    let event = Condition.Event(call: record, signal: nil, tracee: tracee)
    for (name, number) in walk.named.prefix(40) {
      let found = event.anyValue(of: .named([name])) {
        if case .number(let value) = $0 { value == number } else { false }
      }
      #expect(found, "no condition finds \(name) == \(number) in \(call)")
    }
    return walk.compared
  }

  /// A place in a line of text that moves on from value to value.
  private struct Walk {
    var line: ArraySlice<UInt8>
    let record: CallRecord
    let call: String
    var named: [(String, Int128)] = []
    var compared = 0

    mutating func level(_ cursor: inout TapeCursor) {
      while let node = cursor.next() {
        switch node.kind {
        case .number:
          let number = Scalar(node, on: cursor, abi: record.abi, wordSize: record.wordSize)
          if let name = node.memberName?.description, !name.isEmpty { named.append((name, number.integer)) }
          if Self.isPlain(node.token) { find(Self.forms(number), node) }
        case .bytes where Self.isQuoted(node.token.text):
          let bytes = cursor.bytes(of: node)
          let isPlain = bytes.allSatisfy {
            $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
          }
          if isPlain, !bytes.isEmpty { find(["\"" + String(decoding: bytes, as: UTF8.self) + "\""], node) }
        default:
          guard node.isGroup, let outer = cursor.enter(node) else { continue }
          level(&cursor)
          cursor.leave(outer)
        }
      }
    }

    private mutating func find(_ forms: [String], _ node: Node) {
      // As many as tell: what long arrays hold is alike.
      guard compared < Self.most else { return }
      compared += 1
      guard let place = forms.compactMap(place).min() else {
        let text = String(decoding: line.prefix(200), as: UTF8.self)
        Issue.record("\(call): none of \(forms) is where it ought to be in the text: \(text)")
        return
      }
      line = line[place...]
    }

    private static let most = 200

    /// Where a form stands next in the line.
    private func place(of form: String) -> Int? {
      let wanted = Array(form.utf8)
      guard let first = wanted.first, line.count >= wanted.count else { return nil }
      return (line.startIndex...line.endIndex - wanted.count).first {
        line[$0] == first && line[$0..<$0 + wanted.count].elementsEqual(wanted)
      }
    }

    /// Whether a number stands in text as C writes one.
    private static func isPlain(_ token: Token) -> Bool {
      switch token.kind {
      case .set:
        let set = Tables.set(token.operand)
        return !token.flags.contains(.networkOrder) && set.flags.isDisjoint(with: [.named, .split, .htons, .htobs])
          && set.style != .fourCC
      case .number:
        switch token.style {
        case .decimal, .hexadecimal, .octal, .pointer, .fd, .unresolvedFD, .pid, .tgid, .pgid, .sid, .clock: return true
        default: return false
        }
      default: return false
      }
    }

    private static func forms(_ number: Scalar) -> [String] {
      let bits = number.bits
      let magnitude = 0 &- Int64(bitPattern: number.word)
      return [
        String(number.integer), String(bits), "0x" + String(bits, radix: 16), "0" + String(bits, radix: 8), "NULL",
        "-0x" + String(UInt64(bitPattern: magnitude) & 0xffff_ffff, radix: 16),
      ]
    }

    private static func isQuoted(_ text: TextForm) -> Bool {
      switch text {
      case .path, .string, .bytes, .field, .data, .whole: true
      default: false
      }
    }
  }

  // MARK: What is told of results

  /// Every process is a shell.
  private final class Shells: TraceeSurroundings {
    override func description(ofProcess id: Int32, _ kind: ProcessNumberKind, tid: Int32) -> ProcessDescription {
      ProcessDescription(command: Array("sh".utf8))
    }
  }

  @Test func aReturnedProcessIsDescribedInTextAndData() throws {
    var options = DecodingOptions()
    options.annotations = .processes
    let decoder = Decoder(options: options)
    let record = CallRecord()
    record.entry = try #require(SyscallNumber.named("getppid", abi: .native))
    decoder.enter(record, memory: TraceeMemory(), surroundings: Shells(), tid: 7)
    record.result = 5
    decoder.exit(record, memory: TraceeMemory(), surroundings: Shells(), tid: 7)
    #expect(text(record, .abbreviated).hasSuffix("= 5<sh>\n"))
    #expect(String(decoding: line(record), as: UTF8.self).contains(#""return":{"pid":5,"comm":"sh"}"#))
  }

  // MARK: Tapes that no decoder writes

  @Test func hostileTapesGoToEveryReader() throws {
    var generator = SplitMix(state: 11)
    let names = (1..<200).map { Tables.field($0).name }
    for _ in 0..<3_000 {
      let record = CallRecord()
      record.entry = SyscallNumber.named("read", abi: .native)
      _ = Array("some bytes of a tape".utf8).withUnsafeBytes { record.tape.append(bytes: $0) }
      for _ in 0..<Int.random(in: 0..<40, using: &generator) {
        record.tape.append(Self.token(names, &generator))
      }
      record.entryTokens = record.tape.tokens.count
      record.explanation = record.entryTokens
      record.dumps = record.entryTokens
      record.hasReturned = true
      for style in [ConstantStyle.raw, .abbreviated, .verbose] { _ = text(record, style) }
      #expect(try timeline(record) == json(record) as NSDictionary)
      _ = values(record)
      let event = Condition.Event(call: record, signal: nil, tracee: tracee)
      for operand in [Condition.Operand.anyPath, .anyDescriptor, .named(["nosuch"])] {
        _ = event.anyValue(of: operand) { _ in false }
      }
      var selection = ObjectSelection()
      selection.paths = [Array("/nowhere".utf8)]
      #expect(!selection.fits(record, by: tracee))
    }
  }

  private static func token(_ names: [UInt32], _ generator: inout SplitMix) -> Token {
    let kind = Token.Kind(rawValue: .random(in: 0...Token.Kind.callClose.rawValue, using: &generator)) ?? .number
    let set = ConstantSet(
      named: ["open_flags", "file_types", "errno", "signals"].randomElement(using: &generator) ?? "")
    // Rows come from the tables alone; everything else may be anything.
    let operand: UInt32 =
      switch kind {
      case .name, .words, .callOpen, .comment: names.randomElement(using: &generator) ?? 0
      case .set, .index, .alias, .bits: set?.index ?? 0
      case .resumed: Bool.random(using: &generator) ? SyscallNumber.named("read", abi: .native)?.index ?? 0 : 0
      default: .random(in: 0..<40, using: &generator)
      }
    return Token(
      kind,
      style: ScalarStyle(rawValue: .random(in: 0...ScalarStyle.padded.rawValue, using: &generator)) ?? .decimal,
      text: TextForm(rawValue: .random(in: 0...TextForm.hardware.rawValue, using: &generator)) ?? .path,
      bits: BitsForm(rawValue: .random(in: 0...BitsForm.fewer.rawValue, using: &generator)) ?? .words,
      detail: Detail(rawValue: .random(in: 0...Detail.words.rawValue, using: &generator)) ?? .file,
      width: [1, 2, 4, 8].randomElement(using: &generator) ?? 4,
      flags: Token.Flags(rawValue: .random(in: 0...255, using: &generator)), operand: operand,
      value: Bool.random(using: &generator) ? .random(in: 0..<40, using: &generator) : generator.next(),
      extra: Bool.random(using: &generator)
        ? .random(in: 0..<40, using: &generator) : UInt32.random(in: 0...UInt32.max, using: &generator))
  }
}
