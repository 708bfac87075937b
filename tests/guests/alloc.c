/* alloc.c - ALLOC hands out zeros, each byte once, until there is no more
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

static int32_t
alloc (uint64_t length, uint64_t *address)
{
  struct aether_call_alloc args = { .length = length };
  int32_t ret = AEG_CALL (AETHER_CALL_ALLOC, &args);

  *address = args.address;

  return ret;
}

int
main (void)
{
  uint64_t last = 0, address, total = 0;

  CHECK (alloc (0, &address) == AETHER_E_INVAL);
  CHECK (alloc (UINT64_MAX, &address) == AETHER_E_NOMEM);
  CHECK (alloc (UINT64_MAX - 4094, &address) == AETHER_E_NOMEM);
  CHECK (alloc (aeg_boot->ram_size, &address) == AETHER_E_NOMEM);

  while (alloc (5000, &address) == AETHER_OK)
    {
      uint8_t *bytes = (uint8_t *) (uintptr_t) address;

      CHECK (address % AETHER_PAGE == 0);
      CHECK (address >= aeg_boot->heap_start && address + 5000 <= aeg_boot->ram_size);
      CHECK (last == 0 || address == last + 2 * AETHER_PAGE);
      CHECK (bytes[0] == 0 && bytes[4999] == 0);
      memset (bytes, 0xff, 2 * AETHER_PAGE);
      last = address;
      total += 2 * AETHER_PAGE;
    }

  CHECK (total + 2 * AETHER_PAGE > aeg_boot->ram_size - aeg_boot->heap_start);

  return success ();
}
