import CTableFormat
import SyscallTables

extension Decoder {
  /// The arguments of a `custom(NAME, …)`.
  typealias Parameters = InlineArray<6, Int64>

  /// What no table can say: the decoders that descriptions reach by `custom(NAME)`, by their number in the tables.
  func decodeCustom(_ type: tl_type, _ source: Source) {
    // A register, or a pointer in memory: what it points to. Otherwise what stands in place.
    let isPointer = !type.referenceFlags.isDisjoint(with: [.in, .out])
    let place = source.isValue ? truncated(source.value) : isPointer ? scalar(type, source) : source.address
    if isPointer {
      let isWanted =
        manner.contains(.structures) && (phase == .entry || !type.referenceFlags.contains(.out) || holds(type))
      if place == 0 || !isWanted { return emitAddress(place) }
    }
    var parameters = Parameters(repeating: 0)
    for index in 0..<min(type.custom.argumentCount, 6) {
      parameters[Int(index)] = evaluate(Tables.expression(type.custom.arguments + index))
    }
    if !decode(type.custom.decoder, place, parameters, of: type.custom.element) { emitAddress(place) }
  }

  /// Calls a decoder; false, with nothing written, when it can show nothing but the address.
  private func decode(_ custom: CustomDecoder, _ place: UInt64, _ parameters: Parameters, of element: UInt32) -> Bool {
    switch custom {
    case .controlMessages: decodeControlMessages(place, parameters, element)
    case .consoleKey: decodeConsoleKey(UInt16(truncatingIfNeeded: parameters[0]))
    case .consoleSound: decodeConsoleSound(place)
    case .consoleTone: decodeConsoleTone(place)
    case .netlinkMessages: decodeNetlinkMessages(place, parameters, element)
    case .execEnvironment: decodeEnvironment(place, element)
    case .linkedRecords: decodeLinkedRecords(place, parameters, element)
    case .entryCount: countEntries(place, parameters)
    case .interruptedCall: nameInterruptedCall()
    case .vcpuExit: decodeVirtualCPUExit(parameters, element)
    case .foreignDescriptor: decodeForeignDescriptor(place, of: parameters, element)
    case .genericFamily: decodeGenericFamily(UInt16(truncatingIfNeeded: parameters[0]), element)
    case .callSign: decodeCallSign(place, element)
    case .none: false
    }
  }
}
