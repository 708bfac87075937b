/* life.c - Conway's game, 60 times a second
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <aether.h>

AETHER_GUEST (AETHER_FEATURE_DISPLAY, AETHER_FEATURE_INPUT, 16 << 20, 640, 480);

#define CELL   4                        /* pixels */
#define FRAME  (1000000000u / 60)       /* nanoseconds */

static unsigned width, height;          /* cells */
static uint8_t *now, *next;             /* with a border of one dead cell */

static uint8_t *
cell (uint8_t *world, unsigned x, unsigned y)
{
  return &world[(y + 1) * (width + 2) + x + 1];
}

static void
sow (void)
{
  uint64_t word = 0;

  for (unsigned y = 0; y < height; y++)
    for (unsigned x = 0; x < width; x++)
      {
        if (x % 32 == 0)
          aeg_random (&word, sizeof word);
        *cell (now, x, y) = (word & 3) == 0;
        word >>= 2;
      }
}

/* Draws only the cells that change. */
static void
step (void)
{
  unsigned row = width + 2;
  uint8_t *old;

  for (unsigned y = 0; y < height; y++)
    for (unsigned x = 0; x < width; x++)
      {
        const uint8_t *at = cell (now, x, y);
        unsigned neighbours = at[-1] + at[1] + at[-(int) row] + at[-(int) row - 1]
                              + at[-(int) row + 1] + at[row] + at[row - 1] + at[row + 1];
        uint8_t alive = neighbours == 3 || (neighbours == 2 && *at);

        if (alive != *at)
          aeg_fill ((int) (x * CELL), (int) (y * CELL), CELL - 1, CELL - 1,
                    alive ? AEG_RGB (0x33, 0xd1, 0x7a) : AEG_RGB (0x1e, 0x28, 0x30));
        *cell (next, x, y) = alive;
      }

  old = now;
  now = next;
  next = old;
}

static bool
asked_to_end (void)
{
  struct aether_event event;

  while (aeg_poll_event (&event))
    {
      int key = aeg_key_of (&event);

      if (event.type == AETHER_EVENT_QUIT || key == 'q' || key == AEG_KEY_ESCAPE)
        return true;
      if (key == ' ')
        sow ();
    }

  return false;
}

/* The command line may say how many frames: "frames=600". */
static uint64_t
frames_wanted (void)
{
  const char *text = (const char *) (uintptr_t) aeg_boot->cmdline;
  uint64_t frames = 0;

  if (strncmp (text, "frames=", 7) != 0)
    return UINT64_MAX;

  for (text += 7; *text >= '0' && *text <= '9'; text++)
    frames = frames * 10 + (uint64_t) (*text - '0');

  return frames;
}

int
main (void)
{
  uint64_t frames = frames_wanted (), drawn = 0, late = 0, start, due;

  width = aeg_screen.width / CELL;
  height = aeg_screen.height / CELL;
  now = aeg_calloc ((width + 2) * (height + 2), 1);
  next = aeg_calloc ((width + 2) * (height + 2), 1);
  aeg_assert (now != NULL && next != NULL);

  aeg_fill (0, 0, (int) aeg_screen.width, (int) aeg_screen.height, AEG_RGB (0x1e, 0x28, 0x30));
  sow ();

  start = due = aeg_now ();
  while (drawn < frames && !asked_to_end ())
    {
      uint64_t time;

      step ();
      aeg_flush ();
      drawn++;

      due += FRAME;
      time = aeg_now ();
      if (time > due)
        {
          late++;
          due = time;
        }
      else
        aeg_sleep (due - time);
    }

  aeg_printf ("life: %lu frames in %lu ms, %lu late\n", drawn, (aeg_now () - start) / 1000000,
              late);

  return 0;
}
