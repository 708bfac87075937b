/* hostile-boot-info.c - the boot info and all below the image overwritten
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  struct aether_call_time time;

  memset ((void *) (uintptr_t) aeg_boot, 0xff, 4096);
  memset ((void *) 0x8000, 0xff, 0x4000);
  CHECK (AEG_CALL (AETHER_CALL_TIME, &time) == AETHER_OK);

  return success ();
}
