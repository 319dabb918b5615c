#include "unwinding.h"

#include <dlfcn.h>
#include <stdlib.h>

/* The parts of libdwfl's interface that are used, as elfutils documents them. */
typedef struct Dwfl Dwfl;
typedef struct Dwfl_Module Dwfl_Module;
typedef struct Dwfl_Frame Dwfl_Frame;
typedef struct Dwfl_Line Dwfl_Line;
typedef struct {
  void *find_elf, *find_debuginfo, *section_address;
  char **debuginfo_path;
} Dwfl_Callbacks;
typedef struct { uint32_t name; unsigned char info, other; uint16_t section; uint64_t value, size; } symbol_entry;

static struct {
  Dwfl *(*begin)(const Dwfl_Callbacks *);
  void (*end)(Dwfl *);
  int (*report)(Dwfl *, pid_t);
  int (*report_end)(Dwfl *, void *, void *);
  int (*attach)(Dwfl *, pid_t, bool);
  int (*frames)(Dwfl *, pid_t, int (*)(Dwfl_Frame *, void *), void *);
  bool (*pc)(Dwfl_Frame *, uint64_t *, bool *);
  Dwfl_Module *(*module)(Dwfl *, uint64_t);
  const char *(*module_info)(Dwfl_Module *, void ***, uint64_t *, uint64_t *, uint64_t *, uint64_t *, const char **,
                             const char **);
  const char *(*symbol)(Dwfl_Module *, uint64_t, uint64_t *, symbol_entry *, void *, void *, void *);
  Dwfl_Line *(*line)(Dwfl_Module *, uint64_t);
  const char *(*line_info)(Dwfl_Line *, uint64_t *, int *, int *, void *, void *);
} dw;
static Dwfl_Callbacks callbacks;
static char *debuginfo_path;

struct unwinding { Dwfl *dwfl; };

const char *unwinding_load(void)
{
  static void *library;
  if (library)
    return NULL;
  void *loaded = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!loaded)
    return dlerror();
  struct { const char *name; void *slot; } wanted[] = {
    {"dwfl_begin", &dw.begin}, {"dwfl_end", &dw.end}, {"dwfl_linux_proc_report", &dw.report},
    {"dwfl_report_end", &dw.report_end}, {"dwfl_linux_proc_attach", &dw.attach},
    {"dwfl_getthread_frames", &dw.frames}, {"dwfl_frame_pc", &dw.pc}, {"dwfl_addrmodule", &dw.module},
    {"dwfl_module_info", &dw.module_info}, {"dwfl_module_addrinfo", &dw.symbol},
    {"dwfl_module_getsrc", &dw.line}, {"dwfl_lineinfo", &dw.line_info},
    {"dwfl_linux_proc_find_elf", &callbacks.find_elf}, {"dwfl_standard_find_debuginfo", &callbacks.find_debuginfo},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    void *address = dlsym(loaded, wanted[i].name);
    if (!address)
      return dlerror();
    *(void **) wanted[i].slot = address;
  }
  callbacks.debuginfo_path = &debuginfo_path;
  library = loaded;
  return NULL;
}

unwinding *unwinding_open(pid_t pid)
{
  unwinding *process = calloc(1, sizeof *process);
  if (!process)
    return NULL;
  process->dwfl = dw.begin(&callbacks);
  if (process->dwfl && !dw.report(process->dwfl, pid) && !dw.report_end(process->dwfl, NULL, NULL) &&
      dw.attach(process->dwfl, pid, true) >= 0)
    return process;
  unwinding_close(process);
  return NULL;
}

void unwinding_close(unwinding *process)
{
  if (process && process->dwfl)
    dw.end(process->dwfl);
  free(process);
}

struct walk {
  Dwfl *dwfl;
  bool want_lines;
  bool (*each)(const unwound_frame *, void *);
  void *context;
};

static int show(Dwfl_Frame *state, void *argument)
{
  struct walk *walk = argument;
  unwound_frame frame = {0};
  bool exact = false;
  if (!dw.pc(state, &frame.address, &exact))
    return 1;
  /* A return address belongs to the call before it. */
  uint64_t inside = frame.address - (exact ? 0 : 1);
  Dwfl_Module *module = dw.module(walk->dwfl, inside);
  if (module) {
    uint64_t start = 0, offset = 0;
    symbol_entry entry;
    const char *main_file = NULL, *name;
    name = dw.module_info(module, NULL, &start, NULL, NULL, NULL, &main_file, NULL);
    frame.module = main_file ? main_file : name;
    frame.file_offset = frame.address - start;
    frame.symbol = dw.symbol(module, inside, &offset, &entry, NULL, NULL, NULL);
    frame.symbol_offset = offset + (frame.address - inside);
    Dwfl_Line *line = walk->want_lines ? dw.line(module, inside) : NULL;
    if (line)
      frame.source = dw.line_info(line, NULL, &frame.line, NULL, NULL, NULL);
  }
  return walk->each(&frame, walk->context) ? 0 : 1;
}

void unwinding_walk(unwinding *process, pid_t tid, bool want_lines, bool (*each)(const unwound_frame *, void *),
                    void *context)
{
  struct walk walk = {process->dwfl, want_lines, each, context};
  dw.frames(process->dwfl, tid, show, &walk);
}
