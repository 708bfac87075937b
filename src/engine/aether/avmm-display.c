/* avmm-display.c - the guest's picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-display.h"

#include <string.h>

#define MIN_EDGE 16u
#define MAX_EDGE 8192u

/* The caller maps the slot, then sets a mode. */
void
avmm_display_init (struct avmm_display *display)
{
  memset (display, 0, sizeof *display);
  display->slot.fd = -1;
  pthread_mutex_init (&display->lock, NULL);
}

void
avmm_display_clear (struct avmm_display *display)
{
  avmm_memslot_unmap (&display->slot);
  pthread_mutex_destroy (&display->lock);
}

/* Returns: false when the size is out of range; nothing changes then */
bool
avmm_display_set_mode (struct avmm_display *display, uint32_t width, uint32_t height)
{
  struct avmm_mode mode = { .width = width, .height = height, .stride = width * 4 };

  if (width < MIN_EDGE || height < MIN_EDGE || width > MAX_EDGE || height > MAX_EDGE
      || (uint64_t) mode.stride * height > display->slot.size)
    return false;

  pthread_mutex_lock (&display->lock);
  /* The guest may have drawn anywhere. Before it did, all is black already. */
  memset (display->slot.host, 0, display->dirty ? (size_t) mode.stride * height : 0);
  display->dirty = true;
  display->mode = mode;
  display->damage = (struct aether_rect) { 0, 0, width, height };
  display->serial++;
  pthread_mutex_unlock (&display->lock);

  return true;
}

/* Width 0 is no rectangle. */
void
avmm_rect_unite (struct aether_rect *all, const struct aether_rect *rect)
{
  uint32_t right, bottom;

  if (rect->width == 0)
    return;

  if (all->width == 0)
    {
      *all = *rect;
      return;
    }

  right = all->x + all->width > rect->x + rect->width ? all->x + all->width : rect->x + rect->width;
  bottom = all->y + all->height > rect->y + rect->height ? all->y + all->height
                                                         : rect->y + rect->height;
  all->x = all->x < rect->x ? all->x : rect->x;
  all->y = all->y < rect->y ? all->y : rect->y;
  all->width = right - all->x;
  all->height = bottom - all->y;
}

/* Returns: false when @rect, a copy of the guest's, leaves the picture */
bool
avmm_display_flush (struct avmm_display *display, const struct aether_rect *rect)
{
  const struct avmm_mode *mode = &display->mode;

  /* Only the vCPU thread, which we are on, changes the mode */
  if (rect->x > mode->width || rect->width > mode->width - rect->x
      || rect->y > mode->height || rect->height > mode->height - rect->y)
    return false;

  if (rect->width == 0 || rect->height == 0)
    return true;

  pthread_mutex_lock (&display->lock);
  avmm_rect_unite (&display->damage, rect);
  pthread_mutex_unlock (&display->lock);

  return true;
}

/**
 * avmm_display_take:
 * @damage: (out): what was flushed since the last time
 *
 * For the front, any thread.
 *
 * Returns: whether there is damage
 */
bool
avmm_display_take (struct avmm_display *display, struct avmm_mode *mode,
                   unsigned *serial, struct aether_rect *damage)
{
  bool damaged;

  pthread_mutex_lock (&display->lock);
  *mode = display->mode;
  *serial = display->serial;
  *damage = display->damage;
  damaged = damage->width > 0;
  display->damage.width = 0;
  pthread_mutex_unlock (&display->lock);

  return damaged;
}
