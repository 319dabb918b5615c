import Decoding
import Linux
import Ptrace
import SyscallTables

/// What is done to calls (``Injection``).
extension Tracer {
  /// What an injection leaves to be done when the tracee goes on.
  struct Orders {
    var signal: Int32 = 0
    /// Nanoseconds.
    var delay: UInt64 = 0
  }

  /// Does to the call that the tracee is about to make what is to be done to it. The tracee's record has the call.
  func tamperAtEntry(_ tracee: Tracee) -> Orders {
    let call = tracee.call
    tracee.tampering = nil
    let subcall = decoder.subcall(of: call, memory: memory, surroundings: surroundings, tid: tracee.thread.tid)
    guard
      let index = configuration.injections.lastIndex(where: {
        $0.calls.contains(call.number, abi: call.abi, entry: call.entry, standingFor: subcall)
      })
    else { return Orders() }
    let injection = configuration.injections[index]
    let number = SyscallFilter.index(call.number, call.abi)
    let key = Tracee.Occasion(abi: call.abi, number: number, subcall: subcall)
    let count = (tracee.occasions[key] ?? 0) &+ 1
    tracee.occasions[key] = count
    guard injection.occasions.contains(count) else { return Orders() }

    var tampering = Tracee.Tampering(injection: index, isSubcall: subcall != 0)
    if injection.result != nil || injection.replacement != nil {
      let number = injection.replacement.map { $0[Int(call.abi.rawValue)] } ?? -1
      do throws(Errno) {
        try tracee.thread.replaceCall(by: number)
        tampering.replacesResult = injection.result != nil
      } catch {
        return Orders()
      }
    }
    poke(injection.pokesAtEntry, tracee, tampering)
    tracee.tampering = tampering
    if let delay = injection.delayAtEntry {
      call.tampering.insert(.delayed)
      return Orders(signal: injection.signal ?? 0, delay: delay)
    }
    return Orders(signal: injection.signal ?? 0)
  }

  /// Does to the call that the tracee returns from what is left to be done; returns nanoseconds to hold it for.
  func tamperAtExit(_ tracee: Tracee) -> UInt64 {
    guard let tampering = tracee.tampering else { return 0 }
    tracee.tampering = nil
    let call = tracee.call
    let injection = configuration.injections[tampering.injection]
    if tampering.replacesResult, let result = injection.result {
      let (value, error): (Int64, Int32) =
        switch result {
        case .error(let error): (-Int64(error), error)
        case .value(let value): (value, 0)
        }
      if (try? tracee.thread.replaceResult(by: value)) != nil {
        call.result = value
        call.error = error
        call.tampering.insert(.injected)
      }
    }
    poke(injection.pokesAtExit, tracee, tampering)
    if injection.delayAtExit != nil { call.tampering.insert(.delayed) }
    return injection.delayAtExit ?? 0
  }

  private func poke(_ pokes: [Injection.Poke], _ tracee: Tracee, _ tampering: Tracee.Tampering) {
    for poke in pokes {
      let count = tampering.isSubcall ? 6 : tracee.call.entry?.argumentCount ?? 6
      guard poke.argument >= 0, poke.argument < count else {
        tellMissingArgument(poke.argument, of: tracee.call, with: count, tracee)
        continue
      }
      let address =
        tampering.isSubcall
        ? decoder.argument(
          poke.argument, ofSubcallIn: tracee.call, memory: memory, surroundings: surroundings, tid: tracee.thread.tid)
        : tracee.call.arguments[poke.argument]
      guard let address else { continue }
      let written = poke.bytes.withUnsafeBytes { tracee.thread.writeMemory(address, $0) }
      if written == poke.bytes.count { tracee.call.tampering.insert(.arguments) }
    }
  }

  private func tellMissingArgument(_ argument: Int, of call: CallRecord, with count: Int, _ tracee: Tracee) {
    let name = call.entry?.name.description ?? "call \(call.number)"
    consumer.handle(
      .warning(
        "process \(tracee.thread.tid): cannot change what argument \(argument &+ 1) of \(name) points to: it has \(count)"
      ))
  }

  /// Leaves a tracee in its stop for so many nanoseconds, while others go on.
  func hold(_ tracee: Tracee, for delay: UInt64, _ visit: Tracee.Visit, delivering signal: Int32) {
    let until = Clock.monotonic &+ delay
    tracee.state = .held(until: until, visit)
    held.append(Held(tid: tracee.thread.tid, until: until, signal: signal))
  }

  struct Held {
    let tid: Int32
    let until: UInt64
    let signal: Int32
  }

  /// Waits for reports, at most until the first of those that are held may go on, and lets those go on that may.
  func collectUntilRelease() -> Collection {
    collectRest()
    if reports.isEmpty, let first = held.min(by: { $0.until < $1.until }) {
      let now = Clock.monotonic
      if first.until > now {
        TracerSignals.awaitChild(nanoseconds: first.until - now)
        collectRest()
      }
    }
    let now = Clock.monotonic
    for item in held where item.until <= now { release(item) }
    held.removeAll { $0.until <= now }
    return .several
  }

  private func release(_ item: Held) {
    guard let tracee = tracees[item.tid], case .held(item.until, let visit) = tracee.state else { return }
    tracee.state = visit == .returned ? .outside : .inside(visit)
    try? resume(tracee, delivering: item.signal)
  }
}
