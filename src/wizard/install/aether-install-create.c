/* aether-install-create.c - a new machine with its installer and the answers for it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-create.h"

#include "aether-disk-convert.h"
#include "aether-disk-layers.h"
#include "aether-media.h"
#include "aether-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#define SEED "install/answers.iso"
#define IMAGE_DAMAGED 2   /* says "qemu-img check" */

AetherInstallJob *
aether_install_job_new (const char *medium)
{
  AetherInstallJob *self = g_new0 (AetherInstallJob, 1);

  self->medium = g_canonicalize_filename (medium, NULL);

  return self;
}

void
aether_install_job_free (AetherInstallJob *self)
{
  g_free (self->medium);
  aether_install_medium_clear (&self->found);
  g_clear_pointer (&self->options, aether_install_options_free);
  g_free (self->drivers);
  g_free (self);
}

static gboolean
make_folder (const char *staged, const char *name, GError **error)
{
  g_autofree char *folder = g_build_filename (staged, name, NULL);

  if (g_mkdir (folder, 0700) == 0 || errno == EEXIST)
    return TRUE;

  aether_store_set_error (error, errno);
  return FALSE;
}

static void
add_drive (AetherMachine *machine, AetherDriveKind kind, const char *file, const char *format, guint at, gboolean once)
{
  g_autofree char *id = aether_machine_next_drive_id (machine, kind);
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", id, "kind", kind, "file", file, "format", format,
                                               "read-only", kind == AETHER_DRIVE_CDROM, "once", once, NULL);

  g_list_store_insert (machine->drives, at, drive);
}

static void
add_disc (AetherMachine *machine, const char *file, gboolean once)
{
  add_drive (machine, AETHER_DRIVE_CDROM, file, "raw", g_list_model_get_n_items (G_LIST_MODEL (machine->drives)), once);
}

/* --- a disk image becomes the disk ------------------------------------------------ */

/* Only what is whole in itself: it would bring in any file that it names. Those are only looked at. */
static AetherDiskLayer *
open_image (const AetherInstallJob *self, GError **error)
{
  char *found = realpath (self->medium, NULL);
  g_autofree char *path = g_strdup (found ? found : self->medium);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *shown = g_filename_display_basename (self->medium);
  g_autoptr(AetherDiskPlace) place = aether_disk_place_new (folder, TRUE);
  g_autoptr(AetherDiskLayer) layer = NULL;
  g_autoptr(GError) cause = NULL;
  gboolean there = found != NULL;

  free (found);
  layer = aether_disk_layer_open (place, folder, path, NULL, &cause);
  if (layer && layer->backing == NULL && layer->extents->len == 0)
    return g_steal_pointer (&layer);
  /* What is not there, while it is, is a file that it names */
  if (cause && !(there && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _("“%s” is not whole: it names another file that has the rest."), shown);
  return NULL;
}

/* What is missing at its end would be zeros on the copy, without a word. */
static gboolean
check_whole (const AetherDiskLayer *image, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "qemu-img", "check", "-q", "-f", image->format, image->path, NULL };
  g_autoptr(GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                                      error);

  if (process == NULL)
    return FALSE;
  if (!g_subprocess_wait (process, cancellable, error))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      return FALSE;
    }
  /* Others are: good, leaks, which harm nobody, and a format that has nothing to be checked */
  if (!g_subprocess_get_if_exited (process) || g_subprocess_get_exit_status (process) != IMAGE_DAMAGED)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” is damaged, or is not all there. If you downloaded it, fetch it again."), image->shown);
  return FALSE;
}

static gboolean
copy_image (const AetherInstallJob *self, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr(AetherDiskLayer) image = open_image (self, error);
  g_autoptr(JsonNode) source = image ? aether_disk_layer_source (image) : NULL;
  guint64 size, needed;

  if (source == NULL || !aether_disk_measure (source, image->shown, &size, &needed, cancellable, error))
    return FALSE;
  if (self->disk_size && self->disk_size < size)
    {
      g_autofree char *least = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The disk is too small: what is in “%s” needs %s."), image->shown, least);
      return FALSE;
    }

  return check_whole (image, cancellable, error) &&
         aether_disk_convert (source, image->shown, path, "qcow2", NULL, NULL, cancellable, error) &&
         (self->disk_size == 0 || aether_disk_enlarge (path, self->disk_size, cancellable, error));
}

/* --- the answers ------------------------------------------------------------------ */

static gboolean
add_boot_files (const AetherInstallJob *self, const AetherInstallPlan *plan, AetherMachine *machine,
                const char *staged, GCancellable *cancellable, GError **error)
{
  g_autofree char *kernel = g_build_filename (staged, "boot", "kernel", NULL);
  g_autofree char *initrd = g_build_filename (staged, "boot", "initrd", NULL);

  if (!make_folder (staged, "boot", error) ||
      !aether_install_extract (self->medium, self->found.kernel, kernel, cancellable, error) ||
      !aether_install_extract (self->medium, self->found.initrd, initrd, cancellable, error) ||
      (plan->label == NULL && !aether_install_append_initrd (plan, initrd, error)))
    return FALSE;

  g_object_set (machine->firmware, "kernel", "boot/kernel", "initrd", "boot/initrd", "append", plan->append,
                "once", TRUE, NULL);
  return TRUE;
}

/* As Linux calls the first disk */
static const char *
name_disk (AetherMachine *machine)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      if (drive->kind == AETHER_DRIVE_DISK)
        return drive->interface == AETHER_DRIVE_VIRTIO ? "/dev/vda" :
               drive->interface == AETHER_DRIVE_NVME ? "/dev/nvme0n1" : "/dev/sda";
    }

  return "/dev/vda";
}

static void
tell_options (const AetherInstallJob *self, AetherMachine *machine)
{
  AetherInstallOptions *options = self->options;
  g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (machine->networks), 0);

  g_set_str (&options->arch, machine->arch);
  g_set_str (&options->mac, network ? network->mac : NULL);
  g_set_str (&options->disk, name_disk (machine));
  g_set_str (&options->os, self->found.os);
  options->uefi = machine->firmware->kind == AETHER_FIRMWARE_UEFI;
  options->drivers = self->drivers != NULL;
  if (self->found.language)
    g_set_str (&options->medium_language, self->found.language);
}

static gboolean
add_answers (const AetherInstallJob *self, AetherMachine *machine, const char *staged,
             GCancellable *cancellable, GError **error)
{
  g_autofree char *seed = g_build_filename (staged, SEED, NULL);
  g_autoptr(AetherInstallPlan) plan = NULL;

  tell_options (self, machine);
  if (!(plan = aether_install_plan_new (self->found.kind, self->options, error)))
    return FALSE;
  if (plan->label)
    {
      if (!make_folder (staged, "install", error) || !aether_install_write_disc (plan, seed, error))
        return FALSE;
      add_disc (machine, SEED, TRUE);
    }

  return plan->append == NULL || add_boot_files (self, plan, machine, staged, cancellable, error);
}

gboolean
aether_install_check_drivers (const char *path, GError **error)
{
  g_autoptr(AetherMedia) media = aether_media_detect (path, error);

  if (media == NULL)
    {
      g_prefix_error (error, _("The disc with drivers, “%s”, cannot be read. "), path);
      return FALSE;
    }
  if (media->kind == AETHER_MEDIA_DISC)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is no disc, so there are no drivers on it."), path);
  return FALSE;
}

static gboolean
fill (AetherMachine *machine, const char *staged, gpointer data, GCancellable *cancellable, GError **error)
{
  const AetherInstallJob *self = data;

  if (self->is_image)
    {
      g_autofree char *id = aether_machine_next_drive_id (machine, AETHER_DRIVE_DISK);
      g_autofree char *file = g_strdup_printf ("disks/%s.qcow2", id);
      g_autofree char *path = g_build_filename (staged, file, NULL);

      if (!copy_image (self, path, cancellable, error))
        return FALSE;
      add_drive (machine, AETHER_DRIVE_DISK, file, "qcow2", 0, FALSE);
    }
  if (self->drivers && !aether_install_check_drivers (self->drivers, error))
    return FALSE;
  if (self->drivers)
    add_disc (machine, self->drivers, FALSE);

  return self->options == NULL || add_answers (self, machine, staged, cancellable, error);
}

void
aether_install_job_add (AetherInstallJob *self, AetherCreateRequest *request)
{
  g_return_if_fail (request->fill == NULL);

  if (!self->is_image)
    {
      if (self->disk_size)
        aether_create_request_add_disk (request, self->disk_size);
      aether_create_request_add_cdrom (request, self->medium);
    }
  request->fill = fill;
  request->fill_data = self;
  request->fill_data_free = (GDestroyNotify) aether_install_job_free;
}
