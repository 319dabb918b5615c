/* The maps, what a run of a plan works on, and how it copies the thread's memory into its record. */
#ifndef TRAPLINE_STATE_H
#define TRAPLINE_STATE_H
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

struct block {
  uint64_t address;
  uint32_t offset; /* in bytes[] */
  uint32_t got;
};

/* Of a CPU: too large for the stack, and the verifier needs to know nothing of what is in it. */
struct state {
  int64_t stack[TRAPLINE_STACK];
  int64_t locals[TRAPLINE_LOCALS];
  struct block blocks[TRAPLINE_BLOCKS];
  uint64_t arguments[8];   /* the last two: trapline_register */
  uint64_t stack_pointer;
  uint32_t depth;
  uint32_t pc;
  uint32_t used;
  uint8_t missing, live, chunk_flags;
  uint8_t needs_stop;      /* what was read again for the entry lacks something still */
  uint8_t keeps;
  uint32_t exit;           /* where the exit's plan begins, when the entry's is run again before */
  int64_t kept[TRAPLINE_KEPT];
  struct { uint64_t address, count; uint32_t is_text; } wanted; /* what record_memory() copies */
  struct { uint32_t descriptor, fact; } asked; /* what describe() tells */
  uint8_t bytes[TRAPLINE_RECORD_LIMIT + 2 * TRAPLINE_CHUNK_LIMIT + 64];
};

/* Numbers without branches: each way through a step is one that the kernel has to check. */

/* 1 or 0: whether a number is not zero. */
INLINE uint64_t nonzero(uint64_t value) {
  uint64_t mixed = value | -value;
  HIDE(mixed);
  return mixed >> 63;
}
/* Whether one number with a sign is less than another. */
INLINE uint64_t less(int64_t x, int64_t y) {
  uint64_t difference = (uint64_t)x - (uint64_t)y;
  HIDE(difference);
  uint64_t signs = (difference ^ ((uint64_t)(x ^ y) & (difference ^ (uint64_t)x)));
  HIDE(signs);
  return signs >> 63;
}
/* One number where the condition is 1, the other where it is 0. */
INLINE uint64_t chosen(uint64_t condition, uint64_t then, uint64_t otherwise) {
  uint64_t mask = -condition;
  HIDE(mask);
  return otherwise ^ ((then ^ otherwise) & mask);
}
INLINE int64_t narrowed(uint64_t value, uint32_t width) {
  uint32_t shift = (64 - (width & 15) * 8) & 63;
  uint64_t plain = value << shift >> shift;
  uint64_t sign = (uint64_t)((int64_t)(value << shift) >> 63) << 1 << (63 - shift);
  return plain | (sign & -nonzero(width & TRAPLINE_WIDTH_SIGNED));
}
INLINE int is_error(int64_t result) { return (uint64_t)result >= (uint64_t)-4095; }

/* Of this CPU; never null, which the verifier does not know. */
INLINE struct state *own_state(void) {
  uint32_t cpu = bpf_get_smp_processor_id();
  return bpf_map_lookup_elem(&scratch, &cpu);
}

/* Copies memory of the thread behind what is there, as a chunk. Returns the bytes, or a negative errno.
 *
 * A global function is checked once, whoever calls it and from wherever. What it is given lies in the state: so it has no
 * type but the one that the loader knows. */
GLOBAL int record_memory(void) {
  struct state *s = own_state();
  if (!s) return -7;
  uint64_t address = s->wanted.address, count = s->wanted.count;
  uint32_t is_text = s->wanted.is_text;
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
      s->missing = 1;
    }
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

INLINE uint64_t word_at(uint64_t address) {
  uint64_t value = 0;
  bpf_probe_read_kernel(&value, 8, (void *)address);
  return value;
}
#endif
