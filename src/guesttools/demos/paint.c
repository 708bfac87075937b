/* paint.c - draw with the pointer, or with fingers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <aether.h>

AETHER_GUEST (AETHER_FEATURE_DISPLAY | AETHER_FEATURE_INPUT, 0, 16 << 20, 800, 600);

#define PAPER   0xfaf9f6
#define BAR     40
#define SWATCH  36
#define FINGERS 10

static const uint32_t colours[] = {
  0x241f31, 0xe01b24, 0xff7800, 0xf6d32d, 0x33d17a, 0x3584e4, 0x9141ac, 0xfaf9f6,
};
#define N_COLOURS (sizeof colours / sizeof colours[0])

/* Something that draws: the pointer, or a finger. */
struct pen
{
  bool down;
  int  x, y;
};

static struct pen pens[FINGERS + 1];
static unsigned   colour;
static int        size = 4;   /* radius, pixels */

static void
draw_bar (void)
{
  aeg_fill (0, 0, (int) aeg_screen.width, BAR, 0xdeddda);
  for (unsigned i = 0; i < N_COLOURS; i++)
    {
      int x = 4 + (int) i * SWATCH;

      aeg_fill (x, 4, SWATCH - 4, BAR - 8, i == colour ? 0x000000 : 0x9a9996);
      aeg_fill (x + 2, 6, SWATCH - 8, BAR - 12, colours[i]);
    }
  aeg_draw_text (4 + (int) N_COLOURS * SWATCH + 8, 12, "c: clear   + -: size   q: quit", 0x241f31,
                 0xdeddda);
  aeg_flush_rect (0, 0, (int) aeg_screen.width, BAR);
}

static void
clear (void)
{
  aeg_fill (0, 0, (int) aeg_screen.width, (int) aeg_screen.height, PAPER);
  draw_bar ();
  aeg_flush ();
}

static void
draw_dot (int x, int y)
{
  for (int dy = -size; dy <= size; dy++)
    for (int dx = -size; dx <= size; dx++)
      if (dx * dx + dy * dy <= size * size && y + dy >= BAR)
        aeg_draw_pixel (x + dx, y + dy, colours[colour]);
}

static int
absolute (int value)
{
  return value < 0 ? -value : value;
}

static void
draw_line (int x0, int y0, int x1, int y1)
{
  int dx = absolute (x1 - x0), dy = absolute (y1 - y0);
  int steps = dx > dy ? dx : dy;
  int left = x0 < x1 ? x0 : x1, top = y0 < y1 ? y0 : y1;

  for (int i = 0; i <= steps; i++)
    draw_dot (x0 + (steps ? (x1 - x0) * i / steps : 0), y0 + (steps ? (y1 - y0) * i / steps : 0));

  aeg_flush_rect (left - size, top - size, dx + 2 * size + 1, dy + 2 * size + 1);
}

static void
press (struct pen *pen, int x, int y)
{
  *pen = (struct pen) { true, x, y };

  if (y < BAR && x >= 4 && (unsigned) (x - 4) / SWATCH < N_COLOURS)
    {
      colour = (unsigned) (x - 4) / SWATCH;
      draw_bar ();
    }
  else
    draw_line (x, y, x, y);
}

static void
drag (struct pen *pen, int x, int y)
{
  if (pen->down)
    draw_line (pen->x, pen->y, x, y);
  pen->x = x;
  pen->y = y;
}

static void
touch (const struct aether_event *event)
{
  struct pen *pen = &pens[1 + event->code];

  if (event->code >= FINGERS)
    return;

  if (event->value == AETHER_TOUCH_BEGIN)
    press (pen, event->x, event->y);
  else if (event->value == AETHER_TOUCH_UPDATE)
    drag (pen, event->x, event->y);
  else
    pen->down = false;
}

/* Returns: false to end */
static bool
type (int key)
{
  if (key == 'c')
    clear ();
  else if (key == '+' || key == '=')
    size += size < 40;
  else if (key == '-')
    size -= size > 1;

  return key != 'q' && key != AEG_KEY_ESCAPE;
}

int
main (void)
{
  struct aether_event event;

  clear ();
  aeg_print ("paint: ready\n");

  while (aeg_wait_event (&event, AETHER_FOREVER))
    switch (event.type)
      {
      case AETHER_EVENT_POINTER:
        drag (&pens[0], event.x, event.y);
        break;
      case AETHER_EVENT_MOTION:
        drag (&pens[0], pens[0].x + event.x, pens[0].y + event.y);
        break;
      case AETHER_EVENT_BUTTON:
        if (event.code == 0 && event.value)
          press (&pens[0], pens[0].x, pens[0].y);
        else if (event.code == 0)
          pens[0].down = false;
        break;
      case AETHER_EVENT_WHEEL:
        type (event.y < 0 ? '+' : '-');
        break;
      case AETHER_EVENT_TOUCH:
        touch (&event);
        break;
      case AETHER_EVENT_MODE:
        if (aeg_set_mode ((unsigned) event.x, (unsigned) event.y))
          clear ();
        break;
      case AETHER_EVENT_QUIT:
        return 0;
      default:
        if (!type (aeg_key_of (&event)))
          return 0;
        break;
      }

  return 0;
}
