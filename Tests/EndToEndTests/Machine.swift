import Foundation
import Testing

/// What the tests need of the machine and of the checkout.
enum Machine {
  /// The top of the checkout.
  static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The built program: `TRAPLINE` of the environment (the release, as `make test` sets it), or else the newest build.
  static let trapline: String? = {
    if let path = ProcessInfo.processInfo.environment["TRAPLINE"] { return isExecutable(path) ? path : nil }
    let builds = ["release", "debug"].map { project.appendingPathComponent(".build/\($0)/trapline").path }
    return builds.filter(isExecutable).max { modified($0) < modified($1) }
  }()

  /// The path of a program, as the shell would find it; nil when the machine does not have it.
  static func find(_ name: String) -> String? {
    if name.contains("/") { return isExecutable(name) ? name : nil }
    let path = Run.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: isExecutable)
  }

  static func isExecutable(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
      && access(path, X_OK) == 0
  }

  /// strace 7.2 or newer, to compare with: what `scripts/oracle` has set up. Where there is none, or a container forbids it
  /// to trace, the test that asked is reported as skipped.
  static func oracle() throws -> String {
    switch foundOracle {
    case .success(let oracle): return oracle
    case .failure(let reason): try Test.cancel("\(reason)")
    }
  }

  private struct NoOracle: Error, CustomStringConvertible { let description: String }

  private static let foundOracle: Result<String, NoOracle> = {
    let strace = project.appendingPathComponent(".build/oracle/strace").path
    guard isExecutable(strace) else {
      let reason = try? String(
        contentsOf: project.appendingPathComponent(".build/oracle.missing"), encoding: .utf8)
      return .failure(NoOracle(description: "strace 7.2 is not there: \(reason ?? "run scripts/oracle")"))
    }
    let tried = Run(directory: project, limit: 20)([strace, "-o", "/dev/null", "/bin/true"])
    guard tried.end == .exited(0) else {
      return .failure(NoOracle(description: "strace cannot trace here: \(tried.errors)"))
    }
    return .success(strace)
  }()

  /// What a command begins with that finds its memory at the same addresses each time, on which it may depend how often a
  /// program asks for more; nothing where a container forbids that.
  static let withFixedAddresses: [String] = {
    guard let setarch = find("setarch") else { return [] }
    let tried = Run(directory: project, limit: 20)([setarch, "-R", "/bin/true"])
    return tried.end == .exited(0) ? [setarch, "-R"] : []
  }()

  private static func modified(_ path: String) -> Date {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }
}

/// How many CPUs a program may use that is not traced.
let usableCPUs = ProcessInfo.processInfo.activeProcessorCount

/// The programs of `fixtures/c`, built once a test run.
enum Fixtures {
  static let python = Machine.project.appendingPathComponent("fixtures/python")
  static let make = Machine.project.appendingPathComponent("fixtures/make")
  static let source = Machine.project.appendingPathComponent("fixtures/c")
  private static let built = Machine.project.appendingPathComponent(".build/fixtures")

  /// How a fixture is built.
  enum Flavour: String {
    case dynamic, linkedStatically = "static", bits32 = "32"

    var flags: [String] {
      switch self {
      case .dynamic: []
      case .linkedStatically: ["-static"]
      case .bits32: ["-m32"]
      }
    }
  }

  /// Why a fixture is not there.
  struct NotBuilt: Error, CustomStringConvertible { let description: String }

  /// The path of fixture `name`, built if it is older than its source.
  static func program(_ name: String, _ flavour: Flavour) throws -> String {
    let binary = built.appendingPathComponent(flavour == .dynamic ? name : "\(name)-\(flavour.rawValue)")
    let text = source.appendingPathComponent(name + ".c")
    func modified(_ url: URL) -> Date? {
      (try? FileManager.default.attributesOfItem(atPath: url.path))?[.modificationDate] as? Date
    }
    if let there = modified(binary), let origin = modified(text), there > origin { return binary.path }
    guard let gcc = Machine.find("gcc") else { throw NotBuilt(description: "gcc is not installed") }
    try FileManager.default.createDirectory(at: built, withIntermediateDirectories: true)
    // Another test may run the program already: it is replaced as a whole, or its exec fails (ETXTBSY).
    let fresh = built.appendingPathComponent("\(binary.lastPathComponent).\(UUID().uuidString)").path
    let command = [gcc, "-std=gnu17", "-O1", "-Wall"] + flavour.flags + ["-o", fresh, text.path]
    let compiled = Run(directory: built)(command)
    guard compiled.end == .exited(0) else {
      throw NotBuilt(description: "gcc \(flavour.flags.joined()): \(compiled.errors.prefix { $0 != "\n" })")
    }
    rename(fresh, binary.path)
    return binary.path
  }
}
