/* boot.c - the boot info is true
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, AETHER_FEATURE_DISPLAY | AETHER_FEATURE_INPUT, 8 << 20, 320, 200);

static uint8_t zeros[100000];
static uint32_t initialised = 0x12345678;

int
main (void)
{
  const char *cmdline = (const char *) (uintptr_t) aeg_boot->cmdline;
  uint32_t sum = 0;

  CHECK (aeg_boot->magic == AETHER_BOOT_MAGIC);
  CHECK (aeg_boot->size >= sizeof *aeg_boot);
  CHECK (aeg_boot->abi_version == AETHER_ABI_VERSION);
  CHECK (aeg_boot->features == (AETHER_FEATURE_DISPLAY | AETHER_FEATURE_INPUT));
  CHECK (aeg_boot->ram_size == 8 << 20);
  CHECK (aeg_boot->heap_start % AETHER_PAGE == 0);
  CHECK (aeg_boot->heap_start > (uintptr_t) &zeros[sizeof zeros - 1]);
  CHECK (strlen (cmdline) == aeg_boot->cmdline_size);
  CHECK (aeg_boot->fb_width == 320 && aeg_boot->fb_height == 200);
  CHECK (aeg_boot->fb_stride >= 320 * 4 && aeg_boot->fb_format == AETHER_FORMAT_XRGB8888);
  CHECK (aeg_boot->input_ring != 0);
  CHECK (aeg_boot->input_size > 0 && (aeg_boot->input_size & (aeg_boot->input_size - 1)) == 0);
  CHECK (aeg_boot->block_size == 0 && aeg_boot->net_mtu == 0);
  CHECK (initialised == 0x12345678);

  for (unsigned i = 0; i < sizeof zeros; i++)
    CHECK (zeros[i] == 0);
  for (unsigned i = 0; i < sizeof aeg_boot->seed; i++)
    sum += aeg_boot->seed[i];
  CHECK (sum != 0);

  /* The last byte of RAM is there */
  *(volatile uint8_t *) (uintptr_t) (aeg_boot->ram_size - 1) = 42;
  CHECK (*(volatile uint8_t *) (uintptr_t) (aeg_boot->ram_size - 1) == 42);

  aeg_printf ("command line: %s\n", cmdline);

  return success ();
}
