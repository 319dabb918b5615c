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

static volatile sig_atomic_t ticked;

static void interrupt(int signal) {
  (void)signal;
  ticked = 1;
}

int tl_take_tick(void) {
  int had = ticked;
  ticked = 0;
  return had;
}

static volatile sig_atomic_t requested;

static void request(int signal) {
  (void)signal;
  requested = 1;
  // As above.
  struct itimerval often = {{0, 5000}, {0, 5000}};
  setitimer(ITIMER_REAL, &often, NULL);
}

/// The signals that were blocked before `tl_hold_signals`, and those that it blocked.
static sigset_t start_mask, held;
static int holds;

void tl_hold_signals(const int *signals, size_t count) {
  if (holds)
    return;
  sigemptyset(&held);
  for (size_t i = 0; i < count; i++)
    sigaddset(&held, signals[i]);
  sigprocmask(SIG_BLOCK, &held, &start_mask);
  holds = 1;
}

void tl_release_signals(void) {
  if (!holds)
    return;
  holds = 0;
  for (int signal = 1; signal < NSIG; signal++)
    if (sigismember(&start_mask, signal) == 1)
      sigdelset(&held, signal);
  sigprocmask(SIG_UNBLOCK, &held, NULL);
}

void tl_restore_start_mask(void) {
  if (holds)
    sigprocmask(SIG_SETMASK, &start_mask, NULL);
}

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

void tl_watch_requests(void) {
  catch_alarm();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = request;
  sigaction(SIGUSR1, &action, NULL);
}

int tl_take_request(void) {
  int had = requested;
  requested = 0;
  return had;
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

int tl_tick_after(uint64_t nanoseconds) {
  static timer_t timer;
  static int is_there;
  if (is_there)
    timer_delete(timer);
  is_there = 0;
  if (nanoseconds == 0)
    return 0;
  catch_alarm();
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
    return -errno;
  is_there = 1;
  // Often, since the first may come between a look at the clock and the wait.
  struct itimerspec times = {{0, 5000000}, {(time_t)(nanoseconds / 1000000000u), (long)(nanoseconds % 1000000000u)}};
  return timer_settime(timer, 0, &times, NULL) == 0 ? 0 : -errno;
}

void tl_note_signals(const int *signals, size_t count) {
  catch_alarm();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  for (size_t i = 0; i < count; i++)
    sigaction(signals[i], &action, NULL);
}

int tl_noted_signal(void) { return noted; }

void tl_ignore_signal(int which) { signal(which, SIG_IGN); }

static void disregard(int signal) { (void)signal; }

void tl_survive_file_limit(void) {
  struct sigaction action;
  // With a handler, which programs that are started do not inherit.
  if (sigaction(SIGXFSZ, NULL, &action) != 0 || action.sa_handler != SIG_DFL)
    return;
  memset(&action, 0, sizeof action);
  action.sa_handler = disregard;
  sigaction(SIGXFSZ, &action, NULL);
}

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
