import Testing

@testable import Surroundings

struct GenericFamiliesTests {
  @Test func theKernelNamesItsFamilies() throws {
    let names = GenericFamilies().names
    if names.isEmpty { try Test.cancel("there is no generic netlink") }
    #expect(names[16] == "nlctrl")
    #expect(names.values.allSatisfy { !$0.isEmpty && $0.utf8.count < 16 })
  }
}
