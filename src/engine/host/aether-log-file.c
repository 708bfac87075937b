/* aether-log-file.c - a file that grows to a limit and is then begun anew
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct _AetherLogFile
{
  char    *path;
  gsize    limit;
  guint    kept;
  gboolean streams;

  int      fd;        /* -1: not open */
  gsize    size;
  gboolean failed;
};

AetherLogFile *
aether_log_file_new (const char *path, gsize limit, guint kept, gboolean streams)
{
  AetherLogFile *self = g_new0 (AetherLogFile, 1);

  self->path = g_strdup (path);
  self->limit = limit;
  self->kept = kept;
  self->streams = streams;
  self->fd = -1;

  return self;
}

void
aether_log_file_free (AetherLogFile *self)
{
  g_clear_fd (&self->fd, NULL);
  g_free (self->path);
  g_free (self);
}

/* A link or a FIFO that lies there is not followed and not waited for. */
static gboolean
open_file (AetherLogFile *self)
{
  struct stat st;

  self->fd = open (self->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (self->fd < 0 || fstat (self->fd, &st) < 0)
    return FALSE;

  if (!S_ISREG (st.st_mode))
    {
      errno = EINVAL;
      return FALSE;
    }

  self->size = st.st_size;
  if (self->streams)
    {
      dup2 (self->fd, STDOUT_FILENO);
      dup2 (self->fd, STDERR_FILENO);
    }

  return TRUE;
}

static gboolean
rotate (AetherLogFile *self)
{
  g_clear_fd (&self->fd, NULL);

  for (guint i = self->kept; i > 0; i--)
    {
      g_autofree char *to = g_strdup_printf ("%s.%u", self->path, i);
      g_autofree char *from = i > 1 ? g_strdup_printf ("%s.%u", self->path, i - 1) : g_strdup (self->path);

      rename (from, to);
    }

  return open_file (self);
}

static gboolean
write_all (AetherLogFile *self, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize n = write (self->fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;

      data += n;
      length -= n;
      self->size += n;
    }

  return TRUE;
}

gboolean
aether_log_file_write (AetherLogFile *self, const char *data, gsize length, GError **error)
{
  if (self->failed)
    return TRUE;

  if ((self->fd >= 0 || open_file (self)) &&
      (self->size == 0 || self->size + length <= self->limit || rotate (self)) &&
      write_all (self, data, length))
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("“%s” is not written any more: %s."), self->path, g_strerror (errno));
  g_clear_fd (&self->fd, NULL);
  self->failed = TRUE;

  return FALSE;
}
