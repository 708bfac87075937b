/* aether-try-demo.c - the demo machine: the one there is, or a new one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-try-demo.h"

#include "aether-demo.h"

/* The name aether_demo_request_new() gives; not translated, so that a demo made
 * in another language is found. */
#define DEMO_NAME "Demo"

/* The usual one, once it is known that it runs here. What does not run is asked for again. */
static const char *known_guest;

static void
remember (const char *guest, const char *why)
{
  if (why == NULL)
    known_guest = guest;
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  const char *why;
  const char *guest = aether_demo_choose_finish (result, &why, NULL);

  remember (guest, why);
}

void
aether_try_demo_prepare (void)
{
  if (known_guest == NULL)
    aether_demo_choose_async (NULL, NULL, prepared_cb, NULL);
}

static AetherBundle *
find_demo (AetherLibrary *library)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (library)); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (G_LIST_MODEL (library), i);

      if (g_strcmp0 (aether_bundle_get_name (bundle), DEMO_NAME) == 0
          && aether_bundle_get_problem (bundle) == NULL)
        return g_steal_pointer (&bundle);
    }

  return NULL;
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  AetherBundle *bundle = aether_demo_create_finish (result, &error);

  if (bundle != NULL)
    g_task_return_pointer (task, bundle, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* Takes @task. */
static void
create (GTask *task, const char *guest)
{
  AetherLibrary *library = g_task_get_source_object (task);

  aether_demo_create_async (aether_library_get_folder (library), guest, DEMO_NAME, NULL,
                            g_task_get_cancellable (task), created_cb, task);
}

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  const char *why;
  const char *guest = aether_demo_choose_finish (result, &why, &error);

  if (guest == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  remember (guest, why);
  g_task_set_task_data (task, (gpointer) why, NULL);
  create (g_steal_pointer (&task), guest);
}

void
aether_try_demo_async (AetherLibrary       *library,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (library, cancellable, callback, user_data);
  AetherBundle *found = find_demo (library);

  g_task_set_source_tag (task, aether_try_demo_async);
  if (found != NULL)
    g_task_return_pointer (task, found, g_object_unref);
  else if (known_guest != NULL)
    create (g_steal_pointer (&task), known_guest);
  else
    aether_demo_choose_async (NULL, cancellable, chosen_cb, g_steal_pointer (&task));
}

AetherBundle *
aether_try_demo_finish (GAsyncResult *result, const char **why, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aether_try_demo_async), NULL);

  *why = g_task_get_task_data (G_TASK (result));
  return g_task_propagate_pointer (G_TASK (result), error);
}
