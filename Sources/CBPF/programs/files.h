/* What a thread's descriptors are open on. */
#ifndef TRAPLINE_FILES_H
#define TRAPLINE_FILES_H
#include "state.h"
#include <linux/magic.h>
#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446
#endif

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

/* A way from a file to the root. */
struct way {
  struct state *state;
  uint64_t mount, entry; /* a `struct vfsmount`, a `struct dentry` */
  uint32_t used;         /* where in bytes[] the next name goes */
  uint32_t kind;         /* trapline_path_kind */
};

enum { TRAPLINE_LONGEST_PATH = 4096, TRAPLINE_LONGEST_NAME = 255 };

/* Adds a name, and goes up; 1 at the root. */
static long go_up(uint64_t index, struct way *way) {
  uint64_t entry = way->entry, parent = word_at(entry + settings.layout.parent);
  int is_made_up = way->kind != TRAPLINE_PATH_NAMED;
  if (!is_made_up && entry == word_at(way->mount + settings.layout.mount_root)) {
    uint64_t mount = way->mount - settings.layout.mount, above = word_at(mount + settings.layout.mount_parent);
    way->entry = word_at(mount + settings.layout.mount_point);
    way->mount = above + settings.layout.mount;
    return above == mount;
  }
  if (!is_made_up && parent == entry) return 1;
  uint32_t length = word_at(entry + settings.layout.name) >> 32, used = way->used;
  if (length > TRAPLINE_LONGEST_NAME) length = TRAPLINE_LONGEST_NAME;
  HIDE(used);
  if (used > TRAPLINE_RECORD_LIMIT + TRAPLINE_CHUNK_LIMIT) return 1;
  way->state->bytes[used] = length;
  HIDE(length);
  if (length > TRAPLINE_LONGEST_NAME) return 1;
  uint64_t text = word_at(entry + settings.layout.name + settings.layout.name_text);
  bpf_probe_read_kernel(&way->state->bytes[used + 1], length, (void *)text);
  way->used = used + 1 + length;
  way->entry = parent;
  return is_made_up != 0;
}

/* What /proc makes up for files of such a file system. */
INLINE uint32_t made_up_kind(uint64_t magic) {
  switch (magic) {
  case PIPEFS_MAGIC: return TRAPLINE_PATH_PIPE;
  case SOCKFS_MAGIC: return TRAPLINE_PATH_SOCKET;
  case ANON_INODE_FS_MAGIC: return TRAPLINE_PATH_ANONYMOUS;
  case PID_FS_MAGIC: return TRAPLINE_PATH_PROCESS;
  case TMPFS_MAGIC:
  case HUGETLBFS_MAGIC: return TRAPLINE_PATH_MEMORY;
  default: return TRAPLINE_PATH_UNKNOWN;
  }
}

/* Where a descriptor leads, as a chunk; no result. What d_path() of the kernel says of it, but for its locks: a path that is
 * renamed right now may be told half so, half so. */
GLOBAL int describe_path(void) {
  struct state *s = own_state();
  if (!s) return 0;
  uint32_t offset = s->used;
  HIDE(offset);
  if (offset > TRAPLINE_RECORD_LIMIT) {
    s->live = 1;
    return 0;
  }
  int32_t descriptor = s->asked.descriptor;
  struct trapline_chunk *chunk = (void *)&s->bytes[offset];
  struct trapline_path *path = (void *)(chunk + 1);
  chunk->address = (uint32_t)descriptor;
  chunk->flags = s->chunk_flags | TRAPLINE_CHUNK_PATH;
  uint64_t place;
  if (descriptor == TRAPLINE_WORKING_DIRECTORY) {
    place = word_at(bpf_get_current_task() + settings.layout.file_system) + settings.layout.directory;
  } else {
    place = open_file(descriptor);
    if (!place) {
      chunk->wanted = chunk->got = 0;
      s->used = offset + sizeof *chunk;
      return 0;
    }
    place += settings.layout.path;
  }
  uint32_t start = offset + sizeof *chunk + sizeof *path;
  struct way way = {.state = s, .used = start, .kind = TRAPLINE_PATH_NAMED};
  way.mount = word_at(place + settings.layout.path_mount);
  way.entry = word_at(place + settings.layout.path_entry);
  uint64_t operations = word_at(way.entry + settings.layout.operations), super = word_at(way.entry + settings.layout.super);
  path->inode = word_at(word_at(way.entry + settings.layout.entry_inode) + settings.layout.inode_number);
  path->flags = 0;
  int is_root = word_at(way.entry + settings.layout.parent) == way.entry;
  if (operations && word_at(operations + settings.layout.makes_up) &&
      (!is_root || way.entry != word_at(way.mount + settings.layout.mount_root)))
    way.kind = made_up_kind(word_at(super + settings.layout.magic));
  else if (!is_root && word_at(way.entry + settings.layout.hash + settings.layout.hash_back) == 0)
    path->flags = TRAPLINE_PATH_REMOVED;
  path->kind = way.kind;
  if (way.kind == TRAPLINE_PATH_UNKNOWN) s->live = 1;
  bpf_loop(TRAPLINE_LONGEST_PATH / 2, go_up, &way, 0);
  uint32_t end = way.used;
  HIDE(end);
  if (end - start > TRAPLINE_LONGEST_PATH || end < start) {
    path->flags |= TRAPLINE_PATH_TOO_LONG;
    end = start;
  }
  chunk->wanted = chunk->got = sizeof *path + (end - start);
  s->used = (end + 7) & ~7u;
  return 0;
}
#endif
