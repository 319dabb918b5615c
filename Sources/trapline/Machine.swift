import Glibc
import Options

extension Completion.Machine {
  /// What this machine has, for shells to offer.
  static let this = Completion.Machine(
    processes: runningProcesses, users: knownUsers,
    variables: {
      ProcessArguments.environment.map { variable in
        let name = variable.prefix { $0 != UInt8(ascii: "=") }
        return .init(ArgumentText.text(of: Array(name)) + "=")
      }
    })
}

/// Processes by id, the newest first, with their commands; this one is none.
private func runningProcesses() -> [Completion.Candidate] {
  guard let directory = opendir("/proc") else { return [] }
  defer { closedir(directory) }
  var ids: [Int32] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if let id = Int32(name), id != getpid() { ids.append(id) }
  }
  return ids.sorted(by: >).map { .init("\($0)", command(of: $0)) }
}

/// `/proc/PID/comm`; see proc(5). Empty where the process is gone.
private func command(of id: Int32) -> String {
  guard let file = fopen("/proc/\(id)/comm", "re") else { return "" }
  defer { fclose(file) }
  var buffer = [UInt8](repeating: 0, count: 64)
  let count = fread(&buffer, 1, buffer.count, file)
  let name = buffer.prefix(count).prefix { $0 != UInt8(ascii: "\n") }
  return String(decoding: name.map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
}

private func knownUsers() -> [Completion.Candidate] {
  var users: [Completion.Candidate] = []
  setpwent()
  defer { endpwent() }
  while let entry = getpwent() { users.append(.init(String(cString: entry.pointee.pw_name))) }
  return users
}
