import Foundation
import Testing

@testable import Tracing

/// Among the others, because a tracer waits for any child of the process.
extension TransitionTests {
  /// A trace as a sequence of events.
  @Suite("Events", .serialized)
  struct EventTests {
    @Test func theExampleOfTheDocumentation() async throws {
      let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let page = try String(contentsOf: project.appending(path: "docs/LIBRARY.md"), encoding: .utf8)
      let example = try String(contentsOf: project.appending(path: "Tests/TracingTests/Example.swift"), encoding: .utf8)
      #expect(page.contains(example))
      let lines = try await filesNamed(by: ["cat", "/no/such/file"])
      #expect(lines.contains("openat /no/such/file: ENOENT"))
    }

    @Test func eventsAreTyped() async throws {
      var calls: [TracedCall] = []
      var ends: [Int32] = []
      for try await event in TraceEvents(command: ["sh", "-c", "exec 3</etc/passwd; exit 5"]) {
        if case .call(let call) = event { calls.append(call) }
        if case .exited(let status, _) = event { ends.append(status) }
      }
      #expect(ends == [5])
      let first = try #require(calls.first)
      #expect(first.name == "execve" && first.result == 0 && first.time > 0)
      #expect(first["argv"] == .array(["sh", "-c", "exec 3</etc/passwd; exit 5"].map { text($0) }, isComplete: true))
      let open = try #require(calls.first { $0["pathname"]?.text == "/etc/passwd" })
      #expect(open["dirfd"]?.integer == -100)
      guard case .constant(0, let names) = open["flags"] else { return #expect(open["flags"] == nil) }
      #expect(names == ["O_RDONLY"])
      let last = try #require(calls.last)
      #expect(last.name == "exit_group" && last.result == nil && last.error == nil)
    }

    @Test func descriptorsProcessesAndEndsAreTold() async throws {
      var trace = TraceEvents(command: ["sh", "-c", "exec 3</etc/passwd; head -c 1 <&3; exec cat /no/such/file"])
      trace.inspection = .path
      var events: [TraceEvents.Event] = []
      for try await event in trace { events.append(event) }
      let calls = events.compactMap { event in if case .call(let call) = event { call } else { nil } }
      let shell = try #require(calls.first?.thread.pid)
      #expect(
        calls.contains { $0.name == "read" && $0["fd"]?["path"]?.text == "/etc/passwd" && $0["fd"]?.integer == 0 })
      #expect(calls.contains { $0["pathname"]?.text == "/no/such/file" && $0.errno == 2 && $0.error == "ENOENT" })
      let parents = events.compactMap { event in if case .attached(_, let parent) = event { parent } else { nil } }
      #expect(parents == [shell])
      let programs = events.compactMap { event in
        if case .executed(let thread, nil) = event { thread.command } else { nil }
      }
      #expect(programs == ["sh", "head", "cat"])
      guard case .finished(.exited(1)) = events.last else {
        return #expect(Bool(false), "\(String(describing: events.last))")
      }
    }

    @Test func whatCannotBeTracedIsThrown() async {
      await #expect(throws: TraceError.self) {
        for try await _ in TraceEvents(command: ["/no/such/program"]) {}
      }
    }

    @Test func whoStopsListeningLetsTheProgramGo() async throws {
      let place = FileManager.default.temporaryDirectory.appending(path: "let-go-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: place) }
      for try await event in TraceEvents(command: ["sh", "-c", "sleep 0.1; echo done >\(place.path)"]) {
        if case .call = event { break }
      }
      // It goes on untraced, to its end.
      for _ in 0..<1_000 where !FileManager.default.fileExists(atPath: place.path) {
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(FileManager.default.fileExists(atPath: place.path))
    }

    private func text(_ text: String) -> TraceValue { .bytes(Array(text.utf8), isCut: false) }
  }
}
