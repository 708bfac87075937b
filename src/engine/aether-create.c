/* aether-create.c - a new machine from a wish
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create.h"

#include "aether-bundle-private.h"
#include "aether-disc.h"
#include "aether-disk-image.h"
#include "aether-paths.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_MEMORY  2048   /* MiB */
#define LEAST_MEMORY     128
#define DEFAULT_CPUS       4

typedef struct
{
  AetherDriveKind  kind;
  guint64          size;   /* of a disk to be made; else 0 */
  char            *path;   /* (nullable) */
  AetherDrive     *drive;  /* what it became */
  char            *file;   /* of a disk to be made: inside the bundle */
} RequestedDrive;

static void
requested_drive_free (RequestedDrive *drive)
{
  g_clear_object (&drive->drive);
  g_free (drive->path);
  g_free (drive->file);
  g_free (drive);
}

AetherCreateRequest *
aether_create_request_new (const char *name)
{
  AetherCreateRequest *self = g_new0 (AetherCreateRequest, 1);

  self->name = g_strdup (name);
  self->drives = g_ptr_array_new_with_free_func ((GDestroyNotify) requested_drive_free);
  self->settings = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
aether_create_request_free (AetherCreateRequest *self)
{
  g_free (self->directory);
  g_free (self->name);
  g_free (self->arch);
  g_free (self->os);
  g_free (self->engine);
  g_free (self->firmware);
  g_free (self->kernel);
  g_free (self->initrd);
  g_free (self->append);
  g_free (self->disk_format);
  g_ptr_array_unref (self->drives);
  g_ptr_array_unref (self->settings);
  if (self->fill_data_free)
    self->fill_data_free (self->fill_data);
  g_free (self);
}

static void
add_drive (AetherCreateRequest *self, AetherDriveKind kind, guint64 size, const char *path)
{
  RequestedDrive *drive = g_new0 (RequestedDrive, 1);

  drive->kind = kind;
  drive->size = size;
  drive->path = path ? g_canonicalize_filename (path, NULL) : NULL;
  g_ptr_array_add (self->drives, drive);
}

void
aether_create_request_add_disk (AetherCreateRequest *self, guint64 size)
{
  g_return_if_fail (size > 0);

  add_drive (self, AETHER_DRIVE_DISK, size, NULL);
}

void
aether_create_request_add_image (AetherCreateRequest *self, const char *path)
{
  g_return_if_fail (path != NULL);

  add_drive (self, AETHER_DRIVE_DISK, 0, path);
}

void
aether_create_request_add_cdrom (AetherCreateRequest *self, const char *path)
{
  add_drive (self, AETHER_DRIVE_CDROM, 0, path);
}

guint
aether_create_default_memory (void)
{
  guint64 here = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE) / (1024 * 1024);
  guint half = (guint) MIN (here / 2, DEFAULT_MEMORY);

  return MAX (half - half % 64, LEAST_MEMORY);
}

guint
aether_create_default_cpus (void)
{
  return CLAMP (g_get_num_processors (), 1, DEFAULT_CPUS);
}

/* --- what may be wrong with a file ---------------------------------------- */

static gboolean
file_error (const char *path, int code, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("“%s” cannot be opened: %s."),
               shown, g_strerror (code));
  return FALSE;
}

/* machine.json is UTF-8, so a file whose name is not cannot be named there. */
static gboolean
check_file (const char *path, int *fd, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  struct stat st;

  if (!g_utf8_validate (path, -1, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The name of “%s” is not valid UTF-8 text. Rename the file."), shown);
      return FALSE;
    }

  /* O_NONBLOCK: a FIFO must not make us wait */
  *fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (*fd < 0)
    return file_error (path, errno, error);

  if (fstat (*fd, &st) == 0 && (S_ISREG (st.st_mode) || S_ISBLK (st.st_mode)))
    return TRUE;

  close (*fd);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
               S_ISDIR (st.st_mode) ? _("“%s” is a folder, not a file.") : _("“%s” is not a file."), shown);
  return FALSE;
}

static gboolean
check_disc (const char *path, GError **error)
{
  gboolean is;
  int fd;

  if (!check_file (path, &fd, error))
    return FALSE;

  is = aether_disc_is_one (fd);
  close (fd);
  if (!is)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("“%s” is not the image of a CD or DVD: it has no ISO 9660 or UDF file system. "
                   "If you downloaded it, the download may be incomplete."), path);
  return is;
}

static gboolean
check_boot_file (const char *path, GError **error)
{
  int fd;

  if (path == NULL)
    return TRUE;
  if (!check_file (path, &fd, error))
    return FALSE;

  close (fd);
  return TRUE;
}

/* --- the machine ---------------------------------------------------------- */

static gboolean
append_drive (AetherMachine *machine, RequestedDrive *wish, const char *disk_format, GError **error)
{
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, NULL);
  g_autofree char *id = aether_machine_next_drive_id (machine, wish->kind);
  g_autofree char *file = NULL;
  g_autofree char *format = NULL;
  int fd;

  g_object_set (drive, "id", id, "kind", wish->kind, NULL);

  if (wish->kind == AETHER_DRIVE_CDROM)
    {
      if (wish->path && !check_disc (wish->path, error))
        return FALSE;
      file = g_strdup (wish->path);
      format = g_strdup ("raw");
      g_object_set (drive, "read-only", TRUE, NULL);
    }
  else if (wish->path)
    {
      if (!check_file (wish->path, &fd, error))
        return FALSE;
      close (fd);
      format = aether_disk_image_detect_format (wish->path, error);
      if (format == NULL)
        return FALSE;
      file = g_strdup (wish->path);
    }
  else
    {
      format = g_strdup (disk_format ? disk_format : "qcow2");
      file = g_strdup_printf ("disks/%s.%s", id, format);
    }

  g_object_set (drive, "file", file, "format", format, NULL);
  g_list_store_append (machine->drives, drive);
  g_set_object (&wish->drive, drive);
  g_set_str (&wish->file, file);
  return TRUE;
}

static gboolean
set_firmware (AetherMachine *machine, const AetherCreateRequest *request, GError **error)
{
  g_autofree char *kernel = request->kernel ? g_canonicalize_filename (request->kernel, NULL) : NULL;
  g_autofree char *initrd = request->initrd ? g_canonicalize_filename (request->initrd, NULL) : NULL;
  const char *kind = request->firmware;

  if (kind == NULL && kernel)
    kind = "bios";
  if (kind && !aether_part_set_from_string (AETHER_PART (machine), "firmware.kind", kind, error))
    return FALSE;
  if (!check_boot_file (kernel, error) || !check_boot_file (initrd, error))
    return FALSE;
  if (request->append && !g_utf8_validate (request->append, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The kernel's command line is not valid UTF-8 text."));
      return FALSE;
    }
  if (kernel == NULL && (initrd || request->append))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("An initrd or a kernel command line needs a kernel."));
      return FALSE;
    }

  if (kernel && request->copy_boot)
    g_object_set (machine->firmware, "kernel", "boot/kernel", "initrd", initrd ? "boot/initrd" : NULL, NULL);
  else
    g_object_set (machine->firmware, "kernel", kernel, "initrd", initrd, NULL);
  g_object_set (machine->firmware, "append", request->append, NULL);

  return TRUE;
}

static gboolean
apply_setting (AetherMachine *machine, const char *setting, GError **error)
{
  const char *equals = strchr (setting, '=');
  g_autofree char *key = NULL;

  if (equals == NULL || equals == setting)
    {
      g_autofree char *shown = g_utf8_make_valid (setting, -1);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is not a setting, as memory.size=4096."), shown);
      return FALSE;
    }

  key = g_strndup (setting, equals - setting);
  return aether_part_set_from_string (AETHER_PART (machine), key, equals + 1, error);
}

/* The machine as it will be; nothing is on disk yet. */
static AetherMachine *
make_machine (const AetherCreateRequest *request, GError **error)
{
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) cause = NULL;

  if (!aether_machine_check_name (request->name, error))
    return NULL;

  machine = aether_machine_new (request->name, request->arch ? aether_machine_canonical_arch (request->arch)
                                                             : aether_machine_host_arch ());
  if (request->engine)
    g_object_set (machine, "engine", request->engine, NULL);
  if (request->os)
    g_object_set (machine, "os", request->os, NULL);
  g_object_set (machine->memory, "size", request->memory ? request->memory : aether_create_default_memory (), NULL);
  g_object_set (machine->cpu, "count", request->cpus ? request->cpus : aether_create_default_cpus (), NULL);

  if (!set_firmware (machine, request, error))
    return NULL;
  for (guint i = 0; i < request->drives->len; i++)
    if (!append_drive (machine, request->drives->pdata[i], request->disk_format, error))
      return NULL;
  for (guint i = 0; i < request->settings->len; i++)
    if (!apply_setting (machine, request->settings->pdata[i], error))
      return NULL;

  if (!aether_machine_validate (machine, &cause))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("Such a machine cannot be: %s."), cause->message);
      return NULL;
    }

  return g_steal_pointer (&machine);
}

/* --- its files ------------------------------------------------------------ */

typedef struct
{
  const AetherCreateRequest *request;
  AetherMachine             *machine;
  GCancellable              *cancellable;
} Making;

static void
disk_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

/* All holes; nobody sees it before the bundle is whole. */
static gboolean
make_raw_disk (const char *path, guint64 size, GError **error)
{
  g_autofd int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0 && ftruncate (fd, (off_t) size) == 0)
    return TRUE;

  aether_store_set_error (error, errno);
  return FALSE;
}

/* Waits in a main context of our own, as this may be a thread without one. */
static gboolean
make_qcow2_disk (const char *path, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  g_autoptr(GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  aether_disk_image_create_async (path, size, cancellable, disk_made, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  return aether_disk_image_create_finish (result, error);
}

static gboolean
copy_boot_file (const char *from, const char *folder, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return from == NULL || aether_tree_copy_file (from, path, cancellable, error);
}

static gboolean
copy_boot_files (const AetherCreateRequest *request, const char *staged, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_build_filename (staged, "boot", NULL);

  if (!request->copy_boot || request->kernel == NULL)
    return TRUE;

  if (g_mkdir (folder, 0700) < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }

  return copy_boot_file (request->kernel, folder, "kernel", cancellable, error) &&
         copy_boot_file (request->initrd, folder, "initrd", cancellable, error);
}

static gboolean
make_files (const char *staged, gpointer data, GError **error)
{
  const Making *making = data;
  const AetherCreateRequest *request = making->request;

  for (guint i = 0; i < request->drives->len; i++)
    {
      const RequestedDrive *wish = request->drives->pdata[i];
      g_autofree char *path = NULL;

      /* A setting may have taken the drive away again, or given it another file */
      if (wish->size == 0 || !g_list_store_find (making->machine->drives, wish->drive, NULL) ||
          g_strcmp0 (wish->drive->file, wish->file) != 0)
        continue;

      path = g_build_filename (staged, wish->file, NULL);
      if (g_strcmp0 (request->disk_format, "raw") == 0 ? !make_raw_disk (path, wish->size, error)
                                                       : !make_qcow2_disk (path, wish->size, making->cancellable, error))
        return FALSE;
    }

  if (!copy_boot_files (request, staged, making->cancellable, error))
    return FALSE;
  if (request->fill && (!request->fill (making->machine, staged, request->fill_data, making->cancellable, error) ||
                        !_aether_bundle_write (staged, making->machine, error)))
    return FALSE;

  return !g_cancellable_set_error_if_cancelled (making->cancellable, error);
}

AetherBundle *
aether_create (AetherCreateRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr(AetherMachine) machine = NULL;
  g_autofree char *directory = NULL;
  Making making = { .request = request, .cancellable = cancellable };

  g_return_val_if_fail (request != NULL, NULL);

  directory = request->directory ? g_strdup (request->directory) : aether_paths_dup_library ();
  making.machine = machine = make_machine (request, error);
  if (machine == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return _aether_bundle_create_filled (directory, machine, make_files, &making, error);
}

static void
create_thread (GTask *task, gpointer source, gpointer request, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr(AetherBundle) bundle = aether_create (request, cancellable, &error);

  if (bundle)
    g_task_return_pointer (task, g_strdup (aether_bundle_get_path (bundle)), g_free);
  else
    g_task_return_error (task, error);
}

void
aether_create_async (AetherCreateRequest *request, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_create_async);
  g_task_set_task_data (task, request, (GDestroyNotify) aether_create_request_free);
  /* Cancelled too late is made: who asked must get to know it */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, create_thread);
}

AetherBundle *
aether_create_finish (GAsyncResult *result, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  path = g_task_propagate_pointer (G_TASK (result), error);
  return path ? aether_bundle_new (path) : NULL;
}
