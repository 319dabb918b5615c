/// Checks the declarations of all files and turns them into rows.
final class Compiler {
  let diagnostics: Diagnostics
  /// Whether every file could be read.
  let isParsed: Bool
  var constants: Constants
  let wideLayouts: Layouts
  let narrowLayouts: Layouts
  let numbers: Numbers
  let machine: Machine
  let commands: Commands
  let declarations: Declarations
  var output = Output()

  var sets: [String: SetSyntax] = [:]
  var structs: [String: StructSyntax] = [:]
  var types: [String: TypeDeclaration] = [:]
  var cases: [String: CasesSyntax] = [:]
  var attributes: [String: AttributesSyntax] = [:]
  var used: Set<String> = []
  var expanding: [String] = []
  var layingOut: [String] = []
  /// The ABIs for which a call has descriptions of their own.
  var special: [String: ABISet] = [:]
  /// What each description remembers: expressions, by its label.
  var captureLabels: [String: [String]] = [:]
  var namespaceLabels: [String: String] = [:]
  var keptLabels: [String: String] = [:]
  var outerDepths: [String: Int] = [:]
  /// Structures by key, once begun.
  var structures: [String: Structure] = [:]

  init(
    declarations: Declarations, constants: Constants, wide: Layouts, narrow: Layouts, numbers: Numbers,
    machine: Machine, commands: Commands, diagnostics: Diagnostics
  ) {
    self.declarations = declarations
    self.constants = constants
    wideLayouts = wide
    narrowLayouts = narrow
    self.numbers = numbers
    self.machine = machine
    self.commands = commands
    self.diagnostics = diagnostics
    isParsed = diagnostics.all.isEmpty
  }

  func compile() {
    register()
    for set in declarations.sets { _ = setLabel(set.name, set.position) }
    for structure in declarations.structs where outerDepth(structure.name) == 0 {
      _ = self.structure(structure.name, within: [], structure.position)
    }
    compileCommands()
    compileCalls()
    for structure in structures.values where !structure.rows.isEmpty { write(structure) }
    for type in declarations.types where type.shared && type.parameters.isEmpty {
      output.sharedTypes[type.name] = self.type(type.type, Scope(), .pointee)
    }
  }

  private func register() {
    var seen: [String: Position] = [:]
    func once(_ name: String, _ position: Position) -> Bool {
      if Vocabulary.isReserved(name) {
        // Sets may be called as the presentation that shows them is.
        if sets[name] == nil, !declarations.sets.contains(where: { $0.name == name }) {
          error(position, "\(name) is a word of the language and cannot be declared")
        }
      }
      if let first = seen[name] {
        error(position, "\(name) is declared twice: first at \(place(first))")
        return false
      }
      seen[name] = position
      return true
    }
    for set in declarations.sets where once(set.name, set.position) { sets[set.name] = set }
    for item in declarations.structs where once(item.name, item.position) { structs[item.name] = item }
    for item in declarations.types where once(item.name, item.position) { types[item.name] = item }
    for item in declarations.cases where once(item.name, item.position) { cases[item.name] = item }
    for item in declarations.attributes where once(item.name, item.position) { attributes[item.name] = item }
    for item in declarations.extensions {
      guard cases[item.name] != nil else {
        error(item.position, "no cases \(item.name)" + suggestion(for: item.name, among: cases.keys))
        continue
      }
      cases[item.name]?.cases += item.cases
    }
  }

  /// What is declared and not used on this machine; nothing when a file could not be read, whose declarations may be
  /// the users.
  var unused: [(position: Position, name: String)] {
    var found: [(position: Position, name: String)] = []
    func add(_ position: Position, _ what: String, _ name: String, isShared: Bool = false) {
      // Words for all files are there before their users.
      if isShared || used.contains(name) || diagnostics.files[position.file].hasSuffix("/types.calls") { return }
      found.append((position, "\(what) \(name)"))
    }
    for item in declarations.types { add(item.position, "type", item.name, isShared: item.shared) }
    for item in declarations.sets { add(item.position, "set", item.name, isShared: item.shared) }
    for item in declarations.structs { add(item.position, "struct", item.name, isShared: item.shared) }
    for item in declarations.attributes { add(item.position, "attributes", item.name) }
    for item in declarations.cases { add(item.position, "cases", item.name) }
    return isParsed ? found.sorted { $0.position < $1.position } : []
  }

  func error(_ position: Position, _ message: String) { diagnostics.report(position, message) }

  func place(_ position: Position) -> String {
    "\(diagnostics.files[position.file]):\(position.line)"
  }
}

/// The names that an expression or type can use.
final class Scope {
  /// The structure whose member is described, and those around it, the innermost first.
  var frames: [Structure] = []
  var call: CallScope?
  /// The parameters of the declared type that is being expanded, with where their values come from.
  var parameters: [String: (Expression, Scope)] = [:]

  /// Whether this is the body of a declared type.
  var isDeclared = false

  init(frames: [Structure] = [], call: CallScope? = nil) {
    self.frames = frames
    self.call = call
  }
}

/// The arguments of a call's variant and of those that it is a case of.
final class CallScope {
  struct Argument {
    var reference: String
    var type: TypeSyntax?
  }
  var arguments: [String: Argument] = [:]
  var captures: [String: Int] = [:]
  /// The machine's ABIs that have the call.
  var abis: ABISet = []
  /// Slots for scalars that are read at entry and at exit.
  var slots = 0
}
