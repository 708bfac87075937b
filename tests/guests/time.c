/* time.c - time goes forward, and sleeping takes as long as it should at least
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  struct aether_call_wait args = { .events = 1u << 31 };
  uint64_t start = aeg_now (), last = start;

  for (int i = 0; i < 1000; i++)
    {
      uint64_t now = aeg_now ();

      CHECK (now >= last);
      last = now;
    }

  CHECK (aeg_wall () > INT64_C (1500000000) * 1000000000);

  start = aeg_now ();
  aeg_sleep (20000000);
  CHECK (aeg_now () - start >= 20000000);

  CHECK (AEG_CALL (AETHER_CALL_WAIT, &args) == AETHER_E_INVAL);
  args.events = AETHER_WAIT_INPUT | AETHER_WAIT_NET;
  args.deadline = 0;
  CHECK (AEG_CALL (AETHER_CALL_WAIT, &args) == AETHER_OK);
  CHECK (args.ready == 0 && args.now >= start);

  return success ();
}
