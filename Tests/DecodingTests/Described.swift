import CTableFormat
import Decoding
import SyscallTables

/// Decodes one call from registers and bytes, and gives its tape in a form that a test can read.
struct Described {
  let record = CallRecord()
  let memory: TraceeMemory
  let decoder: Decoder
  private let surroundings: TraceeSurroundings

  init(
    memory: TraceeMemory = ByteMemory(), options: DecodingOptions = DecodingOptions(),
    surroundings: TraceeSurroundings = TraceeSurroundings()
  ) {
    self.memory = memory
    self.surroundings = surroundings
    decoder = Decoder(options: options)
  }

  func enter(_ name: String, _ arguments: UInt64..., abi: ABI = .native) {
    record.abi = abi
    record.entry = SyscallNumber.named(name, abi: abi)
    for (index, value) in arguments.enumerated() { record.arguments[index] = value }
    decoder.enter(record, memory: memory, surroundings: surroundings, tid: 1)
  }

  func exit(_ result: Int64, error: Int32 = 0) {
    record.result = result
    record.error = error
    decoder.exit(record, memory: memory, surroundings: surroundings, tid: 1)
  }

  /// The tokens in a shorthand: names with `=`, numbers, set values as `set:value`, text in quotes, groups in brackets.
  var shorthand: String {
    var words: [String] = []
    for token in record.tape.tokens { words.append(Self.shorthand(of: token, record.tape)) }
    return words.joined(separator: " ")
  }

  private static func shorthand(of token: Token, _ tape: borrowing Tape) -> String {
    switch token.kind {
    case .name: return TableString(token.operand).description + "="
    case .number:
      return token.flags.contains(.signed) ? String(Int64(bitPattern: token.value)) : String(token.value)
    case .set: return TableString(Tables.set(token.operand).name).description + ":" + String(token.value, radix: 16)
    case .address: return "@" + String(token.value, radix: 16)
    case .string:
      let bytes = tape.bytes[Int(token.value)..<Int(token.value) + Int(token.operand)]
      return "\"" + String(decoding: bytes, as: UTF8.self) + "\"" + (token.flags.contains(.cut) ? "..." : "")
    case .structOpen: return "{"
    case .structClose: return "}"
    case .arrayOpen, .referOpen: return "["
    case .arrayClose, .referClose: return "]"
    case .becomes: return "=>"
    case .ellipsis: return "..."
    case .unreadable: return "!" + String(token.value, radix: 16)
    default: return "<\(token.kind)>"
    }
  }
}
