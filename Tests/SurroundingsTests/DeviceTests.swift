import Decoding
import Testing

@testable import Surroundings

struct DeviceTests {
  @Test(arguments: ["/dev/tty", "/dev/ptmx"])
  func driversOfTerminalsHaveThem(_ path: String) throws {
    guard let device = Device(path) else { try Test.cancel("\(path) is not there") }
    #expect(device.isTerminal)
  }

  @Test func otherFilesAreNone() {
    #expect(Device("/dev/null")?.number == DeviceNumber(isCharacter: true, major: 1, minor: 3))
    #expect(Device("/dev/null")?.isTerminal == false)
    #expect(Device("/etc/passwd") == nil)
    #expect(Device("/nonexistent") == nil)
  }
}
