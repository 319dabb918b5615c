import CTableFormat
import Decoding
import SyscallTables
import Testing
import Values

@testable import Formatting

struct ValueTests {
  func written(_ body: (borrowing ValueWriter, inout ByteBuffer) -> Void) -> String {
    var out = ByteBuffer()
    body(ValueWriter(), &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// The three manners of one number.
  func manners(_ style: ScalarStyle, _ value: UInt64, width: UInt8 = 4, signed: Bool = false) -> [String] {
    [ConstantStyle.raw, .abbreviated, .verbose].map { manner in
      written { writer, out in
        let token = Token(
          .number, style: style, width: width, flags: signed ? .signed : [], value: value)
        writer.writeNumber(token, style: manner, to: &out)
      }
    }
  }

  @Test func numbers() {
    #expect(manners(.decimal, UInt64(bitPattern: -7), signed: true)[0] == "-7")
    #expect(manners(.decimal, UInt64(bitPattern: -7), signed: false)[0] == "4294967289")
    #expect(manners(.decimal, .max, width: 8)[0] == "18446744073709551615")
    #expect(manners(.decimal, 1 << 63, width: 8, signed: true)[0] == "-9223372036854775808")
    #expect(manners(.hexadecimal, 0)[0] == "0")
    #expect(manners(.hexadecimal, 0xdead_beef_cafe, width: 8)[0] == "0xdeadbeefcafe")
    #expect(manners(.octal, 0o644)[0] == "0644")
    #expect(manners(.umask, 0)[0] == "000")
    #expect(manners(.umask, 0o22)[0] == "022")
    #expect(manners(.umask, 0o177777)[0] == "0177777")
    #expect(manners(.pointer, 0)[0] == "NULL")
    #expect(manners(.uid, 0xffff_ffff)[0] == "-1")
    #expect(manners(.uid, 0xffff, width: 2)[0] == "-1")
  }

  /// The three manners of a value that a set of the tables names.
  func manners(_ set: String, _ value: UInt64) -> [String] {
    let set = ConstantSet(named: set)?.index ?? 0
    return [ConstantStyle.raw, .abbreviated, .verbose].map { manner in
      written { writer, out in writer.write(value, of: set, width: 4, style: manner, to: &out) }
    }
  }

  @Test func fieldsThatStandShifted() {
    #expect(
      manners("netfilter_types", 0x1f03) == [
        "0x1f<<8|0x3", "0x1f /* NFNL_SUBSYS_??? */<<8|0x3", "0x1f /* NFNL_SUBSYS_??? */<<8|0x3",
      ])
    #expect(manners("futex_wake_operation", 0x7000_0000)[0].hasPrefix("0x7<<28 /* FUTEX_OP_??? */|"))
    #expect(manners("futex_wake_operation", 0x7000_0000)[1].hasPrefix("0x7<<28 /* FUTEX_OP_??? */|"))
    #expect(manners("ipc_versioned", 0xffff_0000)[1] == "65535<<16|0")
    #expect(manners("ide_nice", 0xc)[1] == "1<<IDE_NICE_1|1<<IDE_NICE_0")
  }

  @Test func fileModes() {
    #expect(manners(.fileMode, 0o100644) == ["0100644", "S_IFREG|0644", "0100644 /* S_IFREG|0644 */"])
    #expect(manners(.fileMode, 0o60000)[1] == "S_IFBLK|000")
    #expect(manners(.fileMode, 0o107777)[1] == "S_IFREG|S_ISUID|S_ISGID|S_ISVTX|0777")
    #expect(manners(.fileMode, 0o170644) == ["0170644", "0170644", "0170644"])
    #expect(manners(.fileMode, 0) == ["000", "000", "000 /* 000 */"])
  }

  @Test func devices() {
    #expect(manners(.device, 0x1234) == ["0x1234", "makedev(0x12, 0x34)", "0x1234 /* makedev(0x12, 0x34) */"])
    #expect(manners(.device, 0xabcd_ef12)[1] == "makedev(0xdef, 0xabc12)")
    #expect(manners(.device, 1)[1] == "makedev(0, 0x1)")
  }

  @Test func networkOrder() {
    #expect(manners(.port, 0x5000, width: 2) == [#""\x00\x50""#, "htons(80)", #""\x00\x50" /* htons(80) */"#])
    #expect(manners(.networkLong, 0x0500_0000)[1] == "htonl(5)")
    #expect(manners(.ipv4, 0x0100_007f)[1] == #"inet_addr("127.0.0.1")"#)
  }

  @Test func waitStatuses() {
    #expect(manners(.waitStatus, 0)[1] == "{WIFEXITED(s) && WEXITSTATUS(s) == 0}")
    #expect(manners(.waitStatus, 9)[1] == "{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}")
    #expect(manners(.waitStatus, 0x8b)[1] == "{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}")
    #expect(manners(.waitStatus, 0xffff)[1] == "{WIFCONTINUED(s)}")
    #expect(manners(.waitStatus, 0x857f)[1] == "{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP | 0x80}")
    let event = manners(.waitStatus, 0x1057f)
    #expect(event[0] == "{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP}|0x1<<16")
    #expect(event[1] == "{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP}|PTRACE_EVENT_FORK<<16")
    #expect(event[2] == "{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP}|0x1 /* PTRACE_EVENT_FORK */<<16")
    #expect(manners(.waitStatus, 0xffff_ffff)[1] == "0xffffffff")
    #expect(manners(.waitStatus, 0x1f_ffff)[1] == "0x1fffff")
    #expect(manners(.waitStatus, 0x80)[1] == "{WIFEXITED(s) && WEXITSTATUS(s) == 0}|0x80")
  }

  @Test func signals() {
    #expect(manners(.signal, 2) == ["2", "SIGINT", "2 /* SIGINT */"])
    #expect(manners(.signal, 32)[1] == "SIGRTMIN")
    #expect(manners(.signal, 64)[1] == "SIGRT_32")
    #expect(manners(.signal, 65) == ["65", "65", "65"])
  }

  func signalSet(_ members: Set<Int>, _ manner: ConstantStyle = .abbreviated) -> String {
    var bits: UInt64 = 0
    for member in members { bits |= 1 << UInt64(member - 1) }
    return written { writer, out in
      let token = Token(.bits, bits: .signals, operand: 0, extra: 64)
      withUnsafeBytes(of: bits) { writer.write(BitSet(token, bits: $0), style: manner, to: &out) }
    }
  }

  @Test func signalSets() {
    #expect(signalSet([]) == "[]")
    #expect(signalSet([2, 15]) == "[INT TERM]")
    #expect(signalSet([2, 15], .raw) == "[2 15]")
    #expect(signalSet([2, 15], .verbose) == "[2 /* INT */ 15 /* TERM */]")
    #expect(signalSet(Set(1...64)) == "~[]")
    #expect(signalSet(Set(1...64).subtracting([9, 19])) == "~[KILL STOP]")
    #expect(signalSet(Set(1...42)).hasPrefix("~[RT_11"))
    #expect(signalSet(Set(1...41)).hasPrefix("[HUP"))
  }

  @Test func otherNames() {
    #expect(manners(.rlimit64, 4_194_304, width: 8) == ["4194304", "4096*1024", "4194304 /* 4096*1024 */"])
    #expect(manners(.rlimit64, .max, width: 8)[1] == "RLIM64_INFINITY")
    #expect(manners(.rlimit, 0xffff_ffff)[1] == "RLIM_INFINITY")
    #expect(manners(.clock, 1) == ["0x1", "CLOCK_MONOTONIC", "0x1 /* CLOCK_MONOTONIC */"])
    #expect(manners(.clock, 0x8000_03ee)[1] == "0x800003ee /* CLOCK_??? */")
    #expect(manners(.kernelVersion, 0x70102)[0] == "0x70102")
    #expect(manners(.kernelVersion, 0x70102)[2] == "0x70102 /* KERNEL_VERSION(7, 1, 2) */")
    #expect(manners(.keySerial, UInt64(bitPattern: -3), signed: true)[1] == "KEY_SPEC_SESSION_KEYRING")
    #expect(manners(.keySerial, UInt64(bitPattern: -3), signed: true)[2] == "-3 /* KEY_SPEC_SESSION_KEYRING */")
    #expect(manners(.errno, 127) == ["127", "EKEYEXPIRED", "127 /* EKEYEXPIRED */"])
    #expect(manners(.dirfd, UInt64(bitPattern: -100), signed: true) == ["-100", "AT_FDCWD", "-100 /* AT_FDCWD */"])
    #expect(manners(.ioPriority, 24578)[2] == "24578 /* IOPRIO_PRIO_VALUE(0x3 /* IOPRIO_CLASS_IDLE */, 2) */")
    #expect(manners(.personality, 0x0500_0005)[2] == "0x5 /* PER_??? */|0x5000000 /* SHORT_INODE|STICKY_TIMEOUTS */")
    #expect(manners(.personality, 0x800)[2] == "0 /* PER_LINUX */|0x800")
    #expect(manners(.fourCC, 0x5659_5559)[1] == "v4l2_fourcc('Y', 'U', 'Y', 'V') /* V4L2_PIX_FMT_YUYV */")
    #expect(manners(.ioctl, 0xffff_480b)[1] == "_IOC(_IOC_READ|_IOC_WRITE, 0x48, 0xb, 0x3fff)")
    #expect(manners(.seconds, 0, width: 8, signed: true)[0] == "0")
  }

  func quoted(_ bytes: [UInt8], _ hex: HexStrings = .none) -> String {
    var out = ByteBuffer()
    var writer = ValueWriter()
    writer.hexStrings = hex
    bytes.withUnsafeBytes { writer.writeQuoted($0, to: &out) }
    return String(decoding: out.bytes, as: UTF8.self)
  }

  @Test func escapes() {
    #expect(quoted(Array("a\"b\\c\n\t\r\u{b}\u{c}".utf8)) == #""a\"b\\c\n\t\r\v\f""#)
    #expect(quoted([1, 2, 1, 0x33, 0x7f, 0x39, 0x7f, 0x37, 0x38]) == #""\1\2\0013\1779\17778""#)
    #expect(quoted([0, 0x38, 0, 0x39]) == #""\08\09""#)
    #expect(quoted([0xff, 0x61], .nonASCIICharacters) == #""\xffa""#)
    #expect(quoted([0xff, 0x61], .nonASCII) == #""\xff\x61""#)
    #expect(quoted([0x0a, 0x61], .nonASCII) == #""\na""#)
    #expect(quoted([0x61], .all) == #""\x61""#)
  }

  @Test func addresses() {
    let address: [UInt8] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    let text = written { writer, out in
      address.withUnsafeBytes {
        writer.writeString($0, text: .ipv6, isCut: false, style: .verbose, to: &out)
      }
    }
    let bytes = #""\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01""#
    #expect(text == bytes + #" /* inet_pton(AF_INET6, "fe80::1") */"#)
  }
}
