#define _GNU_SOURCE
#include "linux_calls.h"

#include <sys/xattr.h>

int tl_take_descriptor(pid_t pid, int descriptor) {
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  if (process < 0)
    return -errno;
  int copy = (int)syscall(SYS_pidfd_getfd, process, descriptor, 0);
  int error = errno;
  close(process);
  return copy < 0 ? -error : copy;
}

ssize_t tl_socket_protocol(int descriptor, char *name, size_t size) {
  ssize_t length = fgetxattr(descriptor, "system.sockprotoname", name, size);
  return length < 0 ? -errno : length;
}
