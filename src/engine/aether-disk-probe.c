/* aether-disk-probe.c - what the first bytes of a disk image say
 *
 * Magic numbers and fields as in QEMU's block drivers and docs/interop/qcow2.txt.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-probe.h"

#include "aether-disk-image.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_SIZE   512
#define FOOTER_SIZE 512   /* of a VHD with fixed size */

#define QCOW2_INCOMPATIBLE_DATA_FILE (1u << 2)

static const struct { const char *format; guint offset, length; const char *magic; } magics[] = {
  { "vmdk", 0, 4, "KDMV" },
  { "vmdk", 0, 4, "COWD" },
  { "vmdk", 0, 21, "# Disk DescriptorFile" },
  { "vdi", 64, 4, "\x7f\x10\xda\xbe" },
  { "vhdx", 0, 8, "vhdxfile" },
  { "vpc", 0, 8, "conectix" },
  { "qed", 0, 4, "QED" },          /* and the NUL */
  { "parallels", 0, 16, "WithoutFreeSpace" },
  { "parallels", 0, 16, "WithouFreSpacExt" },
};

static guint32
be32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static guint64
be64 (const guint8 *p)
{
  return (guint64) be32 (p) << 32 | be32 (p + 4);
}

static void
probe_qcow2 (const guint8 *head, AetherDiskProbe *probe)
{
  guint32 version = be32 (head + 4);

  probe->format = version == 1 ? "qcow" : "qcow2";
  probe->has_backing = be64 (head + 8) != 0;
  if (version == 1)
    return;

  probe->virtual_size = be64 (head + 24);
  if (version >= 3 && (be64 (head + 72) & QCOW2_INCOMPATIBLE_DATA_FILE))
    probe->has_backing = probe->is_elsewhere = TRUE;
}

/* A text that lists files; also behind a header whose capacity is 0 */
static gboolean
is_vmdk_description (const guint8 *head)
{
  static const guint8 no_capacity[8] = { 0 };

  return head[0] == '#' || (memcmp (head, "KDMV", 4) == 0 && memcmp (head + 12, no_capacity, 8) == 0);
}

static void
probe_head (const guint8 *head, AetherDiskProbe *probe)
{
  probe->format = "raw";
  if (memcmp (head, "QFI\xfb", 4) == 0)
    {
      probe_qcow2 (head, probe);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (memcmp (head + magics[i].offset, magics[i].magic, magics[i].length) == 0)
      {
        probe->format = magics[i].format;
        break;
      }

  if (strcmp (probe->format, "vmdk") == 0 && is_vmdk_description (head))
    probe->has_backing = probe->is_elsewhere = TRUE;
}

/* %FALSE with errno; a short file leaves zeros. */
static gboolean
read_at (int fd, guint8 *buffer, gsize length, off_t offset)
{
  memset (buffer, 0, length);
  for (gsize n = 0; n < length; )
    {
      gssize got = pread (fd, buffer + n, length - n, offset + n);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return FALSE;
      if (got == 0)
        break;
      n += got;
    }

  return TRUE;
}

/* QEMU takes at most 1023 bytes. */
static gboolean
read_backing (int fd, guint64 start, const guint8 *head, AetherDiskProbe *probe)
{
  guint64 offset = be64 (head + 8);
  guint32 length = be32 (head + 16);

  if (strcmp (probe->format, "qcow2") != 0 || offset == 0 || offset > G_MAXINT64 - start - sizeof probe->backing ||
      length >= sizeof probe->backing)
    return TRUE;

  return read_at (fd, (guint8 *) probe->backing, length, start + offset);
}

gboolean
aether_disk_probe_part (int fd, guint64 start, guint64 size, AetherDiskProbe *probe)
{
  guint8 head[HEAD_SIZE];
  guint8 footer[FOOTER_SIZE];

  if (!read_at (fd, head, sizeof head, start))
    return FALSE;
  probe_head (head, probe);
  if (!read_backing (fd, start, head, probe))
    return FALSE;

  /* A VHD of fixed size is raw but for its last sector */
  if (strcmp (probe->format, "raw") == 0 && size > FOOTER_SIZE && size % FOOTER_SIZE == 0)
    {
      if (!read_at (fd, footer, sizeof footer, start + size - FOOTER_SIZE))
        return FALSE;
      if (memcmp (footer, "conectix", 8) == 0)
        probe->format = "vpc";
    }

  return TRUE;
}

gboolean
aether_disk_probe (const char *path, AetherDiskProbe *probe, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  gboolean done = FALSE;
  int fd, errsv = 0;

  *probe = (AetherDiskProbe) { 0 };
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd >= 0 && fstat (fd, &probe->st) == 0)
    {
      done = S_ISREG (probe->st.st_mode) || S_ISBLK (probe->st.st_mode);
      errsv = S_ISDIR (probe->st.st_mode) ? EISDIR : EINVAL;
      if (done && !(done = aether_disk_probe_part (fd, 0, probe->st.st_size, probe)))
        errsv = errno;
    }
  else
    errsv = errno;
  if (fd >= 0)
    close (fd);

  if (!done && errsv == EINVAL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("“%s” is no disk image: it is neither a file nor a disk."), shown);
  else if (!done)
    {
      aether_store_set_error (error, errsv);
      g_prefix_error (error, _("Could not open the disk image “%s”. "), shown);
    }

  return done;
}

/**
 * aether_disk_image_detect_format:
 *
 * For files that a person chose. Never for a disk that a guest wrote: a guest
 * can write any magic, and so make its raw disk read as something else.
 *
 * Returns: (transfer full): QEMU's name of the format, "raw" for what has no magic
 */
char *
aether_disk_image_detect_format (const char *path, GError **error)
{
  AetherDiskProbe probe;

  g_return_val_if_fail (path != NULL, NULL);

  return aether_disk_probe (path, &probe, error) ? g_strdup (probe.format) : NULL;
}

/* --- who has it open ----------------------------------------------------- */

static char *
program_name (const char *pid)
{
  g_autofree char *exe = g_build_filename ("/proc", pid, "exe", NULL);
  g_autofree char *target = g_file_read_link (exe, NULL);
  g_autofree char *base = target != NULL ? g_path_get_basename (target) : g_strdup ("?");

  /* The program was replaced by an update while it runs */
  if (g_str_has_suffix (base, " (deleted)"))
    base[strlen (base) - strlen (" (deleted)")] = '\0';

  return g_filename_display_name (base);
}

static gboolean
has_open (const char *pid, const struct stat *st)
{
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat open_st;

      if (stat (path, &open_st) == 0 && open_st.st_dev == st->st_dev && open_st.st_ino == st->st_ino)
        return TRUE;
    }

  return FALSE;
}

char *
aether_disk_dup_user_of_file (const struct stat *st)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_ascii_isdigit (*name) && atoi (name) != getpid () && has_open (name, st))
      {
        g_autofree char *program = program_name (name);

        /* Translators: a program's name and the number of its process */
        return g_strdup_printf (_("%s (process %s)"), program, name);
      }

  return NULL;
}
