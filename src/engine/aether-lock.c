/* aether-lock.c - a lock on a file, held by one process for as long as it lives
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-lock.h"

#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Locks of open file descriptions: like flock() they live and die with the
 * descriptor, and they can be asked about without being taken. */
#ifdef F_OFD_SETLK

static int
lock_command (int fd, int command, short *type)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int result = fcntl (fd, command, &lock);

  if (type)
    *type = lock.l_type;

  return result;
}

static gboolean
try_lock (int fd)
{
  return lock_command (fd, F_OFD_SETLK, NULL) == 0;
}

static gboolean
lock_is_held (int fd)
{
  short type = F_UNLCK;

  return lock_command (fd, F_OFD_GETLK, &type) == 0 && type != F_UNLCK;
}

#else

/* flock() must take the lock to test it: give a tester the time to let go. */
static gboolean
try_lock (int fd)
{
  for (int attempt = 0; attempt < 20; attempt++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      if (errno != EWOULDBLOCK)
        return FALSE;
      g_usleep (5000);
    }

  errno = EWOULDBLOCK;
  return FALSE;
}

static gboolean
lock_is_held (int fd)
{
  if (flock (fd, LOCK_SH | LOCK_NB) < 0)
    return errno == EWOULDBLOCK;

  flock (fd, LOCK_UN);
  return FALSE;
}

#endif

/**
 * aether_lock_take:
 * @path: made when it is not there; its contents do not matter
 *
 * Returns: a descriptor whose closing frees the lock, or -1 with an error:
 *   %G_IO_ERROR_BUSY when somebody has it, else what open gives
 */
int
aether_lock_take (const char *path, GError **error)
{
  for (;;)
    {
      struct stat st;
      int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

      if (fd < 0)
        {
          aether_store_set_error (error, errno);
          return -1;
        }
      if (!try_lock (fd))
        {
          if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EACCES)
            g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("Another program uses it."));
          else
            aether_store_set_error (error, errno);
          close (fd);
          return -1;
        }

      /* The one who had it before may have removed the file when it let go */
      if (fstat (fd, &st) == 0 && st.st_nlink > 0)
        return fd;
      close (fd);
    }
}

/**
 * aether_lock_is_held:
 *
 * Returns: whether anybody has the lock, we ourselves included
 */
gboolean
aether_lock_is_held (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gboolean held = fd >= 0 && lock_is_held (fd);

  if (fd >= 0)
    close (fd);

  return held;
}
