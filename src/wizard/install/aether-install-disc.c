/* aether-install-disc.c - discs that answers are written to, and discs that ask
 *
 * By libarchive, which writes ISO 9660 and cpio and reads ISO 9660.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-disc.h"

#include "aether-install-private.h"

#include "aether-media.h"
#include "aether-store.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK        65536
#define MOST_ENTRIES 200000
#define MOST_FILE    (G_GUINT64_CONSTANT (1) << 30)   /* bytes of a kernel or initrd */
#define MOST_LINKS   4

typedef struct archive Reader;
typedef struct archive Writer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, archive_read_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Writer, archive_write_free)

typedef struct archive_entry Entry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, archive_entry_free)

static gboolean
archive_error (struct archive *archive, const char *path, const char *format, GError **error)
{
  g_autofree char *shown = g_filename_display_basename (path);
  const char *why = archive_error_string (archive);
  int code = archive_errno (archive);

  g_set_error (error, G_IO_ERROR, code > 0 ? g_io_error_from_errno (code) : G_IO_ERROR_FAILED, format,
               shown, why ? why : "?");
  return FALSE;
}

/* --- writing ------------------------------------------------------------------ */

static gboolean
write_files (Writer *writer, const AetherInstallPlan *plan)
{
  for (guint i = 0; i < plan->files->len; i++)
    {
      const AetherInstallFile *file = plan->files->pdata[i];
      g_autoptr(Entry) entry = archive_entry_new ();
      gsize size;
      const void *data = g_bytes_get_data (file->contents, &size);

      archive_entry_set_pathname_utf8 (entry, file->name);
      archive_entry_set_filetype (entry, AE_IFREG);
      archive_entry_set_perm (entry, 0400);
      archive_entry_set_mtime (entry, g_get_real_time () / G_USEC_PER_SEC, 0);
      archive_entry_set_size (entry, (la_int64_t) size);
      if (archive_write_header (writer, entry) != ARCHIVE_OK ||
          archive_write_data (writer, data, size) != (la_ssize_t) size)
        return FALSE;
    }

  return archive_write_close (writer) == ARCHIVE_OK;
}

gboolean
aether_install_write_disc (const AetherInstallPlan *plan, const char *path, GError **error)
{
  g_autoptr(Writer) writer = archive_write_new ();
  g_autofree char *temp = NULL;
  g_autofd int fd = -1;

  g_return_val_if_fail (plan->label != NULL, FALSE);

  fd = aether_store_open_temp (path, &temp, error);
  if (fd < 0)
    return FALSE;

  archive_write_set_bytes_per_block (writer, 0);
  if (archive_write_set_format_iso9660 (writer) != ARCHIVE_OK ||
      archive_write_set_format_option (writer, "iso9660", "volume-id", plan->label) != ARCHIVE_OK ||
      archive_write_open_fd (writer, fd) != ARCHIVE_OK ||
      !write_files (writer, plan))
    {
      archive_error (writer, path, _("The disc “%s” with the answers for the installer could not be written: %s."), error);
      unlink (temp);
      return FALSE;
    }
  if (!aether_store_sync (fd) || !aether_store_rename_new (temp, path))
    {
      aether_store_set_error (error, errno);
      unlink (temp);
      return FALSE;
    }

  return TRUE;
}

/* The kernel unpacks one cpio archive after the other, compressed or not; an uncompressed one
 * begins at a multiple of four bytes (its documentation: initramfs buffer format). */
gboolean
aether_install_append_initrd (const AetherInstallPlan *plan, const char *path, GError **error)
{
  static const char zeros[4];
  g_autoptr(Writer) writer = archive_write_new ();
  g_autofd int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  off_t end = fd >= 0 ? lseek (fd, 0, SEEK_END) : -1;

  if (end < 0 || write (fd, zeros, -end & 3) != (-end & 3))
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }

  archive_write_set_bytes_per_block (writer, 0);
  if (archive_write_set_format_cpio_newc (writer) == ARCHIVE_OK &&
      archive_write_open_fd (writer, fd) == ARCHIVE_OK &&
      write_files (writer, plan))
    return TRUE;

  return archive_error (writer, path, _("The answers could not be added to “%s”: %s."), error);
}

/* --- reading ------------------------------------------------------------------ */

static Reader *
open_disc (const char *path, GError **error)
{
  g_autoptr(Reader) reader = archive_read_new ();

  archive_read_support_format_iso9660 (reader);
  if (archive_read_open_filename (reader, path, BLOCK) != ARCHIVE_OK)
    {
      archive_error (reader, path, _("What is on “%s” cannot be read: %s."), error);
      return NULL;
    }

  return g_steal_pointer (&reader);
}

/* Returns: the next entry, NULL at the end or with @error */
static struct archive_entry *
next_entry (Reader *reader, const char *path, guint *n, GCancellable *cancellable, GError **error)
{
  struct archive_entry *entry;
  int result;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (++*n > MOST_ENTRIES)
    return NULL;

  result = archive_read_next_header (reader, &entry);
  if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
    return entry;
  if (result != ARCHIVE_EOF)
    archive_error (reader, path, _("What is on “%s” cannot be read: %s."), error);
  return NULL;
}

/* What each installer's disc has. All of its files must be there. */
typedef struct
{
  AetherInstallKind kind;
  const char       *arch;     /* NULL: any */
  const char       *mark;
  const char       *kernel;
  const char       *initrd;
} Disc;

static const Disc discs[] = {
  { AETHER_INSTALL_PRESEED, "x86_64", ".disk/info", "install.amd/vmlinuz", "install.amd/initrd.gz" },
  { AETHER_INSTALL_PRESEED, "aarch64", ".disk/info", "install.a64/vmlinuz", "install.a64/initrd.gz" },
  { AETHER_INSTALL_PRESEED, "i386", ".disk/info", "install.386/vmlinuz", "install.386/initrd.gz" },
  /* Without this list it is an installer older than autoinstall */
  { AETHER_INSTALL_AUTOINSTALL, NULL, "casper/install-sources.yaml", "casper/vmlinuz", "casper/initrd" },
  /* Anaconda's own system; the live discs have another, which takes no kickstart */
  { AETHER_INSTALL_KICKSTART, NULL, "images/install.img", NULL, NULL },
  /* The installation system of YaST, which Leap 16 has no more */
  { AETHER_INSTALL_AUTOYAST, "x86_64", "boot/x86_64/root", "boot/x86_64/loader/linux", "boot/x86_64/loader/initrd" },
  { AETHER_INSTALL_AUTOYAST, "aarch64", "boot/aarch64/root", "boot/aarch64/linux", "boot/aarch64/initrd" },
};

/* Those that libosinfo's scripts are for. Live discs have no image of Anaconda's. */
static const Disc script_discs[] = {
  { AETHER_INSTALL_SCRIPT, NULL, "images/install.img", "images/pxeboot/vmlinuz", "images/pxeboot/initrd.img" },
  { AETHER_INSTALL_SCRIPT, NULL, "images/install.img", "isolinux/vmlinuz", "isolinux/initrd.img" },
  { AETHER_INSTALL_SCRIPT, NULL, "images/stage2.img", "images/pxeboot/vmlinuz", "images/pxeboot/initrd.img" },
  { AETHER_INSTALL_SCRIPT, NULL, "images/stage2.img", "isolinux/vmlinuz", "isolinux/initrd.img" },
  { AETHER_INSTALL_SCRIPT, NULL, ".disk/info", "install/vmlinuz", "install/initrd.gz" },
};

#define MOST_DISCS MAX (G_N_ELEMENTS (discs), G_N_ELEMENTS (script_discs))

#define MARK   1
#define KERNEL 2
#define INITRD 4

static void
note_entry (const Disc *all, guint n, const char *name, const char *arch, guint8 *found)
{
  for (guint i = 0; i < n; i++)
    {
      if (all[i].arch && strcmp (all[i].arch, arch) != 0)
        continue;
      found[i] |= strcmp (name, all[i].mark) == 0 ? MARK : 0;
      found[i] |= all[i].kernel == NULL || strcmp (name, all[i].kernel) == 0 ? KERNEL : 0;
      found[i] |= all[i].initrd == NULL || strcmp (name, all[i].initrd) == 0 ? INITRD : 0;
    }
}

static gboolean
look_at_disc (AetherInstallMedium *self, const Disc *all, guint n_all, const char *path, const char *arch,
              GCancellable *cancellable, GError **error)
{
  g_autoptr(Reader) reader = open_disc (path, error);
  g_autoptr(GError) cause = NULL;
  guint8 found[MOST_DISCS] = { 0, };
  struct archive_entry *entry;
  guint n = 0;

  if (reader == NULL)
    return FALSE;

  while ((entry = next_entry (reader, path, &n, cancellable, &cause)))
    if (archive_entry_pathname_utf8 (entry))
      note_entry (all, n_all, archive_entry_pathname_utf8 (entry), arch, found);
  if (cause)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  for (guint i = 0; i < n_all; i++)
    if (found[i] == (MARK | KERNEL | INITRD))
      {
        self->kind = all[i].kind;
        self->kernel = all[i].kernel;
        self->initrd = all[i].initrd;
        break;
      }

  return TRUE;
}

gboolean
_aether_install_look_for_kernel (AetherInstallMedium *self, const char *path, const char *arch, GCancellable *cancellable,
                                 GError **error)
{
  return look_at_disc (self, script_discs, G_N_ELEMENTS (script_discs), path, arch, cancellable, error);
}

/* The labels of Microsoft's discs: CCCOMA_X64FRE_EN-US_DV9, CPBA_A64FRE_DE-DE_DV9 */
static gboolean
look_at_windows_label (AetherInstallMedium *self, const char *label)
{
  static const char *pattern = "_(?:X64|X86|A64)FREE?[A-Z]*_([A-Z]{2})[-_]([A-Z]{2})_";
  g_autoptr(GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *language = NULL, *country = NULL;

  if (!g_regex_match (regex, label, 0, &match))
    return FALSE;

  language = g_match_info_fetch (match, 1);
  country = g_match_info_fetch (match, 2);
  for (char *p = language; *p; p++)
    *p = g_ascii_tolower (*p);
  self->language = g_strconcat (language, "-", country, NULL);

  return TRUE;
}

gboolean
aether_install_medium_look (AetherInstallMedium *self, const char *path, const char *arch, gboolean windows,
                            GCancellable *cancellable, GError **error)
{
  g_autoptr(AetherMedia) media = aether_media_detect (path, error);

  memset (self, 0, sizeof *self);
  if (media == NULL)
    return FALSE;

  if (media->kind == AETHER_MEDIA_DISK || media->kind == AETHER_MEDIA_DISK_IMAGE)
    {
      self->kind = AETHER_INSTALL_CLOUD_INIT;
      return TRUE;
    }
  if (media->kind != AETHER_MEDIA_DISC)
    return TRUE;
  if (look_at_windows_label (self, media->volume_id) || windows)
    {
      self->kind = AETHER_INSTALL_UNATTEND;
      return TRUE;
    }

  return look_at_disc (self, discs, G_N_ELEMENTS (discs), path, arch, cancellable, error);
}

void
aether_install_medium_clear (AetherInstallMedium *self)
{
  g_clear_pointer (&self->language, g_free);
  g_clear_pointer (&self->os, g_free);
}

static gboolean
copy_data (Reader *reader, const char *disc, int fd, GCancellable *cancellable, GError **error)
{
  guint64 copied = 0;
  g_autofree char *buffer = g_malloc (BLOCK);

  while (TRUE)
    {
      la_ssize_t n = archive_read_data (reader, buffer, BLOCK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (n < 0)
        return archive_error (reader, disc, _("“%s” is damaged: %s."), error);
      if (n == 0)
        return TRUE;
      if ((copied += (guint64) n) > MOST_FILE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("“%s” is damaged: a file to start from is larger than any can be."), disc);
          return FALSE;
        }
      for (la_ssize_t done = 0; done < n; )
        {
          ssize_t written = write (fd, buffer + done, (size_t) (n - done));

          if (written < 0 && errno == EINTR)
            continue;
          if (written < 0)
            {
              aether_store_set_error (error, errno);
              return FALSE;
            }
          done += written;
        }
    }
}

/* Copies the file, or names the one that has its data: files with the same data are links.
 * Returns: FALSE with @error, or @link set, or done */
static gboolean
extract_or_follow (const char *disc, const char *name, int fd, char **link, GCancellable *cancellable, GError **error)
{
  g_autoptr(Reader) reader = open_disc (disc, error);
  g_autoptr(GError) cause = NULL;
  struct archive_entry *entry;
  guint n = 0;

  if (reader == NULL)
    return FALSE;

  while ((entry = next_entry (reader, disc, &n, cancellable, &cause)))
    if (g_strcmp0 (archive_entry_pathname_utf8 (entry), name) == 0)
      {
        *link = g_strdup (archive_entry_hardlink_utf8 (entry));
        return *link || copy_data (reader, disc, fd, cancellable, error);
      }

  if (cause)
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” has no file %s."), disc, name);
  return FALSE;
}

gboolean
aether_install_extract (const char *disc, const char *name, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofd int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_autofree char *current = g_strdup (name);

  if (fd < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }

  for (guint i = 0; i < MOST_LINKS; i++)
    {
      g_autofree char *link = NULL;

      if (!extract_or_follow (disc, current, fd, &link, cancellable, error))
        {
          unlink (path);
          return FALSE;
        }
      if (link == NULL)
        return TRUE;
      g_set_str (&current, link);
    }

  unlink (path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is damaged: a file in it is a link to itself."), disc);
  return FALSE;
}
