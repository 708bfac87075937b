/* aether-qemu-check-drive.c - what stands in the way of one drive
 *
 * No program is started for it: every start of a machine comes along here.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-check-drive.h"

#include "aether-disk-probe.h"
#include "aether-finding.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* A guest that writes more than this on a full disk is paused. */
#define SPACE_LOW ((guint64) 1024 * MIB)

/* Volume descriptors of ISO 9660 begin here; UDF has "BEA01" in the same place. */
#define ISO_OFFSET (32 * 1024 + 1)

typedef struct
{
  AetherDrive    *drive;
  guint           index;
  GPtrArray      *findings;
  char           *path;
  AetherDiskProbe probe;
} CheckDrive;

/* @setting: (nullable): "read-only=true" of this drive */
G_GNUC_PRINTF (5, 6)
static void
find (CheckDrive *check, AetherSeverity severity, const char *id, const char *setting, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  g_autofree char *fix = setting ? g_strdup_printf ("drives.%u.%s", check->index, setting) : NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);

  g_ptr_array_add (check->findings, aether_finding_new (severity, id, sentence, fix));
}

static gboolean
is_cdrom (CheckDrive *check)
{
  return check->drive->kind == AETHER_DRIVE_CDROM;
}

/* --- steps; each returns whether the next one makes sense ---------------------- */

static gboolean
check_there (CheckDrive *check, struct stat *info)
{
  int code = stat (check->path, info) == 0 ? 0 : errno;

  if (code == ENOENT || code == ENOTDIR)
    find (check, AETHER_SEVERITY_ERROR, "drive.missing", is_cdrom (check) ? "file=" : NULL,
          is_cdrom (check) ? _("The medium of “%s” is not there: “%s”. Take it out, or choose another.")
                           : _("The disk “%s” is not there: “%s”. Was it moved, or is its volume not mounted?"),
          check->drive->id, check->path);
  else if (code != 0)
    find (check, AETHER_SEVERITY_ERROR, "drive.unreadable", NULL, _("The file of “%s” cannot be used: “%s”: %s."),
          check->drive->id, check->path, g_strerror (code));
  else if (!S_ISREG (info->st_mode) && !S_ISBLK (info->st_mode))
    find (check, AETHER_SEVERITY_ERROR, "drive.not-a-file", NULL,
          _("“%s” cannot be the drive “%s”: it is no file."), check->path, check->drive->id);
  else if (S_ISREG (info->st_mode) && info->st_size == 0)
    find (check, AETHER_SEVERITY_ERROR, "drive.empty", NULL,
          _("The file of “%s” is empty: “%s”."), check->drive->id, check->path);
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_access (CheckDrive *check)
{
  if (access (check->path, R_OK) != 0)
    {
      find (check, AETHER_SEVERITY_ERROR, "drive.unreadable", NULL,
            _("You may not read the file of “%s”: “%s”. Change its permissions, or its owner."),
            check->drive->id, check->path);
      return FALSE;
    }

  if (!is_cdrom (check) && !check->drive->read_only && access (check->path, W_OK) != 0)
    {
      find (check, AETHER_SEVERITY_ERROR, "drive.read-only", "read-only=true",
            errno == EROFS ? _("The disk “%s” cannot be written: “%s” is on a read-only file system. "
                               "Move it, or make the drive read-only.")
                           : _("You may not write the disk “%s”: “%s”. Change its permissions, or make the drive read-only."),
            check->drive->id, check->path);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_format (CheckDrive *check)
{
  const char *format = check->drive->format;
  const char *found = check->probe.format;
  g_autofree char *setting = NULL;

  /* The command line says what is wrong with that */
  if (format == NULL || *format == '\0')
    return FALSE;
  if (g_str_equal (found, format))
    return TRUE;

  if (g_str_equal (format, "raw"))
    {
      /* No fix to press: a guest can write any header on a raw disk, as one
       * that names a file of ours as its backing file. */
      find (check, AETHER_SEVERITY_WARNING, "drive.format", NULL,
            _("The drive “%s” is set to “raw”, but “%s” begins like a %s image. If it is one, the machine will see "
              "the container instead of what is in it."), check->drive->id, check->path, found);
      return TRUE;
    }

  setting = g_strdup_printf ("format=%s", found);
  find (check, AETHER_SEVERITY_ERROR, "drive.format", setting,
        _("The drive “%s” is set to the format %s, but “%s” is not: its format is %s."),
        check->drive->id, format, check->path, found);
  return FALSE;
}

static void
check_iso (CheckDrive *check)
{
  g_autofd int fd = g_open (check->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char magic[5] = { 0 };

  if (fd < 0 || pread (fd, magic, sizeof magic, ISO_OFFSET) < 0)
    return;

  if (memcmp (magic, "CD001", 5) != 0 && memcmp (magic, "BEA01", 5) != 0)
    find (check, AETHER_SEVERITY_WARNING, "drive.not-iso", NULL,
          _("“%s” does not look like a CD or DVD image (ISO), so the machine will hardly start from “%s”. "
            "Was it downloaded completely?"), check->path, check->drive->id);
}

static void
check_space (CheckDrive *check, const struct stat *info)
{
  struct statvfs volume;
  guint64 available;

  if (is_cdrom (check) || check->drive->read_only || !S_ISREG (info->st_mode) || statvfs (check->path, &volume) != 0)
    return;

  available = (guint64) volume.f_bavail * volume.f_frsize;
  if (available < SPACE_LOW)
    find (check, AETHER_SEVERITY_WARNING, "drive.space-low", NULL,
          _("Only %" PRIu64 " MiB are free where the disk “%s” lies (“%s”). "
            "The machine pauses when they are used up."), available / MIB, check->drive->id, check->path);
}

static void
check_backing (CheckDrive *check)
{
  g_autofree char *other = g_utf8_make_valid (check->probe.backing, -1);

  if (!check->probe.has_backing || g_str_equal (check->drive->format, "raw"))
    return;

  /* Named, as an image from somebody else may reach for what is none of its business */
  if (*other)
    find (check, AETHER_SEVERITY_NOTE, "drive.backing", NULL,
          _("The disk “%s” does not hold all its data itself: the rest is in “%s”. "
            "The machine needs both, so do not move or change that file."), check->drive->id, other);
  else
    find (check, AETHER_SEVERITY_NOTE, "drive.backing", NULL,
          _("The disk “%s” does not hold all its data itself: the rest is in another file. "
            "The machine needs both, so do not move or change that file."), check->drive->id);
}

/* Whether another QEMU or qemu-img writes the image, or does not want it
 * written. They say so by locks on bytes of the file (block/file-posix.c of
 * QEMU): 100 + n for what one does, 200 + n for what others must not do. */
static gboolean
is_locked (CheckDrive *check)
{
#ifdef F_OFD_GETLK
  const int bytes[] = { 100 + 1, 200 + 1 };   /* to write */
  g_autofd int fd = g_open (check->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  for (guint i = 0; fd >= 0 && i < G_N_ELEMENTS (bytes); i++)
    {
      struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = bytes[i], .l_len = 1 };

      /* Who only reads does not mind others who do */
      if (i == 1 && (is_cdrom (check) || check->drive->read_only))
        continue;
      if (fcntl (fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        return TRUE;
    }
#endif

  return FALSE;
}

static void
check_locked (CheckDrive *check)
{
  g_autofree char *user = NULL;

  if (!is_locked (check))
    return;

  user = aether_disk_dup_user_of_file (&check->probe.st);
  if (user)
    find (check, AETHER_SEVERITY_ERROR, "drive.locked", NULL,
          _("The disk “%s” is in use by %s: “%s”. Two at once would destroy what is on it, so stop that first."),
          check->drive->id, user, check->path);
  else
    find (check, AETHER_SEVERITY_ERROR, "drive.locked", NULL,
          _("The disk “%s” is in use by another program: “%s”. Two at once would destroy what is on it, "
            "so stop that first."), check->drive->id, check->path);
}

/**
 * aether_qemu_check_drive:
 * @index: of @drive in the machine
 * @findings: (element-type AetherFinding): gets what there is to say
 */
void
aether_qemu_check_drive (AetherBundle *bundle, AetherDrive *drive, guint index, GPtrArray *findings)
{
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  CheckDrive check = { .drive = drive, .index = index, .findings = findings };
  struct stat info;

  /* An empty CD drive; a disk without a file is refused by the command line */
  if (drive->file == NULL || *drive->file == '\0')
    return;

  check.path = path = aether_bundle_resolve (bundle, drive->file);
  if (!check_there (&check, &info) || !check_access (&check))
    return;
  if (!aether_disk_probe (path, &check.probe, &error))
    {
      find (&check, AETHER_SEVERITY_ERROR, "drive.unreadable", NULL, "%s", error->message);
      return;
    }

  check_space (&check, &info);
  check_locked (&check);
  if (is_cdrom (&check) && g_strcmp0 (drive->format ? drive->format : "raw", "raw") == 0)
    check_iso (&check);
  else if (check_format (&check))
    check_backing (&check);
}
