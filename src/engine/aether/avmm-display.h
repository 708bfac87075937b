/* avmm-display.h - the guest's picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "abi/aether-abi.h"
#include "avmm-memory.h"

#define AVMM_DISPLAY_BASE 0xC0000000u    /* guest physical address of the pixels */
#define AVMM_DISPLAY_SIZE (32u << 20)    /* bytes: 3840 x 2160 and a bit */

struct avmm_mode
{
  uint32_t width, height;   /* pixels */
  uint32_t stride;          /* bytes */
};

/* Pixels live in a memfd, written by the guest at any moment. The slot is as large
 * as the largest picture; pages cost when they are touched, so a change of mode
 * needs nothing from the system. */
struct avmm_display
{
  struct avmm_memslot slot;      /* size 0: the guest has no display */

  pthread_mutex_t     lock;      /* guards all below */
  struct avmm_mode    mode;
  struct aether_rect  damage;    /* union of what was flushed; width 0: nothing */
  bool                dirty;     /* a guest may have drawn */
  unsigned            serial;    /* counts modes */
};

void avmm_display_init      (struct avmm_display *display);
void avmm_display_clear     (struct avmm_display *display);
bool avmm_display_set_mode  (struct avmm_display *display, uint32_t width, uint32_t height);
bool avmm_display_flush     (struct avmm_display *display, const struct aether_rect *rect);
void avmm_rect_unite        (struct aether_rect *all, const struct aether_rect *rect);
bool avmm_display_take      (struct avmm_display *display, struct avmm_mode *mode,
                             unsigned *serial, struct aether_rect *damage);
