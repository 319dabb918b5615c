#include <seccomp.h>

// Macros with arguments, which Swift cannot use.
static inline unsigned int tl_scmp_trace(unsigned int message) { return SCMP_ACT_TRACE(message); }
static inline unsigned int tl_scmp_allow(void) { return SCMP_ACT_ALLOW; }
