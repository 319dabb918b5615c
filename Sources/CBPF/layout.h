/* Where the kernel keeps things, as it tells. */
#ifndef TRAPLINE_LAYOUT_H
#define TRAPLINE_LAYOUT_H
#include "capture.h"

/* 0 where it says so of all of them, else an errno (ENOENT: it knows one not). */
int trapline_bpf_find_layout(struct trapline_layout *layout);
#endif
