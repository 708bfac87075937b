/* aether-view-keyboard.c - the keyboard of a display view: what is held, and the lights on it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-keyboard.h"

#ifdef GDK_WINDOWING_MACOS
#include <gdk/macos/gdkmacos.h>
#endif
#ifdef GDK_WINDOWING_WIN32
#include <gdk/win32/gdkwin32.h>
#endif

#include "aether-keymap.h"

#define N_KEYS 256   /* qnums */

struct _AetherViewKeyboard
{
  GtkWidget              *view;      /* borrowed: it outlives us */
  AetherViewKeyboardFunc  func;
  gpointer                user_data;

  AetherInputSink        *sink;      /* (nullable) */
  AetherKeycodes          keycodes;  /* whose they are on this display */

  GtkEventController     *keys;      /* of the root, when there is one */
  GtkWidget              *root;      /* outlives the keys on it: the view is inside */

  gboolean                held[N_KEYS];
  AetherLeds              tried;     /* toggled, and the machine has not answered */
};

static AetherKeycodes
get_keycodes (GdkDisplay *display)
{
#ifdef GDK_WINDOWING_MACOS
  if (GDK_IS_MACOS_DISPLAY (display))
    return AETHER_KEYCODES_MACOS;
#endif
#ifdef GDK_WINDOWING_WIN32
  if (GDK_IS_WIN32_DISPLAY (display))
    return AETHER_KEYCODES_WIN32;
#endif

  return AETHER_KEYCODES_XKB;
}

AetherViewKeyboard *
aether_view_keyboard_new (GtkWidget *view, AetherViewKeyboardFunc func, gpointer user_data)
{
  AetherViewKeyboard *self = g_new0 (AetherViewKeyboard, 1);

  self->view = view;
  self->func = func;
  self->user_data = user_data;
  self->keycodes = get_keycodes (gtk_widget_get_display (view));

  return self;
}

void
aether_view_keyboard_free (AetherViewKeyboard *self)
{
  aether_view_keyboard_set_root (self, NULL);
  aether_view_keyboard_set_sink (self, NULL);
  g_free (self);
}

/* The keys of the root */

/* F11 is the window's, so that there is a key out of full screen. */
static gboolean
is_reserved (guint keyval, GdkModifierType state)
{
  return keyval == GDK_KEY_F11 && (state & gtk_accelerator_get_default_mod_mask ()) == 0;
}

static gboolean
key_pressed (AetherViewKeyboard *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (!gtk_widget_has_focus (self->view) || is_reserved (keyval, state))
    return GDK_EVENT_PROPAGATE;

  return self->func (keycode, TRUE, self->user_data);
}

static void
key_released (AetherViewKeyboard *self, guint keyval, guint keycode, GdkModifierType state)
{
  self->func (keycode, FALSE, self->user_data);
}

void
aether_view_keyboard_set_root (AetherViewKeyboard *self, GtkWidget *root)
{
  if (self->root == root)
    return;

  if (self->root)
    {
      g_signal_handlers_disconnect_by_data (self->keys, self);
      gtk_widget_remove_controller (self->root, self->keys);
      self->keys = NULL;
    }

  self->root = root;
  if (root == NULL)
    return;

  /* Of one widget's controllers the newest comes first */
  self->keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (self->keys, "key-released", G_CALLBACK (key_released), self);
  gtk_widget_add_controller (root, self->keys);
}

/* What the machine hears */

static void
leds_changed (AetherViewKeyboard *self)
{
  self->tried = 0;
}

void
aether_view_keyboard_set_sink (AetherViewKeyboard *self, AetherInputSink *sink)
{
  if (self->sink)
    g_signal_handlers_disconnect_by_data (self->sink, self);
  g_set_object (&self->sink, sink);
  self->tried = 0;
  if (sink)
    g_signal_connect_swapped (sink, "leds-changed", G_CALLBACK (leds_changed), self);
}

guint
aether_view_keyboard_to_qnum (AetherViewKeyboard *self, guint keycode)
{
  return aether_keymap_to_qnum (self->keycodes, keycode);
}

gboolean
aether_view_keyboard_send (AetherViewKeyboard *self, guint qnum, gboolean down)
{
  if (self->sink == NULL || qnum == 0 || qnum >= N_KEYS)
    return FALSE;

  /* Pressed elsewhere, released here: not ours. */
  if (!down && !self->held[qnum])
    return FALSE;

  self->held[qnum] = down;
  aether_input_sink_key (self->sink, qnum, down);

  return TRUE;
}

void
aether_view_keyboard_release_all (AetherViewKeyboard *self)
{
  for (guint qnum = 0; qnum < N_KEYS; qnum++)
    if (self->held[qnum] && self->sink)
      aether_input_sink_key (self->sink, qnum, FALSE);

  memset (self->held, 0, sizeof self->held);
}

void
aether_view_keyboard_sync_lights (AetherViewKeyboard *self, AetherLeds lights)
{
  static const struct { AetherLeds led; guint qnum; } locks[] = {
    { AETHER_LED_CAPS, 0x3a }, { AETHER_LED_NUM, 0x45 }, { AETHER_LED_SCROLL, 0x46 },
  };
  AetherLeds theirs = self->sink ? aether_input_sink_get_leds (self->sink) : 0;

  if (!(theirs & AETHER_LED_KNOWN))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (locks); i++)
    if (((lights ^ theirs) & locks[i].led) && !(self->tried & locks[i].led))
      {
        self->tried |= locks[i].led;
        aether_input_sink_key (self->sink, locks[i].qnum, TRUE);
        aether_input_sink_key (self->sink, locks[i].qnum, FALSE);
      }
}

void
aether_view_keyboard_sync (AetherViewKeyboard *self)
{
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (self->view));
  GdkDevice *keyboard = seat ? gdk_seat_get_keyboard (seat) : NULL;

  if (keyboard)
    aether_view_keyboard_sync_lights (self,
                                      (gdk_device_get_caps_lock_state (keyboard) ? AETHER_LED_CAPS : 0) |
                                      (gdk_device_get_num_lock_state (keyboard) ? AETHER_LED_NUM : 0) |
                                      (gdk_device_get_scroll_lock_state (keyboard) ? AETHER_LED_SCROLL : 0));
}
