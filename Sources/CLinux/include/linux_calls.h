// What Swift cannot call: variadic functions, fork, and macros with arguments.
#ifndef TL_LINUX_CALLS_H
#define TL_LINUX_CALLS_H

#include <elf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/ptrace.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// ptrace(2) as the kernel has it: the result, or -errno. A PEEK request stores its word at `data`.
static inline long tl_ptrace(long request, pid_t tid, unsigned long address, unsigned long data) {
  long result = syscall(SYS_ptrace, request, (long)tid, address, data);
  return result < 0 ? -errno : result;
}

/// Whether the program was executed with rights that its file confers; see getauxval(3).
static inline int tl_is_secure(void) { return getauxval(AT_SECURE) != 0; }

/// wait4(2) for a child or tracee of the calling thread: its id, 0 when `WNOHANG` found none, or -errno. What other
/// threads of the process have started is theirs to wait for.
static inline pid_t tl_wait(pid_t tid, int *status, int options, struct rusage *usage) {
  pid_t found = wait4(tid, status, options | __WALL | __WNOTHREAD, usage);
  return found < 0 ? -errno : found;
}

/// process_vm_readv(2) of one range: the bytes read from its start on, or -errno.
static inline ssize_t tl_read_memory(pid_t tid, uint64_t address, void *buffer, size_t count) {
  struct iovec local = {buffer, count}, remote = {(void *)address, count};
  ssize_t got = syscall(SYS_process_vm_readv, tid, &local, 1, &remote, 1, 0L);
  return got < 0 ? -errno : got;
}

/// process_vm_writev(2) of one range: the bytes written, or -errno.
static inline ssize_t tl_write_memory(pid_t tid, uint64_t address, const void *buffer, size_t count) {
  struct iovec local = {(void *)buffer, count}, remote = {(void *)address, count};
  ssize_t put = syscall(SYS_process_vm_writev, tid, &local, 1, &remote, 1, 0L);
  return put < 0 ? -errno : put;
}

/// tgkill(2): 0 or -errno.
static inline int tl_tgkill(pid_t pid, pid_t tid, int signal) {
  return syscall(SYS_tgkill, pid, tid, signal) < 0 ? -errno : 0;
}

/// memfd_create(2): a descriptor that exec closes, or -errno.
static inline int tl_memory_file(const char *name) {
  int descriptor = (int)syscall(SYS_memfd_create, name, 1u);
  return descriptor < 0 ? -errno : descriptor;
}

/// The CPUs that a thread may use, as the kernel's own bit set of `size` bytes: bytes used, or -errno.
static inline long tl_get_affinity(pid_t tid, size_t size, void *mask) {
  long used = syscall(SYS_sched_getaffinity, tid, size, mask);
  return used < 0 ? -errno : used;
}
static inline int tl_current_cpu(void) {
  unsigned cpu = 0;
  return syscall(SYS_getcpu, &cpu, NULL, NULL) < 0 ? -1 : (int)cpu;
}
static inline int tl_set_affinity(pid_t tid, size_t size, const void *mask) {
  return syscall(SYS_sched_setaffinity, tid, size, mask) < 0 ? -errno : 0;
}

/// A program to start under the tracer.
struct tl_command {
  const char *path;
  char *const *arguments;
  char *const *environment;
  /// The filter to install before the program is executed, or NULL.
  const struct sock_fprog *filter;
  /// Whether `uid`, `gid` and `groups` are to be taken on.
  int changes_user;
  uid_t uid, euid;
  gid_t gid, egid;
  const gid_t *groups;
  size_t group_count;
  /// What error messages begin with.
  const char *program_name;
};

/// How the tracer stands to the program it starts.
enum tl_placement {
  /// The tracer is the parent.
  TL_PARENT = 0,
  /// The tracer is a grandchild, in the same process group and session.
  TL_GRANDCHILD = 1,
  /// … in a process group of its own.
  TL_OWN_GROUP = 2,
  /// … in a session of its own.
  TL_OWN_SESSION = 3,
};

/// Starts a process that waits to be seized and then executes `command`.
///
/// Returns in the tracer: the process's id, or -errno. `*release` is a descriptor; a byte written to it lets the
/// process go on. With a placement other than `TL_PARENT` the calling process becomes the program, and what returns
/// is a grandchild.
pid_t tl_start(const struct tl_command *command, enum tl_placement placement, int *release);

/// Starts the guard of CPU masks, if there is none: a process that sleeps until this one has ended, and then gives the
/// threads that it was told of, and what they started, their CPUs back where they are confined to `cpu`. 0 or -errno.
int tl_guard_start(int cpu);

/// Tells the guard of a thread and the CPUs it is to have: 0, or -ENOSPC when it minds too many.
int tl_guard_add(pid_t tid, const void *mask, size_t size);
void tl_guard_remove(pid_t tid);

/// Ends the guard.
void tl_guard_stop(void);

/// Has the signals of `signals` (`count` of them) noted instead of acted on; see `tl_noted_signal`.
void tl_note_signals(const int *signals, size_t count);

/// Blocks the signals of `signals` until `tl_release_signals`; a process that is started meanwhile gets the mask that was.
void tl_hold_signals(const int *signals, size_t count);

/// Lets come what `tl_hold_signals` held back. What was blocked before stays so.
void tl_release_signals(void);

/// Gives the calling process the mask that was before `tl_hold_signals`.
void tl_restore_start_mask(void);

/// Whether SIGALRM came since the last call.
int tl_take_tick(void);

/// Has SIGALRM come after so many nanoseconds, and every few milliseconds from then on; 0 ends that. 0, or -errno.
int tl_tick_after(uint64_t nanoseconds);

/// Has SIGALRM come every so many milliseconds, so that no wait lasts longer; 0 ends that.
void tl_tick(unsigned milliseconds);

/// The last signal noted, or 0. Once there is one, SIGALRM comes every few milliseconds, so that no wait outlasts it.
int tl_noted_signal(void);

/// The words that this process was started with, its name first.
char *const *tl_arguments(int *count);

/// The name of an errno, `ESRCH`; NULL for a number that is none.
const char *tl_error_name(int error);

/// Ignores a signal.
void tl_ignore_signal(int signal);

/// Has a write beyond the limit of a file's size fail with EFBIG rather than end the process by SIGXFSZ.
void tl_survive_file_limit(void);

/// Ends this process by `signal` without leaving a core file; exits with 128 + `signal` if it does not die of it.
void tl_die_by(int signal) __attribute__((noreturn));

/// From now on SIGUSR1 is noted; whether there was one since this was asked last.
void tl_watch_requests(void);
int tl_take_request(void);

/// Blocks SIGCHLD, so that `tl_await_child` can wait for it.
void tl_block_child_signal(void);

/// Waits until a child or tracee may have changed state, `nanoseconds` at most.
void tl_await_child(uint64_t nanoseconds);

/// A descriptor for `tl_await_either`, which waits for `descriptor` to be woken or a child or tracee to change state (SIGCHLD has
/// to be blocked); or a negative errno. `children` becomes one that it needs, too.
int tl_watch_with_children(int descriptor, int *children);

/// Waits so long at most (-1: for ever); how many of the two had something to tell, or a negative errno.
int tl_await_either(int epoll, int children, int milliseconds);

/// A copy of a process's descriptor (close-on-exec), by pidfd_getfd(2); or -errno.
int tl_take_descriptor(pid_t pid, int descriptor);

/// The name of a socket's protocol (`TCP`, `UNIX-STREAM`), with its NUL: the bytes of it, or -errno.
ssize_t tl_socket_protocol(int descriptor, char *name, size_t size);

/// The SELinux context of a file, by getxattr(2), with its NUL if it has one: the bytes of it, or -errno.
ssize_t tl_file_context(const char *path, char *context, size_t size);

/// The contexts that a policy has for files; see selabel_lookup(3).
typedef struct tl_labels tl_labels;

/// Those of a file_contexts(5), or of the policy where `file` is NULL; NULL where there is none, or no libselinux.
tl_labels *tl_open_labels(const char *file);
void tl_close_labels(tl_labels *labels);

/// The context of a file of that name and mode: the bytes of it, or -errno.
ssize_t tl_expected_context(tl_labels *labels, const char *path, mode_t mode, char *context, size_t size);

/// The clock's time in nanoseconds.
static inline uint64_t tl_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
