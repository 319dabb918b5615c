#define _GNU_SOURCE
#include "linux_calls.h"
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

int tl_watch_with_children(int descriptor, int *children) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return -errno;
  *children = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
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
