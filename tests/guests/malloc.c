/* malloc.c - the SDK's malloc neither overlaps nor leaks
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

#define N 64

int
main (void)
{
  uint8_t *blocks[N] = { 0 };
  size_t sizes[N] = { 0 };
  uint32_t x = 1;

  for (int round = 0; round < 5000; round++)
    {
      unsigned i;

      x = x * 1664525 + 1013904223;
      i = x >> 26;
      for (size_t k = 0; k < sizes[i]; k++)
        CHECK (blocks[i][k] == (uint8_t) i);
      aeg_free (blocks[i]);

      sizes[i] = (x >> 8) % 700;
      blocks[i] = round % 3 ? aeg_malloc (sizes[i]) : aeg_realloc (NULL, sizes[i]);
      CHECK (blocks[i] != NULL && (uintptr_t) blocks[i] % 16 == 0);
      memset (blocks[i], (int) i, sizes[i]);
    }

  CHECK (aeg_malloc (SIZE_MAX) == NULL);
  CHECK (aeg_malloc (64 << 20) == NULL);
  CHECK (aeg_calloc (SIZE_MAX / 2, 3) == NULL);

  return success ();
}
