/* What a thread's descriptors are open on. */
#ifndef TRAPLINE_FILES_H
#define TRAPLINE_FILES_H
#include "state.h"

/* The `struct file` of a descriptor; 0 when it is not open. */
INLINE uint64_t open_file(uint32_t descriptor) {
  uint64_t table = word_at(word_at(bpf_get_current_task() + settings.layout.files) + settings.layout.table);
  uint32_t most = word_at(table + settings.layout.most);
  if (descriptor >= most) return 0;
  return word_at(word_at(table + settings.layout.descriptors) + 8 * (uint64_t)descriptor);
}

/* What a descriptor of the thread is open on. */
GLOBAL int describe(void) {
  struct state *s = own_state();
  if (!s) return 0;
  uint32_t descriptor = s->asked.descriptor, fact = s->asked.fact;
  struct trapline_file file = {0, -1, -1};
  uint64_t opened = open_file(descriptor);
  if (opened) {
    file.mode = word_at(word_at(opened + settings.layout.inode) + settings.layout.mode) & 0xffff;
    if ((file.mode & 0170000) == 0140000) {
      uint64_t sock = word_at(word_at(opened + settings.layout.private_data) + settings.layout.socket);
      file.family = word_at(sock + settings.layout.family) & 0xffff;
      if (file.family == TRAPLINE_NETLINK) file.protocol = word_at(sock + settings.layout.protocol) & 0xffff;
    }
  }
  uint32_t offset = s->used;
  HIDE(offset);
  if (offset <= TRAPLINE_RECORD_LIMIT) {
    struct trapline_chunk *chunk = (void *)&s->bytes[offset];
    chunk->address = descriptor;
    chunk->wanted = chunk->got = sizeof file;
    chunk->flags = s->chunk_flags | TRAPLINE_CHUNK_FILE;
    __builtin_memcpy(&s->bytes[offset + sizeof *chunk], &file, sizeof file);
    s->used = offset + sizeof *chunk + sizeof file;
  }
  if (fact == TRAPLINE_FILE_FAMILY) return file.family;
  if (fact == TRAPLINE_FILE_PROTOCOL) return file.protocol;
  return file.mode;
}
#endif
