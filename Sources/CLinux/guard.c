// The guard of CPU masks: a process that shares this one's memory and descriptors, sleeps, and gives threads back their
// CPUs should this one end without having done so (SIGKILL). A thread of its own starts it and waits for it: the guard
// shares that thread's errno, and none of the tracer's waits for tracees finds it (wait(2), `__WNOTHREAD`).
#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

enum { MASK_SIZE = 128, MOST = 2048, MOST_PROCESSES = 4096, KEEPER_STACK = 128 << 10 };

struct entry {
  _Atomic pid_t tid;
  unsigned char mask[MASK_SIZE];
};

static struct entry table[MOST];
// Entries from here on were never used.
static _Atomic size_t used;
static _Atomic int narrow_cpu;
static pid_t guard_pid;
// The thread that started it.
static pthread_t keeper;
// Held by the thread that traces as long as it lives. Of all that the kernel does when a thread ends, giving up its robust
// mutexes is among the first; letting go of its tracees is among the last.
static pthread_mutex_t life;
static unsigned char stack[32768] __attribute__((aligned(16)));

/// Whether the thread is confined to the one CPU.
static int is_narrow(pid_t tid) {
  unsigned char mask[MASK_SIZE] = {0}, narrow[MASK_SIZE] = {0};
  if (tl_get_affinity(tid, sizeof mask, mask) < 0)
    return 0;
  narrow[narrow_cpu / 8] = (unsigned char)(1u << narrow_cpu % 8);
  return memcmp(mask, narrow, sizeof mask) == 0;
}

static void restore(pid_t tid, const struct entry *entry) {
  if (is_narrow(tid))
    tl_set_affinity(tid, MASK_SIZE, entry->mask);
}

/// Processes still to be looked at.
static pid_t queue[MOST_PROCESSES];
static size_t queued;

/// Queues the children of a thread that were born on the one CPU and that nobody had told of yet.
static void queue_children(pid_t pid, pid_t tid) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, tid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  text[length < 0 ? 0 : length] = 0;
  for (char *at = text, *end; queued < MOST_PROCESSES; at = end) {
    long child = strtol(at, &end, 10);
    if (end == at)
      return;
    if (is_narrow((pid_t)child))
      queue[queued++] = (pid_t)child;
  }
}

struct directory_entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

/// Restores all threads of a process.
static void restore_process(pid_t pid, const struct entry *entry) {
  char path[32], names[4096];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return;
  for (long length; (length = syscall(SYS_getdents64, directory, names, sizeof names)) > 0;) {
    for (long at = 0; at < length;) {
      const struct directory_entry *item = (const struct directory_entry *)(names + at);
      at += item->length;
      pid_t tid = atoi(item->name);
      if (tid <= 0)
        continue;
      restore(tid, entry);
      queue_children(pid, tid);
    }
  }
  close(directory);
}

/// Returns when the thread that traces has ended.
static void await_end(void) {
  // The kernel's part of a robust mutex: who holds it, and whether somebody waits (set_robust_list(2), futex(2)).
  _Atomic int *word = (_Atomic int *)&life.__data.__lock;
  atomic_fetch_or(word, FUTEX_WAITERS);
  for (int now; ((now = *word) & FUTEX_OWNER_DIED) == 0;)
    syscall(SYS_futex, word, FUTEX_WAIT, now, NULL, NULL, 0);
}

/// Waits for the tracer's end, and restores what is to be restored.
static int guard(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "trapline-guard", 0, 0, 0);
  setsid();
  // The one CPU that the tracer and its tracee share would be the last to run it.
  unsigned char all[MASK_SIZE];
  memset(all, 0xff, sizeof all);
  tl_set_affinity(0, sizeof all, all);
  await_end();
  // All that are listed first: the rest takes longer.
  for (size_t i = 0; i < used; i++)
    if (table[i].tid != 0)
      restore(table[i].tid, &table[i]);
  for (size_t i = 0; i < used; i++) {
    if (table[i].tid == 0)
      continue;
    queued = 0;
    queue[queued++] = table[i].tid;
    while (queued > 0)
      restore_process(queue[--queued], &table[i]);
  }
  return 0;
}

/// What the keeper tells: the guard's id, or -errno.
struct start {
  pid_t guard;
  sem_t is_done;
};

static void *keep(void *argument) {
  struct start *start = argument;
  pid_t pid = clone(guard, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS, NULL);
  start->guard = pid < 0 ? -errno : pid;
  sem_post(&start->is_done);
  while (pid > 0 && waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
    ;
  return NULL;
}

/// 0, or an errno. The keeper and the guard have all signals blocked: those to the tracer are the tracer's.
static int start_keeper(struct start *start) {
  pthread_attr_t attributes;
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, KEEPER_STACK);
  sigprocmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&keeper, &attributes, keep, start);
  sigprocmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

/// Takes the lock whose end the guard waits for. 0, or an errno.
static int take_life(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  int error = pthread_mutex_init(&life, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return error != 0 ? error : pthread_mutex_lock(&life);
}

/// No guard waits for it any more.
static void give_up_life(void) {
  atomic_fetch_and((_Atomic int *)&life.__data.__lock, ~FUTEX_WAITERS);
  pthread_mutex_unlock(&life);
}

int tl_guard_start(int cpu) {
  narrow_cpu = cpu;
  if (guard_pid != 0)
    return 0;
  int error = take_life();
  if (error != 0)
    return -error;
  struct start start = {0};
  sem_init(&start.is_done, 0, 0);
  error = start_keeper(&start);
  if (error == 0) {
    while (sem_wait(&start.is_done) < 0)
      ;
    error = start.guard < 0 ? -start.guard : 0;
    if (error != 0)
      pthread_join(keeper, NULL);
  }
  sem_destroy(&start.is_done);
  if (error != 0) {
    give_up_life();
    return -error;
  }
  guard_pid = start.guard;
  return 0;
}

int tl_guard_add(pid_t tid, const void *mask, size_t size) {
  size_t free = used;
  for (size_t i = 0; i < used; i++) {
    if (table[i].tid == tid)
      return 0;
    if (table[i].tid == 0 && free == used)
      free = i;
  }
  if (free == MOST || size != MASK_SIZE)
    return -ENOSPC;
  memcpy(table[free].mask, mask, size);
  table[free].tid = tid;
  if (free == used)
    used = free + 1;
  return 0;
}

void tl_guard_remove(pid_t tid) {
  for (size_t i = 0; i < used; i++) {
    if (table[i].tid != tid)
      continue;
    table[i].tid = 0;
    while (used > 0 && table[used - 1].tid == 0)
      used = used - 1;
    return;
  }
}

void tl_guard_stop(void) {
  if (guard_pid == 0)
    return;
  kill(guard_pid, SIGKILL);
  pthread_join(keeper, NULL);
  guard_pid = 0;
  give_up_life();
}
