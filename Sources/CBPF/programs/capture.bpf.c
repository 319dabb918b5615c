/* Records the calls of the threads that the tracer names: registers, and the memory that their plans say.
 *
 * Compiled by `make bpf`. Of the kernel's structures it knows struct pt_regs, which user space sees, too, the first words of
 * struct thread_info, which tell of a call by the 32-bit gate, and what BTF says (trapline_layout).
 */
#include "kernel.h"

/* The maps are made by the loader. */
struct map { int unused; };
struct map threads SEC(".maps");  /* tid -> trapline_thread */
struct map ring SEC(".maps");
struct map calls SEC(".maps");    /* ABI and number -> trapline_call_plan */
struct map steps SEC(".maps");    /* trapline_step */
struct map choices SEC(".maps");  /* trapline_choice */
struct map scratch SEC(".maps");  /* CPU -> state */
struct map control SEC(".maps");  /* trapline_control */
struct map tail SEC(".maps");     /* the program that runs plans */
struct map counts SEC(".maps");   /* CPU, ABI and number -> trapline_count */

const volatile struct trapline_settings settings = {};

/* What a run of a plan works on; too large for the stack, and the verifier needs to know nothing of what is in it. */
struct block {
  uint64_t address;
  uint32_t offset; /* in bytes[] */
  uint32_t got;
};
struct state {
  int64_t stack[TRAPLINE_STACK];
  int64_t locals[TRAPLINE_LOCALS];
  struct block blocks[TRAPLINE_BLOCKS];
  uint64_t arguments[6], spare[2];
  int64_t result;
  uint64_t stack_pointer;
  uint32_t depth;
  uint32_t pc;
  uint32_t used;
  uint8_t missing, live, chunk_flags;
  uint8_t needs_stop;      /* what was read again for the entry lacks something still */
  uint8_t keeps;
  uint32_t exit;           /* where the exit's plan begins, when the entry's is run again before */
  int64_t kept[TRAPLINE_KEPT];
  uint8_t bytes[TRAPLINE_RECORD_LIMIT + 2 * TRAPLINE_CHUNK_LIMIT + 64];
};

INLINE void push(struct state *s, int64_t value) {
  s->stack[s->depth & (TRAPLINE_STACK - 1)] = value;
  s->depth++;
}
INLINE int64_t pop(struct state *s) {
  s->depth--;
  return s->stack[s->depth & (TRAPLINE_STACK - 1)];
}

/* Without branches: each way through one step is one that the kernel has to check. */
INLINE int64_t narrowed(uint64_t value, uint32_t width) {
  uint32_t shift = (64 - (width & 15) * 8) & 63;
  uint64_t plain = value << shift >> shift;
  uint64_t sign = (uint64_t)((int64_t)(value << shift) >> 63) << 1 << (63 - shift);
  return plain | (sign & -(uint64_t)((width & TRAPLINE_WIDTH_SIGNED) != 0));
}

/* Copies memory of the thread behind what is there, as a chunk. Returns the bytes, or a negative errno; `place` says where.
 * One copy of it: four ways lead here. */
static __attribute__((noinline)) int64_t record_memory(struct state *s, uint64_t address, uint64_t count, uint32_t is_text) {
  uint32_t offset = s->used;
  HIDE(offset);
  if (offset > TRAPLINE_RECORD_LIMIT) {
    s->live = 1;
    return -7;
  }
  if (count > TRAPLINE_CHUNK_LIMIT) {
    s->live = 1;
    count = TRAPLINE_CHUNK_LIMIT;
  }
  uint32_t wanted = count;
  HIDE(wanted);
  if (wanted > TRAPLINE_CHUNK_LIMIT) return -7;
  struct trapline_chunk *chunk = (void *)&s->bytes[offset];
  uint8_t *target = &s->bytes[offset + sizeof *chunk];
  int64_t got;
  if (is_text) {
    got = bpf_probe_read_user_str(target, wanted, (void *)address);
    /* The last byte of what was cut is a NUL that is not there. */
    if (got == wanted && got > 0) got--;
  } else {
    got = bpf_probe_read_user(target, wanted, (void *)address);
    if (got == 0) {
      got = wanted;
    } else {
      uint32_t before = 4096 - (address & 4095);
      HIDE(before);
      if (before < wanted && before <= 4096 && bpf_probe_read_user(target, before, (void *)address) == 0) got = before;
    }
    if (got != wanted) s->missing = 1;
  }
  if (got < 0) s->missing = 1;
  chunk->address = address;
  chunk->wanted = wanted;
  chunk->got = got;
  chunk->flags = s->chunk_flags | (is_text ? TRAPLINE_CHUNK_TEXT : 0);
  uint32_t kept = got > 0 ? got : 0;
  if (kept > TRAPLINE_CHUNK_LIMIT) kept = TRAPLINE_CHUNK_LIMIT;
  s->used = (offset + sizeof *chunk + kept + 7) & ~7u;
  return got;
}

INLINE int64_t load(struct state *s, struct block *block, uint64_t offset, uint32_t width) {
  uint32_t bytes = width & 15;
  if (offset > block->got || block->got - offset < bytes) return 0;
  uint32_t place = block->offset + offset;
  HIDE(place);
  if (place > TRAPLINE_RECORD_LIMIT + TRAPLINE_CHUNK_LIMIT) return 0;
  uint64_t value;
  __builtin_memcpy(&value, &s->bytes[place], 8);
  return narrowed(value, width);
}

struct run {
  struct state *state;
};

struct scan {
  struct state *state;
  struct block *block;
  uint64_t offset, end;
  int64_t found;
};

/* A word of eight bytes, or fewer at the block's end. */
static long scan_word(uint64_t index, struct scan *scan) {
  uint64_t offset = scan->offset + index * 8;
  struct block *block = scan->block;
  uint64_t end = scan->end < block->got ? scan->end : block->got;
  if (offset >= end) return 1;
  uint64_t left = end - offset;
  int64_t word = left >= 8 ? load(scan->state, block, offset, 8) : 0;
  if (left < 8) {
    if (left >= 4) word = load(scan->state, block, offset, 4);
    else word = load(scan->state, block, offset, 1);
  }
  scan->found |= word != 0;
  return scan->found;
}

/* A choice that is looked for among those that are sorted by their values. */
struct search {
  int64_t value;
  uint32_t first, end; /* it is not before the one, and before the other */
  uint32_t step;
  uint32_t is_found;
};

static long halve(uint64_t count, struct search *search) {
  if (search->first >= search->end) return 1;
  uint32_t middle = search->first + (search->end - search->first) / 2;
  struct trapline_choice *choice = bpf_map_lookup_elem(&choices, &middle);
  if (!choice) return 1;
  if (choice->value == search->value) {
    search->step = choice->step;
    search->is_found = 1;
    return 1;
  }
  if (choice->value < search->value) search->first = middle + 1;
  else search->end = middle;
  return 0;
}

INLINE uint64_t word_at(uint64_t address) {
  uint64_t value = 0;
  bpf_probe_read_kernel(&value, 8, (void *)address);
  return value;
}

/* After the entry's plan, which was run again, the exit's; false when there is nothing to be done any more. */
INLINE int turn_to_exit(struct state *s) {
  if (!s->chunk_flags) return 0;
  s->chunk_flags = 0;
  s->needs_stop = s->missing | s->live;
  s->missing = 0;
  s->depth = 0;
  s->pc = s->exit;
  if (s->keeps) __builtin_memcpy(&s->locals[TRAPLINE_FIRST_KEPT], s->kept, sizeof s->kept);
  return s->exit != 0;
}

/* What a descriptor of the thread is open on. */
static __attribute__((noinline)) int64_t describe(struct state *s, uint64_t descriptor, uint32_t fact) {
  struct trapline_file file = {0, -1, -1};
  uint64_t table = word_at(word_at(bpf_get_current_task() + settings.layout.files) + settings.layout.table);
  uint32_t most = word_at(table + settings.layout.most);
  uint64_t opened = (uint32_t)descriptor < most
      ? word_at(word_at(table + settings.layout.descriptors) + 8 * (uint64_t)(uint32_t)descriptor) : 0;
  if (opened) {
    file.mode = word_at(word_at(opened + settings.layout.inode) + settings.layout.mode) & 0xffff;
    if ((file.mode & 0170000) == 0140000) {
      uint64_t sock = word_at(word_at(opened + settings.layout.private_data) + settings.layout.socket);
      file.family = word_at(sock + settings.layout.family) & 0xffff;
      if (file.family == TRAPLINE_NETLINK) file.protocol = word_at(sock + settings.layout.protocol) & 0xffff;
    }
  }
  uint32_t offset = s->used;
  HIDE(offset);
  if (offset <= TRAPLINE_RECORD_LIMIT) {
    struct trapline_chunk *chunk = (void *)&s->bytes[offset];
    chunk->address = (uint32_t)descriptor;
    chunk->wanted = chunk->got = sizeof file;
    chunk->flags = s->chunk_flags | TRAPLINE_CHUNK_FILE;
    __builtin_memcpy(&s->bytes[offset + sizeof *chunk], &file, sizeof file);
    s->used = offset + sizeof *chunk + sizeof file;
  }
  if (fact == TRAPLINE_FILE_FAMILY) return file.family;
  if (fact == TRAPLINE_FILE_PROTOCOL) return file.protocol;
  return file.mode;
}

/* One step; 1 ends the run. */
static long step(uint64_t count, struct run *run) {
  struct state *s = run->state;
  uint32_t pc = s->pc;
  struct trapline_step *at = bpf_map_lookup_elem(&steps, &pc);
  if (!at) return 1;
  s->pc = pc + 1;
  uint32_t a = at->a, b = at->b;
  switch (at->op) {
  case TRAPLINE_END: return !turn_to_exit(s);
  case TRAPLINE_PUSH: push(s, (int32_t)a); break;
  case TRAPLINE_HIGH: {
    int64_t low = pop(s);
    push(s, (int64_t)a << 32 | (uint32_t)low);
    break;
  }
  case TRAPLINE_ARGUMENT: push(s, narrowed(s->arguments[a & 7], b)); break;
  case TRAPLINE_RESULT: push(s, s->result); break;
  case TRAPLINE_ERROR: push(s, s->result < 0 && s->result >= -4095 ? -s->result : 0); break;
  case TRAPLINE_STACK_POINTER: push(s, s->stack_pointer); break;
  case TRAPLINE_GET: push(s, s->locals[a & (TRAPLINE_LOCALS - 1)]); break;
  case TRAPLINE_SET: {
    int64_t value = pop(s);
    s->locals[a & (TRAPLINE_LOCALS - 1)] = value;
    break;
  }
  case TRAPLINE_DROP: s->depth--; break;
  case TRAPLINE_MEMBER: push(s, load(s, &s->blocks[b >> 8 & (TRAPLINE_BLOCKS - 1)], a, b & 255)); break;
  case TRAPLINE_BLOCK_ADDRESS: push(s, s->blocks[a & (TRAPLINE_BLOCKS - 1)].address); break;
  case TRAPLINE_BLOCK_SIZE: push(s, s->blocks[a & (TRAPLINE_BLOCKS - 1)].got); break;
  case TRAPLINE_NONZERO: {
    uint64_t length = pop(s);
    if (length > 512) length = 512;
    struct scan scan = {s, &s->blocks[b & (TRAPLINE_BLOCKS - 1)], a, a + length, 0};
    bpf_loop((length + 7) / 8, scan_word, &scan, 0);
    push(s, scan.found);
    break;
  }
  case TRAPLINE_PEEK: {
    uint64_t address = pop(s);
    uint32_t offset = s->used;
    int64_t got = address ? record_memory(s, address, b & 15, 0) : 0;
    struct block word = {.address = address, .offset = offset + sizeof(struct trapline_chunk), .got = got > 0 ? got : 0};
    push(s, load(s, &word, 0, b));
    break;
  }
  case TRAPLINE_BLOCK:
  case TRAPLINE_WHOLE: {
    uint64_t length = pop(s), address = pop(s);
    struct block *block = &s->blocks[b & (TRAPLINE_BLOCKS - 1)];
    block->address = address;
    block->got = 0;
    block->offset = s->used + sizeof(struct trapline_chunk);
    uint8_t missing = s->missing;
    int64_t got = address && length ? record_memory(s, address, length, 0) : 0;
    if (got > 0 && (b & TRAPLINE_BLOCK_AS_FAR_AS_IT_GOES)) s->missing = missing;
    if (got > 0) block->got = got;
    if (got <= 0 || (at->op == TRAPLINE_WHOLE && got != length)) s->pc = a;
    break;
  }
  case TRAPLINE_PLACE: {
    uint64_t offset = pop(s);
    struct block *from = &s->blocks[b >> 8 & (TRAPLINE_BLOCKS - 1)], *to = &s->blocks[b & (TRAPLINE_BLOCKS - 1)];
    uint32_t got = from->got;
    if (offset > got) offset = got;
    to->address = from->address + offset;
    to->offset = from->offset + offset;
    to->got = got - offset;
    break;
  }
  case TRAPLINE_TEXT: {
    uint64_t most = pop(s), address = pop(s);
    /* A byte more than is wanted, to know whether there are more, and one for the NUL that the kernel puts behind. */
    uint64_t size = most < TRAPLINE_CHUNK_LIMIT - 2 ? most + 2 : TRAPLINE_CHUNK_LIMIT;
    int64_t got = address ? record_memory(s, address, size, 1) : -14;
    if (got == TRAPLINE_CHUNK_LIMIT - 1 && size < most + 2) s->live = 1;
    push(s, got > 0 ? got - 1 : -1);
    break;
  }
  case TRAPLINE_JUMP: s->pc = a; break;
  case TRAPLINE_UNLESS:
    if (pop(s) == 0) s->pc = a;
    break;
  case TRAPLINE_SWITCH: {
    struct search search = {.value = pop(s), .first = a, .end = a + b};
    bpf_loop(TRAPLINE_CHOICE_DEPTH, halve, &search, 0);
    if (search.is_found) s->pc = search.step;
    break;
  }
  case TRAPLINE_FILE: push(s, describe(s, pop(s), b)); break;
  case TRAPLINE_NARROW: push(s, narrowed(pop(s), b)); break;
  case TRAPLINE_SWAP: {
    uint64_t value = pop(s);
    push(s, b == 2 ? (int64_t)__builtin_bswap16(value) : b == 4 ? (int64_t)__builtin_bswap32(value) : (int64_t)__builtin_bswap64(value));
    break;
  }
  case TRAPLINE_LIVE:
    s->live = 1;
    return !turn_to_exit(s);
  case TRAPLINE_NOT: push(s, pop(s) == 0); break;
  case TRAPLINE_NEGATE: push(s, -pop(s)); break;
  case TRAPLINE_COMPLEMENT: push(s, ~pop(s)); break;
  case TRAPLINE_CHOOSE: {
    int64_t otherwise = pop(s), then = pop(s);
    push(s, pop(s) ? then : otherwise);
    break;
  }
  default: {
    int64_t y = pop(s), x = pop(s), z = 0;
    switch (at->op) {
    case TRAPLINE_ADD: z = x + y; break;
    case TRAPLINE_SUBTRACT: z = x - y; break;
    case TRAPLINE_MULTIPLY: z = x * y; break;
    case TRAPLINE_DIVIDE:
    case TRAPLINE_REMAINDER: {
      /* The machine has no signed division before version 4. */
      uint64_t u = x < 0 ? -x : x, v = y < 0 ? -y : y;
      if (v == 0) break;
      z = at->op == TRAPLINE_DIVIDE ? u / v : u % v;
      if (at->op == TRAPLINE_DIVIDE ? (x < 0) != (y < 0) : x < 0) z = -z;
      break;
    }
    case TRAPLINE_AND: z = x & y; break;
    case TRAPLINE_OR: z = x | y; break;
    case TRAPLINE_XOR: z = x ^ y; break;
    case TRAPLINE_SHIFT_LEFT: z = x << (y & 63); break;
    case TRAPLINE_SHIFT_RIGHT: z = (uint64_t)x >> (y & 63); break;
    case TRAPLINE_EQUAL: z = x == y; break;
    case TRAPLINE_UNEQUAL: z = x != y; break;
    case TRAPLINE_LESS: z = x < y; break;
    case TRAPLINE_GREATER: z = x > y; break;
    case TRAPLINE_LESS_EQUAL: z = x <= y; break;
    case TRAPLINE_GREATER_EQUAL: z = x >= y; break;
    case TRAPLINE_BOTH: z = x && y; break;
    case TRAPLINE_EITHER: z = x || y; break;
    case TRAPLINE_MINIMUM: z = x < y ? x : y; break;
    case TRAPLINE_MAXIMUM: z = x > y ? x : y; break;
    case TRAPLINE_LEAST: z = (uint64_t)x < (uint64_t)y ? x : y; break;
    default: return 1;
    }
    push(s, z);
  }
  }
  return 0;
}

INLINE struct trapline_thread *current_thread(uint32_t *tid) {
  *tid = bpf_get_current_pid_tgid();
  return bpf_map_lookup_elem(&threads, tid);
}

/* What stands for a call where calls are counted, by ABI and number. */
INLINE uint32_t call_index(uint64_t number, int is32) {
  uint32_t abi = is32 ? 1 : number & 0x40000000 && (int64_t)number != -1 ? 2 : 0;
  uint64_t low = abi == 2 ? number & ~0x40000000ull : number;
  if (low >= TRAPLINE_CALLS_PER_ABI) low = TRAPLINE_CALLS_PER_ABI - 1;
  return abi * TRAPLINE_CALLS_PER_ABI + low;
}

INLINE struct trapline_call_plan *plan(uint64_t number, int is32) {
  uint32_t index = call_index(number, is32);
  return bpf_map_lookup_elem(&calls, &index);
}

/* A word of the current thread's task_struct: what the kernel says of its type lets a program load it directly. */
#define TASK_WORD(type, offset) (*(const volatile type *)((const uint8_t *)bpf_get_current_task_btf() + (offset)))

/* Whether the current call came by the gate of 32-bit programs: TS_COMPAT in thread_info.status, behind two words. */
INLINE int is_compat(void) { return (TASK_WORD(uint32_t, 16) & 2) != 0; }

/* What the current call was given. */
INLINE void keep_registers(struct trapline_thread *t, int is32) {
  const struct pt_regs *r = bpf_task_pt_regs(bpf_get_current_task_btf());
  t->is32 = is32;
  t->instruction_pointer = r->ip;
  t->stack_pointer = r->sp;
  if (is32) {
    t->arguments[0] = (uint32_t)r->bx;
    t->arguments[1] = (uint32_t)r->cx;
    t->arguments[2] = (uint32_t)r->dx;
    t->arguments[3] = (uint32_t)r->si;
    t->arguments[4] = (uint32_t)r->di;
    t->arguments[5] = (uint32_t)r->bp;
  } else {
    t->arguments[0] = r->di;
    t->arguments[1] = r->si;
    t->arguments[2] = r->dx;
    t->arguments[3] = r->r10;
    t->arguments[4] = r->r8;
    t->arguments[5] = r->r9;
  }
}

/* The thread enters a call: how long it runs in that is measured from now on. */
INLINE void start_clock(struct trapline_thread *t) {
  t->began = bpf_ktime_get_ns();
  t->waited = 0;
  t->switched = 0;
}

/* How long it has run in the call that it is in. */
INLINE uint64_t cpu_time(struct trapline_thread *t, uint64_t now) {
  uint64_t passed = now - t->began;
  return passed > t->waited ? passed - t->waited : 0;
}

/* The scratch memory of this CPU, with the record begun. */
INLINE struct state *begin(struct trapline_thread *t, uint32_t tid, int kind, int has_call) {
  uint32_t cpu = bpf_get_smp_processor_id();
  struct state *s = bpf_map_lookup_elem(&scratch, &cpu);
  if (!s) return 0;
  struct trapline_record *record = (void *)s->bytes;
  record->time = bpf_ktime_get_ns();
  record->tid = tid;
  record->kind = kind;
  record->flags = 0;
  record->is32 = t->is32;
  record->has_call = has_call;
  record->lost = t->lost;
  record->result = 0;
  record->cpu_time = 0;
  if (settings.names_commands) bpf_get_current_comm(record->command, sizeof record->command);
  s->used = sizeof *record;
  if (has_call) {
    struct trapline_record_call *call = (void *)(record + 1);
    call->number = t->number;
    call->instruction_pointer = t->instruction_pointer;
    call->stack_pointer = t->stack_pointer;
    __builtin_memcpy(call->arguments, t->arguments, sizeof call->arguments);
    s->used += sizeof *call;
  }
  __builtin_memcpy(s->arguments, t->arguments, sizeof s->arguments);
  s->stack_pointer = t->stack_pointer;
  s->result = 0;
  s->missing = 0;
  s->live = 0;
  s->chunk_flags = 0;
  s->needs_stop = t->live;
  s->exit = 0;
  s->depth = 0;
  s->keeps = 0;
  return s;
}

/* A blocked signal would not stop the thread, but stay where the program can see it. */
INLINE int blocks_signal(void) {
  return TASK_WORD(uint64_t, settings.layout.blocked) >> (settings.stop_signal - 1) & 1;
}

/* Whether the thread is about to die, by a SIGKILL or with its process: its call returns to nobody. */
INLINE int is_killed(void) {
  return TASK_WORD(uint64_t, settings.layout.pending + settings.layout.signals) >> (TRAPLINE_SIGKILL - 1) & 1;
}

INLINE uint64_t room(void) { return settings.ring_size - bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA); }

/* Hands the record to the tracer; false when there was no place for it. */
INLINE int emit(struct state *s, struct trapline_thread *t, int wakes) {
  struct trapline_record *record = (void *)s->bytes;
  uint32_t size = s->used;
  HIDE(size);
  if (size > TRAPLINE_RECORD_LIMIT + TRAPLINE_CHUNK_LIMIT + 64) return 0;
  record->size = size;
  uint32_t first = 0;
  struct trapline_control *said = bpf_map_lookup_elem(&control, &first);
  if (!said) return 0;
  uint32_t wait = said->wait;
  if (wait == TRAPLINE_WAITS_FOR_ANY) wakes = 1;
  if (wait == TRAPLINE_WAITS_FOR_MANY && bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= settings.wake_at) wakes = 1;
  /* Waking is what costs most here: it is done once a wait. */
  if (wakes && wait != TRAPLINE_AWAKE) said->wait = TRAPLINE_AWAKE;
  uint64_t flags = wakes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
  if (bpf_ringbuf_output(&ring, s->bytes, size, flags) == 0) return 1;
  t->lost++;
  return 0;
}

/* Has the thread wait before it goes on, where the tracer has to look at it, or the ring fills up. */
INLINE void hold(struct trapline_record *record, int needs_stop) {
  if (!needs_stop && room() >= settings.reserve) return;
  if (blocks_signal()) record->flags |= TRAPLINE_RECORD_BLOCKED;
  else if (bpf_send_signal_thread(settings.stop_signal) == 0) record->flags |= TRAPLINE_RECORD_STOPPED;
}

/* Hands on the record of an entry whose plan was run. */
INLINE void finish_entry(struct state *s, struct trapline_thread *t, struct trapline_call_plan *p) {
  struct trapline_record *record = (void *)s->bytes;
  if (p->keeps) __builtin_memcpy(t->kept, &s->locals[TRAPLINE_FIRST_KEPT], sizeof t->kept);
  if (s->missing) {
    record->flags |= TRAPLINE_RECORD_INCOMPLETE;
    t->again = 1 + (p->executes != 0);
  }
  if (s->live || p->is_live) {
    record->flags |= TRAPLINE_RECORD_LIVE;
    t->live = 1;
  }
  if (emit(s, t, 0)) return;
  t->in_call = 0;
  t->skipped = 1;
}

/* The same of an exit. */
INLINE void finish_exit(struct state *s, struct trapline_thread *t, struct trapline_call_plan *p) {
  struct trapline_record *record = (void *)s->bytes;
  if (s->live) record->flags |= TRAPLINE_RECORD_LIVE;
  if (s->missing) record->flags |= TRAPLINE_RECORD_INCOMPLETE;
  hold(record, s->needs_stop | s->missing | s->live);
  emit(s, t, p->wakes);
}

SEC("raw_tp/sys_enter") int enter(struct bpf_raw_tracepoint_args *context) {
  uint32_t tid;
  struct trapline_thread *t = current_thread(&tid);
  if (!t || t->is_over) return 0;
  t->number = context->args[1];
  int is32 = is_compat();
  struct trapline_call_plan *p = plan(t->number, is32);
  t->in_call = 0;
  t->skipped = 1;
  if (!p || !p->is_wanted) return 0;
  t->is32 = is32;
  if (p->is_wanted >= TRAPLINE_CALL_COUNTED) {
    t->skipped = 0;
    t->in_call = 2;
    start_clock(t);
    uint8_t abi = call_index(t->number, is32) / TRAPLINE_CALLS_PER_ABI;
    if (abi == t->abi) return 0;
    t->abi = abi;
    struct state *mode = begin(t, tid, TRAPLINE_RECORD_MODE, 1);
    if (mode) emit(mode, t, 0);
    return 0;
  }
  if (settings.measures_cpu) start_clock(t);
  t->skipped = 0;
  t->in_call = 1;
  t->again = 0;
  t->live = 0;
  keep_registers(t, is32);
  struct state *s = begin(t, tid, TRAPLINE_RECORD_ENTRY, 1);
  if (!s) return 0;
  if (p->entry) {
    s->pc = p->entry;
    bpf_tail_call(context, &tail, 0);
  }
  finish_entry(s, t, p);
  return 0;
}

/* Adds a call that returns to the sums of its number. */
INLINE void count(struct trapline_thread *t, int64_t result) {
  struct trapline_call_plan *p = plan(t->number, t->is32);
  if (!p) return;
  uint32_t index = call_index(t->number, t->is32) + bpf_get_smp_processor_id() * (TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI);
  struct trapline_count *sum = bpf_map_lookup_elem(&counts, &index);
  if (!sum) return;
  uint64_t now = bpf_ktime_get_ns();
  uint64_t time = p->is_wanted == TRAPLINE_CALL_COUNTED ? now - t->began : cpu_time(t, now);
  sum->calls++;
  if (result < 0 && result >= -4095) sum->errors++;
  sum->total += time;
  if (time > sum->longest) sum->longest = time;
  if (sum->shortest == 0 || time < sum->shortest - 1) sum->shortest = time + 1;
}

SEC("raw_tp/sys_exit") int leave(struct bpf_raw_tracepoint_args *context) {
  uint32_t tid;
  struct trapline_thread *t = current_thread(&tid);
  if (!t || t->is_over) return 0;
  if (t->is_starting) {
    t->is_starting = 0;
    t->is_over = (int64_t)context->args[1] < 0;
  }
  if (is_killed()) {
    t->in_call = 0;
    return 0;
  }
  if (t->skipped) {
    t->skipped = 0;
    return 0;
  }
  if (t->in_call == 2) {
    t->in_call = 0;
    count(t, context->args[1]);
    return 0;
  }
  int denied = !t->in_call;
  t->in_call = 0;
  if (denied) {
    /* Nothing entered: what was before the trace point answered. */
    const struct pt_regs *registers = bpf_task_pt_regs(bpf_get_current_task_btf());
    t->number = registers->orig_ax;
    keep_registers(t, is_compat());
    t->again = 1;
    t->live = 0;
  }
  struct trapline_call_plan *p = plan(t->number, t->is32);
  if (!p || !p->is_wanted) return 0;
  struct state *s = begin(t, tid, TRAPLINE_RECORD_EXIT, denied);
  if (!s) return 0;
  struct trapline_record *record = (void *)s->bytes;
  record->result = s->result = context->args[1];
  if (denied) record->flags |= TRAPLINE_RECORD_DENIED;
  else if (settings.measures_cpu) record->cpu_time = cpu_time(t, record->time);
  s->pc = p->exit;
  if (p->keeps) __builtin_memcpy(&s->locals[TRAPLINE_FIRST_KEPT], t->kept, sizeof t->kept);
  if (t->again && p->entry) {
    if (p->keeps) __builtin_memcpy(s->kept, t->kept, sizeof t->kept);
    s->keeps = p->keeps;
    s->exit = p->exit;
    s->pc = p->entry;
    s->chunk_flags = TRAPLINE_CHUNK_AGAIN;
    record->flags |= TRAPLINE_RECORD_AGAIN;
  }
  t->again = 0;
  if (s->pc) bpf_tail_call(context, &tail, 0);
  finish_exit(s, t, p);
  return 0;
}

/* Before a program's memory is replaced: what its call's entry could not read, once more. */
SEC("raw_tp/sched_prepare_exec") int prepare_exec(struct bpf_raw_tracepoint_args *context) {
  uint32_t tid;
  struct trapline_thread *t = current_thread(&tid);
  if (!t || t->in_call != 1 || t->again != 2) return 0;
  struct trapline_call_plan *p = plan(t->number, t->is32);
  if (!p || !p->entry) return 0;
  struct state *s = begin(t, tid, TRAPLINE_RECORD_EXEC, 0);
  if (!s) return 0;
  struct trapline_record *record = (void *)s->bytes;
  record->flags |= TRAPLINE_RECORD_AGAIN;
  s->chunk_flags = TRAPLINE_CHUNK_AGAIN;
  s->pc = p->entry;
  t->again = 0;
  bpf_tail_call(context, &tail, 0);
  return 0;
}

/* A thread loses its CPU to another: how long a call had none. Runs only where that is asked for. */
SEC("raw_tp/sched_switch") int switch_threads(struct bpf_raw_tracepoint_args *context) {
  uint32_t tid;
  uint64_t now = bpf_ktime_get_ns();
  struct trapline_thread *t = current_thread(&tid);
  if (t && t->in_call) t->switched = now;
  tid = word_at(context->args[2] + settings.layout.tid);
  t = bpf_map_lookup_elem(&threads, &tid);
  if (t && t->switched) {
    t->waited += now - t->switched;
    t->switched = 0;
  }
  return 0;
}

/* Runs the plan of the record that was begun, and hands it on: a program of its own, which the others end in, since it takes
 * the kernel some milliseconds to check it. */
SEC("tail/run") int run_plan(struct bpf_raw_tracepoint_args *context) {
  uint32_t tid, cpu = bpf_get_smp_processor_id();
  struct trapline_thread *t = current_thread(&tid);
  struct state *s = bpf_map_lookup_elem(&scratch, &cpu);
  if (!t || !s) return 0;
  struct trapline_call_plan *p = plan(t->number, t->is32);
  if (!p) return 0;
  struct run run = {s};
  if (bpf_loop(TRAPLINE_MOST_STEPS, step, &run, 0) == TRAPLINE_MOST_STEPS) s->live = 1;
  struct trapline_record *record = (void *)s->bytes;
  if (record->kind == TRAPLINE_RECORD_ENTRY) finish_entry(s, t, p);
  else if (record->kind == TRAPLINE_RECORD_EXIT) finish_exit(s, t, p);
  else emit(s, t, 0);
  return 0;
}
