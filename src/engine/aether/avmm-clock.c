/* avmm-clock.c - the guest's time, which stands still while it is paused
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-clock.h"

#include <time.h>

#define NS_PER_S UINT64_C (1000000000)

uint64_t
avmm_clock_host_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return (uint64_t) now.tv_sec * NS_PER_S + (uint64_t) now.tv_nsec;
}

void
avmm_clock_start (struct avmm_clock *clock)
{
  clock->start = avmm_clock_host_now ();
  clock->paused_at = 0;
}

void
avmm_clock_pause (struct avmm_clock *clock)
{
  if (clock->paused_at == 0)
    clock->paused_at = avmm_clock_host_now ();
}

void
avmm_clock_resume (struct avmm_clock *clock)
{
  if (clock->paused_at == 0)
    return;

  clock->start += avmm_clock_host_now () - clock->paused_at;
  clock->paused_at = 0;
}

uint64_t
avmm_clock_now (const struct avmm_clock *clock)
{
  uint64_t paused_at = clock->paused_at;

  return (paused_at != 0 ? paused_at : avmm_clock_host_now ()) - clock->start;
}

int64_t
avmm_clock_wall (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);

  return (int64_t) now.tv_sec * (int64_t) NS_PER_S + now.tv_nsec;
}
