import Decoding
import SyscallTables
import Testing

@testable import Tracing

@Suite struct TableTests {
  private func tracee(_ tid: Int32) -> Tracee {
    Tracee(identity: TraceeIdentity(tid: tid, pid: tid), ThreadState(.running, CallRecord()))
  }

  @Test func whatIsInsertedIsFoundUntilItIsRemoved() {
    var table = TraceeTable()
    for tid: Int32 in 1...500 { table.insert(tracee(tid * 7)) }
    for tid: Int32 in 1...500 where tid % 3 == 0 { table.remove(tid * 7) }
    for tid: Int32 in 1...500 { #expect((table[tid * 7] != nil) == (tid % 3 != 0)) }
    #expect(table.count == 334)
    #expect(table.all.count == 334)
  }

  @Test func aFilterHoldsWhatIsPutIn() {
    var filter = SyscallFilter(all: false)
    filter.insert(0x4000_0000 | 5, abi: ABI(rawValue: 2))
    filter.insert(5, abi: .native)
    #expect(filter.contains(0x4000_0005, abi: ABI(rawValue: 2)))
    #expect(filter.contains(5, abi: .native))
    #expect(!filter.contains(5, abi: .compat))
    #expect(!filter.contains(.max, abi: .native))
    filter.invert()
    #expect(!filter.contains(5, abi: .native))
    #expect(filter.contains(.max, abi: .native))
  }

  @Test func theTablesHaveWhatTheTracerLooksFor() {
    let constants = [KernelConstant.setSeccomp, KernelConstant.setName, KernelConstant.cloneUntraced]
    #expect(!constants.contains(KernelConstant.missing))
  }

  @Test(arguments: [
    (2, UInt32.max, 0, [2]), (3, .max, 1, [3, 4, 5, 6]), (1, .max, 2, [1, 3, 5]), (2, 4, 2, [2, 4]), (2, 3, 1, [2, 3]),
  ])
  func occasionsAreCounted(first: UInt32, last: UInt32, step: UInt32, expected: [UInt32]) {
    var occasions = Injection.Occasions()
    occasions.first = first
    occasions.last = last
    occasions.step = step
    #expect((1...6).filter { occasions.contains($0) } == expected)
  }
}
