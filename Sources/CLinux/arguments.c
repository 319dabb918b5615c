#include "linux_calls.h"

static int count;
static char *const *arguments;

/// The C library hands start-up functions what it hands `main`. Where there is no /proc, nothing else tells.
static void __attribute__((constructor)) keep(int argc, char **argv) {
  count = argc;
  arguments = argv;
}

char *const *tl_arguments(int *argument_count) {
  *argument_count = count;
  return arguments;
}
