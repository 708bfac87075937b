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

struct _AetherDbusClipboard
{
  GObject              parent_instance;

  AetherQemuClipboard *ours;        /* served to the machine */
  AetherQemuClipboard *theirs;      /* (nullable): not there yet */
  GCancellable        *cancellable;
  guint                serial;      /* of the newest grab: the later one wins */
  char                *text;        /* (nullable): what we offer */
  gboolean             requesting;
  gboolean             again;       /* it was grabbed anew meanwhile */
  gboolean             ready;
};

enum { PROP_0, PROP_READY, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { TEXT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherDbusClipboard, aether_dbus_clipboard, G_TYPE_OBJECT)

static const char * const text_types[] = { TEXT_TYPE, NULL };

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
      g_clear_pointer (&self->text, g_free);
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

/* The machine begins to count anew. */
static gboolean
register_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation)
{
  self->serial = 0;
  aether_qemu_clipboard_complete_register (self->ours, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
unregister_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation)
{
  aether_qemu_clipboard_complete_unregister (self->ours, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- to the machine: we grab, it requests ------------------------------------------ */

static gboolean
request_cb (AetherDbusClipboard *self, GDBusMethodInvocation *invocation, guint selection,
            const char * const *types)
{
  if (selection != SELECTION_CLIPBOARD || self->text == NULL || !g_strv_contains (types, TEXT_TYPE))
    g_dbus_method_invocation_return_error_literal (invocation, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                                   "There is no text to be had.");
  else
    aether_qemu_clipboard_complete_request (self->ours, invocation, TEXT_TYPE,
                                            g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->text,
                                                                       strlen (self->text), 1));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
grab (AetherDbusClipboard *self)
{
  aether_qemu_clipboard_call_grab (self->theirs, SELECTION_CLIPBOARD, ++self->serial, text_types,
                                   G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* Nothing goes over before the machine asks for it. */
void
aether_dbus_clipboard_offer (AetherDbusClipboard *self, const char *text)
{
  if (strlen (text) > AETHER_DBUS_CLIPBOARD_MAX)
    return;

  g_set_str (&self->text, text);
  if (self->ready)
    grab (self);
}

gboolean
aether_dbus_clipboard_is_ready (AetherDbusClipboard *self)
{
  return self->ready;
}

/* --- making: proxy -> registered ----------------------------------------------------- */

static void
registered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDbusClipboard) self = user_data;

  if (!aether_qemu_clipboard_call_register_finish (AETHER_QEMU_CLIPBOARD (object), result, NULL) ||
      self->theirs == NULL)
    return;   /* this machine has no clipboard */

  self->ready = TRUE;
  if (self->text)
    grab (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
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
  aether_qemu_clipboard_call_register (theirs, G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, registered_cb,
                                       g_object_ref (self));
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

  G_OBJECT_CLASS (aether_dbus_clipboard_parent_class)->dispose (object);
}

static void
aether_dbus_clipboard_finalize (GObject *object)
{
  AetherDbusClipboard *self = AETHER_DBUS_CLIPBOARD (object);

  g_clear_object (&self->cancellable);
  g_free (self->text);

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
}

AetherDbusClipboard *
aether_dbus_clipboard_new (GDBusConnection *connection)
{
  static const struct { const char *signal; GCallback callback; } handlers[] = {
    { "handle-grab", G_CALLBACK (grab_cb) },
    { "handle-register", G_CALLBACK (register_cb) },
    { "handle-release", G_CALLBACK (release_cb) },
    { "handle-request", G_CALLBACK (request_cb) },
    { "handle-unregister", G_CALLBACK (unregister_cb) },
  };
  AetherDbusClipboard *self = g_object_new (AETHER_TYPE_DBUS_CLIPBOARD, NULL);

  self->ours = aether_qemu_clipboard_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (self->ours, handlers[i].signal, handlers[i].callback, self);

  /* Served before we say so: the machine may grab at once */
  if (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->ours), connection, CLIPBOARD_PATH, NULL))
    aether_qemu_clipboard_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL, CLIPBOARD_PATH,
                                     self->cancellable, proxy_cb, g_object_ref (self));

  return self;
}
