/* test-abi.c - the contract has the same shape for every compiler and CPU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>

#include "aether-abi.h"

/* C99 has no _Static_assert */
#define SHAPE(name, condition) typedef char shape_of_##name[(condition) ? 1 : -1]

SHAPE (manifest, sizeof (struct aether_manifest) == 40);
SHAPE (manifest_ram, offsetof (struct aether_manifest, ram) == 24);
SHAPE (boot_info, sizeof (struct aether_boot_info) == 152);
SHAPE (boot_ring, offsetof (struct aether_boot_info, input_ring) == 56);
SHAPE (boot_fb, offsetof (struct aether_boot_info, fb_address) == 64);
SHAPE (boot_seed, offsetof (struct aether_boot_info, seed) == 120);
SHAPE (header, sizeof (struct aether_call_header) == 8);
SHAPE (exit, sizeof (struct aether_call_exit) == 16);
SHAPE (puts, sizeof (struct aether_call_puts) == 24);
SHAPE (time, sizeof (struct aether_call_time) == 24);
SHAPE (wait, sizeof (struct aether_call_wait) == 32);
SHAPE (alloc, sizeof (struct aether_call_alloc) == 24);
SHAPE (fb_mode, sizeof (struct aether_call_fb_mode) == 24);
SHAPE (block, sizeof (struct aether_call_block) == 32);
SHAPE (event, sizeof (struct aether_event) == 32);
SHAPE (ring, sizeof (struct aether_input_ring) == 16);
SHAPE (rect, sizeof (struct aether_rect) == 16);

int abi_compiles;
