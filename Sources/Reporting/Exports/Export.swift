/// A trace written in another form, event by event: nothing of it is kept.
public protocol Export {
  mutating func add(_ line: UnsafeRawBufferPointer, to write: (String) -> Void)
  mutating func finish(to write: (String) -> Void)
}

extension Export {
  /// Reads a trace from an open file; what is written comes in pieces of some kilobytes. Tells whether any line is
  /// an event.
  public mutating func run(reading descriptor: Int32, to write: (String) -> Void) throws(ReadError) -> Bool {
    var reader = LineReader(descriptor: descriptor)
    var hasEvents = false
    var waiting = ""
    let gather: (String) -> Void = { text in
      waiting += text
      guard waiting.utf8.count > 1 << 16 else { return }
      write(waiting)
      waiting = ""
    }
    while let line = try reader.next() {
      if !hasEvents { hasEvents = TraceLine(line) != nil }
      add(line, to: gather)
    }
    finish(to: gather)
    write(waiting)
    return hasEvents
  }
}
