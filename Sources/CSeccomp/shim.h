#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>

// Macros with arguments, which Swift cannot use.
static inline unsigned int tl_scmp_trace(unsigned int message) { return SCMP_ACT_TRACE(message); }
static inline unsigned int tl_scmp_allow(void) { return SCMP_ACT_ALLOW; }
static inline uint32_t tl_scmp_x86_64(void) { return SCMP_ARCH_X86_64; }
static inline uint32_t tl_scmp_x86(void) { return SCMP_ARCH_X86; }
static inline uint32_t tl_scmp_x32(void) { return SCMP_ARCH_X32; }

/// The instructions of ``tl_beyond``.
enum { tl_beyond_count = 9 };

/// The beginning of a filter that does `action` at numbers from `first` on (x32's without its bit), from `first_of_x86` on
/// for 32 bits; the filter goes on behind it with the others. libseccomp knows calls by name only.
static inline void tl_beyond(uint32_t first, uint32_t first_of_x86, uint32_t action, struct sock_filter *out) {
  const struct sock_filter program[tl_beyond_count] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCMP_ARCH_X86_64, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~0x40000000u),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 3, 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCMP_ARCH_X86, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_of_x86, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
  };
  for (int i = 0; i < tl_beyond_count; i++)
    out[i] = program[i];
}
