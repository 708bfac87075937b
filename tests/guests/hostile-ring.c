/* hostile-ring.c - ring indexes gone wild
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_INPUT, 0, 4 << 20, 0, 0);

int
main (void)
{
  struct aether_input_ring *ring = (void *) (uintptr_t) aeg_boot->input_ring;
  static const uint32_t wild[] = { 1, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff, 129, 0 };
  struct aether_call_input input;
  struct aether_call_wait wait = { .events = AETHER_WAIT_INPUT };

  for (unsigned i = 0; i < sizeof wild / sizeof wild[0]; i++)
    {
      ring->tail = wild[i];
      ring->head = ~wild[i];
      CHECK (AEG_CALL (AETHER_CALL_INPUT, &input) == AETHER_OK);
      CHECK (AEG_CALL (AETHER_CALL_WAIT, &wait) == AETHER_OK);
    }

  return success ();
}
