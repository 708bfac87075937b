/* aether-serial-terminal.c - a terminal on one serial port
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-serial-terminal.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define READ_BYTES 16384
#define MOST_QUEUED (1024 * 1024)   /* what the machine does not take of it is not typed */
#define SCROLLBACK 10000
#define ZOOM_STEP 1.2

struct _AetherSerialTerminal
{
  VteTerminal    parent_instance;

  guint          port;
  AetherClient  *client;
  GIOStream     *stream;        /* NULL: not connected */
  GCancellable  *cancellable;   /* of this connection */
  GByteArray    *queued;
  gboolean       writing;
  gboolean       wrote;         /* there is something from a run before */
};

enum { PROP_0, PROP_CONNECTED, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (AetherSerialTerminal, aether_serial_terminal, VTE_TYPE_TERMINAL)

static void read_more (AetherSerialTerminal *self);

/* --- the connection ---------------------------------------------------------- */

static void
set_stream (AetherSerialTerminal *self, GIOStream *stream)
{
  gboolean connected = stream != NULL;

  if (g_set_object (&self->stream, stream))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTED]);
  vte_terminal_set_input_enabled (VTE_TERMINAL (self), connected);
}

static void
hang_up (AetherSerialTerminal *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_byte_array_set_size (self->queued, 0);
  self->writing = FALSE;
  if (self->stream)
    g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  set_stream (self, NULL);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherSerialTerminal) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      hang_up (self);   /* the machine ended, or we did not keep up */
      return;
    }

  self->wrote = TRUE;
  vte_terminal_feed (VTE_TERMINAL (self), g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  read_more (self);
}

/* After drawing, so that a flood does not pile up in the terminal. */
static void
read_more (AetherSerialTerminal *self)
{
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), READ_BYTES, G_PRIORITY_LOW,
                                   self->cancellable, read_cb, g_object_ref (self));
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherSerialTerminal) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GIOStream) stream = aether_client_open_serial_finish (AETHER_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || AETHER_CLIENT (object) != self->client)
    return;

  if (stream == NULL)
    {
      g_autofree char *line = g_strdup_printf ("\r\n%s\r\n", error->message);

      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))   /* its end is shown elsewhere */
        vte_terminal_feed (VTE_TERMINAL (self), line, -1);
      return;
    }

  if (self->wrote)
    vte_terminal_feed (VTE_TERMINAL (self), "\033c", -1);   /* the port begins anew, and replays what it had */
  set_stream (self, stream);
  read_more (self);
}

void
aether_serial_terminal_set_client (AetherSerialTerminal *self, AetherClient *client)
{
  g_return_if_fail (AETHER_IS_SERIAL_TERMINAL (self));

  if (self->client == client && (client == NULL || self->cancellable))
    return;

  hang_up (self);
  g_set_object (&self->client, client);
  if (client == NULL)
    return;

  self->cancellable = g_cancellable_new ();
  aether_client_open_serial_async (client, self->port, TRUE, self->cancellable, opened_cb, g_object_ref (self));
}

gboolean
aether_serial_terminal_is_connected (AetherSerialTerminal *self)
{
  return self->stream != NULL;
}

/* --- what is typed ------------------------------------------------------------- */

static void write_more (AetherSerialTerminal *self);

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherSerialTerminal) self = user_data;
  g_autoptr(GError) error = NULL;
  gssize n = g_output_stream_write_bytes_finish (G_OUTPUT_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->writing = FALSE;
  if (n <= 0)
    {
      hang_up (self);
      return;
    }

  g_byte_array_remove_range (self->queued, 0, MIN ((guint) n, self->queued->len));
  write_more (self);
}

static void
write_more (AetherSerialTerminal *self)
{
  g_autoptr(GBytes) bytes = NULL;

  if (self->writing || self->queued->len == 0 || self->stream == NULL)
    return;

  self->writing = TRUE;
  bytes = g_bytes_new (self->queued->data, MIN (self->queued->len, READ_BYTES));
  g_output_stream_write_bytes_async (g_io_stream_get_output_stream (self->stream), bytes, G_PRIORITY_DEFAULT,
                                     self->cancellable, written_cb, g_object_ref (self));
}

static void
commit_cb (AetherSerialTerminal *self, const char *text, guint size, gpointer user_data)
{
  if (self->stream == NULL || size > MOST_QUEUED - self->queued->len)
    return;

  g_byte_array_append (self->queued, (const guint8 *) text, size);
  write_more (self);
}

/* --- looks and actions ---------------------------------------------------------- */

static void
update_colors (AetherSerialTerminal *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA text, ground;

  gdk_rgba_parse (&text, dark ? "#ffffff" : "#1e1e1e");
  gdk_rgba_parse (&ground, dark ? "#1e1e1e" : "#ffffff");
  vte_terminal_set_colors (VTE_TERMINAL (self), &text, &ground, NULL, 0);
}

static void
zoom (GtkWidget *widget, double factor)
{
  VteTerminal *terminal = VTE_TERMINAL (widget);

  vte_terminal_set_font_scale (terminal, factor == 0 ? 1 : CLAMP (vte_terminal_get_font_scale (terminal) * factor,
                                                                  0.5, 4));
}

static void
zoom_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom (widget, ZOOM_STEP);
}

static void
zoom_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom (widget, 1 / ZOOM_STEP);
}

static void
zoom_normal_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom (widget, 0);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vte_terminal_copy_clipboard_format (VTE_TERMINAL (widget), VTE_FORMAT_TEXT);
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vte_terminal_paste_clipboard (VTE_TERMINAL (widget));
}

static void
selection_changed_cb (AetherSerialTerminal *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "serial.copy",
                                 vte_terminal_get_has_selection (VTE_TERMINAL (self)));
}

static void
aether_serial_terminal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CONNECTED)
    g_value_set_boolean (value, AETHER_SERIAL_TERMINAL (object)->stream != NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
aether_serial_terminal_dispose (GObject *object)
{
  AetherSerialTerminal *self = AETHER_SERIAL_TERMINAL (object);

  hang_up (self);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (aether_serial_terminal_parent_class)->dispose (object);
}

static void
aether_serial_terminal_finalize (GObject *object)
{
  g_byte_array_unref (AETHER_SERIAL_TERMINAL (object)->queued);

  G_OBJECT_CLASS (aether_serial_terminal_parent_class)->finalize (object);
}

static void
aether_serial_terminal_class_init (AetherSerialTerminalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->get_property = aether_serial_terminal_get_property;
  object_class->dispose = aether_serial_terminal_dispose;
  object_class->finalize = aether_serial_terminal_finalize;

  props[PROP_CONNECTED] = g_param_spec_boolean ("connected", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_install_action (widget_class, "serial.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "serial.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "serial.zoom-in", NULL, zoom_in_action);
  gtk_widget_class_install_action (widget_class, "serial.zoom-out", NULL, zoom_out_action);
  gtk_widget_class_install_action (widget_class, "serial.zoom-normal", NULL, zoom_normal_action);
}

/* Before VTE, which takes every key for the guest */
static void
add_shortcuts (AetherSerialTerminal *self)
{
  const GdkModifierType both = GDK_CONTROL_MASK | GDK_SHIFT_MASK;
  const struct { guint key; GdkModifierType modifiers; const char *action; } bindings[] = {
    { GDK_KEY_c, both, "serial.copy" },
    { GDK_KEY_v, both, "serial.paste" },
    { GDK_KEY_plus, GDK_CONTROL_MASK, "serial.zoom-in" },
    { GDK_KEY_plus, both, "serial.zoom-in" },
    { GDK_KEY_KP_Add, GDK_CONTROL_MASK, "serial.zoom-in" },
    { GDK_KEY_minus, GDK_CONTROL_MASK, "serial.zoom-out" },
    { GDK_KEY_KP_Subtract, GDK_CONTROL_MASK, "serial.zoom-out" },
    { GDK_KEY_0, GDK_CONTROL_MASK, "serial.zoom-normal" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (bindings[i].key,
                                                                                    bindings[i].modifiers),
                                                            gtk_named_action_new (bindings[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
aether_serial_terminal_init (AetherSerialTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);

  self->queued = g_byte_array_new ();
  vte_terminal_set_scrollback_lines (terminal, SCROLLBACK);
  vte_terminal_set_audible_bell (terminal, FALSE);
  vte_terminal_set_allow_hyperlink (terminal, FALSE);   /* the guest's words are not ours */
  vte_terminal_set_mouse_autohide (terminal, TRUE);
  vte_terminal_set_input_enabled (terminal, FALSE);
  add_shortcuts (self);
  update_colors (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (update_colors), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "commit", G_CALLBACK (commit_cb), NULL);
  g_signal_connect (self, "selection-changed", G_CALLBACK (selection_changed_cb), NULL);
  selection_changed_cb (self);
}

AetherSerialTerminal *
aether_serial_terminal_new (guint port)
{
  AetherSerialTerminal *self = g_object_new (AETHER_TYPE_SERIAL_TERMINAL, NULL);

  self->port = port;

  return self;
}
