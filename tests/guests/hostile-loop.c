/* hostile-loop.c - nothing at all in a tight loop
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  for (;;)
    __asm__ volatile ("");
}
