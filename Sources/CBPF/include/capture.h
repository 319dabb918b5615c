/* What the BPF programs and the tracer share: the ring's records, the state of a thread, and the code of capture plans. */
#ifndef TRAPLINE_CAPTURE_H
#define TRAPLINE_CAPTURE_H

#ifdef __bpf__
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef int int32_t;
typedef long long int64_t;
#else
#include <stdint.h>
#endif

enum { TRAPLINE_RECORDED = 1 << 13, TRAPLINE_DESCRIPTORS = 1024 };

/* What a record tells. */
enum trapline_record_kind {
  TRAPLINE_RECORD_ENTRY = 1, /* a call was entered */
  TRAPLINE_RECORD_EXIT,      /* it returned */
  TRAPLINE_RECORD_MODE,      /* a call that is counted is the first of another ABI than the thread's calls before */
  TRAPLINE_RECORD_EXEC       /* what could not be read at the entry of a call that executes a program, before its memory goes */
};

/* trapline_record.flags */
enum {
  TRAPLINE_RECORD_INCOMPLETE = 1, /* memory was not there: it is read again by the next record of the thread, or under a stop */
  TRAPLINE_RECORD_LIVE = 2,       /* the plan does not reach everything: the rest is read from the thread, which stops at exit */
  TRAPLINE_RECORD_AGAIN = 4,      /* the first chunks are those that the entry lacked */
  TRAPLINE_RECORD_DENIED = 8,     /* an exit whose entry was kept from the trace point: seccomp answered the call */
  TRAPLINE_RECORD_STOPPED = 16,   /* the thread was sent the signal: it stops before it goes on */
  TRAPLINE_RECORD_BLOCKED = 32    /* it ought to have been, but blocks the signal */
};

/* A record: this, with what `has` says behind it, then chunks up to its size. */
struct trapline_record {
  uint64_t time;       /* CLOCK_MONOTONIC, nanoseconds; 0 when nobody asked for it */
  uint32_t tid;
  uint32_t size;       /* bytes in all */
  uint8_t kind;        /* trapline_record_kind */
  uint8_t flags;
  uint8_t is32;        /* the call was made by the gate of 32-bit programs */
  uint8_t has;         /* TRAPLINE_RECORD_HAS_ */
  uint32_t lost;       /* of the thread, so far */
  int64_t result;
};
/* What follows a record, in this order. */
enum {
  TRAPLINE_RECORD_HAS_THREAD = 1, /* trapline_record_thread */
  TRAPLINE_RECORD_HAS_CALL = 2    /* trapline_record_call */
};

/* What few ask for. */
struct trapline_record_thread {
  uint64_t cpu_time;   /* of an exit: how long the thread ran in the call, nanoseconds */
  uint8_t command[16]; /* the thread's name; empty when nobody asked for it */
};

/* The call, of all records but of the exits of those that were told at their entry. */
struct trapline_record_call {
  uint64_t number;
  uint64_t instruction_pointer;
  uint64_t stack_pointer;
  uint64_t arguments[6];
};

/* Memory of the thread: this, then `got` bytes and padding to 8. */
struct trapline_chunk {
  uint64_t address;
  uint32_t wanted : 24;
  uint32_t flags : 8;  /* TRAPLINE_CHUNK_ */
  int32_t got;         /* bytes, or a negative errno */
};
enum {
  TRAPLINE_CHUNK_TEXT = 1, /* up to a NUL: what lies behind was not looked at */
  TRAPLINE_CHUNK_AGAIN = 2, /* belongs to the entry */
  TRAPLINE_CHUNK_FILE = 4   /* no memory: `address` is a descriptor, the bytes are a trapline_file */
};

/* What a descriptor is open on. */
struct trapline_file {
  uint32_t mode;     /* as of stat(2); 0: the descriptor is not open */
  int32_t family;    /* of a socket; else -1 */
  int32_t protocol;  /* of a netlink socket; else -1 */
  uint32_t spare;
};

enum {
  TRAPLINE_FIRST_KEPT = 24, /* locals from here on are kept from entry to exit */
  TRAPLINE_KEPT = 8
};

/* A thread that is recorded. The tracer makes and deletes it. */
struct trapline_thread {
  uint64_t arguments[6];
  uint64_t number;
  uint64_t instruction_pointer;
  uint64_t stack_pointer;
  uint8_t in_call;     /* a call was recorded that has not returned */
  uint8_t skipped;     /* a call that nobody wants has not returned */
  uint8_t is32;
  uint8_t again;       /* the entry plan has to be run again */
  uint8_t live;        /* the thread has to be looked at when the call returns */
  uint8_t abi;         /* of its last call that was counted, as in trapline_call_plan's index */
  uint8_t is_starting; /* it is to execute the command: if it cannot, nothing that follows is wanted */
  uint8_t is_over;     /* nothing that follows is wanted */
  uint8_t spare[4];
  uint32_t written;    /* bytes of its records since it last looked how full the ring is */
  uint32_t lost;       /* calls that are missing in the ring, or their return: it was full */
  uint64_t began;      /* of the call that it is in: when */
  uint64_t waited;     /* and how long it had no CPU in it */
  uint64_t switched;   /* since when it has none; 0: it has one */
  int64_t kept[TRAPLINE_KEPT]; /* what the entry plan left in its locals for the exit plan */
};

/* Where the kernel keeps what the programs look at: offsets in its structures, which it tells (BTF). */
struct trapline_layout {
  uint32_t blocked;       /* task_struct: the signals that it blocks */
  uint32_t tid;           /* task_struct.pid */
  uint32_t pending, signals; /* task_struct.pending, sigpending.signal: the signals that it is to get */
  uint32_t files, table, descriptors, most; /* task_struct.files, files_struct.fdt, fdtable.fd and .max_fds */
  uint32_t inode, mode;   /* file.f_inode, inode.i_mode */
  uint32_t private_data, socket, family, protocol; /* file.private_data, socket.sk, sock_common.skc_family, sock.sk_protocol */
};

/* What is constant while the programs are loaded. */
struct trapline_settings {
  uint64_t ring_size;
  uint64_t reserve;      /* bytes of the ring: when less is free, the thread is stopped until it has been read */
  uint64_t wake_at;      /* bytes that wake the reader */
  uint32_t stop_signal;
  uint32_t cpu_count;
  uint32_t tells_threads; /* records have a trapline_record_thread */
  uint32_t measures_cpu; /* how long a thread runs in a call is asked for */
  uint32_t names_commands; /* the threads' names are */
  uint32_t tells_time;   /* the times of records are */
  uint32_t chooses_descriptors; /* calls are wanted that work on one of these, a bit for each, or on a larger one */
  uint64_t descriptors[TRAPLINE_DESCRIPTORS / 64];
  uint32_t look_after;   /* a thread looks how full the ring is when it has written so many bytes */
  struct trapline_layout layout;
};

/* What the tracer says while the programs run. */
struct trapline_control {
  uint32_t wait; /* trapline_wait */
  uint32_t spare;
  /* By a thread's number, of as many bits as tell one of these: 0 where no thread is recorded. */
  uint8_t recorded[TRAPLINE_RECORDED];
};
/* Whether the tracer waits, and what wakes it: that ends the wait. */
enum trapline_wait { TRAPLINE_AWAKE, TRAPLINE_WAITS_FOR_MANY, TRAPLINE_WAITS_FOR_ANY };

/* What is summed up of the calls of a number, by CPU. */
struct trapline_count {
  uint64_t calls, errors;
  uint64_t total, longest, shortest; /* nanoseconds; shortest: one more, 0 before the first */
};

/* What most calls want: one piece of memory, which takes no machine. The plan says the same. */
struct trapline_reading {
  uint32_t most;          /* bytes, up to TRAPLINE_READING_LIMIT; 0: there is none */
  uint8_t address, count; /* the registers that say where, and how many bytes there are */
  uint8_t is_text;        /* up to a NUL */
  uint8_t takes_success;  /* nothing is read where the call failed */
};
/* What stands for a register besides the arguments. */
enum trapline_register {
  TRAPLINE_REGISTER_RESULT = 6,
  TRAPLINE_REGISTER_MOST /* so many as there may be */
};

enum trapline_call_use {
  TRAPLINE_CALL_UNWANTED,
  TRAPLINE_CALL_RECORDED,
  TRAPLINE_CALL_COUNTED,       /* no record is made of it; the time that passed counts */
  TRAPLINE_CALL_COUNTED_BY_CPU /* the same, the time that the thread ran */
};

/* What is done about a call: by ABI and number. */
struct trapline_call_plan {
  uint32_t entry;  /* index of the first step; 0: nothing to read */
  uint32_t exit;
  uint8_t is_wanted; /* trapline_call_use */
  uint8_t executes;
  uint8_t keeps;   /* the entry plan leaves something to the exit plan */
  uint8_t wakes;   /* the tracer waits for its return: it is woken at once */
  uint8_t is_live; /* there is no plan: its memory is read from the thread, which stops at exit */
  uint8_t works_on; /* the registers with its descriptors, a bit for each; TRAPLINE_WORKS_ON_ANY: it has others, too */
  uint8_t spare[2];
  struct trapline_reading at_entry, at_exit;
};
enum { TRAPLINE_WORKS_ON_ANY = 255 };
enum {
  TRAPLINE_CALLS_PER_ABI = 1024, /* the last stands for numbers beyond */
  TRAPLINE_CALL_ABIS = 3,        /* x86_64, i386, x32 */
  TRAPLINE_STEP_LIMIT = 1 << 18,
  TRAPLINE_STACK = 16,
  TRAPLINE_LOCALS = 32,
  TRAPLINE_BLOCKS = 16,
  TRAPLINE_MOST_STEPS = 16384,   /* of one run */
  TRAPLINE_READING_LIMIT = 8192, /* bytes of what takes no machine */
  TRAPLINE_CHUNK_LIMIT = 65552,  /* a string of data's usual limit, and what shows that it goes on */
  TRAPLINE_RECORD_LIMIT = 131072, /* bytes after which no chunk begins */
  TRAPLINE_CHOICE_LIMIT = 1 << 15,
  TRAPLINE_CHOICE_DEPTH = 16     /* looks that find one among as many */
};

/* One step of a plan: a machine with a stack of signed words, numbered locals, and numbered blocks of memory that was read. */
struct trapline_step {
  uint16_t op;   /* trapline_op */
  uint16_t b;
  uint32_t a;
};
enum trapline_op {
  TRAPLINE_END,
  TRAPLINE_PUSH,        /* a, sign-extended */
  TRAPLINE_HIGH,        /* the upper half of the top becomes a */
  TRAPLINE_ARGUMENT,    /* push register a; b = TRAPLINE_WIDTH_ */
  TRAPLINE_RESULT,
  TRAPLINE_ERROR,       /* push the errno, 0 for success */
  TRAPLINE_STACK_POINTER,
  TRAPLINE_GET,         /* push local a */
  TRAPLINE_SET,         /* pop to local a */
  TRAPLINE_DROP,
  TRAPLINE_MEMBER,      /* push what is at offset a of block b >> 8; b & 255 = TRAPLINE_WIDTH_ */
  TRAPLINE_BLOCK_ADDRESS, /* push the address of block a */
  TRAPLINE_BLOCK_SIZE,  /* push how many of its bytes were read */
  TRAPLINE_NONZERO,     /* pop a length: push 1 if any byte from offset a of block b on is not zero */
  TRAPLINE_PEEK,        /* pop an address: record and push what is there, or 0; b = TRAPLINE_WIDTH_ */
  TRAPLINE_BLOCK,       /* pop a length, pop an address: record them as block b; if nothing can be read, go to a */
  TRAPLINE_WHOLE,       /* the same; if not all can be read, go to a */
  TRAPLINE_PLACE,       /* pop an offset: block b & 255 is what lies from there on in block b >> 8 */
  TRAPLINE_TEXT,        /* pop the most bytes, pop an address: record the text there; push its bytes without NUL, or -1 */
  TRAPLINE_JUMP,        /* go to a */
  TRAPLINE_UNLESS,      /* pop: if zero, go to a */
  TRAPLINE_SWITCH,      /* pop: go where one of the b choices from a on says, sorted by their values; else on */
  TRAPLINE_FILE,        /* pop a descriptor: record and push what it is open on; b = trapline_file_fact */
  TRAPLINE_NARROW,      /* the top as b says: TRAPLINE_WIDTH_ */
  TRAPLINE_SWAP,        /* the bytes of the top, b of them, the other way round */
  TRAPLINE_LIVE,        /* what follows cannot be recorded: end, and read it from the thread */
  TRAPLINE_ADD, TRAPLINE_SUBTRACT, TRAPLINE_MULTIPLY, TRAPLINE_DIVIDE, TRAPLINE_REMAINDER,
  TRAPLINE_AND, TRAPLINE_OR, TRAPLINE_XOR, TRAPLINE_SHIFT_LEFT, TRAPLINE_SHIFT_RIGHT,
  TRAPLINE_EQUAL, TRAPLINE_UNEQUAL, TRAPLINE_LESS, TRAPLINE_GREATER, TRAPLINE_LESS_EQUAL, TRAPLINE_GREATER_EQUAL,
  TRAPLINE_BOTH, TRAPLINE_EITHER, TRAPLINE_MINIMUM, TRAPLINE_MAXIMUM,
  TRAPLINE_LEAST,       /* the lesser of two numbers without sign */
  TRAPLINE_NOT, TRAPLINE_NEGATE, TRAPLINE_COMPLEMENT,
  TRAPLINE_CHOOSE       /* pop else, then, condition */
};
/* A bit of b of TRAPLINE_BLOCK: that not all is there says nothing. */
enum { TRAPLINE_BLOCK_AS_FAR_AS_IT_GOES = 128 };
/* How a word is read: the bytes (1, 2, 4, 8), and whether its sign counts. */
enum { TRAPLINE_WIDTH_SIGNED = 16 };

enum trapline_file_fact { TRAPLINE_FILE_MODE, TRAPLINE_FILE_FAMILY, TRAPLINE_FILE_PROTOCOL };

/* A case of a choice. */
struct trapline_choice {
  int64_t value;
  uint32_t step;
  uint32_t spare;
};
#endif
