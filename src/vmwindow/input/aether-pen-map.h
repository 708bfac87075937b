/* aether-pen-map.h - a pen on the picture, and what the machine gets of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-touch-map.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_PEN_NEAR,   /* it can be felt, above the glass */
  AETHER_PEN_AWAY,
  AETHER_PEN_MOVE,
  AETHER_PEN_DOWN,   /* tip or a button; AETHER_PEN_UP: likewise */
  AETHER_PEN_UP,
} AetherPenKind;

/* @button: what GDK numbers 1: the tip, 3 and 2: the buttons on the side, the
 * lower and the upper one, 8: a third; eraser: the pen is upside down; x, y:
 * coordinates of the widget */
typedef struct
{
  AetherPenKind kind;
  guint         button;
  gboolean      eraser;
  double        x, y;
} AetherPenEvent;

/**
 * AetherPenMap:
 *
 * Events in, actions out, of which there are AETHER_TOUCH_POINT and
 * AETHER_TOUCH_BUTTON. Machines have no pens, so it is a pointer: the tip is
 * the left button and the eraser the right one, with which painting programs
 * paint in the colour of the paper; the buttons on the side are right, middle
 * and "back". Nothing takes the pressure: neither virtio's devices nor VNC
 * have a word for it.
 */
typedef struct
{
  gboolean near;
  guint    held[4];   /* as AetherButton, plus 1; 0: no more */
  guint    pressed[4];   /* by which of GDK's numbers */
} AetherPenMap;

/* @actions: of AetherTouchAction, appended to */
void     aether_pen_map_event   (AetherPenMap         *self,
                                 const AetherPenEvent *event,
                                 GArray               *actions);
/* Nothing stays pressed. */
void     aether_pen_map_cancel  (AetherPenMap         *self,
                                 GArray               *actions);
/* Whether the hand on the glass is the one that holds the pen */
gboolean aether_pen_map_is_near (const AetherPenMap   *self);

G_END_DECLS
