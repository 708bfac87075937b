/* aether-consent.c - what the user agreed to that a machine asks for beyond its own folder
 *
 * DATA/consents/UUID.json: {"places": {"/home/me/Debian.aether": ["read /home/me/debian.iso"]}}
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-consent.h"

#include "aether-json.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CONSENTS (1024 * 1024)   /* bytes */

G_DEFINE_QUARK (aether-consent-error-quark, aether_consent_error)

/* --- what is remembered ------------------------------------------------------ */

static char *
consents_path (const char *uuid)
{
  g_autofree char *folder = aether_paths_dup_consents ();
  g_autofree char *name = g_strconcat (uuid, ".json", NULL);

  return g_build_filename (folder, name, NULL);
}

/* The folder as JSON can have it; one that is named over a link is the same. */
static char *
place_of (const char *bundle_path)
{
  char *real = realpath (bundle_path, NULL);
  g_autofree char *folder = g_path_get_dirname (bundle_path);
  g_autofree char *name = g_path_get_basename (bundle_path);
  char *real_folder = real ? NULL : realpath (folder, NULL);
  /* One that is gone was where its folder still is */
  g_autofree char *path = real ? g_strdup (real) : g_build_filename (real_folder ? real_folder : folder, name, NULL);

  free (real);
  free (real_folder);
  return g_uri_escape_string (path, "/ ", TRUE);
}

/* Returns: (transfer full): never %NULL; what cannot be read was not agreed to */
static JsonObject *
read_places (const char *uuid)
{
  g_autofree char *path = consents_path (uuid);
  g_autofree char *data = NULL;
  g_autoptr(JsonNode) root = NULL;
  JsonObject *places;
  gsize length;

  data = aether_store_read (path, MOST_CONSENTS, &length, NULL);
  root = data ? aether_json_parse (data, length, NULL) : NULL;
  places = root && JSON_NODE_HOLDS_OBJECT (root) ? aether_json_get_object (json_node_get_object (root), "places") : NULL;

  return places ? json_object_ref (places) : json_object_new ();
}

static gboolean
write_places (const char *uuid, JsonObject *places, GError **error)
{
  g_autofree char *path = consents_path (uuid);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *text = NULL;

  json_object_set_int_member (object, "schema", 1);
  json_object_set_object_member (object, "places", json_object_ref (places));
  node = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (node, TRUE);

  g_mkdir_with_parents (folder, 0700);
  if (aether_store_write (path, text, strlen (text), AETHER_STORE_DURABLE, error))
    return TRUE;

  g_prefix_error (error, _("Could not note what you agreed to. "));
  return FALSE;
}

static gboolean
has (JsonArray *given, const char *key)
{
  for (guint i = 0; given && i < json_array_get_length (given); i++)
    {
      JsonNode *node = json_array_get_element (given, i);

      if (json_node_get_value_type (node) == G_TYPE_STRING && g_str_equal (json_node_get_string (node), key))
        return TRUE;
    }

  return FALSE;
}

/* Who may change a file may read it. */
static gboolean
covers (JsonArray *given, const char *key)
{
  g_autofree char *more = g_str_has_prefix (key, "read ") ? g_strconcat ("write ", key + strlen ("read "), NULL) : NULL;

  return has (given, key) || (more && has (given, more));
}

gboolean
aether_consent_has_kind (GPtrArray *items, AetherConsentKind kind)
{
  for (guint i = 0; i < items->len; i++)
    if (((AetherConsentItem *) items->pdata[i])->kind == kind)
      return TRUE;

  return FALSE;
}

/* --- asking ----------------------------------------------------------------- */

/* @agreed: those that the user agreed to, else the others */
static GPtrArray *
list (AetherBundle *bundle, AetherMachine *machine, gboolean agreed)
{
  GPtrArray *items = _aether_consent_collect (bundle, machine, FALSE, NULL);
  g_autoptr(JsonObject) places = items->len > 0 ? read_places (machine->uuid) : NULL;
  g_autofree char *place = place_of (aether_bundle_get_path (bundle));
  JsonArray *given = aether_json_get_array (places, place);

  for (guint i = items->len; i-- > 0;)
    if (covers (given, ((AetherConsentItem *) items->pdata[i])->key) != agreed)
      g_ptr_array_remove_index (items, i);

  return items;
}

GPtrArray *
aether_consent_list (AetherBundle *bundle, AetherMachine *machine)
{
  return list (bundle, machine, FALSE);
}

GPtrArray *
aether_consent_list_given (AetherBundle *bundle, AetherMachine *machine)
{
  return list (bundle, machine, TRUE);
}

static void
list_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(AetherMachine) machine = NULL;
  GError *error = NULL;

  machine = aether_bundle_load (source, &error);
  if (machine)
    g_task_return_pointer (task, aether_consent_list (source, machine), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
aether_consent_list_async (AetherBundle *bundle, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (bundle, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_consent_list_async);
  g_task_run_in_thread (task, list_thread);
}

GPtrArray *
aether_consent_list_finish (AetherBundle *bundle, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
aether_consent_check (AetherBundle *bundle, GPtrArray *items, GError **error)
{
  g_autoptr(GString) list = g_string_new (NULL);

  if (items->len == 0)
    return TRUE;

  for (guint i = 0; i < items->len; i++)
    {
      const AetherConsentItem *item = items->pdata[i];

      if (i > 0)
        g_string_append_c (list, ' ');
      /* Translators: what a machine wants, and which one: “A file outside of its folder, to read: /home/me/x.iso.” */
      g_string_append_printf (list, g_str_has_suffix (item->detail, ".") ? _("%s: %s") : _("%s: %s."), item->title, item->detail);
    }

  /* Translators: the name of a machine, then sentences that each say one thing */
  g_set_error (error, AETHER_CONSENT_ERROR, AETHER_CONSENT_ERROR_MISSING,
               _("“%s” asks for more than its own folder, which you have not agreed to yet. %s"),
               aether_bundle_get_name (bundle), list->str);
  return FALSE;
}

/* --- agreeing ---------------------------------------------------------------- */

gboolean
aether_consent_give (AetherBundle *bundle, GPtrArray *items, GError **error)
{
  const char *uuid = aether_bundle_get_uuid (bundle);
  g_autoptr(JsonObject) places = uuid && items->len > 0 ? read_places (uuid) : NULL;
  g_autofree char *place = place_of (aether_bundle_get_path (bundle));
  JsonArray *before = aether_json_get_array (places, place);
  JsonArray *given;
  gboolean has_state = FALSE;

  if (places == NULL)
    return TRUE;

  given = json_array_new ();
  for (guint i = 0; i < items->len; i++)
    {
      const AetherConsentItem *item = items->pdata[i];

      has_state |= g_str_has_prefix (item->key, "state ");
      json_array_add_string_element (given, item->key);
    }
  for (guint i = 0; before && i < json_array_get_length (before); i++)
    {
      JsonNode *node = json_array_get_element (before, i);
      const char *key = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;

      /* There is one state at a time */
      if (key && !has (given, key) && !(has_state && g_str_has_prefix (key, "state ")))
        json_array_add_string_element (given, key);
    }
  json_object_set_array_member (places, place, given);

  return write_places (uuid, places, error);
}

/* That it cannot be noted only means that it will be asked. */
static void
give_quietly (AetherBundle *bundle, GPtrArray *items)
{
  g_autoptr(GError) error = NULL;

  if (!aether_consent_give (bundle, items, &error))
    g_debug ("%s", error->message);
}

void
aether_consent_own (AetherBundle *bundle, AetherMachine *machine, AetherMachine *before)
{
  g_autoptr(GPtrArray) items = _aether_consent_collect (bundle, machine, TRUE, before);
  /* A file may have been spelled otherwise before */
  AetherMachine *known = aether_consent_has_kind (items, AETHER_CONSENT_FILE) ? NULL : before;
  g_autoptr(GPtrArray) old = before && items->len > 0 ? _aether_consent_collect (bundle, before, TRUE, known) : NULL;

  for (guint i = items->len; i-- > 0;)
    if (old && aether_consent_find (old, ((AetherConsentItem *) items->pdata[i])->key))
      g_ptr_array_remove_index (items, i);

  give_quietly (bundle, items);
}

void
aether_consent_inherit (AetherBundle *copy, GPtrArray *given)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (copy, NULL);
  g_autoptr(GPtrArray) items = machine ? aether_consent_list (copy, machine) : g_ptr_array_new ();

  for (guint i = items->len; i-- > 0;)
    if (!aether_consent_find (given, ((AetherConsentItem *) items->pdata[i])->key))
      g_ptr_array_remove_index (items, i);

  give_quietly (copy, items);
}

void
aether_consent_own_state (const char *identity, gpointer bundle)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new ();
  g_autofree char *key = g_strconcat ("state ", identity, NULL);
  AetherConsentItem item = { .key = key };

  g_ptr_array_add (items, &item);
  give_quietly (bundle, items);
}

void
aether_consent_forget (const char *uuid, const char *bundle_path)
{
  g_autoptr(JsonObject) places = read_places (uuid);
  g_autofree char *place = place_of (bundle_path);
  g_autofree char *path = consents_path (uuid);

  json_object_remove_member (places, place);
  if (json_object_get_size (places) == 0)
    g_unlink (path);
  else
    write_places (uuid, places, NULL);
}
