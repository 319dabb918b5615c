/* Records the calls of the threads that the tracer names: registers, and the memory that their plans say.
 *
 * Compiled by `make bpf`. Of the kernel's structures it knows struct pt_regs, which user space sees, too, the first words of
 * struct thread_info, which tell of a call by the 32-bit gate, and what BTF says (trapline_layout).
 */
#include "machine.h"

/* What the tracer says; never null, which the verifier does not know. */
INLINE struct trapline_control *said(void) {
  uint32_t first = 0;
  return bpf_map_lookup_elem(&control, &first);
}

INLINE struct trapline_thread *current_thread(uint32_t *tid) {
  struct trapline_control *told = said();
  *tid = bpf_get_current_pid_tgid();
  if (!told || told->recorded[*tid & (TRAPLINE_RECORDED - 1)] == 0) return 0;
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

/* The bytes of a record's beginning: constant to the verifier. */
INLINE uint32_t beginning(int has_call) {
  return sizeof(struct trapline_record) + (settings.tells_threads ? sizeof(struct trapline_record_thread) : 0) +
      (has_call ? sizeof(struct trapline_record_call) : 0);
}

/* The scratch memory of this CPU, with the record begun. */
INLINE struct state *begin(struct trapline_thread *t, uint32_t tid, int kind, int has_call) {
  struct state *s = own_state();
  if (!s) return 0;
  struct trapline_record *record = (void *)s->bytes;
  record->time = settings.tells_time ? bpf_ktime_get_ns() : 0;
  record->tid = tid;
  record->kind = kind;
  record->flags = 0;
  record->is32 = t->is32;
  record->has = (has_call ? TRAPLINE_RECORD_HAS_CALL : 0) | (settings.tells_threads ? TRAPLINE_RECORD_HAS_THREAD : 0);
  record->lost = t->lost;
  record->result = 0;
  if (settings.tells_threads) {
    struct trapline_record_thread *thread = (void *)(record + 1);
    thread->cpu_time = 0;
    if (settings.names_commands) bpf_get_current_comm(thread->command, sizeof thread->command);
    else thread->command[0] = 0;
  }
  s->used = beginning(has_call);
  if (has_call) {
    struct trapline_record_call *call = (void *)&s->bytes[beginning(0)];
    call->number = t->number;
    call->instruction_pointer = t->instruction_pointer;
    call->stack_pointer = t->stack_pointer;
    __builtin_memcpy(call->arguments, t->arguments, sizeof call->arguments);
  }
  __builtin_memcpy(s->arguments, t->arguments, sizeof t->arguments);
  s->arguments[TRAPLINE_REGISTER_RESULT] = 0;
  s->arguments[TRAPLINE_REGISTER_MOST] = ~0ull;
  s->stack_pointer = t->stack_pointer;
  s->missing = 0;
  s->live = 0;
  s->chunk_flags = 0;
  s->needs_stop = t->live;
  s->exit = 0;
  s->depth = 0;
  s->keeps = 0;
  return s;
}

/* Reads what a call wants that takes no machine, behind so many bytes of its record; false where it does take it. */
INLINE int read_shortly(struct state *s, const struct trapline_reading *reading, uint32_t offset) {
  if (reading->takes_success && is_error(s->arguments[TRAPLINE_REGISTER_RESULT])) return 1;
  uint64_t address = s->arguments[reading->address & 7], given = s->arguments[reading->count & 7];
  uint32_t count = given < reading->most ? given : reading->most;
  if (!address || !count) return 1;
  HIDE(count);
  if (count > TRAPLINE_READING_LIMIT) return 0;
  struct trapline_chunk *chunk = (void *)&s->bytes[offset];
  uint8_t *target = (uint8_t *)(chunk + 1);
  int64_t got = count;
  if (reading->is_text) {
    got = bpf_probe_read_user_str(target, count, (void *)address);
    /* The last byte of what was cut is a NUL that is not there. */
    got -= got == count;
    if (got < 0) return 0;
  } else if (bpf_probe_read_user(target, count, (void *)address) != 0) {
    return 0;
  }
  chunk->address = address;
  chunk->wanted = count;
  chunk->got = got;
  chunk->flags = reading->is_text ? TRAPLINE_CHUNK_TEXT : 0;
  s->used = (offset + sizeof *chunk + (uint32_t)got + 7) & ~7u;
  return 1;
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
  t->written += size;
  struct trapline_control *told = said();
  if (!told) return 0;
  uint32_t wait = told->wait;
  if (wait == TRAPLINE_WAITS_FOR_ANY) wakes = 1;
  if (wait == TRAPLINE_WAITS_FOR_MANY && t->written >= settings.look_after && settings.ring_size - room() >= settings.wake_at)
    wakes = 1;
  /* Waking is what costs most here: it is done once a wait. */
  if (wakes && wait != TRAPLINE_AWAKE) told->wait = TRAPLINE_AWAKE;
  uint64_t flags = wakes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
  if (bpf_ringbuf_output(&ring, s->bytes, size, flags) == 0) return 1;
  t->lost++;
  return 0;
}

/* Has the thread wait before it goes on, where the tracer has to look at it, or the ring fills up. */
INLINE void hold(struct trapline_record *record, struct trapline_thread *t, int needs_stop) {
  if (!needs_stop) {
    if (t->written < settings.look_after) return;
    t->written = 0;
    if (room() >= settings.reserve) return;
  }
  if (blocks_signal()) record->flags |= TRAPLINE_RECORD_BLOCKED;
  else if (bpf_send_signal_thread(settings.stop_signal) == 0) record->flags |= TRAPLINE_RECORD_STOPPED;
}

/* Hands on the record of what was read. */
INLINE void finish(struct state *s, struct trapline_thread *t, struct trapline_call_plan *p, uint32_t kind) {
  struct trapline_record *record = (void *)s->bytes;
  uint32_t is_entry = kind == TRAPLINE_RECORD_ENTRY, is_live = s->live | (is_entry & p->is_live);
  record->flags |= (s->missing ? TRAPLINE_RECORD_INCOMPLETE : 0) | (is_live ? TRAPLINE_RECORD_LIVE : 0);
  if (is_entry) {
    if (p->keeps) __builtin_memcpy(t->kept, &s->locals[TRAPLINE_FIRST_KEPT], sizeof t->kept);
    t->again = s->missing + (s->missing & p->executes);
    t->live = is_live;
  } else if (kind == TRAPLINE_RECORD_EXIT) {
    hold(record, t, s->needs_stop | s->missing | s->live);
  }
  int is_told = emit(s, t, is_entry ? 0 : p->wakes);
  if (is_entry && !is_told) {
    t->in_call = 0;
    t->skipped = 1;
  }
}

/* Whether a call works on one of the descriptors that are asked for. */
INLINE int is_chosen(const struct trapline_thread *t, const struct trapline_call_plan *p) {
  if (p->works_on == TRAPLINE_WORKS_ON_ANY) return 1;
  for (int i = 0; i < 6; i++) {
    if (!(p->works_on >> i & 1)) continue;
    int32_t descriptor = t->arguments[i];
    if (descriptor < 0) continue;
    if (descriptor >= TRAPLINE_DESCRIPTORS || settings.descriptors[descriptor / 64] >> (descriptor & 63) & 1) return 1;
  }
  return 0;
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
  t->skipped = 0;
  uint32_t kind = TRAPLINE_RECORD_ENTRY;
  if (p->is_wanted >= TRAPLINE_CALL_COUNTED) {
    t->in_call = 2;
    start_clock(t);
    uint8_t abi = call_index(t->number, is32) / TRAPLINE_CALLS_PER_ABI;
    if (abi == t->abi) return 0;
    t->abi = abi;
    kind = TRAPLINE_RECORD_MODE;
  } else {
    t->in_call = 1;
    t->again = 0;
    t->live = 0;
    if (settings.measures_cpu) start_clock(t);
  }
  keep_registers(t, is32);
  if (settings.chooses_descriptors && !is_chosen(t, p)) {
    t->in_call = 0;
    t->skipped = 1;
    return 0;
  }
  struct state *s = begin(t, tid, kind, 1);
  if (!s) return 0;
  if (kind == TRAPLINE_RECORD_MODE) {
    emit(s, t, 0);
    return 0;
  }
  s->pc = p->entry;
  if (p->at_entry.most &&
      read_shortly(s, &p->at_entry, beginning(1)))
    s->pc = 0;
  if (s->pc) bpf_tail_call(context, &tail, 0);
  finish(s, t, p, TRAPLINE_RECORD_ENTRY);
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
  record->result = s->arguments[TRAPLINE_REGISTER_RESULT] = context->args[1];
  if (denied) record->flags |= TRAPLINE_RECORD_DENIED;
  else if (settings.measures_cpu) ((struct trapline_record_thread *)(record + 1))->cpu_time = cpu_time(t, bpf_ktime_get_ns());
  s->pc = p->exit;
  if (p->keeps) __builtin_memcpy(&s->locals[TRAPLINE_FIRST_KEPT], t->kept, sizeof t->kept);
  if (t->again && p->entry) {
    if (p->keeps) __builtin_memcpy(s->kept, t->kept, sizeof t->kept);
    s->keeps = p->keeps;
    s->exit = p->exit;
    s->pc = p->entry;
    s->chunk_flags = TRAPLINE_CHUNK_AGAIN;
    record->flags |= TRAPLINE_RECORD_AGAIN;
  } else if (p->at_exit.most && !denied && read_shortly(s, &p->at_exit, beginning(0))) {
    s->pc = 0;
  }
  t->again = 0;
  if (s->pc) bpf_tail_call(context, &tail, 0);
  finish(s, t, p, TRAPLINE_RECORD_EXIT);
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
  uint32_t tid;
  struct trapline_thread *t = current_thread(&tid);
  struct state *s = own_state();
  if (!t || !s) return 0;
  struct trapline_call_plan *p = plan(t->number, t->is32);
  if (!p) return 0;
  if (bpf_loop(TRAPLINE_MOST_STEPS, step, 0, 0) == TRAPLINE_MOST_STEPS) s->live = 1;
  finish(s, t, p, ((struct trapline_record *)s->bytes)->kind);
  return 0;
}
