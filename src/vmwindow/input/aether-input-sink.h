/* aether-input-sink.h - where keys and pointer of a machine go
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Numbers as in org.qemu.Display1.Mouse. The wheel is pressed and released. */
typedef enum
{
  AETHER_BUTTON_LEFT,
  AETHER_BUTTON_MIDDLE,
  AETHER_BUTTON_RIGHT,
  AETHER_BUTTON_WHEEL_UP,
  AETHER_BUTTON_WHEEL_DOWN,
  AETHER_BUTTON_SIDE,
  AETHER_BUTTON_EXTRA,
} AetherButton;

/**
 * AetherInputSink:
 *
 * The input devices of a machine, whatever the protocol. Calls return at
 * once; what a machine does not take is lost.
 */
#define AETHER_TYPE_INPUT_SINK (aether_input_sink_get_type ())
G_DECLARE_INTERFACE (AetherInputSink, aether_input_sink, AETHER, INPUT_SINK, GObject)

struct _AetherInputSinkInterface
{
  GTypeInterface parent_iface;

  void     (*key)         (AetherInputSink *self, guint qnum, gboolean down);
  void     (*button)      (AetherInputSink *self, AetherButton button, gboolean down);
  void     (*position)    (AetherInputSink *self, guint x, guint y);
  void     (*motion)      (AetherInputSink *self, int dx, int dy);
  gboolean (*is_absolute) (AetherInputSink *self);
  void     (*resize)      (AetherInputSink *self, guint width, guint height,
                           guint width_mm, guint height_mm);   /* (nullable) */
};

/* @qnum: see aether-keymap.h. Repeated downs are the keyboard's auto-repeat. */
void     aether_input_sink_key         (AetherInputSink *self, guint qnum, gboolean down);
void     aether_input_sink_button      (AetherInputSink *self, AetherButton button, gboolean down);
/* Pixels, inside the picture; only when absolute */
void     aether_input_sink_position    (AetherInputSink *self, guint x, guint y);
/* Pixels; only when not absolute */
void     aether_input_sink_motion      (AetherInputSink *self, int dx, int dy);
/* Whether the machine's pointer is a tablet just now; guests change it as they boot */
gboolean aether_input_sink_is_absolute (AetherInputSink *self);
/* The picture we would like, in pixels; a machine that cannot change ignores it */
void     aether_input_sink_resize      (AetherInputSink *self, guint width, guint height,
                                        guint width_mm, guint height_mm);

G_END_DECLS
