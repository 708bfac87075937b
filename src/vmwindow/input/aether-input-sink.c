/* aether-input-sink.c - where keys and pointer of a machine go
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-input-sink.h"

G_DEFINE_INTERFACE (AetherInputSink, aether_input_sink, G_TYPE_OBJECT)

enum { LEDS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
aether_input_sink_default_init (AetherInputSinkInterface *iface)
{
  signals[LEDS_CHANGED] = g_signal_new ("leds-changed", AETHER_TYPE_INPUT_SINK, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
aether_input_sink_key (AetherInputSink *self, guint qnum, gboolean down)
{
  AETHER_INPUT_SINK_GET_IFACE (self)->key (self, qnum, down);
}

void
aether_input_sink_button (AetherInputSink *self, AetherButton button, gboolean down)
{
  AETHER_INPUT_SINK_GET_IFACE (self)->button (self, button, down);
}

void
aether_input_sink_position (AetherInputSink *self, guint x, guint y)
{
  AETHER_INPUT_SINK_GET_IFACE (self)->position (self, x, y);
}

void
aether_input_sink_motion (AetherInputSink *self, int dx, int dy)
{
  AETHER_INPUT_SINK_GET_IFACE (self)->motion (self, dx, dy);
}

gboolean
aether_input_sink_is_absolute (AetherInputSink *self)
{
  return AETHER_INPUT_SINK_GET_IFACE (self)->is_absolute (self);
}

void
aether_input_sink_resize (AetherInputSink *self, guint width, guint height,
                          guint width_mm, guint height_mm)
{
  AetherInputSinkInterface *iface = AETHER_INPUT_SINK_GET_IFACE (self);

  if (iface->resize)
    iface->resize (self, width, height, width_mm, height_mm);
}

void
aether_input_sink_touch (AetherInputSink *self, AetherTouchKind kind, guint finger,
                         double x, double y)
{
  if (AETHER_INPUT_SINK_GET_IFACE (self)->touch)
    AETHER_INPUT_SINK_GET_IFACE (self)->touch (self, kind, finger, x, y);
}

AetherLeds
aether_input_sink_get_leds (AetherInputSink *self)
{
  AetherInputSinkInterface *iface = AETHER_INPUT_SINK_GET_IFACE (self);

  return iface->get_leds ? iface->get_leds (self) : 0;
}

void
aether_input_sink_leds_changed (AetherInputSink *self)
{
  g_signal_emit (self, signals[LEDS_CHANGED], 0);
}
