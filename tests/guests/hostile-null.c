/* hostile-null.c - reading address 0
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  uintptr_t nowhere = 0;

  __asm__ volatile ("" : "+r" (nowhere));
  aeg_printf ("%u\n", *(volatile uint32_t *) nowhere);

  return success ();
}
