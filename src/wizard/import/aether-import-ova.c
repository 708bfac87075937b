/* aether-import-ova.c - an OVA: a tar with an OVF in it, and the checksums that come with either
 *
 * Nothing is unpacked: a tar has each file in one piece, which qemu-img reads where it is. So an
 * archive cannot write anywhere, and takes no room but its own.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-ova.h"

#include "aether-import-machine.h"
#include "aether-store.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK        65536
#define MOST_ENTRIES 4096
#define MOST_LINES   4096

typedef struct archive Reader;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, archive_read_free)

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why);
  return FALSE;
}

/* --- the archive ------------------------------------------------------------- */

static char *
read_text (Reader *reader, gint64 size, gsize *length)
{
  char *text;
  gssize n = 0, got;

  if (size < 0 || size > AETHER_IMPORT_MOST_TEXT)
    return NULL;

  text = g_malloc0 (size + 1);
  while (n < size && (got = archive_read_data (reader, text + n, size - n)) > 0)
    n += got;
  if (length)
    *length = n;

  return text;
}

static gboolean
take_entry (Reader *reader, struct archive_entry *entry, gint64 end, GHashTable *parts, char **description, gsize *length,
            char **manifest, GError **error)
{
  const char *name = archive_entry_pathname (entry);
  gint64 start = archive_filter_bytes (reader, 0);
  gint64 size = archive_entry_size (entry);
  AetherDiskPart *part;

  /* Links, folders, files with holes: none is a disk */
  if (name == NULL || archive_entry_filetype (entry) != AE_IFREG || archive_entry_hardlink (entry) ||
      archive_entry_sparse_count (entry) > 0)
    return TRUE;
  if (start < 0 || size < 0 || start > end || size > end - start)
    return refuse (_("It is not whole: it ends within one of its files."), error);

  part = g_new (AetherDiskPart, 1);
  *part = (AetherDiskPart) { (guint64) start, (guint64) size };
  /* The first of two counts, as for who unpacks neither */
  if (g_hash_table_contains (parts, name))
    g_free (part);
  else
    g_hash_table_insert (parts, g_strdup (name), part);

  if (*description == NULL && g_str_has_suffix (name, ".ovf"))
    *description = read_text (reader, size, length);
  else if (*manifest == NULL && g_str_has_suffix (name, ".mf"))
    *manifest = read_text (reader, size, NULL);
  return TRUE;
}

static gboolean
read_entries (Reader *reader, gint64 end, GHashTable *parts, char **description, gsize *length, char **manifest,
              GCancellable *cancellable, GError **error)
{
  struct archive_entry *entry;
  int status = ARCHIVE_OK;

  for (guint n = 0; n < MOST_ENTRIES && (status = archive_read_next_header (reader, &entry)) == ARCHIVE_OK; n++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !take_entry (reader, entry, end, parts, description, length, manifest, error))
      return FALSE;

  if (status != ARCHIVE_EOF && status != ARCHIVE_OK)
    return refuse (_("It is damaged, or not whole: the archive cannot be read to its end."), error);
  if (*description == NULL)
    return refuse (_("It is an archive, but has no description of a machine in it."), error);

  return TRUE;
}

gboolean
aether_import_ova_index (const char *path, GHashTable **parts, char **description, gsize *length, char **manifest,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr(Reader) reader = archive_read_new ();
  g_autoptr(GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;

  *description = *manifest = NULL;
  if (fd < 0 || fstat (fd, &st) < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }

  archive_read_support_format_tar (reader);
  if (archive_read_open_fd (reader, fd, BLOCK) != ARCHIVE_OK)
    return refuse (_("It is no archive."), error);
  if (!read_entries (reader, st.st_size, found, description, length, manifest, cancellable, error))
    {
      g_clear_pointer (description, g_free);
      g_clear_pointer (manifest, g_free);
      return FALSE;
    }

  *parts = g_steal_pointer (&found);
  return TRUE;
}

/* --- checksums ----------------------------------------------------------------- */

/* "SHA256(disk.vmdk)= 0123..." -> the digits. @type (out) */
static char *
find_checksum (const char *manifest, const char *name, GChecksumType *type)
{
  static const struct { const char *word; GChecksumType type; } kinds[] = {
    { "SHA1", G_CHECKSUM_SHA1 }, { "SHA256", G_CHECKSUM_SHA256 }, { "SHA512", G_CHECKSUM_SHA512 },
  };
  g_auto(GStrv) lines = g_strsplit (manifest, "\n", MOST_LINES);

  for (guint i = 0; lines[i]; i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        g_autofree char *begin = g_strdup_printf ("%s(%s)", kinds[k].word, name);
        const char *rest = lines[i] + strlen (begin);

        if (!g_str_has_prefix (lines[i], begin) || rest[strspn (rest, " ")] != '=')
          continue;
        *type = kinds[k].type;
        return g_strstrip (g_ascii_strdown (strchr (rest, '=') + 1, -1));
      }

  return NULL;
}

static char *
compute (AetherDiskLayer *image, GChecksumType type, GCancellable *cancellable, GError **error)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (type);
  g_autofd int fd = open (image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree char *buffer = g_malloc (1 << 20);

  for (guint64 done = 0; done < image->size; )
    {
      gssize n = pread (fd, buffer, MIN (image->size - done, 1 << 20), image->start + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          aether_store_set_error (error, n < 0 ? errno : EIO);
          return NULL;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      g_checksum_update (checksum, (guchar *) buffer, n);
      done += n;
    }

  return g_strdup (g_checksum_get_string (checksum));
}

gboolean
aether_import_verify (const char *manifest, const char *name, AetherDiskLayer *image, GCancellable *cancellable, GError **error)
{
  GChecksumType type;
  g_autofree char *wanted = manifest ? find_checksum (manifest, name, &type) : NULL;
  g_autofree char *found = NULL;

  if (wanted == NULL)
    return TRUE;
  if (!(found = compute (image, type, cancellable, error)))
    return FALSE;
  if (strcmp (found, wanted) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” is damaged: it has not the checksum that was exported with it. Get the machine again."), image->shown);
  return FALSE;
}
