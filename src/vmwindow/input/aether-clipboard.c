/* aether-clipboard.c - this computer's clipboard and a machine's, as one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-clipboard.h"

#include <string.h>

struct _AetherClipboard
{
  GObject              parent_instance;

  GtkWindow           *window;
  GdkClipboard        *clipboard;
  AetherDisplaySource *source;       /* (nullable) */
  AetherClipboardMode  mode;
  GCancellable        *cancellable;  /* of the reading under way */
  gboolean             news;         /* copied here, and not offered yet */
  char                *arrived;      /* (nullable): copied there, and not here yet */
  char                *known;        /* (nullable): what went over last, either way */
};

enum { PROP_0, PROP_MODE, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { SHARED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherClipboard, aether_clipboard, G_TYPE_OBJECT)

static gboolean
may (AetherClipboard *self, AetherClipboardMode one_way)
{
  return self->source && self->window && gtk_window_is_active (self->window) &&
         (self->mode == AETHER_CLIPBOARD_BOTH || self->mode == one_way);
}

/* --- to the machine ---------------------------------------------------------------- */

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherClipboard) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);

  /* The window may have been left, or the user changed his mind, while it was read */
  if (text == NULL || *text == '\0' || strlen (text) > AETHER_CLIPBOARD_MAX ||
      !may (self, AETHER_CLIPBOARD_TO_MACHINE) || g_strcmp0 (text, self->known) == 0)
    return;

  g_set_str (&self->known, text);
  aether_display_source_offer_text (self->source, text);
  g_signal_emit (self, signals[SHARED], 0, FALSE, (guint) strlen (text));
}

static void
offer (AetherClipboard *self)
{
  GdkContentFormats *formats = gdk_clipboard_get_formats (self->clipboard);

  if (!self->news || !may (self, AETHER_CLIPBOARD_TO_MACHINE))
    return;

  self->news = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (!gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) &&
      !gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8") &&
      !gdk_content_formats_contain_mime_type (formats, "text/plain"))
    return;

  self->cancellable = g_cancellable_new ();
  gdk_clipboard_read_text_async (self->clipboard, self->cancellable, read_cb, g_object_ref (self));
}

static void
changed_cb (AetherClipboard *self)
{
  self->news = TRUE;
  offer (self);
}

/* --- from the machine -------------------------------------------------------------- */

static void
deliver (AetherClipboard *self)
{
  g_autofree char *text = NULL;

  if (self->arrived == NULL || !may (self, AETHER_CLIPBOARD_FROM_MACHINE))
    return;

  text = g_steal_pointer (&self->arrived);
  g_set_str (&self->known, text);
  gdk_clipboard_set_text (self->clipboard, text);
  g_signal_emit (self, signals[SHARED], 0, TRUE, (guint) strlen (text));
}

static void
text_cb (AetherClipboard *self, const char *text)
{
  if (strlen (text) > AETHER_CLIPBOARD_MAX || g_strcmp0 (text, self->known) == 0 ||
      (self->mode != AETHER_CLIPBOARD_BOTH && self->mode != AETHER_CLIPBOARD_FROM_MACHINE))
    return;

  g_set_str (&self->arrived, text);
  deliver (self);
}

/* --- both --------------------------------------------------------------------------- */

static void
active_cb (AetherClipboard *self)
{
  deliver (self);
  offer (self);
}

void
aether_clipboard_set_source (AetherClipboard *self, AetherDisplaySource *source)
{
  if (self->source == source)
    return;

  if (self->source)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_set_object (&self->source, source);
  g_clear_pointer (&self->arrived, g_free);
  g_clear_pointer (&self->known, g_free);   /* this machine knows of nothing yet */
  if (source == NULL)
    return;

  g_signal_connect_swapped (source, "text", G_CALLBACK (text_cb), self);
  changed_cb (self);
}

/* What was copied while it was off stays where it was copied. */
void
aether_clipboard_set_mode (AetherClipboard *self, AetherClipboardMode mode)
{
  if (self->mode == mode)
    return;

  self->mode = mode;
  if (mode != AETHER_CLIPBOARD_BOTH && mode != AETHER_CLIPBOARD_FROM_MACHINE)
    g_clear_pointer (&self->arrived, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODE]);
}

AetherClipboardMode
aether_clipboard_get_mode (AetherClipboard *self)
{
  return self->mode;
}

static void
aether_clipboard_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MODE)
    g_value_set_enum (value, AETHER_CLIPBOARD (object)->mode);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
aether_clipboard_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MODE)
    aether_clipboard_set_mode (AETHER_CLIPBOARD (object), g_value_get_enum (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
aether_clipboard_dispose (GObject *object)
{
  AetherClipboard *self = AETHER_CLIPBOARD (object);

  g_cancellable_cancel (self->cancellable);
  aether_clipboard_set_source (self, NULL);
  g_clear_weak_pointer (&self->window);

  G_OBJECT_CLASS (aether_clipboard_parent_class)->dispose (object);
}

static void
aether_clipboard_finalize (GObject *object)
{
  AetherClipboard *self = AETHER_CLIPBOARD (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->clipboard);
  g_free (self->arrived);
  g_free (self->known);

  G_OBJECT_CLASS (aether_clipboard_parent_class)->finalize (object);
}

static void
aether_clipboard_class_init (AetherClipboardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_clipboard_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_clipboard_finalize;
  G_OBJECT_CLASS (klass)->get_property = aether_clipboard_get_property;
  G_OBJECT_CLASS (klass)->set_property = aether_clipboard_set_property;

  props[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, AETHER_TYPE_CLIPBOARD_MODE, AETHER_CLIPBOARD_BOTH,
                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);

  signals[SHARED] = g_signal_new ("shared", AETHER_TYPE_CLIPBOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_UINT);
}

static void
aether_clipboard_init (AetherClipboard *self)
{
}

AetherClipboard *
aether_clipboard_new (GtkWindow *window)
{
  AetherClipboard *self = g_object_new (AETHER_TYPE_CLIPBOARD, NULL);

  g_set_weak_pointer (&self->window, window);   /* a text that is being read outlives it */
  self->clipboard = g_object_ref (gtk_widget_get_clipboard (GTK_WIDGET (window)));
  g_signal_connect_object (self->clipboard, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);

  return self;
}
