/* aether-create-record.c - what is remembered of a machine that waits for its download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-record.h"

#include "aether-json.h"
#include "aether-lock.h"
#include "aether-medium-check.h"
#include "aether-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ENDING      ".json"
#define LOCK        ".lock"
#define MOST_RECORD (256 << 10)   /* bytes */
#define MOST_ITEMS  512

/* Everything but the firmware, which hangs on what is on the medium */
#define SHOWN (AETHER_DRAFT_CHOSE_ALL & ~AETHER_DRAFT_CHOSE_FIRMWARE)

/* Of the answers; those that are secrets are not among them. */
static const struct
{
  const char *name;
  gsize       offset;
} answers[] = {
  { "user", G_STRUCT_OFFSET (AetherInstallOptions, user_name) },
  { "real-name", G_STRUCT_OFFSET (AetherInstallOptions, real_name) },
  { "host-name", G_STRUCT_OFFSET (AetherInstallOptions, host_name) },
  { "time-zone", G_STRUCT_OFFSET (AetherInstallOptions, time_zone) },
  { "keyboard", G_STRUCT_OFFSET (AetherInstallOptions, keyboard) },
  { "language", G_STRUCT_OFFSET (AetherInstallOptions, language) },
  { "ssh-key", G_STRUCT_OFFSET (AetherInstallOptions, ssh_key) },
};

static const struct
{
  const char *name;
  gsize       offset;
} texts[] = {
  { "name", G_STRUCT_OFFSET (AetherDraft, name) },
  { "arch", G_STRUCT_OFFSET (AetherDraft, arch) },
  { "engine", G_STRUCT_OFFSET (AetherDraft, engine) },
  { "firmware", G_STRUCT_OFFSET (AetherDraft, firmware) },
  { "image", G_STRUCT_OFFSET (AetherDraft, image) },
  { "drivers", G_STRUCT_OFFSET (AetherDraft, drivers) },
};

AetherCreateRecord *
aether_create_record_new (AetherDraft *draft)
{
  AetherCreateRecord *self = g_new0 (AetherCreateRecord, 1);

  self->id = g_uuid_string_random ();
  self->lock = -1;
  self->draft = g_object_ref (draft);
  self->system = draft->os != NULL ? g_strdup (aether_os_get_id (draft->os)) : NULL;
  self->edition = draft->edition != NULL ? g_strdup (draft->edition->url) : NULL;
  self->wants_password = draft->options->password != NULL && *draft->options->password != '\0';
  self->wants_key = draft->options->product_key != NULL;

  return self;
}

void
aether_create_record_free (AetherCreateRecord *self)
{
  if (self->lock >= 0)
    close (self->lock);
  g_free (self->id);
  g_clear_object (&self->draft);
  g_free (self->system);
  g_free (self->edition);
  g_free (self);
}

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "aether", "creating", NULL);
}

static char *
dup_file (const char *id, const char *ending)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *name = g_strconcat (id, ending, NULL);

  return g_build_filename (folder, name, NULL);
}

/* --- writing ----------------------------------------------------------------------- */

static void
add_text (JsonObject *object, const char *name, const char *text)
{
  /* A path may be no UTF-8, which JSON has no way to say. */
  if (text != NULL && g_utf8_validate (text, -1, NULL))
    json_object_set_string_member (object, name, text);
}

static void
add_strings (JsonObject *object, const char *name, const char * const *strings, guint n)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < n; i++)
    json_array_add_string_element (array, strings[i]);
  json_object_set_array_member (object, name, array);
}

static JsonObject *
format_answers (const AetherInstallOptions *options)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    add_text (object, answers[i].name, G_STRUCT_MEMBER (const char *, options, answers[i].offset));
  if (options->packages != NULL)
    add_strings (object, "packages", (const char * const *) options->packages, g_strv_length (options->packages));
  json_object_set_boolean_member (object, "bypass-requirements", options->bypass_requirements);

  return object;
}

static char *
format (const AetherCreateRecord *self)
{
  const AetherDraft *draft = self->draft;
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    add_text (object, texts[i].name, G_STRUCT_MEMBER (const char *, draft, texts[i].offset));
  add_text (object, "system", self->system);
  add_text (object, "edition", self->edition);
  json_object_set_int_member (object, "memory", draft->memory);
  json_object_set_int_member (object, "cpus", draft->cpus);
  json_object_set_int_member (object, "disk", draft->disk);
  json_object_set_int_member (object, "disk-size", (gint64) draft->disk_size);
  json_object_set_int_member (object, "chosen", draft->chosen);
  json_object_set_boolean_member (object, "unattended", draft->unattended);
  json_object_set_boolean_member (object, "keep-password", draft->keep_password);
  json_object_set_boolean_member (object, "start", draft->start);
  json_object_set_boolean_member (object, "wants-password", self->wants_password);
  json_object_set_boolean_member (object, "wants-key", self->wants_key);
  json_object_set_object_member (object, "answers", format_answers (draft->options));
  add_strings (object, "settings", (const char * const *) draft->settings->pdata, draft->settings->len);

  return json_to_string (node, TRUE);
}

static gboolean
take_lock (AetherCreateRecord *self, GError **error)
{
  g_autofree char *file = dup_file (self->id, LOCK);

  if (self->lock < 0)
    self->lock = aether_lock_take (file, error);

  return self->lock >= 0;
}

gboolean
aether_create_record_save (AetherCreateRecord *self, GError **error)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *file = dup_file (self->id, ENDING);
  g_autofree char *text = format (self);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The folder “%s” cannot be made: %s."),
                   folder, g_strerror (errno));
      return FALSE;
    }

  if (!take_lock (self, error))
    return FALSE;
  if (aether_store_write (file, text, strlen (text), AETHER_STORE_DURABLE, error))
    return TRUE;

  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    aether_create_record_remove (self);
  return FALSE;
}

void
aether_create_record_remove (AetherCreateRecord *self)
{
  g_autofree char *file = dup_file (self->id, ENDING);
  g_autofree char *lock = dup_file (self->id, LOCK);

  g_unlink (file);
  if (self->lock < 0)
    return;
  g_unlink (lock);
  close (self->lock);
  self->lock = -1;
}

/* --- reading ----------------------------------------------------------------------- */

char **
aether_create_record_list (void)
{
  g_autoptr(GStrvBuilder) ids = g_strv_builder_new ();
  g_autofree char *folder = dup_folder ();
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *id = g_str_has_suffix (name, ENDING) ? g_strndup (name, strlen (name) - strlen (ENDING)) : NULL;

      if (id != NULL && g_uuid_string_is_valid (id))
        g_strv_builder_add (ids, id);
    }

  return g_strv_builder_end (ids);
}

static gboolean
get_boolean (JsonObject *object, const char *name)
{
  return object != NULL && json_object_get_boolean_member_with_default (object, name, FALSE);
}

static void
read_strings (JsonObject *object, const char *name, GPtrArray *strings)
{
  JsonArray *array = aether_json_get_array (object, name);
  guint n = array != NULL ? MIN (json_array_get_length (array), MOST_ITEMS) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_string (node) != NULL)
        g_ptr_array_add (strings, g_strdup (json_node_get_string (node)));
    }
}

static void
read_answers (AetherInstallOptions *options, JsonObject *object)
{
  g_autoptr(GPtrArray) packages = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    g_set_str (&G_STRUCT_MEMBER (char *, options, answers[i].offset), aether_json_get_string (object, answers[i].name));
  read_strings (object, "packages", packages);
  g_ptr_array_add (packages, NULL);
  if (packages->len > 1)
    options->packages = g_strdupv ((char **) packages->pdata);
  options->bypass_requirements = get_boolean (object, "bypass-requirements");
}

static gboolean
find_edition (AetherDraft *draft, const char *url)
{
  guint n;
  const AetherOsMedia *all = aether_os_get_media (draft->os, &n);

  for (guint i = 0; i < n; i++)
    if (*all[i].url != '\0' && strcmp (all[i].url, url) == 0)
      {
        aether_draft_set_edition (draft, &all[i]);
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_draft (AetherDraft *draft, JsonObject *object)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_set_str (&G_STRUCT_MEMBER (char *, draft, texts[i].offset), aether_json_get_string (object, texts[i].name));
  draft->memory = CLAMP (aether_json_get_int (object, "memory"), 1, 1 << 24);
  draft->cpus = CLAMP (aether_json_get_int (object, "cpus"), 1, 512);
  draft->disk = CLAMP (aether_json_get_int (object, "disk"), AETHER_DRAFT_DISK_NEW, AETHER_DRAFT_DISK_NONE);
  draft->disk_size = MAX (aether_json_get_int (object, "disk-size"), 0);
  draft->unattended = get_boolean (object, "unattended");
  draft->keep_password = get_boolean (object, "keep-password");
  draft->start = get_boolean (object, "start");
  /* All was shown to the user, so that nothing is to be filled in anew but what the medium says */
  draft->chosen = aether_json_get_int (object, "chosen") | SHOWN;
  read_answers (draft->options, aether_json_get_object (object, "answers"));
  read_strings (object, "settings", draft->settings);

  return draft->name != NULL && draft->arch != NULL && g_strv_contains (aether_medium_arches (), draft->arch);
}

static gboolean
read_record (AetherCreateRecord *self, JsonObject *object)
{
  self->system = g_strdup (aether_json_get_string (object, "system"));
  self->edition = g_strdup (aether_json_get_string (object, "edition"));
  self->wants_password = get_boolean (object, "wants-password");
  self->wants_key = get_boolean (object, "wants-key");

  return self->system != NULL && self->edition != NULL && read_draft (self->draft, object);
}

AetherCreateRecord *
aether_create_record_load (const char *id, GError **error)
{
  g_autoptr(AetherCreateRecord) self = g_new0 (AetherCreateRecord, 1);
  g_autofree char *file = dup_file (id, ENDING);
  g_autofree char *text = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(GError) cause = NULL;
  gsize length;

  self->id = g_strdup (id);
  self->lock = -1;
  self->draft = aether_draft_new ();
  if (!take_lock (self, error))
    return NULL;

  /* Not before it is ours: who had it may be done with it */
  text = aether_store_read (file, MOST_RECORD, &length, &cause);
  node = text != NULL ? aether_json_parse (text, length, NULL) : NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node) && read_record (self, json_node_get_object (node)))
    return g_steal_pointer (&self);

  if (text != NULL)
    g_set_error (&cause, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s is damaged", file);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) || !g_file_test (file, G_FILE_TEST_EXISTS))
    aether_create_record_remove (self);
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

gboolean
aether_create_record_complete (AetherCreateRecord *self, AetherCatalogue *catalogue, GError **error)
{
  g_autoptr(AetherOs) os = aether_catalogue_lookup (catalogue, self->system);
  gboolean unattended = self->draft->unattended;

  if (os != NULL)
    aether_draft_set_os (self->draft, os);
  if (os == NULL || !find_edition (self->draft, self->edition))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   /* Translators: %s is the address of a disc */
                   _("“%s”, which it was to be made from, is not in the catalogue of systems any more. Give it up, and "
                     "make it anew from what there is today."), self->edition);
      return FALSE;
    }

  /* Whether there are answers is for the medium to say */
  self->draft->unattended = unattended;
  return TRUE;
}
