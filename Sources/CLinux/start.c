#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

const char *tl_error_name(int error) { return strerrorname_np(error); }

/// Says that a call failed, as strace does, and ends.
static void fail(const struct tl_command *command, const char *call) {
  dprintf(2, "%s: %s: %s\n", command->program_name, call, strerror(errno));
  _exit(1);
}

/// Without the right to install a filter, one has to renounce gaining rights by exec. The tracer sees by the call's result whether the filter is in place.
static void install(const struct sock_fprog *filter) {
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0) == 0 || errno != EACCES)
    return;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0);
}

static void __attribute__((noreturn)) become(const struct tl_command *command, int gate) {
  char byte;
  ssize_t got;
  while ((got = read(gate, &byte, 1)) < 0 && errno == EINTR)
    ;
  if (got != 1)
    _exit(1);  // the tracer is gone, or could not seize us and has said so
  tl_restore_start_mask();
  if (command->filter)
    install(command->filter);
  if (command->changes_user) {
    if (setgroups(command->group_count, command->groups) < 0)
      fail(command, "setgroups");
    if (setregid(command->gid, command->egid) < 0)
      fail(command, "setregid");
    if (setreuid(command->uid, command->euid) < 0)
      fail(command, "setreuid");
  }
  execve(command->path, command->arguments, command->environment);
  fail(command, "exec");
  _exit(1);
}

/// Forks twice: 0 in the grandchild, a positive number or -errno in the caller.
static pid_t fork_away(void) {
  pid_t child = fork();
  if (child < 0)
    return -errno;
  if (child > 0) {
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
      ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? child : -EAGAIN;
  }
  pid_t grandchild = fork();
  if (grandchild != 0)  // nobody has to wait for the grandchild
    _exit(grandchild < 0);
  return 0;
}

pid_t tl_start(const struct tl_command *command, enum tl_placement placement, int *release) {
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) < 0)
    return -errno;
  pid_t program;
  if (placement == TL_PARENT) {
    program = fork();
    if (program < 0) {
      int error = errno;
      close(gate[0]);
      close(gate[1]);
      return -error;
    }
    if (program == 0) {
      close(gate[1]);
      become(command, gate[0]);
    }
  } else {
    program = getpid();
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    pid_t child = fork_away();
    if (child < 0) {
      close(gate[0]);
      close(gate[1]);
      return child;
    }
    if (child > 0) {
      close(gate[1]);
      become(command, gate[0]);
    }
    if (placement == TL_OWN_GROUP)
      setpgid(0, 0);
    else if (placement == TL_OWN_SESSION)
      setsid();
  }
  close(gate[0]);
  *release = gate[1];
  return program;
}
