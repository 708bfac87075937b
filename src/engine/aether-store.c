/* aether-store.c - small files that are never half written
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * aether_store_explain:
 * @errnum: an errno
 *
 * Returns: (transfer full): the cause as a sentence, and what to do where that is known
 */
char *
aether_store_explain (int errnum)
{
  switch (errnum)
    {
    case ENOSPC:
      return g_strdup (_("The disk is full. Free some space, then try again."));
    case EDQUOT:
      return g_strdup (_("Your disk quota is used up. Free some space, then try again."));
    case EFBIG:
      return g_strdup (_("The file would be larger than this disk or your limits allow."));
    case EACCES:
    case EPERM:
      return g_strdup (_("You are not allowed to. Check who owns the folder and its permissions."));
    case EROFS:
      return g_strdup (_("The disk is read-only. Copy the machine to another disk to change it."));
    case ENOENT:
      return g_strdup (_("The file or its folder is not there."));
    case ENOTDIR:
      return g_strdup (_("A part of its path is not a folder."));
    case EISDIR:
      return g_strdup (_("There is a folder of that name."));
    default:
      return g_strdup_printf (_("%s."), g_strerror (errnum));
    }
}

void
aether_store_set_error (GError **error, int errnum)
{
  g_autofree char *cause = aether_store_explain (errnum);

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errnum), cause);
}

/* --- reading ------------------------------------------------------------- */

static char *
read_all (int fd, gsize size, gsize limit, gsize *length, GError **error)
{
  g_autofree char *data = g_malloc (size + 1);
  gsize n = 0;

  /* The size is a hint: a file may grow while it is read */
  for (;;)
    {
      gssize got = read (fd, data + n, size + 1 - n);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          aether_store_set_error (error, errno);
          return NULL;
        }
      if (got == 0)
        break;

      n += got;
      if (n > limit)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The file is larger than %zu bytes."), limit);
          return NULL;
        }
      if (n > size)
        {
          size = MIN (size * 2 + 4096, limit);
          data = g_realloc (data, size + 1);
        }
    }

  data[n] = '\0';
  if (length)
    *length = n;

  return g_steal_pointer (&data);
}

/**
 * aether_store_read:
 * @limit: most bytes the file may have
 * @length: (out) (optional): bytes read
 *
 * Returns: (transfer full): the contents, or %NULL with an error: what open
 *   and read give, or %G_IO_ERROR_INVALID_DATA for what is no regular file or
 *   is larger than @limit
 */
char *
aether_store_read (const char *path, gsize limit, gsize *length, GError **error)
{
  struct stat st;
  char *data = NULL;
  int fd;

  /* O_NONBLOCK: a FIFO without a writer would hold us for ever */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat (fd, &st) < 0)
    aether_store_set_error (error, errno);
  else if (!S_ISREG (st.st_mode))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         S_ISDIR (st.st_mode) ? _("It is a folder, not a file.") : _("It is not a regular file."));
  else if ((guint64) st.st_size > limit)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("The file is larger than %zu bytes."), limit);
  else
    data = read_all (fd, st.st_size, limit, length, error);

  if (fd >= 0)
    close (fd);

  return data;
}

/* --- writing ------------------------------------------------------------- */

/* Returns: whether what @fd got is on the disk; else errno says why not */
gboolean
aether_store_sync (int fd)
{
#ifdef F_FULLFSYNC
  /* On macOS fsync() leaves the data in the drive's cache */
  if (fcntl (fd, F_FULLFSYNC) == 0)
    return TRUE;
#endif

  /* EINVAL: a file system that has nothing to sync */
  return fsync (fd) == 0 || errno == EINVAL;
}

gboolean
aether_store_is_temp (const char *name)
{
  return name[0] == '.' && g_str_has_suffix (name, AETHER_STORE_TEMP_SUFFIX);
}

/* Opens a new file that is locked while its maker lives: so that one whose
 * maker died can be told from one that is being written. */
static int
open_temp (int folder, const char *name, char **temp)
{
  for (int attempt = 0; attempt < 100; attempt++)
    {
      g_autofree char *candidate = g_strdup_printf (".%s.%08x" AETHER_STORE_TEMP_SUFFIX, name, g_random_int ());
      struct stat st;
      int fd = openat (folder, candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

      if (fd < 0 && errno == EEXIST)
        continue;
      if (fd < 0)
        return -1;

      /* A cleaner may have come between open and lock: then the file has no name any more.
       * Where there are no locks nobody cleans. */
      flock (fd, LOCK_EX);
      if (fstat (fd, &st) == 0 && st.st_nlink > 0)
        {
          *temp = g_steal_pointer (&candidate);
          return fd;
        }
      close (fd);
    }

  errno = EEXIST;
  return -1;
}

static gboolean
write_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      length -= n;
    }

  return TRUE;
}

/**
 * aether_store_open_temp:
 * @temp: (out): its path; it is yours to remove or to rename
 *
 * Returns: a descriptor open for writing, or -1 with the cause
 */
int
aether_store_open_temp (const char *path, char **temp, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;
  int dir, fd = -1, errsv;

  /* Half of the longest name there can be: room for what is added */
  base[MIN (strlen (base), 128)] = '\0';

  dir = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0)
    fd = open_temp (dir, base, &name);
  errsv = errno;
  if (dir >= 0)
    close (dir);

  if (fd >= 0)
    *temp = g_build_filename (folder, name, NULL);
  else
    aether_store_set_error (error, errsv);

  return fd;
}

static gboolean
rename_new (const char *from, const char *to)
{
  struct stat st;
  int errsv;

#ifdef RENAME_NOREPLACE
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
#endif

  if (lstat (from, &st) < 0)
    return FALSE;
  if (!S_ISDIR (st.st_mode))
    return link (from, to) == 0 && unlink (from) == 0;

  /* A folder may take the place of an empty one: the one that we make says the name is ours */
  if (mkdir (to, 0700) < 0)
    return FALSE;
  if (rename (from, to) == 0)
    return TRUE;

  errsv = errno;
  rmdir (to);
  errno = errsv;
  return FALSE;
}

/**
 * aether_store_rename_new:
 *
 * Never takes the place of anything.
 */
gboolean
aether_store_rename_new (const char *from, const char *to)
{
  g_autofree char *folder = g_path_get_dirname (to);
  int dir;

  if (!rename_new (from, to))
    return FALSE;

  dir = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0)
    {
      aether_store_sync (dir);
      close (dir);
    }

  return TRUE;
}

/**
 * aether_store_write:
 * @path: the file to make or to replace
 * @data: (array length=length): its whole contents
 *
 * Whatever happens, @path is then the old file or the new one, whole: the data
 * goes to a file of its own beside it, which takes its name when complete. On
 * failure the old one stays and nothing is left behind.
 */
gboolean
aether_store_write (const char *path, const void *data, gsize length, AetherStoreFlags flags, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *temp = NULL;
  gboolean durable = !(flags & AETHER_STORE_QUICK);
  gboolean done = FALSE;
  int dir, fd = -1, errsv;

  dir = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0 && (fd = open_temp (dir, name, &temp)) >= 0)
    done = write_all (fd, data, length) &&
           (!durable || aether_store_sync (fd)) &&
           renameat (dir, temp, dir, name) == 0;
  errsv = errno;

  if (!done && temp != NULL)
    unlinkat (dir, temp, 0);
  if (done && durable && !aether_store_sync (dir))
    {
      errsv = errno;
      done = FALSE;
    }
  if (fd >= 0)
    close (fd);
  if (dir >= 0)
    close (dir);
  if (!done)
    aether_store_set_error (error, errsv);

  return done;
}

/**
 * aether_store_clean:
 * @folder: where files are written by aether_store_write()
 *
 * Removes the files that writers left behind who were killed half-way.
 */
void
aether_store_clean (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;
      struct stat st;
      int fd;

      if (!aether_store_is_temp (name))
        continue;

      path = g_build_filename (folder, name, NULL);
      if (lstat (path, &st) < 0 || !S_ISREG (st.st_mode))
        continue;

      fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
      if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
        unlink (path);
      if (fd >= 0)
        close (fd);
    }
}
