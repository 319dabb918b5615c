import Foundation
import Testing

/// How Trapline learns of calls (`--engine`).
enum Engine: String, CaseIterable, CustomTestStringConvertible {
  case ptrace, bpf

  var options: [String] { ["--engine=\(rawValue)"] }
  var testDescription: String { rawValue }

  /// Reports the test that asks as skipped where the machine forbids this engine.
  func require() throws {
    guard self == .bpf, let refusal = Self.refusal else { return }
    // Whatever else keeps the programs out is a fault.
    try #require(refusal.contains("CAP_BPF"), "\(refusal)")
    try Test.cancel("\(refusal)")
  }

  /// What Trapline says where the kernel's programs cannot be loaded; nil where they can.
  private static let refusal: String? = {
    guard let trapline = Machine.trapline else { return nil }
    let tried = Run(directory: Machine.project, limit: 20)([trapline, "--engine=bpf", "-o", "/dev/null", "/bin/true"])
    return tried.errors.isEmpty ? nil : tried.errors
  }()
}
