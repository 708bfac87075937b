/* panic.c - a panic says why and ends with status 255
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, AETHER_FEATURE_DISPLAY, 4 << 20, 0, 0);

int
main (void)
{
  int one = 1;

  aeg_assert (one == 2);

  return 0;
}
