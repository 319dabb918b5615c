import CLinux
import Glibc
import Settings

/// A program to start under a tracer, in the kernel's terms: bytes, not text.
public struct Program {
  public var path: [UInt8]
  public var arguments: [[UInt8]]
  /// `NAME=VALUE`
  public var environment: [[UInt8]]
  public var user: User?
  /// A seccomp filter to install before it is executed; empty for none.
  public var filter: [FilterInstruction] = []

  /// `struct sock_filter`
  public struct FilterInstruction: Sendable {
    public var code: UInt16
    public var whenTrue: UInt8
    public var whenFalse: UInt8
    public var operand: UInt32
    public init(code: UInt16, whenTrue: UInt8, whenFalse: UInt8, operand: UInt32) {
      self.code = code
      self.whenTrue = whenTrue
      self.whenFalse = whenFalse
      self.operand = operand
    }
  }

  public init(path: [UInt8], arguments: [[UInt8]], environment: [[UInt8]]) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
  }

  /// A process that waits for ``release()`` before it executes its program.
  public struct Started: ~Copyable {
    public let pid: Int32
    private let gate: Int32

    /// `gate` is written to for the release, and closed.
    package init(pid: Int32, gate: Int32) {
      self.pid = pid
      self.gate = gate
    }

    /// Lets the process go on to its program.
    public func release() {
      var byte: UInt8 = 1
      while write(gate, &byte, 1) < 0 && errno == EINTR {}
    }

    /// A process that was not released ends with status 1.
    deinit { close(gate) }
  }

  /// Starts the process. With a placement other than `.parent`, the calling process becomes the program, and this
  /// returns in a grandchild of it. `name` begins the messages of the process should it fail.
  public func start(_ placement: TracerPlacement, named name: String) throws(Errno) -> Started {
    var gate: Int32 = -1
    let result = withCommand(named: name) { tl_start($0, placement.raw, &gate) }
    return Started(pid: Int32(try checked(Int(result))), gate: gate)
  }

  private func withCommand<Result>(
    named name: String, _ body: (UnsafePointer<tl_command>) -> Result
  ) -> Result {
    let filter = filter.map {
      sock_filter(code: $0.code, jt: $0.whenTrue, jf: $0.whenFalse, k: $0.operand)
    }
    let groups = user?.groups ?? []
    return withStringVector(arguments) { arguments in
      withStringVector(environment) { environment in
        withStringVector([path, Array(name.utf8)]) { texts in
          groups.withUnsafeBufferPointer { groups in
            filter.withUnsafeBufferPointer { instructions in
              let count = UInt16(clamping: instructions.count)
              let start = UnsafeMutablePointer(mutating: instructions.baseAddress)
              var program = sock_fprog(len: count, filter: start)
              return withUnsafePointer(to: &program) { program in
                var command = tl_command()
                command.path = UnsafePointer(texts[0])
                command.arguments = arguments
                command.environment = environment
                command.filter = instructions.isEmpty ? nil : program
                command.program_name = UnsafePointer(texts[1])
                if let user {
                  command.changes_user = 1
                  (command.uid, command.euid) = (user.uid, user.effectiveUid)
                  (command.gid, command.egid) = (user.gid, user.effectiveGid)
                  command.groups = groups.baseAddress
                  command.group_count = groups.count
                }
                return body(&command)
              }
            }
          }
        }
      }
    }
  }
}

/// Calls `body` with a vector of C strings that NULL ends.
private func withStringVector<Result>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: strings.reduce(0) { $0 + $1.count + 1 })
  let vector = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
  defer {
    bytes.deallocate()
    vector.deallocate()
  }
  vector.initialize(repeating: nil)
  var offset = 0
  for (index, string) in strings.enumerated() {
    vector[index] = bytes.baseAddress.map { $0 + offset }
    for byte in string {
      bytes[offset] = CChar(bitPattern: byte)
      offset += 1
    }
    bytes[offset] = 0
    offset += 1
  }
  return vector.withMemoryRebound(to: UnsafeMutablePointer<CChar>?.self) { rebound in
    body(UnsafePointer(rebound.baseAddress.unsafelyUnwrapped))
  }
}

extension TracerPlacement {
  fileprivate var raw: tl_placement {
    switch self {
    case .parent: TL_PARENT
    case .grandchild: TL_GRANDCHILD
    case .grandchildInOwnGroup: TL_OWN_GROUP
    case .grandchildInOwnSession: TL_OWN_SESSION
    }
  }
}
