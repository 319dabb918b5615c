/* The shape of the compiled tables: what TableCompiler writes and the decoder reads.
 *
 * Everything is constant data joined by indices: no pointer, so nothing is relocated when the
 * program starts. Index 0 of types, expressions, structs and sets means "none".
 */
#ifndef TRAPLINE_TABLE_FORMAT_H
#define TRAPLINE_TABLE_FORMAT_H

#include <stdint.h>

/* How a scalar is shown. The words of the language are these names in lower case without TL_. */
enum tl_style {
  TL_DEC,        /* signed or unsigned as the width word says */
  TL_HEX,        /* 0x2a, and plain 0 */
  TL_OCT,        /* 0644, and plain 0 */
  TL_UMASK,      /* at least three octal digits: 000, 0640 */
  TL_POINTER,    /* NULL or 0x2a */
  TL_FD,         /* a descriptor; may be followed by what it is open on */
  TL_DIRFD,      /* a descriptor or AT_FDCWD */
  TL_PID,        /* a thread id (the kernel's pid) */
  TL_TGID,       /* a thread group id (the user's pid) */
  TL_PGID,
  TL_SID,
  TL_UID,        /* -1 shown as such, else unsigned */
  TL_GID,
  TL_FILE_MODE,  /* S_IFREG|0644 */
  TL_DEVICE,     /* makedev(0x1, 0x3) from the kernel's encoding of the width */
  TL_SIGNAL,     /* SIGINT, or the number */
  TL_ERRNO,      /* a positive errno by name */
  TL_WAIT_STATUS,/* {WIFEXITED(s) && WEXITSTATUS(s) == 0} */
  TL_SECONDS,    /* seconds since the epoch, with the date as a comment */
  TL_NANOSECONDS,/* nanoseconds since the epoch, with the date as a comment */
  TL_PORT,       /* htons(80), from network order */
  TL_BE16,       /* htons(n) */
  TL_BE32,       /* htonl(n) */
  TL_IPV4,       /* inet_addr("127.0.0.1") */
  TL_IFINDEX,    /* if_nametoindex("lo") */
  TL_CLOCK,      /* clockid_t, CPU clocks taken apart */
  TL_RLIMIT,     /* 8192*1024, RLIM_INFINITY */
  TL_RLIMIT64,   /* the same with RLIM64_INFINITY */
  TL_KEY_SERIAL,
  TL_KERNEL_VERSION, /* KERNEL_VERSION(6, 1, 0) */
  TL_FOURCC,     /* v4l2_fourcc('Y', 'U', 'Y', 'V') */
  TL_IOPRIO,     /* IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4) */
  TL_IOCTL,      /* a command by name, or _IOC(…) */
  TL_CHAR,       /* 'x' */
  TL_SYSCALL,    /* a number of a call of the tracee's ABI, by name */
  TL_PERSONALITY,
  TL_ARCH,       /* AUDIT_ARCH_X86_64 */
  TL_MICROSECONDS, /* a span, with the seconds as a comment: 1500000 with 1.500000 s */
  TL_SPAN,       /* the same in nanoseconds */
  TL_CONTROL,    /* a control of a video device: its name, or V4L2_CTRL_CLASS_USER+0x944 */
  TL_BOOL,       /* for data: true or false; for text: 1 or 0 */
  TL_ANON_FD,    /* a descriptor that is not looked up */
  TL_PORT_RANGE, /* two ports in one number: 0x4030201 with 513..1027 as a comment */
  TL_TICKS,      /* hundredths of a second, with the seconds as a comment */
  TL_NEGATIVE_ERRNO, /* -EINVAL, or the number */
  TL_FOREIGN_CALL, /* a call's number in the machine's other mode: 57, with setpgid as a comment */
  TL_LATE_ERROR, /* a result of 32 bits, with the error that a negative one means: 4294967274 EINVAL (Invalid argument) */
  TL_QUOTA_COMMAND, /* QCMD(Q_SYNC, USRQUOTA) */
  TL_DATE,       /* seconds since the epoch: the date alone */
  TL_SIGNED_HEX, /* hexadecimal behind a sign: -0x1 */
  TL_PADDED,     /* hexadecimal, with zeroes in front up to the width: 0x00002a of 4 bytes */
  TL_STYLE_COUNT
};

enum tl_kind {
  TL_NONE,     /* nothing is shown */
  TL_NUMBER,   /* style */
  TL_SET,      /* a = set; style = how a raw number is written */
  TL_REFER,    /* memory at the value. a = type there on entry, b = on exit, c = expression: shown on exit if true; see TL_REFER_ flags; style = 1: merged */
  TL_STRING,   /* memory at the value: text up to NUL. text = tl_text; a = expression: most bytes; c and flags as of TL_REFER */
  TL_BUFFER,   /* memory at the value: a = expression: bytes. text = tl_text; c and flags as of TL_REFER */
  TL_CHARS,    /* bytes in place. a = expression: bytes, or 0: the member's size. text = tl_text */
  TL_STRUCT,   /* a = struct, b = first argument expression (in tl_args), c = number of them */
  TL_ARRAY,    /* elements in place. a = element type, b = expression: count, c = set that names the indices, d = expression: element shown if true;
                  flags: TL_ARRAY_ */
  TL_LIST,     /* as TL_ARRAY, ended by an all-zero element, which is not shown; b = expression: most */
  TL_BITSET,   /* bits in place, a = set of names or 0, b = expression: number of bits. text = tl_bits */
  TL_SELECT,   /* width of the argument that it is, 0 = a word; a = expression, b = first of tl_cases, c = number of them (sorted by value), d = type otherwise */
  TL_CUSTOM,   /* a = tl_custom number, b, c = arguments as of TL_STRUCT, d = type of what it takes apart; gets the value, or the address in place */
  TL_INOUT,    /* a scalar at the address: [before => after]. a = type, d = capture slot */
  TL_VALUE,    /* a = expression, b = type: shows the expression's value instead of what is there */
  TL_WORDS,    /* a = string: literal text instead of the value */
  TL_RECORDS,  /* structures one after the other. a = type, b = expression: count, or 0, c = expression: bytes in all, or 0,
                  d = expression over an element's members: its bytes; flags = 1: each begins at a multiple of four bytes, and one that
                  says less counts as four */
  TL_WITHIN,   /* a = type, b = expression: bytes that are there; if they do not hold the type, they are shown as they are */
  TL_FROM     /* a = type of a number, b = expression: what it was before, shown before => if it differs */
};

/* TL_REFER: bits of tl_type.flags */
enum {
  TL_REFER_IN = 1,      /* decoded at entry */
  TL_REFER_OUT = 2,     /* decoded at exit */
  TL_REFER_CHANGED = 4, /* with both: the exit part only if its bytes differ from those at entry */
  TL_REFER_BARE = 8,    /* no brackets round a scalar */
  TL_REFER_SIZED = 16,  /* d = index of two expressions in tl_args: size, least size; tail by text */
  TL_REFER_ALWAYS = 32, /* decoded even where structures are not wanted (-e verbose=none) */
  TL_REFER_ADDRESS = 64, /* after an entry part: where the exit part is not there, => and the address rather than nothing */
  TL_REFER_LATE = 128    /* with TL_REFER_OUT alone: what the caller left there, shown at exit whatever came of the call */
};
/* TL_ARRAY: bits of tl_type.flags */
enum {
  TL_ARRAY_EACH = 1, /* each element is read by itself, even where the count is always the same */
  TL_ARRAY_MOST = 2  /* d = expression: the most elements that are shown, an ellipsis stands for the others */
};
/* scalars: bits of tl_type.flags */
enum {
  TL_SIGNED = 1,
  TL_BIG_ENDIAN = 2,
  TL_FLEXIBLE = 4 /* takes width and sign from the member it describes */
};

/* How bytes are quoted. */
enum tl_text {
  TL_TEXT_PATH,     /* NUL-ended, never cut by -s */
  TL_TEXT_STRING,   /* NUL-ended, cut by -s */
  TL_TEXT_BYTES,    /* counted, cut by -s */
  TL_TEXT_FIELD,    /* an array of characters that a NUL may end; never cut by -s */
  TL_TEXT_HEX,      /* counted, always as \x.. */
  TL_TEXT_MAC,      /* 00:11:22:33:44:55 */
  TL_TEXT_UUID,
  TL_TEXT_IPV6,     /* 16 bytes */
  TL_TEXT_TRIMMED,  /* counted; one trailing NUL is left out */
  TL_TEXT_DATA,     /* counted, cut by -s; what -e read= and -e write= dump */
  TL_TEXT_ABSTRACT, /* counted, never cut, with an @ before: the name of a socket */
  TL_TEXT_WHOLE,    /* counted, never cut by -s */
  TL_TEXT_REST,     /* counted, cut by -s, as what is behind the known part of a structure */
  TL_TEXT_DIGITS,   /* 0x010203: the bytes one after the other as one number */
  TL_TEXT_ENDED,    /* counted, cut by -s; a NUL that ends what is shown is left out, else ... is behind it */
  TL_TEXT_WHOLE_HEX,/* counted, always as \x.., never cut by -s */
  TL_TEXT_IPV4,     /* counted, an IPv4 address in the first four bytes */
  TL_TEXT_HARDWARE  /* counted, as TL_TEXT_MAC; where constants do not go by name, all bytes of the member, and those as a comment */
};

/* How a bit set is written. */
enum tl_bits {
  TL_BITS_SIGNALS,  /* [HUP INT], ~[RTMIN] when more than two thirds are set */
  TL_BITS_NUMBERS,  /* [0 3 7] */
  TL_BITS_FDS,      /* [0 3], descriptors */
  TL_BITS_NAMES,    /* [KEY_A, KEY_B] by the set */
  TL_BITS_WORDS,    /* [0x1, 0x0]: words in hexadecimal */
  TL_BITS_FEWER     /* by the set: [ICMP_ECHO], or ~[ICMP_ECHO] of those that are not set when they are not more */
};

/* What a sized reference does with bytes behind the known structure. */
enum tl_tail {
  TL_TAIL_NONE,
  TL_TAIL_BYTES,    /* a comment that says where, and the bytes */
  TL_TAIL_ELLIPSIS,
  TL_TAIL_NAMED     /* "...", or unabbreviated a member of a name: the reference's third expression in tl_args */
};

typedef struct {
  uint8_t kind;   /* tl_kind */
  uint8_t style;  /* tl_style of a scalar */
  uint8_t width;  /* bytes of a scalar: 1 2 4 8; 0 = the ABI's word */
  uint8_t flags;
  uint8_t text;   /* tl_text, tl_bits or tl_tail */
  uint8_t spare[3];
  uint32_t a, b, c, d;
} tl_type;

/* A member of a structure, an argument of a call, or an item of an explanation. */
typedef struct {
  uint32_t name;      /* in tl_strings; 0 = no name is shown */
  uint32_t type;
  uint32_t condition; /* expression: shown if true; 0 = always */
  uint32_t note;      /* string: the explanation in a word, for --explain; or 0 */
  uint16_t offset64, offset32; /* members: bytes; arguments: the register's index, 0 to 5 */
  uint16_t size64, size32;     /* members only: bytes */
  uint8_t bit, bits;  /* bit field: first bit in the storage unit, number of bits; bits 0 = none */
  uint8_t flags;      /* TL_FIELD_ */
  uint8_t form;       /* tl_field_form */
} tl_field;
enum {
  TL_FIELD_VERBOSE = 1, /* left out when abbreviating; in an explanation: the name is for data, not for text */
  TL_FIELD_IN = 2,      /* with inout structures: the entry part only */
  TL_FIELD_OUT = 4,     /* the exit part only */
  TL_FIELD_ABSENT64 = 8,  /* not a member on 64-bit ABIs */
  TL_FIELD_ABSENT32 = 16,
  TL_FIELD_NAMED = 32,    /* an argument whose name is always shown */
  TL_FIELD_BECOMES = 64,  /* stands as => and the value behind what was shown at entry */
  TL_FIELD_DERIVED = 128  /* a date that is left out by -X raw */
};
enum tl_field_form {
  TL_FORM_VALUE,    /* name=value */
  TL_FORM_ELLIPSIS, /* "..." when abbreviating (a group left out) */
  TL_FORM_UNKNOWN,  /* "???" */
  TL_FORM_NOTE,     /* its name as a comment behind the value before it; type = expression of a number before the name, or 0 */
  TL_FORM_DATE,     /* last: the structure is a moment; type = index in tl_args of seconds and nanoseconds since the epoch */
  TL_FORM_NAME      /* last: what the structure is called for short; type = that of a number, condition = its value */
};

typedef struct {
  uint32_t name;
  uint32_t first_field, field_count;
  uint32_t size64, size32;
  uint16_t flags;     /* TL_STRUCT_ */
  uint8_t parameters; /* number of parameters */
  uint16_t separator; /* of a bare structure: up to two characters, the first in the low byte, between the members; 0 = as of the enclosing one */
} tl_struct;
enum {
  TL_STRUCT_CLIPPED = 1, /* members that do not fit what was read are left out */
  TL_STRUCT_UNION = 2,
  TL_STRUCT_BARE = 4,    /* no braces: the members stand in the enclosing structure */
  TL_STRUCT_PADDED = 8,  /* what lies beyond what was read or beyond `sized` is zero */
  TL_STRUCT_ATTRIBUTES = 256, /* netlink attributes, one after the other: fields nla_len, nla_type and, as a choice of nla_type, the value */
  TL_STRUCT_THEN = 16,   /* a field behind the counted ones shows what follows; its condition is the offset, 0 = after the structure, aligned to 4 */
  TL_STRUCT_BRACKETED = 32, /* the structure and what follows it stand in brackets */
  TL_STRUCT_HEADED = 64, /* if not all of it is there, the first member and an ellipsis are shown */
  TL_STRUCT_CUT = 128,   /* as clipped; of a member that is cut, the bytes that are there */
  TL_STRUCT_CALLED = 512, /* shown as a call: its name, and the members in parentheses */
  TL_STRUCT_LISTED = 1024 /* in brackets, not in braces */
};

/* One step of an expression: a stack of signed 64-bit values. An expression is the index of its first step. */
typedef struct {
  uint16_t op;   /* tl_op */
  uint16_t b;
  uint32_t a;
} tl_step;
enum tl_op {
  TL_END,        /* the value is on the stack */
  TL_CONSTANT,   /* push tl_wide[a] (64-bit ABIs) or tl_wide[a + 1] (32-bit ABIs) if b, else tl_wide[a] */
  TL_SMALL,      /* push (int32) a */
  TL_ARGUMENT,   /* push the argument described by tl_fields[a], in its type's width */
  TL_RESULT,     /* push the return value */
  TL_ERROR,      /* push the errno (0 if the call succeeded) */
  TL_FIELD,      /* push member a (index in tl_fields) of the frame b levels out */
  TL_PARAMETER,  /* push parameter a of the frame b levels out */
  TL_CAPTURED,   /* push what expression a of the call's captures gave at entry */
  TL_ABBREVIATED,/* push 1 when abbreviating (neither -v nor abbrev=none) */
  TL_AVAILABLE,  /* push the bytes that were read of the frame b levels out */
  TL_ADDRESS,    /* push the address of the frame b levels out */
  TL_INDEX,      /* push the index of the element of the innermost array */
  TL_VALUE_OF,   /* push the value the type is asked to show (case of select on itself) */
  TL_IS32,       /* push 1 for a 32-bit ABI */
  TL_EXITING,    /* push 1 at syscall exit */
  TL_STYLED,     /* push how -X says that constants go: 0 as names, 1 as numbers, 2 as both */
  TL_STRUCTURES, /* push 1 unless structures are not wanted (-e verbose=none) */
  TL_STACK,      /* push the stack pointer at entry */
  TL_PEEK,       /* pop an address, push the scalar of type a read there, 0 if it cannot be read */
  TL_READABLE,   /* pop an address, push 1 if a bytes (b on 32-bit ABIs) can be read there */
  TL_ZEROED,     /* pop an address, push 1 if a bytes (b on 32-bit ABIs) can be read there and all of them are zero */
  TL_BEHIND,     /* pop an address, push the one behind the NUL of the text there, 0 if -s would cut it or it cannot be read */
  TL_NONZERO,    /* push 1 if any byte of member a of the frame b levels out is not zero */
  TL_ADD, TL_SUBTRACT, TL_MULTIPLY, TL_DIVIDE, TL_REMAINDER,
  TL_AND, TL_OR, TL_XOR, TL_SHIFT_LEFT, TL_SHIFT_RIGHT,
  TL_EQUAL, TL_UNEQUAL, TL_LESS, TL_GREATER, TL_LESS_EQUAL, TL_GREATER_EQUAL,
  TL_NOT, TL_NEGATE, TL_COMPLEMENT,
  TL_BOTH, TL_EITHER, /* logical, both sides evaluated */
  TL_CHOOSE,     /* pop else, then, condition */
  TL_MINIMUM, TL_MAXIMUM,
  TL_SOCKET_PROTOCOL, /* pop a descriptor, push the netlink protocol it speaks, -1 when it is none */
  TL_SOCKET_FAMILY, /* pop a descriptor, push its address family, -1 when it is no socket */
  TL_TERMINAL,   /* pop a descriptor, push 1 if it is a terminal */
  TL_SUM,        /* push the sum of member a over the elements of the innermost array that come before this one */
  TL_SIBLING     /* pop an attribute's type, push the text (as a number, 0 if longer than 8 bytes) of the last such one before this */
};

typedef struct {
  int64_t value;
  uint32_t target; /* type, or variant for calls */
  uint32_t abis;   /* 0 = all; else bits: 1 x86_64, 2 i386, 4 x32. Cases of one value but different ABIs follow each other */
} tl_case;

enum tl_set_kind { TL_VALUES, TL_FLAGS, TL_BIT_NUMBERS };
typedef struct {
  uint32_t name;       /* the set's own name */
  uint32_t unknown;    /* string for what has no name: "O_???"; 0 = none */
  uint32_t first64, count64; /* in tl_entries; values: sorted by value, the first of equals wins; others as the set has them */
  uint32_t first32, count32; /* the same range when alike */
  uint8_t kind;        /* tl_set_kind */
  uint8_t style;       /* how a raw number is written */
  uint16_t flags;      /* TL_SET_ */
} tl_set;
enum {
  TL_SET_ZERO_PLAIN = 1, /* flags: 0 is written "0" even when a field of the set names it */
  TL_SET_SPLIT = 2,      /* flags: each field, and the flags, are shown as values of their own, joined by | */
  TL_SET_NAMED = 4,      /* shown by name whatever -X says */
  TL_SET_NOTES = 8,      /* values: the number, and the name as a comment behind it */
  TL_SET_NEAREST = 16,   /* values: the name of the greatest value that is not greater, and what is left: NAME+4 */
  TL_SET_HTONS = 32,     /* values stand in htons(…), those of the next in htobs(…) */
  TL_SET_HTOBS = 64,
  TL_SET_VERBOSE = 128,  /* the number, and the names as a comment, but for -X raw */
  TL_SET_ALONE = 256,    /* values: one that has no name is shown as `unknown`, without its number */
  TL_SET_NARROW = 512,   /* flags: names, and what is left, tell of the lower 32 bits alone */
  TL_SET_BEHIND = 1024   /* values: where they stand shifted, `unknown` stands behind the shift, and for every number too */
};

enum tl_entry_form {
  TL_ENTRY_NAME,   /* value = the bits (flags) or the value */
  TL_ENTRY_FIELD,  /* mask = the field; value = index of a set that names (value & mask) */
  TL_ENTRY_NUMBER, /* mask = the field, shifted right by shift: n<<NAME, or n alone; value = 1: shown even if zero */
  TL_ENTRY_SIGNAL, /* mask = the field: a signal's name; nothing if zero */
  TL_ENTRY_FAMILY, /* commands of ioctl with (number & mask) == value; shift: TL_FAMILY_ bits; set: names the number */
  TL_ENTRY_SHIFTED, /* mask = the field; value = a set; NAME<<shift name */
  TL_ENTRY_MODE,   /* mask = the field: permissions, always shown: 000, 0640 */
  TL_ENTRY_HEX     /* mask = the field, shifted right by shift: 0x1<<NAME; value = 1: shown even if zero */
};
typedef struct {
  uint64_t value;
  uint64_t mask;
  uint32_t name;
  uint8_t form;    /* tl_entry_form */
  uint8_t shift;
  uint16_t set;    /* TL_ENTRY_FAMILY */
} tl_entry;
/* What a family of commands shows in parentheses: the bits of its number that the mask leaves out, its size. */
enum { TL_FAMILY_NUMBER = 1, TL_FAMILY_SIZE = 2 };

/* A call's arguments and result, or one case of a call that differs by a command. */
typedef struct {
  uint32_t first_argument, argument_count; /* in tl_fields */
  uint32_t selector;          /* expression over the arguments so far; 0 = none */
  uint32_t first_case, case_count; /* in tl_cases; target = variant */
  uint32_t otherwise;         /* variant; 0 = none */
  uint32_t result;            /* type of the result; 0 = of the enclosing variant, else a number */
  uint32_t first_explanation, explanation_count; /* in tl_fields: shown in (…) behind the result */
  uint32_t name;              /* the call that it stands for, whose name is shown; 0 = the call itself */
} tl_variant;

typedef struct {
  uint32_t name;
  uint32_t variant64, variant32, variantx32; /* 0 = not a call there, or not described */
  uint32_t first_capture, capture_count; /* in tl_args: expressions evaluated at entry */
  uint32_t page;              /* string: the header whose file describes it */
  uint8_t flags;              /* TL_CALL_ */
  uint8_t spare[3];
} tl_call;
enum {
  TL_CALL_NO_RETURN = 1,      /* exit, rt_sigreturn on success: no result to show */
  TL_CALL_PREPARE_AT_EXIT = 2, /* nothing may be decoded at entry but numbers (a descriptor that closes keeps its path) */
  TL_CALL_ENTERS_NAMESPACES = 4 /* the caller, or the process that it makes, may be in other namespaces afterwards */
};

/* One number of one ABI. */
typedef struct {
  uint32_t name;
  uint32_t call;       /* in tl_calls; its variants are 0 when it is not described */
  uint16_t number;     /* without the ABI's own bit (x32) */
  uint8_t arguments;
  uint8_t spare;
  uint32_t classes;    /* bits, in the order of tl_class_names */
} tl_number;

typedef struct {
  uint32_t name;
  uint32_t first, count; /* in tl_numbers, sorted by number */
} tl_abi;

/* A `shared type` of the tables, for Swift. */
typedef struct { uint32_t name, type; } tl_shared_type;

/* Decoders in Swift that a description names: custom(NAME, …). Each has its reason in docs/ARCHITECTURE.md. */
#define TL_CUSTOM_DECODERS(X) \
  X(control_messages)   /* address of msg_control, its length */ \
  X(netlink_messages)   /* address, length, descriptor */ \
  X(console_key)        /* in place: a key's action, its type and value */ \
  X(console_sound)      /* a period of the timer, with the frequency */ \
  X(console_tone)       /* a length and a period */ \
  X(linked_records)     /* address; first offset, end, number, offset of the next one's distance, 1 if that is from the first */ \
  X(exec_environment)   /* address of envp: strings under -v, else the address and a count */ \
  X(entry_count)        /* address, length, offset of an entry's length in it: it, and how many entries there are */ \
  X(interrupted_call)   /* the call that goes on after a signal: what the thread called before */ \
  X(vcpu_exit)          /* descriptor, offset: a number of what a virtual CPU shares with its process, as d shows it */ \
  X(generic_family)     /* the number of a family of generic netlink: its name, where the kernel says one, else as d shows it */

enum tl_custom {
  TL_CUSTOM_NONE,
#define TL_CUSTOM_NUMBER(name) TL_CUSTOM_##name,
  TL_CUSTOM_DECODERS(TL_CUSTOM_NUMBER)
#undef TL_CUSTOM_NUMBER
  TL_CUSTOM_COUNT
};
/* Their names, by number; index 0 is empty. */
extern const char *const tl_custom_names[];
static inline const char *tl_custom_name(unsigned number) { return tl_custom_names[number]; }
#endif
