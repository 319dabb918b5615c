/* The shape of the compiled tables: what TableCompiler writes and the decoder reads.
 *
 * Everything is constant data joined by indices: no pointer, so nothing is relocated when the
 * program starts. Index 0 of types, expressions, structs and sets means "none".
 */
#ifndef TRAPLINE_TABLE_FORMAT_H
#define TRAPLINE_TABLE_FORMAT_H

#include <stdint.h>

/* In Swift these are enumerations without other values, and option sets; the tables hold no value that has no name here. */
#define TL_SWIFT(name) __attribute__((swift_name(#name)))
#define TL_CLOSED(name) __attribute__((enum_extensibility(closed), swift_name(#name)))
#define TL_OPTIONS(name) __attribute__((flag_enum, swift_name(#name)))

/* How a scalar is shown. The words of the language are these names in lower case without TL_. */
typedef enum TL_CLOSED(ScalarStyle) tl_style : uint8_t {
  TL_DEC TL_SWIFT(decimal),        /* signed or unsigned as the width word says */
  TL_HEX TL_SWIFT(hexadecimal),        /* 0x2a, and plain 0 */
  TL_OCT TL_SWIFT(octal),        /* 0644, and plain 0 */
  TL_UMASK TL_SWIFT(umask),      /* at least three octal digits: 000, 0640 */
  TL_POINTER TL_SWIFT(pointer),    /* NULL or 0x2a */
  TL_FD TL_SWIFT(fd),         /* a descriptor; may be followed by what it is open on */
  TL_DIRFD TL_SWIFT(dirfd),      /* a descriptor or AT_FDCWD */
  TL_PID TL_SWIFT(pid),        /* a thread id (the kernel's pid) */
  TL_TGID TL_SWIFT(tgid),       /* a thread group id (the user's pid) */
  TL_PGID TL_SWIFT(pgid),
  TL_SID TL_SWIFT(sid),
  TL_UID TL_SWIFT(uid),        /* -1 shown as such, else unsigned */
  TL_GID TL_SWIFT(gid),
  TL_FILE_MODE TL_SWIFT(fileMode),  /* S_IFREG|0644 */
  TL_DEVICE TL_SWIFT(device),     /* makedev(0x1, 0x3) from the kernel's encoding of the width */
  TL_SIGNAL TL_SWIFT(signal),     /* SIGINT, or the number */
  TL_ERRNO TL_SWIFT(errno),      /* a positive errno by name */
  TL_WAIT_STATUS TL_SWIFT(waitStatus),/* {WIFEXITED(s) && WEXITSTATUS(s) == 0} */
  TL_SECONDS TL_SWIFT(seconds),    /* seconds since the epoch, with the date as a comment */
  TL_NANOSECONDS TL_SWIFT(nanoseconds),/* nanoseconds since the epoch, with the date as a comment */
  TL_PORT TL_SWIFT(port),       /* htons(80), from network order */
  TL_BE16 TL_SWIFT(networkShort),       /* htons(n) */
  TL_BE32 TL_SWIFT(networkLong),       /* htonl(n) */
  TL_IPV4 TL_SWIFT(ipv4),       /* inet_addr("127.0.0.1") */
  TL_IFINDEX TL_SWIFT(interface),    /* if_nametoindex("lo") */
  TL_CLOCK TL_SWIFT(clock),      /* clockid_t, CPU clocks taken apart */
  TL_RLIMIT TL_SWIFT(rlimit),     /* 8192*1024, RLIM_INFINITY */
  TL_RLIMIT64 TL_SWIFT(rlimit64),   /* the same with RLIM64_INFINITY */
  TL_KEY_SERIAL TL_SWIFT(keySerial),
  TL_KERNEL_VERSION TL_SWIFT(kernelVersion), /* KERNEL_VERSION(6, 1, 0) */
  TL_FOURCC TL_SWIFT(fourCC),     /* v4l2_fourcc('Y', 'U', 'Y', 'V') */
  TL_IOPRIO TL_SWIFT(ioPriority),     /* IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4) */
  TL_IOCTL TL_SWIFT(ioctl),      /* a command by name, or _IOC(…) */
  TL_CHAR TL_SWIFT(character),       /* 'x' */
  TL_SYSCALL TL_SWIFT(syscall),    /* a number of a call of the tracee's ABI, by name */
  TL_PERSONALITY TL_SWIFT(personality),
  TL_ARCH TL_SWIFT(architecture),       /* AUDIT_ARCH_X86_64 */
  TL_MICROSECONDS TL_SWIFT(microseconds), /* a span, with the seconds as a comment: 1500000 with 1.500000 s */
  TL_SPAN TL_SWIFT(span),       /* the same in nanoseconds */
  TL_CONTROL TL_SWIFT(control),    /* a control of a video device: its name, or V4L2_CTRL_CLASS_USER+0x944 */
  TL_BOOL TL_SWIFT(boolean),       /* for data: true or false; for text: 1 or 0 */
  TL_ANON_FD TL_SWIFT(unresolvedFD),    /* a descriptor that is not looked up */
  TL_PORT_RANGE TL_SWIFT(portRange), /* two ports in one number: 0x4030201 with 513..1027 as a comment */
  TL_MILLISECONDS TL_SWIFT(milliseconds), /* thousandths of a second, with the seconds as a comment */
  TL_TICKS TL_SWIFT(ticks),      /* hundredths of a second, with the seconds as a comment */
  TL_NEGATIVE_ERRNO TL_SWIFT(negativeErrno), /* -EINVAL, or the number */
  TL_FOREIGN_CALL TL_SWIFT(foreignCall), /* a call's number in the machine's other mode: 57, with setpgid as a comment */
  TL_LATE_ERROR TL_SWIFT(lateError), /* a result of 32 bits, with the error that a negative one means: 4294967274 EINVAL (Invalid argument) */
  TL_QUOTA_COMMAND TL_SWIFT(quotaCommand), /* QCMD(Q_SYNC, USRQUOTA) */
  TL_DATE TL_SWIFT(date),       /* seconds since the epoch: the date alone */
  TL_SIGNED_HEX TL_SWIFT(signedHex), /* hexadecimal behind a sign: -0x1 */
  TL_MOVED TL_SWIFT(moved),     /* how many bytes a call moved */
  TL_PADDED TL_SWIFT(padded)      /* hexadecimal, with zeroes in front up to the width: 0x00002a of 4 bytes */
} tl_style;

typedef enum TL_CLOSED(TypeKind) tl_kind : uint8_t {
  TL_NONE TL_SWIFT(none),           /* nothing is shown */
  TL_NUMBER TL_SWIFT(number),       /* style */
  TL_SET TL_SWIFT(set),             /* a number that a set names; style: how a raw number is written */
  TL_REFER TL_SWIFT(reference),     /* memory at the value: a type there on entry, a type on exit, shown on exit if the condition holds */
  TL_STRING TL_SWIFT(string),       /* memory at the value: text up to NUL, of at most so many bytes; condition and flags as of TL_REFER */
  TL_BUFFER TL_SWIFT(buffer),       /* memory at the value: so many bytes; condition and flags as of TL_REFER */
  TL_CHARS TL_SWIFT(characters),    /* bytes in place: so many, or 0: the member's size */
  TL_STRUCT TL_SWIFT(structure),    /* a row, and its arguments: expressions (in tl_args) */
  TL_ARRAY TL_SWIFT(array),         /* elements in place, so many; a set that names their indices; an element is shown if the condition holds */
  TL_LIST TL_SWIFT(list),           /* as TL_ARRAY, ended by an all-zero element, which is not shown; count: the most */
  TL_BITSET TL_SWIFT(bitSet),       /* bits in place, so many; a set of names or 0; the most that are shown, or 0 */
  TL_SELECT TL_SWIFT(select),       /* width of the argument that it is, 0 = a word; a choice by an expression among cases (sorted by value) */
  TL_CUSTOM TL_SWIFT(custom),       /* a decoder in Swift, its arguments as of TL_STRUCT, the type of what it takes apart; gets the value, or the address in place */
  TL_INOUT TL_SWIFT(inOut),         /* a scalar at the address, before and after: its type, a capture slot */
  TL_VALUE TL_SWIFT(computed),      /* the expression's value instead of what is there, as its type shows it */
  TL_WORDS TL_SWIFT(literal),       /* a text instead of the value */
  TL_RECORDS TL_SWIFT(records),     /* structures one after the other: their count, or 0; bytes in all, or 0; an element's bytes: an
                                       expression over its members */
  TL_WITHIN TL_SWIFT(within),       /* a type, and the bytes that are there; if they do not hold the type, they are shown as they are */
  TL_FROM TL_SWIFT(changed)         /* the type of a number, and what it was before, shown before => if it differs */
} tl_kind;

typedef enum TL_OPTIONS(ReferenceFlags) tl_refer_flags : uint16_t {
  TL_REFER_IN TL_SWIFT(in) = 1,      /* decoded at entry */
  TL_REFER_OUT TL_SWIFT(out) = 2,     /* decoded at exit */
  TL_REFER_CHANGED TL_SWIFT(changed) = 4, /* with both: the exit part only if its bytes differ from those at entry */
  TL_REFER_BARE TL_SWIFT(bare) = 8,    /* no brackets round a scalar */
  TL_REFER_SIZED TL_SWIFT(sized) = 16,  /* extra = index of two expressions in tl_args: size, least size; then the tail */
  TL_REFER_ALWAYS TL_SWIFT(always) = 32, /* decoded even where structures are not wanted (-e verbose=none) */
  TL_REFER_ADDRESS TL_SWIFT(address) = 64, /* after an entry part: where the exit part is not there, => and the address rather than nothing */
  TL_REFER_LATE TL_SWIFT(late) = 128,   /* with TL_REFER_OUT alone: what the caller left there, shown at exit whatever came of the call */
  TL_REFER_MERGED TL_SWIFT(merged) = 256 /* a structure whose entry and exit parts stand in the same braces */
} tl_refer_flags;
typedef enum TL_OPTIONS(ArrayFlags) tl_array_flags : uint16_t {
  TL_ARRAY_EACH TL_SWIFT(each) = 1, /* each element is read by itself, even where the count is always the same */
  TL_ARRAY_MOST TL_SWIFT(most) = 2, /* the condition is the most elements that are shown, an ellipsis stands for the others */
  TL_ARRAY_SHORT TL_SWIFT(short) = 4, /* no more are shown than -s says when abbreviating, even where the count is always the same */
} tl_array_flags;
typedef enum TL_OPTIONS(RecordFlags) tl_record_flags : uint16_t {
  TL_RECORDS_ROUNDED TL_SWIFT(rounded) = 1 /* each begins at a multiple of four bytes, and one that says less counts as four */
} tl_record_flags;
typedef enum TL_OPTIONS(ScalarFlags) tl_scalar_flags : uint16_t {
  TL_SIGNED TL_SWIFT(signed) = 1,
  TL_BIG_ENDIAN TL_SWIFT(bigEndian) = 2,
  TL_FLEXIBLE TL_SWIFT(flexible) = 4 /* takes width and sign from the member it describes */
} tl_scalar_flags;

/* How bytes are quoted. */
typedef enum TL_CLOSED(TextForm) tl_text : uint8_t {
  TL_TEXT_PATH TL_SWIFT(path),     /* NUL-ended, never cut by -s */
  TL_TEXT_STRING TL_SWIFT(string),   /* NUL-ended, cut by -s */
  TL_TEXT_BYTES TL_SWIFT(bytes),    /* counted, cut by -s */
  TL_TEXT_FIELD TL_SWIFT(field),    /* an array of characters that a NUL may end; never cut by -s */
  TL_TEXT_HEX TL_SWIFT(hex),      /* counted, always as \x.. */
  TL_TEXT_MAC TL_SWIFT(mac),      /* 00:11:22:33:44:55 */
  TL_TEXT_UUID TL_SWIFT(uuid),
  TL_TEXT_IPV6 TL_SWIFT(ipv6),     /* 16 bytes */
  TL_TEXT_TRIMMED TL_SWIFT(trimmed),  /* counted; one trailing NUL is left out */
  TL_TEXT_DATA TL_SWIFT(data),     /* counted, cut by -s; what -e read= and -e write= dump */
  TL_TEXT_ABSTRACT TL_SWIFT(abstract), /* counted, never cut, with an @ before: the name of a socket */
  TL_TEXT_WHOLE TL_SWIFT(whole),    /* counted, never cut by -s */
  TL_TEXT_REST TL_SWIFT(rest),     /* counted, cut by -s, as what is behind the known part of a structure */
  TL_TEXT_DIGITS TL_SWIFT(digits),   /* 0x010203: the bytes one after the other as one number */
  TL_TEXT_ENDED TL_SWIFT(ended),    /* counted, cut by -s; a NUL that ends what is shown is left out, else ... is behind it */
  TL_TEXT_WHOLE_HEX TL_SWIFT(wholeHex),/* counted, always as \x.., never cut by -s */
  TL_TEXT_IPV4 TL_SWIFT(ipv4),     /* counted, an IPv4 address in the first four bytes */
  TL_TEXT_HARDWARE TL_SWIFT(hardware)  /* counted, as TL_TEXT_MAC; where constants do not go by name, all bytes of the member, and those as a comment */
} tl_text;

/* How a bit set is written. */
typedef enum TL_CLOSED(BitsForm) tl_bits : uint8_t {
  TL_BITS_SIGNALS TL_SWIFT(signals),  /* [HUP INT], ~[RTMIN] when more than two thirds are set */
  TL_BITS_NUMBERS TL_SWIFT(numbers),  /* [0 3 7] */
  TL_BITS_FDS TL_SWIFT(descriptors),      /* [0 3], descriptors */
  TL_BITS_NAMES TL_SWIFT(names),    /* [KEY_A, KEY_B] by the set */
  TL_BITS_WORDS TL_SWIFT(words),    /* [0x1, 0x0]: words in hexadecimal */
  TL_BITS_FEWER TL_SWIFT(fewer)     /* by the set: [ICMP_ECHO], or ~[ICMP_ECHO] of those that are not set when they are not more */
} tl_bits;

/* What a sized reference does with bytes behind the known structure. */
typedef enum TL_CLOSED(TailForm) tl_tail : uint8_t {
  TL_TAIL_NONE TL_SWIFT(none),
  TL_TAIL_BYTES TL_SWIFT(bytes),    /* a comment that says where, and the bytes */
  TL_TAIL_ELLIPSIS TL_SWIFT(ellipsis),
  TL_TAIL_NAMED TL_SWIFT(named)     /* "...", or unabbreviated a member of a name: the reference's third expression in tl_args */
} tl_tail;

/* Decoders in Swift that a description names: custom(NAME, …). Each has its reason in docs/ARCHITECTURE.md. */
#define TL_CUSTOM_DECODERS(X) \
  X(control_messages, controlMessages)   /* address of msg_control, its length */ \
  X(netlink_messages, netlinkMessages)   /* address, length, descriptor */ \
  X(console_key, consoleKey)        /* in place: a key's action, its type and value */ \
  X(console_sound, consoleSound)      /* a period of the timer, with the frequency */ \
  X(console_tone, consoleTone)       /* a length and a period */ \
  X(linked_records, linkedRecords)     /* address; first offset, end, number, offset of the next one's distance, 1 if that is from the first */ \
  X(exec_environment, execEnvironment)   /* address of envp: strings under -v, else the address and a count */ \
  X(entry_count, entryCount)        /* address, length, offset of an entry's length in it: it, and how many entries there are */ \
  X(interrupted_call, interruptedCall)   /* the call that goes on after a signal: what the thread called before */ \
  X(vcpu_exit, vcpuExit)          /* descriptor, offset: a number of what a virtual CPU shares with its process, as d shows it */ \
  X(foreign_descriptor, foreignDescriptor) /* a number: a descriptor of the process that a calls b: 0 by its id, 1 by a pidfd */ \
  X(call_sign, callSign)          /* in place: an address of AX.25, as d shows it where it is no call sign */ \
  X(generic_family, genericFamily)     /* the number of a family of generic netlink: its name, where the kernel says one, else as d shows it */

typedef enum TL_CLOSED(CustomDecoder) tl_custom : uint32_t {
  TL_CUSTOM_NONE TL_SWIFT(none),
#define TL_CUSTOM_NUMBER(name, swift) TL_CUSTOM_##name TL_SWIFT(swift),
  TL_CUSTOM_DECODERS(TL_CUSTOM_NUMBER)
#undef TL_CUSTOM_NUMBER
} tl_custom;

/* A type. What the words and the flags mean is its kind's concern: each kind has a view of them. */
typedef struct {
  tl_kind kind;
  tl_style style;  /* of a scalar */
  uint8_t width;   /* bytes of a scalar: 1 2 4 8; 0 = the ABI's word */
  union {
    uint8_t form;
    tl_text text;  /* string, buffer, characters */
    tl_bits bits;  /* bit set */
    tl_tail tail;  /* sized reference */
  };
  union {
    uint16_t flags;
    tl_scalar_flags scalarFlags;
    tl_refer_flags referenceFlags; /* reference, string, buffer, custom */
    tl_array_flags arrayFlags;
    tl_record_flags recordFlags;
  };
  uint16_t spare;
  union {
    uint32_t words[4];
    struct { uint32_t set; } constants;
    struct { uint32_t entry, exit, condition, extra; } reference; /* extra: the capture slot of a changed one, the list of sizes of a sized one */
    struct { uint32_t most, unused, condition; } string;
    struct { uint32_t count, unused, condition; } buffer;
    struct { uint32_t count; } characters;
    struct { uint32_t row, arguments, argumentCount; } structure;
    struct { uint32_t element, count, indices, condition; } array; /* lists too; condition: or the most elements, by the flags */
    struct { uint32_t set, count, most; } bitSet;
    struct { uint32_t selector, cases, caseCount, otherwise; } select;
    struct { tl_custom decoder; uint32_t arguments, argumentCount, element; } custom;
    struct { uint32_t type, unused, condition, slot; } inOut;
    struct { uint32_t expression, type; } computed;
    struct { uint32_t text; } literal;
    struct { uint32_t element, count, size, stride; } records;
    struct { uint32_t type, size; } within;
    struct { uint32_t type, before; } changed;
  };
} tl_type;

typedef enum TL_OPTIONS(FieldFlags) tl_field_flags : uint8_t {
  TL_FIELD_VERBOSE TL_SWIFT(verbose) = 1, /* left out when abbreviating; in an explanation: the name is for data, not for text */
  TL_FIELD_IN TL_SWIFT(entryOnly) = 2,      /* with inout structures: the entry part only */
  TL_FIELD_OUT TL_SWIFT(exitOnly) = 4,     /* the exit part only */
  TL_FIELD_ABSENT64 TL_SWIFT(absent64) = 8,  /* not a member on 64-bit ABIs */
  TL_FIELD_ABSENT32 TL_SWIFT(absent32) = 16,
  TL_FIELD_NAMED TL_SWIFT(named) = 32,    /* an argument whose name is always shown */
  TL_FIELD_BECOMES TL_SWIFT(change) = 64,  /* stands as => and the value behind what was shown at entry */
  TL_FIELD_DERIVED TL_SWIFT(derived) = 128  /* a date that is left out by -X raw */
} tl_field_flags;
typedef enum TL_CLOSED(FieldForm) tl_field_form : uint8_t {
  TL_FORM_VALUE TL_SWIFT(value),    /* name=value */
  TL_FORM_ELLIPSIS TL_SWIFT(ellipsis), /* "..." when abbreviating (a group left out) */
  TL_FORM_UNKNOWN TL_SWIFT(unknown),  /* "???" */
  TL_FORM_NOTE TL_SWIFT(note),     /* its name as a comment behind the value before it; type = expression of a number before the name, or 0 */
  TL_FORM_DATE TL_SWIFT(date),     /* last: the structure is a moment; type = index in tl_args of seconds and nanoseconds since the epoch */
  TL_FORM_NAME TL_SWIFT(name)      /* last: what the structure is called for short; type = that of a number, condition = its value */
} tl_field_form;

/* A member of a structure, an argument of a call, or an item of an explanation. */
typedef struct {
  uint32_t name;      /* in tl_strings; 0 = no name is shown */
  uint32_t type;
  uint32_t condition; /* expression: shown if true; 0 = always */
  uint32_t note;      /* string: the explanation in a word, for --explain; or 0 */
  uint16_t offset64, offset32; /* members: bytes; arguments: the register's index, 0 to 5 */
  uint16_t size64, size32;     /* members only: bytes */
  uint8_t bit, bits;  /* bit field: first bit in the storage unit, number of bits; bits 0 = none */
  tl_field_flags flags;
  tl_field_form form;
} tl_field;

typedef enum TL_OPTIONS(StructureFlags) tl_struct_flags : uint16_t {
  TL_STRUCT_CLIPPED TL_SWIFT(clipped) = 1, /* members that do not fit what was read are left out */
  TL_STRUCT_UNION TL_SWIFT(union) = 2,
  TL_STRUCT_BARE TL_SWIFT(bare) = 4,    /* no braces: the members stand in the enclosing structure */
  TL_STRUCT_PADDED TL_SWIFT(padded) = 8,  /* what lies beyond what was read or beyond `sized` is zero */
  TL_STRUCT_ATTRIBUTES TL_SWIFT(attributes) = 256, /* netlink attributes, one after the other: fields nla_len, nla_type and, as a choice of nla_type, the value */
  TL_STRUCT_THEN TL_SWIFT(hasFollower) = 16,   /* a field behind the counted ones shows what follows; its condition is the offset, 0 = after the structure, aligned to 4 */
  TL_STRUCT_BRACKETED TL_SWIFT(bracketed) = 32, /* the structure and what follows it stand in brackets */
  TL_STRUCT_HEADED TL_SWIFT(headed) = 64, /* if not all of it is there, the first member and an ellipsis are shown */
  TL_STRUCT_CUT TL_SWIFT(cut) = 128,   /* as clipped; of a member that is cut, the bytes that are there */
  TL_STRUCT_CALLED TL_SWIFT(called) = 512, /* shown as a call: its name, and the members in parentheses */
  TL_STRUCT_LISTED TL_SWIFT(listed) = 1024 /* in brackets, not in braces */
} tl_struct_flags;
typedef struct {
  uint32_t name;
  uint32_t first_field, field_count;
  uint32_t size64, size32;
  tl_struct_flags flags;
  uint8_t parameters; /* number of parameters */
  uint16_t separator; /* of a bare structure: up to two characters, the first in the low byte, between the members; 0 = as of the enclosing one */
} tl_struct;

typedef enum TL_CLOSED(StepOperation) tl_op : uint16_t {
  TL_END TL_SWIFT(end),        /* the value is on the stack */
  TL_CONSTANT TL_SWIFT(constant),   /* push tl_wide[a] (64-bit ABIs) or tl_wide[a + 1] (32-bit ABIs) if b, else tl_wide[a] */
  TL_SMALL TL_SWIFT(small),      /* push (int32) a */
  TL_ARGUMENT TL_SWIFT(argument),   /* push the argument described by tl_fields[a], in its type's width */
  TL_RESULT TL_SWIFT(result),     /* push the return value */
  TL_ERROR TL_SWIFT(error),      /* push the errno (0 if the call succeeded) */
  TL_FIELD TL_SWIFT(field),      /* push member a (index in tl_fields) of the frame b levels out */
  TL_PARAMETER TL_SWIFT(parameter),  /* push parameter a of the frame b levels out */
  TL_CAPTURED TL_SWIFT(captured),   /* push what expression a of the call's captures gave at entry */
  TL_ABBREVIATED TL_SWIFT(abbreviated),/* push 1 when abbreviating (neither -v nor abbrev=none) */
  TL_AVAILABLE TL_SWIFT(available),  /* push the bytes that were read of the frame b levels out */
  TL_ADDRESS TL_SWIFT(address),    /* push the address of the frame b levels out */
  TL_INDEX TL_SWIFT(index),      /* push the index of the element of the innermost array */
  TL_VALUE_OF TL_SWIFT(valueOf),   /* push the value the type is asked to show (case of select on itself) */
  TL_IS32 TL_SWIFT(is32),       /* push 1 for a 32-bit ABI */
  TL_EXITING TL_SWIFT(exiting),    /* push 1 at syscall exit */
  TL_STYLED TL_SWIFT(styled),     /* push how -X says that constants go: 0 as names, 1 as numbers, 2 as both */
  TL_STRUCTURES TL_SWIFT(structures), /* push 1 unless structures are not wanted (-e verbose=none) */
  TL_STACK TL_SWIFT(stack),      /* push the stack pointer at entry */
  TL_BOOTED TL_SWIFT(booted),     /* push the moment when the machine started, in nanoseconds since 1970 */
  TL_PEEK TL_SWIFT(peek),       /* pop an address, push the scalar of type a read there, 0 if it cannot be read */
  TL_KEPT TL_SWIFT(kept),       /* pop an offset, push the scalar of type a there in what the call kept at entry, 0 if that does not reach so far */
  TL_READABLE TL_SWIFT(readable),   /* pop an address, push 1 if a bytes (b on 32-bit ABIs) can be read there */
  TL_ZEROED TL_SWIFT(zeroed),     /* pop an address, push 1 if a bytes (b on 32-bit ABIs) can be read there and all of them are zero */
  TL_BEHIND TL_SWIFT(afterText),     /* pop an address, push the one behind the NUL of the text there, 0 if -s would cut it or it cannot be read */
  TL_PAST TL_SWIFT(afterWholeText), /* the same, whatever -s says */
  TL_NONZERO TL_SWIFT(nonzero),    /* push 1 if any byte of member a of the frame b levels out is not zero */
  TL_ADD TL_SWIFT(add), TL_SUBTRACT TL_SWIFT(subtract), TL_MULTIPLY TL_SWIFT(multiply), TL_DIVIDE TL_SWIFT(divide), TL_REMAINDER TL_SWIFT(remainder),
  TL_AND TL_SWIFT(and), TL_OR TL_SWIFT(or), TL_XOR TL_SWIFT(xor), TL_SHIFT_LEFT TL_SWIFT(shiftLeft), TL_SHIFT_RIGHT TL_SWIFT(shiftRight),
  TL_EQUAL TL_SWIFT(equal), TL_UNEQUAL TL_SWIFT(unequal), TL_LESS TL_SWIFT(less), TL_GREATER TL_SWIFT(greater), TL_LESS_EQUAL TL_SWIFT(lessOrEqual), TL_GREATER_EQUAL TL_SWIFT(greaterOrEqual),
  TL_NOT TL_SWIFT(not), TL_NEGATE TL_SWIFT(negate), TL_COMPLEMENT TL_SWIFT(complement),
  TL_BOTH TL_SWIFT(both), TL_EITHER TL_SWIFT(either), /* logical, both sides evaluated */
  TL_CHOOSE TL_SWIFT(choose),     /* pop else, then, condition */
  TL_MINIMUM TL_SWIFT(minimum), TL_MAXIMUM TL_SWIFT(maximum),
  TL_SOCKET_PROTOCOL TL_SWIFT(socketProtocol), /* pop a descriptor, push the netlink protocol it speaks, -1 when it is none */
  TL_SOCKET_FAMILY TL_SWIFT(socketFamily), /* pop a descriptor, push its address family, -1 when it is no socket */
  TL_TERMINAL TL_SWIFT(terminal),   /* pop a descriptor, push 1 if it is a terminal */
  TL_ANONYMOUS TL_SWIFT(anonymous), /* pop a descriptor, push the text (as a number) of what it is that has no inode of its own */
  TL_SUM TL_SWIFT(sum),        /* push the sum of member a over the elements of the innermost array that come before this one */
  TL_SIBLING TL_SWIFT(sibling)     /* pop an attribute's type, push the text (as tl_text_number) of the last such one before this */
} tl_op;

/* The number that stands for a text in expressions: what up to eight bytes are in memory, of more a number that is made of all (FNV-1a). */
static inline uint64_t tl_text_number(const uint8_t *bytes, uint64_t count) {
  uint64_t number = count > 8 ? 0xcbf29ce484222325 : 0;
  for (uint64_t index = 0; index < count; index++)
    number = count > 8 ? (number ^ bytes[index]) * 0x100000001b3 : number | (uint64_t)bytes[index] << index * 8;
  return number;
}

/* One step of an expression: a stack of signed 64-bit values. An expression is the index of its first step. */
typedef struct {
  tl_op op;
  uint16_t b;
  uint32_t a;
} tl_step;

typedef struct {
  int64_t value;
  uint32_t target; /* type, or variant for calls */
  uint32_t abis;   /* 0 = all; else bits: 1 native, 2 compat, 4 marked. Cases of one value but different ABIs follow each other */
} tl_case;

typedef enum TL_CLOSED(SetKind) tl_set_kind : uint8_t { TL_VALUES TL_SWIFT(values), TL_FLAGS TL_SWIFT(flags), TL_BIT_NUMBERS TL_SWIFT(bitNumbers) } tl_set_kind;
typedef enum TL_OPTIONS(SetFlags) tl_set_flags : uint16_t {
  TL_SET_ZERO_PLAIN TL_SWIFT(zeroPlain) = 1, /* flags: 0 is written "0" even when a field of the set names it */
  TL_SET_SPLIT TL_SWIFT(split) = 2,      /* flags: each field, and the flags, are shown as values of their own, joined by | */
  TL_SET_NAMED TL_SWIFT(named) = 4,      /* shown by name whatever -X says */
  TL_SET_NOTES TL_SWIFT(nameAsComment) = 8,      /* values: the number, and the name as a comment behind it */
  TL_SET_NEAREST TL_SWIFT(nearest) = 16,   /* values: the name of the greatest value that is not greater, and what is left: NAME+4 */
  TL_SET_HTONS TL_SWIFT(htons) = 32,     /* values stand in htons(…), those of the next in htobs(…) */
  TL_SET_HTOBS TL_SWIFT(htobs) = 64,
  TL_SET_VERBOSE TL_SWIFT(numberAndNames) = 128,  /* the number, and the names as a comment, but for -X raw */
  TL_SET_ALONE TL_SWIFT(alone) = 256,    /* values: one that has no name is shown as `unknown`, without its number */
  TL_SET_NARROW TL_SWIFT(narrow) = 512,   /* flags: names, and what is left, tell of the lower 32 bits alone */
  TL_SET_BEHIND TL_SWIFT(unknownAfterShift) = 1024   /* values: where they stand shifted, `unknown` stands behind the shift, and for every number too */
} tl_set_flags;
typedef struct {
  uint32_t name;       /* the set's own name */
  uint32_t unknown;    /* string for what has no name: "O_???"; 0 = none */
  uint32_t first64, count64; /* in tl_entries; values: sorted by value, the first of equals wins; others as the set has them */
  uint32_t first32, count32; /* the same range when alike */
  tl_set_kind kind;
  tl_style style;      /* how a raw number is written */
  tl_set_flags flags;
} tl_set;

typedef enum TL_CLOSED(EntryForm) tl_entry_form : uint8_t {
  TL_ENTRY_NAME TL_SWIFT(name),   /* value = the bits (flags) or the value */
  TL_ENTRY_FIELD TL_SWIFT(field),  /* mask = the field; value = index of a set that names (value & mask) */
  TL_ENTRY_NUMBER TL_SWIFT(number), /* mask = the field, shifted right by shift: n<<NAME, or n alone; value = 1: shown even if zero */
  TL_ENTRY_SIGNAL TL_SWIFT(signal), /* mask = the field: a signal's name; nothing if zero */
  TL_ENTRY_FAMILY TL_SWIFT(family), /* commands of ioctl with (number & mask) == value; shift: TL_FAMILY_ bits; set: names the number */
  TL_ENTRY_SHIFTED TL_SWIFT(shifted), /* mask = the field; value = a set; NAME<<shift name */
  TL_ENTRY_MODE TL_SWIFT(mode),   /* mask = the field: permissions, always shown: 000, 0640 */
  TL_ENTRY_HEX TL_SWIFT(hex)     /* mask = the field, shifted right by shift: 0x1<<NAME; value = 1: shown even if zero */
} tl_entry_form;
/* What a family of commands shows in parentheses: the bits of its number that the mask leaves out, its size. */
typedef enum TL_OPTIONS(FamilyFlags) tl_family_flags : uint8_t { TL_FAMILY_NUMBER TL_SWIFT(number) = 1, TL_FAMILY_SIZE TL_SWIFT(size) = 2 } tl_family_flags;
typedef struct {
  uint64_t value;
  uint64_t mask;
  uint32_t name;
  tl_entry_form form;
  union {
    uint8_t shift;
    tl_family_flags family; /* TL_ENTRY_FAMILY */
  };
  uint16_t set;    /* TL_ENTRY_FAMILY */
} tl_entry;

/* A call's arguments and result, or one case of a call that differs by a command. */
typedef struct {
  uint32_t first_argument, argument_count; /* in tl_fields */
  uint32_t selector;          /* expression over the arguments so far; 0 = none */
  uint32_t first_case, case_count; /* in tl_cases; target = variant */
  uint32_t otherwise;         /* variant; 0 = none */
  uint32_t result;            /* type of the result; 0 = of the enclosing variant, else a number */
  uint32_t first_explanation, explanation_count; /* in tl_fields: shown in (…) behind the result */
  uint32_t name;              /* the call that it stands for, whose name is shown; 0 = the call itself */
  uint32_t words, call;       /* expression: where the arguments of that call lie as words, and its row; its variant is `otherwise`. 0 = none */
} tl_variant;

/* What others than its decoder must know of a call. The words of the language are these names without TL_CALL_. */
typedef enum TL_OPTIONS(CallFlags) tl_call_flags : uint16_t {
  TL_CALL_NO_RETURN TL_SWIFT(noReturn) = 1,      /* exit, rt_sigreturn on success: no result to show */
  TL_CALL_AT_EXIT TL_SWIFT(atExit) = 2,          /* nothing may be decoded at entry but numbers (a descriptor that closes keeps its path) */
  TL_CALL_NARROW_WHERE_MARKED TL_SWIFT(narrowWhereMarked) = 4, /* a marked ABI's structures are of 32 bits, though it shares the number with the native one */
  TL_CALL_MAKES_PROCESS TL_SWIFT(makesProcess) = 8, /* or a thread */
  TL_CALL_EXECUTES TL_SWIFT(executes) = 0x10,    /* replaces the program, and its memory */
  TL_CALL_OPENS_PATH TL_SWIFT(opensPath) = 0x20, /* gives a descriptor of the file that its path names */
  TL_CALL_SHOWS_AFFINITY TL_SWIFT(showsAffinity) = 0x40, /* tells on which CPUs a thread may run, or says it */
  TL_CALL_MAKES_USER_FAULTS TL_SWIFT(makesUserFaults) = 0x80, /* lets a thread fill memory when another reads it */
  TL_CALL_NAMES_PEER TL_SWIFT(namesPeer) = 0x100, /* the address among its arguments is the socket's other end */
  TL_CALL_NAMES_TWO_FILES TL_SWIFT(namesTwoFiles) = 0x200, /* -P: both of its paths choose it */
  TL_CALL_FIRST_CHOOSES_NOT TL_SWIFT(firstChoosesNot) = 0x400 /* -P, --trace-fds: its first argument does not choose it */
} tl_call_flags;
typedef struct {
  uint32_t name;
  uint32_t variant64, variant32, variant_marked; /* 0 = not a call there, or not described */
  uint32_t first_capture, capture_count; /* in tl_args: expressions evaluated at entry */
  uint32_t page;              /* string: the header whose file describes it */
  uint32_t kept;              /* in tl_args: the address and the bytes of memory that is kept at entry; 0 = none */
  uint32_t namespaces;        /* expression: which kinds of namespaces (CLONE_NEW*) the caller, or the process that it makes, enters; 0 = none */
  tl_call_flags flags;
  uint8_t spare[2];
} tl_call;

/* One number of one ABI. */
typedef struct {
  uint32_t name;
  uint32_t call;       /* in tl_calls; its variants are 0 when it is not described */
  uint16_t number;     /* without the ABI's mark */
  uint8_t arguments;
  uint8_t spare;
  uint32_t classes;    /* bits, in the order of tl_class_names */
} tl_number;

/* Which of a description's variants, sizes and offsets an ABI goes by. */
typedef enum TL_CLOSED(Layout) tl_layout : uint8_t {
  TL_WIDE TL_SWIFT(wide),     /* those of 64 bits */
  TL_NARROW TL_SWIFT(narrow), /* those of 32 */
  TL_MARKED TL_SWIFT(marked)  /* those of 32 in structures, with registers of 64 */
} tl_layout;

/* The ABIs of the machine come first: native, compat, marked. */
typedef struct {
  uint32_t name;
  uint32_t first, count; /* in tl_numbers, sorted by number */
  uint32_t mode;         /* strings: "64 bit"; "64", as in read@64; libseccomp's name; 0 = none */
  uint32_t designator, filter_name;
  uint32_t architecture; /* of audit(7) */
  uint32_t mark;         /* the bit that its calls' numbers have, or 0 */
  uint8_t word_size, register_size;
  tl_layout layout;
  uint8_t big_endian;
  uint32_t first_private, private_place; /* where the numbers of its own calls begin, and as which they are in tl_numbers */
} tl_abi;

/* A `shared type` of the tables, for Swift. */
typedef struct { uint32_t name, type; } tl_shared_type;

/* Their names, by number; index 0 is empty. */
extern const char *const tl_custom_names[];
extern const uint32_t tl_custom_count;
static inline const char *tl_custom_name(uint32_t number) { return tl_custom_names[number]; }
#endif
