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
  AETHER_BUTTON_WHEEL_LEFT,
  AETHER_BUTTON_WHEEL_RIGHT,
} AetherButton;

#define AETHER_N_BUTTONS (AETHER_BUTTON_WHEEL_RIGHT + 1)

/* Numbers as in org.qemu.Display1.MultiTouch */
typedef enum
{
  AETHER_TOUCH_BEGIN,
  AETHER_TOUCH_UPDATE,
  AETHER_TOUCH_END,
  AETHER_TOUCH_CANCEL,
} AetherTouchKind;

#define AETHER_N_TOUCHES 10   /* fingers, numbered from 0 */

typedef enum
{
  AETHER_LED_SCROLL = 1 << 0,   /* the order of RFB and of org.qemu.Display1 */
  AETHER_LED_NUM    = 1 << 1,
  AETHER_LED_CAPS   = 1 << 2,
  AETHER_LED_KNOWN  = 1 << 7,   /* the three are what the machine says, not merely unset */
} AetherLeds;

/**
 * AetherInputSink:
 *
 * The input devices of a machine, whatever the protocol. Calls return at
 * once; what a machine does not take is lost. The members after is_absolute
 * may be left out.
 *
 * Signal "leds-changed": the machine switched a light of its keyboard.
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
                           guint width_mm, guint height_mm);
  void     (*touch)       (AetherInputSink *self, AetherTouchKind kind, guint finger,
                           double x, double y);
  AetherLeds (*get_leds)  (AetherInputSink *self);
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
/* Pixels, inside the picture. Machines without a touch screen take no notice. */
void     aether_input_sink_touch       (AetherInputSink *self, AetherTouchKind kind, guint finger,
                                        double x, double y);
/* The lights of its keyboard */
AetherLeds aether_input_sink_get_leds  (AetherInputSink *self);
/* For implementations: emits "leds-changed" */
void     aether_input_sink_leds_changed (AetherInputSink *self);

G_END_DECLS
