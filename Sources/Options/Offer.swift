/// What a shell may offer where a value is typed.
indirect enum Offer: Sendable {
  case nothing
  case files
  /// Ids of running processes, separated by commas.
  case processes
  case users
  /// Names of environment variables.
  case variables
  /// One of these.
  case words([String])
  /// Some of these, separated by commas; an exclamation mark may come first.
  case list([String])
  /// System calls and classes, separated by commas; `!`, `?` may come first.
  case calls
  /// A system call.
  case call
  case signals
  case statuses
  /// `SET:error=…:when=…`
  case injection
  /// What `-e` takes.
  case expression
}
