/// What `-V` shows, in the form of strace's.
enum Version {
  static let number = "0.1.0"

  static func text(for program: String) -> String {
    """
    \(program) -- version \(number)
    Licensed under the Apache License, version 2.0. There is no warranty.

    """
  }
}
