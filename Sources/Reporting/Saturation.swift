infix operator +| : AdditionPrecedence
infix operator +|= : AssignmentPrecedence

/// Sums of what a trace says, which can say anything: what is too much for the type is the greatest or least it has.
extension FixedWidthInteger {
  static func +| (left: Self, right: Self) -> Self {
    let (sum, isTooMuch) = left.addingReportingOverflow(right)
    guard isTooMuch else { return sum }
    return right < 0 ? .min : .max
  }

  static func +|= (left: inout Self, right: Self) { left = left +| right }

  /// The difference, in the bounds of the type.
  func less(_ other: Self) -> Self {
    let (difference, isTooMuch) = subtractingReportingOverflow(other)
    guard isTooMuch else { return difference }
    return other < 0 ? .max : .min
  }
}
