import TableLanguage

/// A small kernel to compile descriptions against.
enum Sample {
  static let constants = """
    # name\tvalue\theader
    O_RDONLY\t0\tasm-generic/fcntl.h
    O_WRONLY\t1\tasm-generic/fcntl.h
    O_RDWR\t2\tasm-generic/fcntl.h
    O_ACCMODE\t3\tasm-generic/fcntl.h
    O_CREAT\t64\tasm-generic/fcntl.h
    O_CLOEXEC\t0x80000\tasm-generic/fcntl.h
    F_GETLK\t5\tasm-generic/fcntl.h
    F_GETLK64\t5\tasm-generic/fcntl.h
    F_DUPFD\t0\tasm-generic/fcntl.h
    CAP_CHOWN\t0\tlinux/capability.h
    CAP_KILL\t5\tlinux/capability.h
    CAP_LAST_CAP\t5\tlinux/capability.h
    HUGE_MASK\t63\tlinux/mman.h
    HUGE_SHIFT\t26\tlinux/mman.h
    WIDE\t0x100000000\tlinux/mman.h
    CSIGNAL\t0xff\tlinux/sched.h
    TWICE\t1\tlinux/one.h
    TWICE\t2\tdriver/two.h
    SIZED\t0x10\tlinux/one.h

    """
  static let i386 = """
    F_GETLK64\t12\tasm-generic/fcntl.h
    SIZED\t0xc\tlinux/one.h

    """
  static let wide = """
    struct pair\t16\tlinux/one.h
    \t0\t4\t__s32\tfirst
    \t8\t8\tunsigned long\tsecond
    struct flagged\t8\tlinux/one.h
    \t0\t4\t__u32:1@0\tone
    \t0\t4\t__u32:3@0\tthree
    \t4\t4\t__u32:5@0\tfive
    struct outer\t40\tlinux/one.h
    \t0\t4\t__u32\tkind
    \t8\t16\tunion (anonymous)\t(anonymous)
    \t8\t8\tlong\tplain
    \t8\t16\tstruct pair\tinner
    \t24\t16\tchar[16]\tname
    struct stat\t8\tasm-generic/stat.h
    \t0\t8\tlong\tst_size
    struct stat\t16\tasm/stat.h
    \t0\t8\tlong\tst_dev
    \t8\t8\tlong\tst_size

    """
  static let narrow = """
    struct pair\t8\tlinux/one.h
    \t0\t4\t__s32\tfirst
    \t4\t4\tunsigned long\tsecond
    struct flagged\t8\tlinux/one.h
    \t0\t4\t__u32:1@0\tone
    \t0\t4\t__u32:3@0\tthree
    \t4\t4\t__u32:5@0\tfive
    struct outer\t28\tlinux/one.h
    \t0\t4\t__u32\tkind
    \t4\t8\tunion (anonymous)\t(anonymous)
    \t4\t4\tlong\tplain
    \t4\t8\tstruct pair\tinner
    \t12\t16\tchar[16]\tname
    struct stat\t8\tasm/stat.h
    \t0\t4\tlong\tst_dev
    \t4\t4\tlong\tst_size

    """
  static let calls = "0\tread\t3\tdesc\n1\twrite\t3\tdesc\n2\topen\t3\tdesc,file\n3\tclose\t1\tdesc\n4\tfutex\t6\t-\n"
  static let calls386 =
    "1\texit\t1\tprocess\n3\tread\t3\tdesc\n4\twrite\t3\tdesc\n5\topen\t3\tdesc,file\n6\tclose\t1\tdesc\n"

  static let abis = """
    x86_64\t8\t8\tlittle\tAUDIT\t0\t64 bit\t64\tx86_64\t8\tany\t0\t0
    i386\t4\t4\tlittle\tAUDIT\t0\t32 bit\t32\tx86\t4\tany\t0\t0
    x32\t4\t8\tlittle\tAUDIT\t0x40000000\tx32\tx32\tx32\t8\tany\t0\t0
    aarch64\t8\t8\tlittle\tAUDIT\t0\t64 bit\t64\taarch64\t8\tany\t0\t0
    arm\t4\t4\tlittle\tAUDIT\t0\t32 bit\t32\tarm\t8\teven\t0\t0

    """

  /// Compiles `text` as `tables/calls/sample.calls`.
  static func compile(_ text: String, more: [String: String] = [:]) -> TableResult {
    var files = [
      "abis.tsv": abis, "machines.tsv": "x86_64\tx86_64\ti386\tx32\n", "uapi/constants.tsv": constants,
      "uapi/constants-i386.tsv": i386, "uapi/structs-x86_64.tsv": wide,
      "uapi/structs-i386.tsv": narrow, "numbers/x86_64.tsv": calls, "numbers/i386.tsv": calls386,
      "numbers/x32.tsv": calls, "calls/sample.calls": text,
    ]
    files.merge(more) { $1 }
    return compileTables(TableSources(files: files.mapValues { Array($0.utf8) }))
  }

  /// What is wrong with `text`, as `line:column: message`.
  static func errors(_ text: String) -> [String] {
    compile(text).diagnostics.map { "\($0.line):\($0.column): \($0.message)" }
  }
}

extension TableResult {
  /// A generated file's lines.
  func lines(_ name: String, of machine: String = "x86_64") -> [String] {
    guard let file = generated.first(where: { $0.name == machine + "/" + name }) else { return [] }
    return String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The row that a label like `T_x` of a generated file stands for.
  func row(_ label: String) -> String? {
    let files: [Character: (String, String)] = [
      "T": ("types.inc", "T"), "E": ("steps.inc", "E"), "R": ("lists.inc", "R"), "C": ("cases.inc", "G"),
      "W": ("wide.inc", "W"),
    ]
    guard let first = label.first, let (file, macro) = files[first] else { return nil }
    let start = "\(macro)(\(label.dropFirst(2)),"
    return lines(file).first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count).dropLast()) }
  }

  /// `row` with every label replaced by what it stands for, in braces.
  func expanded(_ row: String, depth: Int = 0) -> String {
    var result = ""
    var word = ""
    func close() {
      let known = depth < 8 && word.dropFirst().hasPrefix("_") ? self.row(word) : nil
      result += known.map { "{\(expanded($0, depth: depth + 1))}" } ?? word
      word = ""
    }
    for character in row {
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        close()
        result.append(character)
      }
    }
    close()
    return result
  }

  /// The rows of one structure, set or description, expanded.
  func described(_ file: String, from first: String) -> [String] {
    let lines = lines(file)
    guard let start = lines.firstIndex(where: { $0.hasPrefix(first) }) else { return [] }
    let group = lines[(start + 1)...].prefix { line in
      ["F(", "V(", "X("].contains { line.hasPrefix($0) } && !line.hasPrefix("V(V_")
    }
    return group.map { expanded($0) }
  }
}
