/* aether-follower.c - reads a file while it is downloaded: checksum, and contents
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-follower.h"

#include "aether-store.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (256 << 10)   /* stays in the cache of a processor */

struct _AetherFollower
{
  AetherTransfer   *transfer;
  AetherDigestKind  kind;
  char             *unpack_path;
  GCancellable     *abort;
  GThread          *thread;

  guint             restarts;   /* of the transfer, when this round began */
  AetherDigest     *digest;
  guint64           offset;     /* read so far */
  gboolean          ended;      /* the last byte was read */
  gboolean          stopped;    /* there will be no last byte, or not of this round */
  char             *hex;
  GError           *error;
  char              block[BLOCK];
};

/* Little that came can be much to unpack, or to read again: who cancels does not wait for it. */
static gboolean
is_cancelled (AetherFollower *self)
{
  self->stopped |= g_cancellable_is_cancelled (self->abort);
  return self->stopped;
}

/* Blocks for the next bytes. Returns: 0 at the end, -1 when it is over before. */
static gssize
read_next (AetherFollower *self)
{
  gint64 there;
  gssize n;

  if (is_cancelled (self))
    return -1;

  there = aether_transfer_await (self->transfer, self->offset, self->restarts);
  if (there <= 0)
    {
      self->ended = there == 0;
      self->stopped = there < 0;
      return there;
    }

  do
    n = pread (aether_transfer_get_fd (self->transfer), self->block, MIN (there, BLOCK), self->offset);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    {
      aether_store_set_error (&self->error, n < 0 ? errno : EIO);
      self->stopped = TRUE;
      return -1;
    }

  if (self->digest)
    aether_digest_update (self->digest, self->block, n);
  self->offset += n;
  return n;
}

/* --- unpacking ----------------------------------------------------------------- */

static la_ssize_t
archive_read_cb (struct archive *archive, void *user_data, const void **buffer)
{
  AetherFollower *self = user_data;
  gssize n = read_next (self);

  *buffer = self->block;
  if (n < 0)
    archive_set_error (archive, ECANCELED, "stopped");
  return n;
}

static void
set_unpack_error (AetherFollower *self, const char *reason)
{
  if (self->stopped || self->error)
    return;

  /* Translators: %s is the reason, in English */
  g_set_error (&self->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("The downloaded file cannot be unpacked: %s."), reason ? reason : "it is damaged");
}

static void
set_archive_error (AetherFollower *self, struct archive *archive)
{
  set_unpack_error (self, archive_error_string (archive));
}

/* A Mac puts a shadow of each file into its archives. */
static gboolean
is_shadow (const char *path)
{
  const char *slash = strrchr (path, '/');

  return g_str_has_prefix (slash ? slash + 1 : path, "._");
}

/* The one file that is wanted: of a zip the first disk or disc, else the only one. */
static gboolean
is_wanted (struct archive *archive, struct archive_entry *entry)
{
  const char *path = archive_entry_pathname_utf8 (entry);
  g_autofree char *lower = path ? g_ascii_strdown (path, -1) : NULL;

  if (archive_entry_filetype (entry) != AE_IFREG)
    return FALSE;
  return archive_format (archive) == ARCHIVE_FORMAT_RAW || (lower && aether_follower_is_disk (lower) && !is_shadow (lower));
}

static gboolean
write_block (int fd, const char *data, gsize length, guint64 where)
{
  /* Runs of nothing stay holes. */
  if (length == 0 || (data[0] == '\0' && memcmp (data, data + 1, length - 1) == 0))
    return TRUE;

  return aether_journal_write_at (fd, data, length, where);
}

static gboolean
end_contents (AetherFollower *self, int fd, guint64 end)
{
  if (ftruncate (fd, end) == 0 && fdatasync (fd) == 0)
    return TRUE;

  aether_store_set_error (&self->error, errno);
  return FALSE;
}

static gboolean
copy_data (AetherFollower *self, struct archive *archive, int fd)
{
  const void *data;
  size_t length;
  la_int64_t offset;
  guint64 end = 0;

  for (;;)
    {
      int result = archive_read_data_block (archive, &data, &length, &offset);

      if (result == ARCHIVE_EOF)
        break;
      if (result < ARCHIVE_WARN)
        {
          set_archive_error (self, archive);
          return FALSE;
        }
      for (gsize done = 0; done < length; done += BLOCK)
        if (!write_block (fd, (const char *) data + done, MIN (length - done, BLOCK), offset + done))
          {
            aether_store_set_error (&self->error, errno);
            return FALSE;
          }
      end = offset + length;
      if (is_cancelled (self))
        return FALSE;
    }

  return end_contents (self, fd, end);
}

static struct archive *
open_archive (AetherFollower *self)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_filter_xz (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_format_zip_streamable (archive);
  archive_read_support_format_raw (archive);
  if (archive_read_open (archive, self, NULL, archive_read_cb, NULL) == ARCHIVE_OK)
    return archive;

  set_archive_error (self, archive);
  archive_read_free (archive);
  return NULL;
}

static gboolean
unpack_from (AetherFollower *self, struct archive *archive, int fd)
{
  struct archive_entry *entry;
  int result;

  while ((result = archive_read_next_header (archive, &entry)) == ARCHIVE_OK || result == ARCHIVE_WARN)
    {
      /* "raw" takes everything, also what is not compressed at all. */
      if (archive_format (archive) == ARCHIVE_FORMAT_RAW && archive_filter_count (archive) == 1)
        {
          archive_set_error (archive, EINVAL, "not a known kind of compression");
          break;
        }
      if (is_wanted (archive, entry))
        return copy_data (self, archive, fd);
    }

  if (result != ARCHIVE_EOF)
    set_archive_error (self, archive);
  else if (self->error == NULL)
    g_set_error_literal (&self->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("There is no disk or disc image in the downloaded archive."));
  return FALSE;
}

static gboolean
is_gzip (AetherFollower *self)
{
  guint8 magic[2];

  return aether_transfer_await (self->transfer, 1, self->restarts) > 0 &&
         pread (aether_transfer_get_fd (self->transfer), magic, 2, 0) == 2 &&
         magic[0] == 0x1f && magic[1] == 0x8b;
}

/* Members one after the other (RFC 1952). By zlib, because libarchive overlooks their checksums;
 * what follows them and is none is no part of the contents, as gzip itself has it. */
static gboolean
gunzip (AetherFollower *self, int fd)
{
  g_autoptr(GZlibDecompressor) zlib = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr(GError) error = NULL;
  g_autofree char *out = g_malloc (BLOCK);
  GConverterResult result = G_CONVERTER_CONVERTED;
  gssize n = 0, used = 0;
  guint64 end = 0;

  for (;;)
    {
      gsize taken = 0, made = 0;

      if (used == n)
        {
          used = 0;
          n = read_next (self);
        }
      if (n < 0)
        return FALSE;
      if (result == G_CONVERTER_FINISHED)
        {
          if (n == 0 || (guint8) self->block[used] != 0x1f)
            return end_contents (self, fd, end);
          g_converter_reset (G_CONVERTER (zlib));
        }

      result = g_converter_convert (G_CONVERTER (zlib), self->block + used, n - used, out, BLOCK,
                                    n == 0 ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &taken, &made, &error);
      if (result == G_CONVERTER_ERROR)
        {
          set_unpack_error (self, n == 0 ? "it ends too early" : error->message);
          return FALSE;
        }
      if (!write_block (fd, out, made, end))
        {
          aether_store_set_error (&self->error, errno);
          return FALSE;
        }
      used += taken;
      end += made;
      if (is_cancelled (self))
        return FALSE;
    }
}

static void
unpack (AetherFollower *self)
{
  int fd = open (self->unpack_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  struct archive *archive;

  if (fd < 0)
    {
      aether_store_set_error (&self->error, errno);
      return;
    }

  archive = is_gzip (self) ? NULL : open_archive (self);
  if (archive == NULL && self->error == NULL && !self->stopped)
    gunzip (self, fd);
  if (archive)
    {
      unpack_from (self, archive, fd);
      archive_read_free (archive);
    }
  close (fd);
}

static gboolean
has_begun_anew (AetherFollower *self)
{
  AetherTransferProgress progress;

  aether_transfer_get_progress (self->transfer, &progress);
  return progress.restarts != self->restarts && progress.restarts != G_MAXUINT;
}

/* --- the thread ----------------------------------------------------------------- */

static void
follow_once (AetherFollower *self)
{
  AetherTransferProgress progress;

  aether_transfer_get_progress (self->transfer, &progress);
  self->restarts = progress.restarts;
  self->ended = self->stopped = FALSE;
  self->offset = 0;
  g_clear_pointer (&self->digest, aether_digest_free);
  self->digest = aether_digest_new (self->kind);

  if (self->unpack_path)
    unpack (self);
  if (self->error)
    {
      if (!has_begun_anew (self))
        g_cancellable_cancel (self->abort);
      return;
    }
  /* What comes behind the contents counts for the checksum, too. */
  while (!self->ended && !self->stopped && read_next (self) > 0)
    continue;
}

static gpointer
follow_thread (gpointer user_data)
{
  AetherFollower *self = user_data;

  follow_once (self);
  while (!self->ended && has_begun_anew (self))
    {
      g_clear_error (&self->error);
      follow_once (self);
    }
  if (self->ended && self->digest)
    self->hex = aether_digest_finish (self->digest);

  return NULL;
}

AetherFollower *
aether_follower_new (AetherTransfer *transfer, AetherDigestKind kind, const char *unpack_path,
                     GCancellable *abort)
{
  AetherFollower *self = g_new0 (AetherFollower, 1);

  self->transfer = transfer;
  self->kind = kind;
  self->unpack_path = g_strdup (unpack_path);
  self->abort = g_object_ref (abort);
  self->thread = g_thread_new ("download-follow", follow_thread, self);

  return self;
}

char *
aether_follower_finish (AetherFollower *self, GError **error)
{
  char *hex;

  g_thread_join (self->thread);
  hex = self->hex;
  if (self->error)
    {
      g_clear_pointer (&hex, g_free);
      g_propagate_error (error, g_steal_pointer (&self->error));
    }
  g_clear_pointer (&self->digest, aether_digest_free);
  g_object_unref (self->abort);
  g_free (self->unpack_path);
  g_free (self);

  return hex;
}

gboolean
aether_follower_is_packed (const char *name, char **inner)
{
  static const char * const endings[] = { ".xz", ".zst", ".gz", ".bz2", ".zip" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]) && strlen (name) > strlen (endings[i]))
      {
        if (inner)
          *inner = g_strndup (name, strlen (name) - strlen (endings[i]));
        return TRUE;
      }

  return FALSE;
}

gboolean
aether_follower_is_disk (const char *name)
{
  static const char * const endings[] = { ".iso", ".img", ".raw", ".qcow2", ".vmdk", ".vdi", ".vhdx", ".vhd" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return TRUE;

  return FALSE;
}
