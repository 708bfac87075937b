/* aether-qmp.c - QEMU's control connection (docs/interop/qmp-spec of QEMU)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qmp.h"

#include "aether-json.h"
#include "aether-source.h"

#include <gio/gunixfdmessage.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE (64 * 1024)

/* What we may owe a peer that does not read. */
#define UNSENT_MAX (4 * 1024 * 1024)

typedef struct _Call Call;

struct _AetherQmp
{
  GObject       parent_instance;

  GMainContext *context;
  GSocket      *socket;
  GSource      *readable;
  GSource      *writable;      /* while something is unsent */

  GByteArray   *received;      /* the beginning of a line */
  GQueue        unsent;        /* of Message */
  gsize         unsent_size;

  Call         *opening;       /* until the greeting */
  GHashTable   *calls;         /* id -> Call, sent and not answered */
  guint         last_id;

  gboolean      greeted;
  GError       *closed;        /* why, once it is */
};

/* A line on its way to QEMU, with at most one file descriptor. */
typedef struct
{
  GBytes *line;
  gsize   sent;
  int     fd;
} Message;

/* A command that QEMU has not answered, or the greeting it has not sent. It
 * outlives its task: an answer that nobody waits for any more must still be
 * recognised. */
struct _Call
{
  AetherQmp *qmp;         /* owns us */
  char      *command;
  guint      timeout_ms;
  GTask     *task;        /* NULL when cancelled or timed out */
  GSource   *timeout;
  GSource   *cancelled;
};

enum
{
  EVENT,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherQmp, aether_qmp, G_TYPE_OBJECT)

static void
message_free (Message *message)
{
  g_bytes_unref (message->line);
  if (message->fd >= 0)
    close (message->fd);
  g_free (message);
}

static void
call_free (Call *call)
{
  aether_clear_source (&call->timeout);
  aether_clear_source (&call->cancelled);
  g_clear_object (&call->task);
  g_free (call->command);
  g_free (call);
}

/* The task of @call, which then waits for nothing any more. */
static GTask *
call_steal_task (Call *call)
{
  aether_clear_source (&call->timeout);
  aether_clear_source (&call->cancelled);

  return g_steal_pointer (&call->task);
}

static gboolean
call_timeout_cb (gpointer user_data)
{
  Call *call = user_data;
  g_autofree char *command = g_strdup (call->command);
  g_autoptr(GTask) task = call_steal_task (call);

  if (command)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             _("QEMU did not answer “%s” in time."), command);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             _("QEMU did not greet on its control connection in time."));

  return G_SOURCE_REMOVE;
}

static gboolean
call_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr(GTask) task = call_steal_task (call);

  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

static Call *
call_new (AetherQmp *qmp, const char *command, guint timeout_ms, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Call *call = g_new0 (Call, 1);

  call->qmp = qmp;
  call->command = g_strdup (command);
  call->timeout_ms = timeout_ms;
  call->task = g_object_ref (task);

  if (timeout_ms > 0)
    {
      call->timeout = g_timeout_source_new (timeout_ms);
      g_source_set_callback (call->timeout, call_timeout_cb, call, NULL);
      g_source_attach (call->timeout, qmp->context);
    }
  if (cancellable)
    {
      call->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->cancelled, G_SOURCE_FUNC (call_cancelled_cb), call, NULL);
      g_source_attach (call->cancelled, qmp->context);
    }

  return call;
}

static void
call_fail (Call *call, GError *error)
{
  g_autoptr(GTask) task = call_steal_task (call);

  if (task)
    g_task_return_error (task, g_error_copy (error));
}

/* Ends the connection: every command fails with @error, then "closed". */
static void
aether_qmp_fail (AetherQmp *self, GError *error)
{
  g_autoptr(AetherQmp) keep = g_object_ref (self);
  g_autoptr(GHashTable) calls = NULL;
  GHashTableIter iter;
  Call *opening, *call;

  if (self->closed)
    {
      g_error_free (error);
      return;
    }

  self->closed = error;
  aether_clear_source (&self->readable);
  aether_clear_source (&self->writable);
  g_socket_close (self->socket, NULL);
  g_queue_clear_full (&self->unsent, (GDestroyNotify) message_free);
  self->unsent_size = 0;
  g_byte_array_set_size (self->received, 0);

  opening = g_steal_pointer (&self->opening);
  calls = g_steal_pointer (&self->calls);
  self->calls = g_hash_table_new (NULL, NULL);

  if (opening)
    call_fail (opening, error);
  g_clear_pointer (&opening, call_free);

  g_hash_table_iter_init (&iter, calls);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &call))
    call_fail (call, error);

  g_signal_emit (self, signals[CLOSED], 0, error);
}

G_GNUC_PRINTF (3, 4)
static void
aether_qmp_fail_with (AetherQmp *self, GIOErrorEnum code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  aether_qmp_fail (self, g_error_new_valist (G_IO_ERROR, code, format, args));
  va_end (args);
}

/* --- sending ------------------------------------------------------------- */

static gboolean aether_qmp_flush (AetherQmp *self);

static gboolean
writable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  AetherQmp *self = user_data;

  return aether_qmp_flush (self);
}

static gssize
message_send (Message *message, GSocket *socket, GError **error)
{
  g_autoptr(GSocketControlMessage) control = NULL;
  GOutputVector vector;
  gsize size;
  gssize sent;
  const char *data = g_bytes_get_data (message->line, &size);

  vector.buffer = data + message->sent;
  vector.size = size - message->sent;

  if (message->fd >= 0)
    {
      control = g_unix_fd_message_new ();
      if (!g_unix_fd_message_append_fd (G_UNIX_FD_MESSAGE (control), message->fd, error))
        return -1;
    }

  sent = g_socket_send_message (socket, NULL, &vector, 1, control ? &control : NULL, control ? 1 : 0,
                                G_SOCKET_MSG_NONE, NULL, error);
  if (sent > 0 && message->fd >= 0)
    {
      close (message->fd);
      message->fd = -1;
    }

  return sent;
}

/* Sends what the socket takes. Returns: whether something is left. */
static gboolean
aether_qmp_flush (AetherQmp *self)
{
  Message *message;

  while ((message = g_queue_peek_head (&self->unsent)))
    {
      g_autoptr(GError) error = NULL;
      gssize sent = message_send (message, self->socket, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          if (self->writable == NULL)
            {
              self->writable = g_socket_create_source (self->socket, G_IO_OUT, NULL);
              g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
              g_source_attach (self->writable, self->context);
            }
          return TRUE;
        }

      /* What QEMU said before it died may still wait to be read: the reader
       * finds the end of the connection, we only stop talking. */
      if (sent < 0)
        {
          g_queue_clear_full (&self->unsent, (GDestroyNotify) message_free);
          self->unsent_size = 0;
          break;
        }

      message->sent += sent;
      if (message->sent == g_bytes_get_size (message->line))
        {
          self->unsent_size -= message->sent;
          message_free (g_queue_pop_head (&self->unsent));
        }
    }

  aether_clear_source (&self->writable);

  return FALSE;
}

static char *
command_to_line (const char *command, GVariant *arguments, guint id)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "execute");
  json_builder_add_string_value (builder, command);
  if (arguments)
    {
      json_builder_set_member_name (builder, "arguments");
      json_builder_add_value (builder, json_gvariant_serialize (arguments));
    }
  json_builder_set_member_name (builder, "id");
  json_builder_add_int_value (builder, id);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);

  return g_strconcat (text, "\n", NULL);
}

/* --- receiving ----------------------------------------------------------- */

static GError *
error_from_reply (const char *command, JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *class = aether_json_get_string (object, "class");
  const char *description = aether_json_get_string (object, "desc");
  GIOErrorEnum code = G_IO_ERROR_FAILED;

  if (g_strcmp0 (class, "CommandNotFound") == 0)
    code = G_IO_ERROR_NOT_SUPPORTED;
  else if (g_strcmp0 (class, "DeviceNotFound") == 0)
    code = G_IO_ERROR_NOT_FOUND;

  /* Translators: the first %s is a command of QEMU as "screendump", the second what QEMU said */
  return g_error_new (G_IO_ERROR, code, _("QEMU refused “%s”: %s"), command, description ? description : "");
}

static void
handle_reply (AetherQmp *self, JsonObject *object)
{
  JsonNode *id_node = json_object_get_member (object, "id");
  JsonNode *result = json_object_get_member (object, "return");
  JsonNode *failure = json_object_get_member (object, "error");
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  gint64 id = 0;
  Call *call;

  if (id_node && JSON_NODE_HOLDS_VALUE (id_node) && json_node_get_value_type (id_node) == G_TYPE_INT64)
    id = json_node_get_int (id_node);

  call = id > 0 && id <= G_MAXUINT ? g_hash_table_lookup (self->calls, GUINT_TO_POINTER ((guint) id)) : NULL;
  if (call == NULL)
    {
      aether_qmp_fail_with (self, G_IO_ERROR_INVALID_DATA,
                            _("QEMU answered a command that was not given. Its control connection was closed."));
      return;
    }

  task = call_steal_task (call);
  if (task && failure)
    error = error_from_reply (call->command, failure);
  g_hash_table_remove (self->calls, GUINT_TO_POINTER ((guint) id));

  if (task == NULL)
    return;

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, json_node_copy (result), (GDestroyNotify) json_node_unref);
}

static void
handle_greeting (AetherQmp *self)
{
  Call *opening = g_steal_pointer (&self->opening);
  g_autoptr(GTask) task = opening ? call_steal_task (opening) : NULL;

  self->greeted = TRUE;
  if (task)
    aether_qmp_call_async (self, "qmp_capabilities", NULL, -1, opening->timeout_ms,
                           g_task_get_cancellable (task), aether_qmp_done_cb, g_object_ref (task));
  g_clear_pointer (&opening, call_free);
}

static void
handle_event (AetherQmp *self, JsonObject *object)
{
  const char *name = aether_json_get_string (object, "event");

  if (name)
    g_signal_emit (self, signals[EVENT], 0, name, aether_json_get_object (object, "data"));
}

static void
handle_line (AetherQmp *self, const char *line, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) root = aether_json_parse (line, length, &error);
  JsonObject *object;

  if (root == NULL)
    {
      aether_qmp_fail_with (self, G_IO_ERROR_INVALID_DATA,
                            _("QEMU sent something on its control connection that cannot be read: %s."),
                            error->message);
      return;
    }

  object = json_node_get_object (root);
  if (json_object_has_member (object, "QMP") && !self->greeted)
    handle_greeting (self);
  else if (json_object_has_member (object, "event"))
    handle_event (self, object);
  else if (json_object_has_member (object, "return") || json_object_has_member (object, "error"))
    handle_reply (self, object);
  else
    aether_qmp_fail_with (self, G_IO_ERROR_INVALID_DATA,
                          _("QEMU sent something on its control connection that is neither an answer nor an event."));
}

/* Takes whole lines out of what has been received. @fresh: bytes just added */
static void
handle_received (AetherQmp *self, gsize fresh)
{
  gsize start = 0;
  gsize look = self->received->len - fresh;
  const guint8 *newline;

  while (!self->closed &&
         (newline = memchr (self->received->data + look, '\n', self->received->len - look)))
    {
      gsize end = newline - self->received->data;

      if (end > start && !(end == start + 1 && self->received->data[start] == '\r'))
        handle_line (self, (const char *) self->received->data + start, end - start);
      look = start = end + 1;
    }

  if (self->closed)
    return;

  g_byte_array_remove_range (self->received, 0, start);
  if (self->received->len > AETHER_QMP_LINE_MAX)
    aether_qmp_fail_with (self, G_IO_ERROR_INVALID_DATA,
                          _("QEMU sent more on its control connection than a line can hold."));
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr(AetherQmp) self = g_object_ref (user_data);
  g_autoptr(GError) error = NULL;
  gsize before = self->received->len;
  gssize n;

  g_byte_array_set_size (self->received, before + READ_SIZE);
  n = g_socket_receive (socket, (char *) self->received->data + before, READ_SIZE, NULL, &error);
  g_byte_array_set_size (self->received, before + MAX (n, 0));

  if (n > 0)
    handle_received (self, n);
  else if (n == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    aether_qmp_fail_with (self, G_IO_ERROR_CLOSED, _("QEMU closed its control connection."));

  return self->closed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* --- the object ---------------------------------------------------------- */

static void
aether_qmp_dispose (GObject *object)
{
  AetherQmp *self = AETHER_QMP (object);

  /* Tasks hold a reference on us: when we get here none is waiting */
  aether_clear_source (&self->readable);
  aether_clear_source (&self->writable);
  if (self->socket)
    g_socket_close (self->socket, NULL);

  G_OBJECT_CLASS (aether_qmp_parent_class)->dispose (object);
}

static void
aether_qmp_finalize (GObject *object)
{
  AetherQmp *self = AETHER_QMP (object);

  g_queue_clear_full (&self->unsent, (GDestroyNotify) message_free);
  g_clear_pointer (&self->opening, call_free);
  g_hash_table_unref (self->calls);
  g_byte_array_unref (self->received);
  g_clear_object (&self->socket);
  g_clear_error (&self->closed);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (aether_qmp_parent_class)->finalize (object);
}

static void
aether_qmp_class_init (AetherQmpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_qmp_dispose;
  object_class->finalize = aether_qmp_finalize;

  signals[EVENT] = g_signal_new ("event", AETHER_TYPE_QMP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                 JSON_TYPE_OBJECT | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[CLOSED] = g_signal_new ("closed", AETHER_TYPE_QMP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
aether_qmp_init (AetherQmp *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->received = g_byte_array_new ();
  self->calls = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) call_free);
}

/**
 * aether_qmp_new:
 * @fd: our end of a socket pair whose other end QEMU has; taken
 */
AetherQmp *
aether_qmp_new (int fd)
{
  AetherQmp *self = g_object_new (AETHER_TYPE_QMP, NULL);
  g_autoptr(GError) error = NULL;

  self->socket = g_socket_new_from_fd (fd, &error);
  if (self->socket == NULL)
    {
      /* Only a descriptor that is no socket: let every call say so */
      close (fd);
      self->closed = g_steal_pointer (&error);
      return self;
    }

  g_socket_set_blocking (self->socket, FALSE);
  self->readable = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->readable, self->context);

  return self;
}

/**
 * aether_qmp_open_async:
 * @timeout: milliseconds until the greeting has to be there, 0: any time
 *
 * Waits for QEMU's greeting and leaves the negotiation mode: commands may be
 * given afterwards. To be called once.
 */
void
aether_qmp_open_async (AetherQmp           *self,
                       guint                timeout,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (AETHER_IS_QMP (self));
  g_return_if_fail (self->opening == NULL);

  g_task_set_source_tag (task, aether_qmp_open_async);

  if (self->closed)
    {
      g_task_return_error (task, g_error_copy (self->closed));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;

  self->opening = call_new (self, NULL, timeout, task);
  if (self->greeted)
    handle_greeting (self);
}

gboolean
aether_qmp_open_finish (AetherQmp *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * aether_qmp_call_async:
 * @command: as "query-status"
 * @arguments: (nullable): an `a{sv}`; consumed when floating
 * @fd: goes along by SCM_RIGHTS, borrowed; -1: none
 * @timeout: milliseconds, 0: as long as it takes
 * @cancellable: gives up waiting; QEMU is not told
 *
 * Gives QEMU a command. Commands are carried out in the order they are given.
 * The errors are sentences; %G_IO_ERROR_CLOSED when the connection ended.
 */
void
aether_qmp_call_async (AetherQmp           *self,
                       const char          *command,
                       GVariant            *arguments,
                       int                  fd,
                       guint                timeout,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(GVariant) held = arguments ? g_variant_ref_sink (arguments) : NULL;
  Message *message;
  guint id;
  char *line;

  g_return_if_fail (AETHER_IS_QMP (self));
  g_return_if_fail (command != NULL);

  g_task_set_source_tag (task, aether_qmp_call_async);

  if (self->closed)
    {
      g_task_return_error (task, g_error_copy (self->closed));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->unsent_size > UNSENT_MAX)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _("QEMU does not take commands at the moment."));
      return;
    }

  message = g_new0 (Message, 1);
  message->fd = fd >= 0 ? dup (fd) : -1;
  if (fd >= 0 && message->fd < 0)
    {
      g_free (message);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                               _("A file cannot be handed to QEMU: too many files are open."));
      return;
    }

  id = ++self->last_id;
  g_hash_table_insert (self->calls, GUINT_TO_POINTER (id), call_new (self, command, timeout, task));

  line = command_to_line (command, held, id);
  message->line = g_bytes_new_take (line, strlen (line));
  self->unsent_size += g_bytes_get_size (message->line);
  g_queue_push_tail (&self->unsent, message);
  aether_qmp_flush (self);
}

/**
 * aether_qmp_call_finish:
 *
 * Returns: (transfer full): what QEMU returned
 */
JsonNode *
aether_qmp_call_finish (AetherQmp *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

JsonNode *
aether_qmp_step_finish (AetherQmp *self, GAsyncResult *result, GTask *task)
{
  g_autoptr(GError) error = NULL;
  JsonNode *node = aether_qmp_call_finish (self, result, &error);

  if (node == NULL)
    g_task_return_error (task, g_steal_pointer (&error));

  return node;
}

void
aether_qmp_done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);

  if (node)
    g_task_return_boolean (task, TRUE);
}

gboolean
aether_qmp_is_closed (AetherQmp *self)
{
  return self->closed != NULL;
}

/* Closes our end; pending commands fail with G_IO_ERROR_CLOSED. */
void
aether_qmp_close (AetherQmp *self)
{
  g_return_if_fail (AETHER_IS_QMP (self));

  aether_qmp_fail_with (self, G_IO_ERROR_CLOSED, _("The control connection to QEMU was closed."));
}
