/* aether-dbus-clipboard.c - a machine's clipboard over org.qemu.Display1.Clipboard
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-dbus-clipboard.h"

#include <string.h>

#include "aether-display1.h"

#define CLIPBOARD_PATH "/org/qemu/Display1/Clipboard"
#define SELECTION_CLIPBOARD 0   /* primary and secondary are not shared */
#define TEXT_TYPE "text/plain;charset=utf-8"

/* What is asked for on GDBus's thread: QEMU stands still until it has the answer. */
typedef struct
{
  GMutex  lock;
  char   *text;   /* (nullable) */
} Offer;

struct _AetherDbusClipboard
{
  GObject              parent_instance;

  GDBusConnection     *connection;
  guint                filter;
  Offer               *offer;       /* (atomic-rc-box) */

  AetherQemuClipboard *ours;        /* served to the machine */
  AetherQemuClipboard *theirs;      /* (nullable): not there yet */
  GCancellable        *cancellable;
  guint                serial;      /* of the newest grab: the later one wins */
  gboolean             offers;
  gboolean             requesting;
  gboolean             again;       /* it was grabbed anew meanwhile */
  gboolean             taken_over;  /* from a window before us */
  gboolean             ready;
};

enum { PROP_0, PROP_READY, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { TEXT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherDbusClipboard, aether_dbus_clipboard, G_TYPE_OBJECT)

static const char * const text_types[] = { TEXT_TYPE, NULL };

static void
offer_clear (gpointer offer)
{
  g_mutex_clear (&((Offer *) offer)->lock);
  g_free (((Offer *) offer)->text);
}

static void
offer_unref (gpointer offer)
{
  g_atomic_rc_box_release_full (offer, offer_clear);
}

/* @text: (nullable) */
static void
set_offer (AetherDbusClipboard *self, const char *text)
{
  self->offers = text != NULL;
  g_mutex_lock (&self->offer->lock);
  g_set_str (&self->offer->text, text);
  g_mutex_unlock (&self->offer->lock);
}

static void
grab (AetherDbusClipboard *self)
{
  aether_qemu_clipboard_call_grab (self->theirs, SELECTION_CLIPBOARD, ++self->serial, text_types,
                                   G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* --- from the machine: it grabs, we request --------------------------------------- */

static void request (AetherDbusClipboard *self);

static void
take_text (AetherDbusClipboard *self, const char *type, GVariant *data)
{
  gsize length = 0;
  const char *bytes = g_variant_get_fixed_array (data, &length, 1);
  g_autofree char *text = NULL;

  if (g_strcmp0 (type, TEXT_TYPE) != 0 || length == 0 || length > AETHER_DBUS_CLIPBOARD_MAX)
    return;

  length = strnlen (bytes, length);
  text = g_utf8_make_valid (bytes, length);
  g_signal_emit (self, signals[TEXT], 0, text);
}

static void
requested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDbusClipboard) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) data = NULL;
  g_autofree char *type = NULL;
  gboolean answered = aether_qemu_clipboard_call_request_finish (AETHER_QEMU_CLIPBOARD (object), &type, &data,
                                                                 result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->requesting = FALSE;
  if (self->again)
    request (self);
  else if (answered)
    take_text (self, type, data);
}

/* The machine takes one request at a time. */
static void
request (AetherDbusClipboard *self)
{
  self->again = self->requesting;
  if (self->requesting || self->theirs == NULL)
    return;

  self->requesting = TRUE;
  aether_qemu_clipboard_call_request (self->theirs, SELECTION_CLIPBOARD, text_types, G_DBUS_CALL_FLAGS_NONE, -1,
                                      self->cancellable, requested_cb, g_object_ref (self));
}

static gboolean
grab_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation, guint selection, guint serial,
         const char * const *types)
{
  if (selection == SELECTION_CLIPBOARD)
    {
      self->serial = MAX (self->serial, serial);
      set_offer (self, NULL);
      if (g_strv_contains (types, TEXT_TYPE))
        request (self);
    }

  aether_qemu_clipboard_complete_grab (self->ours, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
release_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation, guint selection)
{
  aether_qemu_clipboard_complete_release (self->ours, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* The machine begins to count anew, because an agent came: one that has heard of nothing yet. */
static gboolean
register_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation)
{
  self->serial = 0;
  aether_qemu_clipboard_complete_register (self->ours, invocation);
  if (self->ready && self->offers)
    grab (self);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
unregister_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation)
{
  aether_qemu_clipboard_complete_unregister (self->ours, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- to the machine: we grab, it requests ------------------------------------------ */

static GDBusMessage *
answer_request (GDBusMessage *message, Offer *offer)
{
  GVariant *body = g_dbus_message_get_body (message);
  g_autofree const char **types = NULL;
  g_autofree char *text = NULL;
  GDBusMessage *reply;
  guint selection;

  if (body == NULL || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(uas)")))
    return g_dbus_message_new_method_error_literal (message, "org.freedesktop.DBus.Error.InvalidArgs",
                                                    "A selection and types are wanted.");

  g_variant_get (body, "(u^a&s)", &selection, &types);
  if (selection == SELECTION_CLIPBOARD && g_strv_contains (types, TEXT_TYPE))
    {
      g_mutex_lock (&offer->lock);
      text = g_strdup (offer->text);
      g_mutex_unlock (&offer->lock);
    }
  if (text == NULL)
    return g_dbus_message_new_method_error_literal (message, "org.freedesktop.DBus.Error.Failed",
                                                    "There is no text to be had.");

  reply = g_dbus_message_new_method_reply (message);
  g_dbus_message_set_body (reply, g_variant_new ("(s@ay)", TEXT_TYPE,
                                                 g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text,
                                                                            strlen (text), 1)));
  return reply;
}

/* On GDBus's thread, so that a window that does not get round to it holds up no machine. */
static GDBusMessage *
filter_cb (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer offer)
{
  g_autoptr(GDBusMessage) reply = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_strcmp0 (g_dbus_message_get_path (message), CLIPBOARD_PATH) != 0 ||
      g_strcmp0 (g_dbus_message_get_member (message), "Request") != 0)
    return message;

  reply = answer_request (message, offer);
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_object_unref (message);

  return NULL;
}

/* Nothing goes over before the machine asks for it. */
void
aether_dbus_clipboard_offer (AetherDbusClipboard *self, const char *text)
{
  if (strlen (text) > AETHER_DBUS_CLIPBOARD_OFFER_MAX)
    return;

  set_offer (self, text);
  if (self->ready)
    grab (self);
}

gboolean
aether_dbus_clipboard_is_ready (AetherDbusClipboard *self)
{
  return self->ready;
}

/* --- making: proxy -> registered ----------------------------------------------------- */

static void register_with (AetherDbusClipboard *self);

static void
unregistered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDbusClipboard) self = user_data;

  if (aether_qemu_clipboard_call_unregister_finish (AETHER_QEMU_CLIPBOARD (object), result, NULL) && self->theirs)
    register_with (self);
}

static void
registered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDbusClipboard) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean registered = aether_qemu_clipboard_call_register_finish (AETHER_QEMU_CLIPBOARD (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->theirs == NULL)
    return;

  if (!registered)
    {
      /* QEMU does not notice that the window before us has gone, and shares with one only.
       * Otherwise this machine has no clipboard. */
      if (!self->taken_over)
        aether_qemu_clipboard_call_unregister (self->theirs, G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                                               unregistered_cb, g_object_ref (self));
      self->taken_over = TRUE;
      return;
    }

  self->ready = TRUE;
  if (self->offers)
    grab (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
}

static void
register_with (AetherDbusClipboard *self)
{
  aether_qemu_clipboard_call_register (self->theirs, G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, registered_cb,
                                       g_object_ref (self));
}

static void
proxy_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDbusClipboard) self = user_data;
  AetherQemuClipboard *theirs = aether_qemu_clipboard_proxy_new_finish (result, NULL);

  if (theirs == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_object (&theirs);
      return;
    }

  self->theirs = theirs;
  register_with (self);
}

static void
aether_dbus_clipboard_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, AETHER_DBUS_CLIPBOARD (object)->ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
aether_dbus_clipboard_dispose (GObject *object)
{
  AetherDbusClipboard *self = AETHER_DBUS_CLIPBOARD (object);

  g_cancellable_cancel (self->cancellable);
  if (self->ours)
    {
      g_signal_handlers_disconnect_by_data (self->ours, self);
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->ours));
    }
  g_clear_object (&self->ours);
  g_clear_object (&self->theirs);
  if (self->connection)
    g_dbus_connection_remove_filter (self->connection, self->filter);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (aether_dbus_clipboard_parent_class)->dispose (object);
}

static void
aether_dbus_clipboard_finalize (GObject *object)
{
  AetherDbusClipboard *self = AETHER_DBUS_CLIPBOARD (object);

  g_clear_object (&self->cancellable);
  offer_unref (self->offer);

  G_OBJECT_CLASS (aether_dbus_clipboard_parent_class)->finalize (object);
}

static void
aether_dbus_clipboard_class_init (AetherDbusClipboardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aether_dbus_clipboard_get_property;
  object_class->dispose = aether_dbus_clipboard_dispose;
  object_class->finalize = aether_dbus_clipboard_finalize;

  props[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[TEXT] = g_signal_new ("text", AETHER_TYPE_DBUS_CLIPBOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aether_dbus_clipboard_init (AetherDbusClipboard *self)
{
  self->cancellable = g_cancellable_new ();
  self->offer = g_atomic_rc_box_new0 (Offer);
  g_mutex_init (&self->offer->lock);
}

AetherDbusClipboard *
aether_dbus_clipboard_new (GDBusConnection *connection)
{
  static const struct { const char *signal; GCallback callback; } handlers[] = {
    { "handle-grab", G_CALLBACK (grab_cb) },
    { "handle-register", G_CALLBACK (register_cb) },
    { "handle-release", G_CALLBACK (release_cb) },
    { "handle-unregister", G_CALLBACK (unregister_cb) },
  };
  AetherDbusClipboard *self = g_object_new (AETHER_TYPE_DBUS_CLIPBOARD, NULL);

  self->connection = g_object_ref (connection);
  self->filter = g_dbus_connection_add_filter (connection, filter_cb, g_atomic_rc_box_acquire (self->offer),
                                               offer_unref);
  self->ours = aether_qemu_clipboard_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (self->ours, handlers[i].signal, handlers[i].callback, self);

  /* Served before we say so: the machine may grab at once */
  if (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->ours), connection, CLIPBOARD_PATH, NULL))
    aether_qemu_clipboard_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL, CLIPBOARD_PATH,
                                     self->cancellable, proxy_cb, g_object_ref (self));

  return self;
}
