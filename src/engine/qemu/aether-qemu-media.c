/* aether-qemu-media.c - what is in the drives of a machine that runs in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-session-private.h"

#include "aether-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

static AetherDrive *
find_drive (AetherQemuSession *self, const char *id)
{
  GListModel *drives = G_LIST_MODEL (self->machine->drives);

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (g_strcmp0 (drive->id, id) == 0)
        return drive;   /* the machine keeps it */
    }

  return NULL;
}

/* --- the list -------------------------------------------------------------- */

static void
add_drive (AetherQemuSession *self, GVariantBuilder *drives, JsonObject *block)
{
  JsonObject *inserted = aether_json_get_object (block, "inserted");
  const char *qdev = aether_json_get_string (block, "qdev");
  const char *file = aether_json_get_string (inserted, "file");
  g_autofree char *id = NULL;
  AetherDrive *drive;

  if (qdev == NULL)
    return;

  /* An id, or the path of a device inside one: "/machine/peripheral/ID/virtio-backend" */
  if (g_str_has_prefix (qdev, "/machine/peripheral/"))
    {
      const char *start = qdev + strlen ("/machine/peripheral/");

      id = g_strndup (start, strcspn (start, "/"));
    }
  else
    id = g_strdup (qdev);

  drive = find_drive (self, id);
  if (drive == NULL)
    return;

  g_variant_builder_add (drives, "(sssb)", id, drive->kind == AETHER_DRIVE_CDROM ? "cdrom" : "disk",
                         file ? file : "",
                         json_object_get_boolean_member_with_default (block, "tray_open", FALSE));
}

static void
blocks_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  JsonArray *blocks = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  GVariantBuilder drives = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sssb)"));

  if (node == NULL)
    {
      g_variant_builder_clear (&drives);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  for (guint i = 0; blocks && i < json_array_get_length (blocks); i++)
    {
      JsonNode *block = json_array_get_element (blocks, i);

      if (JSON_NODE_HOLDS_OBJECT (block))
        add_drive (g_task_get_source_object (task), &drives, json_node_get_object (block));
    }

  g_task_return_pointer (task, g_variant_ref_sink (g_variant_builder_end (&drives)),
                         (GDestroyNotify) g_variant_unref);
}

void
_aether_qemu_session_list_drives_async (AetherSession *session, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, _aether_qemu_session_list_drives_async);
  if (aether_session_check_answers (session, self->qmp != NULL, task))
    aether_qmp_call_async (self->qmp, "query-block", NULL, -1, AETHER_QMP_TIMEOUT, cancellable,
                           blocks_cb, g_steal_pointer (&task));
}

/* --- another medium -------------------------------------------------------- */

static void
changed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  AetherQemuSession *self = g_task_get_source_object (task);
  const char *drive = g_task_get_task_data (task);

  self->n_media_calls--;
  if (node)
    g_task_return_boolean (task, TRUE);
  else if (strstr (error->message, "is locked"))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                             _("The system in the machine still uses what is in the drive %s. "
                               "Eject it there, or take it out by force."), drive);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Returns: whether QEMU can be given @file; a sentence otherwise */
static gboolean
check_file (const char *file, GError **error)
{
  struct stat st;

  if (!g_utf8_validate (file, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The name of the file is not UTF-8. Rename it, then try again."));
      return FALSE;
    }
  if (stat (file, &st) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no file “%s”."), file);
      return FALSE;
    }
  if (!S_ISREG (st.st_mode) && !S_ISBLK (st.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is neither a file nor a drive of this computer."), file);
      return FALSE;
    }

  return TRUE;
}

void
_aether_qemu_session_change_medium_async (AetherSession *session, const char *id, const char *file,
                                          gboolean force, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  AetherDrive *drive = find_drive (self, id);
  GError *error = NULL;

  g_task_set_source_tag (task, _aether_qemu_session_change_medium_async);
  g_task_set_task_data (task, g_strdup (id), g_free);
  if (!aether_session_check_answers (session, self->qmp != NULL, task))
    return;
  if (drive == NULL || drive->kind != AETHER_DRIVE_CDROM)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               _("This machine has no CD drive “%.64s”."), id);
      return;
    }
  if (file && !check_file (file, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->n_media_calls++;
  /* Not cancellable: a tray that was opened has to be closed */
  if (file)
    aether_qmp_call_async (self->qmp, "blockdev-change-medium",
                           g_variant_new_parsed ("{'id': <%s>, 'filename': <%s>, 'format': <'raw'>, 'force': <%b>, "
                                                 "'read-only-mode': <'read-only'>}", id, file, force),
                           -1, AETHER_QMP_TIMEOUT, NULL, changed_cb, g_steal_pointer (&task));
  else
    aether_qmp_call_async (self->qmp, "eject",
                           g_variant_new_parsed ("{'id': <%s>, 'force': <%b>}", id, force),
                           -1, AETHER_QMP_TIMEOUT, NULL, changed_cb, g_steal_pointer (&task));
}
