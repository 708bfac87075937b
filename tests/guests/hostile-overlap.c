/* hostile-overlap.c - buffers that lie over the arguments, the ring and each other
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_INPUT | AETHER_FEATURE_BLOCK | AETHER_FEATURE_DISPLAY,
              AETHER_FEATURE_NET, 4 << 20, 0, 0);

static uint64_t words[512] __attribute__ ((aligned (4096)));

/* Every call with buffer and arguments in one place, shifted against each other */
static void
overlap (uint64_t *arguments, int shift, uint32_t length)
{
  for (unsigned call = AETHER_CALL_TIME; call < AETHER_CALL_MAX; call++)
    {
      uint64_t place = (uint64_t) (uintptr_t) arguments + (uint64_t) (int64_t) shift;

      /* FB_MODE clears a picture: a few of those are enough */
      if (call == AETHER_CALL_FB_MODE)
        continue;

      arguments[1] = call == AETHER_CALL_BLK_READ || call == AETHER_CALL_BLK_WRITE ? 0 : place;
      arguments[2] = call == AETHER_CALL_BLK_READ || call == AETHER_CALL_BLK_WRITE ? place : length;
      arguments[3] = length;
      if (call == AETHER_CALL_WAIT)
        arguments[1] = arguments[2] = 0;
      aeg_call (call, arguments, 64);
    }
}

static void
try_mode (uint32_t width, uint32_t height)
{
  struct aether_call_fb_mode mode = { .width = width, .height = height };

  CHECK (AEG_CALL (AETHER_CALL_FB_MODE, &mode) == AETHER_E_INVAL);
}

int
main (void)
{
  static const uint32_t lengths[] = { 0, 1, 14, 16, 512, 1514, 0x7fffffff, 0x80000000, 0xffffffff };
  uint64_t *ring = (uint64_t *) (uintptr_t) aeg_boot->input_ring;
  uint64_t *pixels = (uint64_t *) (uintptr_t) aeg_boot->fb_address;
  struct aether_call_time time;

  for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
    for (int shift = -16; shift <= 48; shift += 4)
      {
        overlap (words + 64, shift, lengths[i]);
        overlap (ring, shift, lengths[i]);       /* head and tail are arguments as well */
        overlap (ring + 2, shift, lengths[i]);
      }

  /* Arguments in the picture are in no RAM: that would be the end. A buffer may be there. */
  words[1] = (uint64_t) (uintptr_t) pixels + aeg_boot->fb_size - 8;
  words[2] = 16;
  CHECK (aeg_call (AETHER_CALL_RANDOM, words, 64) == AETHER_E_FAULT);
  words[2] = 8;
  CHECK (aeg_call (AETHER_CALL_RANDOM, words, 64) == AETHER_OK);

  /* 2^31 pixels, however they are laid out; and those whose size wraps to little */
  try_mode (1u << 31, 1);
  try_mode (1, 1u << 31);
  try_mode (65536, 32768);
  try_mode (32768, 65536);
  try_mode (0x40000001, 16);
  try_mode (16, 0x10000001);
  try_mode (8192, 8192);
  try_mode (0, 0);
  try_mode (0xffffffff, 0xffffffff);

  CHECK (AEG_CALL (AETHER_CALL_TIME, &time) == AETHER_OK);

  return success ();
}
