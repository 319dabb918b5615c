import Decoding
import Formatting
import Glibc
import Linux
import Options
import Settings

/// Where a trace is written: standard error, a file, a command's standard input, or a file for each thread.
final class OutputPlace {
  enum Kind {
    case standardError
    case single(Int32)
    /// Files NAME.TID.
    case separate(name: [UInt8], appends: Bool)
  }

  let kind: Kind
  /// The command that reads the trace; 0 when there is none.
  let reader: pid_t
  /// What all lines go to; with a file for each thread, what belongs to none of them.
  let sink: OutputSink

  /// Where a formatter writes.
  var outputs: TraceOutputs { if case .separate = kind { .perTracee(sink(of:)) } else { .shared(sink) } }

  var isTerminal: Bool {
    switch kind {
    case .standardError: isatty(STDERR_FILENO) == 1
    case .single(let descriptor): isatty(descriptor) == 1
    case .separate: false
    }
  }

  /// Opens what the command line names; throws what cannot be opened, and why.
  init(_ options: OutputOptions) throws(UsageError) {
    TracerSignals.surviveFileLimit()
    var reader: pid_t = 0
    switch options.destination {
    case .standardError:
      kind = .standardError
      sink = Self.standardError()
    case .command(let command):
      let descriptor = try Self.start(command, &reader)
      kind = .single(descriptor)
      sink = Self.sink(descriptor, Array("|".utf8) + command)
    case .file(let name):
      if options.isSeparate {
        try Self.probe(name)
        kind = .separate(name: name, appends: options.appends)
        sink = OutputSink()
      } else {
        let descriptor = try Self.open(name, appends: options.appends)
        kind = .single(descriptor)
        sink = Self.sink(descriptor, name)
      }
    }
    self.reader = reader
  }

  /// Standard error, for the trace or for notices.
  static func standardError() -> OutputSink { DescriptorSink(descriptor: STDERR_FILENO, policy: .live) }

  /// The file of one thread.
  func sink(of tracee: TraceeIdentity) -> OutputSink {
    guard case .separate(let name, let appends) = kind else { return sink }
    do throws(UsageError) {
      let name = name + Array(".\(tracee.tid)".utf8)
      return Self.sink(try Self.open(name, appends: appends), name)
    } catch {
      complain(error.message)
      return OutputSink()
    }
  }

  /// Writes what is left, and waits for the command that reads the trace.
  func close() {
    sink.close()
    guard reader > 0 else { return }
    while waitpid(reader, nil, 0) < 0, errno == EINTR {}
  }

  private static func sink(_ descriptor: Int32, _ name: [UInt8]) -> OutputSink {
    DescriptorSink(descriptor: descriptor, policy: DescriptorSink.policy(for: descriptor), closesDescriptor: true) {
      complain("\(ArgumentText.text(of: name)): \(String(cString: strerror($0)))")
    }
  }

  private static func open(_ name: [UInt8], appends: Bool) throws(UsageError) -> Int32 {
    do throws(OutputFile.Refusal) {
      return movedHigh(try OutputFile.open(name, appends: appends))
    } catch {
      switch error {
      case .errno(let number): throw cannotOpen(name, number)
      case .planted:
        throw UsageError(
          "Can't fopen '\(ArgumentText.text(of: name))': others can write to its directory, and a link or "
            + "a file of theirs is there, which root does not write to; remove it, or name another")
      }
    }
  }

  private static func cannotOpen(_ name: [UInt8], _ error: Int32) -> UsageError {
    UsageError("Can't fopen '\(ArgumentText.text(of: name))': \(String(cString: strerror(error)))")
  }

  /// A high number, so that the low ones are free when the tracee's own files are counted.
  private static func movedHigh(_ descriptor: Int32) -> Int32 {
    let high = fcntl(descriptor, F_DUPFD_CLOEXEC, 100)
    guard high >= 0 else { return descriptor }
    Glibc.close(descriptor)
    return high
  }

  /// Refuses a name that no file can be made from, before anything is run: its directory has to be there and writable.
  private static func probe(_ name: [UInt8]) throws(UsageError) {
    // A dot, an id and a NUL are put behind it; strace leaves as much room.
    guard name.count + 12 < Int(PATH_MAX) else {
      throw UsageError("\(ArgumentText.text(of: name)): \(String(cString: strerror(ENAMETOOLONG)))")
    }
    let slash = name.lastIndex(of: UInt8(ascii: "/"))
    let directory = slash.map { $0 == 0 ? Array("/".utf8) : Array(name[..<$0]) } ?? Array(".".utf8)
    guard access(directory.map { CChar(bitPattern: $0) } + [0], W_OK | X_OK) == 0 else {
      throw cannotOpen(name, errno)
    }
  }

  /// Starts the shell with `command`; returns the descriptor of its standard input.
  private static func start(_ command: [UInt8], _ reader: inout pid_t) throws(UsageError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw UsageError("-o '|\(ArgumentText.text(of: command))': cannot make a pipe: \(explanation(of: errno))")
    }
    defer { Glibc.close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    let words = [Array("sh".utf8), Array("-c".utf8), command].map { word in
      strdup(word.map { CChar(bitPattern: $0) } + [0])
    }
    defer { for word in words { free(word) } }
    let status = posix_spawn(&reader, "/bin/sh", &actions, nil, words + [nil], environ)
    guard status == 0 else {
      throw UsageError("-o '|\(ArgumentText.text(of: command))': cannot start /bin/sh: \(explanation(of: status))")
    }
    return movedHigh(ends[1])
  }
}
