/* hostile-fault.c - an instruction that is none
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
#if defined __x86_64__
  __asm__ volatile ("ud2");
#else
  __asm__ volatile (".word 0");
#endif
  return success ();
}
