/* aeg-draw.c - pixels, rectangles, pictures, characters
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

struct aeg_screen aeg_screen;

bool
aeg_set_mode (unsigned width, unsigned height)
{
  struct aether_call_fb_mode args = { .width = width, .height = height };

  if (AEG_CALL (AETHER_CALL_FB_MODE, &args) != AETHER_OK)
    return false;

  aeg_screen.width = width;
  aeg_screen.height = height;
  aeg_screen.stride = args.stride / 4;

  return true;
}

void
aeg_draw_pixel (int x, int y, uint32_t colour)
{
  if (aeg_screen.pixels != NULL && x >= 0 && y >= 0 && (unsigned) x < aeg_screen.width
      && (unsigned) y < aeg_screen.height)
    aeg_screen.pixels[(size_t) y * aeg_screen.stride + (unsigned) x] = colour;
}

/* Cuts the rectangle to the screen. Returns: whether anything is left */
static bool
clip (int *x, int *y, int *width, int *height)
{
  int64_t right = (int64_t) *x + *width, bottom = (int64_t) *y + *height;

  *x = *x < 0 ? 0 : *x;
  *y = *y < 0 ? 0 : *y;
  right = right > (int64_t) aeg_screen.width ? (int64_t) aeg_screen.width : right;
  bottom = bottom > (int64_t) aeg_screen.height ? (int64_t) aeg_screen.height : bottom;
  *width = (int) (right - *x);
  *height = (int) (bottom - *y);

  return aeg_screen.pixels != NULL && right > *x && bottom > *y;
}

void
aeg_fill (int x, int y, int width, int height, uint32_t colour)
{
  if (!clip (&x, &y, &width, &height))
    return;

  for (int row = 0; row < height; row++)
    {
      uint32_t *at = aeg_screen.pixels + (size_t) (y + row) * aeg_screen.stride + x;
#if defined __x86_64__
      size_t count = (size_t) width;

      __asm__ volatile ("rep stosl" : "+D" (at), "+c" (count) : "a" (colour) : "memory");
#else
      for (int i = 0; i < width; i++)
        at[i] = colour;
#endif
    }
}

void
aeg_blit (int x, int y, int width, int height, const uint32_t *pixels, int stride)
{
  int from_x = x, from_y = y;

  if (!clip (&x, &y, &width, &height))
    return;

  pixels += (ptrdiff_t) (y - from_y) * stride + (x - from_x);
  for (int row = 0; row < height; row++, pixels += stride)
    memcpy (aeg_screen.pixels + (size_t) (y + row) * aeg_screen.stride + x, pixels,
            (size_t) width * 4);
}

void
aeg_draw_char (int x, int y, char character, uint32_t ink, uint32_t paper)
{
  unsigned index = (uint8_t) character - 32u;
  const uint8_t *rows = aeg_font[index < 95 ? index : 95];
  bool inside = x >= 0 && y >= 0 && x + AEG_FONT_WIDTH <= (int) aeg_screen.width
                && y + AEG_FONT_HEIGHT <= (int) aeg_screen.height;

  if (aeg_screen.pixels == NULL)
    return;

  for (int row = 0; row < AEG_FONT_HEIGHT; row++)
    {
      uint32_t *at = aeg_screen.pixels + (size_t) (y + row) * aeg_screen.stride + x;

      for (int column = 0; column < AEG_FONT_WIDTH; column++)
        {
          uint32_t colour = rows[row] & 0x80 >> column ? ink : paper;

          if (inside)
            at[column] = colour;
          else
            aeg_draw_pixel (x + column, y + row, colour);
        }
    }
}

void
aeg_draw_text (int x, int y, const char *text, uint32_t ink, uint32_t paper)
{
  for (; *text != '\0'; text++, x += AEG_FONT_WIDTH)
    aeg_draw_char (x, y, *text, ink, paper);
}

void
aeg_flush_rect (int x, int y, int width, int height)
{
  struct aether_rect rect;
  struct aether_call_fb_flush args = { .address = (uintptr_t) &rect, .count = 1 };

  if (!clip (&x, &y, &width, &height))
    return;

  rect = (struct aether_rect) { (uint32_t) x, (uint32_t) y, (uint32_t) width, (uint32_t) height };
  AEG_CALL (AETHER_CALL_FB_FLUSH, &args);
}

void
aeg_flush (void)
{
  aeg_flush_rect (0, 0, (int) aeg_screen.width, (int) aeg_screen.height);
}
