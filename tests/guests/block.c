/* block.c - the disk keeps what is written, and errors are errors
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_BLOCK, 0, 8 << 20, 0, 0);

static int32_t
transfer (enum aether_call call, uint64_t offset, uint64_t address, uint32_t length)
{
  struct aether_call_block args = { .offset = offset, .address = address, .length = length };

  return AEG_CALL (call, &args);
}

static uint8_t out[4096], in[4096];

int
main (void)
{
  uint64_t size = aeg_boot->block_size;

  CHECK (size >= sizeof out && size % AETHER_BLOCK_SECTOR == 0);
  for (unsigned i = 0; i < sizeof out; i++)
    out[i] = (uint8_t) (i * 7);

  CHECK (aeg_block_write (size - sizeof out, out, sizeof out));
  CHECK (aeg_block_read (size - sizeof out, in, sizeof in));
  CHECK (memcmp (in, out, sizeof in) == 0);

  for (unsigned call = AETHER_CALL_BLK_READ; call <= AETHER_CALL_BLK_WRITE; call++)
    {
      CHECK (transfer (call, 0, (uintptr_t) in, 0) == AETHER_OK);
      CHECK (transfer (call, 1, (uintptr_t) in, 512) == AETHER_E_INVAL);
      CHECK (transfer (call, 0, (uintptr_t) in, 511) == AETHER_E_INVAL);
      CHECK (transfer (call, size, (uintptr_t) in, 512) == AETHER_E_INVAL);
      CHECK (transfer (call, UINT64_MAX & ~UINT64_C (511), (uintptr_t) in, 1024)
             == AETHER_E_INVAL);
      CHECK (transfer (call, 0, (uintptr_t) in, AETHER_BLOCK_MAX + 512) == AETHER_E_INVAL);
      CHECK (transfer (call, 0, aeg_boot->ram_size - 256, 512) == AETHER_E_FAULT);
      CHECK (transfer (call, 0, UINT64_MAX, 512) == AETHER_E_FAULT);
    }

  return success ();
}
