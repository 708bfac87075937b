/* hostile-tables.c - the memory the host keeps its tables in, overwritten
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  memset ((void *) 0x1000, 0, 0x7000);
#if defined __x86_64__
  __asm__ volatile ("mov %%cr3, %%rax\n\tmov %%rax, %%cr3" : : : "rax", "memory");
#endif
  return success ();
}
