import Decoding
import Settings
import SyscallTables
import Values

/// What a call's line has besides its arguments: `fd`, `path`, `peer`, `result` and `bytes`, each of one type in every
/// line, so that what reads tables takes them as they are.
struct JSONColumns {
  private let abi: ABI
  private let wordSize: Int
  private var descriptor: Int64?
  /// The path that the call names, and that of the descriptor.
  private var path: UnsafeRawBufferPointer?
  private var openPath: UnsafeRawBufferPointer?
  private var peer = Peer()

  /// Where the other end of a socket is.
  private struct Peer {
    var port: UInt64?
    /// Four or sixteen bytes.
    var host: (bytes: UnsafeRawBufferPointer, word: UInt32?)?
    var path: (bytes: UnsafeRawBufferPointer, isAbstract: Bool)?

    var isKnown: Bool { path != nil || port != nil && host != nil }
  }

  private static let naming: SyscallFilter = {
    var calls = SyscallFilter(.namesPeer)
    for subcall in Subcall.all where subcall.flags.contains(.namesPeer) { calls.insert(subcall) }
    return calls
  }()

  /// Writes the columns of a call, as members behind others, as far as it has them.
  static func write(_ call: CallRecord, to out: inout ByteBuffer) {
    var columns = JSONColumns(call)
    if let descriptor = columns.descriptor {
      out.append(",\"fd\":")
      out.appendDecimal(descriptor)
    }
    if let path = columns.path ?? columns.openPath {
      out.append(",\"path\":")
      out.appendColumn(path)
    }
    columns.writePeer(to: &out)
    if call.neverReturns || call.isResultUnavailable { return }
    let result = call.error != 0 ? -1 : call.result
    out.append(",\"result\":")
    out.appendDecimal(result)
    if result >= 0, Tables.type(call.resultType.rawValue).style == .moved {
      out.append(",\"bytes\":")
      out.appendDecimal(result)
    }
  }

  private init(_ call: CallRecord) {
    (abi, wordSize) = (call.abi, call.wordSize)
    var cursor = TapeCursor(call.tape, 0..<call.explanation)
    let namesPeer = Self.naming.contains(call)
    while let node = cursor.next() {
      if node.isDescriptor, descriptor == nil {
        take(descriptor: node, &cursor)
      } else if node.kind == .bytes, node.token.text == .path, path == nil {
        path = cursor.bytes(of: node)
      } else if namesPeer, node.isGroup, !peer.isKnown, let outer = cursor.enter(node) {
        take(address: &cursor)
        cursor.leave(outer)
      }
    }
  }

  /// A descriptor, and what is told of it; the working directory is none.
  private mutating func take(descriptor node: Node, _ cursor: inout TapeCursor) {
    guard let number = Int64(exactly: Scalar(node, on: cursor, abi: abi, wordSize: wordSize).integer), number >= 0
    else { return }
    descriptor = number
    while let outer = cursor.enterDetails() {
      while let detail = cursor.next() {
        guard let name = detail.memberName else { continue }
        if name.matches("path"), detail.kind == .bytes {
          openPath = cursor.bytes(of: detail)
        } else if name.matches("socket"), let outer = cursor.enter(detail) {
          take(socket: &cursor)
          cursor.leave(outer)
        }
      }
      cursor.leave(outer)
    }
  }

  /// What is told of a socket: its peer, or where it has a name itself.
  private mutating func take(socket cursor: inout TapeCursor) {
    while let member = cursor.next() {
      guard let name = member.memberName else { continue }
      if name.matches("peer"), let outer = cursor.enter(member) {
        take(address: &cursor)
        cursor.leave(outer)
      } else if name.matches("path"), member.kind == .bytes {
        take(path: member, cursor)
      }
    }
  }

  /// The members of an address, at any depth of the message that it is in.
  private mutating func take(address cursor: inout TapeCursor) {
    while let member = cursor.next() {
      if member.isGroup {
        guard !peer.isKnown, let outer = cursor.enter(member) else { continue }
        take(address: &cursor)
        cursor.leave(outer)
        continue
      }
      // What the tables call a port and an address, and the tracer's own description of a socket.
      switch (member.kind, member.token.style, member.token.text) {
      case (.number, .port, _),
        (.number, _, _) where member.memberName?.matches("port") == true:
        peer.port = Scalar(member, on: cursor, abi: abi, wordSize: wordSize).word
      case (.number, .ipv4, _):
        peer.host = (cursor.bytes(of: member), UInt32(truncatingIfNeeded: member.token.value))
      case (.bytes, _, .ipv4), (.bytes, _, .ipv6): peer.host = (cursor.bytes(of: member), nil)
      case (.bytes, _, .path), (.bytes, _, .abstract): take(path: member, cursor)
      default: break
      }
    }
  }

  private mutating func take(path member: Node, _ cursor: TapeCursor) {
    peer.path = (cursor.bytes(of: member), member.token.text == .abstract)
  }

  /// `127.0.0.1:80`, `[::1]:80`, `/run/socket`, `@name`
  private mutating func writePeer(to out: inout ByteBuffer) {
    if let port = peer.port, let host = peer.host {
      out.append(",\"peer\":\"")
      if let word = host.word {
        withUnsafeBytes(of: word.littleEndian) { ValueWriter.writeDotted($0, to: &out) }
      } else if host.bytes.count == 4 {
        ValueWriter.writeDotted(host.bytes, to: &out)
      } else if host.bytes.count >= 16 {
        out.append(UInt8(ascii: "["))
        ValueWriter.writeIPv6(host.bytes, to: &out)
        out.append(UInt8(ascii: "]"))
      } else {
        out.append(UInt8(ascii: "?"))
      }
      out.append(UInt8(ascii: ":"))
      out.appendDecimal(port)
      out.append(UInt8(ascii: "\""))
    } else if let path = peer.path, !path.bytes.isEmpty {
      out.append(",\"peer\":")
      if path.isAbstract {
        ([UInt8(ascii: "@")] + Array(path.bytes)).withUnsafeBytes { out.appendColumn($0) }
      } else {
        out.appendColumn(path.bytes)
      }
    }
  }
}

extension ByteBuffer {
  /// Appends a text as a string, whatever it holds: what is no UTF-8 shows as U+FFFD; the arguments have it exactly.
  fileprivate mutating func appendColumn(_ bytes: UnsafeRawBufferPointer) {
    if !appendJSON(text: bytes) { appendJSON(String(decoding: bytes, as: UTF8.self)) }
  }
}

extension SyscallFilter {
  fileprivate func contains(_ call: CallRecord) -> Bool {
    contains(call.number, abi: call.abi, entry: call.entry, standingFor: call.standsFor)
  }
}
