/* hostile-loop-calls.c - calls in a tight loop
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  struct aether_call_header header;

  for (;;)
    AEG_CALL (AETHER_CALL_NOP, &header);
}
