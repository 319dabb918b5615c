import Decoding
import Foundation
import Testing

@testable import Surroundings

struct SecurityContextTests {
  private func shown(_ attribute: String, whole: Bool) -> String? {
    SecurityContexts(whole: whole, expected: nil).context(inAttribute: Array(attribute.utf8))
      .map { String(decoding: $0.context, as: UTF8.self) }
  }

  @Test func aProcessHasItsType() {
    #expect(shown("system_u:system_r:init_t:s0\0", whole: false) == "init_t")
    #expect(shown("system_u:system_r:init_t:s0\n", whole: true) == "system_u:system_r:init_t:s0")
    #expect(shown("u:r:t:s0-s0:c0.c1023", whole: false) == "t")
  }

  /// The same file of `/proc` holds what other security modules call a process.
  @Test(arguments: ["unconfined\n", "docker-default (enforce)\n", "", "\0", "a:b"])
  func anotherModulesWordIsNone(_ attribute: String) {
    #expect(shown(attribute, whole: false) == nil)
    #expect(shown(attribute, whole: true) == nil)
  }

  /// What a policy says goes by a file's name without links, and by its kind.
  @Test func thePolicySaysWhatAFileOughtToBe() throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("contexts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let (file, link) = (place.appendingPathComponent("sample").path, place.appendingPathComponent("link").path)
    try Data("text".utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    let policy = place.appendingPathComponent("file_contexts").path
    let name = try #require(realpath(file, nil).map { String(cString: $0) })
    try Data("\(name) -- u:object_r:sample_t:s0\n\(name) -d u:object_r:wrong_t:s0\n".utf8)
      .write(to: URL(fileURLWithPath: policy))
    guard let expected = ExpectedContexts(file: policy) else { try Test.cancel("libselinux is not installed") }
    #expect(expected.context(of: file) == Array("u:object_r:sample_t:s0".utf8))
    #expect(expected.context(of: link) == Array("u:object_r:sample_t:s0".utf8))
    #expect(expected.context(of: place.path) == nil)
    #expect(expected.context(of: file + ".not") == nil)
  }

  @Test func withoutAPolicyNothingIsExpected() {
    #expect(ExpectedContexts(file: "/nonexistent/file_contexts") == nil)
  }
}
