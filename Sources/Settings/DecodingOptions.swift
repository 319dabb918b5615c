import Glibc

/// What the decoder reads and how much of it. Plain values; nothing here knows of an output format.
public struct DecodingOptions: Sendable {
  /// The most bytes shown of a string, and elements of an array when abbreviating (`-s`). In bytes.
  public var stringLimit = 32
  /// The longest path that is shown, in bytes: `PATH_MAX` without the NUL.
  @inlinable public static var longestPath: Int { Int(PATH_MAX) - 1 }
  /// How each call is decoded, by index in the numbers' table; calls beyond the end, and all when it is empty, get
  /// ``defaultManner``.
  public var manners: [Manner] = []
  /// How calls are decoded that others stand for, by name (a string of the tables); as ``manners`` says of the others where
  /// it is empty.
  public var subcallManners: [UInt32: Manner] = [:]
  public var defaultManner: Manner = [.abbreviated, .structures]
  /// Which descriptors and processes are looked up (`-y`, `-Y`, `-e decode-fds=`).
  public var annotations: Annotations = []
  /// Descriptors whose whole data is put on the tape after a read or a write.
  public var dumpedReads = NumberSet.none
  public var dumpedWrites = NumberSet.none
  /// How constants are shown (`-X`), for what has another shape where they do not go by name.
  public var constants = ConstantStyle.abbreviated
  /// The environment of a new program is not decoded, even where nothing is abbreviated (`--no-env`).
  public var omitsEnvironment = false
  /// Of lists of texts, which a new program gets, only the number is decoded, and that they are cut.
  public var omitsArguments = false
  /// Descriptors are looked for in all elements of an array, also where some are not shown (`-P`, `-e trace-fds=`).
  public var looksForDescriptors = false

  public init() {}

  /// How one call is decoded.
  public struct Manner: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Long structures and arrays are shortened (`-e abbrev=`).
    public static let abbreviated = Manner(rawValue: 1)
    /// What lies behind pointers to structures is read (`-e verbose=`); else their address is shown.
    public static let structures = Manner(rawValue: 2)
    /// All arguments are plain hexadecimal words (`-e raw=`).
    public static let raw = Manner(rawValue: 4)
  }

  public struct Annotations: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let descriptors = Annotations(rawValue: 1)
    public static let processes = Annotations(rawValue: 2)
    /// Namespaces that a call enters or makes (`-e namespace=new`).
    public static let namespaces = Annotations(rawValue: 4)
    /// Security contexts of descriptors, processes and paths (`--secontext`).
    public static let contexts = Annotations(rawValue: 8)
  }

  @inlinable
  public func manner(of number: UInt32) -> Manner {
    let index = Int(number)
    return index < manners.count ? manners[index] : defaultManner
  }
}
