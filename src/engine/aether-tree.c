/* aether-tree.c - folders with all that is in them
 *
 * Everything goes by descriptors of folders, opened with O_NOFOLLOW: a link
 * that is put in the way while we work leads nowhere.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-tree.h"

#include "aether-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#endif

#define MOST_DEPTH   64                  /* a bundle has two or three */
#define COPY_STEP    (16 * 1024 * 1024)  /* bytes between two looks at the cancellable */
#define BUFFER_SIZE  (1024 * 1024)

/* "@inside/@name" for a message and for the next folder down. */
static char *
join (const char *inside, const char *name)
{
  return *inside ? g_build_filename (inside, name, NULL) : g_strdup (name);
}

static gboolean
fail (const char *format, const char *inside, const char *name, int errnum, GError **error)
{
  g_autofree char *path = join (inside, name);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *cause = aether_store_explain (errnum);
  g_autofree char *what = g_strdup_printf (format, shown);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errnum), "%s %s", what, cause);

  return FALSE;
}

/* Takes @fd. */
static DIR *
open_dir (int fd)
{
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    close (fd);

  return dir;
}

static int
open_folder (int parent, const char *name)
{
  return openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static struct dirent *
next_entry (DIR *dir)
{
  struct dirent *entry;

  do
    {
      errno = 0;
      entry = readdir (dir);
    }
  while (entry != NULL && (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0));

  return entry;
}

/* --- removing ------------------------------------------------------------ */

static gboolean
remove_entry (int parent, const char *inside, const char *name, guint depth, GError **error)
{
  g_autofree char *path = join (inside, name);
  struct dirent *entry;
  gboolean done = TRUE;
  DIR *dir;

  /* A folder says EISDIR on Linux, EPERM by POSIX */
  if (unlinkat (parent, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  if (errno != EISDIR && errno != EPERM)
    return fail (_("Could not delete “%s”."), inside, name, errno, error);
  if (depth == 0)
    return fail (_("Could not delete “%s”."), inside, name, ELOOP, error);

  dir = open_dir (open_folder (parent, name));
  if (dir == NULL)
    return fail (_("Could not delete “%s”."), inside, name, errno == ENOTDIR ? EPERM : errno, error);

  while (done && (entry = next_entry (dir)) != NULL)
    done = remove_entry (dirfd (dir), path, entry->d_name, depth - 1, error);
  closedir (dir);

  if (done && unlinkat (parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
    return fail (_("Could not delete “%s”."), inside, name, errno, error);

  return done;
}

gboolean
aether_tree_remove (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  gboolean done;
  int fd;

  fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT || fail (_("Could not open “%s”."), "", parent, errno, error);

  done = remove_entry (fd, "", name, MOST_DEPTH, error);
  close (fd);

  return done;
}

/* --- copying a file ------------------------------------------------------ */

static gboolean
share_blocks (int from, int to)
{
#ifdef FICLONE
  return ioctl (to, FICLONE, from) == 0;
#else
  return FALSE;
#endif
}

/* Bytes copied at @offset, at most @length; 0 at the end; -1 with errno. */
static gssize
copy_some (int from, int to, off_t offset, gsize length, char **buffer)
{
  gssize n;

#ifdef __linux__
  loff_t in = offset, out = offset;

  /* In the kernel, or on the file server; not between all kinds of file systems */
  n = copy_file_range (from, &in, to, &out, length, 0);
  if (n > 0 || (n < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP && errno != EPERM))
    return n;
#endif

  if (*buffer == NULL)
    *buffer = g_malloc (BUFFER_SIZE);
  n = pread (from, *buffer, MIN (length, BUFFER_SIZE), offset);
  for (gssize done = 0; n > 0 && done < n; )
    {
      gssize written = pwrite (to, *buffer + done, n - done, offset + done);

      if (written < 0)
        return -1;
      done += written;
    }

  return n;
}

/* Where the next data begin and end; a file system that knows no holes has none. */
static gboolean
next_data (int fd, off_t offset, off_t size, off_t *start, off_t *end)
{
  *start = lseek (fd, offset, SEEK_DATA);
  if (*start < 0 && errno == ENXIO)
    return FALSE;
  if (*start < 0)
    {
      *start = offset;
      *end = size;
      return offset < size;
    }

  *end = lseek (fd, *start, SEEK_HOLE);
  if (*end < 0 || *end > size)
    *end = size;

  return *start < *end;
}

/* Who wants to know how far it is. */
typedef struct
{
  AetherTreeProgress  progress;
  gpointer            data;
} Watcher;

/* Errors: errno, or ECANCELED with @error set by the cancellable. @watcher: (nullable) */
static gboolean
copy_contents (int from, int to, off_t size, const Watcher *watcher, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = NULL;
  off_t start, end;

  if (share_blocks (from, to))
    return TRUE;

  for (off_t offset = 0; next_data (from, offset, size, &start, &end); )
    {
      gssize n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          errno = ECANCELED;
          return FALSE;
        }

      n = copy_some (from, to, start, MIN (end - start, COPY_STEP), &buffer);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      offset = start + n;
      if (watcher)
        watcher->progress ((double) offset / size, watcher->data);
    }

  return ftruncate (to, size) == 0;
}

static gboolean
copy_regular (int from_dir, int to_dir, const char *inside, const char *name, const char *new_name,
              const Watcher *watcher, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) cancelled = NULL;
  gboolean done = FALSE;
  struct stat st;
  int from, to = -1, errsv;

  from = openat (from_dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (from < 0 || fstat (from, &st) < 0)
    {
      errsv = errno;
      if (from >= 0)
        close (from);
      return fail (_("Could not read “%s”."), inside, name, errsv, error);
    }

  to = openat (to_dir, new_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (to >= 0)
    done = S_ISREG (st.st_mode) &&
           copy_contents (from, to, st.st_size, watcher, cancellable, &cancelled) &&
           fchmod (to, st.st_mode & 0777) == 0 &&
           aether_store_sync (to);
  errsv = S_ISREG (st.st_mode) ? errno : EINVAL;

  if (to >= 0)
    close (to);
  close (from);
  if (!done && to >= 0)
    unlinkat (to_dir, new_name, 0);

  if (cancelled != NULL)
    g_propagate_error (error, g_steal_pointer (&cancelled));
  else if (!done)
    fail (_("Could not copy “%s”."), inside, name, errsv, error);

  return done;
}

static gboolean
copy_file (const char *from, const char *to, const Watcher *watcher, GCancellable *cancellable, GError **error)
{
  g_autofree char *real = g_file_read_link (from, NULL);
  g_autofree char *target = real != NULL ? realpath (from, NULL) : g_strdup (from);

  return copy_regular (AT_FDCWD, AT_FDCWD, "", target != NULL ? target : from, to, watcher, cancellable, error);
}

gboolean
aether_tree_copy_file (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  return copy_file (from, to, NULL, cancellable, error);
}

gboolean
aether_tree_copy_file_watched (const char *from, const char *to, AetherTreeProgress progress, gpointer data,
                               GCancellable *cancellable, GError **error)
{
  return copy_file (from, to, &(Watcher) { progress, data }, cancellable, error);
}

/* --- copying a folder ---------------------------------------------------- */

/* Whether a link in folder @inside leads to something under the top, by a way under the top. */
static gboolean
link_stays_inside (const char *inside, const char *target)
{
  g_autofree char *place = g_build_filename ("/b", inside, NULL);
  g_autofree char *lands = g_canonicalize_filename (target, place);
  g_auto(GStrv) words = g_strsplit (target, "/", -1);
  int depth = 0;

  if (g_path_is_absolute (target) || !(g_str_has_prefix (lands, "/b/") || strcmp (lands, "/b") == 0))
    return FALSE;

  /* On its way it must not climb out either: "../../Name.aether/disks/x" */
  if (*inside)
    for (const char *p = inside; p != NULL; p = strchr (p + 1, '/'))
      depth++;
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], "..") == 0 && --depth < 0)
      return FALSE;
    else if (*words[i] && strcmp (words[i], ".") != 0 && strcmp (words[i], "..") != 0)
      depth++;

  return TRUE;
}

static gboolean
copy_link (int from, int to, const char *inside, const char *name, GError **error)
{
  char target[4096];
  gssize length = readlinkat (from, name, target, sizeof target - 1);

  if (length < 0)
    return fail (_("Could not read “%s”."), inside, name, errno, error);
  target[length] = '\0';

  if (!link_stays_inside (inside, target))
    {
      g_autofree char *path = join (inside, name);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” is a link to a file outside the machine's folder. Two machines must not share it: "
                     "put the file itself in the link's place, then try again."), path);
      return FALSE;
    }

  return symlinkat (target, to, name) == 0 || fail (_("Could not copy “%s”."), inside, name, errno, error);
}

static gboolean copy_entries (int from, int to, const char *inside, guint depth,
                              AetherTreeFilter filter, GCancellable *cancellable, GError **error);

/* Takes both descriptors, which may be -1 with errno set. */
static gboolean
copy_folder (int from, int to, const char *inside, guint depth,
             AetherTreeFilter filter, GCancellable *cancellable, GError **error)
{
  gboolean done;

  if (from < 0 || to < 0)
    done = fail (_("Could not copy “%s”."), "", inside, errno, error);
  else if (depth == 0)
    done = fail (_("Could not copy “%s”."), "", inside, ELOOP, error);
  else
    done = copy_entries (from, to, inside, depth, filter, cancellable, error) &&
           (aether_store_sync (to) || fail (_("Could not copy “%s”."), "", inside, errno, error));

  if (to >= 0)
    close (to);
  if (from >= 0)
    close (from);

  return done;
}

static gboolean
copy_entry (int from, int to, const char *inside, const char *name, guint depth,
            AetherTreeFilter filter, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = join (inside, name);
  struct stat st;

  if (fstatat (from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return fail (_("Could not read “%s”."), inside, name, errno, error);
  if (S_ISLNK (st.st_mode))
    return copy_link (from, to, inside, name, error);
  if (S_ISREG (st.st_mode))
    return copy_regular (from, to, inside, name, name, NULL, cancellable, error);
  if (!S_ISDIR (st.st_mode))
    return TRUE;

  if (mkdirat (to, name, 0700) < 0)
    return fail (_("Could not copy “%s”."), inside, name, errno, error);

  return copy_folder (open_folder (from, name), open_folder (to, name), path, depth - 1, filter, cancellable, error);
}

static gboolean
copy_entries (int from, int to, const char *inside, guint depth,
              AetherTreeFilter filter, GCancellable *cancellable, GError **error)
{
  DIR *dir = open_dir (fcntl (from, F_DUPFD_CLOEXEC, 0));
  struct dirent *entry;
  gboolean done = TRUE;

  if (dir == NULL)
    return fail (_("Could not read “%s”."), "", inside, errno, error);

  while (done && (entry = next_entry (dir)) != NULL)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        done = FALSE;
      else if (filter == NULL || filter (inside, entry->d_name))
        done = copy_entry (from, to, inside, entry->d_name, depth, filter, cancellable, error);
    }
  closedir (dir);

  return done;
}

gboolean
aether_tree_copy (const char *from, const char *to, AetherTreeFilter filter, GCancellable *cancellable, GError **error)
{
  /* The top itself may be a link: the user named it */
  return copy_folder (open (from, O_RDONLY | O_DIRECTORY | O_CLOEXEC), open_folder (AT_FDCWD, to), "", MOST_DEPTH,
                      filter, cancellable, error);
}
