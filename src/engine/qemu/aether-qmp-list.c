/* aether-qmp-list.c - commands for QEMU, one after the other
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qmp-list.h"

#define TRIES    50
#define INTERVAL 20   /* milliseconds between two of them */

typedef struct
{
  const char *command;
  GVariant   *arguments;
  guint       tries;
} Entry;

struct _AetherQmpList
{
  GQueue entries;   /* of Entry; the first one is called */
};

static void
entry_free (Entry *entry)
{
  g_clear_pointer (&entry->arguments, g_variant_unref);
  g_free (entry);
}

static void
list_free (AetherQmpList *self)
{
  g_queue_clear_full (&self->entries, (GDestroyNotify) entry_free);
  g_free (self);
}

AetherQmpList *
aether_qmp_list_new (void)
{
  AetherQmpList *self = g_new0 (AetherQmpList, 1);

  g_queue_init (&self->entries);

  return self;
}

static void
add (AetherQmpList *self, const char *command, GVariant *arguments, guint tries)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->command = command;
  entry->arguments = arguments ? g_variant_ref_sink (arguments) : NULL;
  entry->tries = tries;
  g_queue_push_tail (&self->entries, entry);
}

void
aether_qmp_list_add (AetherQmpList *self, const char *command, GVariant *arguments)
{
  add (self, command, arguments, 1);
}

void
aether_qmp_list_add_patient (AetherQmpList *self, const char *command, GVariant *arguments)
{
  add (self, command, arguments, TRIES);
}

static void call_first (GTask *task);

static gboolean
again_cb (gpointer user_data)
{
  call_first (g_object_ref (user_data));

  return G_SOURCE_REMOVE;
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherQmpList *self = g_task_get_task_data (task);
  Entry *entry = g_queue_peek_head (&self->entries);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);

  if (node == NULL && --entry->tries > 0 && !aether_qmp_is_closed (AETHER_QMP (object)))
    {
      g_autoptr(GSource) source = g_timeout_source_new (INTERVAL);

      g_task_attach_source (task, source, again_cb);
      return;
    }
  if (node == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  entry_free (g_queue_pop_head (&self->entries));
  call_first (g_steal_pointer (&task));
}

/* Takes @task. */
static void
call_first (GTask *task)
{
  AetherQmpList *self = g_task_get_task_data (task);
  Entry *entry = g_queue_peek_head (&self->entries);

  if (entry)
    {
      aether_qmp_call_async (g_task_get_source_object (task), entry->command, entry->arguments, -1,
                             AETHER_QMP_TIMEOUT, NULL, called_cb, task);
      return;
    }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

void
aether_qmp_list_run_async (AetherQmpList *self, AetherQmp *qmp, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (qmp, NULL, callback, user_data);

  g_task_set_source_tag (task, aether_qmp_list_run_async);
  g_task_set_task_data (task, self, (GDestroyNotify) list_free);
  call_first (task);
}

gboolean
aether_qmp_list_run_finish (AetherQmp *qmp, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, qmp), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
