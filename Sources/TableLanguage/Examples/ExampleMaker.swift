/// Makes calls up from their descriptions: arguments and memory as the tables' types allow them, and as they don't.
///
/// Meant for comparing two tracers on them. The same seed makes the same calls.
package final class ExampleMaker {
  let compiler: Compiler
  let abi: ABIDescription
  let abiBit: ABISet
  let isNarrow: Bool
  /// What every call of the program returns.
  let result: Int64
  /// The protocols of the netlink sockets that the program has, by descriptor.
  let netlinkProtocols: [Int64: Int64]
  package internal(set) var memory = ExampleMemory()
  var random: ExampleRandom
  var depth = 0
  var layouts: [String: Structure] = [:]
  private var described: [String: [CallSyntax]] = [:]
  /// Those that are drawn from: what there is more to choose in stands there more often.
  private let rows: [Numbers.Row]

  /// - Parameters:
  ///   - abi: one of the tables' machine
  ///   - calls: the names to choose from; all when empty
  ///   - result: what the calls return, a negative error number where they fail
  package init(
    _ tables: CheckedTables, weights: ExampleWeights, abi: String, calls: Set<String>, result: Int64,
    netlinkProtocols: [Int64: Int64], seed: UInt64
  ) {
    compiler = tables.compiler
    let machine = compiler.machine
    self.abi = machine.abis.first { $0.name == abi } ?? machine.native
    abiBit = machine.bit(self.abi)
    isNarrow = self.abi.wordSize == 4
    self.result = result
    self.netlinkProtocols = netlinkProtocols
    random = ExampleRandom(state: seed)
    // A program begins by execve and ends by exit_group: these are executed.
    rows = (compiler.numbers.abis.first { $0.name == abi }?.rows ?? [])
      .filter { !["execve", "exit_group"].contains($0.call) && (calls.isEmpty || calls.contains($0.call)) }
      .flatMap { Array(repeating: $0, count: weights.weight($0.call)) }
    for call in compiler.declarations.calls {
      for (name, _) in call.names { described[name, default: []].append(call) }
    }
  }

  /// The next call; nil when the ABI has none of the wanted ones.
  package func next() -> ExampleCall? {
    guard let row = random.pick(rows) else { return nil }
    var registers = (0..<6).map { _ in random.chance(50) ? 0 : number(8) }
    let all = described[row.call] ?? []
    let special = all.first { $0.abis.map { $0.contains(abiBit) } ?? false }
    if !row.isNative, let call = special ?? all.first(where: { $0.abis == nil }), !call.isWords {
      let scope = ExampleScope()
      for capture in call.captures { scope.captures[capture.name] = capture.value }
      draw(call.variant, scope, 0, &registers)
    }
    return ExampleCall(
      name: row.call, number: UInt64(row.number) | UInt64(abi.mark),
      registers: registers.map { UInt64(bitPattern: $0) })
  }

  /// Chooses a variant's arguments, and those of one of its cases.
  private func draw(_ variant: VariantSyntax, _ scope: ExampleScope, _ start: Int, _ registers: inout [Int64]) {
    var places: [(item: ItemSyntax, register: Int, isWide: Bool)] = []
    var next = start
    for item in variant.arguments where item.form == .value && item.value == nil {
      if let register = item.register { next = register }
      let isWide = abi.registerSize == 4 && (item.type.map { extent($0) == 8 } ?? false)
      if isWide && abi.pairsAreEven { next += next % 2 }
      places.append((item, next, isWide))
      next += isWide ? 2 : 1
      if let name = item.shown, let type = item.type { scope.types[name] = type }
    }
    var chosen: VariantSyntax?
    if let (value, cases) = variant.selector, let item = choose(value, cases, scope),
      case .call(let inner) = item.target
    {
      chosen = inner
    }
    for place in places { if let type = place.item.type { settle(type, scope) } }
    for place in places {
      guard let type = place.item.type, place.register < 6 else { continue }
      let value = place.item.shown.flatMap { scope.values[$0] } ?? self.value(type, scope)
      if let name = place.item.shown { scope.values[name] = value }
      registers[place.register] = value
      if place.isWide, place.register < 5 { registers[place.register + 1] = value >> 32 }
      // The upper half of a register that the kernel ignores.
      if !isNarrow, extent(type) == 4, random.chance(10) {
        registers[place.register] = value & 0xffff_ffff | 0x5a5a << 32
      }
    }
    if let chosen { draw(chosen, scope, next, &registers) }
  }

  /// Chooses one of `cases`, and what `value` depends on so that it is chosen.
  func choose(_ value: Expression, _ cases: Cases, _ scope: ExampleScope) -> CaseSyntax? {
    let list = compiler.cases(cases)
    func number(_ label: CaseSyntax.Label) -> Int64? {
      guard label.abis.contains(abiBit) else { return nil }
      return compiler.constant(label.value, Scope()).map { isNarrow ? $0.narrow : $0.wide }
    }
    if let name = open(value, scope) {
      let labels = list.flatMap(\.labels).compactMap(number)
      if let solved = random.chance(93) ? random.pick(labels).flatMap({ solve(value, $0, scope) }) : nil {
        scope.values[name] = solved
      } else if let type = scope.types[name] {
        settle(type, scope)
        if scope.values[name] == nil { scope.values[name] = self.value(type, scope) }
      }
      // An expression may depend on several.
      return open(value, scope) == name ? random.pick(list) : choose(value, cases, scope)
    }
    guard let found = evaluate(value, scope) else { return random.pick(list) }
    let int = Int32(truncatingIfNeeded: found)
    return list.first {
      $0.labels.contains { number($0).map { $0 == found || Int32(truncatingIfNeeded: $0) == int } ?? false }
    } ?? list.first { $0.labels.isEmpty }
  }

  /// What the open name of `expression` has to be for it to be `wanted`.
  private func solve(_ expression: Expression, _ wanted: Int64, _ scope: ExampleScope) -> Int64? {
    switch expression.kind {
    case .name: return wanted
    case .binary("&", _, let mask):
      let rest = evaluate(mask, scope).map { ~$0 } ?? 0
      return wanted | (random.chance(20) ? number(4) & rest & 0xffff_ffff : 0)
    case .binary(">>", _, let shift): return wanted << ((evaluate(shift, scope) ?? 0) & 63)
    default: return nil
    }
  }

  /// Chooses what a type's shape depends on: selectors, lengths, counts.
  func settle(_ type: TypeSyntax, _ scope: ExampleScope) {
    guard depth < 12 else { return }
    depth += 1
    defer { depth -= 1 }
    func length(_ expression: Expression?, _ sizes: [Int64]) {
      guard let expression, let name = open(expression, scope), let own = scope.types[name] else { return }
      if case .reference = own.kind { return }
      scope.values[name] = random.pick(sizes)
    }
    switch type.kind {
    case .select(let value, let cases):
      if let item = choose(value, cases, scope), case .type(let chosen) = item.target { settle(chosen, scope) }
    case .presented(_, let inner), .widened(_, let inner): settle(inner, scope)
    case .reference(let reference):
      if let size = reference.size {
        let whole = Int64(self.size(of: reference.entry))
        length(size.0, [whole, whole, whole, whole - 1, whole + 1, whole + 8, whole / 2, 0, 1, 64, 4096, 1 << 31])
      }
      settle(reference.entry, scope)
    case .array(_, let count, _, _, _, _, _): length(count, [0, 1, 2, 3, 3, 5, 33, 1 << 31])
    case .records(_, let count, _, _, let bytes):
      length(count, [0, 1, 2, 3])
      length(bytes, [0, 24, 48, 100, 200])
    case .sized(_, let size): length(size, Self.lengths)
    case .bits(let size, _, _, _): length(size, [0, 1, 8, 64, 65, 200])
    case .within(let inner, let size), .from(let inner, let size):
      length(size, Self.lengths)
      settle(inner, scope)
    case .custom(_, _, let arguments): length(arguments.first, [0, 12, 16, 24, 64, 100, 300])
    case .name(let name, let arguments):
      if Vocabulary.widths[name] != nil || Vocabulary.styles[name] != nil || compiler.sets[name] != nil { return }
      if let declared = expanded(name, arguments) { return settle(declared, scope) }
      for argument in arguments { length(argument, Self.lengths) }
    case .none, .words: break
    }
  }

  private static let lengths: [Int64] = [
    0, 1, 2, 3, 4, 8, 12, 15, 16, 17, 24, 28, 31, 32, 33, 40, 64, 110, 128, 300,
  ]
}
