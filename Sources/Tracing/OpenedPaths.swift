import Decoding
import Ptrace
import SyscallTables

/// Calls that open a file by its path. Some files of `/proc` tell a tracee what we hide from it, or change what we keep
/// of it.
enum OpenedPaths {
  static let calls = SyscallFilter(.opensPath)
  /// Those that have the path as their first argument; the others have a directory before it.
  private static let withoutDirectory = SyscallFilter(named: ["open", "creat"])

  static func pathArgument(of number: UInt64, abi: ABI) -> Int {
    withoutDirectory.contains(number, abi: abi) ? 0 : 1
  }

  /// What a file's name means to us.
  enum Meaning {
    /// `status`, which has the CPUs of a thread: `/proc/self/status`.
    case status
    /// `comm`, by which a thread's name is changed: `/proc/self/comm`.
    case commandName

    init?(_ name: UnsafeRawBufferPointer) {
      if name.elementsEqual("status".utf8) {
        self = .status
      } else if name.elementsEqual("comm".utf8) {
        self = .commandName
      } else {
        return nil
      }
    }
  }
}

extension PtraceEngine {
  /// Whether anything depends on what tracees open.
  var watchesPaths: Bool { placement.isOn || configuration.readsCommandNames }

  /// The tracee is about to open a file, as the stop tells.
  func watchPath(_ tracee: Tracee, _ stop: borrowing PtraceStop, _ abi: ABI) {
    let argument = OpenedPaths.pathArgument(of: place.info.number, abi: abi)
    switch meaning(ofPathAt: place.info.arguments[argument], stop) {
    case .status: placement.willOpenStatus(tracee.tid)
    case .commandName: recorder.commandNamesVary = true
    case nil: break
    }
  }

  private func meaning(ofPathAt address: UInt64, _ stop: borrowing PtraceStop) -> OpenedPaths.Meaning? {
    let pathBytes = place.path
    // Most paths are short: a page is asked for only when they are not.
    var got = stop.readMemory(address, into: UnsafeMutableRawBufferPointer(rebasing: pathBytes.prefix(256)))
    var end = pathBytes.prefix(got).firstIndex(of: 0)
    if end == nil && got == 256 {
      got = stop.readMemory(address, into: pathBytes)
      end = pathBytes.prefix(got).firstIndex(of: 0)
    }
    guard let end else { return nil }
    let path = UnsafeRawBufferPointer(rebasing: pathBytes.prefix(end))
    let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? -1
    return OpenedPaths.Meaning(UnsafeRawBufferPointer(rebasing: path[(slash + 1)...]))
  }
}
