import CTableFormat

/// The words of the language that are no names: widths, presentations, text and bit-set words.
enum Vocabulary {
  struct Width {
    var size: Pair
    var signed: Bool
    var bigEndian = false
    /// The presentation that a short word (`x32`) carries.
    var style: String?
  }

  static let widths: [String: Width] = {
    var result: [String: Width] = [:]
    for (bytes, bits) in [(1, 8), (2, 16), (4, 32), (8, 64)] {
      result["s\(bits)"] = Width(size: Pair(bytes), signed: true)
      result["u\(bits)"] = Width(size: Pair(bytes), signed: false)
      result["x\(bits)"] = Width(size: Pair(bytes), signed: false, style: "HEX")
      if bytes > 1 { result["be\(bits)"] = Width(size: Pair(bytes), signed: false, bigEndian: true) }
    }
    result["int"] = Width(size: Pair(4), signed: true)
    result["uint"] = Width(size: Pair(4), signed: false)
    result["long"] = Width(size: Pair(8, 4), signed: true)
    result["ulong"] = Width(size: Pair(8, 4), signed: false)
    result["ssize"] = Width(size: Pair(8, 4), signed: true)
    result["size"] = Width(size: Pair(8, 4), signed: false)
    result["xint"] = Width(size: Pair(4), signed: false, style: "HEX")
    result["xlong"] = Width(size: Pair(8, 4), signed: false, style: "HEX")
    return result
  }()

  struct Style {
    /// The name in `enum tl_style`, without TL_.
    var name: String
    /// The width that it has by itself.
    var size: Pair
    /// Nil: the sign of the width or of the member.
    var signed: Bool?
    var bigEndian = false
  }

  static let styles: [String: Style] = {
    var result: [String: Style] = [:]
    func add(_ word: String, _ name: String, _ size: Pair, signed: Bool?) {
      result[word] = Style(name: name, size: size, signed: signed)
    }
    let word = Pair(8, 4)
    add("dec", "DEC", Pair(4), signed: nil)
    add("hex", "HEX", Pair(4), signed: false)
    add("octal", "OCT", Pair(4), signed: false)
    add("padded", "PADDED", Pair(4), signed: false)
    add("quota_command", "QUOTA_COMMAND", Pair(4), signed: false)
    add("umask", "UMASK", Pair(2), signed: false)
    add("pointer", "POINTER", word, signed: false)
    add("fd", "FD", Pair(4), signed: true)
    add("anon_fd", "ANON_FD", Pair(4), signed: true)
    add("dirfd", "DIRFD", Pair(4), signed: true)
    for name in ["pid", "tgid", "pgid", "sid"] { add(name, name.uppercased(), Pair(4), signed: true) }
    for name in ["uid", "gid"] { add(name, name.uppercased(), Pair(4), signed: false) }
    add("file_mode", "FILE_MODE", Pair(2), signed: false)
    add("device", "DEVICE", Pair(4), signed: false)
    add("signal", "SIGNAL", Pair(4), signed: true)
    add("errno", "ERRNO", Pair(4), signed: true)
    add("wait_status", "WAIT_STATUS", Pair(4), signed: true)
    add("seconds", "SECONDS", word, signed: true)
    add("date", "DATE", word, signed: true)
    add("nanoseconds", "NANOSECONDS", Pair(8), signed: false)
    add("microseconds", "MICROSECONDS", Pair(4), signed: nil)
    add("span", "SPAN", Pair(8), signed: nil)
    add("v4l2_cid", "CONTROL", Pair(4), signed: false)
    add("port", "PORT", Pair(2), signed: false)
    add("htons", "BE16", Pair(2), signed: false)
    add("htonl", "BE32", Pair(4), signed: false)
    add("ipv4", "IPV4", Pair(4), signed: false)
    add("ifindex", "IFINDEX", Pair(4), signed: false)
    add("clock", "CLOCK", Pair(4), signed: true)
    add("rlimit", "RLIMIT", word, signed: false)
    add("rlimit64", "RLIMIT64", Pair(8), signed: false)
    add("key_serial", "KEY_SERIAL", Pair(4), signed: true)
    add("kernel_version", "KERNEL_VERSION", Pair(4), signed: false)
    add("fourcc", "FOURCC", Pair(4), signed: false)
    add("ioprio", "IOPRIO", Pair(4), signed: false)
    add("ioctl_command", "IOCTL", Pair(4), signed: false)
    add("char", "CHAR", Pair(1), signed: false)
    add("syscall_number", "SYSCALL", Pair(4), signed: nil)
    add("personality", "PERSONALITY", Pair(4), signed: false)
    add("arch", "ARCH", Pair(4), signed: false)
    add("boolean", "BOOL", Pair(4), signed: false)
    add("port_range", "PORT_RANGE", Pair(4), signed: false)
    add("ticks", "TICKS", word, signed: false)
    add("milliseconds", "MILLISECONDS", word, signed: false)
    add("foreign_call", "FOREIGN_CALL", Pair(4), signed: nil)
    add("late_error", "LATE_ERROR", Pair(4), signed: true)
    add("moved", "MOVED", word, signed: false)
    add("negative_errno", "NEGATIVE_ERRNO", Pair(4), signed: true)
    return result
  }()

  /// What a word for text, bytes or a bit set compiles to.
  struct Sized {
    enum Kind { case string, buffer, chars, bitset }
    var kind: Kind
    /// `enum tl_text` or `enum tl_bits`.
    var form: String
    /// Bytes when nothing is said.
    var length: Int?
  }

  static let sized: [String: Sized] = [
    "path": Sized(kind: .string, form: "TEXT_PATH"),
    "string": Sized(kind: .string, form: "TEXT_STRING"),
    "bytes": Sized(kind: .buffer, form: "TEXT_BYTES"),
    "data": Sized(kind: .buffer, form: "TEXT_DATA"),
    "chars": Sized(kind: .chars, form: "TEXT_FIELD"),
    "raw": Sized(kind: .chars, form: "TEXT_BYTES"),
    "text": Sized(kind: .chars, form: "TEXT_STRING"),
    "name": Sized(kind: .chars, form: "TEXT_PATH"),
    "abstract": Sized(kind: .chars, form: "TEXT_ABSTRACT"),
    "whole": Sized(kind: .chars, form: "TEXT_WHOLE"),
    "rest": Sized(kind: .chars, form: "TEXT_REST"),
    "trimmed": Sized(kind: .chars, form: "TEXT_TRIMMED"),
    "hexbytes": Sized(kind: .chars, form: "TEXT_HEX"),
    "ended": Sized(kind: .chars, form: "TEXT_ENDED"),
    "wholehex": Sized(kind: .chars, form: "TEXT_WHOLE_HEX"),
    "ipv4bytes": Sized(kind: .chars, form: "TEXT_IPV4"),
    "digits": Sized(kind: .chars, form: "TEXT_DIGITS"),
    "mac": Sized(kind: .chars, form: "TEXT_MAC"),
    "hardware": Sized(kind: .chars, form: "TEXT_HARDWARE"),
    "uuid": Sized(kind: .chars, form: "TEXT_UUID", length: 16),
    "ipv6": Sized(kind: .chars, form: "TEXT_IPV6", length: 16),
    "sigset": Sized(kind: .bitset, form: "BITS_SIGNALS"),
    "fdset": Sized(kind: .bitset, form: "BITS_FDS"),
    "words": Sized(kind: .bitset, form: "BITS_WORDS"),
  ]

  private static let otherWords: Set<String> = ["bits", "by", "custom", "none", "in", "out", "inout", "union"]

  /// Whether a declaration cannot have this name.
  static func isReserved(_ word: String) -> Bool {
    widths[word] != nil || styles[word] != nil || isSizedWord(word) || otherWords.contains(word)
  }

  static func isSizedWord(_ word: String) -> Bool { sized[word] != nil }

  /// What may stand behind a call's description: the names of `enum tl_call_flags`.
  static let markers = [
    "no return", "at exit", "narrow where marked", "makes process", "executes", "opens path", "shows affinity",
    "makes user faults", "names peer", "names two files", "first chooses not",
  ]

  /// The decoders in Swift that `custom` may name.
  static let customs: [String] = (1..<tl_custom_count).map { String(cString: tl_custom_name($0)) }

  /// Whether a number of C's type `type` is signed. Enumerations and all but the plain types are not.
  static func isSigned(cType type: String) -> Bool {
    signedTypes.contains(type)
  }

  private static let signedTypes: Set<String> = [
    "int", "char", "signed char", "short", "long", "long long", "__s8", "__s16", "__s32", "__s64",
    "int8_t", "int16_t", "int32_t", "int64_t", "__kernel_long_t", "__kernel_pid_t", "__kernel_old_time_t",
    "__kernel_off_t", "__kernel_clock_t", "__kernel_loff_t", "__kernel_ssize_t", "__kernel_time64_t",
    "__kernel_clockid_t", "__kernel_timer_t", "__kernel_key_t", "__kernel_daddr_t", "__kernel_suseconds_t",
    "__kernel_time_t", "__kernel_ptrdiff_t", "snd_pcm_sframes_t", "Elf32_Sword", "Elf64_Sword", "snd_pcm_state_t",
    "snd_ctl_elem_type_t", "snd_ctl_elem_iface_t", "__kernel_rwf_t", "jint32_t", "__kernel_mqd_t",
  ]
}
