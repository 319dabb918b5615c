#define _GNU_SOURCE
#include "cbpf.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
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

/* The offset in bytes of a member of a structure; 0 when it is not found. */
static uint32_t find(const char *data, size_t size, const char *structure, const char *member) {
  if (size < sizeof(struct btf_header)) return 0;
  const struct btf_header *header = (const void *)data;
  size_t types = (size_t)header->hdr_len + header->type_off, strings = (size_t)header->hdr_len + header->str_off;
  if (header->magic != BTF_MAGIC || types + header->type_len > size || strings + header->str_len > size) return 0;
  if (header->str_len == 0 || data[strings + header->str_len - 1] != 0) return 0;
#define NAME(offset) ((offset) < header->str_len ? data + strings + (offset) : "")
  const char *at = data + types, *end = at + header->type_len;
  while (end - at >= (long)sizeof(struct btf_type)) {
    const struct btf_type *type = (const void *)at;
    int more = extra(type);
    if (more < 0 || more > end - at - (long)sizeof *type) return 0;
    if (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT && strcmp(NAME(type->name_off), structure) == 0) {
      const struct btf_member *members = (const void *)(type + 1);
      for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
        if (strcmp(NAME(members[i].name_off), member) == 0) return BTF_MEMBER_BIT_OFFSET(members[i].offset) / 8;
    }
    at += sizeof *type + (size_t)more;
  }
#undef NAME
  return 0;
}

uint32_t trapline_bpf_blocked_offset(void) {
  int file = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0) return 0;
  uint32_t offset = 0;
  char *data = fstat(file, &status) == 0 && status.st_size > 0 ? malloc((size_t)status.st_size) : NULL;
  size_t got = 0;
  while (data && got < (size_t)status.st_size) {
    ssize_t count = read(file, data + got, (size_t)status.st_size - got);
    if (count <= 0) break;
    got += (size_t)count;
  }
  if (data) offset = find(data, got, "task_struct", "blocked");
  free(data);
  close(file);
  return offset;
}
