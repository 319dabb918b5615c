#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>

// Macros with arguments, which Swift cannot use.
static inline unsigned int tl_scmp_trace(unsigned int message) { return SCMP_ACT_TRACE(message); }
static inline unsigned int tl_scmp_allow(void) { return SCMP_ACT_ALLOW; }

// Instructions of a filter, for what libseccomp has no rules for: it knows calls by name only.

static inline struct sock_filter tl_load_architecture(void) {
  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
}

static inline struct sock_filter tl_load_number(void) {
  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
}

/// Skips `count` instructions unless what was loaded is `value`, or is not below it, or not above it.
static inline struct sock_filter tl_skip_unless_equal(uint32_t value, uint8_t count) {
  return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
}
static inline struct sock_filter tl_skip_below(uint32_t value, uint8_t count) {
  return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, count);
}
static inline struct sock_filter tl_skip_above(uint32_t value, uint8_t count) {
  return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, value, count, 0);
}

static inline struct sock_filter tl_answer(uint32_t action) {
  return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
}
