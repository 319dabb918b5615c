/* What the programs need of the kernel's interface besides <linux/bpf.h>. */
#ifndef TRAPLINE_KERNEL_H
#define TRAPLINE_KERNEL_H
#include <linux/bpf.h>
#include "../include/capture.h"

#define SEC(name) __attribute__((section(name), used))
#define INLINE static __attribute__((always_inline)) inline
#define GLOBAL __attribute__((noinline))
/* Keeps the compiler from reasoning about a value, so that the check that follows is the one that the verifier sees. */
#define HIDE(value) __asm__ volatile("" : "+r"(value))

/* AF_NETLINK of <sys/socket.h>. */
enum { TRAPLINE_NETLINK = 16 };
/* SIGKILL of <signal.h>. */
enum { TRAPLINE_SIGKILL = 9 };

/* x86_64: as the kernel pushes them; user space sees the same (ptrace(2)). */
struct pt_regs {
  uint64_t r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static uint64_t (*const bpf_ktime_get_ns)(void) = (void *)BPF_FUNC_ktime_get_ns;
static uint32_t (*const bpf_get_smp_processor_id)(void) = (void *)BPF_FUNC_get_smp_processor_id;
static uint64_t (*const bpf_get_current_pid_tgid)(void) = (void *)BPF_FUNC_get_current_pid_tgid;
static long (*const bpf_get_current_comm)(void *buffer, uint32_t size) = (void *)BPF_FUNC_get_current_comm;
static uint64_t (*const bpf_get_current_task)(void) = (void *)BPF_FUNC_get_current_task;
static const void *(*const bpf_get_current_task_btf)(void) = (void *)BPF_FUNC_get_current_task_btf;
static const struct pt_regs *(*const bpf_task_pt_regs)(const void *task) = (void *)BPF_FUNC_task_pt_regs;
static long (*const bpf_probe_read_user)(void *target, uint32_t size, const void *from) =
    (void *)BPF_FUNC_probe_read_user;
static long (*const bpf_probe_read_kernel)(void *target, uint32_t size, const void *from) =
    (void *)BPF_FUNC_probe_read_kernel;
static long (*const bpf_probe_read_user_str)(void *target, uint32_t size, const void *from) =
    (void *)BPF_FUNC_probe_read_user_str;
static long (*const bpf_send_signal_thread)(uint32_t signal) = (void *)BPF_FUNC_send_signal_thread;
static long (*const bpf_ringbuf_output)(void *ring, void *data, uint64_t size, uint64_t flags) =
    (void *)BPF_FUNC_ringbuf_output;
static uint64_t (*const bpf_ringbuf_query)(void *ring, uint64_t what) = (void *)BPF_FUNC_ringbuf_query;
static long (*const bpf_tail_call)(void *context, void *programs, uint32_t index) = (void *)BPF_FUNC_tail_call;
static long (*const bpf_loop)(uint32_t count, void *callback, void *context, uint64_t flags) = (void *)BPF_FUNC_loop;
#endif
