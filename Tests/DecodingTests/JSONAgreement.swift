import Foundation
import Glibc

@testable import Tracing

/// Compares values as JSON with the same values of the library.
enum JSONAgreement {
  /// What disagrees; empty when nothing does.
  static func complaints(_ object: [String: Any], _ members: [TraceValue.Member]) -> [String] {
    var keys = Set(object.keys)
    var found: [String] = []
    var occurrences: [String: Int] = [:]
    // Values without a name go by their place.
    var places = object.keys.filter { $0.wholeMatch(of: /(?:arg|member|element)\d+/) != nil }
      .sorted { $0.drop { !$0.isNumber }.count == $1.drop { !$0.isNumber }.count ? $0 < $1 : $0.count < $1.count }[...]
    for member in members {
      let key: String
      if member.name.isEmpty {
        switch member.value {
        case .unknown where object["unknown"] != nil: key = "unknown"
        case .bytes where object["tail"] != nil && !isFirst(places, in: object, member.value): key = "tail"
        default:
          guard let place = places.popFirst() else {
            found.append("no unnamed \(member.value)")
            continue
          }
          key = place
        }
      } else {
        occurrences[member.name, default: 0] += 1
        let occurrence = occurrences[member.name] ?? 1
        key = occurrence > 1 ? "\(member.name)#\(occurrence)" : member.name
      }
      keys.remove(key)
      if let reason = complaint(object[key], member.value) { found.append("\(key): \(reason)") }
    }
    let others = keys.filter { !$0.hasPrefix("more") }
    if !others.isEmpty { found.append("JSON alone has \(others.sorted())") }
    return found
  }

  /// Whether the next value without a name is this one.
  private static func isFirst(_ places: ArraySlice<String>, in object: [String: Any], _ value: TraceValue) -> Bool {
    places.first.map { complaint(object[$0], value) == nil } ?? false
  }

  private static func complaint(_ json: Any?, _ value: TraceValue) -> String? {
    guard let json else { return "JSON lacks \(value)" }
    let agrees: Bool
    switch value {
    case .number(let number): agrees = isNumber(json, number)
    case .constant(let number, let names): agrees = isConstant(json, number, names)
    case .described(let number, let members):
      guard let object = json as? [String: Any], isNumber(json, number) else { return "\(json) is not \(value)" }
      return members.lazy.compactMap { complaint(object[$0.name], $0.value) }.first
    case .address(let address): agrees = isAddress(json, address)
    case .bytes(let bytes, _): agrees = isBytes(json, bytes)
    case .unknown: agrees = (json as? [String: Any]).map { $0["unknown"] != nil || $0["more"] != nil } ?? false
    case .array(let elements, let isComplete): return complaint(json as? [Any], elements, isComplete)
    case .structure(let members):
      return (json as? [String: Any]).map { complaints($0, members).first } ?? "\(json) is not \(value)"
    case .change(let before, let after):
      guard let object = json as? [String: Any] else { return "\(json) is not \(value)" }
      return complaint(object["before"], before) ?? complaint(object["after"], after)
    }
    return agrees ? nil : "\(json) is not \(value)"
  }

  private static func complaint(_ json: [Any]?, _ elements: [TraceValue], _ isComplete: Bool) -> String? {
    guard var json else { return "no array" }
    json.removeAll { ($0 as? [String: Any])?["more"] != nil }
    if !isComplete, json.count > elements.count { json.removeLast() }
    guard json.count == elements.count else { return "\(json.count) elements, not \(elements.count)" }
    for (element, value) in zip(json, elements) {
      if let reason = complaint(element, value) { return reason }
    }
    return nil
  }

  private static func isNumber(_ json: Any, _ number: Int128) -> Bool {
    switch json {
    case let found as NSNumber:
      return found.stringValue == String(number) || isBoolean(found) && found.boolValue == (number != 0)
    case is NSNull: return number == 0
    case let text as String:
      if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { Int128($0) == number } ?? false }
      // An address of the internet, or a character.
      var address = in_addr()
      if inet_pton(AF_INET, text, &address) == 1 { return Int128(address.s_addr) == number }
      return text.unicodeScalars.first.map { Int128($0.value) == number } ?? false
    case let object as [String: Any]:
      if object["base64"] != nil { return number >= 0x80 }
      return [object["fd"], object["value"], object["pid"]].compactMap { $0 }.contains { isNumber($0, number) }
    default: return false
    }
  }

  private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

  private static func isConstant(_ json: Any, _ number: Int128, _ names: [String]) -> Bool {
    // A member of a set goes by its name alone.
    if let name = json as? String { return names == [name] }
    guard let object = json as? [String: Any], let found = object["value"] as? NSNumber else { return false }
    return found.stringValue == String(number) && object["names"] as? [String] == names
  }

  private static func isAddress(_ json: Any, _ address: UInt64) -> Bool {
    if json is NSNull { return address == 0 }
    guard let text = (json as? [String: Any])?["unread"] else { return false }
    return text is NSNull ? address == 0 : text as? String == "0x" + String(address, radix: 16)
  }

  private static func isBytes(_ json: Any, _ bytes: [UInt8]) -> Bool {
    if let object = json as? [String: Any] {
      if let text = object["base64"] as? String {
        let data = Data(base64Encoded: text)
        return data == Data(bytes) || data == Data(bytes.dropLast())
      }
      return [object["text"], object["abstract"], object["path"]].compactMap { $0 }.contains { isBytes($0, bytes) }
    }
    guard let text = json as? String else { return false }
    let octets = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    var forms = [String(decoding: bytes, as: UTF8.self), octets.joined(separator: ":")]
    if bytes.last == 0 { forms.append(String(decoding: bytes.dropLast(), as: UTF8.self)) }
    if bytes.count >= 4 { forms.append(bytes.prefix(4).map(String.init).joined(separator: ".")) }
    if forms.contains(text) || octets.joined() == text.replacing("-", with: "") { return true }
    // Of a hardware address's place the first bytes are it.
    if !text.isEmpty, octets.joined(separator: ":").hasPrefix(text) { return true }
    var address = in6_addr()
    guard inet_pton(AF_INET6, text, &address) == 1 else { return false }
    return withUnsafeBytes(of: address) { Array($0) == Array(bytes.prefix(16)) }
  }
}
