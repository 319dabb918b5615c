#define _GNU_SOURCE
#include "linux_calls.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
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

/// Takes what is wanted from one answer of the kernel. Returns 0, or -errno if it is an error.
static int take(const struct nlmsghdr *header, struct tl_unix_socket *found) {
  if (header->nlmsg_type == NLMSG_ERROR)
    return header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct nlmsgerr)) ? ((struct nlmsgerr *)NLMSG_DATA(header))->error
                                                                      : -EPROTO;
  if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < NLMSG_LENGTH(sizeof(struct unix_diag_msg)))
    return -EPROTO;
  struct unix_diag_msg *message = NLMSG_DATA(header);
  int left = (int)(header->nlmsg_len - NLMSG_LENGTH(sizeof(*message)));
  for (struct rtattr *attribute = (struct rtattr *)(message + 1); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    size_t length = RTA_PAYLOAD(attribute);
    if (attribute->rta_type == UNIX_DIAG_PEER && length >= sizeof(found->peer)) {
      memcpy(&found->peer, RTA_DATA(attribute), sizeof(found->peer));
    } else if (attribute->rta_type == UNIX_DIAG_NAME) {
      found->name_length = length < sizeof(found->name) ? length : sizeof(found->name);
      memcpy(found->name, RTA_DATA(attribute), found->name_length);
    }
  }
  return 0;
}

int tl_find_unix_socket(uint32_t inode, struct tl_unix_socket *found) {
  memset(found, 0, sizeof(*found));
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0)
    return -errno;
  struct {
    struct nlmsghdr header;
    struct unix_diag_req request;
  } question = {
    .header = {.nlmsg_len = sizeof(question), .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
    .request = {.sdiag_family = AF_UNIX, .udiag_states = ~0u, .udiag_ino = inode,
                .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER, .udiag_cookie = {~0u, ~0u}},
  };
  union {
    struct nlmsghdr header;
    char bytes[4096];
  } answer;
  int result = 0;
  ssize_t length = -1;
  if (send(netlink, &question, sizeof(question), 0) < 0 || (length = recv(netlink, &answer, sizeof(answer), 0)) < 0)
    result = -errno;
  else
    result = NLMSG_OK(&answer.header, (size_t)length) ? take(&answer.header, found) : -EPROTO;
  close(netlink);
  return result;
}
