/* aether-vmm-control.c - our end of aether-vmm's control socket
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-control.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#define PACKET_MAX 2048   /* bytes */

struct _AetherVmmControl
{
  GObject  parent_instance;

  int      fd;         /* -1: closed */
  GSource *readable;
  GQueue   waiting;    /* of GTask, oldest first */
};

G_DEFINE_FINAL_TYPE (AetherVmmControl, aether_vmm_control, G_TYPE_OBJECT)

enum { EVENT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
answer (AetherVmmControl *self, const char *packet)
{
  g_autoptr(GTask) task = g_queue_pop_head (&self->waiting);

  if (task == NULL)
    return;

  if (g_str_has_prefix (packet, "ok"))
    g_task_return_pointer (task, g_strdup (packet[2] == ' ' ? packet + 3 : ""), g_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             g_str_has_prefix (packet, "error ") ? packet + 6 : packet);
}

/* Returns: FALSE when nothing more will come, now or ever */
static gboolean
read_packet (AetherVmmControl *self)
{
  char packet[PACKET_MAX + 1];
  ssize_t n = recv (self->fd, packet, PACKET_MAX, MSG_DONTWAIT);

  if (n <= 0)
    return n < 0 && errno == EINTR;

  packet[n] = '\0';
  if (!g_utf8_validate (packet, -1, NULL))
    return TRUE;

  if (g_str_has_prefix (packet, "event "))
    g_signal_emit (self, signals[EVENT], 0, packet + strlen ("event "));
  else
    answer (self, packet);

  return TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr(AetherVmmControl) self = g_object_ref (user_data);

  if (!read_packet (self) && self->fd >= 0 && errno != EAGAIN)
    aether_vmm_control_close (self);

  return self->fd >= 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
set_closed_error (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The machine does not run any more."));
}

void
aether_vmm_control_close (AetherVmmControl *self)
{
  g_autoptr(AetherVmmControl) keep = g_object_ref (self);
  GTask *task;

  if (self->fd < 0)
    return;

  while (self->fd >= 0 && read_packet (self))
    ;

  if (self->readable)
    {
      g_source_destroy (self->readable);
      g_clear_pointer (&self->readable, g_source_unref);
    }
  g_clear_fd (&self->fd, NULL);

  while ((task = g_queue_pop_head (&self->waiting)))
    {
      set_closed_error (task);
      g_object_unref (task);
    }
}

static gboolean
send_packet (int socket, const char *command, int fd)
{
  union { char bytes[CMSG_SPACE (sizeof (int))]; struct cmsghdr align; } ancillary = { 0 };
  struct iovec iov = { (char *) command, strlen (command) };
  struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

  if (fd >= 0)
    {
      message.msg_control = ancillary.bytes;
      message.msg_controllen = sizeof ancillary.bytes;
      ancillary.align.cmsg_level = SOL_SOCKET;
      ancillary.align.cmsg_type = SCM_RIGHTS;
      ancillary.align.cmsg_len = CMSG_LEN (sizeof fd);
      memcpy (CMSG_DATA (&ancillary.align), &fd, sizeof fd);
    }

  return sendmsg (socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t) iov.iov_len;
}

void
aether_vmm_control_call_async (AetherVmmControl    *self,
                               const char          *command,
                               int                  fd,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vmm_control_call_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->fd < 0)
    set_closed_error (task);
  else if (!send_packet (self->fd, command, fd))
    {
      int code = errno;

      if (code == EPIPE || code == ECONNRESET)
        set_closed_error (task);
      else
        g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (code),
                                 _("The machine takes no commands now: %s."), g_strerror (code));
    }
  else
    g_queue_push_tail (&self->waiting, g_steal_pointer (&task));
}

char *
aether_vmm_control_call_finish (AetherVmmControl *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
aether_vmm_control_dispose (GObject *object)
{
  aether_vmm_control_close (AETHER_VMM_CONTROL (object));

  G_OBJECT_CLASS (aether_vmm_control_parent_class)->dispose (object);
}

static void
aether_vmm_control_class_init (AetherVmmControlClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_vmm_control_dispose;

  signals[EVENT] = g_signal_new ("event", AETHER_TYPE_VMM_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aether_vmm_control_init (AetherVmmControl *self)
{
  self->fd = -1;
  g_queue_init (&self->waiting);
}

AetherVmmControl *
aether_vmm_control_new (int fd)
{
  AetherVmmControl *self = g_object_new (AETHER_TYPE_VMM_CONTROL, NULL);

  self->fd = fd;
  self->readable = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->readable, g_main_context_get_thread_default ());

  return self;
}
