import ArgumentParser

/// What is no trace.
public struct OtherOptions: ParsableArguments {
  public init() {}

  @Flag(name: [.customShort("d"), .customLong("debug")], help: "Say on standard error what the tracer does.")
  public var debug = false

  @Flag(name: [.customShort("h"), .customLong("help")], help: "Show this help.")
  public var help = false

  @Flag(name: [.customShort("V"), .customLong("version")], help: "Show the version.")
  public var version = false

  @Option(
    help: ArgumentHelp("Accepted for scripts written for strace; shows nothing.", valueName: "[ID][,FORMAT]"),
    transform: Tips.init)
  var tips: Tips?

  @Option(help: ArgumentHelp("Say what is known of a system call, and end.", valueName: "CALL"), transform: { $0 })
  public var explain: String?

  @Option(
    help: ArgumentHelp("List the syscalls, classes or abis, and end.", valueName: "WHAT"),
    transform: {
      guard let listing = Listing(rawValue: $0) else { throw UsageError("accepted are syscalls, classes, abis") }
      return listing
    })
  public var list: Listing?

  @Option(
    help: ArgumentHelp("Print the completions for bash, zsh or fish, and end.", valueName: "SHELL"),
    transform: {
      guard let shell = CompletionShell(rawValue: $0) else { throw UsageError("accepted are bash, zsh, fish") }
      return shell
    })
  public var completions: CompletionShell?
}

/// What `--list` lists.
public enum Listing: String, Sendable { case syscalls, classes, abis }

/// `--tips=[[id:]ID][,[format:]FORMAT]`.
struct Tips: Sendable {
  init(_ text: String) throws {
    for item in text.split(separator: ",") {
      let colon = item.firstIndex(of: ":")
      let key = colon.map { item[..<$0] }
      let value = colon.map { item[item.index(after: $0)...] } ?? item
      let isID = value == "random" || decimal(value, in: 0...Int(Int32.max)) != nil
      let isFormat = ["none", "compact", "full"].contains(value)
      guard isID && key != "format" && (key == nil || key == "id") || isFormat && (key == nil || key == "format") else {
        throw UsageError("'\(item)': accepted are a number, random, none, compact, full")
      }
    }
  }
}
