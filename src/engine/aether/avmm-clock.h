/* avmm-clock.h - the guest's time, which stands still while it is paused
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdatomic.h>
#include <stdint.h>

/* Set on the vCPU thread, read on any. */
struct avmm_clock
{
  _Atomic uint64_t start;        /* host monotonic, nanoseconds */
  _Atomic uint64_t paused_at;    /* host monotonic; 0: runs */
};

uint64_t avmm_clock_host_now (void);
void     avmm_clock_start    (struct avmm_clock *clock);
void     avmm_clock_pause    (struct avmm_clock *clock);
void     avmm_clock_resume   (struct avmm_clock *clock);
uint64_t avmm_clock_now      (const struct avmm_clock *clock);   /* nanoseconds since the start */
int64_t  avmm_clock_wall     (void);                             /* nanoseconds since 1970 UTC */
