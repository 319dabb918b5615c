/* Loads the BPF programs, and speaks with them: bpf(2). */
#ifndef TRAPLINE_CBPF_H
#define TRAPLINE_CBPF_H
#include "capture.h"
#include <pthread.h>
#include <stddef.h>

enum trapline_bpf_stage {
  TRAPLINE_BPF_LAYOUT,   /* the kernel does not say where it keeps what the programs look at */
  TRAPLINE_BPF_MAPS,     /* the kernel refused a map */
  TRAPLINE_BPF_PROGRAMS, /* it refused a program */
  TRAPLINE_BPF_ATTACHING /* it refused to run it at a trace point */
};

/* What is loaded: descriptors and mapped memory. */
struct trapline_bpf {
  int threads, ring, calls, steps, choices, scratch, settings, control, counts, tail;
  int programs[5], links[5];
  int stage;                        /* trapline_bpf_stage, where loading failed */
  size_t ring_size;
  uint64_t *consumer;               /* how far the ring was read; a page */
  const uint64_t *producer;         /* how far it was written; a page, and behind it the data, twice */
  struct trapline_call_plan *plans; /* TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI of them */
  struct trapline_step *code;       /* TRAPLINE_STEP_LIMIT */
  struct trapline_choice *choice;   /* TRAPLINE_CHOICE_LIMIT */
  struct trapline_control *said;
  size_t cpu_count;
  const struct trapline_count *sums; /* for each CPU TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI */
  struct trapline_settings asked;
  uint32_t most_threads;
  pthread_t loader;
  int is_loading, error;
};

/* Whether the programs were compiled for the registers of the machine that this is built for. */
int trapline_bpf_knows_machine(void);
/* Begins to make the maps and to load the programs, in a thread of its own: the kernel checks them for some milliseconds.
 * The layout in the settings is found, too. */
void trapline_bpf_begin_loading(struct trapline_bpf *bpf, const struct trapline_settings *settings, uint32_t most_threads);
/* Waits until they are loaded; they do not run yet. Returns 0 or an errno; then nothing is left. */
int trapline_bpf_finish_loading(struct trapline_bpf *bpf);
/* From now on calls are recorded. Returns 0 or an errno. */
int trapline_bpf_attach(struct trapline_bpf *bpf);
/* Takes the programs from their trace points; what is in the ring can be read still. */
void trapline_bpf_detach(struct trapline_bpf *bpf);
void trapline_bpf_unload(struct trapline_bpf *bpf);

/* 0 or an errno (ENOENT: there is no such thread; E2BIG: there are too many). */
int trapline_bpf_set_thread(const struct trapline_bpf *bpf, uint32_t tid, const struct trapline_thread *state);
int trapline_bpf_get_thread(const struct trapline_bpf *bpf, uint32_t tid, struct trapline_thread *state);
int trapline_bpf_remove_thread(const struct trapline_bpf *bpf, uint32_t tid);

/* The bytes of the ring from the position `from` on; the data is mapped twice, so that a record never ends at its end. */
static inline const uint8_t *trapline_bpf_ring_data(const struct trapline_bpf *bpf, uint64_t from) {
  return (const uint8_t *)bpf->producer + 4096 + (from & (bpf->ring_size - 1));
}
static inline uint64_t trapline_bpf_ring_end(const struct trapline_bpf *bpf) {
  return __atomic_load_n(bpf->producer, __ATOMIC_ACQUIRE);
}
static inline uint32_t trapline_bpf_ring_header(const uint8_t *at) {
  return __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE);
}
static inline void trapline_bpf_ring_release(const struct trapline_bpf *bpf, uint64_t until) {
  __atomic_store_n(bpf->consumer, until, __ATOMIC_RELEASE);
}
/* Says what wakes the reader. */
static inline void trapline_bpf_waits(const struct trapline_bpf *bpf, enum trapline_wait wait) {
  __atomic_store_n(&bpf->said->wait, (uint32_t)wait, __ATOMIC_SEQ_CST);
}
/* The bits of a record's header that say that it is being written, and that nothing is in it. */
enum { TRAPLINE_RING_BUSY_BIT = 31, TRAPLINE_RING_DISCARDED_BIT = 30, TRAPLINE_RING_HEADER = 8 };
#endif
