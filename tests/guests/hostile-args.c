/* hostile-args.c - arguments outside of memory
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
  __asm__ volatile ("outl %0, %w1" : : "a" (0xfffffff8u), "d" (AETHER_CALL_PORT + 3));
#else
  *(volatile uint32_t *) (uintptr_t) (AETHER_CALL_PAGE + 8 * 3) = 0xfffffff8u;
#endif
  return success ();
}
