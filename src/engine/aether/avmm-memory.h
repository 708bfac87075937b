/* avmm-memory.h - guest memory and the only way to reach it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avmm-error.h"

/* A guest physical address. A struct so that it cannot be dereferenced or
 * added to a host pointer by accident. */
typedef struct { uint64_t addr; } avmm_gpa;

struct avmm_memslot
{
  uint8_t  *host;   /* host mapping, page aligned */
  uint64_t  base;   /* first guest physical address, bytes */
  uint64_t  size;   /* bytes; 0: no such slot */
  int       fd;     /* memfd behind a shared slot; -1: private memory */
};

bool  avmm_memslot_map_private (struct avmm_memslot *slot, uint64_t base, uint64_t size,
                                struct avmm_error *error);
bool  avmm_memslot_map_shared  (struct avmm_memslot *slot, uint64_t base, uint64_t size,
                                const char *name, struct avmm_error *error);
void  avmm_memslot_clear       (struct avmm_memslot *slot);
void  avmm_memslot_unmap       (struct avmm_memslot *slot);

/**
 * avmm_memslot_get:
 * @slot: the memslot holding the whole range
 * @gpa: first guest physical address
 * @len: length in bytes; 0 is allowed
 *
 * The only place where a guest address becomes a host pointer; inline, for it is on the
 * way of every call.
 *
 * Returns: (nullable): host address of [@gpa, @gpa + @len), or %NULL when any
 *   byte lies outside @slot. The bytes stay guest-writable: copy before
 *   checking.
 */
static inline void *
avmm_memslot_get (const struct avmm_memslot *slot, avmm_gpa gpa, size_t len)
{
  uint64_t offset = gpa.addr - slot->base;

  /* gpa < base wraps to a huge offset, which the first test refuses */
  if (offset > slot->size || len > slot->size - offset)
    return NULL;

  return slot->host + offset;
}
