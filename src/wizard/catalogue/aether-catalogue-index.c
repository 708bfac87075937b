/* aether-catalogue-index.c - the catalogue as it was last read, so that it opens at once
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-catalogue-index.h"

#include "aether-os-private.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Key, entries. In this computer's byte order. */
#define INDEX_TYPE   "(sa" AETHER_OS_ENTRY ")"
#define INDEX_FORMAT "1"                  /* another one whenever entries are made in another way */
#define MOST_INDEX   (64 * 1024 * 1024)   /* bytes */
#define MOST_DEPTH   8
#define MOST_FILES   20000

/* As the clock of a file system is coarse, what is younger may have its stamp after a change. */
#define COARSEST_CLOCK (G_GINT64_CONSTANT (100) * 1000 * 1000)   /* ns */

typedef struct
{
  GPtrArray *lines;
  gint64     newest;   /* ns */
} Scan;

/* Folders too: what is removed leaves its stamp there. Takes @fd. */
static void
scan_folder (Scan *scan, int fd, const char *path, guint depth)
{
  DIR *dir = fdopendir (fd);
  struct dirent *entry;

  if (dir == NULL)
    {
      close (fd);
      return;
    }

  while ((entry = readdir (dir)) && scan->lines->len < MOST_FILES)
    {
      g_autofree char *inner = NULL;
      struct stat info;
      gint64 time;

      if (entry->d_name[0] == '.' || fstatat (fd, entry->d_name, &info, 0) < 0)
        continue;
      inner = g_strconcat (path, "/", entry->d_name, NULL);
      time = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
      scan->newest = MAX (scan->newest, time);
      if (S_ISREG (info.st_mode))
        g_ptr_array_add (scan->lines, g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, inner,
                                                       (gint64) info.st_size, time));
      else if (S_ISDIR (info.st_mode) && depth < MOST_DEPTH)
        {
          int below = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

          if (below >= 0)
            scan_folder (scan, below, inner, depth + 1);
        }
    }
  closedir (dir);
}

char *
aether_catalogue_index_dup_key (const char * const *folders, gboolean *safe)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const char * const *languages = g_get_language_names ();
  Scan scan = { lines, 0 };

  g_ptr_array_add (lines, g_strdup (INDEX_FORMAT));
  g_ptr_array_add (lines, g_strdup (languages[0]));
  for (guint i = 0; folders[i]; i++)
    {
      int fd = open (folders[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      if (fd >= 0)
        scan_folder (&scan, fd, folders[i], 0);
    }

  g_ptr_array_sort_values (lines, (GCompareFunc) strcmp);
  for (guint i = 0; i < lines->len; i++)
    g_checksum_update (sum, lines->pdata[i], strlen (lines->pdata[i]) + 1);

  *safe = ABS (g_get_real_time () * 1000 - scan.newest) > COARSEST_CLOCK;
  return g_strdup (g_checksum_get_string (sum));
}

static char *
index_path (void)
{
  g_autofree char *cache = aether_paths_dup_cache ();

  return g_build_filename (cache, "catalogue.index", NULL);
}

GVariant *
aether_catalogue_index_load (const char *key)
{
  g_autofree char *path = index_path ();
  g_autoptr(GVariant) index = NULL;
  const char *own;
  gsize length;
  /* Read, not mapped: a mapped file that somebody cuts short would kill us. */
  char *data = aether_store_read (path, MOST_INDEX, &length, NULL);

  if (data == NULL)
    return NULL;

  /* Not trusted: every access checks what it touches, and gives zeros instead of nonsense */
  index = g_variant_new_from_data (G_VARIANT_TYPE (INDEX_TYPE), data, length, FALSE, g_free, data);
  g_variant_ref_sink (index);
  g_variant_get_child (index, 0, "&s", &own);

  return strcmp (own, key) == 0 ? g_variant_get_child_value (index, 1) : NULL;
}

void
aether_catalogue_index_save (const char *key, GVariant *entries)
{
  g_autofree char *path = index_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GVariant) index = g_variant_ref_sink (g_variant_new ("(s@a" AETHER_OS_ENTRY ")", key, entries));

  if (g_mkdir_with_parents (folder, 0700) == 0)
    aether_store_write (path, g_variant_get_data (index), g_variant_get_size (index), AETHER_STORE_QUICK, NULL);
}
