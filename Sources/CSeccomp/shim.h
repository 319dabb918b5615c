#include <seccomp.h>

// Macros with arguments, which Swift cannot use.
static inline unsigned int tl_scmp_trace(unsigned int message) { return SCMP_ACT_TRACE(message); }
static inline unsigned int tl_scmp_allow(void) { return SCMP_ACT_ALLOW; }
static inline uint32_t tl_scmp_x86_64(void) { return SCMP_ARCH_X86_64; }
static inline uint32_t tl_scmp_x86(void) { return SCMP_ARCH_X86; }
static inline uint32_t tl_scmp_x32(void) { return SCMP_ARCH_X32; }
