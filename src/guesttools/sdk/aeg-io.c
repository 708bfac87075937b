/* aeg-io.c - network frames and disk sectors
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

bool
aeg_net_send (const void *frame, size_t length)
{
  struct aether_call_net_send args = { .address = (uintptr_t) frame, .length = (uint32_t) length };

  return AEG_CALL (AETHER_CALL_NET_SEND, &args) == AETHER_OK;
}

size_t
aeg_net_receive (void *frame, size_t size, uint64_t deadline)
{
  struct aether_call_wait wait = { .deadline = deadline, .events = AETHER_WAIT_NET };
  struct aether_call_net_recv args = { .address = (uintptr_t) frame, .length = (uint32_t) size };

  if (AEG_CALL (AETHER_CALL_WAIT, &wait) != AETHER_OK || wait.ready == 0)
    return 0;

  return AEG_CALL (AETHER_CALL_NET_RECV, &args) == AETHER_OK ? args.length : 0;
}

static bool
transfer (enum aether_call call, uint64_t offset, uintptr_t address, size_t length)
{
  while (length > 0)
    {
      uint32_t part = length < AETHER_BLOCK_MAX ? (uint32_t) length : AETHER_BLOCK_MAX;
      struct aether_call_block args = { .offset = offset, .address = address, .length = part };

      if (AEG_CALL (call, &args) != AETHER_OK)
        return false;
      offset += part;
      address += part;
      length -= part;
    }

  return true;
}

bool
aeg_block_read (uint64_t offset, void *to, size_t length)
{
  return transfer (AETHER_CALL_BLK_READ, offset, (uintptr_t) to, length);
}

bool
aeg_block_write (uint64_t offset, const void *from, size_t length)
{
  return transfer (AETHER_CALL_BLK_WRITE, offset, (uintptr_t) from, length);
}
