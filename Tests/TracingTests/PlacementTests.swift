import Linux
import Testing

@testable import Tracing

/// CPU placement on a machine of two CPUs that is only pretended.
@Suite struct PlacementTests {
  private let affinity = FakeAffinity()

  private func started(_ use: TraceConfiguration.Colocation = .automatic) -> CPUPlacement {
    var placement = CPUPlacement(use, affinity)
    placement.willStart()
    affinity.masks[10] = affinity.masks[0]
    placement.started(10)
    return placement
  }

  private func stop(_ tid: Int32, _ count: Int, every nanoseconds: UInt64, _ placement: inout CPUPlacement) {
    for _ in 0..<count {
      affinity.now += nanoseconds
      placement.stopped(tid)
    }
  }

  @Test func aCommandIsBornPinnedAndInsured() {
    var placement = started()
    #expect(affinity.narrow == [0, 10])
    #expect(affinity.insured[10] != nil)
    placement.end()
    #expect(affinity.narrow.isEmpty)
    #expect(affinity.insured.isEmpty)
  }

  @Test func whatCannotBeInsuredIsNotPinned() {
    affinity.mostInsured = 0
    _ = started()
    #expect(affinity.narrow.isEmpty)
  }

  @Test func nobodyIsPinnedOnABusyMachine() {
    affinity.others = 2
    var placement = started()
    #expect(affinity.narrow.isEmpty)
    affinity.others = 0
    stop(10, 48, every: 5000, &placement)
    #expect(affinity.narrow == [0, 10])
    affinity.others = 2
    stop(10, 128, every: 5000, &placement)
    #expect(affinity.narrow.isEmpty)
    affinity.others = 0
    stop(10, 1024, every: 5000, &placement)
    #expect(affinity.narrow.isEmpty, "it waits before it tries again")
    stop(10, 2048, every: 5000, &placement)
    #expect(affinity.narrow == [0, 10])
  }

  @Test func anExecByAnotherThreadKeepsWhatIsToBeGivenBack() throws {
    var placement = started()
    affinity.masks[11] = affinity.masks[10]
    placement.forked(11, by: 10)
    // Thread 11 has the process's id now.
    affinity.masks[11] = nil
    placement.executed(10, formerly: 11)
    placement.ended(11)
    #expect(Set(affinity.insured.keys) == [10])
    placement.willAskForCPUs()
    #expect(affinity.narrow.isEmpty)
  }

  @Test func anExecByAnotherThreadWithItsOwnCPUsForgetsTheLeaders() {
    var placement = started()
    affinity.masks[11] = FakeAffinity.both
    affinity.masks[10] = FakeAffinity.both
    affinity.masks[11] = nil
    placement.executed(10, formerly: 11)
    #expect(!placement.isPinned(10))
    #expect(affinity.insured.isEmpty)
  }

  @Test func allAreGivenBackBeforeOneAsks() {
    var placement = started()
    affinity.masks[11] = affinity.masks[10]
    placement.forked(11, by: 10)
    placement.willAskForCPUs()
    #expect(affinity.narrow.isEmpty)
    stop(10, 512, every: 5000, &placement)
    #expect(affinity.narrow.isEmpty)
  }

  @Test func whoOpensStatusOrStartsTheUnfollowedIsNeverPinnedAgain() {
    for opens in [true, false] {
      var placement = started()
      if opens { placement.willOpenStatus(10) } else { placement.willStartUnfollowed(10) }
      #expect(affinity.narrow.isEmpty)
      stop(10, 10_000, every: 5000, &placement)
      #expect(affinity.narrow.isEmpty)
      placement.end()
    }
  }

  @Test func aChildBornNarrowGetsItsParentsCPUs() {
    var placement = started()
    affinity.masks[11] = affinity.masks[10]
    placement.releaseAll()
    placement.forked(11, by: 10)
    #expect(affinity.narrow.isEmpty)
  }

  @Test func aMaskThatWasChosenMeanwhileStays() throws {
    var placement = started()
    affinity.masks[10] = CPUSet(only: 1)
    placement.release(10)
    #expect(affinity.masks[10] == CPUSet(only: 1))
  }

  @Test func twoThatComputeAreLeftTheirCPUs() {
    var placement = started()
    affinity.masks[11] = affinity.masks[10]
    placement.forked(11, by: 10)
    stop(10, 3, every: 1000, &placement)
    affinity.now += 40_000_000
    placement.idle()
    #expect(affinity.narrow.isEmpty)
  }

  @Test func twoThatStopAreTriedBothWays() {
    var placement = started()
    affinity.masks[11] = affinity.masks[10]
    placement.forked(11, by: 10)
    affinity.runnable = [10, 11]
    for _ in 0..<128 { stop(10, 1, every: 5000, &placement); stop(11, 1, every: 5000, &placement) }
    #expect(affinity.narrow.isEmpty, "apart, to be measured")
    for _ in 0..<128 { stop(10, 1, every: 20_000, &placement); stop(11, 1, every: 20_000, &placement) }
    stop(10, 1, every: 5000, &placement)
    #expect(affinity.narrow == [0, 10, 11], "together was faster")
  }

  @Test func oneThatIsGoneTurnsNothingOff() {
    var placement = started()
    placement.releaseAll()
    affinity.masks[10] = nil
    stop(10, 64, every: 5000, &placement)
    #expect(placement.isOn)
    #expect(affinity.narrow.isEmpty)
  }

  @Test func whatWasAttachedToIsLeftAlone() {
    var placement = CPUPlacement(.automatic, affinity)
    affinity.masks[20] = FakeAffinity.both
    placement.exempt(20)
    stop(20, 1000, every: 5000, &placement)
    #expect(affinity.narrow.isEmpty)
  }

  @Test func alwaysAsksNothing() {
    affinity.others = 50
    var placement = started(.always)
    #expect(affinity.narrow == [0, 10])
    stop(10, 1000, every: 5000, &placement)
    #expect(affinity.narrow == [0, 10])
    placement.end()
  }
}
