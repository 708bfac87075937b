/* aether-pen-map.c - a pen on the picture, and what the machine gets of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-pen-map.h"

static void
point (GArray *actions, const AetherPenEvent *event)
{
  AetherTouchAction action = { .kind = AETHER_TOUCH_POINT, .x = event->x, .y = event->y };

  g_array_append_val (actions, action);
}

static void
button (GArray *actions, AetherButton which, gboolean down)
{
  AetherTouchAction action = { .kind = AETHER_TOUCH_BUTTON, .button = which, .down = down };

  g_array_append_val (actions, action);
}

static gboolean
is_held (const AetherPenMap *self, AetherButton which)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    if (self->held[i] == which + 1)
      return TRUE;

  return FALSE;
}

/* Two of the pen's can be one of the machine's: the last that is let go of counts. */
static void
let_go (AetherPenMap *self, guint i, GArray *actions)
{
  AetherButton which = self->held[i] - 1;

  self->held[i] = 0;
  if (!is_held (self, which))
    button (actions, which, FALSE);
}

static void
release (AetherPenMap *self, guint gdk_button, GArray *actions)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    if (self->held[i] && self->pressed[i] == gdk_button)
      let_go (self, i, actions);
}

static gboolean
choose (const AetherPenEvent *event, AetherButton *which)
{
  switch (event->button)
    {
    case 1: *which = event->eraser ? AETHER_BUTTON_RIGHT : AETHER_BUTTON_LEFT; return TRUE;
    case 2: *which = AETHER_BUTTON_MIDDLE; return TRUE;
    case 3: *which = AETHER_BUTTON_RIGHT; return TRUE;
    case 8: *which = AETHER_BUTTON_SIDE; return TRUE;
    default: return FALSE;
    }
}

/* What it is decided here: a pen that is turned over while it is pressed does not
 * change the button that is held. */
static void
press (AetherPenMap *self, const AetherPenEvent *event, GArray *actions)
{
  AetherButton which;
  guint i = 0;

  release (self, event->button, actions);
  while (i < G_N_ELEMENTS (self->held) && self->held[i])
    i++;
  if (i == G_N_ELEMENTS (self->held) || !choose (event, &which))
    return;

  if (!is_held (self, which))
    button (actions, which, TRUE);
  self->held[i] = which + 1;
  self->pressed[i] = event->button;
}

void
aether_pen_map_event (AetherPenMap *self, const AetherPenEvent *event, GArray *actions)
{
  self->near = event->kind != AETHER_PEN_AWAY;
  if (!self->near)
    {
      aether_pen_map_cancel (self, actions);
      return;
    }

  point (actions, event);
  if (event->kind == AETHER_PEN_DOWN)
    press (self, event, actions);
  else if (event->kind == AETHER_PEN_UP)
    release (self, event->button, actions);
}

void
aether_pen_map_cancel (AetherPenMap *self, GArray *actions)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    if (self->held[i])
      let_go (self, i, actions);
}

gboolean
aether_pen_map_is_near (const AetherPenMap *self)
{
  return self->near;
}
