/* hostile-halt.c - waiting for an interrupt, of which there are none
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
#ifdef __x86_64__
  __asm__ volatile ("hlt");
#else
  __asm__ volatile ("wfi");
#endif
  aeg_print ("It went on.\n");

  return success ();
}
