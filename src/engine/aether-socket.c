/* aether-socket.c - sockets: the address of a running machine's, and pairs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

GSocketAddress *
aether_socket_address_new (const char *folder, int *folder_fd, GError **error)
{
  g_autofree char *path = g_build_filename (folder, AETHER_SOCKET_NAME, NULL);

  *folder_fd = -1;
  if (strlen (path) < sizeof ((struct sockaddr_un *) NULL)->sun_path)
    return g_unix_socket_address_new (path);

#ifdef __linux__
  *folder_fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*folder_fd >= 0)
    {
      g_autofree char *short_path = g_strdup_printf ("/proc/self/fd/%d/" AETHER_SOCKET_NAME, *folder_fd);

      return g_unix_socket_address_new (short_path);
    }

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("The folder “%s” cannot be opened: %s."), folder, g_strerror (errno));
#else
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
               _("The folder “%s” has too long a path for a socket. Set XDG_RUNTIME_DIR to a shorter one."),
               folder);
#endif

  return NULL;
}

gboolean
aether_socket_make_pair (int type, int *ours, int *theirs, GError **error)
{
  int fds[2];

  if (socketpair (AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("The machine's channels cannot be made: %s."), g_strerror (code));
      return FALSE;
    }

  *ours = fds[0];
  *theirs = fds[1];

  return TRUE;
}
