#define _GNU_SOURCE
#include "linux_calls.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/// A descriptor that is none of the standard ones, which may be closed, and get other files later.
static int raised(int descriptor) {
  if (descriptor < 0 || descriptor > STDERR_FILENO)
    return descriptor;
  int high = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), error = errno;
  close(descriptor);
  errno = error;
  return high;
}

int tl_watch_with_children(int descriptor, int *children) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  int epoll = raised(epoll_create1(EPOLL_CLOEXEC));
  if (epoll < 0) return -errno;
  *children = raised(signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC));
  struct epoll_event woken = {.events = EPOLLIN | EPOLLET}, changed = {.events = EPOLLIN, .data.u32 = 1};
  if (*children < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &woken) < 0 ||
      epoll_ctl(epoll, EPOLL_CTL_ADD, *children, &changed) < 0) {
    int error = errno;
    if (*children >= 0) close(*children);
    close(epoll);
    return -error;
  }
  return epoll;
}

int tl_await_either(int epoll, int children, int milliseconds) {
  struct epoll_event events[2];
  int count = epoll_wait(epoll, events, 2, milliseconds);
  if (count < 0) return -errno;
  struct signalfd_siginfo information;
  while (read(children, &information, sizeof information) > 0) {
  }
  return count;
}
