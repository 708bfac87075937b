/* avmm-call.h - the calls a guest makes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "avmm-vm.h"

/* Returns: whether @exit is a call, and which */
bool avmm_call_decode (const struct avmm_vm *vm, const struct avmm_exit *exit, unsigned *call);

void avmm_call        (struct avmm_vm *vm, unsigned call, uint32_t address);
