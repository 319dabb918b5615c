import CTableFormat
import SyscallTables

extension Decoder {
  /// The arguments of a `custom(NAME, …)`.
  typealias Parameters = InlineArray<6, Int64>

  /// What no table can say: the decoders that descriptions reach by `custom(NAME)`, by their number in the tables.
  func decodeCustom(_ type: tl_type, _ source: Source) {
    // A register, or a pointer in memory: what it points to. Otherwise what stands in place.
    let isPointer = type.flags & UInt8(TL_REFER_IN | TL_REFER_OUT) != 0
    let place = source.isValue ? truncated(source.value) : isPointer ? scalar(type, source) : source.address
    if isPointer {
      let isWanted =
        manner.contains(.structures) && (phase == .entry || type.flags & UInt8(TL_REFER_OUT) == 0 || holds(type))
      if place == 0 || !isWanted { return emitAddress(place) }
    }
    var parameters = Parameters(repeating: 0)
    for index in 0..<min(type.c, 6) {
      parameters[Int(index)] = evaluate(Tables.expression(type.b + index))
    }
    if !decode(tl_custom(type.a), place, parameters, of: type.d) { emitAddress(place) }
  }

  /// Calls a decoder; false, with nothing written, when it can show nothing but the address.
  private func decode(_ custom: tl_custom, _ place: UInt64, _ parameters: Parameters, of element: UInt32) -> Bool {
    switch custom {
    case TL_CUSTOM_control_messages: decodeControlMessages(place, parameters, element)
    case TL_CUSTOM_console_key: decodeConsoleKey(UInt16(truncatingIfNeeded: parameters[0]))
    case TL_CUSTOM_console_sound: decodeConsoleSound(place)
    case TL_CUSTOM_console_tone: decodeConsoleTone(place)
    case TL_CUSTOM_netlink_messages: decodeNetlinkMessages(place, parameters, element)
    case TL_CUSTOM_exec_environment: decodeEnvironment(place, element)
    case TL_CUSTOM_linked_records: decodeLinkedRecords(place, parameters, element)
    case TL_CUSTOM_entry_count: countEntries(place, parameters)
    case TL_CUSTOM_interrupted_call: nameInterruptedCall()
    case TL_CUSTOM_vcpu_exit: decodeVirtualCPUExit(parameters, element)
    case TL_CUSTOM_generic_family: decodeGenericFamily(UInt16(truncatingIfNeeded: parameters[0]), element)
    default: false
    }
  }
}
