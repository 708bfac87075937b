/* avmm-block.h - the guest's disk: a file
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avmm-error.h"

struct avmm_block
{
  int      fd;
  uint64_t size;        /* bytes, whole sectors; 0: no disk */
  bool     read_only;
  uint64_t bytes_read;
  uint64_t bytes_written;
};

bool avmm_block_open  (struct avmm_block *block, const char *path, bool read_only,
                       struct avmm_error *error);
void avmm_block_close (struct avmm_block *block);
bool avmm_block_read  (struct avmm_block *block, uint64_t offset, void *to, size_t length);
bool avmm_block_write (struct avmm_block *block, uint64_t offset, const void *from, size_t length);
