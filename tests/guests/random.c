/* random.c - RANDOM differs from call to call
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  uint8_t a[AETHER_RANDOM_MAX] = { 0 }, b[AETHER_RANDOM_MAX] = { 0 };
  struct aether_call_random args = { .address = (uintptr_t) a, .length = AETHER_RANDOM_MAX + 1 };

  CHECK (AEG_CALL (AETHER_CALL_RANDOM, &args) == AETHER_E_INVAL);
  args.length = 0;
  CHECK (AEG_CALL (AETHER_CALL_RANDOM, &args) == AETHER_OK);
  args.length = 8;
  args.address = aeg_boot->ram_size - 7;
  CHECK (AEG_CALL (AETHER_CALL_RANDOM, &args) == AETHER_E_FAULT);

  aeg_random (a, sizeof a);
  aeg_random (b, sizeof b);
  CHECK (memcmp (a, b, sizeof a) != 0);

  return success ();
}
