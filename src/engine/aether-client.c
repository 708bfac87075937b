/* aether-client.c - a running machine, seen from a window or the command line
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-client-private.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

/* Typing a long text, or asking a busy guest, takes the time it takes: what ends a call is the
 * machine's end or the caller's cancellable */
#define PATIENTLY G_DBUS_CALL_FLAGS_NONE, G_MAXINT

struct _AetherClient
{
  GObject          parent_instance;

  AetherMachine1  *machine;
  GDBusConnection *connection;

  GStrv            channels;
  gboolean         closed;
  gboolean         has_end;
  AetherEnd        end;
  char            *end_sentence;
};

enum { PROP_0, PROP_STATE, PROP_ACCELERATOR, PROP_NAME, PROP_UUID, PROP_SINCE, PROP_END, PROP_END_SENTENCE, PROP_CHANNELS, PROP_DISPLAY_TAKEN,
       N_PROPS };
static GParamSpec *props[N_PROPS];

enum { LOG_LINE, FINDING, GUEST_PANIC, DISK_ERROR, HAPPENED, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherClient, aether_client, G_TYPE_OBJECT)

static void
aether_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherClient *self = AETHER_CLIENT (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, aether_client_get_state (self));
      break;
    case PROP_ACCELERATOR:
      g_value_set_string (value, aether_client_get_accelerator (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, aether_client_get_name (self));
      break;
    case PROP_UUID:
      g_value_set_string (value, aether_client_get_uuid (self));
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, aether_client_get_since (self));
      break;
    case PROP_END:
      g_value_set_enum (value, self->end);
      break;
    case PROP_END_SENTENCE:
      g_value_set_string (value, self->end_sentence);
      break;
    case PROP_CHANNELS:
      g_value_set_boxed (value, aether_client_get_channels (self));
      break;
    case PROP_DISPLAY_TAKEN:
      g_value_set_boolean (value, aether_client_get_display_taken (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_client_dispose (GObject *object)
{
  AetherClient *self = AETHER_CLIENT (object);

  if (self->machine)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      if (!self->closed)
        g_dbus_connection_close (self->connection, NULL, NULL, NULL);
    }
  g_clear_object (&self->machine);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (aether_client_parent_class)->dispose (object);
}

static void
aether_client_finalize (GObject *object)
{
  g_free (AETHER_CLIENT (object)->end_sentence);
  g_strfreev (AETHER_CLIENT (object)->channels);

  G_OBJECT_CLASS (aether_client_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n, GType a, GType b, GType c, GType d)
{
  return g_signal_new (name, AETHER_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n, a, b, c, d);
}

static void
aether_client_class_init (AetherClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aether_client_get_property;
  object_class->dispose = aether_client_dispose;
  object_class->finalize = aether_client_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, AETHER_TYPE_STATE, AETHER_STATE_STOPPED, flags);
  props[PROP_ACCELERATOR] = g_param_spec_string ("accelerator", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, flags);
  props[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_END] = g_param_spec_enum ("end", NULL, NULL, AETHER_TYPE_END, AETHER_END_NONE, flags);
  props[PROP_END_SENTENCE] = g_param_spec_string ("end-sentence", NULL, NULL, NULL, flags);
  props[PROP_CHANNELS] = g_param_spec_boxed ("channels", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_DISPLAY_TAKEN] = g_param_spec_boolean ("display-taken", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[LOG_LINE] = add_signal ("log-line", 1, G_TYPE_STRING, 0, 0, 0);
  signals[FINDING] = add_signal ("finding", 1, AETHER_TYPE_FINDING, 0, 0, 0);
  signals[GUEST_PANIC] = add_signal ("guest-panic", 1, G_TYPE_STRING, 0, 0, 0);
  signals[DISK_ERROR] = add_signal ("disk-error", 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[HAPPENED] = add_signal ("happened", 2, G_TYPE_STRING, G_TYPE_STRING, 0, 0);
  signals[CLOSED] = add_signal ("closed", 0, 0, 0, 0, 0);
}

static void
aether_client_init (AetherClient *self)
{
}

/* --- what the machine says ----------------------------------------------- */

/* The proxy forgets its own copy only after we are told. */
static void
read_channels (AetherClient *self)
{
  g_autoptr(GVariant) value = g_dbus_proxy_get_cached_property (G_DBUS_PROXY (self->machine), "Channels");

  g_strfreev (self->channels);
  self->channels = value && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY) ? g_variant_dup_strv (value, NULL)
                                                                                     : g_new0 (char *, 1);
}

static void
properties_changed_cb (AetherClient *self, GVariant *changed, const char * const *invalidated)
{
  static const struct { const char *member; guint prop; } mirrored[] = {
    { "State", PROP_STATE },
    { "Accelerator", PROP_ACCELERATOR },
    { "Name", PROP_NAME },
    { "Since", PROP_SINCE },
    { "Channels", PROP_CHANNELS },
    { "DisplayTaken", PROP_DISPLAY_TAKEN },
  };

  read_channels (self);
  for (guint i = 0; i < G_N_ELEMENTS (mirrored); i++)
    {
      g_autoptr(GVariant) value = g_variant_lookup_value (changed, mirrored[i].member, NULL);

      if (value)
        g_object_notify_by_pspec (G_OBJECT (self), props[mirrored[i].prop]);
    }
}

static void
log_line_cb (AetherClient *self, const char *line)
{
  g_signal_emit (self, signals[LOG_LINE], 0, line);
}

static AetherFinding *
make_finding (const char *severity, const char *id, const char *sentence, const char *fix)
{
  return aether_finding_new (aether_severity_from_nick (severity), id, sentence, *fix ? fix : NULL);
}

static void
finding_cb (AetherClient *self, const char *severity, const char *id, const char *sentence, const char *fix)
{
  g_autoptr(AetherFinding) finding = make_finding (severity, id, sentence, fix);

  g_signal_emit (self, signals[FINDING], 0, finding);
}

static void
guest_panicked_cb (AetherClient *self, const char *sentence)
{
  g_signal_emit (self, signals[GUEST_PANIC], 0, sentence);
}

static void
disk_error_cb (AetherClient *self, const char *drive, const char *operation, const char *reason, gboolean no_space)
{
  g_signal_emit (self, signals[DISK_ERROR], 0, drive, operation, reason, no_space);
}

static void
happened_cb (AetherClient *self, const char *kind, const char *subject)
{
  g_signal_emit (self, signals[HAPPENED], 0, kind, subject);
}

static void
set_end (AetherClient *self, AetherEnd end, const char *sentence)
{
  self->has_end = TRUE;
  self->end = end;
  g_set_str (&self->end_sentence, sentence);
}

static void
ended_cb (AetherClient *self, const char *end, const char *sentence, const char *output)
{
  set_end (self, aether_end_from_nick (end), sentence);
}

static void
closed_cb (AetherClient *self, gboolean remote_peer_vanished, GError *error)
{
  g_autoptr(AetherClient) alive = g_object_ref (self);

  if (self->closed)
    return;

  self->closed = TRUE;
  if (!self->has_end)
    {
      g_autofree char *sentence = g_strdup_printf (_("“%s” went away without a word: its process was "
                                                     "ended from outside."), aether_client_get_name (self));

      set_end (self, AETHER_END_KILLED, sentence);
    }

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_END]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_END_SENTENCE]);
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
closed_already_cb (gpointer user_data)
{
  closed_cb (user_data, TRUE, NULL);

  return G_SOURCE_REMOVE;
}

AetherClient *
aether_client_new (AetherMachine1 *machine)
{
  AetherClient *self = g_object_new (AETHER_TYPE_CLIENT, NULL);

  self->machine = g_object_ref (machine);
  self->connection = g_object_ref (g_dbus_proxy_get_connection (G_DBUS_PROXY (machine)));

  read_channels (self);
  g_signal_connect_swapped (machine, "g-properties-changed", G_CALLBACK (properties_changed_cb), self);
  g_signal_connect_swapped (machine, "log-line", G_CALLBACK (log_line_cb), self);
  g_signal_connect_swapped (machine, "finding-added", G_CALLBACK (finding_cb), self);
  g_signal_connect_swapped (machine, "guest-panicked", G_CALLBACK (guest_panicked_cb), self);
  g_signal_connect_swapped (machine, "disk-error", G_CALLBACK (disk_error_cb), self);
  g_signal_connect_swapped (machine, "happened", G_CALLBACK (happened_cb), self);
  g_signal_connect_swapped (machine, "ended", G_CALLBACK (ended_cb), self);
  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (closed_cb), self);
  if (g_dbus_connection_is_closed (self->connection))
    g_idle_add_full (G_PRIORITY_DEFAULT, closed_already_cb, g_object_ref (self), g_object_unref);

  return self;
}

/* --- what is known ------------------------------------------------------- */

AetherState
aether_client_get_state (AetherClient *self)
{
  AetherState state = AETHER_STATE_RUNNING;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), AETHER_STATE_STOPPED);

  if (self->closed)
    return AETHER_STATE_STOPPED;

  aether_state_from_nick (aether_machine1_get_state (self->machine), &state);
  return state;
}

/* Returns: (nullable): %NULL before the first vCPU runs */
const char *
aether_client_get_accelerator (AetherClient *self)
{
  const char *accelerator;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), NULL);

  accelerator = aether_machine1_get_accelerator (self->machine);

  return accelerator && *accelerator ? accelerator : NULL;
}

const char *
aether_client_get_name (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), NULL);

  return aether_machine1_get_name (self->machine);
}

const char *
aether_client_get_uuid (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), NULL);

  return aether_machine1_get_uuid (self->machine);
}

gint64
aether_client_get_since (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), 0);

  return aether_machine1_get_since (self->machine);
}

AetherEnd
aether_client_get_end (AetherClient *self, const char **sentence)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), AETHER_END_NONE);

  if (sentence)
    *sentence = self->end_sentence;

  return self->end;
}

const char * const *
aether_client_get_channels (AetherClient *self)
{
  static const char * const none[] = { NULL };

  g_return_val_if_fail (AETHER_IS_CLIENT (self), none);

  return self->closed ? none : (const char * const *) self->channels;
}

gboolean
aether_client_get_display_taken (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), FALSE);

  return aether_machine1_get_display_taken (self->machine) && !self->closed;
}

guint
aether_client_get_n_serials (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), 0);

  return aether_machine1_get_serial_ports (self->machine);
}

GPtrArray *
aether_client_list_findings (AetherClient *self)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_object_unref);
  const char *severity, *id, *sentence, *fix;
  GVariantIter iter;
  GVariant *value;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), findings);

  value = aether_machine1_get_findings (self->machine);
  if (!value)
    return findings;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&s&s&s&s)", &severity, &id, &sentence, &fix))
    g_ptr_array_add (findings, make_finding (severity, id, sentence, fix));

  return findings;
}

/* --- what can be asked ---------------------------------------------------- */

static GTask *
new_task (AetherClient *self, gpointer tag, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);

  return task;
}

/* Takes @task and @error, which came over the bus: the sentence is the machine's own. */
static void
return_remote_error (GTask *task, GError *error)
{
  AetherClient *self = g_task_get_source_object (task);

  g_dbus_error_strip_remote_error (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) && g_dbus_connection_is_closed (self->connection))
    {
      g_error_free (error);
      error = g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED, _("“%s” is not running any more."),
                           aether_client_get_name (self));
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
control_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_control_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

/**
 * aether_client_control_async:
 *
 * Completes when done: AETHER_CONTROL_REQUEST_SHUTDOWN when the guest was
 * asked, AETHER_CONTROL_FORCE_OFF when the engine is gone.
 */
void
aether_client_control_async (AetherClient *self, AetherControl control, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_control (self->machine, aether_control_to_nick (control), PATIENTLY, cancellable, control_cb,
                                new_task (self, aether_client_control_async, cancellable, callback, user_data));
}

/* Cancelling ends our waiting, not the typing: say so over there too */
static void
typed (AetherMachine1 *machine, GTask *task, GError *error)
{
  if (error == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aether_machine1_call_stop_typing (machine, PATIENTLY, NULL, NULL, NULL);

  return_remote_error (task, error);
}

static void
type_text_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  aether_machine1_call_type_text_finish (AETHER_MACHINE1 (object), result, &error);
  typed (AETHER_MACHINE1 (object), user_data, error);
}

static void
type_text_in_layout_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  aether_machine1_call_type_text_in_layout_finish (AETHER_MACHINE1 (object), result, &error);
  typed (AETHER_MACHINE1 (object), user_data, error);
}

/**
 * aether_client_type_text_in_layout_async:
 * @layout: (nullable): as of aether_layout_new(); %NULL: a US keyboard
 * @cancellable: (nullable): cancelling stops all that this client types
 */
void
aether_client_type_text_in_layout_async (AetherClient *self, const char *text, const char *layout,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  GTask *task;

  g_return_if_fail (AETHER_IS_CLIENT (self));
  g_return_if_fail (text != NULL);

  /* Before the bus, which drops a peer that sends anything else */
  if (!g_utf8_validate (text, -1, NULL) || (layout && !g_utf8_validate (layout, -1, NULL)))
    {
      g_task_report_new_error (self, callback, user_data, aether_client_type_text_in_layout_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("The text cannot be typed: it is not UTF-8."));
      return;
    }

  task = new_task (self, aether_client_type_text_in_layout_async, cancellable, callback, user_data);
  if (layout)
    aether_machine1_call_type_text_in_layout (self->machine, text, layout, PATIENTLY, cancellable,
                                              type_text_in_layout_cb, task);
  else
    aether_machine1_call_type_text (self->machine, text, PATIENTLY, cancellable, type_text_cb, task);
}

/**
 * aether_client_type_text_async:
 * @cancellable: (nullable): cancelling stops all that this client types
 */
void
aether_client_type_text_async (AetherClient *self, const char *text, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  aether_client_type_text_in_layout_async (self, text, NULL, cancellable, callback, user_data);
}

static void
send_keys_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_send_keys_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_send_keys_async (AetherClient *self, const char * const *keys, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));
  g_return_if_fail (keys != NULL);

  aether_machine1_call_send_keys (self->machine, keys, PATIENTLY, cancellable, send_keys_cb,
                                  new_task (self, aether_client_send_keys_async, cancellable, callback, user_data));
}

static void
screenshot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_screenshot_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_screenshot_async (AetherClient *self, guint display, int fd, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;
  GError *error = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_screenshot_async, cancellable, callback, user_data);
  fds = g_unix_fd_list_new ();
  if (g_unix_fd_list_append (fds, fd, &error) < 0)
    g_task_return_error (task, error);
  else
    aether_machine1_call_screenshot (self->machine, display, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                     screenshot_cb, g_steal_pointer (&task));
}

static void
set_sound_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_set_sound_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_set_sound_async (AetherClient *self, double volume, gboolean muted, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_set_sound (self->machine, volume, muted, PATIENTLY, cancellable, set_sound_cb,
                                  new_task (self, aether_client_set_sound_async, cancellable, callback, user_data));
}

double
aether_client_get_volume (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), 1);

  return aether_machine1_get_volume (self->machine);
}

gboolean
aether_client_get_muted (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), FALSE);

  return aether_machine1_get_muted (self->machine);
}

static void
change_medium_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_change_medium_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_change_medium_async (AetherClient *self, const char *drive, const char *file, gboolean force,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));
  g_return_if_fail (drive != NULL);

  aether_machine1_call_change_medium (self->machine, drive, file ? file : "", force, PATIENTLY, cancellable,
                                      change_medium_cb,
                                      new_task (self, aether_client_change_medium_async, cancellable,
                                                callback, user_data));
}

gboolean
aether_client_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- streams: one end of a socket pair goes over -------------------------- */

/* Returns: (nullable): the list with the other end as handle 0; @task has our stream as data */
static GUnixFDList *
make_pair (GTask *task)
{
  g_autoptr(GSocket) socket = NULL;
  GError *error = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno),
                               _("Could not make a connection: %s."), g_strerror (errno));
      return NULL;
    }

  socket = g_socket_new_from_fd (pair[0], &error);
  if (!socket)
    {
      g_close (pair[0], NULL);
      g_close (pair[1], NULL);
      g_task_return_error (task, error);
      return NULL;
    }

  g_task_set_task_data (task, g_socket_connection_factory_create_connection (socket), g_object_unref);

  return g_unix_fd_list_new_from_array (&pair[1], 1);
}

static void
open_display_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_open_display_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_open_display_async (AetherClient *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_open_display_async, cancellable, callback, user_data);
  fds = make_pair (task);
  if (fds)
    aether_machine1_call_open_display (self->machine, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                       open_display_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) */
GIOStream *
aether_client_open_display_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_vnc_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_open_vnc_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_open_vnc_async (AetherClient *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_open_vnc_async, cancellable, callback, user_data);
  fds = make_pair (task);
  if (fds)
    aether_machine1_call_open_vnc (self->machine, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                   open_vnc_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) */
GIOStream *
aether_client_open_vnc_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_serial_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_open_serial_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_open_serial_async (AetherClient *self, guint port, gboolean replay, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_open_serial_async, cancellable, callback, user_data);
  fds = make_pair (task);
  if (fds)
    aether_machine1_call_open_serial (self->machine, port, replay, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                      open_serial_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) */
GIOStream *
aether_client_open_serial_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
statistics_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GVariant *values = NULL;
  GError *error = NULL;

  if (aether_machine1_call_statistics_finish (AETHER_MACHINE1 (object), &values, result, &error))
    g_task_return_pointer (task, values, (GDestroyNotify) g_variant_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_statistics_async (AetherClient *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_statistics (self->machine, PATIENTLY, cancellable, statistics_cb,
                                   new_task (self, aether_client_statistics_async, cancellable, callback, user_data));
}

/* Returns: (transfer full): a{sv} */
GVariant *
aether_client_statistics_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
list_drives_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GVariant *drives = NULL;
  GError *error = NULL;

  if (aether_machine1_call_list_drives_finish (AETHER_MACHINE1 (object), &drives, result, &error))
    g_task_return_pointer (task, drives, (GDestroyNotify) g_variant_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_list_drives_async (AetherClient *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_list_drives (self->machine, PATIENTLY, cancellable, list_drives_cb,
                                    new_task (self, aether_client_list_drives_async, cancellable, callback, user_data));
}

/* Returns: (transfer full): a(sssb) */
GVariant *
aether_client_list_drives_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
