/* aether-vm-screenshot.c - a machine's picture as a file
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-screenshot.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/mman.h>

char *
aether_vm_screenshot_dup_name (const char *machine, GDateTime *time)
{
  g_autofree char *when = g_date_time_format (time, "%Y-%m-%d %H-%M-%S");
  g_autofree char *name = g_utf8_make_valid (machine, -1);
  g_autofree char *start = NULL;

  g_strdelimit (name, "/\\:*?\"<>|\n\r\t", '-');
  start = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), 50));   /* 200 bytes */

  return g_strdup_printf ("%s %s.png", start, when);
}

/* --- taking: the machine writes into memory -> read ------------------------ */

static void
memory_free (gpointer data)
{
  int *memory = data;

  g_clear_fd (memory, NULL);
  g_free (memory);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  int *memory = g_task_get_task_data (task);
  g_autoptr(GMappedFile) mapped = NULL;
  GError *error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error) ||
      !(mapped = g_mapped_file_new_from_fd (*memory, FALSE, &error)))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_bytes_new (g_mapped_file_get_contents (mapped), g_mapped_file_get_length (mapped)),
                           (GDestroyNotify) g_bytes_unref);
}

void
aether_vm_screenshot_take_async (AetherClient *client, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);
  int *memory = g_new (int, 1);

  g_task_set_source_tag (task, aether_vm_screenshot_take_async);
  *memory = memfd_create ("screenshot", MFD_CLOEXEC);
  g_task_set_task_data (task, memory, memory_free);

  if (*memory < 0)
    {
      int saved_errno = errno;

      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                               _("There is no memory for the picture: %s"),
                               g_strerror (saved_errno));
      return;
    }

  aether_client_screenshot_async (client, 0, *memory, cancellable, written_cb,
                                  g_steal_pointer (&task));
}

GBytes *
aether_vm_screenshot_take_finish (AetherClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- saving what a window shows: encoded off the main thread ------------------- */

typedef struct
{
  GdkTexture *texture;
  GFile      *file;
} TextureSave;

static void
texture_save_free (gpointer data)
{
  TextureSave *save = data;

  g_object_unref (save->texture);
  g_object_unref (save->file);
  g_free (save);
}

static void
save_texture_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  TextureSave *save = task_data;
  g_autoptr(GBytes) png = gdk_texture_save_to_png_bytes (save->texture);
  GError *error = NULL;

  if (g_file_replace_contents (save->file, g_bytes_get_data (png, NULL), g_bytes_get_size (png), NULL, FALSE,
                               G_FILE_CREATE_NONE, NULL, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
aether_vm_screenshot_save_texture_async (GdkTexture *texture, GFile *file, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  TextureSave *save = g_new (TextureSave, 1);

  *save = (TextureSave) { g_object_ref (texture), g_object_ref (file) };
  g_task_set_source_tag (task, aether_vm_screenshot_save_texture_async);
  g_task_set_task_data (task, save, texture_save_free);
  g_task_run_in_thread (task, save_texture_thread);
}

gboolean
aether_vm_screenshot_save_texture_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- saving: only a whole picture reaches the file ---------------------------- */

static void
replaced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
taken_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GFile *file = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(GBytes) picture = aether_vm_screenshot_take_finish (AETHER_CLIENT (object), result, &error);

  if (picture)
    g_file_replace_contents_bytes_async (file, picture, NULL, FALSE, G_FILE_CREATE_NONE, cancellable,
                                         replaced_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

void
aether_vm_screenshot_save_async (AetherClient *client, GFile *file, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (client, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vm_screenshot_save_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  aether_vm_screenshot_take_async (client, cancellable, taken_cb, g_steal_pointer (&task));
}

gboolean
aether_vm_screenshot_save_finish (AetherClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
