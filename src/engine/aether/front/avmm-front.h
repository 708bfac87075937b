/* avmm-front.h - what looks at a machine from outside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "../avmm-vm.h"

/* Starts what the options ask for: threads of their own that read the machine's state
 * and post to it. Returns: false with a sentence */
bool avmm_front_start (struct avmm_vm *vm, struct avmm_error *error);
void avmm_front_stop  (struct avmm_vm *vm);
