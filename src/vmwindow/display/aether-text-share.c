/* aether-text-share.c - one clipboard for this computer and a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-text-share.h"

struct _AetherTextShare
{
  GObject              parent_instance;

  GtkWindow           *window;
  GdkClipboard        *clipboard;
  AetherDisplaySource *source;      /* (nullable) */
  GCancellable        *cancellable; /* of what is being read */
  gboolean             enabled;
  gboolean             stale;       /* the machine does not know what is on the clipboard */
  char                *waiting;     /* (nullable): the machine's, until the window is used */
};

enum { PROP_0, PROP_ENABLED, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AetherTextShare, aether_text_share, G_TYPE_OBJECT)

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherTextShare) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, &error);

  if (text && self->source && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aether_display_source_offer_text (self->source, text);
}

static void
stop_reading (AetherTextShare *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* Brings both sides up to date, if now is the time. */
static void
share (AetherTextShare *self)
{
  GdkContentFormats *formats = gdk_clipboard_get_formats (self->clipboard);

  if (!self->enabled || self->source == NULL || !gtk_window_is_active (self->window))
    return;

  if (self->waiting)
    {
      gdk_clipboard_set_text (self->clipboard, self->waiting);
      g_clear_pointer (&self->waiting, g_free);
      self->stale = FALSE;
      return;
    }

  if (!self->stale || gdk_clipboard_is_local (self->clipboard) ||
      !(gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) ||
        gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8") ||
        gdk_content_formats_contain_mime_type (formats, "text/plain")))
    return;

  self->stale = FALSE;
  stop_reading (self);
  self->cancellable = g_cancellable_new ();
  gdk_clipboard_read_text_async (self->clipboard, self->cancellable, read_cb, g_object_ref (self));
}

static void
clipboard_changed_cb (AetherTextShare *self)
{
  self->stale = TRUE;
  share (self);
}

static void
text_cb (AetherTextShare *self, const char *text)
{
  g_set_str (&self->waiting, text);
  share (self);
}

void
aether_text_share_set_source (AetherTextShare *self, AetherDisplaySource *source)
{
  if (self->source == source)
    return;

  stop_reading (self);
  if (self->source)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_set_object (&self->source, source);
  g_clear_pointer (&self->waiting, g_free);
  self->stale = TRUE;
  if (source == NULL)
    return;

  g_signal_connect_swapped (source, "text", G_CALLBACK (text_cb), self);
  share (self);
}

static void
aether_text_share_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, AETHER_TEXT_SHARE (object)->enabled);
}

static void
aether_text_share_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AetherTextShare *self = AETHER_TEXT_SHARE (object);

  if (self->enabled == g_value_get_boolean (value))
    return;

  self->enabled = g_value_get_boolean (value);
  g_clear_pointer (&self->waiting, g_free);
  g_object_notify_by_pspec (object, pspec);
  if (self->window)
    share (self);
}

static void
aether_text_share_dispose (GObject *object)
{
  AetherTextShare *self = AETHER_TEXT_SHARE (object);

  aether_text_share_set_source (self, NULL);
  stop_reading (self);
  self->enabled = FALSE;
  g_clear_object (&self->clipboard);

  G_OBJECT_CLASS (aether_text_share_parent_class)->dispose (object);
}

static void
aether_text_share_finalize (GObject *object)
{
  g_free (AETHER_TEXT_SHARE (object)->waiting);

  G_OBJECT_CLASS (aether_text_share_parent_class)->finalize (object);
}

static void
aether_text_share_class_init (AetherTextShareClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_text_share_dispose;
  object_class->finalize = aether_text_share_finalize;
  object_class->get_property = aether_text_share_get_property;
  object_class->set_property = aether_text_share_set_property;

  properties[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, TRUE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                   G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aether_text_share_init (AetherTextShare *self)
{
  self->enabled = TRUE;
}

AetherTextShare *
aether_text_share_new (GtkWindow *window)
{
  AetherTextShare *self = g_object_new (AETHER_TYPE_TEXT_SHARE, NULL);

  self->window = window;
  self->clipboard = g_object_ref (gtk_widget_get_clipboard (GTK_WIDGET (window)));
  g_signal_connect_object (self->clipboard, "changed", G_CALLBACK (clipboard_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (share), self, G_CONNECT_SWAPPED);

  return self;
}
