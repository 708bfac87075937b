/* aether-view-input.c - keyboard and pointer of a display view
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-input.h"

#include <math.h>

#include "aether-release-keys.h"
#include "aether-view-event.h"
#include "aether-view-keyboard.h"
#include "aether-view-lock.h"
#include "aether-view-pen.h"
#include "aether-view-touch.h"

#define MOST_STEPS 32   /* of the wheel, from one event */

struct _AetherViewInput
{
  GObject             parent_instance;

  GtkWidget          *view;      /* owns us */
  AetherViewInputMap  map;
  AetherInputSink    *sink;      /* (nullable) */
  AetherViewKeyboard *keyboard;

  gboolean            held_buttons[AETHER_N_BUTTONS];

  AetherReleaseKeys  *release_keys;
  char               *release_combination;
  gboolean            auto_capture;
  gboolean            captured;
  AetherViewLock     *lock;

  AetherViewPen      *pen;
  AetherViewTouch    *touch;
  AetherTouchMode     touch_mode;
  gboolean            touch_screen;
  double              last_x, last_y;   /* pixels, for a machine that wants motion */
  gboolean            has_last;
  double              scrolled_x, scrolled_y;   /* steps not yet sent */
  double              moved_x, moved_y;         /* pixels not yet sent */
  gboolean            wants_focus;   /* had it when it was unmapped */
  guint               focus_source;  /* will take it back */
};

G_DEFINE_FINAL_TYPE (AetherViewInput, aether_view_input, G_TYPE_OBJECT)

enum { RELEASED, LET_GO, TOUCHED, MAGNIFY, PAN, NOT_LOCKED, N_SIGNALS };
static guint signals[N_SIGNALS];

enum { PROP_0, PROP_CAPTURED, PROP_AUTO_CAPTURE, PROP_RELEASE_KEYS, PROP_TOUCH_MODE, N_PROPS };
static GParamSpec *props[N_PROPS];

/**
 * aether_view_input_release_all:
 *
 * Lets go of all keys, buttons and fingers the machine believes to be there.
 */
void
aether_view_input_release_all (AetherViewInput *self)
{
  aether_view_pen_cancel (self->pen);
  aether_view_touch_cancel (self->touch);

  aether_view_keyboard_release_all (self->keyboard);
  for (guint button = 0; button < AETHER_N_BUTTONS; button++)
    if (self->held_buttons[button] && self->sink)
      aether_input_sink_button (self->sink, button, FALSE);

  memset (self->held_buttons, 0, sizeof self->held_buttons);
  aether_release_keys_forget (self->release_keys);
  self->has_last = FALSE;
  self->scrolled_x = self->scrolled_y = 0;
  self->moved_x = self->moved_y = 0;
  g_signal_emit (self, signals[LET_GO], 0);
}

/* Capture */

static void
lock_moved_cb (double dx, double dy, gpointer user_data)
{
  aether_view_input_motion (user_data, dx, dy);
}

static void
lock_changed_cb (gpointer user_data)
{
  AetherViewInput *self = user_data;

  self->has_last = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAPTURED]);   /* the cursor changes */
}

static void
lock_ended_cb (gpointer user_data)
{
  aether_view_input_set_captured (user_data, FALSE);
}

static void
lock_refused_cb (const char *sentence, gpointer user_data)
{
  g_signal_emit (user_data, signals[NOT_LOCKED], 0, sentence);
}

static const AetherPointerLockFuncs lock_funcs = {
  lock_moved_cb, lock_changed_cb, lock_ended_cb, lock_refused_cb
};

/* Guests change their pointer as they boot. */
static void
update_lock (AetherViewInput *self)
{
  aether_view_lock_update (self->lock, self->captured && self->sink && !aether_input_sink_is_absolute (self->sink));
}

static GdkToplevel *
get_toplevel (AetherViewInput *self)
{
  GtkNative *native = gtk_widget_get_native (self->view);
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;

  return surface && GDK_IS_TOPLEVEL (surface) ? GDK_TOPLEVEL (surface) : NULL;
}

/**
 * aether_view_input_set_captured:
 *
 * Returns: whether it is so: nothing is captured without focus or sink
 */
gboolean
aether_view_input_set_captured (AetherViewInput *self, gboolean captured)
{
  GdkToplevel *toplevel = get_toplevel (self);

  captured = captured && self->sink && toplevel && gtk_widget_has_focus (self->view);
  if (self->captured == captured)
    return captured;

  self->captured = captured;
  if (captured)
    gdk_toplevel_inhibit_system_shortcuts (toplevel, NULL);
  else if (toplevel)
    gdk_toplevel_restore_system_shortcuts (toplevel);
  if (!captured)
    aether_view_input_release_all (self);
  update_lock (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAPTURED]);

  return captured;
}

gboolean
aether_view_input_get_captured (AetherViewInput *self)
{
  return self->captured;
}

gboolean
aether_view_input_get_locked (AetherViewInput *self)
{
  return aether_view_lock_is_active (self->lock);
}

gboolean
aether_view_input_set_release_keys (AetherViewInput *self, const char *combination, GError **error)
{
  if (!aether_release_keys_set (self->release_keys, combination, error))
    return FALSE;

  if (g_set_str (&self->release_combination, combination))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RELEASE_KEYS]);
  return TRUE;
}

const char *
aether_view_input_get_release_keys (AetherViewInput *self)
{
  return self->release_combination;
}

void
aether_view_input_set_touch_screen (AetherViewInput *self, gboolean touch_screen)
{
  self->touch_screen = touch_screen;
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
  aether_view_keyboard_set_sink (self->keyboard, sink);
  g_set_object (&self->sink, sink);
  if (sink == NULL)
    aether_view_input_set_captured (self, FALSE);
  update_lock (self);
}

void
aether_view_input_sync_locks (AetherViewInput *self, AetherLeds lights)
{
  aether_view_keyboard_sync_lights (self->keyboard, lights);
}

gboolean
aether_view_input_qnum (AetherViewInput *self, guint qnum, gboolean down)
{
  return aether_view_keyboard_send (self->keyboard, qnum, down);
}

guint
aether_view_input_to_qnum (AetherViewInput *self, guint hardware_keycode)
{
  return aether_view_keyboard_to_qnum (self->keyboard, hardware_keycode);
}

gboolean
aether_view_input_key (AetherViewInput *self, guint hardware_keycode, gboolean down)
{
  guint qnum = aether_view_input_to_qnum (self, hardware_keycode);
  gboolean taken = aether_view_input_qnum (self, qnum, down);

  if (self->sink == NULL || !aether_release_keys_event (self->release_keys, qnum, down))
    return taken;

  aether_view_input_release_all (self);
  aether_view_input_set_captured (self, FALSE);
  g_signal_emit (self, signals[RELEASED], 0);
  return TRUE;
}

static gboolean
key_cb (guint keycode, gboolean down, gpointer user_data)
{
  return aether_view_input_key (user_data, keycode, down);
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

/**
 * aether_view_input_motion:
 *
 * For a pointer that goes by so much. Machines with a tablet get it as the
 * place where the pointer would be.
 */
void
aether_view_input_motion (AetherViewInput *self, double dx, double dy)
{
  double x0, y0, x1, y1;
  guint width, height;

  if (self->sink == NULL || !self->map (self->view, 0, 0, &x0, &y0, &width, &height) ||
      !self->map (self->view, dx, dy, &x1, &y1, &width, &height))
    return;

  if (aether_input_sink_is_absolute (self->sink))
    {
      self->last_x = CLAMP (self->has_last ? self->last_x + x1 - x0 : width / 2, 0, width - 1);
      self->last_y = CLAMP (self->has_last ? self->last_y + y1 - y0 : height / 2, 0, height - 1);
      self->has_last = TRUE;
      aether_input_sink_position (self->sink, self->last_x, self->last_y);
      return;
    }

  self->moved_x += x1 - x0;
  self->moved_y += y1 - y0;
  if (fabs (self->moved_x) >= 1 || fabs (self->moved_y) >= 1)
    aether_input_sink_motion (self->sink, self->moved_x, self->moved_y);
  self->moved_x -= trunc (self->moved_x);
  self->moved_y -= trunc (self->moved_y);
}

static void
press (AetherViewInput *self, AetherButton button, gboolean down)
{
  if (self->sink == NULL || self->held_buttons[button] == down)
    return;

  self->held_buttons[button] = down;
  aether_input_sink_button (self->sink, button, down);
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

  if (gdk_button >= 1 && gdk_button < G_N_ELEMENTS (buttons) &&
      (gdk_button <= GDK_BUTTON_SECONDARY || gdk_button >= 8))
    press (self, buttons[gdk_button], down);
}

static void
turn_wheel (AetherViewInput *self, double *scrolled, double steps, AetherButton back,
            AetherButton on)
{
  *scrolled = CLAMP (*scrolled + steps, -MOST_STEPS, MOST_STEPS);
  while (fabs (*scrolled) >= 1)
    {
      AetherButton button = *scrolled > 0 ? on : back;

      aether_input_sink_button (self->sink, button, TRUE);
      aether_input_sink_button (self->sink, button, FALSE);
      *scrolled -= *scrolled > 0 ? 1 : -1;
    }
}

void
aether_view_input_scroll (AetherViewInput *self, double steps_x, double steps_y)
{
  if (self->sink == NULL)
    return;

  turn_wheel (self, &self->scrolled_y, steps_y, AETHER_BUTTON_WHEEL_UP, AETHER_BUTTON_WHEEL_DOWN);
  turn_wheel (self, &self->scrolled_x, steps_x, AETHER_BUTTON_WHEEL_LEFT, AETHER_BUTTON_WHEEL_RIGHT);
}

/* Fingers */

static void
touch_finger (AetherViewInput *self, const AetherTouchAction *action)
{
  double x, y;
  guint width, height;

  if (self->sink && self->map (self->view, action->x, action->y, &x, &y, &width, &height))
    aether_input_sink_touch (self->sink, action->touch, action->finger, CLAMP (x, 0, width - 1),
                             CLAMP (y, 0, height - 1));
}

static void
touch_action (const AetherTouchAction *action, gpointer user_data)
{
  AetherViewInput *self = user_data;

  switch (action->kind)
    {
    case AETHER_TOUCH_FINGER:
      touch_finger (self, action);
      break;
    case AETHER_TOUCH_POINT:
      aether_view_input_pointer (self, action->x, action->y);
      break;
    case AETHER_TOUCH_MOVE:
      aether_view_input_motion (self, action->x, action->y);
      break;
    case AETHER_TOUCH_BUTTON:
      press (self, action->button, action->down);
      break;
    case AETHER_TOUCH_SCROLL:
      aether_view_input_scroll (self, action->x, action->y);
      break;
    case AETHER_TOUCH_MAGNIFY:
      g_signal_emit (self, signals[MAGNIFY], 0, action->factor, action->x, action->y);
      break;
    case AETHER_TOUCH_PAN:
    default:
      g_signal_emit (self, signals[PAN], 0, action->x, action->y);
    }
}

static AetherTouchMode
choose_touch_mode (AetherViewInput *self)
{
  if (self->touch_mode != AETHER_TOUCH_MODE_AUTO)
    return self->touch_mode;
  if (self->touch_screen)
    return AETHER_TOUCH_MODE_DIRECT;

  return self->sink && aether_input_sink_is_absolute (self->sink) ? AETHER_TOUCH_MODE_ABSOLUTE
                                                                  : AETHER_TOUCH_MODE_TRACKPAD;
}

static gboolean
touch_event (AetherViewInput *self, GdkEvent *event, gboolean placed, double x, double y)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (self->sink == NULL)
    return GDK_EVENT_PROPAGATE;

  /* The heel of the hand that writes */
  if (aether_view_pen_is_near (self->pen) && type != GDK_TOUCH_END && type != GDK_TOUCH_CANCEL)
    return GDK_EVENT_STOP;

  if (type == GDK_TOUCH_BEGIN)
    g_signal_emit (self, signals[TOUCHED], 0);
  aether_view_touch_set_mode (self->touch, choose_touch_mode (self));
  if (placed || type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL)
    aether_view_touch_event (self->touch, event, x, y);

  return GDK_EVENT_STOP;
}

static gboolean
scroll_event (AetherViewInput *self, GdkEvent *event)
{
  double dx, dy;

  aether_view_event_get_scroll (event, &dx, &dy);
  aether_view_input_scroll (self, dx, dy);

  return self->sink ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

/* A pen that came near: the hand may lie there already. */
static gboolean
pen_event (AetherViewInput *self, GdkEvent *event, gboolean placed, double x, double y)
{
  if (self->sink == NULL)
    return GDK_EVENT_PROPAGATE;

  if (!aether_view_pen_is_near (self->pen))
    aether_view_touch_cancel (self->touch);
  if (placed || gdk_event_get_event_type (event) == GDK_PROXIMITY_OUT)
    aether_view_pen_event (self->pen, event, x, y);

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
  gboolean pen = aether_view_pen_takes (event);
  gboolean placed;
  double x = 0, y = 0;

  if (type == GDK_SCROLL)
    return scroll_event (self, event);

  if (!pen && type != GDK_MOTION_NOTIFY && type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE && !touch)
    return GDK_EVENT_PROPAGATE;

  if (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN)
    gtk_widget_grab_focus (self->view);
  if (type == GDK_BUTTON_PRESS && self->auto_capture)
    aether_view_input_set_captured (self, TRUE);
  update_lock (self);

  placed = aether_view_event_get_position (event, self->view, &x, &y);
  if (pen)
    return pen_event (self, event, placed, x, y);
  if (touch)
    return touch_event (self, event, placed, x, y);

  if (placed && !aether_view_lock_motion (self->lock, x, y))
    aether_view_input_pointer (self, x, y);

  if (type != GDK_MOTION_NOTIFY)
    aether_view_input_button (self, gdk_button_event_get_button (event), type == GDK_BUTTON_PRESS);

  return self->sink ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

/* The focus */

static void
focus_left (AetherViewInput *self)
{
  aether_view_input_release_all (self);
  aether_view_input_set_captured (self, FALSE);
}

static void
focus_came (AetherViewInput *self)
{
  aether_view_keyboard_sync (self->keyboard);
}

/* A window that crosses one of its breakpoints unmaps what is in it for a frame, and
 * the focus goes to the first button: what is typed then belongs to the machine. */
static void
unmapped (AetherViewInput *self)
{
  self->wants_focus = gtk_widget_is_focus (self->view) || self->focus_source != 0;
  g_clear_handle_id (&self->focus_source, g_source_remove);
}

static gboolean
take_focus_cb (gpointer user_data)
{
  AetherViewInput *self = user_data;

  self->focus_source = 0;
  gtk_widget_grab_focus (self->view);
  return G_SOURCE_REMOVE;
}

/* Later: GTK has not given it away yet. */
static void
mapped (AetherViewInput *self)
{
  if (self->wants_focus && self->focus_source == 0)
    self->focus_source = g_idle_add_full (G_PRIORITY_DEFAULT, take_focus_cb, self, NULL);
  self->wants_focus = FALSE;
}

static void
root_changed (AetherViewInput *self)
{
  focus_left (self);
  aether_view_keyboard_set_root (self->keyboard, GTK_WIDGET (gtk_widget_get_root (self->view)));
}

static void
aether_view_input_dispose (GObject *object)
{
  AetherViewInput *self = AETHER_VIEW_INPUT (object);

  aether_view_input_set_sink (self, NULL);
  aether_view_lock_update (self->lock, FALSE);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  aether_view_keyboard_set_root (self->keyboard, NULL);

  G_OBJECT_CLASS (aether_view_input_parent_class)->dispose (object);
}

static void
aether_view_input_finalize (GObject *object)
{
  AetherViewInput *self = AETHER_VIEW_INPUT (object);

  g_clear_pointer (&self->lock, aether_view_lock_free);
  aether_view_keyboard_free (self->keyboard);
  aether_view_pen_free (self->pen);
  aether_view_touch_free (self->touch);
  aether_release_keys_free (self->release_keys);
  g_free (self->release_combination);

  G_OBJECT_CLASS (aether_view_input_parent_class)->finalize (object);
}

static void
aether_view_input_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  AetherViewInput *self = AETHER_VIEW_INPUT (object);

  switch (id)
    {
    case PROP_CAPTURED:
      g_value_set_boolean (value, self->captured);
      break;
    case PROP_AUTO_CAPTURE:
      g_value_set_boolean (value, self->auto_capture);
      break;
    case PROP_RELEASE_KEYS:
      g_value_set_string (value, self->release_combination);
      break;
    case PROP_TOUCH_MODE:
      g_value_set_enum (value, self->touch_mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
aether_view_input_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  AetherViewInput *self = AETHER_VIEW_INPUT (object);

  switch (id)
    {
    case PROP_AUTO_CAPTURE:
      self->auto_capture = g_value_get_boolean (value);
      break;
    case PROP_RELEASE_KEYS:
      /* Settings that somebody wrote by hand: those before stay */
      if (g_value_get_string (value))
        aether_view_input_set_release_keys (self, g_value_get_string (value), NULL);
      break;
    case PROP_TOUCH_MODE:
      self->touch_mode = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
aether_view_input_class_init (AetherViewInputClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_view_input_dispose;
  object_class->finalize = aether_view_input_finalize;
  object_class->get_property = aether_view_input_get_property;
  object_class->set_property = aether_view_input_set_property;

  signals[RELEASED] = g_signal_new ("released", AETHER_TYPE_VIEW_INPUT, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LET_GO] = g_signal_new ("let-go", AETHER_TYPE_VIEW_INPUT, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TOUCHED] = g_signal_new ("touched", AETHER_TYPE_VIEW_INPUT, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MAGNIFY] = g_signal_new ("magnify", AETHER_TYPE_VIEW_INPUT, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                   G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[PAN] = g_signal_new ("pan", AETHER_TYPE_VIEW_INPUT, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[NOT_LOCKED] = g_signal_new ("not-locked", AETHER_TYPE_VIEW_INPUT, G_SIGNAL_RUN_LAST,
                                      0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  props[PROP_CAPTURED] = g_param_spec_boolean ("captured", NULL, NULL, FALSE,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_AUTO_CAPTURE] = g_param_spec_boolean ("auto-capture", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_RELEASE_KEYS] = g_param_spec_string ("release-keys", NULL, NULL,
                                                  AETHER_RELEASE_KEYS_DEFAULT,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                  G_PARAM_STATIC_STRINGS);
  props[PROP_TOUCH_MODE] = g_param_spec_enum ("touch-mode", NULL, NULL, AETHER_TYPE_TOUCH_MODE,
                                              AETHER_TOUCH_MODE_AUTO,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
aether_view_input_init (AetherViewInput *self)
{
  self->release_keys = aether_release_keys_new ();
  self->release_combination = g_strdup (AETHER_RELEASE_KEYS_DEFAULT);
  self->pen = aether_view_pen_new (touch_action, self);
  self->touch = aether_view_touch_new (touch_action, self);
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
  self->lock = aether_view_lock_new (view, &lock_funcs, self);
  self->keyboard = aether_view_keyboard_new (view, key_cb, self);
  g_signal_connect_object (pointer, "event", G_CALLBACK (pointer_event), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (view, pointer);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "enter", G_CALLBACK (focus_came), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (view, focus);
  g_signal_connect_object (view, "unmap", G_CALLBACK (unmapped), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "map", G_CALLBACK (mapped), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (view, "notify::root", G_CALLBACK (root_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}
