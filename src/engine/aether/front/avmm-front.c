/* avmm-front.c - what looks at a machine from outside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-front.h"

bool
avmm_front_start (struct avmm_vm *vm, struct avmm_error *error)
{
  return true;
}

void
avmm_front_stop (struct avmm_vm *vm)
{
}
