/* aether-host-calls.c - what clients ask of a running machine: the methods of org.aether.Machine1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host-calls.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define CALL_BYTES          512    /* that an answer takes at least */
#define LAST_PICTURE_MSEC   300    /* a forced end waits so long for its thumbnail */

struct _AetherHostCalls
{
  GObject          parent_instance;

  AetherHost      *host;       /* borrowed */
  AetherMachine1  *machine;
  GQueue           texts;      /* of Call; the first one is being typed */
  guint            n_calls;
  GDBusConnection *display_peer;   /* borrowed, only compared: who got the display last; NULL: has left */
};

/* One call that takes time. */
typedef struct
{
  AetherHostCalls       *calls;
  GDBusMethodInvocation *invocation;
  GCancellable          *cancellable;
  char                  *text;     /* TypeText */
  char                  *layout;   /* TypeTextInLayout; NULL */
  int                    fd;       /* Screenshot; -1 */
  AetherControl          control;  /* Control: what comes after the last picture */
  guint                  timeout;  /* Control: of the last picture */
} Call;

enum { IDLE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherHostCalls, aether_host_calls, G_TYPE_OBJECT)

static void
aether_host_calls_dispose (GObject *object)
{
  AetherHostCalls *self = AETHER_HOST_CALLS (object);

  if (self->machine)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  g_clear_object (&self->machine);

  G_OBJECT_CLASS (aether_host_calls_parent_class)->dispose (object);
}

static void
aether_host_calls_class_init (AetherHostCallsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_host_calls_dispose;

  signals[IDLE] = g_signal_new ("idle", AETHER_TYPE_HOST_CALLS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
aether_host_calls_init (AetherHostCalls *self)
{
  g_queue_init (&self->texts);
}

/* --- a call: answered once, in one of these two ways ------------------------ */

/* Takes @invocation and @error. */
static void
refuse (AetherHostCalls *self, GDBusMethodInvocation *invocation, GError *error)
{
  aether_host_server_charge (aether_host_get_server (self->host),
                             g_dbus_method_invocation_get_connection (invocation),
                             CALL_BYTES + strlen (error->message));
  g_dbus_method_invocation_take_error (invocation, error);
}

/* Takes @invocation and @values (nullable), which may float. */
static void
answer (AetherHostCalls *self, GDBusMethodInvocation *invocation, GVariant *values)
{
  aether_host_server_charge (aether_host_get_server (self->host),
                             g_dbus_method_invocation_get_connection (invocation),
                             CALL_BYTES + (values ? g_variant_get_size (values) : 0));
  g_dbus_method_invocation_return_value (invocation, values);
}

static Call *
call_new (AetherHostCalls *self, GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  call->calls = g_object_ref (self);
  call->invocation = invocation;
  call->cancellable = g_cancellable_new ();
  call->fd = -1;
  self->n_calls++;

  return call;
}

/* Takes @call, @error (nullable: it went well) and @values. */
static void
call_done (Call *call, GError *error, GVariant *values)
{
  g_autoptr(AetherHostCalls) self = call->calls;

  if (error)
    refuse (self, call->invocation, error);
  else
    answer (self, call->invocation, values);

  self->n_calls--;
  g_clear_handle_id (&call->timeout, g_source_remove);
  g_clear_fd (&call->fd, NULL);
  g_object_unref (call->cancellable);
  g_free (call->text);
  g_free (call->layout);
  g_free (call);

  if (self->n_calls == 0)
    g_signal_emit (self, signals[IDLE], 0);
}

static void
call_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  aether_session_finish (AETHER_SESSION (object), result, &error);
  call_done (user_data, error, NULL);
}

/* Returns: (nullable): the session, when the call can be taken on; else it is answered */
static AetherSession *
begin (AetherHostCalls *self, GDBusMethodInvocation *invocation)
{
  AetherSession *session;
  GError *error = NULL;

  session = aether_host_get_session (self->host, &error);
  if (session && self->n_calls >= AETHER_HOST_CALLS_MOST)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_BUSY,
                         _("This machine has %d calls to answer already. Try again later."), AETHER_HOST_CALLS_MOST);

  if (!error)
    return session;

  refuse (self, invocation, error);
  return NULL;
}

/* --- Control ----------------------------------------------------------------- */

static void
paused_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  AetherHostThumbnail *thumbnail = aether_host_get_thumbnail (call->calls->host);
  GError *error = NULL;

  if (aether_session_finish (AETHER_SESSION (object), result, &error) && thumbnail)
    aether_host_thumbnail_take_async (thumbnail, NULL, NULL, NULL);
  call_done (call, error, NULL);
}

/* The last picture is taken, or there was none to be had in time. */
static void
pictured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  AetherSession *session = aether_host_get_session (call->calls->host, NULL);

  aether_host_thumbnail_take_finish (AETHER_HOST_THUMBNAIL (object), result);
  if (session)
    aether_session_control_async (session, call->control, NULL, call_cb, call);
  else
    call_done (call, NULL, NULL);
}

static gboolean
no_picture_cb (gpointer user_data)
{
  Call *call = user_data;

  call->timeout = 0;
  g_cancellable_cancel (call->cancellable);

  return G_SOURCE_REMOVE;
}

static gboolean
control_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, const char *verb)
{
  AetherHostThumbnail *thumbnail;
  AetherControl control;
  AetherSession *session;
  Call *call;

  if (!aether_control_from_nick (verb, &control))
    {
      refuse (self, invocation,
              g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("“%.64s” is nothing that a machine can be told. It is one of pause, resume, reset, "
                             "request-shutdown, force-off, suspend and cancel-suspend."), verb));
      return TRUE;
    }

  if (control == AETHER_CONTROL_FORCE_OFF && aether_host_is_starting (self->host))
    {
      aether_host_stop (self->host);
      answer (self, invocation, NULL);
      return TRUE;
    }

  session = begin (self, invocation);
  if (!session)
    return TRUE;

  aether_host_log_printf (aether_host_get_log (self->host), "Asked to %s.", verb);
  thumbnail = aether_host_get_thumbnail (self->host);
  call = call_new (self, invocation);
  call->control = control;

  switch (control)
    {
    case AETHER_CONTROL_PAUSE:
      aether_session_control_async (session, control, NULL, paused_cb, call);
      break;

    case AETHER_CONTROL_FORCE_OFF:
    case AETHER_CONTROL_SUSPEND:
      if (!thumbnail)
        {
          aether_session_control_async (session, control, NULL, call_cb, call);
          break;
        }
      call->timeout = g_timeout_add (LAST_PICTURE_MSEC, no_picture_cb, call);
      aether_host_thumbnail_take_async (thumbnail, call->cancellable, pictured_cb, call);
      break;

    case AETHER_CONTROL_REQUEST_SHUTDOWN:
      /* The guest takes longer to notice than we do to look */
      if (thumbnail)
        aether_host_thumbnail_take_async (thumbnail, NULL, NULL, NULL);
      G_GNUC_FALLTHROUGH;

    case AETHER_CONTROL_RESUME:
    case AETHER_CONTROL_RESET:
    case AETHER_CONTROL_CANCEL_SUSPEND:
    default:
      aether_session_control_async (session, control, NULL, call_cb, call);
    }

  return TRUE;
}

/* --- keys: texts one after the other ------------------------------------------ */

static void type_first (AetherHostCalls *self);

static void
typed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr(AetherHostCalls) self = g_object_ref (call->calls);
  GError *error = NULL;

  aether_session_finish (AETHER_SESSION (object), result, &error);
  g_queue_remove (&self->texts, call);
  call_done (call, error, NULL);
  type_first (self);
}

static void
type_first (AetherHostCalls *self)
{
  AetherSession *session;
  GError *error = NULL;
  Call *call;

  while ((call = g_queue_peek_head (&self->texts)))
    {
      session = aether_host_get_session (self->host, &error);
      if (session)
        {
          aether_session_type_text_in_layout_async (session, call->text, call->layout,
                                                    call->cancellable, typed_cb, call);
          return;
        }

      g_queue_pop_head (&self->texts);
      call_done (call, g_steal_pointer (&error), NULL);
    }
}

static gboolean
type_text_in_layout_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, const char *text,
                        const char *layout)
{
  GError *error = NULL;
  Call *call;

  if (strlen (text) > AETHER_HOST_TEXT_BYTES)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _("Nothing was typed: the text is longer than %d bytes. Type it in parts."),
                         AETHER_HOST_TEXT_BYTES);
  else if (self->texts.length >= AETHER_HOST_TEXTS)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_BUSY,
                         _("Nothing was typed: %d texts are waiting already."), AETHER_HOST_TEXTS);

  if (error)
    {
      refuse (self, invocation, error);
      return TRUE;
    }

  if (!begin (self, invocation))
    return TRUE;

  call = call_new (self, invocation);
  call->text = g_strdup (text);
  call->layout = g_strdup (layout);
  g_queue_push_tail (&self->texts, call);
  if (self->texts.length == 1)
    type_first (self);

  return TRUE;
}

static gboolean
type_text_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, const char *text)
{
  return type_text_in_layout_cb (self, invocation, text, NULL);
}

static void
stop_typing (AetherHostCalls *self, GDBusConnection *connection)
{
  GList *first = self->texts.head;

  if (!first)
    return;

  /* Those that wait need no waiting for; the first one ends after its key */
  for (GList *l = first->next, *next; l; l = next)
    {
      Call *call = l->data;

      next = l->next;
      if (g_dbus_method_invocation_get_connection (call->invocation) != connection)
        continue;

      g_queue_delete_link (&self->texts, l);
      call_done (call, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The typing was stopped.")), NULL);
    }

  if (g_dbus_method_invocation_get_connection (((Call *) first->data)->invocation) == connection)
    g_cancellable_cancel (((Call *) first->data)->cancellable);
}

static gboolean
stop_typing_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation)
{
  g_autoptr(AetherHostCalls) alive = g_object_ref (self);

  stop_typing (self, g_dbus_method_invocation_get_connection (invocation));
  answer (self, invocation, NULL);

  return TRUE;
}

static gboolean
send_keys_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, const char * const *keys)
{
  AetherSession *session = begin (self, invocation);

  /* The session checks the names and their number */
  if (session)
    aether_session_send_keys_async (session, keys, NULL, call_cb, call_new (self, invocation));

  return TRUE;
}

/* --- descriptors that came along ---------------------------------------------- */

/* Returns: a descriptor of our own, or -1 and the call is answered */
static int
take_fd (AetherHostCalls *self, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *handle)
{
  int index = g_variant_get_handle (handle);
  GError *error = NULL;
  int fd = -1;

  if (!fds || index < 0 || index >= g_unix_fd_list_get_length (fds))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _("The call came without the file descriptor that it names."));
  else
    fd = g_unix_fd_list_get (fds, index, &error);

  if (fd < 0)
    refuse (self, invocation, error);

  return fd;
}

static gboolean
screenshot_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, GUnixFDList *fds,
               guint display, GVariant *file)
{
  AetherSession *session;
  g_autofd int fd = -1;
  Call *call;
  int mode;

  fd = take_fd (self, invocation, fds, file);
  if (fd < 0)
    return TRUE;

  mode = fcntl (fd, F_GETFL);
  if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY)
    {
      refuse (self, invocation, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                                                     _("The file for the screenshot is not open for writing.")));
      return TRUE;
    }

  session = begin (self, invocation);
  if (!session)
    return TRUE;

  call = call_new (self, invocation);
  call->fd = g_steal_fd (&fd);
  aether_session_screenshot_async (session, display, call->fd, call->cancellable, call_cb, call);

  return TRUE;
}

static void
display_opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  AetherHostCalls *self = call->calls;
  GDBusConnection *peer = g_dbus_method_invocation_get_connection (call->invocation);
  GError *error = NULL;

  /* One that has left meanwhile was not its peer for long */
  if (aether_session_finish (AETHER_SESSION (object), result, &error))
    {
      self->display_peer = g_dbus_connection_is_closed (peer) ? NULL : peer;
      aether_machine1_set_display_taken (self->machine, self->display_peer != NULL);
    }
  call_done (call, error, NULL);
}

/* Returns: the socket that was sent, or -1 when the call was refused */
static int
take_socket (AetherHostCalls *self, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *handle)
{
  g_autofd int fd = take_fd (self, invocation, fds, handle);
  struct stat st;

  if (fd < 0 || (fstat (fd, &st) == 0 && S_ISSOCK (st.st_mode)))
    return g_steal_fd (&fd);

  refuse (self, invocation, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                                                 _("The display was not opened: what was sent for it is no socket.")));
  return -1;
}

static gboolean
open_display_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *handle)
{
  g_autofd int fd = take_socket (self, invocation, fds, handle);
  AetherSession *session = fd >= 0 ? begin (self, invocation) : NULL;

  if (session)
    aether_session_open_display_async (session, g_steal_fd (&fd), NULL, display_opened_cb,
                                       call_new (self, invocation));

  return TRUE;
}

static gboolean
open_vnc_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *handle)
{
  g_autofd int fd = take_socket (self, invocation, fds, handle);
  AetherSession *session = fd >= 0 ? begin (self, invocation) : NULL;

  if (session)
    aether_session_open_vnc_async (session, g_steal_fd (&fd), NULL, call_cb, call_new (self, invocation));

  return TRUE;
}

static gboolean
open_serial_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                guint port, gboolean replay, GVariant *handle)
{
  g_autofd int fd = -1;
  GError *error = NULL;

  fd = take_fd (self, invocation, fds, handle);
  if (fd < 0 || !begin (self, invocation))
    return TRUE;

  if (aether_host_serial_open (aether_host_get_serial (self->host), port, replay, g_steal_fd (&fd), &error))
    answer (self, invocation, NULL);
  else
    refuse (self, invocation, error);

  return TRUE;
}

/* --- what is known -------------------------------------------------------------- */

static void
statistics_done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GVariant) values = NULL;
  GError *error = NULL;

  values = aether_session_statistics_finish (AETHER_SESSION (object), result, &error);
  call_done (user_data, error, values ? g_variant_new ("(@a{sv})", values) : NULL);
}

static gboolean
statistics_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation)
{
  AetherSession *session = begin (self, invocation);

  if (session)
    aether_session_statistics_async (session, NULL, statistics_done_cb, call_new (self, invocation));

  return TRUE;
}

static gboolean
set_sound_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, double volume, gboolean muted)
{
  AetherSession *session = begin (self, invocation);

  if (session == NULL)
    return TRUE;

  if (!aether_session_set_sound (session, volume, muted))
    {
      refuse (self, invocation, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                                     _("This machine has no sound.")));
      return TRUE;
    }

  aether_machine1_set_volume (self->machine, CLAMP (volume, 0, 1));
  aether_machine1_set_muted (self->machine, muted);
  answer (self, invocation, NULL);

  return TRUE;
}

static void
drives_listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GVariant) drives = NULL;
  GError *error = NULL;

  drives = aether_session_statistics_finish (AETHER_SESSION (object), result, &error);
  call_done (user_data, error, drives ? g_variant_new ("(@a(sssb))", drives) : NULL);
}

static gboolean
list_drives_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation)
{
  AetherSession *session = begin (self, invocation);

  if (session)
    aether_session_list_drives_async (session, NULL, drives_listed_cb, call_new (self, invocation));

  return TRUE;
}

static gboolean
change_medium_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, const char *drive,
                  const char *file, gboolean force)
{
  AetherSession *session = begin (self, invocation);

  if (session)
    aether_session_change_medium_async (session, drive, *file ? file : NULL, force, NULL, call_cb,
                                        call_new (self, invocation));

  return TRUE;
}

static gboolean
log_cb (AetherHostCalls *self, GDBusMethodInvocation *invocation, guint count)
{
  g_auto(GStrv) lines = aether_host_log_dup_lines (aether_host_get_log (self->host),
                                                   MIN (count, AETHER_HOST_LOG_LINES));

  answer (self, invocation, g_variant_new ("(^as)", lines));

  return TRUE;
}

/* --- public ---------------------------------------------------------------------- */

AetherHostCalls *
aether_host_calls_new (AetherHost *host, AetherMachine1 *machine)
{
  static const struct { const char *signal; GCallback callback; } handlers[] = {
    { "handle-change-medium", G_CALLBACK (change_medium_cb) },
    { "handle-control", G_CALLBACK (control_cb) },
    { "handle-list-drives", G_CALLBACK (list_drives_cb) },
    { "handle-log", G_CALLBACK (log_cb) },
    { "handle-open-display", G_CALLBACK (open_display_cb) },
    { "handle-open-vnc", G_CALLBACK (open_vnc_cb) },
    { "handle-open-serial", G_CALLBACK (open_serial_cb) },
    { "handle-screenshot", G_CALLBACK (screenshot_cb) },
    { "handle-send-keys", G_CALLBACK (send_keys_cb) },
    { "handle-set-sound", G_CALLBACK (set_sound_cb) },
    { "handle-statistics", G_CALLBACK (statistics_cb) },
    { "handle-stop-typing", G_CALLBACK (stop_typing_cb) },
    { "handle-type-text", G_CALLBACK (type_text_cb) },
    { "handle-type-text-in-layout", G_CALLBACK (type_text_in_layout_cb) },
  };
  AetherHostCalls *self = g_object_new (AETHER_TYPE_HOST_CALLS, NULL);

  self->host = host;
  self->machine = g_object_ref (machine);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (machine, handlers[i].signal, handlers[i].callback, self);

  return self;
}

guint
aether_host_calls_get_n (AetherHostCalls *self)
{
  return self->n_calls;
}

void
aether_host_calls_drop_peer (AetherHostCalls *self, GDBusConnection *connection)
{
  g_autoptr(AetherHostCalls) alive = g_object_ref (self);

  stop_typing (self, connection);
  if (self->display_peer == connection)
    {
      self->display_peer = NULL;
      aether_machine1_set_display_taken (self->machine, FALSE);
    }
}
