/* display.c - FB_MODE and FB_FLUSH do what they say and refuse the rest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_DISPLAY, 0, 4 << 20, 64, 48);

static int32_t
flush (uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
  struct aether_rect rect = { x, y, width, height };
  struct aether_call_fb_flush args = { .address = (uintptr_t) &rect, .count = 1 };

  return AEG_CALL (AETHER_CALL_FB_FLUSH, &args);
}

static int32_t
mode (uint32_t width, uint32_t height)
{
  struct aether_call_fb_mode args = { .width = width, .height = height };

  return AEG_CALL (AETHER_CALL_FB_MODE, &args);
}

int
main (void)
{
  struct aether_rect many[AETHER_FLUSH_MAX + 1] = { { 0 } };
  struct aether_call_fb_flush args = { .address = (uintptr_t) many, .count = AETHER_FLUSH_MAX };

  CHECK (aeg_screen.width == 64 && aeg_screen.height == 48);
  CHECK (flush (0, 0, 64, 48) == AETHER_OK);
  CHECK (flush (64, 48, 0, 0) == AETHER_OK);
  CHECK (flush (0, 0, 65, 48) == AETHER_E_INVAL);
  CHECK (flush (1, 0, UINT32_MAX, 1) == AETHER_E_INVAL);
  CHECK (flush (UINT32_MAX, 0, 2, 1) == AETHER_E_INVAL);
  CHECK (AEG_CALL (AETHER_CALL_FB_FLUSH, &args) == AETHER_OK);
  args.count++;
  CHECK (AEG_CALL (AETHER_CALL_FB_FLUSH, &args) == AETHER_E_INVAL);
  args = (struct aether_call_fb_flush) { .address = aeg_boot->ram_size - 8, .count = 1 };
  CHECK (AEG_CALL (AETHER_CALL_FB_FLUSH, &args) == AETHER_E_FAULT);

  aeg_fill (0, 0, 64, 48, 0xffffff);
  CHECK (mode (15, 16) == AETHER_E_INVAL);
  CHECK (mode (8193, 16) == AETHER_E_INVAL);
  CHECK (mode (8192, 8192) == AETHER_E_INVAL);
  CHECK (mode (UINT32_MAX, UINT32_MAX) == AETHER_E_INVAL);
  CHECK (mode (0x80000000, 1) == AETHER_E_INVAL);
  CHECK (mode (46341, 46341) == AETHER_E_INVAL);   /* 2^31 pixels */
  CHECK (aeg_screen.pixels[0] == 0xffffff);

  CHECK (aeg_set_mode (800, 600));
  CHECK (aeg_screen.stride >= 800 && aeg_screen.pixels[0] == 0);
  aeg_screen.pixels[599 * aeg_screen.stride + 799] = 1;
  CHECK (flush (799, 599, 1, 1) == AETHER_OK);
  CHECK (flush (799, 599, 2, 1) == AETHER_E_INVAL);

  /* A picture may be a buffer as well */
  aeg_random (aeg_screen.pixels, 16);

  return success ();
}
