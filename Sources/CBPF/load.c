#define _GNU_SOURCE
#include "cbpf.h"
#include "layout.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A place in a program's code where the loader puts a map: its descriptor, or the address of a value in it. */
#define MAPS(X) X(threads) X(ring) X(calls) X(steps) X(choices) X(scratch) X(control) X(counts) X(tail) X(settings)
#define MAP_NUMBER(name) MAP_##name,
enum { MAPS(MAP_NUMBER) MAP_COUNT, SETTINGS = MAP_settings };
/* Of a `bpf`: the places of the maps' descriptors, and the descriptors, by these numbers. */
#define MAP_PLACE(name) &bpf->name,
#define MAP_DESCRIPTOR(name) bpf->name,
struct place {
  uint32_t step, map, offset;
};
struct program {
  const char *name;
  const uint64_t *code;
  uint32_t length;
  const struct place *places;
  uint32_t place_count;
  const struct bpf_func_info *functions;
  uint32_t function_count;
};
/* The types of functions; see `types`. */
enum { STATIC_FUNCTION = 3, GLOBAL_FUNCTION };
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PROGRAM(point) \
  { #point, code_##point, COUNT(code_##point), places_##point, COUNT(places_##point), functions_##point, \
    COUNT(functions_##point) }
#include "generated/programs.inc"

enum {
  PROGRAM_COUNT = COUNT(programs),
  LONGEST_PROGRAM = 4096,
  PAGE = 4096
};
_Static_assert(COUNT(programs) == COUNT(((struct trapline_bpf *)0)->programs), "room for each program");
_Static_assert(COUNT(programs) == COUNT(((struct trapline_bpf *)0)->links), "and for its link");

/* Bytes of the scratch memory of a CPU: the state of a plan's run and the record being made. */
enum { SCRATCH_SIZE = TRAPLINE_RECORD_LIMIT + 2 * TRAPLINE_CHUNK_LIMIT + 4096 };

static int call(int command, union bpf_attr *attributes) {
  int result = (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
  return result < 0 ? -errno : result;
}

/* The same, where the result is a descriptor: none of the standard ones, which may be closed, and get other files later. */
static int open_by(int command, union bpf_attr *attributes) {
  int result = call(command, attributes);
  if (result < 0 || result > STDERR_FILENO) return result;
  int high = fcntl(result, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), error = errno;
  close(result);
  return high < 0 ? -error : high;
}

static int make_map(enum bpf_map_type type, uint32_t key, uint32_t value, uint32_t entries, uint32_t flags) {
  union bpf_attr attributes = {0};
  attributes.map_type = type;
  attributes.key_size = key;
  attributes.value_size = value;
  attributes.max_entries = entries;
  attributes.map_flags = flags;
  return open_by(BPF_MAP_CREATE, &attributes);
}

static int change(int command, int map, const void *key, const void *value, uint64_t flags) {
  union bpf_attr attributes = {0};
  attributes.map_fd = (uint32_t)map;
  attributes.key = (uint64_t)(uintptr_t)key;
  attributes.value = (uint64_t)(uintptr_t)value;
  attributes.flags = flags;
  return -call(command, &attributes);
}

static int make_maps(struct trapline_bpf *bpf, const struct trapline_settings *settings, uint32_t most_threads) {
  uint32_t calls = TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI, first = 0;
  int *maps[] = {MAPS(MAP_PLACE)};
  bpf->threads = make_map(BPF_MAP_TYPE_HASH, 4, sizeof(struct trapline_thread), most_threads, BPF_F_NO_PREALLOC);
  bpf->ring = make_map(BPF_MAP_TYPE_RINGBUF, 0, 0, (uint32_t)settings->ring_size, 0);
  bpf->calls = make_map(BPF_MAP_TYPE_ARRAY, 4, sizeof(struct trapline_call_plan), calls, BPF_F_MMAPABLE);
  bpf->steps = make_map(BPF_MAP_TYPE_ARRAY, 4, sizeof(struct trapline_step), TRAPLINE_STEP_LIMIT, BPF_F_MMAPABLE);
  bpf->choices = make_map(BPF_MAP_TYPE_ARRAY, 4, sizeof(struct trapline_choice), TRAPLINE_CHOICE_LIMIT, BPF_F_MMAPABLE);
  bpf->scratch = make_map(BPF_MAP_TYPE_ARRAY, 4, SCRATCH_SIZE, settings->cpu_count, 0);
  bpf->settings = make_map(BPF_MAP_TYPE_ARRAY, 4, sizeof *settings, 1, BPF_F_RDONLY_PROG);
  bpf->control = make_map(BPF_MAP_TYPE_ARRAY, 4, sizeof(struct trapline_control), 1, BPF_F_MMAPABLE);
  bpf->counts =
      make_map(BPF_MAP_TYPE_ARRAY, 4, sizeof(struct trapline_count), calls * settings->cpu_count, BPF_F_MMAPABLE);
  bpf->tail = make_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, 0);
  for (size_t i = 0; i < COUNT(maps); i++)
    if (*maps[i] < 0) return -*maps[i];
  int error = change(BPF_MAP_UPDATE_ELEM, bpf->settings, &first, settings, BPF_ANY);
  if (error) return error;
  /* What cannot change any more is a constant to the verifier. */
  union bpf_attr attributes = {0};
  attributes.map_fd = (uint32_t)bpf->settings;
  return -call(BPF_MAP_FREEZE, &attributes);
}

static void *map_memory(int map, size_t size, int protection, off_t offset) {
  void *memory = mmap(NULL, size, protection, MAP_SHARED, map, offset);
  return memory == MAP_FAILED ? NULL : memory;
}

static size_t counts_size(const struct trapline_bpf *bpf) {
  return sizeof(struct trapline_count) * TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI * bpf->cpu_count;
}

static int map_all(struct trapline_bpf *bpf) {
  bpf->consumer = map_memory(bpf->ring, PAGE, PROT_READ | PROT_WRITE, 0);
  if (!bpf->consumer) return errno;
  bpf->producer = map_memory(bpf->ring, PAGE + 2 * bpf->ring_size, PROT_READ, PAGE);
  if (!bpf->producer) return errno;
  size_t calls = sizeof(struct trapline_call_plan) * TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI;
  bpf->plans = map_memory(bpf->calls, calls, PROT_READ | PROT_WRITE, 0);
  if (!bpf->plans) return errno;
  bpf->code = map_memory(bpf->steps, sizeof(struct trapline_step) * TRAPLINE_STEP_LIMIT, PROT_READ | PROT_WRITE, 0);
  if (!bpf->code) return errno;
  bpf->said = map_memory(bpf->control, sizeof *bpf->said, PROT_READ | PROT_WRITE, 0);
  if (!bpf->said) return errno;
  bpf->choice =
      map_memory(bpf->choices, sizeof(struct trapline_choice) * TRAPLINE_CHOICE_LIMIT, PROT_READ | PROT_WRITE, 0);
  if (!bpf->choice) return errno;
  bpf->sums = map_memory(bpf->counts, counts_size(bpf), PROT_READ, 0);
  return bpf->sums ? 0 : errno;
}

/* The least that the kernel wants to be told of the functions of a program, one of which it is to call in a loop: all are
 * `int trapline()`. Global ones it checks by themselves. See the kernel's Documentation/bpf/btf.rst. */
static const char type_names[] = "\0int\0trapline";
enum { INT_NAME = 1, FUNCTION_NAME = 5, PROTOTYPE = 2 };
static const struct {
  struct btf_header header;
  uint32_t integer[4], prototype[3], function[3], global[3];
  char names[sizeof type_names];
} types = {
  {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(struct btf_header), .type_len = 52, .str_off = 52,
   .str_len = sizeof type_names},
  {INT_NAME, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32},
  {0, BTF_KIND_FUNC_PROTO << 24, 1},
  {FUNCTION_NAME, BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC, PROTOTYPE},
  {FUNCTION_NAME, BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL, PROTOTYPE},
  "\0int\0trapline",
};

static int load_types(void) {
  union bpf_attr attributes = {0};
  attributes.btf = (uint64_t)(uintptr_t)&types;
  attributes.btf_size = sizeof types.header + types.header.type_len + types.header.str_len;
  return call(BPF_BTF_LOAD, &attributes);
}

static int load_program(const struct trapline_bpf *bpf, int types, const struct program *program) {
  uint64_t code[LONGEST_PROGRAM];
  if (program->length > LONGEST_PROGRAM) return -E2BIG;
  memcpy(code, program->code, program->length * 8);
  const int maps[] = {MAPS(MAP_DESCRIPTOR)};
  for (uint32_t i = 0; i < program->place_count; i++) {
    const struct place *place = &program->places[i];
    struct bpf_insn *step = (struct bpf_insn *)&code[place->step];
    step[0].src_reg = place->map == SETTINGS ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD;
    step[0].imm = maps[place->map];
    step[1].imm = (int32_t)place->offset;
  }
  union bpf_attr attributes = {0};
  attributes.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
  attributes.insns = (uint64_t)(uintptr_t)code;
  attributes.insn_cnt = program->length;
  attributes.license = (uint64_t)(uintptr_t) "GPL";
  attributes.prog_btf_fd = (uint32_t)types;
  attributes.func_info = (uint64_t)(uintptr_t)program->functions;
  attributes.func_info_rec_size = sizeof *program->functions;
  attributes.func_info_cnt = program->function_count;
  strncpy(attributes.prog_name, "trapline", sizeof attributes.prog_name - 1);
  return open_by(BPF_PROG_LOAD, &attributes);
}

/* The program that no trace point runs: the others end in it. */
static int is_tail(const struct program *program) { return strcmp(program->name, "run") == 0; }

static int set_tail(const struct trapline_bpf *bpf) {
  uint32_t first = 0;
  for (int i = 0; i < PROGRAM_COUNT; i++)
    if (is_tail(&programs[i])) return change(BPF_MAP_UPDATE_ELEM, bpf->tail, &first, &bpf->programs[i], BPF_ANY);
  return ENOENT;
}

/* Whether it has anything to do. */
static int is_needed(const struct program *program, const struct trapline_settings *settings) {
  return settings->measures_cpu || strcmp(program->name, "sched_switch") != 0;
}

/* Programs to be loaded: those that others end in, or those that trace points run. */
struct share {
  struct trapline_bpf *bpf;
  int types, is_of_tails, error;
};

static void *load_share(void *argument) {
  struct share *share = argument;
  struct trapline_bpf *bpf = share->bpf;
  for (int i = 0; !share->error && i < PROGRAM_COUNT; i++) {
    if (is_tail(&programs[i]) != share->is_of_tails || !is_needed(&programs[i], &bpf->asked)) continue;
    bpf->programs[i] = load_program(bpf, share->types, &programs[i]);
    if (bpf->programs[i] < 0) share->error = -bpf->programs[i];
  }
  return NULL;
}

/* Loads the programs, in two threads: checking the one of the tail takes as long as all others. */
static int load_programs(struct trapline_bpf *bpf) {
  int types = load_types();
  if (types < 0) return -types;
  struct share shares[] = {{bpf, types, 1, 0}, {bpf, types, 0, 0}};
  pthread_t other;
  int has_other = pthread_create(&other, NULL, load_share, &shares[0]) == 0;
  load_share(&shares[1]);
  if (has_other) pthread_join(other, NULL);
  else load_share(&shares[0]);
  close(types);
  return shares[0].error ? shares[0].error : shares[1].error ? shares[1].error : set_tail(bpf);
}

static int load(struct trapline_bpf *bpf) {
  bpf->stage = TRAPLINE_BPF_LAYOUT;
  int error = trapline_bpf_find_layout(&bpf->asked.layout);
  if (error) return error;
  bpf->stage = TRAPLINE_BPF_MAPS;
  error = make_maps(bpf, &bpf->asked, bpf->most_threads);
  if (error) return error;
  error = map_all(bpf);
  if (error) return error;
  bpf->stage = TRAPLINE_BPF_PROGRAMS;
  return load_programs(bpf);
}

static void *load_beside(void *bpf) {
  ((struct trapline_bpf *)bpf)->error = load(bpf);
  return NULL;
}

int trapline_bpf_knows_machine(void) {
#ifdef __x86_64__
  return 1;
#else
  return 0;
#endif
}

void trapline_bpf_begin_loading(struct trapline_bpf *bpf, const struct trapline_settings *settings, uint32_t most_threads) {
  memset(bpf, 0, sizeof *bpf);
  int *maps[] = {MAPS(MAP_PLACE)};
  for (int i = 0; i < MAP_COUNT; i++) *maps[i] = -1;
  for (int i = 0; i < PROGRAM_COUNT; i++) bpf->programs[i] = bpf->links[i] = -1;
  bpf->ring_size = settings->ring_size;
  bpf->cpu_count = settings->cpu_count;
  bpf->asked = *settings;
  bpf->most_threads = most_threads;
  /* Signals are the tracer's. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  bpf->is_loading = pthread_create(&bpf->loader, NULL, load_beside, bpf) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int trapline_bpf_finish_loading(struct trapline_bpf *bpf) {
  if (bpf->is_loading) pthread_join(bpf->loader, NULL);
  else bpf->error = load(bpf);
  bpf->is_loading = 0;
  if (bpf->error) trapline_bpf_unload(bpf);
  return bpf->error;
}

int trapline_bpf_attach(struct trapline_bpf *bpf) {
  bpf->stage = TRAPLINE_BPF_ATTACHING;
  for (int i = 0; i < PROGRAM_COUNT; i++) {
    if (is_tail(&programs[i]) || bpf->programs[i] < 0) continue;
    union bpf_attr attributes = {0};
    attributes.raw_tracepoint.name = (uint64_t)(uintptr_t)programs[i].name;
    attributes.raw_tracepoint.prog_fd = (uint32_t)bpf->programs[i];
    bpf->links[i] = open_by(BPF_RAW_TRACEPOINT_OPEN, &attributes);
    /* Older kernels have no such place in exec: what is not there then is read under a stop. */
    if (bpf->links[i] == -ENOENT && strcmp(programs[i].name, "sched_prepare_exec") == 0) continue;
    if (bpf->links[i] < 0) return -bpf->links[i];
  }
  return 0;
}

static void release(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

void trapline_bpf_detach(struct trapline_bpf *bpf) {
  for (int i = 0; i < PROGRAM_COUNT; i++) release(&bpf->links[i]);
}

void trapline_bpf_unload(struct trapline_bpf *bpf) {
  trapline_bpf_detach(bpf);
  for (int i = 0; i < PROGRAM_COUNT; i++) release(&bpf->programs[i]);
  if (bpf->consumer) munmap(bpf->consumer, PAGE);
  if (bpf->producer) munmap((void *)bpf->producer, PAGE + 2 * bpf->ring_size);
  if (bpf->plans)
    munmap(bpf->plans, sizeof(struct trapline_call_plan) * TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI);
  if (bpf->code) munmap(bpf->code, sizeof(struct trapline_step) * TRAPLINE_STEP_LIMIT);
  if (bpf->said) munmap(bpf->said, sizeof *bpf->said);
  if (bpf->choice) munmap(bpf->choice, sizeof(struct trapline_choice) * TRAPLINE_CHOICE_LIMIT);
  if (bpf->sums) munmap((void *)bpf->sums, counts_size(bpf));
  bpf->consumer = NULL;
  bpf->said = NULL;
  bpf->choice = NULL;
  bpf->sums = NULL;
  bpf->producer = NULL;
  bpf->plans = NULL;
  bpf->code = NULL;
  int *maps[] = {MAPS(MAP_PLACE)};
  for (size_t i = 0; i < COUNT(maps); i++) release(maps[i]);
}

/* How many threads are recorded whose numbers end in these bits; so many that they cannot be counted stay so. */
static uint8_t *recorded(const struct trapline_bpf *bpf, uint32_t tid) {
  return &bpf->said->recorded[tid & (TRAPLINE_RECORDED - 1)];
}

int trapline_bpf_set_thread(const struct trapline_bpf *bpf, uint32_t tid, const struct trapline_thread *state) {
  int error = change(BPF_MAP_UPDATE_ELEM, bpf->threads, &tid, state, BPF_NOEXIST);
  if (error == EEXIST) return change(BPF_MAP_UPDATE_ELEM, bpf->threads, &tid, state, BPF_EXIST);
  uint8_t *count = recorded(bpf, tid);
  if (!error && *count < UINT8_MAX) ++*count;
  return error;
}

int trapline_bpf_get_thread(const struct trapline_bpf *bpf, uint32_t tid, struct trapline_thread *state) {
  return change(BPF_MAP_LOOKUP_ELEM, bpf->threads, &tid, state, 0);
}

int trapline_bpf_remove_thread(const struct trapline_bpf *bpf, uint32_t tid) {
  int error = change(BPF_MAP_DELETE_ELEM, bpf->threads, &tid, NULL, 0);
  uint8_t *count = recorded(bpf, tid);
  if (!error && *count > 0 && *count < UINT8_MAX) --*count;
  return error;
}
