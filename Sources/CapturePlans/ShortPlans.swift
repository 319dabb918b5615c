import CBPF

/// Plans that take no machine: those that read one piece of memory, whose place and length are in registers.
extension PlanCode {
  /// What a plan reads, where that is one piece of memory; else a reading of nothing. `word`: the bytes of a register.
  func reading(from start: UInt32, word: Int) -> trapline_reading {
    var rest = Matcher(steps[(Int(start) - firstStep)...], word: word)
    return rest.reading() ?? trapline_reading()
  }

  /// Takes steps from the front, if they are what they have to be.
  private struct Matcher {
    private var steps: ArraySlice<trapline_step>
    private let word: Int

    init(_ steps: ArraySlice<trapline_step>, word: Int) {
      self.steps = steps
      self.word = word
    }

    private mutating func take(_ op: trapline_op) -> trapline_step? {
      guard let step = steps.first, step.op == UInt16(op.rawValue) else { return nil }
      steps = steps.dropFirst()
      return step
    }

    /// A whole register.
    private mutating func takeRegister() -> UInt8? {
      if take(TRAPLINE_RESULT) != nil { return UInt8(TRAPLINE_REGISTER_RESULT.rawValue) }
      guard let step = steps.first, Int(step.b) == word, take(TRAPLINE_ARGUMENT) != nil else { return nil }
      return UInt8(truncatingIfNeeded: step.a)
    }

    private mutating func takesSuccess() -> Bool {
      let before = steps
      if take(TRAPLINE_ERROR) != nil, take(TRAPLINE_NOT) != nil, take(TRAPLINE_UNLESS) != nil { return true }
      steps = before
      return false
    }

    mutating func reading() -> trapline_reading? {
      var reading = trapline_reading()
      var takesSuccess = takesSuccess()
      guard let address = takeRegister(), Int(address) != Int(TRAPLINE_REGISTER_RESULT.rawValue) else { return nil }
      reading.address = address
      reading.count = UInt8(TRAPLINE_REGISTER_MOST.rawValue)
      // The address may have been put aside meanwhile.
      if let local = take(TRAPLINE_SET) {
        takesSuccess = takesSuccess || self.takesSuccess()
        guard take(TRAPLINE_GET)?.a == local.a else { return nil }
      }
      reading.takes_success = takesSuccess ? 1 : 0
      let count = takeRegister()
      guard let most = take(TRAPLINE_PUSH)?.a, Int(most) + 2 <= TRAPLINE_READING_LIMIT else { return nil }
      reading.most = most
      if let count {
        reading.count = count
        guard take(TRAPLINE_LEAST) != nil else { return nil }
      } else if take(TRAPLINE_TEXT) != nil {
        // As the machine does: one more than is wanted, and a NUL.
        reading.most += 2
        reading.is_text = 1
        guard take(TRAPLINE_DROP) != nil else { return nil }
      }
      if reading.is_text == 0 {
        guard let block = take(TRAPLINE_BLOCK), Int(block.b) < TRAPLINE_BLOCKS else { return nil }
      }
      return take(TRAPLINE_END) == nil ? nil : reading
    }
  }
}
