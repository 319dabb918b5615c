/* elfutils' libdw, loaded when the first stack is asked for: the program starts and runs without it. */
#ifndef TRAPLINE_UNWINDING_H
#define TRAPLINE_UNWINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One frame. Strings are libdw's and valid during the call only; NULL where unknown. */
typedef struct {
  uint64_t address;     /* the program counter */
  uint64_t file_offset; /* address less the start of its module */
  uint64_t symbol_offset;
  const char *module;   /* path of the executable or library */
  const char *symbol;   /* mangled */
  const char *source;   /* file of the line, if wanted and known */
  int line;
} unwound_frame;

typedef struct unwinding unwinding;

/* Loads libdw; NULL on success, else why not (dlerror's words). */
const char *unwinding_load(void);

/* A process whose stacks are to be read. NULL when libdw refuses it. */
unwinding *unwinding_open(pid_t pid);
void unwinding_close(unwinding *process);

/* Calls `each` with the frames of a stopped thread, innermost first, until it returns false or the stack ends. */
void unwinding_walk(unwinding *process, pid_t tid, bool want_lines, bool (*each)(const unwound_frame *, void *),
                    void *context);
#endif
