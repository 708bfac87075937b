/* aether-qemu-vars.c - the variables of a machine's UEFI firmware
 *
 * A qcow2 image in the bundle, made from the firmware's template at the first
 * start and kept afterwards: it holds what the guest told its firmware, as
 * what to boot. It is qcow2 so that snapshots of the machine include it.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-vars.h"

#include "aether-child.h"
#include "aether-qemu-command.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

typedef struct
{
  AetherChild *child;
  char        *temp;
  char        *path;
} Prepare;

static void
prepare_free (Prepare *prepare)
{
  g_clear_object (&prepare->child);
  if (prepare->temp)
    g_unlink (prepare->temp);
  g_free (prepare->temp);
  g_free (prepare->path);
  g_free (prepare);
}

/* Whether @machine's firmware keeps variables that are not there yet. */
gboolean
aether_qemu_vars_needed (AetherMachine *machine, AetherBundle *bundle)
{
  g_autofree char *path = NULL;

  if (machine->firmware->kind != AETHER_FIRMWARE_UEFI)
    return FALSE;

  path = aether_bundle_resolve (bundle, AETHER_BUNDLE_VARS);

  return !g_file_test (path, G_FILE_TEST_EXISTS);
}

/* On disk before it gets its name: a half-written one would be kept for good. */
static gboolean
prepare_publish (Prepare *prepare, GError **error)
{
  int fd = g_open (prepare->temp, O_RDONLY | O_CLOEXEC);
  gboolean synced = fd >= 0 && aether_store_sync (fd);
  int code = errno;

  g_clear_fd (&fd, NULL);
  if (synced && g_rename (prepare->temp, prepare->path) == 0)
    return TRUE;

  if (synced)
    code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               _("The firmware's variables cannot be saved in “%s”: %s."), prepare->path, g_strerror (code));
  return FALSE;
}

static void
converted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  AetherChild *child = AETHER_CHILD (object);
  Prepare *prepare = g_task_get_task_data (task);

  if (!aether_child_wait_finish (child, result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (aether_child_get_wait_status (child) != 0)
    {
      g_autofree char *output = aether_child_dup_output (child);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("The firmware's variables cannot be saved in “%s” (qemu-img: %s)."),
                               prepare->path, output ? output : "");
      return;
    }

  if (prepare_publish (prepare, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * aether_qemu_vars_prepare_async:
 *
 * Makes the variables from the firmware's template. To be called when
 * aether_qemu_vars_needed().
 */
void
aether_qemu_vars_prepare_async (AetherMachine       *machine,
                                AetherBundle        *bundle,
                                AetherCapabilities  *capabilities,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GError) error = NULL;
  const AetherCapability *vars = aether_capabilities_lookup (capabilities, "firmware.%s.uefi-vars", machine->arch);
  const AetherCapability *format = aether_capabilities_lookup (capabilities, "firmware.%s.uefi-vars-format",
                                                               machine->arch);
  const AetherCapability *uefi = aether_capabilities_lookup (capabilities, "firmware.%s.uefi", machine->arch);
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  Prepare *prepare = g_new0 (Prepare, 1);

  g_task_set_source_tag (task, aether_qemu_vars_prepare_async);
  g_task_set_task_data (task, prepare, (GDestroyNotify) prepare_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (vars == NULL || !vars->available || format == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                               uefi && uefi->reason ? uefi->reason : _("There is no UEFI firmware on this computer."));
      return;
    }

  prepare->path = aether_bundle_resolve (bundle, AETHER_BUNDLE_VARS);
  folder = g_path_get_dirname (prepare->path);
  name = g_strdup_printf (".vars.%08x" AETHER_STORE_TEMP_SUFFIX, g_random_int ());
  prepare->temp = g_build_filename (folder, name, NULL);
  g_mkdir (folder, 0700);
  /* A link there, in a bundle from somebody else, could lead anywhere */
  if (g_file_test (folder, G_FILE_TEST_IS_SYMLINK))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                               _("The firmware's variables cannot be saved in “%s”: %s."), prepare->path, g_strerror (ENOTDIR));
      return;
    }

  {
    const char *argv[] = { "qemu-img", "convert", "-f", format->value, "-O", "qcow2",
                           vars->value, prepare->temp, NULL };

    prepare->child = aether_child_spawn (argv, NULL, 0, &error);
  }
  if (prepare->child == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    aether_child_wait_async (prepare->child, cancellable, converted_cb, g_steal_pointer (&task));
}

gboolean
aether_qemu_vars_prepare_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
