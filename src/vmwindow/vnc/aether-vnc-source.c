/* aether-vnc-source.c - a screen, keyboard and pointer over VNC
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-source.h"

#include <fcntl.h>
#include <gtk/gtk.h>

#include "aether-keymap.h"
#include "aether-vnc-worker.h"

struct _AetherVncSource
{
  GObject             parent_instance;

  AetherFramebuffer  *framebuffer;
  AetherVncWorker    *worker;
  AetherVncDecoder   *decoder;     /* (nullable): while live */
  gboolean            closed;
  char               *name;

  /* what was sent */
  guint               buttons;     /* RFB's */
  guint               x;
  guint               y;
  gboolean            shift;
  gboolean            level3;
};

static void display_source_iface_init (AetherDisplaySourceInterface *iface);
static void input_sink_iface_init (AetherInputSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherVncSource, aether_vnc_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_INPUT_SINK,
                                                      input_sink_iface_init)
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_DISPLAY_SOURCE,
                                                      display_source_iface_init))

enum { QUESTION, NAMED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Keys. Servers that do not take key numbers want to know what a key types, in the layout of this
 * computer. */

#define QNUM_LEFT_SHIFT  42
#define QNUM_RIGHT_SHIFT 54
#define QNUM_ALT_GR      0xb8
#define XKB_LEVEL3       (1 << 7)   /* Mod5 in all layouts of xkeyboard-config */

static guint
hardware_keycode (guint qnum)
{
  for (guint code = AETHER_KEYMAP_HARDWARE_OFFSET; code < 256; code++)
    if (aether_keymap_to_qnum (AETHER_KEYCODES_XKB, code) == qnum)
      return code;

  return 0;
}

static guint
find_keysym (AetherVncSource *self, guint qnum)
{
  GdkDisplay *display = gdk_display_get_default ();
  GdkSeat *seat = display ? gdk_display_get_default_seat (display) : NULL;
  GdkDevice *keyboard = seat ? gdk_seat_get_keyboard (seat) : NULL;
  guint keyval = 0, keycode = hardware_keycode (qnum);
  GdkModifierType state = 0;

  if (display == NULL || keycode == 0)
    return 0;

  if (self->shift)
    state |= GDK_SHIFT_MASK;
  if (self->level3)
    state |= XKB_LEVEL3;
  if (keyboard && gdk_device_get_caps_lock_state (keyboard))
    state |= GDK_LOCK_MASK;
  gdk_display_translate_key (display, keycode, state, 0, &keyval, NULL, NULL, NULL);

  return keyval;
}

static void
sink_key (AetherInputSink *sink, guint qnum, gboolean down)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (sink);

  if (self->decoder == NULL)
    return;

  aether_vnc_decoder_key (self->decoder, qnum, find_keysym (self, qnum), down);
  if (qnum == QNUM_LEFT_SHIFT || qnum == QNUM_RIGHT_SHIFT)
    self->shift = down;
  else if (qnum == QNUM_ALT_GR)
    self->level3 = down;
}

/* The pointer */

static gboolean
is_relative (AetherVncSource *self)
{
  AetherVncFacts facts;

  if (self->decoder == NULL)
    return FALSE;

  aether_vnc_decoder_get_facts (self->decoder, &facts);
  return facts.relative;
}

static void
sink_motion (AetherInputSink *sink, int dx, int dy)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (sink);

  if (self->decoder && is_relative (self))
    aether_vnc_decoder_motion (self->decoder, self->buttons, dx, dy);
}

static void
sink_position (AetherInputSink *sink, guint x, guint y)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (sink);

  self->x = x;
  self->y = y;
  if (self->decoder)
    aether_vnc_decoder_pointer (self->decoder, self->buttons, x, y);
}

static void
sink_button (AetherInputSink *sink, AetherButton button, gboolean down)
{
  static const guint bits[] = {
    [AETHER_BUTTON_LEFT] = 1 << 0,
    [AETHER_BUTTON_MIDDLE] = 1 << 1,
    [AETHER_BUTTON_RIGHT] = 1 << 2,
    [AETHER_BUTTON_WHEEL_UP] = 1 << 3,
    [AETHER_BUTTON_WHEEL_DOWN] = 1 << 4,
    [AETHER_BUTTON_SIDE] = 1 << 7,   /* a byte ends there: no EXTRA */
    [AETHER_BUTTON_EXTRA] = 0,
    [AETHER_BUTTON_WHEEL_LEFT] = 1 << 5,
    [AETHER_BUTTON_WHEEL_RIGHT] = 1 << 6,
  };
  AetherVncSource *self = AETHER_VNC_SOURCE (sink);

  if (self->decoder == NULL || button >= G_N_ELEMENTS (bits))
    return;

  self->buttons = down ? self->buttons | bits[button] : self->buttons & ~bits[button];
  if (is_relative (self))
    aether_vnc_decoder_motion (self->decoder, self->buttons, 0, 0);
  else
    aether_vnc_decoder_pointer (self->decoder, self->buttons, self->x, self->y);
}

static gboolean
sink_is_absolute (AetherInputSink *sink)
{
  return !is_relative (AETHER_VNC_SOURCE (sink));
}

static void
sink_resize (AetherInputSink *sink, guint width, guint height, guint width_mm, guint height_mm)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (sink);

  if (self->decoder)
    aether_vnc_decoder_resize (self->decoder, width, height);
}

static AetherLeds
sink_get_leds (AetherInputSink *sink)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (sink);
  AetherVncFacts facts;

  if (self->decoder == NULL)
    return 0;

  aether_vnc_decoder_get_facts (self->decoder, &facts);
  return facts.leds_known ? facts.leds | AETHER_LED_KNOWN : 0;
}

static void
input_sink_iface_init (AetherInputSinkInterface *iface)
{
  iface->key = sink_key;
  iface->button = sink_button;
  iface->position = sink_position;
  iface->motion = sink_motion;
  iface->is_absolute = sink_is_absolute;
  iface->resize = sink_resize;
  iface->get_leds = sink_get_leds;
}

/* The source */

static AetherFramebuffer *
source_get_framebuffer (AetherDisplaySource *source)
{
  return AETHER_VNC_SOURCE (source)->framebuffer;
}

static AetherDisplayState
source_get_state (AetherDisplaySource *source)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (source);

  if (self->closed)
    return AETHER_DISPLAY_CLOSED;

  return self->decoder ? AETHER_DISPLAY_LIVE : AETHER_DISPLAY_CONNECTING;
}

static AetherDisplayFeatures
source_get_features (AetherDisplaySource *source)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (source);
  AetherVncFacts facts;

  if (self->decoder == NULL)
    return 0;

  aether_vnc_decoder_get_facts (self->decoder, &facts);
  return AETHER_DISPLAY_CAN_SHARE_TEXT | (facts.resize ? AETHER_DISPLAY_CAN_RESIZE : 0);
}

static void
source_offer_text (AetherDisplaySource *source, const char *text)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (source);

  if (self->decoder)
    aether_vnc_decoder_offer_text (self->decoder, text);
}

static void
source_close (AetherDisplaySource *source)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (source);

  self->closed = TRUE;
  if (self->worker)
    aether_vnc_worker_stop (self->worker);
  g_clear_pointer (&self->decoder, aether_vnc_decoder_unref);
}

static void
display_source_iface_init (AetherDisplaySourceInterface *iface)
{
  iface->get_framebuffer = source_get_framebuffer;
  iface->get_state = source_get_state;
  iface->get_features = source_get_features;
  iface->offer_text = source_offer_text;
  iface->close = source_close;
}

/* Each signal may lead to a close. */
static void
take_news (AetherVncNews *news, GObject *owner)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (owner);
  AetherDisplaySource *source = AETHER_DISPLAY_SOURCE (self);

  if (news->name)
    {
      g_set_str (&self->name, news->name);
      g_signal_emit (self, signals[NAMED], 0);
    }
  if (news->decoder && !self->closed)
    {
      self->decoder = g_steal_pointer (&news->decoder);
      news->changed = TRUE;
    }
  if (news->changed && !self->closed)
    {
      aether_input_sink_leds_changed (AETHER_INPUT_SINK (self));
      aether_display_source_changed (source);
    }
  if (news->text && !self->closed)
    aether_display_source_text (source, news->text);
  if (news->question && !self->closed)
    g_signal_emit (self, signals[QUESTION], 0, news->question);
  if (news->error && !self->closed)
    {
      source_close (source);
      aether_display_source_closed (source, news->error);
    }
}

void
aether_vnc_source_answer (AetherVncSource *self, AetherVncAnswer *answer)
{
  aether_vnc_worker_answer (self->worker, answer);
}

const char *
aether_vnc_source_get_name (AetherVncSource *self)
{
  return self->name;
}

static void
aether_vnc_source_dispose (GObject *object)
{
  source_close (AETHER_DISPLAY_SOURCE (object));

  G_OBJECT_CLASS (aether_vnc_source_parent_class)->dispose (object);
}

static void
aether_vnc_source_finalize (GObject *object)
{
  AetherVncSource *self = AETHER_VNC_SOURCE (object);

  g_clear_pointer (&self->worker, aether_vnc_worker_unref);
  g_clear_object (&self->framebuffer);
  g_free (self->name);

  G_OBJECT_CLASS (aether_vnc_source_parent_class)->finalize (object);
}

static void
aether_vnc_source_class_init (AetherVncSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_vnc_source_dispose;
  object_class->finalize = aether_vnc_source_finalize;

  signals[QUESTION] = g_signal_new ("question", AETHER_TYPE_VNC_SOURCE, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[NAMED] = g_signal_new ("named", AETHER_TYPE_VNC_SOURCE, G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aether_vnc_source_init (AetherVncSource *self)
{
}

static AetherVncSource *
source_new (const AetherVncAddress *address, int fd, AetherFramebuffer *framebuffer)
{
  AetherVncSource *self = g_object_new (AETHER_TYPE_VNC_SOURCE, NULL);

  self->framebuffer = g_object_ref (framebuffer);
  self->worker = aether_vnc_worker_new (address, fd, framebuffer, take_news, G_OBJECT (self));

  return self;
}

AetherVncSource *
aether_vnc_source_new (const AetherVncAddress *address, AetherFramebuffer *framebuffer)
{
  return source_new (address, -1, framebuffer);
}

AetherVncSource *
aether_vnc_source_new_for_stream (GSocketConnection *stream, AetherFramebuffer *framebuffer)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (stream));

  return source_new (NULL, fcntl (fd, F_DUPFD_CLOEXEC, 3), framebuffer);
}
