/* qemu-display.c - a real QEMU, for tests and benchmarks of the display alone
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu-display.h"

#include <gio/gunixfdlist.h>
#include <gio/gunixfdmessage.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define QMP_FD 3

struct _QemuDisplay
{
  GSubprocess       *process;
  GSocketConnection *qmp;
  GDataInputStream  *answers;
};

static GSocketConnection *
connection_from_fd (int fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return g_socket_connection_factory_create_connection (socket);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

QemuDisplay *
qemu_display_new (const char * const *arguments)
{
  static const char *const base[] = {
    "qemu-system-x86_64", "-nodefaults", "-accel", "tcg", "-display", "dbus,p2p=yes",
    "-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control", NULL
  };
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *program = g_find_program_in_path (base[0]);
  g_autofree char *greeting = NULL, *answer = NULL;
  g_auto(GStrv) argv = NULL;
  QemuDisplay *self;
  int fds[2];

  if (program == NULL)
    return NULL;

  g_strv_builder_addv (builder, (const char **) base);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  g_subprocess_launcher_take_fd (launcher, fds[1], QMP_FD);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);

  self = g_new0 (QemuDisplay, 1);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv, NULL);
  g_subprocess_launcher_close (launcher);
  self->qmp = connection_from_fd (fds[0]);
  self->answers = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->qmp)));

  greeting = g_data_input_stream_read_line (self->answers, NULL, NULL, NULL);
  if (greeting == NULL)
    {
      qemu_display_free (self);
      return NULL;
    }
  answer = qemu_display_qmp (self, "qmp_capabilities", NULL, -1);

  return self;
}

void
qemu_display_free (QemuDisplay *self)
{
  if (self->process)
    {
      g_subprocess_force_exit (self->process);
      g_subprocess_wait (self->process, NULL, NULL);
    }
  g_clear_object (&self->answers);
  g_clear_object (&self->qmp);
  g_clear_object (&self->process);
  g_free (self);
}

int
qemu_display_get_pid (QemuDisplay *self)
{
  return g_ascii_strtoll (g_subprocess_get_identifier (self->process), NULL, 10);
}

char *
qemu_display_qmp (QemuDisplay *self, const char *command, const char *arguments, int fd)
{
  g_autofree char *text =
    g_strdup_printf ("{\"execute\":\"%s\"%s%s}\n", command,
                     arguments ? ",\"arguments\":" : "", arguments ? arguments : "");
  GOutputVector vector = { text, strlen (text) };
  GSocketControlMessage *message = NULL;
  g_autoptr(GError) error = NULL;

  if (fd >= 0)
    {
      message = g_unix_fd_message_new ();
      g_unix_fd_message_append_fd (G_UNIX_FD_MESSAGE (message), fd, &error);
      g_assert_no_error (error);
    }

  g_socket_send_message (g_socket_connection_get_socket (self->qmp), NULL, &vector, 1,
                         message ? &message : NULL, message ? 1 : 0, 0, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&message);

  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      if (g_str_has_prefix (line, "{\"return\"") || g_str_has_prefix (line, "{\"error\""))
        return g_steal_pointer (&line);
    }
}

static GSocketConnection *
open_client (QemuDisplay *self, const char *protocol)
{
  g_autofree char *client = g_strdup_printf ("{\"protocol\":\"%s\",\"fdname\":\"display\",\"skipauth\":true}", protocol);
  g_autofree char *got = NULL, *added = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  got = qemu_display_qmp (self, "getfd", "{\"fdname\":\"display\"}", fds[1]);
  close (fds[1]);
  added = qemu_display_qmp (self, "add_client", client, -1);
  g_assert_true (g_str_has_prefix (added, "{\"return\""));

  return connection_from_fd (fds[0]);
}

GIOStream *
qemu_display_open (QemuDisplay *self)
{
  return G_IO_STREAM (open_client (self, "@dbus-display"));
}

GSocketConnection *
qemu_display_open_vnc (QemuDisplay *self)
{
  return open_client (self, "vnc");
}
