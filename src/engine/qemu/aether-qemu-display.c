/* aether-qemu-display.c - handing the display to one peer after the other
 *
 * QEMU serves org.qemu.Display1 to one peer; a new one takes its place. But
 * where the older one's handshake is still under way, QEMU cancels it, and
 * that failure arrives after the new peer was accepted and takes the display
 * away from it (seen in 10.0, ui/dbus.c). So an older socket is shut down
 * first, and the new one waits until QEMU has closed its own end of that,
 * which it does after the failure was dealt with. A peer that was accepted
 * keeps its end open until the next comes; so one that has had time enough for
 * its handshake is waited for only shortly.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-session-private.h"

#include "aether-qemu-command.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define SETTLE_INTERVAL 5     /* milliseconds between two looks at QEMU's descriptors */
#define SETTLE_LOOKS    200   /* the most, after a peer that may be in its handshake */
#define SETTLE_FEW      10    /* the most, after any other */
#define HANDSHAKE_TIME  (G_USEC_PER_SEC)   /* more than it takes on a busy computer */

typedef struct
{
  int fd;   /* QEMU's end of the peer's socket */
} Peer;

static void
peer_free (gpointer data)
{
  Peer *peer = data;

  g_clear_fd (&peer->fd, NULL);
  g_free (peer);
}

static void serve_first (AetherQemuSession *self);

static void
added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  AetherQemuSession *self = g_task_get_source_object (task);
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);

  /* Not when release took the queue away meanwhile */
  if (g_queue_remove (&self->peers, task))
    {
      g_object_unref (task);
      serve_first (self);
    }

  if (node)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
hand_over (AetherQemuSession *self, GTask *task)
{
  Peer *peer = g_task_get_task_data (task);
  g_autofree char *name = g_strdup_printf ("display-%u", self->n_displays++);

  /* Ours only to shut it down: the peer sees the end of the stream when QEMU closes its own */
  self->display = fcntl (peer->fd, F_DUPFD_CLOEXEC, 3);
  self->handed_over = g_get_monotonic_time ();

  aether_qmp_call_async (self->qmp, "getfd", g_variant_new_parsed ("{'fdname': <%s>}", name),
                         peer->fd, AETHER_QMP_TIMEOUT, NULL, NULL, NULL);
  aether_qmp_call_async (self->qmp, "add_client",
                         g_variant_new_parsed ("{'protocol': <'@dbus-display'>, 'fdname': <%s>}", name),
                         -1, AETHER_QMP_TIMEOUT, NULL, added_cb, g_object_ref (task));
  g_clear_fd (&peer->fd, NULL);
}

/* Whether the process of QEMU has the socket that @self->display is a copy of.
 * Where that cannot be seen, it is taken to have until all looks are used up. */
static gboolean
qemu_has_display (AetherQemuSession *self)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/fd", self->child ? aether_child_get_pid (self->child) : 0);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  struct stat ours, theirs;
  const char *name;

  if (dir == NULL || fstat (self->display, &ours) != 0)
    return TRUE;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (stat (path, &theirs) == 0 && theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev)
        return TRUE;
    }

  return FALSE;
}

static gboolean
settled_cb (gpointer user_data)
{
  AetherQemuSession *self = user_data;

  if (qemu_has_display (self) && --self->n_looks > 0)
    return G_SOURCE_CONTINUE;

  g_clear_fd (&self->display, NULL);
  g_clear_pointer (&self->settling, g_source_unref);
  serve_first (self);

  return G_SOURCE_REMOVE;
}

/* Serves the first in the queue, who stays in it until QEMU has answered. */
static void
serve_first (AetherQemuSession *self)
{
  GTask *task;

  while ((task = g_queue_peek_head (&self->peers)) && g_task_return_error_if_cancelled (task))
    g_object_unref (g_queue_pop_head (&self->peers));

  if (task == NULL)
    return;
  if (self->display < 0)
    {
      hand_over (self, task);
      return;
    }

  shutdown (self->display, SHUT_RDWR);
  self->n_looks = g_get_monotonic_time () - self->handed_over < HANDSHAKE_TIME ? SETTLE_LOOKS : SETTLE_FEW;
  self->settling = g_timeout_source_new (SETTLE_INTERVAL);
  g_source_set_callback (self->settling, settled_cb, self, NULL);
  g_source_attach (self->settling, g_main_context_get_thread_default ());
}

/* The virtual function. A cancelled peer is left out while it waits; afterwards it has the display,
 * and closes its end. */
void
_aether_qemu_session_open_display_async (AetherSession       *session,
                                         int                  fd,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  const AetherCapability *dbus = aether_capabilities_lookup (self->capabilities, "display.%s.dbus",
                                                             self->machine->arch);
  Peer *peer = g_new0 (Peer, 1);

  peer->fd = fd;
  g_task_set_source_tag (task, _aether_qemu_session_open_display_async);
  g_task_set_task_data (task, peer, peer_free);
  if (!aether_session_check_answers (session, self->qmp != NULL, task))
    return;
  if (!aether_qemu_command_has_display (self->machine, self->capabilities))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                               dbus && dbus->reason ? dbus->reason : _("This machine has no display."));
      return;
    }

  _aether_qemu_session_mend_sound (self);   /* before this one, who stays */
  g_queue_push_tail (&self->peers, g_steal_pointer (&task));
  if (self->peers.length == 1)
    serve_first (self);
}

/* The virtual function. VNC has any number of peers, who get along without waiting for each other.
 * They need no password: whoever got the socket was let in by aether-machine. */
void
_aether_qemu_session_open_vnc_async (AetherSession       *session,
                                     int                  fd,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  const AetherCapability *vnc = aether_capabilities_lookup (self->capabilities, "display.%s.vnc",
                                                            self->machine->arch);
  g_autofree char *name = g_strdup_printf ("vnc-%u", self->n_displays++);
  g_autofd int peer = fd;

  g_task_set_source_tag (task, _aether_qemu_session_open_vnc_async);
  if (g_task_return_error_if_cancelled (task) || !aether_session_check_answers (session, self->qmp != NULL, task))
    return;
  if (!aether_qemu_command_has_vnc (self->machine, self->capabilities))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                               vnc && vnc->reason ? vnc->reason : _("This machine has no display."));
      return;
    }

  aether_qmp_call_async (self->qmp, "getfd", g_variant_new_parsed ("{'fdname': <%s>}", name),
                         peer, AETHER_QMP_TIMEOUT, NULL, NULL, NULL);
  aether_qmp_call_async (self->qmp, "add_client",
                         g_variant_new_parsed ("{'protocol': <'vnc'>, 'fdname': <%s>, 'skipauth': <true>}", name),
                         -1, AETHER_QMP_TIMEOUT, NULL, aether_qmp_done_cb, g_object_ref (task));
}

/* QEMU is gone: nobody waits any more. */
void
_aether_qemu_session_release_display (AetherQemuSession *self)
{
  GTask *waiting;

  if (self->settling)
    g_source_destroy (self->settling);
  g_clear_pointer (&self->settling, g_source_unref);
  g_clear_fd (&self->display, NULL);

  while ((waiting = g_queue_pop_head (&self->peers)))
    {
      Peer *peer = g_task_get_task_data (waiting);

      /* Whoever was handed over is answered by the end of the QMP connection */
      if (peer->fd >= 0)
        g_task_return_new_error (waiting, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The machine has ended."));
      g_object_unref (waiting);
    }
}
