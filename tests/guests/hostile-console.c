/* hostile-console.c - filling the console
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

static char text[AETHER_PUTS_MAX];

int
main (void)
{
  memset (text, 'x', sizeof text);
  for (unsigned i = 63; i < sizeof text; i += 64)
    text[i] = '\n';
  for (int i = 0; i < 256; i++)
    aeg_write (text, sizeof text);

  return success ();
}
