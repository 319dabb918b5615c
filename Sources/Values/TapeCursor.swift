import CTableFormat
import Decoding
import SyscallTables

/// Reads a tape: the only one who knows how values, groups and what stands between them follow each other.
///
/// Whoever wants values takes them by ``next()``; text, which shows what stands between them too, goes by ``nextToken()``.
///
/// A cursor walks the values of one level; a group's own are walked between ``enter(_:)`` and ``leave(_:)``. What a reader
/// of values need not know is passed by: comments, brackets round one value behind a pointer, structures without braces
/// whose members stand among those around them. Whatever a tape holds, a walk ends.
public struct TapeCursor {
  @usableFromInline let tokens: TapeContents<Token>
  private let contents: TapeContents<UInt8>
  @usableFromInline let end: Int
  @usableFromInline var index: Int
  private var level = Level()
  /// The group that the last value opens has not been entered.
  private var isBeforeGroup = false

  /// What is known of a level while another is walked.
  public struct Level {
    var isArray = false
    /// A structure without braces, which ends where they would stand.
    var isBare = false
    /// Structures without braces that are open in it.
    var open = 0
    var depth = 0
    var lastName = Node.Name.none
  }

  /// Groups in groups deeper than this are not entered. Only a tracee that means to nests so.
  public static let deepest = 64

  /// The values of `range` of a tape's tokens, until the tape changes.
  public init(_ tape: borrowing Tape, _ range: Range<Int>) {
    tokens = tape.tokens
    contents = tape.bytes
    index = max(range.lowerBound, 0)
    end = min(range.upperBound, tokens.count)
  }

  /// All values of a tape.
  public init(_ tape: borrowing Tape) { self.init(tape, 0..<tape.tokens.count) }

  /// The next value of the level; nil behind the last. A group that was not entered is passed by.
  public mutating func next() -> Node? {
    if isBeforeGroup { passGroup() }
    var name = Node.Name.none
    var isAfter = false
    while index < end {
      let token = tokens[index]
      switch token.kind {
      case .name: name = .member(token.operand)
      case .index: name = .element(set: token.operand, index: token.value)
      case .becomes: isAfter = true
      case .detailOpen:
        index = closing(behind: index + 1)
        continue
      case .detailClose: if level.depth > 0 { return nil }
      case .words where Self.isRemark(token): break
      case .comment, .alias, .referOpen, .referClose, .dump, .dumpGroup, .dumpRest: break
      case .structClose where token.flags.contains(.bare):
        if level.open == 0, level.isBare { return nil }
        level.open = max(level.open - 1, 0)
      case .structClose, .arrayClose, .callClose: if level.depth > 0 { return nil }
      case .structOpen where token.flags.contains(.bare) && standsAmongOthers(name): level.open += 1
      case .number, .set, .named, .address, .string, .structOpen, .arrayOpen, .ellipsis, .unknown, .unreadable, .bits,
        .words, .resumed, .tail, .callOpen:
        index += 1
        if isAfter, name == .none { name = level.lastName }
        level.lastName = name
        let node = Node(kind: kind(of: token), token: token, name: name, isAfter: isAfter)
        isBeforeGroup = node.isGroup
        return node
      }
      index += 1
    }
    return nil
  }

  private func kind(of token: Token) -> Node.Kind {
    switch token.kind {
    case .number, .set, .named, .resumed: .number
    case .string: .bytes
    case .bits: .bits
    case .structOpen: Operator(token) == nil ? .structure : .parts
    case .callOpen: .structure
    case .arrayOpen: index < end && tokens[index].kind == .index ? .structure : .array
    case .address: .address
    case .unreadable: .unreadable
    case .ellipsis: .omitted
    case .words: Self.kind(ofWords: TableString(token.operand).bytes)
    case .tail: .tail
    case .unknown, .name, .index, .becomes, .comment, .detailOpen, .detailClose, .alias, .referOpen, .referClose,
      .structClose, .arrayClose, .callClose, .dump, .dumpGroup, .dumpRest:
      .unknown
    }
  }

  /// What the tables have a text in place of: `""` is a number none of whose bits are set, `"???"` what cannot be told, `"..."`
  /// and `"[...]"` what is left out.
  private static func kind(ofWords text: UnsafeRawBufferPointer) -> Node.Kind {
    switch text.first {
    case nil: .number
    case UInt8(ascii: "?"): .unknown
    default: .omitted
    }
  }

  /// Whether a text of the tables is a remark, not in place of a value: `Timeout`.
  private static func isRemark(_ words: Token) -> Bool {
    words.kind == .words
      && TableString(words.operand).bytes.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } == true
  }

  // MARK: Groups

  /// Begins to walk what a value holds that ``next()`` has just returned; nil when it holds nothing, or lies too deep.
  public mutating func enter(_ node: Node) -> Level? {
    guard isBeforeGroup, level.depth < Self.deepest else { return nil }
    isBeforeGroup = false
    let outer = level
    level = Level()
    level.depth = outer.depth + 1
    level.isArray = node.kind == .array
    level.isBare = node.token.flags.contains(.bare)
    return outer
  }

  /// Goes back to the level that ``enter(_:)`` left, behind the group.
  public mutating func leave(_ outer: Level) {
    while next() != nil {}
    if index < end, Self.closes(tokens[index].kind), tokens[index].flags.contains(.bare) == level.isBare { index += 1 }
    level = outer
  }

  private static func opens(_ kind: Token.Kind) -> Bool {
    kind == .structOpen || kind == .arrayOpen || kind == .callOpen || kind == .detailOpen
  }
  private static func closes(_ kind: Token.Kind) -> Bool {
    kind == .structClose || kind == .arrayClose || kind == .callClose || kind == .detailClose
  }

  private mutating func passGroup() {
    isBeforeGroup = false
    index = closing(behind: index)
  }

  /// The index behind the token that closes a group whose values begin at `start`.
  private func closing(behind start: Int) -> Int {
    var depth = 1
    var position = start
    while depth > 0, position < end {
      if Self.opens(tokens[position].kind) { depth += 1 } else if Self.closes(tokens[position].kind) { depth -= 1 }
      position += 1
    }
    return position
  }

  /// Whether the members of the structure without braces here stand among the values around it: it has no name, or its
  /// name is that of the only value in it.
  private func standsAmongOthers(_ name: Node.Name) -> Bool {
    if Operator(tokens[index]) != nil { return false }
    guard name != .none || level.isArray else { return true }
    var inside = self
    inside.index = index + 1
    inside.level = Level(isBare: true, depth: level.depth + 1)
    guard let first = inside.next(), first.name == .none else { return false }
    return level.isArray || inside.next() == nil
  }

  // MARK: What belongs to a value

  /// The bytes of a value on the tape; none for one that has none.
  public func bytes(of token: Token) -> UnsafeRawBufferPointer { contents.bytes(of: token) }

  public func bytes(of node: Node) -> UnsafeRawBufferPointer { contents.bytes(of: node.token) }

  /// Whether anything is told of the value before the cursor.
  public var hasDetails: Bool { index < end && tokens[index].kind == .detailOpen }

  /// Begins to walk what is told of the value that ``next()`` has just returned, which is no group: the next of its details.
  /// Nil when nothing more is. ``leave(_:)`` goes back.
  public mutating func enterDetails() -> Level? {
    while index < end, tokens[index].kind == .comment { index += 1 }
    guard !isBeforeGroup, hasDetails, level.depth < Self.deepest else { return nil }
    index += 1
    return enterOpenDetails()
  }

  /// The same for details that ``nextToken()`` has just opened.
  public mutating func enterOpenDetails() -> Level {
    let outer = level
    level = Level()
    level.depth = outer.depth + 1
    return outer
  }

  /// How many values of the level behind `start`, which is a cursor of the same level before this one, have a name.
  public func count(of name: Node.Name, from start: TapeCursor) -> Int {
    var earlier = start
    var count = 0
    while let node = earlier.next(), earlier.index < index {
      if node.name == name, !node.isAfter { count += 1 }
    }
    return count
  }

  // MARK: What stands between values

  /// The next token, of a value or not; nil behind the last.
  @inlinable
  public mutating func nextToken() -> Token? {
    guard index < end else { return nil }
    defer { index += 1 }
    return tokens[index]
  }

  /// The token that ``nextToken()`` will return.
  @inlinable
  public var upcomingToken: Token? { index < end ? tokens[index] : nil }

  /// Whether no token follows the upcoming one.
  public var isLast: Bool { index + 1 == end }

  /// Passes by the next group.
  public mutating func passUpcomingGroup() {
    while let token = nextToken() {
      if Self.opens(token.kind) { return index = closing(behind: index) }
    }
  }
}
