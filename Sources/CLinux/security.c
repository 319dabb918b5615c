#define _GNU_SOURCE
#include "linux_calls.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

ssize_t tl_file_context(const char *path, char *context, size_t size) {
  ssize_t length = getxattr(path, "security.selinux", context, size);
  return length < 0 ? -errno : length;
}

/* The parts of libselinux's interface that are used, as <selinux/label.h> documents them. */
struct selabel_handle;
struct selinux_opt {
  int type;
  const char *value;
};
enum { SELABEL_CTX_FILE = 0, SELABEL_OPT_PATH = 3 };

struct tl_labels {
  struct selabel_handle *handle;
  int (*lookup)(struct selabel_handle *, char **, const char *, int);
  void (*close)(struct selabel_handle *);
  void (*free)(char *);
};

tl_labels *tl_open_labels(const char *file) {
  /* Kept for good: a library may not like to be loaded twice. */
  void *library = dlopen("libselinux.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return NULL;
  struct selabel_handle *(*open)(unsigned, const struct selinux_opt *, unsigned) = NULL;
  tl_labels labels = {0};
  struct {
    const char *name;
    void *slot;
  } wanted[] = {{"selabel_open", &open},
                {"selabel_lookup", &labels.lookup},
                {"selabel_close", &labels.close},
                {"freecon", &labels.free}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    void *address = dlsym(library, wanted[i].name);
    if (!address)
      return NULL;
    *(void **)wanted[i].slot = address;
  }
  struct selinux_opt option = {SELABEL_OPT_PATH, file};
  labels.handle = open(SELABEL_CTX_FILE, &option, file ? 1 : 0);
  tl_labels *opened = labels.handle ? malloc(sizeof labels) : NULL;
  if (opened)
    *opened = labels;
  return opened;
}

void tl_close_labels(tl_labels *labels) {
  labels->close(labels->handle);
  free(labels);
}

ssize_t tl_expected_context(tl_labels *labels, const char *path, mode_t mode, char *context, size_t size) {
  char *found = NULL;
  if (labels->lookup(labels->handle, &found, path, (int)mode) || !found)
    return errno ? -errno : -ENOENT;
  size_t length = strlen(found);
  if (length <= size)
    memcpy(context, found, length);
  labels->free(found);
  return length <= size ? (ssize_t)length : -ERANGE;
}
