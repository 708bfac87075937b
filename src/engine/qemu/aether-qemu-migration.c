/* aether-qemu-migration.c - QEMU at the file of a saved state: what suspending and resuming share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-migration.h"

#include "aether-json.h"

#define POLL_MSEC 50

/* --- handing over the file: by set of descriptors, or, before QEMU 9, by name ------------ */

#define NAME "state"

gboolean
_aether_qemu_migration_has_mapped_ram (AetherQemuSession *self)
{
  const AetherCapability *version = aether_capabilities_lookup (self->capabilities, "arch.%s.version",
                                                                self->machine->arch);

  return version && version->value && g_ascii_strtoull (version->value, NULL, 10) >= 9;
}

static void
added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  gint64 *fdset = g_task_get_task_data (task);

  if (node == NULL)
    return;

  if (!_aether_qemu_migration_has_mapped_ram (g_task_get_source_object (task)))
    {
      g_task_return_pointer (task, g_strdup ("fd:" NAME), g_free);
      return;
    }

  if (JSON_NODE_HOLDS_OBJECT (node))
    *fdset = json_object_get_int_member_with_default (json_node_get_object (node), "fdset-id", -1);
  g_task_return_pointer (task, g_strdup_printf ("file:/dev/fdset/%" G_GINT64_FORMAT, *fdset), g_free);
}

void
_aether_qemu_migration_hand_over_async (AetherQemuSession   *self,
                                        AetherQmp           *qmp,
                                        int                  fd,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  gboolean mapped = _aether_qemu_migration_has_mapped_ram (self);
  gint64 *fdset = g_new (gint64, 1);

  *fdset = -1;
  g_task_set_source_tag (task, _aether_qemu_migration_hand_over_async);
  g_task_set_task_data (task, fdset, g_free);
  aether_qmp_call_async (qmp, mapped ? "add-fd" : "getfd",
                         mapped ? NULL : g_variant_new_parsed ("{'fdname': <%s>}", NAME), fd,
                         AETHER_QMP_TIMEOUT, NULL, added_cb, g_steal_pointer (&task));
}

char *
_aether_qemu_migration_hand_over_finish (AetherQemuSession *self, GAsyncResult *result, gint64 *fdset, GError **error)
{
  *fdset = *(gint64 *) g_task_get_task_data (G_TASK (result));

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- following it, by asking again and again ---------------------------------------------- */

typedef struct
{
  AetherQmp               *qmp;
  AetherQemuMigrationFunc  progress;
  gboolean                 cancelling;
  char                    *reason;
} Follow;

static void
follow_free (Follow *follow)
{
  g_object_unref (follow->qmp);
  g_free (follow->reason);
  g_free (follow);
}

static void poll_later (GTask *task);

/* Returns: whether it is over; @follow has the reason when that is not well */
static gboolean
is_over (Follow *follow, JsonObject *info)
{
  const char *status = aether_json_get_string (info, "status");
  const char *words = aether_json_get_string (info, "error-desc");

  if (g_strcmp0 (status, "completed") == 0)
    return TRUE;
  if (info && g_strcmp0 (status, "failed") != 0 && g_strcmp0 (status, "cancelled") != 0)
    return FALSE;

  follow->reason = g_strdup (words ? words : status ? status : "");
  return TRUE;
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  JsonObject *info = node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *memory = aether_json_get_object (info, "ram");
  guint64 total = MAX (aether_json_get_int (memory, "total"), 0);
  Follow *follow = g_task_get_task_data (task);

  if (node == NULL)
    return;

  if (total > 0 && follow->progress)
    follow->progress (g_task_get_source_object (task),
                      total - MIN (total, (guint64) MAX (aether_json_get_int (memory, "remaining"), 0)), total);

  if (is_over (follow, info))
    g_task_return_boolean (task, follow->reason == NULL);
  else
    poll_later (g_steal_pointer (&task));
}

static gboolean
poll_cb (gpointer user_data)
{
  GTask *task = user_data;
  Follow *follow = g_task_get_task_data (task);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)) && !follow->cancelling)
    {
      follow->cancelling = TRUE;
      aether_qmp_call_async (follow->qmp, "migrate_cancel", NULL, -1, 0, NULL, NULL, NULL);
    }
  aether_qmp_call_async (follow->qmp, "query-migrate", NULL, -1, AETHER_QMP_TIMEOUT, NULL, answered_cb,
                         g_object_ref (task));

  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
poll_later (GTask *task)
{
  g_autoptr(GSource) source = g_timeout_source_new (POLL_MSEC);

  g_source_set_callback (source, poll_cb, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

void
_aether_qemu_migration_follow_async (AetherQemuSession       *self,
                                     AetherQmp               *qmp,
                                     GCancellable            *cancellable,
                                     AetherQemuMigrationFunc  progress,
                                     GAsyncReadyCallback      callback,
                                     gpointer                 user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Follow *follow = g_new0 (Follow, 1);

  follow->qmp = g_object_ref (qmp);
  follow->progress = progress;
  g_task_set_source_tag (task, _aether_qemu_migration_follow_async);
  g_task_set_task_data (task, follow, (GDestroyNotify) follow_free);
  g_task_set_check_cancellable (task, FALSE);   /* QEMU has the last word */
  poll_later (task);
}

gboolean
_aether_qemu_migration_follow_finish (AetherQemuSession *self, GAsyncResult *result, char **reason, GError **error)
{
  Follow *follow = g_task_get_task_data (G_TASK (result));

  *reason = g_steal_pointer (&follow->reason);

  return g_task_propagate_boolean (G_TASK (result), error);
}
