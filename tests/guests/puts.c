/* puts.c - PUTS writes what it is given, and only that
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

static char text[AETHER_PUTS_MAX + 1];

static int32_t
put (uint64_t address, uint32_t length)
{
  struct aether_call_puts args = { .address = address, .length = length };

  return AEG_CALL (AETHER_CALL_PUTS, &args);
}

int
main (void)
{
  memset (text, 'x', sizeof text);
  text[99] = '\n';

  CHECK (put ((uintptr_t) text, 0) == AETHER_OK);
  CHECK (put ((uintptr_t) text, 100) == AETHER_OK);
  CHECK (put ((uintptr_t) text, AETHER_PUTS_MAX) == AETHER_OK);
  CHECK (put ((uintptr_t) text, AETHER_PUTS_MAX + 1) == AETHER_E_INVAL);
  CHECK (put ((uintptr_t) text, UINT32_MAX) == AETHER_E_INVAL);
  CHECK (put (0, 1) == AETHER_E_FAULT);
  CHECK (put (aeg_boot->ram_size - 1, 2) == AETHER_E_FAULT);
  CHECK (put (UINT64_MAX, 2) == AETHER_E_FAULT);
  aeg_print ("\n");

  return success ();
}
