/* hostile-jump.c - jumping to nowhere
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  void (*nowhere) (void) = (void (*) (void)) (uintptr_t) 0xb0000000;

  nowhere ();

  return success ();
}
