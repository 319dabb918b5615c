#define _GNU_SOURCE
#include "layout.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The bytes behind a type's common part, by its kind; -1 for a kind that is not known. */
static int extra(const struct btf_type *type) {
  int members = BTF_INFO_VLEN(type->info);
  switch (BTF_INFO_KIND(type->info)) {
  case BTF_KIND_INT: return 4;
  case BTF_KIND_ARRAY: return sizeof(struct btf_array);
  case BTF_KIND_STRUCT:
  case BTF_KIND_UNION: return members * (int)sizeof(struct btf_member);
  case BTF_KIND_ENUM: return members * (int)sizeof(struct btf_enum);
  case BTF_KIND_FUNC_PROTO: return members * (int)sizeof(struct btf_param);
  case BTF_KIND_VAR: return sizeof(struct btf_var);
  case BTF_KIND_DATASEC: return members * (int)sizeof(struct btf_var_secinfo);
  case BTF_KIND_DECL_TAG: return sizeof(struct btf_decl_tag);
  case BTF_KIND_ENUM64: return members * 12;
  case BTF_KIND_PTR:
  case BTF_KIND_FWD:
  case BTF_KIND_TYPEDEF:
  case BTF_KIND_VOLATILE:
  case BTF_KIND_CONST:
  case BTF_KIND_RESTRICT:
  case BTF_KIND_FUNC:
  case BTF_KIND_FLOAT:
  case BTF_KIND_TYPE_TAG: return 0;
  default: return -1;
  }
}

/* Where a member is to be found. */
struct wanted {
  const char *structure, *member;
  uint32_t *offset;
  int is_found;
};

/* The types that the kernel tells, and their names. */
struct types {
  const char *at, *end, *names;
  uint32_t names_size;
};

/* The first character first: thousands of structures are none of these. */
static int is_same(const char *one, const char *other) { return *one == *other && strcmp(one, other) == 0; }

/* Where a type has a member, in bytes; -1: it has none. */
static long find_member(const struct types *types, const struct btf_type *type, const char *name) {
  const struct btf_member *members = (const void *)(type + 1);
  for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
    if (is_same(types->names + members[i].name_off, name))
      return (BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(members[i].offset) : members[i].offset) / 8;
  return -1;
}

/* How many were found. */
static size_t look_for(struct wanted *wanted, size_t count, const struct types *types, const struct btf_type *type) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (wanted[i].is_found || !is_same(types->names + type->name_off, wanted[i].structure)) continue;
    long offset = find_member(types, type, wanted[i].member);
    if (offset < 0) continue;
    *wanted[i].offset = (uint32_t)offset;
    wanted[i].is_found = 1;
    found++;
  }
  return found;
}

/* The type at a place; NULL when there is no whole one. What comes from the kernel is not doubted any further. */
static const struct btf_type *type_at(const struct types *types, const char *place) {
  const struct btf_type *type = (const void *)place;
  if (types->end - place < (long)sizeof *type) return NULL;
  int more = extra(type);
  return more >= 0 && more <= types->end - (const char *)(type + 1) ? type : NULL;
}

/* The one behind it. */
static const struct btf_type *next(const struct types *types, const struct btf_type *type) {
  return type_at(types, (const char *)(type + 1) + extra(type));
}

/* Finds members in types as the kernel tells them. */
static void find(struct wanted *wanted, size_t count, const char *data, size_t size) {
  if (size < sizeof(struct btf_header)) return;
  const struct btf_header *header = (const void *)data;
  size_t start = (size_t)header->hdr_len + header->type_off, strings = (size_t)header->hdr_len + header->str_off;
  if (header->magic != BTF_MAGIC || start + header->type_len > size || strings + header->str_len > size) return;
  if (header->str_len == 0 || data[strings + header->str_len - 1] != 0) return;
  struct types types = {data + start, data + start + header->type_len, data + strings, header->str_len};
  size_t left = count;
  for (const struct btf_type *type = type_at(&types, types.at); type && left > 0; type = next(&types, type))
    if (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT && type->name_off < types.names_size)
      left -= look_for(wanted, count, &types, type);
}

static int look_at_types(struct wanted *wanted, size_t count) {
  int file = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0) return errno;
  size_t size = fstat(file, &status) == 0 && status.st_size > 0 ? (size_t)status.st_size : 0, got = 0;
  /* Linux 6.16 can map it, others give a page a call. */
  char *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (data != MAP_FAILED) {
    find(wanted, count, data, size);
    munmap(data, size);
    close(file);
    return 0;
  }
  data = malloc(size);
  while (data && got < size) {
    ssize_t more = read(file, data + got, size - got);
    if (more <= 0) break;
    got += (size_t)more;
  }
  if (data) find(wanted, count, data, got);
  free(data);
  close(file);
  return data ? 0 : ENOMEM;
}

int trapline_bpf_find_layout(struct trapline_layout *layout) {
  struct wanted wanted[] = {
    {"task_struct", "blocked", &layout->blocked, 0},
    {"task_struct", "pid", &layout->tid, 0},
    {"task_struct", "pending", &layout->pending, 0},
    {"sigpending", "signal", &layout->signals, 0},
    {"task_struct", "files", &layout->files, 0},
    {"files_struct", "fdt", &layout->table, 0},
    {"fdtable", "fd", &layout->descriptors, 0},
    {"fdtable", "max_fds", &layout->most, 0},
    {"file", "f_inode", &layout->inode, 0},
    {"inode", "i_mode", &layout->mode, 0},
    {"file", "private_data", &layout->private_data, 0},
    {"socket", "sk", &layout->socket, 0},
    {"sock_common", "skc_family", &layout->family, 0},
    {"sock", "sk_protocol", &layout->protocol, 0},
  };
  size_t count = sizeof wanted / sizeof *wanted;
  int error = look_at_types(wanted, count);
  if (error) return error;
  for (size_t i = 0; i < count; i++)
    if (!wanted[i].is_found) return ENOENT;
  return 0;
}
