/* aeg-time.c - time, sleep, chance
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

uint64_t
aeg_now (void)
{
  struct aether_call_time args;

  return AEG_CALL (AETHER_CALL_TIME, &args) == AETHER_OK ? args.monotonic : 0;
}

int64_t
aeg_wall (void)
{
  struct aether_call_time args;

  return AEG_CALL (AETHER_CALL_TIME, &args) == AETHER_OK ? args.wall : 0;
}

void
aeg_sleep (uint64_t nanoseconds)
{
  struct aether_call_wait args = { .deadline = aeg_now () + nanoseconds };

  AEG_CALL (AETHER_CALL_WAIT, &args);
}

void
aeg_random (void *to, size_t size)
{
  uint8_t *at = to;

  while (size > 0)
    {
      uint32_t length = size < AETHER_RANDOM_MAX ? (uint32_t) size : AETHER_RANDOM_MAX;
      struct aether_call_random args = { .address = (uintptr_t) at, .length = length };

      if (AEG_CALL (AETHER_CALL_RANDOM, &args) != AETHER_OK)
        aeg_panic ("the host gives no random bytes");
      at += length;
      size -= length;
    }
}
