/* avmm-call.h - the calls a guest makes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "avmm-vm.h"

void avmm_call (struct avmm_vm *vm, unsigned call, uint32_t address);

/* Returns: whether @exit is a call, and which */
static inline bool
avmm_call_decode (const struct avmm_vm *vm, const struct avmm_exit *exit, unsigned *call)
{
  if (!exit->write || exit->size != 4)
    return false;

  if (exit->kind == AVMM_EXIT_IO)
    {
      *call = (unsigned) exit->address - AETHER_CALL_PORT;
      return *call < AETHER_CALL_MAX;
    }

  if (exit->kind != AVMM_EXIT_MMIO || vm->image.arch != AVMM_ARCH_ARM64)
    return false;

  *call = (unsigned) ((exit->address - AETHER_CALL_PAGE) / 8);

  return exit->address >= AETHER_CALL_PAGE
         && exit->address < AETHER_CALL_PAGE + 8 * AETHER_CALL_MAX && exit->address % 8 == 0;
}
