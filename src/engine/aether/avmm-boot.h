/* avmm-boot.h - what a guest finds in memory when it starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "avmm-vm.h"

void avmm_boot_write         (struct avmm_vm *vm);
void avmm_boot_write_gdt     (const struct avmm_memslot *ram);
void avmm_boot_write_vectors (const struct avmm_memslot *ram);
