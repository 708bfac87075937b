/* aether-view-input.c - keyboard and pointer of a display view
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-input.h"

#include <math.h>

#ifdef GDK_WINDOWING_MACOS
#include <gdk/macos/gdkmacos.h>
#endif
#ifdef GDK_WINDOWING_WIN32
#include <gdk/win32/gdkwin32.h>
#endif

#include "aether-keymap.h"

#define N_KEYS 256   /* qnums */
#define N_BUTTONS (AETHER_BUTTON_EXTRA + 1)

/* Touchpads scroll in pixels of the surface; so many are a click of a wheel. */
#define SURFACE_UNITS_PER_STEP 15.0

struct _AetherViewInput
{
  GObject             parent_instance;

  GtkWidget          *view;      /* owns us */
  AetherViewInputMap  map;
  AetherInputSink    *sink;      /* (nullable) */
  AetherKeycodes      keycodes;  /* whose they are on this display */

  GtkEventController *keys;      /* of the root, when there is one */
  GtkWidget          *root;      /* outlives the keys on it: the view is inside */

  gboolean            held_keys[N_KEYS];
  gboolean            held_buttons[N_BUTTONS];

  double              last_x, last_y;   /* pixels, for a machine that wants motion */
  gboolean            has_last;
  double              scrolled;         /* steps not yet sent */
};

G_DEFINE_FINAL_TYPE (AetherViewInput, aether_view_input, G_TYPE_OBJECT)

/**
 * aether_view_input_release_all:
 *
 * Lets go of all keys and buttons the machine believes to be held.
 */
void
aether_view_input_release_all (AetherViewInput *self)
{
  for (guint qnum = 0; qnum < N_KEYS; qnum++)
    if (self->held_keys[qnum] && self->sink)
      aether_input_sink_key (self->sink, qnum, FALSE);

  for (guint button = 0; button < N_BUTTONS; button++)
    if (self->held_buttons[button] && self->sink)
      aether_input_sink_button (self->sink, button, FALSE);

  memset (self->held_keys, 0, sizeof self->held_keys);
  memset (self->held_buttons, 0, sizeof self->held_buttons);
  self->has_last = FALSE;
  self->scrolled = 0;
}

/**
 * aether_view_input_set_sink:
 * @sink: (nullable): %NULL: the machine takes no input
 */
void
aether_view_input_set_sink (AetherViewInput *self, AetherInputSink *sink)
{
  if (self->sink == sink)
    return;

  aether_view_input_release_all (self);
  g_set_object (&self->sink, sink);
}

gboolean
aether_view_input_key (AetherViewInput *self, guint hardware_keycode, gboolean down)
{
  guint qnum;

  if (self->sink == NULL)
    return FALSE;

  qnum = aether_keymap_to_qnum (self->keycodes, hardware_keycode);
  if (qnum == 0 || qnum >= N_KEYS)
    return FALSE;

  /* Pressed elsewhere, released here: not ours. */
  if (!down && !self->held_keys[qnum])
    return FALSE;

  self->held_keys[qnum] = down;
  aether_input_sink_key (self->sink, qnum, down);

  return TRUE;
}

/* @x, @y: of the widget */
void
aether_view_input_pointer (AetherViewInput *self, double x, double y)
{
  double picture_x, picture_y;
  guint width, height;

  if (self->sink == NULL || !self->map (self->view, x, y, &picture_x, &picture_y, &width, &height))
    return;

  picture_x = CLAMP (floor (picture_x), 0, width - 1);
  picture_y = CLAMP (floor (picture_y), 0, height - 1);

  if (aether_input_sink_is_absolute (self->sink))
    aether_input_sink_position (self->sink, picture_x, picture_y);
  else if (self->has_last && (picture_x != self->last_x || picture_y != self->last_y))
    aether_input_sink_motion (self->sink, picture_x - self->last_x, picture_y - self->last_y);

  self->last_x = picture_x;
  self->last_y = picture_y;
  self->has_last = TRUE;
}

void
aether_view_input_button (AetherViewInput *self, guint gdk_button, gboolean down)
{
  static const int buttons[] = {
    [GDK_BUTTON_PRIMARY] = AETHER_BUTTON_LEFT,
    [GDK_BUTTON_MIDDLE] = AETHER_BUTTON_MIDDLE,
    [GDK_BUTTON_SECONDARY] = AETHER_BUTTON_RIGHT,
    [8] = AETHER_BUTTON_SIDE,
    [9] = AETHER_BUTTON_EXTRA,
  };
  AetherButton button;

  if (self->sink == NULL || gdk_button < 1 || gdk_button >= G_N_ELEMENTS (buttons) ||
      (gdk_button > GDK_BUTTON_SECONDARY && gdk_button < 8))
    return;

  button = buttons[gdk_button];
  if (self->held_buttons[button] == down)
    return;

  self->held_buttons[button] = down;
  aether_input_sink_button (self->sink, button, down);
}

/* @steps: clicks of a wheel, downwards; parts add up */
void
aether_view_input_scroll (AetherViewInput *self, double steps)
{
  if (self->sink == NULL)
    return;

  self->scrolled = CLAMP (self->scrolled + steps, -32, 32);
  while (fabs (self->scrolled) >= 1)
    {
      AetherButton button = self->scrolled > 0 ? AETHER_BUTTON_WHEEL_DOWN : AETHER_BUTTON_WHEEL_UP;

      aether_input_sink_button (self->sink, button, TRUE);
      aether_input_sink_button (self->sink, button, FALSE);
      self->scrolled -= self->scrolled > 0 ? 1 : -1;
    }
}

/* F11 is the window's, so that there is a key out of full screen. */
static gboolean
is_reserved (guint keyval, GdkModifierType state)
{
  return keyval == GDK_KEY_F11 && (state & gtk_accelerator_get_default_mod_mask ()) == 0;
}

static gboolean
key_pressed (AetherViewInput *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (!gtk_widget_has_focus (self->view) || is_reserved (keyval, state))
    return GDK_EVENT_PROPAGATE;

  return aether_view_input_key (self, keycode, TRUE);
}

static void
key_released (AetherViewInput *self, guint keyval, guint keycode, GdkModifierType state)
{
  aether_view_input_key (self, keycode, FALSE);
}

static gboolean
event_position (AetherViewInput *self, GdkEvent *event, double *x, double *y)
{
  GtkNative *native = gtk_widget_get_native (self->view);
  graphene_point_t point;
  double surface_x, surface_y, native_x, native_y;

  if (native == NULL || !gdk_event_get_position (event, &surface_x, &surface_y))
    return FALSE;

  gtk_native_get_surface_transform (native, &native_x, &native_y);
  if (!gtk_widget_compute_point (GTK_WIDGET (native), self->view,
                                 &GRAPHENE_POINT_INIT (surface_x - native_x, surface_y - native_y),
                                 &point))
    return FALSE;

  *x = point.x;
  *y = point.y;
  return TRUE;
}

static gboolean
scroll_event (AetherViewInput *self, GdkEvent *event)
{
  double dx, dy;

  switch (gdk_scroll_event_get_direction (event))
    {
    case GDK_SCROLL_UP:
      aether_view_input_scroll (self, -1);
      break;
    case GDK_SCROLL_DOWN:
      aether_view_input_scroll (self, 1);
      break;
    case GDK_SCROLL_SMOOTH:
      gdk_scroll_event_get_deltas (event, &dx, &dy);
      if (gdk_scroll_event_get_unit (event) == GDK_SCROLL_UNIT_SURFACE)
        dy /= SURFACE_UNITS_PER_STEP;
      aether_view_input_scroll (self, dy);
      break;
    case GDK_SCROLL_LEFT:
    case GDK_SCROLL_RIGHT:
    default:
      return GDK_EVENT_PROPAGATE;
    }

  return GDK_EVENT_STOP;
}

/* One controller for all of the pointer: gestures follow one button at a
 * time, and a machine wants to know of each. */
static gboolean
pointer_event (AetherViewInput *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);
  gboolean touch = type == GDK_TOUCH_BEGIN || type == GDK_TOUCH_UPDATE ||
                   type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL;
  double x, y;

  if (type == GDK_SCROLL)
    return scroll_event (self, event);

  if (type != GDK_MOTION_NOTIFY && type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE && !touch)
    return GDK_EVENT_PROPAGATE;

  /* One finger is the pointer; the others have no meaning here. */
  if (touch && !gdk_touch_event_get_emulating_pointer (event))
    return GDK_EVENT_PROPAGATE;

  if (event_position (self, event, &x, &y))
    aether_view_input_pointer (self, x, y);

  if (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN)
    gtk_widget_grab_focus (self->view);

  if (touch && type != GDK_TOUCH_UPDATE)
    aether_view_input_button (self, GDK_BUTTON_PRIMARY, type == GDK_TOUCH_BEGIN);
  else if (type == GDK_BUTTON_PRESS || type == GDK_BUTTON_RELEASE)
    aether_view_input_button (self, gdk_button_event_get_button (event), type == GDK_BUTTON_PRESS);

  return self->sink ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
drop_root (AetherViewInput *self)
{
  if (self->root == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->keys, self);
  gtk_widget_remove_controller (self->root, self->keys);
  self->keys = NULL;
  self->root = NULL;
}

/* Keys are caught at the root, before its shortcuts and mnemonics see them:
 * of one widget's controllers the newest comes first. */
static void
root_changed (AetherViewInput *self)
{
  GtkRoot *root = gtk_widget_get_root (self->view);

  if (GTK_WIDGET (root) == self->root)
    return;

  aether_view_input_release_all (self);
  drop_root (self);
  if (root == NULL)
    return;

  self->root = GTK_WIDGET (root);
  self->keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (self->keys, "key-released", G_CALLBACK (key_released), self);
  gtk_widget_add_controller (self->root, self->keys);
}

static void
aether_view_input_dispose (GObject *object)
{
  AetherViewInput *self = AETHER_VIEW_INPUT (object);

  aether_view_input_set_sink (self, NULL);
  drop_root (self);

  G_OBJECT_CLASS (aether_view_input_parent_class)->dispose (object);
}

static void
aether_view_input_class_init (AetherViewInputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_view_input_dispose;
}

static void
aether_view_input_init (AetherViewInput *self)
{
}

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

/**
 * aether_view_input_new:
 * @view: a focusable widget, which holds the reference
 */
AetherViewInput *
aether_view_input_new (GtkWidget *view, AetherViewInputMap map)
{
  AetherViewInput *self = g_object_new (AETHER_TYPE_VIEW_INPUT, NULL);
  GtkEventController *pointer = gtk_event_controller_legacy_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->view = view;
  self->map = map;
  self->keycodes = get_keycodes (gtk_widget_get_display (view));
  g_signal_connect_object (pointer, "event", G_CALLBACK (pointer_event), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (view, pointer);
  g_signal_connect_object (focus, "leave", G_CALLBACK (aether_view_input_release_all), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (view, focus);
  g_signal_connect_object (view, "notify::root", G_CALLBACK (root_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}
