/* bench.c - what calls and memory cost here
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <aether.h>

AETHER_GUEST (0, AETHER_FEATURE_DISPLAY, 16 << 20, 640, 480);

#define CALLS 2000u

static void
report (const char *what, uint64_t nanoseconds, uint64_t count)
{
  aeg_printf ("%-14s %lu ns\n", what, nanoseconds / count);
}

static void
bench_calls (void)
{
  struct aether_call_header nop;
  struct aether_call_time time;
  uint64_t start = aeg_now ();

  for (unsigned i = 0; i < CALLS; i++)
    AEG_CALL (AETHER_CALL_NOP, &nop);
  report ("call", aeg_now () - start, CALLS);

  start = aeg_now ();
  for (unsigned i = 0; i < CALLS; i++)
    AEG_CALL (AETHER_CALL_TIME, &time);
  report ("call-time", aeg_now () - start, CALLS);
}

static void
bench_work (void)
{
  uint32_t x = 2463534242u;
  uint64_t start = aeg_now ();

  for (unsigned i = 0; i < 1000000; i++)
    {
      x ^= x << 13;
      x ^= x >> 17;
      x ^= x << 5;
    }
  report ("1000-steps", aeg_now () - start, 1000);
  aeg_printf ("%-14s %08x\n", "checksum", x);
}

static void
bench_picture (void)
{
  uint64_t start = aeg_now ();

  if (aeg_screen.pixels == NULL)
    return;

  for (unsigned i = 0; i < 10; i++)
    {
      aeg_fill (0, 0, (int) aeg_screen.width, (int) aeg_screen.height, i * 0x101010);
      aeg_flush ();
    }
  report ("full-frame", aeg_now () - start, 10);
}

int
main (void)
{
  bench_calls ();
  bench_work ();
  bench_picture ();

  return 0;
}
