/* aether-qemu-check-drive.c - what stands in the way of one drive
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-check-drive.h"

#include "aether-finding.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
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
  AetherDrive *drive;
  guint        index;
  GPtrArray   *findings;
  char        *path;
} CheckDrive;

static void
check_drive_free (CheckDrive *check)
{
  g_object_unref (check->drive);
  g_ptr_array_unref (check->findings);
  g_free (check->path);
  g_free (check);
}

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
          _("Only %" G_GUINT64_FORMAT " MiB are free where the disk “%s” lies (“%s”). "
            "The machine pauses when they are used up."), available / MIB, check->drive->id, check->path);
}

/* --- the image itself ------------------------------------------------------------
 * No program is started for it: every start of a machine comes along here. */

/* A qcow2 header has the place of its backing file's name at 8, big-endian. */
static void
check_backing (CheckDrive *check)
{
  g_autofd int fd = g_open (check->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  guint64 place = 0;

  if (g_strcmp0 (check->drive->format, "qcow2") == 0 && fd >= 0 &&
      pread (fd, &place, sizeof place, 8) == sizeof place && place != 0)
    find (check, AETHER_SEVERITY_NOTE, "drive.backing", NULL,
          _("The disk “%s” holds only changes to another image, a file outside of it. "
            "The machine needs both: neither move nor change that file."), check->drive->id);
}

void
aether_qemu_check_drive_async (AetherBundle        *bundle,
                               AetherDrive         *drive,
                               guint                index,
                               GPtrArray           *findings,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  CheckDrive *check = g_new0 (CheckDrive, 1);
  struct stat info;

  g_task_set_source_tag (task, aether_qemu_check_drive_async);
  g_task_set_task_data (task, check, (GDestroyNotify) check_drive_free);
  check->drive = g_object_ref (drive);
  check->index = index;
  check->findings = g_ptr_array_ref (findings);

  /* An empty CD drive; a disk without a file is refused by the command line */
  if (drive->file == NULL || *drive->file == '\0')
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  check->path = aether_bundle_resolve (bundle, drive->file);
  if (!check_there (check, &info) || !check_access (check))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  check_space (check, &info);
  if (is_cdrom (check) && g_strcmp0 (drive->format ? drive->format : "raw", "raw") == 0)
    {
      check_iso (check);
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      check_backing (check);
      g_task_return_boolean (task, TRUE);
    }
}

gboolean
aether_qemu_check_drive_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
