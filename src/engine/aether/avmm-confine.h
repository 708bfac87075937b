/* avmm-confine.h - giving up rights before a guest runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "avmm-error.h"

/* What remains besides the few calls that running a guest needs. */
enum avmm_confine
{
  AVMM_CONFINE_THREADS = 1,     /* fronts: threads, messages on sockets already open */
  AVMM_CONFINE_TRANSLATE = 2,   /* executable memory, for Unicorn */
  AVMM_CONFINE_NETWORK = 4,     /* sockets of its own */
  AVMM_CONFINE_LIBRARIES = 8,   /* there are some in the process */
};

/* For the whole process, for ever. @guest: bytes mapped for its memory. Returns: false with
 * a sentence */
bool avmm_confine (unsigned flags, uint64_t guest, struct avmm_error *error);
