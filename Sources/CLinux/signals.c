#define _GNU_SOURCE
#include "linux_calls.h"

#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t noted;

static void note(int signal) {
  noted = signal;
  // The signal may have come between the look at `noted` and the wait: interrupt every wait until it is seen.
  struct itimerval often = {{0, 5000}, {0, 5000}};
  setitimer(ITIMER_REAL, &often, NULL);
}

static void interrupt(int signal) { (void)signal; }

static void catch_alarm(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = interrupt;
  sigaction(SIGALRM, &action, NULL);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &mask, NULL);
}

void tl_tick(unsigned milliseconds) {
  static int catches;
  if (!catches) {
    catch_alarm();
    catches = 1;
  }
  if (noted)
    return;
  struct timeval period = {milliseconds / 1000, milliseconds % 1000 * 1000};
  struct itimerval ticks = {period, period};
  setitimer(ITIMER_REAL, &ticks, NULL);
}

void tl_note_signals(const int *signals, size_t count) {
  catch_alarm();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigset_t mask;
  sigemptyset(&mask);
  action.sa_handler = note;
  for (size_t i = 0; i < count; i++) {
    sigaction(signals[i], &action, NULL);
    sigaddset(&mask, signals[i]);
  }
  sigprocmask(SIG_UNBLOCK, &mask, NULL);
}

int tl_noted_signal(void) { return noted; }

void tl_ignore_signal(int which) { signal(which, SIG_IGN); }

void tl_die_by(int which) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(which, SIG_DFL);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, which);
  sigprocmask(SIG_UNBLOCK, &mask, NULL);
  raise(which);
  _exit(128 + which);
}

void tl_block_child_signal(void) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_BLOCK, &mask, NULL);
}

void tl_await_child(uint64_t nanoseconds) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  struct timespec limit = {(time_t)(nanoseconds / 1000000000u), (long)(nanoseconds % 1000000000u)};
  sigtimedwait(&mask, NULL, &limit);
}
