/* aether-import-run.c - making a machine of what was found
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-private.h"

#include "aether-consent.h"
#include "aether-create.h"
#include "aether-disk-convert.h"
#include "aether-disk-image.h"
#include "aether-import-ova.h"
#include "aether-library.h"
#include "aether-paths.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>

#define LEAST_STEP 0.002   /* of all: what progress is told of */
#define SPARE      (16 * 1024 * 1024)   /* bytes that a file system wants for itself */

typedef struct
{
  AetherImportItem     *item;
  char                 *directory;
  char                 *name;
  gboolean              in_place;
  AetherImportProgress  progress;
  gpointer              progress_data;
  GMainContext         *context;
  GCancellable         *cancellable;
  double                told;
  guint64               done, total;   /* bytes of copies */
  guint64               part;          /* of the copy at hand */
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_object_unref (self->item);
  g_free (self->directory);
  g_free (self->name);
  g_main_context_unref (self->context);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* --- progress -------------------------------------------------------------------- */

typedef struct
{
  Run    *run;
  GTask  *task;   /* keeps it */
  double  fraction;
} Told;

static gboolean
told_cb (gpointer data)
{
  Told *told = data;

  told->run->progress (told->fraction, told->run->progress_data);
  return G_SOURCE_REMOVE;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  g_object_unref (told->task);
  g_free (told);
}

static void
progress_cb (double fraction, gpointer data)
{
  GTask *task = data;
  Run *self = g_task_get_task_data (task);
  double all = self->total > 0 ? (self->done + fraction * self->part) / self->total : fraction;
  g_autoptr(GSource) idle = NULL;
  Told *told;

  if (self->progress == NULL || all < self->told + LEAST_STEP)
    return;

  self->told = all;
  told = g_new (Told, 1);
  *told = (Told) { self, g_object_ref (task), MIN (all, 1) };
  idle = g_idle_source_new ();
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, told_cb, told, told_free);
  g_source_attach (idle, self->context);
}

/* --- room ------------------------------------------------------------------------- */

static gboolean
is_copied (Run *self, const AetherImportPiece *piece)
{
  return piece->image && (!self->in_place || !aether_disk_layer_is_usable (piece->image));
}

static gboolean
check_room (Run *self, const char *directory, GError **error)
{
  g_autofree char *needed = NULL, *there = NULL, *shown = g_filename_display_name (directory);
  guint64 available;
  struct statvfs fs;

  self->total = 0;
  for (guint i = 0; i < self->item->pieces->len; i++)
    {
      const AetherImportPiece *piece = self->item->pieces->pdata[i];

      if (is_copied (self, piece) && self->total < G_MAXINT64 - MIN (piece->copy_size, G_MAXINT64 / 2))
        self->total += piece->copy_size;
    }

  /* Staging has made the folder */
  if (statvfs (directory, &fs) < 0)
    return TRUE;
  available = (guint64) fs.f_bavail * fs.f_frsize;
  if (self->total == 0 || self->total + MIN (SPARE, self->total / 8) <= available)
    return TRUE;

  needed = g_format_size (self->total);
  there = g_format_size (available);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               _("Copying the disks of “%s” takes %s, and %s has only %s free. Free some space there, or use the disks where they are."),
               self->name, needed, shown, there);
  return FALSE;
}

/* --- the machine's parts ------------------------------------------------------------ */

static void
set_parts (AetherMachine *machine, const AetherImportMachine *from)
{
  g_autoptr(AetherDisplay) display = NULL;

  g_object_set (machine, "notes", from->notes, NULL);
  g_object_set (machine->sound, "card", from->sound ? AETHER_SOUND_CARD_HDA : AETHER_SOUND_CARD_NONE, NULL);
  if (from->board)
    g_object_set (machine->qemu, "type", from->board, NULL);

  if (from->no_display)
    g_list_store_remove_all (machine->displays);
  else if ((display = g_list_model_get_item (G_LIST_MODEL (machine->displays), 0)))
    g_object_set (display, "model", from->display, NULL);
}

static void
add_network (AetherMachine *machine, const AetherImportNetwork *from)
{
  g_autofree char *mac = from->mac ? g_strdup (from->mac) : aether_machine_random_mac ();
  gboolean joined = from->mode == AETHER_IMPORT_NETWORK_SHARED || from->mode == AETHER_IMPORT_NETWORK_BRIDGED;
  g_autoptr(AetherNetwork) network = g_object_new (AETHER_TYPE_NETWORK,
                                                   "mode", joined ? AETHER_NETWORK_USER : AETHER_NETWORK_NONE,
                                                   "model", from->model, "mac", mac, NULL);

  for (guint i = 0; i < from->forwards->len; i++)
    {
      const AetherImportForward *forward = from->forwards->pdata[i];
      g_autoptr(AetherPortForward) ours = g_object_new (AETHER_TYPE_PORT_FORWARD, "protocol", forward->protocol,
                                                        "host-address", forward->address, "host-port", forward->host_port,
                                                        "guest-port", forward->guest_port, NULL);

      g_list_store_append (network->forwards, ours);
    }
  g_list_store_append (machine->networks, network);
}

static void
set_networks (AetherMachine *machine, const AetherImportMachine *from)
{
  g_list_store_remove_all (machine->networks);
  for (guint i = 0; i < from->networks->len; i++)
    add_network (machine, from->networks->pdata[i]);
}

/* --- drives -------------------------------------------------------------------------- */

/* Waits in a main context of our own, as this is a thread without one. */
static void
finished (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
make_disk (const char *path, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  g_autoptr(GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  aether_disk_image_create_async (path, size, cancellable, finished, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  return aether_disk_image_create_finish (result, error);
}

/* What is qcow2 already is copied as it is, with the snapshots in it, by sharing blocks where the
 * file system can. */
static gboolean
copy_image (GTask *task, AetherDiskLayer *image, gboolean disc, const char *path, GError **error)
{
  Run *self = g_task_get_task_data (task);
  g_autoptr(JsonNode) source = NULL;

  if (!image->in_archive && (disc || aether_disk_layer_is_plain (image)))
    {
      if (!aether_tree_copy_file_watched (image->path, path, progress_cb, task, self->cancellable, error))
        return FALSE;
      g_chmod (path, 0600);
      return TRUE;
    }

  source = aether_disk_layer_source (image);
  return aether_disk_convert (source, image->shown, path, disc ? "raw" : "qcow2", progress_cb, task, self->cancellable, error);
}

static gboolean
bring_file (GTask *task, const AetherImportDrive *from, AetherImportPiece *piece, const char *staged, const char *id,
            char **file, GError **error)
{
  Run *self = g_task_get_task_data (task);
  gboolean disc = from->kind == AETHER_DRIVE_CDROM;
  g_autofree char *path = NULL;

  if (piece->image && !is_copied (self, piece))
    {
      *file = g_strdup (piece->image->path);
      return TRUE;
    }

  *file = g_strdup_printf ("disks/%s.%s", id, disc ? "iso" : "qcow2");
  path = g_build_filename (staged, *file, NULL);
  if (piece->image == NULL)
    return make_disk (path, piece->size, self->cancellable, error);

  self->part = piece->copy_size;
  if (!aether_import_verify (self->item->manifest, from->file, piece->image, self->cancellable, error) ||
      !copy_image (task, piece->image, disc, path, error))
    return FALSE;

  self->done += self->part;
  self->part = 0;
  return TRUE;
}

static gboolean
add_drive (GTask *task, AetherMachine *machine, const char *staged, guint index, GError **error)
{
  Run *self = g_task_get_task_data (task);
  const AetherImportDrive *from = self->item->machine->drives->pdata[index];
  AetherImportPiece *piece = self->item->pieces->pdata[index];
  g_autofree char *id = aether_machine_next_drive_id (machine, from->kind);
  gboolean disc = from->kind == AETHER_DRIVE_CDROM;
  g_autofree char *file = NULL;
  g_autoptr(AetherDrive) drive = NULL;
  const char *format;

  if ((piece->image || !disc) && !bring_file (task, from, piece, staged, id, &file, error))
    return FALSE;
  format = disc ? "raw" : piece->image && !is_copied (self, piece) ? piece->image->format : "qcow2";

  drive = g_object_new (AETHER_TYPE_DRIVE, "id", id, "kind", from->kind, "interface", piece->interface, "file", file,
                        "format", file ? format : NULL, "read-only", disc || from->read_only, NULL);
  g_list_store_append (machine->drives, drive);
  return TRUE;
}

static gboolean
fill (AetherMachine *machine, const char *staged, gpointer data, GCancellable *cancellable, GError **error)
{
  GTask *task = data;
  Run *self = g_task_get_task_data (task);
  g_autofree char *directory = g_path_get_dirname (staged);

  if (!check_room (self, directory, error))
    return FALSE;

  set_parts (machine, self->item->machine);
  set_networks (machine, self->item->machine);
  for (guint i = 0; i < self->item->pieces->len; i++)
    if (!add_drive (task, machine, staged, i, error))
      return FALSE;

  progress_cb (1, task);
  return TRUE;
}

/* --- a machine of another program --------------------------------------------------- */

static AetherBundle *
make_machine (GTask *task, GError **error)
{
  Run *self = g_task_get_task_data (task);
  const AetherImportMachine *from = self->item->machine;
  g_autoptr(AetherCreateRequest) request = aether_create_request_new (self->name);

  request->directory = g_strdup (self->directory);
  request->arch = g_strdup (from->arch);
  request->os = g_strdup (from->os);
  request->memory = from->memory;
  request->cpus = from->cpus;
  request->firmware = g_strdup (from->firmware);
  if (self->item->kernel)
    {
      request->kernel = g_strdup (self->item->kernel->path);
      request->initrd = self->item->initrd ? g_strdup (self->item->initrd->path) : NULL;
      request->append = g_strdup (from->append);
      request->copy_boot = TRUE;
    }
  request->fill = fill;
  request->fill_data = task;

  return aether_create (request, self->cancellable, error);
}

/* --- a machine of Aether's own ---------------------------------------------------- */

static void
add_agreed (GPtrArray *agreed, GPtrArray *asked, const char *path, gboolean written)
{
  g_autofree char *key = aether_consent_file_key (path, written);
  AetherConsentItem *item = aether_consent_find (asked, key);

  if (item && !g_ptr_array_find (agreed, item, NULL))
    g_ptr_array_add (agreed, item);
}

/* To the files outside that the user was told of, and allowed. */
static void
agree_outside (Run *self, GPtrArray *agreed, GPtrArray *asked)
{
  AetherDiskPlace *place = self->item->place;

  for (guint i = 0; place->allow_outside && i < place->outside->len; i++)
    for (guint written = 0; written < 2; written++)
      add_agreed (agreed, asked, place->outside->pdata[i], written);
}

/* To the disks that lie in the chosen folder, if not in its own, as what is there was chosen with it. */
static void
agree_beside (Run *self, GPtrArray *agreed, GPtrArray *asked, AetherBundle *bundle, AetherMachine *machine)
{
  AetherDiskPlace *place = self->item->place;
  guint told = place->outside->len;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);
      g_autofree char *path = drive->file && *drive->file ? aether_bundle_resolve (bundle, drive->file) : NULL;
      g_autofree char *taken = path ? aether_disk_place_resolve (place, self->item->path, path, NULL) : NULL;

      if (taken && place->outside->len == told)
        add_agreed (agreed, asked, taken, TRUE);
      g_ptr_array_set_size (place->outside, told);
    }
}

static AetherBundle *
clone_machine (Run *self, GError **error)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (self->item->path);
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, error);
  g_autoptr(GPtrArray) asked = machine ? aether_consent_list (bundle, machine) : NULL;
  g_autoptr(GPtrArray) before = machine ? aether_consent_list_given (bundle, machine) : NULL;
  g_autoptr(GPtrArray) agreed = g_ptr_array_new ();
  g_autoptr(GMainContext) context = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  if (machine == NULL)
    return NULL;

  agree_outside (self, agreed, asked);
  agree_beside (self, agreed, asked, bundle, machine);
  aether_consent_give (bundle, agreed, NULL);

  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  aether_bundle_clone_async (bundle, self->directory, self->name, self->cancellable, finished, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  /* The copy has disks of its own; the machine itself is allowed no more than it was. */
  if (agreed->len > 0)
    {
      aether_consent_forget (machine->uuid, aether_bundle_get_path (bundle));
      aether_consent_give (bundle, before, NULL);
    }
  return aether_bundle_clone_finish (bundle, result, error);
}

static AetherBundle *
add_machine (Run *self, GError **error)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GPtrArray) asked = NULL, agreed = g_ptr_array_new ();

  if (!aether_library_add (library, self->item->path, error))
    return NULL;

  bundle = aether_bundle_new (self->item->path);
  machine = aether_bundle_load (bundle, NULL);
  asked = machine ? aether_consent_list (bundle, machine) : NULL;
  if (asked)
    agree_outside (self, agreed, asked);
  aether_consent_give (bundle, agreed, NULL);
  return g_steal_pointer (&bundle);
}

/* --- running -------------------------------------------------------------------------- */

static void
run_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Run *self = data;
  GError *error = NULL;
  AetherBundle *bundle = NULL;

  if (self->item->problem)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", self->item->problem);
  else if (self->item->format != AETHER_IMPORT_AETHER)
    bundle = make_machine (task, &error);
  else
    bundle = self->in_place ? add_machine (self, &error) : clone_machine (self, &error);

  if (bundle)
    g_task_return_pointer (task, g_strdup (aether_bundle_get_path (bundle)), g_free);
  else
    g_task_return_error (task, error);
  g_clear_object (&bundle);
}

void
aether_import_run_async (AetherImportItem *item, const char *directory, const char *name, gboolean in_place,
                         AetherImportProgress progress, gpointer progress_data, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (item, cancellable, callback, user_data);
  Run *self = g_new0 (Run, 1);

  self->item = g_object_ref (item);
  self->directory = directory ? g_strdup (directory) : aether_paths_dup_library ();
  self->name = g_strdup (name);
  self->in_place = in_place;
  self->progress = progress;
  self->progress_data = progress_data;
  self->context = g_main_context_ref_thread_default ();
  g_set_object (&self->cancellable, cancellable);

  g_task_set_source_tag (task, aether_import_run_async);
  g_task_set_task_data (task, self, run_free);
  g_task_set_check_cancellable (task, FALSE);   /* once it has its name, it stays */
  g_task_run_in_thread (task, run_thread);
}

AetherBundle *
aether_import_run_finish (AetherImportItem *item, GAsyncResult *result, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (g_task_is_valid (result, item), NULL);

  path = g_task_propagate_pointer (G_TASK (result), error);
  return path ? aether_bundle_new (path) : NULL;
}
