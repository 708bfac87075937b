/* hostile-beyond.c - writing behind the end of memory
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  *(volatile uint32_t *) (uintptr_t) aeg_boot->ram_size = 1;

  return success ();
}
