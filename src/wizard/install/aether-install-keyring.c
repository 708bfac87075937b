/* aether-install-keyring.c - the password of a machine's user, in the desktop's keyring
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-keyring.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

static const SecretSchema schema = {
  "org.aether.Machine", SECRET_SCHEMA_NONE,
  { { "machine", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "user", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

void
aether_install_login_free (AetherInstallLogin *self)
{
  g_free (self->user);
  secret_password_free (self->password);
  g_free (self);
}

/* --- each begins with the bus that the keyring is on ------------------------------ */

typedef struct
{
  GHashTable  *attributes;
  char        *label;
  SecretValue *password;
  AetherInstallLogin *found;
  GList       *items;      /* what is still to be copied */
  char        *uuid, *machine;   /* to what */
  void       (*next) (GTask *task);
} Request;

static void
request_free (Request *request)
{
  g_hash_table_unref (request->attributes);
  g_free (request->label);
  g_clear_pointer (&request->password, secret_value_unref);
  g_clear_pointer (&request->found, aether_install_login_free);
  g_list_free_full (request->items, g_object_unref);
  g_free (request->uuid);
  g_free (request->machine);
  g_free (request);
}

static gboolean
is_absent (const GError *error)
{
  static const int codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_UNKNOWN_METHOD,
    G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND, G_DBUS_ERROR_SPAWN_CHILD_EXITED, G_DBUS_ERROR_SPAWN_CHILD_SIGNALED,
    G_DBUS_ERROR_SPAWN_EXEC_FAILED, G_DBUS_ERROR_SPAWN_FAILED, G_DBUS_ERROR_UNKNOWN_INTERFACE,
    G_DBUS_ERROR_UNKNOWN_OBJECT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, codes[i]))
      return TRUE;

  return FALSE;
}

static void
return_absent (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("This desktop has no keyring where a password could be kept. GNOME Keyring, KWallet or "
                             "KeePassXC can be one."));
}

static void
return_locked (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _("The keyring is locked. Unlock it, then try again."));
}

/* Takes @error. */
static void
return_error (GTask *task, GError *error)
{
  g_autoptr(GError) owned = error;

  if (is_absent (error))
    return_absent (task);
  else if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return_locked (task);
  else if (g_task_return_error_if_cancelled (task))
    ;
  else
    {
      g_dbus_error_strip_remote_error (error);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("The keyring does not answer as it should: %s."),
                               error->message);
    }
}

static void
got_bus (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GDBusConnection) bus = g_bus_get_finish (result, NULL);
  Request *request = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (bus == NULL)
    return_absent (task);
  else
    request->next (g_steal_pointer (&task));
}

static void
begin (GTask *task, Request *request, const char *uuid, const char *user, void (*next) (GTask *task))
{
  request->attributes = secret_attributes_build (&schema, "machine", uuid, user ? "user" : NULL, user, NULL);
  request->next = next;
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_bus_get (G_BUS_TYPE_SESSION, g_task_get_cancellable (task), got_bus, task);
}

static char *
dup_label (const char *user, const char *machine)
{
  /* Translators: an entry in the list of passwords; %s are a user's name, and a machine's */
  return g_strdup_printf (_("Password of %s in the machine “%s”"), user, machine);
}

/* --- keep ------------------------------------------------------------------------ */

static void
kept (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (error)
    return_error (task, error);
  else
    return_locked (task);
}

static void
keep (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_storev_binary (&schema, request->attributes, SECRET_COLLECTION_DEFAULT, request->label,
                                 request->password, g_task_get_cancellable (task), kept, task);
}

void
aether_install_keyring_keep_async (const char *uuid, const char *machine, const char *user, const char *password,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  g_return_if_fail (uuid && machine && user && password);

  g_task_set_source_tag (task, aether_install_keyring_keep_async);
  request->label = dup_label (user, machine);
  request->password = secret_value_new (password, -1, "text/plain");
  begin (task, request, uuid, user, keep);
}

gboolean
aether_install_keyring_keep_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- look up ---------------------------------------------------------------------- */

static void
retrieved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  SecretValue *value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (object), result, &error);
  gsize length;

  if (error)
    return_error (task, error);
  else if (value == NULL)
    return_locked (task);
  else
    {
      request->found->password = secret_value_unref_to_password (value, &length);
      g_task_return_pointer (task, g_steal_pointer (&request->found), (GDestroyNotify) aether_install_login_free);
    }
}

static SecretRetrievable *
get_newest (GList *items)
{
  SecretRetrievable *newest = NULL;

  for (GList *item = items; item; item = item->next)
    if (newest == NULL || secret_retrievable_get_modified (item->data) > secret_retrievable_get_modified (newest))
      newest = item->data;

  return newest;
}

static char *
dup_user (SecretRetrievable *item)
{
  g_autoptr(GHashTable) attributes = secret_retrievable_get_attributes (item);

  return g_strdup (g_hash_table_lookup (attributes, "user"));
}

static void
searched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  GList *items = secret_password_search_finish (result, &error);
  SecretRetrievable *newest = get_newest (items);

  if (error)
    {
      return_error (task, error);
      return;
    }

  if (newest == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  request->found = g_new0 (AetherInstallLogin, 1);
  request->found->user = dup_user (newest);
  secret_retrievable_retrieve_secret (newest, cancellable, retrieved, g_steal_pointer (&task));
  g_list_free_full (items, g_object_unref);
}

static void
search (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_searchv (&schema, request->attributes, SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK,
                           g_task_get_cancellable (task), searched, task);
}

void
aether_install_keyring_lookup_async (const char *uuid, const char *user, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (uuid);

  g_task_set_source_tag (task, aether_install_keyring_lookup_async);
  begin (task, g_new0 (Request, 1), uuid, user, search);
}

AetherInstallLogin *
aether_install_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- whose there is --------------------------------------------------------------- */

static void
users_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  GList *items = secret_password_search_finish (result, &error);

  if (error)
    return_error (task, error);
  else
    g_task_return_pointer (task, items ? dup_user (get_newest (items)) : NULL, g_free);
  g_list_free_full (items, g_object_unref);
}

static void
find_user (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_searchv (&schema, request->attributes, SECRET_SEARCH_ALL, g_task_get_cancellable (task),
                           users_found, task);
}

void
aether_install_keyring_find_user_async (const char *uuid, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (uuid);

  g_task_set_source_tag (task, aether_install_keyring_find_user_async);
  begin (task, g_new0 (Request, 1), uuid, NULL, find_user);
}

char *
aether_install_keyring_find_user_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- clear ------------------------------------------------------------------------ */

static void
cleared (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  /* FALSE alone: there was nothing */
  secret_password_clear_finish (result, &error);
  if (error)
    return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
clear (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_clearv (&schema, request->attributes, g_task_get_cancellable (task), cleared, task);
}

void
aether_install_keyring_clear_async (const char *uuid, const char *user, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (uuid);

  g_task_set_source_tag (task, aether_install_keyring_clear_async);
  begin (task, g_new0 (Request, 1), uuid, user, clear);
}

gboolean
aether_install_keyring_clear_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- copy ------------------------------------------------------------------------- */

/* search -> each: retrieve -> store */
static void copy_next (GTask *task);

static void
stored (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    copy_next (g_steal_pointer (&task));
  else if (error)
    return_error (task, error);
  else
    return_locked (task);
}

static void
copy_retrieved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  SecretRetrievable *item = SECRET_RETRIEVABLE (object);
  g_autoptr(GHashTable) attributes = secret_retrievable_get_attributes (item);
  const char *user = g_hash_table_lookup (attributes, "user");
  GError *error = NULL;
  g_autoptr(SecretValue) value = secret_retrievable_retrieve_secret_finish (item, result, &error);
  g_autofree char *label = NULL;

  if (error)
    return_error (task, error);
  else if (value == NULL)
    return_locked (task);
  else if (user == NULL)
    copy_next (g_steal_pointer (&task));
  else
    {
      label = dup_label (user, request->machine);
      g_hash_table_unref (request->attributes);
      request->attributes = secret_attributes_build (&schema, "machine", request->uuid, "user", user, NULL);
      secret_password_storev_binary (&schema, request->attributes, SECRET_COLLECTION_DEFAULT, label, value,
                                     cancellable, stored, g_steal_pointer (&task));
    }
}

static void
copy_next (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Request *request = g_task_get_task_data (task);
  g_autoptr(SecretRetrievable) item = request->items ? request->items->data : NULL;

  if (item == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  request->items = g_list_delete_link (request->items, request->items);
  secret_retrievable_retrieve_secret (item, g_task_get_cancellable (task), copy_retrieved, g_steal_pointer (&owned));
}

/* What was kept last comes last, in the place of an older one of the same user. */
static int
compare_age (gconstpointer a, gconstpointer b)
{
  guint64 left = secret_retrievable_get_modified (SECRET_RETRIEVABLE ((gpointer) a));
  guint64 right = secret_retrievable_get_modified (SECRET_RETRIEVABLE ((gpointer) b));

  return left < right ? -1 : left > right;
}

static void
copy_searched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  request->items = g_list_sort (secret_password_search_finish (result, &error), compare_age);
  if (error)
    return_error (task, error);
  else
    copy_next (g_steal_pointer (&task));
}

static void
copy (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_searchv (&schema, request->attributes, SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK,
                           g_task_get_cancellable (task), copy_searched, task);
}

void
aether_install_keyring_copy_async (const char *from, const char *uuid, const char *machine, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  g_return_if_fail (from && uuid && machine);

  g_task_set_source_tag (task, aether_install_keyring_copy_async);
  request->uuid = g_strdup (uuid);
  request->machine = g_strdup (machine);
  begin (task, request, from, NULL, copy);
}

gboolean
aether_install_keyring_copy_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
aether_install_keyring_dup_owner (AetherLibrary *library, AetherBundle *bundle)
{
  const char *uuid = aether_bundle_get_uuid (bundle);

  if (uuid == NULL || g_file_test (aether_bundle_get_path (bundle), G_FILE_TEST_IS_SYMLINK))
    return NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (library)); i++)
    {
      g_autoptr(AetherBundle) other = g_list_model_get_item (G_LIST_MODEL (library), i);

      if (g_strcmp0 (aether_bundle_get_uuid (other), uuid) == 0 &&
          strcmp (aether_bundle_get_path (other), aether_bundle_get_path (bundle)) != 0)
        return NULL;
    }

  return g_strdup (uuid);
}
