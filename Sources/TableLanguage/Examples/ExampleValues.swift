/// Numbers: of plain widths, of presentations, of sets.
extension ExampleMaker {
  /// A number of `size` bytes: small, at a bound, or anything.
  func number(_ size: Int) -> Int64 {
    if random.chance(45) { return Int64(random.below(10)) }
    if random.chance(25) { return Int64(truncatingIfNeeded: random.next()) }
    let bounds: [Int64] = [
      -1, -2, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1000, 4095, 4096, 32767, 32768, 65535, 65536,
      0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 1_700_000_000, .max, .min, 0x1234_5678_9abc,
    ]
    return random.pick(bounds) ?? 0
  }

  func styled(_ word: String, _ size: Int) -> Int64 {
    // Processes that come and go are something else to each tracer: none but the first, and none that can be.
    if ["pid", "tgid", "pgid", "sid"].contains(word) {
      return random.pick([0, 0, 1, 2, -1, -2, 4_194_305, 0x7fff_ffff, 0x8000_0000, 0x1_0000_0001]) ?? 0
    }
    if random.chance(12) { return number(size) }
    switch word {
    case "fd", "anon_fd": return Int64(random.below(30)) - 2
    case "dirfd": return random.pick([-100, -100, 0, 3, 4, 5, 99, -1]) ?? -100
    case "uid", "gid": return random.pick([0, 1, 1000, -1, 0xffff_fffe]) ?? 0
    case "signal": return Int64(random.below(68))
    case "errno": return Int64(random.below(140))
    case "late_error", "negative_errno": return -Int64(random.below(140))
    case "seconds", "date": return random.pick([0, 1, 1_700_000_000, 0xffff_ffff, -1, 253_402_300_800]) ?? 0
    case "pointer": return random.pick([0, 1, 0x1000_0000, 0xffff_ffff, -1, 0x7fff_dead_beef]) ?? 0
    case "ifindex": return random.pick([0, 1, 1, 77, -1]) ?? 0
    case "syscall_number", "foreign_call": return Int64(random.below(480))
    case "file_mode", "umask", "octal": return Int64(random.below(0o200000))
    case "char": return Int64(random.below(256))
    case "ioctl_command": return command()
    case "key_serial": return random.pick([0, 1, -1, -2, -3, -8, -9]) ?? 0
    case "clock": return Int64(random.below(14)) - 3
    case "wait_status": return random.pick([0, 0x100, 9, 0x8b, 0x137f, 0x57f, 0xffff, 0x30057f]) ?? 0
    default: return number(size)
    }
  }

  private func command() -> Int64 {
    if random.chance(30) { return Int64(random.next() & 0xffff_ffff) }
    if random.chance(20), let family = random.pick(compiler.commands.families) {
      return family.value | Int64(truncatingIfNeeded: random.next()) & ~family.mask & 0xffff_ffff
    }
    guard let one = random.pick(compiler.commands.all) else { return 0 }
    return (isNarrow ? one.narrow ?? one.wide : one.wide ?? one.narrow) ?? 0
  }

  /// A value of the set: a name or several, what has no name, and both.
  func setValue(_ name: String) -> Int64 {
    guard let set = compiler.sets[name] else { return number(4) }
    let parts = parts(set)
    let isUnknown = random.chance(12)
    if set.kind == "values" {
      if isUnknown { return number(4) }
      return (random.pick(parts.names) ?? 0) &+ (set.manners.contains("nearest") ? Int64(random.below(3)) : 0)
    }
    var value: Int64 = 0
    for _ in 0..<min(random.pick([0, 1, 1, 1, 2, 3, parts.names.count]) ?? 1, 64) {
      guard let one = random.pick(parts.names) else { break }
      value |= set.kind == "bits" ? 1 << (one & 63) : one
    }
    for field in parts.fields where random.chance(60) {
      let part = random.pick(field.values) ?? Int64(truncatingIfNeeded: random.next())
      value = value & ~field.mask | part & field.mask
    }
    if isUnknown { value |= 1 << Int64(random.below(64)) }
    return value
  }

  private struct Parts {
    var names: [Int64] = []
    var fields: [(mask: Int64, values: [Int64])] = []
  }

  private func value(_ both: Constants.Value?) -> Int64? { both.map { isNarrow ? $0.narrow : $0.wide } }

  private func parts(_ set: SetSyntax) -> Parts {
    var parts = Parts()
    for item in set.entries where item.abis.contains(abiBit) {
      switch item.form {
      case .name(let header):
        if let one = value(compiler.constants.value(item.name, from: header)) { parts.names.append(one) }
      case .computed(let expression):
        if let one = value(compiler.constant(expression, Scope())) { parts.names.append(one) }
      case .prefix(let header, _):
        parts.names += compiler.constants.names(withPrefix: item.name).sorted()
          .compactMap { value(compiler.constants.value($0, from: header)) }
      case .members(let other):
        guard let other = compiler.sets[other], other.name != set.name else { continue }
        let inner = self.parts(other)
        parts.names += inner.names
        parts.fields += inner.fields
      case .field(let shift, let form):
        guard var mask = item.mask ?? value(compiler.constants.value(item.name)) else { continue }
        let by = shift.flatMap { Int64($0) ?? value(compiler.constants.value($0)) } ?? 0
        if mask & ((1 << (by & 63)) &- 1) != 0 { mask <<= by & 63 }
        parts.fields.append((mask, fieldValues(form, of: set).map { $0 << (by & 63) }))
      }
    }
    return parts
  }

  private func fieldValues(_ form: EntrySyntax.FieldForm, of set: SetSyntax) -> [Int64] {
    switch form {
    case .named(let other): return compiler.sets[other].map { parts($0).names } ?? []
    case .inline(let list):
      var inner = set
      inner.entries = list
      return parts(inner).names
    default: return []
    }
  }

  /// The bytes of a number by its type; nil for what is no number.
  func extent(_ type: TypeSyntax) -> Int? {
    func of(_ pair: Pair) -> Int { isNarrow ? pair.narrow : pair.wide }
    switch type.kind {
    case .presented(let width, _): return Vocabulary.widths[width].map { of($0.size) }
    case .name(let name, let arguments):
      if let width = Vocabulary.widths[name] { return of(width.size) }
      if let style = Vocabulary.styles[name] { return of(style.size) }
      if compiler.sets[name] != nil { return 4 }
      guard depth < 12, let declared = expanded(name, arguments) else { return nil }
      depth += 1
      defer { depth -= 1 }
      return extent(declared)
    case .from(let inner, _): return extent(inner)
    default: return nil
    }
  }
}
