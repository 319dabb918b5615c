/// A tip that is shown at the end: `--tips=[[id:]ID][,[format:]FORMAT]`.
public struct Tips: Sendable {
  /// Which one, counted from 0; nil: any.
  public var id: Int?
  public var format = Format.compact

  public enum Format: String, Sendable, CaseIterable {
    /// None is shown.
    case none
    case compact
    /// In a frame.
    case full
  }

  init(_ text: String) throws(UsageError) {
    for item in text.split(separator: ",") {
      let colon = item.firstIndex(of: ":")
      let key = colon.map { item[..<$0] }
      let value = colon.map { item[item.index(after: $0)...] } ?? item
      if key == nil || key == "id", value == "random" {
        id = nil
      } else if key == nil || key == "id", let number = decimal(value, in: 0...Int(Int32.max)) {
        id = number
      } else if key == nil || key == "format", let format = Format(rawValue: String(value)) {
        self.format = format
      } else {
        let formats = words(of: Format.self).joined(separator: ", ")
        throw UsageError("'\(item)': accepted are a number, random, \(formats)")
      }
    }
  }
}
