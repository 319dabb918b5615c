/// An expression as written.
struct Expression {
  indirect enum Kind {
    case number(Int64)
    /// `name` or `name.member.member`.
    case name(String)
    /// `outer.member`, `outer.outer.member`.
    case outer(levels: Int, String)
    case unary(String, Expression)
    case binary(String, Expression, Expression)
    case conditional(Expression, Expression, Expression)
    case has(Expression, Expression)
    /// `*argument`
    case behind(String)
    /// `argument->member`
    case arrow(String, String)
    case call(String, [Expression])
    case sizeOf(String)
    case offsetOf(String, String)
    case peek(TypeSyntax, Expression)
    case kept(TypeSyntax, Expression)
  }
  var kind: Kind
  var position: Position

  /// 1 where the value is not 0, else 0.
  var asCondition: Expression {
    switch kind {
    case .has, .unary("!", _): return self
    case .binary(let sign, _, _) where Self.conditionSigns.contains(sign): return self
    case .name(let name) where Self.conditionNames.contains(name): return self
    case .call("readable", _): return self
    default:
      return Expression(kind: .binary("!=", self, Expression(kind: .number(0), position: position)), position: position)
    }
  }

  private static let conditionSigns: Set = ["==", "!=", "<", ">", "<=", ">=", "&&", "||"]
  /// What is 1 or 0 by itself.
  private static let conditionNames: Set = ["is32", "abbreviated", "structures", "exiting"]
}

/// A type as written.
struct TypeSyntax {
  enum Direction { case `in`, out, `inout` }

  struct Reference {
    var direction: Direction
    var entry: TypeSyntax
    /// Behind `=>`.
    var exit: TypeSyntax?
    var changed = false
    var bare = false
    var always = false
    /// What the caller left there, shown once the call returned.
    var late = false
    var merged = false
    /// The address is shown where the exit part is not there.
    var orAddress = false
    var size: (Expression, Expression)?
    var tail: String?
    var condition: Expression?
  }

  indirect enum Kind {
    case none
    case words(String)
    /// A name that is a width, a presentation, a set, a structure, a declared type or a parameter, with arguments.
    case name(String, [Expression])
    /// A width and a presentation.
    case presented(String, TypeSyntax)
    /// A pointer or a choice, and the width of the member that it is.
    case widened(String, TypeSyntax)
    /// `path`, `data[…]`, `chars[…]`, `sigset[…]`: a word and its length.
    case sized(String, Expression?)
    case bits(Expression, set: String?, inverted: Bool, most: Expression? = nil)
    case reference(Reference)
    /// `T[COUNT]`; `each`: its elements are read one by one; `short`: no more are shown than `-s` says; `most`: how many are shown at most.
    case array(
      TypeSyntax, count: Expression?, indexedBy: String?, condition: Expression? = nil, each: Bool = false,
      short: Bool = false, most: Expression? = nil)
    /// Elements that say their own length: `T[COUNT] stride EXPR within BYTES`.
    case records(TypeSyntax, count: Expression?, stride: Expression, rounded: Bool, bytes: Expression?)
    case select(Expression, Cases)
    /// A decoder's name, the type of what it takes apart, and its arguments.
    case custom(String, of: TypeSyntax?, [Expression])
    /// A type of which so many bytes are there.
    case within(TypeSyntax, Expression)
    /// A number that was another before.
    case from(TypeSyntax, Expression)
  }
  var kind: Kind
  var position: Position
}

/// What `by` chooses from.
enum Cases {
  case inline([CaseSyntax])
  case named(String, Position)
}

/// One case of a choice: its constants, and a type or a call's arguments.
struct CaseSyntax {
  struct Label {
    var value: Expression
    /// The ABIs that it is restricted to.
    var abis: ABISet
  }
  /// Empty for `else`.
  var labels: [Label]
  var target: Target
  var position: Position

  indirect enum Target {
    case type(TypeSyntax)
    case call(VariantSyntax)
  }
}

/// The ABIs that something holds for.
struct ABISet: OptionSet, Hashable {
  let rawValue: UInt8
  static let all = ABISet(rawValue: .max)
  /// Those that descriptions may name: of every machine.
  static let words: [(String, ABISet)] = ["x86_64", "i386", "x32", "aarch64", "arm"].enumerated().map {
    ($0.element, ABISet(rawValue: 1 << $0.offset))
  }
}

/// A member of a structure, an argument, or an item of an explanation.
struct ItemSyntax {
  enum Form { case value, ellipsis, unknown, note, padding }
  var form = Form.value
  /// The name shown, nil for `_`; the text of a note.
  var shown: String?
  /// The member's path, where it differs from the name; the register of an argument.
  var member: String?
  var register: Int?
  var type: TypeSyntax?
  var value: Expression?
  var condition: Expression?
  var verbose = false
  /// An argument whose name is always shown.
  var named = false
  var part: TypeSyntax.Direction?
  /// What was shown before the call becomes this.
  var becomes = false
  var padding = 0
  var position: Position
}

struct StructSyntax {
  var name: String
  var parameters: [String]
  var layoutName: String?
  var layoutHeader: String?
  var packed = false
  var padded = false
  var clipped = false
  var unbraced = false
  /// In brackets, not in braces.
  var listed = false
  /// The name before parentheses that stand in place of braces.
  var called: String?
  /// What stands between the members, which then have no braces.
  var separator: String?
  /// Seconds and nanoseconds since the epoch that the structure means.
  var date: (Expression, Expression)?
  /// The set that names the structure for short, and the value that it names.
  var alias: (set: TypeSyntax, value: Expression)?
  var dateDigits = 9
  /// The date is left out by `-X raw`.
  var isDateDerived = false
  /// If not all of it is there, its first member and an ellipsis are shown.
  var headed = false
  /// As clipped; of a member that is cut, the bytes that are there.
  var cut = false
  /// With what follows it, it stands in brackets.
  var bracketed = false
  /// What follows the structure in memory, and where, if not at the next multiple of four bytes.
  var follower: (type: TypeSyntax, at: Expression?)?
  var items: [ItemSyntax] = []
  var shared = false
  var position: Position
}

struct EntrySyntax {
  enum Form {
    case name(from: String?)
    case prefix(from: String?, except: [String])
    case members(of: String)
    case computed(Expression)
    /// `MASK << SHIFT …`
    case field(shift: String?, FieldForm)
  }
  enum FieldForm {
    case number(always: Bool)
    case signal
    case mode
    case hex(always: Bool)
    case named(String)
    case inline([EntrySyntax])
  }
  var name: String
  var form: Form
  var abis: ABISet
  var position: Position
  /// The bits of a field that is written as a number.
  var mask: Int64?
}

struct SetSyntax {
  var name: String
  var kind: String
  var style: String?
  var unknown: String?
  var zeroPlain = false
  /// split, named, notes, htons, htobs
  var manners: [String] = []
  var entries: [EntrySyntax]
  var shared = false
  var position: Position
}

struct TypeDeclaration {
  var name: String
  var parameters: [String]
  var type: TypeSyntax
  var shared = false
  var position: Position
}

struct CasesSyntax {
  var name: String
  var isCall: Bool
  var cases: [CaseSyntax]
  var position: Position
}

struct VariantSyntax {
  /// The call that it stands for, whose name is shown: `as NAME (…)`.
  var name: String?
  /// Where the arguments of that call lie as words, which is described by itself: `as NAME from ADDRESS`.
  var words: Expression?
  var arguments: [ItemSyntax]
  var selector: (Expression, Cases)?
  var result: TypeSyntax?
  /// What the call really gave, where that is not the result: `-> TYPE = EXPR`.
  var resultValue: Expression?
  var explanation: [ItemSyntax] = []
  var position: Position
}

struct CallSyntax {
  var names: [(String, Position)]
  var abis: ABISet?
  var variant: VariantSyntax
  var captures: [(name: String, value: Expression)] = []
  /// Of ``Vocabulary/markers``.
  var markers: Set<String> = []
  /// Which kinds of namespaces are entered, as flags (`CLONE_NEWNS` …).
  var namespaces: Expression?
  /// The address and the bytes of memory that is kept at entry.
  var kept: (address: Expression, bytes: Expression)?
  var page: String
  var position: Position

  /// `(...)`: nothing is known of its arguments but how many there are.
  var isWords: Bool {
    variant.arguments.count == 1 && variant.arguments[0].form == .ellipsis && variant.selector == nil
  }
}

/// The attributes of a kind of netlink message, or of an attribute that nests them.
struct AttributesSyntax {
  struct Item {
    /// A constant, or the set whose members have a name but no type of their own.
    var entry: EntrySyntax
    var type: TypeSyntax?
  }
  var name: String
  var parameters: [String]
  var unknown: String?
  var items: [Item]
  var otherwise: TypeSyntax?
  var position: Position
}

/// All declarations of all files.
struct Declarations {
  var calls: [CallSyntax] = []
  var structs: [StructSyntax] = []
  var sets: [SetSyntax] = []
  var types: [TypeDeclaration] = []
  var cases: [CasesSyntax] = []
  var extensions: [CasesSyntax] = []
  var attributes: [AttributesSyntax] = []
}
