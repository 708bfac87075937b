/* hostile-calls.c - every call with everything wrong
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, AETHER_FEATURE_DISPLAY | AETHER_FEATURE_INPUT | AETHER_FEATURE_BLOCK
                 | AETHER_FEATURE_NET, 4 << 20, 0, 0);

/* Nothing that is an address of this guest itself: it would get what it asks for */
static const uint64_t values[] = {
  0, 1, 7, 511, 512, 0x300000, 0x3fe000, 0x3ff001, 0x3fffff, 0x400000, 0x7fffffff, 0x80000000,
  0xc0000000, 0xc1ffffff, 0xc2000000, 0xf0000000, 0xfffffff8, 0xffffffff, 0x100000000,
  0x7fffffffffffffff, 0x8000000000000000, 0xffffffff00000000, 0xfffffffffffffff8,
  0xffffffffffffffff,
};
#define N_VALUES (sizeof values / sizeof values[0])

static uint64_t block[8] __attribute__ ((aligned (4096)));

int
main (void)
{
  uint64_t made = 0;

  for (unsigned call = 0; call < AETHER_CALL_MAX; call++)
    {
      /* EXIT ends, and WAIT for ever waits: both are right */
      if (call == AETHER_CALL_EXIT || call == AETHER_CALL_WAIT || call == AETHER_CALL_PUTS
          || call == AETHER_CALL_FB_MODE)
        continue;

      for (unsigned i = 0; i < N_VALUES; i++)
        for (unsigned k = 0; k < N_VALUES; k += call < 14 ? 1 : 8)
          {
            block[1] = values[i];
            block[2] = values[k];
            block[3] = values[(i + k) % N_VALUES];
            block[4] = values[(i * k) % N_VALUES];
            aeg_call (call, block, i % 3 ? sizeof block : (uint32_t) values[k]);
            made++;
          }
    }

  /* Misaligned arguments */
  for (unsigned shift = 1; shift < 8; shift++)
    {
      struct aether_call_header *header = (void *) ((char *) block + shift);

      CHECK (aeg_call (AETHER_CALL_NOP, header, sizeof *header) == AETHER_E_ALIGN);
    }

  /* Arguments on the edge of RAM: the head fits, the rest does not */
  CHECK (aeg_call (AETHER_CALL_TIME, (void *) (uintptr_t) (aeg_boot->ram_size - 8), 64)
         == AETHER_E_FAULT);
  CHECK (aeg_call (63, block, sizeof block) == AETHER_E_CALL);
  CHECK (aeg_call (AETHER_CALL_TIME, block, 8) == AETHER_E_SIZE);

  aeg_printf ("%lu calls\n", made);

  return success ();
}
