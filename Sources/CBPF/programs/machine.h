/* The machine that runs capture plans: see trapline_step. */
#ifndef TRAPLINE_MACHINE_H
#define TRAPLINE_MACHINE_H
#include "files.h"

INLINE void push(struct state *s, int64_t value) {
  s->stack[s->depth & (TRAPLINE_STACK - 1)] = value;
  s->depth++;
}
INLINE int64_t pop(struct state *s) {
  s->depth--;
  return s->stack[s->depth & (TRAPLINE_STACK - 1)];
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

struct scan {
  struct state *state;
  struct block *block;
  uint64_t offset, end;
  int64_t found;
};

/* A word of eight bytes, or fewer at the end. */
static long scan_word(uint64_t index, struct scan *scan) {
  uint64_t offset = scan->offset + index * 8;
  if (offset >= scan->end) return 1;
  uint64_t left = scan->end - offset;
  uint32_t place = scan->block->offset + offset;
  HIDE(place);
  if (place > TRAPLINE_RECORD_LIMIT + TRAPLINE_CHUNK_LIMIT) return 1;
  uint64_t word;
  __builtin_memcpy(&word, &scan->state->bytes[place], 8);
  if (left < 8) word <<= (64 - left * 8) & 63;
  scan->found |= nonzero(word);
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
  uint64_t is_before = less(choice->value, search->value);
  search->first = chosen(is_before, middle + 1, search->first);
  search->end = chosen(is_before, search->end, middle);
  return 0;
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

/* The quotient or the rest, with the sign that it has in C; 0 where there is none. The machine has no signed division before
 * version 4. */
INLINE int64_t divided(int64_t x, int64_t y, uint64_t takes_rest) {
  uint64_t x_sign = x >> 63, y_sign = y >> 63, is_defined = nonzero(y);
  uint64_t u = ((uint64_t)x ^ x_sign) - x_sign, v = (((uint64_t)y ^ y_sign) - y_sign) | (is_defined ^ 1);
  HIDE(v);
  uint64_t sign = x_sign ^ (y_sign & (takes_rest - 1));
  uint64_t z = chosen(takes_rest, u % v, u / v);
  return ((z ^ sign) - sign) & -is_defined;
}

/* What a comparison comes to: sums of bits, by the place of its operation behind TRAPLINE_EQUAL. */
enum { COMPARES_LESS = 0x3c, COMPARES_EQUAL = 0x1b, COMPARES_NOT = 0x2a };
INLINE int64_t compared(int64_t x, int64_t y, uint32_t which) {
  uint64_t is_less = less(x, y) & COMPARES_LESS >> which, is_equal = (nonzero(x ^ y) ^ 1) & COMPARES_EQUAL >> which;
  return (is_less | is_equal) ^ (COMPARES_NOT >> which & 1);
}

/* Two numbers become one. */
INLINE int64_t combined(int64_t x, int64_t y, uint32_t op) {
  switch (op) {
  case TRAPLINE_ADD: return x + y;
  case TRAPLINE_SUBTRACT: return x - y;
  case TRAPLINE_MULTIPLY: return x * y;
  case TRAPLINE_DIVIDE:
  case TRAPLINE_REMAINDER: return divided(x, y, op - TRAPLINE_DIVIDE);
  case TRAPLINE_AND: return x & y;
  case TRAPLINE_OR: return x | y;
  case TRAPLINE_XOR: return x ^ y;
  case TRAPLINE_SHIFT_LEFT: return x << (y & 63);
  case TRAPLINE_SHIFT_RIGHT: return (uint64_t)x >> (y & 63);
  case TRAPLINE_BOTH: return nonzero(x) & nonzero(y);
  case TRAPLINE_EITHER: return nonzero(x | y);
  case TRAPLINE_MINIMUM:
  case TRAPLINE_MAXIMUM: return chosen(less(x, y) ^ (op - TRAPLINE_MINIMUM), x, y);
  case TRAPLINE_LEAST: return chosen(less(x ^ 1ll << 63, y ^ 1ll << 63), x, y);
  default: return compared(x, y, (op - TRAPLINE_EQUAL) & 7);
  }
}

/* What is copied becomes a block, a number, or the length of a text. */
INLINE void copy(struct state *s, uint32_t op, uint32_t a, uint32_t b) {
  uint64_t length = b & 15, most = 0;
  if (op != TRAPLINE_PEEK) length = most = pop(s);
  uint64_t address = pop(s);
  /* A byte more than is wanted, to know whether there are more, and one for the NUL that the kernel puts behind. */
  if (op == TRAPLINE_TEXT) length = most < TRAPLINE_CHUNK_LIMIT - 2 ? most + 2 : TRAPLINE_CHUNK_LIMIT;
  struct block read = {.address = address, .offset = s->used + sizeof(struct trapline_chunk)};
  uint8_t missing = s->missing;
  s->wanted.address = address;
  s->wanted.count = length;
  s->wanted.is_text = op == TRAPLINE_TEXT;
  int64_t got = address && length ? record_memory() : 0;
  if (op == TRAPLINE_TEXT) {
    if (got == TRAPLINE_CHUNK_LIMIT - 1 && length < most + 2) s->live = 1;
    push(s, got > 0 ? got - 1 : -1);
    return;
  }
  if (got > 0) read.got = got;
  if (op == TRAPLINE_PEEK) {
    push(s, load(s, &read, 0, b));
    return;
  }
  if (got > 0 && (b & TRAPLINE_BLOCK_AS_FAR_AS_IT_GOES)) s->missing = missing;
  s->blocks[b & (TRAPLINE_BLOCKS - 1)] = read;
  if (got <= 0 || (op == TRAPLINE_WHOLE && got != length)) s->pc = a;
}

/* One step; 1 ends the run. */
GLOBAL int take_step(void) {
  struct state *s = own_state();
  if (!s) return 1;
  uint32_t pc = s->pc;
  struct trapline_step *at = bpf_map_lookup_elem(&steps, &pc);
  if (!at) return 1;
  s->pc = pc + 1;
  uint32_t op = at->op, a = at->a, b = at->b;
  int64_t z = 0;
  switch (op) {
  case TRAPLINE_LIVE: s->live = 1;
  case TRAPLINE_END: return !turn_to_exit(s);
  case TRAPLINE_PUSH: z = (int32_t)a; break;
  case TRAPLINE_HIGH: z = (int64_t)a << 32 | (uint32_t)pop(s); break;
  case TRAPLINE_ARGUMENT: z = narrowed(s->arguments[a & 7], b); break;
  case TRAPLINE_RESULT: z = s->arguments[TRAPLINE_REGISTER_RESULT]; break;
  case TRAPLINE_ERROR: z = is_error(s->arguments[TRAPLINE_REGISTER_RESULT]) ? -s->arguments[TRAPLINE_REGISTER_RESULT] : 0; break;
  case TRAPLINE_STACK_POINTER: z = s->stack_pointer; break;
  case TRAPLINE_GET: z = s->locals[a & (TRAPLINE_LOCALS - 1)]; break;
  case TRAPLINE_SET: z = pop(s); s->locals[a & (TRAPLINE_LOCALS - 1)] = z; return 0;
  case TRAPLINE_DROP: s->depth--; return 0;
  case TRAPLINE_MEMBER: z = load(s, &s->blocks[b >> 8 & (TRAPLINE_BLOCKS - 1)], a, b & 255); break;
  case TRAPLINE_BLOCK_ADDRESS: z = s->blocks[a & (TRAPLINE_BLOCKS - 1)].address; break;
  case TRAPLINE_BLOCK_SIZE: z = s->blocks[a & (TRAPLINE_BLOCKS - 1)].got; break;
  case TRAPLINE_NONZERO: {
    struct block *block = &s->blocks[b & (TRAPLINE_BLOCKS - 1)];
    uint64_t length = pop(s);
    if (length > 512) length = 512;
    struct scan scan = {s, block, a, a + length, 0};
    if (scan.end > block->got) scan.end = block->got;
    bpf_loop(64, scan_word, &scan, 0);
    z = scan.found;
    break;
  }
  case TRAPLINE_PEEK:
  case TRAPLINE_BLOCK:
  case TRAPLINE_WHOLE:
  case TRAPLINE_TEXT: copy(s, op, a, b); return 0;
  case TRAPLINE_PLACE: {
    struct block *from = &s->blocks[b >> 8 & (TRAPLINE_BLOCKS - 1)], *to = &s->blocks[b & (TRAPLINE_BLOCKS - 1)];
    uint64_t got = from->got, offset = pop(s);
    if (offset > got) offset = got;
    to->address = from->address + offset;
    to->offset = from->offset + offset;
    to->got = got - offset;
    return 0;
  }
  case TRAPLINE_JUMP: s->pc = a; return 0;
  case TRAPLINE_UNLESS: s->pc = chosen(nonzero(pop(s)), pc + 1, a); return 0;
  case TRAPLINE_SWITCH: {
    struct search search = {.value = pop(s), .first = a, .end = a + b};
    bpf_loop(TRAPLINE_CHOICE_DEPTH, halve, &search, 0);
    s->pc = chosen(search.is_found & 1, search.step, pc + 1);
    return 0;
  }
  case TRAPLINE_FILE:
    s->asked.descriptor = pop(s);
    s->asked.fact = b;
    z = describe();
    break;
  case TRAPLINE_NARROW: z = narrowed(pop(s), b); break;
  case TRAPLINE_SWAP: z = __builtin_bswap64(pop(s)) >> ((64 - 8 * b) & 63); break;
  case TRAPLINE_NOT: z = nonzero(pop(s)) ^ 1; break;
  case TRAPLINE_NEGATE: z = -pop(s); break;
  case TRAPLINE_COMPLEMENT: z = ~pop(s); break;
  case TRAPLINE_CHOOSE: {
    int64_t otherwise = pop(s), then = pop(s);
    z = chosen(nonzero(pop(s)), then, otherwise);
    break;
  }
  default: {
    int64_t y = pop(s), x = pop(s);
    z = combined(x, y, op);
  }
  }
  push(s, z);
  return 0;
}

static long step(uint64_t count, void *nothing) {
  int is_over = take_step();
  HIDE(is_over);
  return is_over & 1;
}
#endif
