import Decoding
import Linux
import Ptrace
import SyscallTables

/// What is done to calls (``Injection``).
extension PtraceEngine {
  /// What an injection leaves to be done when the tracee goes on.
  struct EntryActions {
    var signal: Int32 = 0
    /// Nanoseconds.
    var delay: UInt64 = 0
  }

  /// Does to the call that the tracee is about to make what is to be done to it. The tracee's record has the call, decoded
  /// as it is to be shown.
  func tamperAtEntry(_ tracee: Tracee, _ stop: borrowing PtraceStop) -> EntryActions {
    let call = tracee.thread.call
    tracee.thread.tampering = nil
    let subcall = recorder.decoder.subcall(
      of: call, memory: place.memory, surroundings: recorder.surroundings, tid: tracee.tid)
    guard
      let index = configuration.injections.lastIndex(where: {
        $0.calls.contains(call.number, abi: call.abi, entry: call.entry, standingFor: subcall)
      })
    else { return EntryActions() }
    // What the trace would not show is left alone, and does not count.
    guard recorder.consumer.selects(call, by: tracee.identity) else { return EntryActions() }
    let injection = configuration.injections[index]
    let number = SyscallFilter.index(call.number, call.abi)
    let key = ThreadState.Occasion(abi: call.abi, number: number, subcall: subcall)
    let count = (tracee.thread.injectionCounts[key] ?? 0) &+ 1
    tracee.thread.injectionCounts[key] = count
    guard injection.occasions.contains(count) else { return EntryActions() }

    var tampering = ThreadState.Tampering(injection: index, isSubcall: subcall != 0)
    // As with strace, another call is made only where this one's result is given.
    if injection.result != nil {
      let number = injection.replacement.map { $0[Int(call.abi.rawValue)] } ?? -1
      do throws(Errno) {
        try stop.replaceCall(by: number)
        tampering.replacesResult = true
      } catch {
        return EntryActions()
      }
    }
    tracee.thread.tampering = tampering
    if !injection.pokesAtEntry.isEmpty {
      poke(injection.pokesAtEntry, tracee, stop, tampering)
      // The arguments are others now.
      recorder.decode(tracee, memory: place.memory)
    }
    if let delay = injection.delayAtEntry {
      call.tampering.insert(.delayed)
      return EntryActions(signal: injection.signal ?? 0, delay: delay)
    }
    return EntryActions(signal: injection.signal ?? 0)
  }

  /// Does to the call that the tracee returns from what is left to be done; returns nanoseconds to hold it for.
  func tamperAtExit(_ tracee: Tracee, _ stop: borrowing PtraceStop) -> UInt64 {
    guard let tampering = tracee.thread.tampering else { return 0 }
    tracee.thread.tampering = nil
    let call = tracee.thread.call
    let injection = configuration.injections[tampering.injection]
    if tampering.replacesResult, let result = injection.result {
      let (value, error): (Int64, Int32) =
        switch result {
        case .error(let error): (-Int64(error), error)
        case .value(let value): (value, 0)
        }
      if (try? stop.replaceResult(by: value)) != nil {
        call.result = value
        call.error = error
        call.tampering.insert(.injected)
      }
    }
    poke(injection.pokesAtExit, tracee, stop, tampering)
    if injection.delayAtExit != nil { call.tampering.insert(.delayed) }
    return injection.delayAtExit ?? 0
  }

  private func poke(
    _ pokes: [Injection.Poke], _ tracee: Tracee, _ stop: borrowing PtraceStop, _ tampering: ThreadState.Tampering
  ) {
    for poke in pokes {
      let count = tampering.isSubcall ? 6 : tracee.thread.call.entry?.argumentCount ?? 6
      guard poke.argument >= 0, poke.argument < count else {
        tellMissingArgument(poke.argument, of: tracee.thread.call, with: count, tracee)
        continue
      }
      let address =
        tampering.isSubcall
        ? recorder.decoder.argument(
          poke.argument, ofSubcallIn: tracee.thread.call, memory: place.memory, surroundings: recorder.surroundings,
          tid: tracee.tid)
        : tracee.thread.call.arguments[poke.argument]
      guard let address else { continue }
      let written = stop.writeMemory(address, poke.bytes)
      // Some of the bytes may be there even if not all are.
      if written > 0 {
        tracee.thread.call.tampering.insert(.arguments)
        if written < poke.bytes.count { tellShortWrite(written, of: poke.bytes.count, to: address, tracee) }
      } else if !poke.bytes.isEmpty {
        recorder.warn("Failed to tamper with process \(tracee.tid): couldn't poke")
      }
    }
  }

  private func tellShortWrite(_ written: Int, of count: Int, to address: UInt64, _ tracee: Tracee) {
    recorder.warn("pid:\(tracee.tid) short write (\(written) < \(count)) @0x\(String(address, radix: 16))")
  }

  private func tellMissingArgument(_ argument: Int, of call: CallRecord, with count: Int, _ tracee: Tracee) {
    let name = call.entry?.name.description ?? "call \(call.number)"
    recorder.warn(
      "Failed to tamper with process \(tracee.tid): requested to tamper with argument #\(argument &+ 1), "
        + "but system call '\(name)' has only \(count) arguments")
  }
}
