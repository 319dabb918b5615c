import Decoding
import Glibc
import Settings
import SyscallTables
import Testing

@testable import Tracing

extension TransitionTests {
  /// Programs that make calls faster than these are decoded, with a ring that has no place for them.
  @Suite("Back-pressure", .enabled(if: Steps.engines.contains(.bpf), "the kernel's programs cannot be loaded here"))
  struct BackPressureTests {
    private static let made = 20_000

    /// Takes its time with each call, and counts them.
    private final class SlowJournal: Journal {
      private(set) var count = 0
      private(set) var warnings: [String] = []

      override func handle(_ event: TraceEvent) {
        if case .callReturned(let call, _) = event, call.entry?.name.matches("getuid") == true {
          if !call.isResultUnavailable && !call.neverReturns { count += 1 }
          if count & 7 == 0 { usleep(100) }
        }
        if case .warning(let text) = event { warnings.append(text) }
        super.handle(event)
      }

      /// How many calls are said to be missing, in all.
      var missing: Int {
        warnings.compactMap { $0.wholeMatch(of: /(a|\d+) calls? of thread \d+ (is|are) missing.*/) }
          .reduce(0) { $0 + (Int($1.output.1) ?? 1) }
      }
    }

    private func trace(_ way: String) throws -> (journal: SlowJournal, outcome: TraceOutcome) {
      let journal = SlowJournal()
      let (_, outcome) = try Steps.trace(
        [way, String(Self.made)], of: Steps.urgent, calls: ["getuid"], journal: journal
      ) {
        $0.engine = .bpf
        $0.followsForks = true
        $0.ringSize = 1 << 16
      }
      return (journal, outcome)
    }

    @Test(arguments: ["default", "ignored", "handled"]) func nothingIsLostAndNothingSeen(_ way: String) throws {
      let (journal, outcome) = try trace(way)
      #expect(outcome == .exited(0), "SIGURG was seen")
      #expect(journal.count == Self.made)
      #expect(journal.warnings.isEmpty)
    }

    /// A thread that blocks the signal cannot be held at once: what is lost is told to the call.
    @Test(arguments: ["waited", "read", "thread"]) func whatIsLostIsCounted(_ way: String) throws {
      let (journal, outcome) = try trace(way)
      #expect(outcome == .exited(0), "SIGURG was seen")
      #expect(journal.count + journal.missing == Self.made, "\(journal.warnings.prefix(3))")
    }
  }
}
