/* cmd-media.c - aetherctl media: the discs and disk images that were downloaded or added
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include "aether-media-library.h"
#include "aether-paths.h"

static gboolean json;
static gboolean hard_link;
static gboolean keep;
static gboolean permanently;
static gboolean force;

const GOptionEntry cmd_media_options[] = {
  { "link", 0, 0, G_OPTION_ARG_NONE, &hard_link, N_("add: a second name for the file, no copy"), NULL },
  { "keep", 0, 0, G_OPTION_ARG_NONE, &keep, N_("add: leave the file where it is, and remember it"), NULL },
  { "permanently", 0, 0, G_OPTION_ARG_NONE, &permanently, N_("remove: do not use the trash"), NULL },
  { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_("remove: even when machines use it"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static const char *
get_nick (AetherMediaFile *file)
{
  static const char * const nicks[] = { "unchecked", "verified", "unchanged", "damaged", "changed" };

  return aether_media_file_is_missing (file) ? "missing" : nicks[aether_media_file_get_state (file)];
}

static const char *
describe_state (AetherMediaFile *file)
{
  static const char * const words[] = { N_("not checked"), N_("verified"), N_("unchanged"), N_("damaged"), N_("changed") };

  /* Translators: said of a file */
  return aether_media_file_is_missing (file) ? _("missing") : _(words[aether_media_file_get_state (file)]);
}

/* --- list ------------------------------------------------------------------------ */

static void
add_json (JsonBuilder *builder, AetherMediaFile *file)
{
  AetherDigestKind kind;
  const char *hex = aether_media_file_get_checksum (file, &kind);
  const char * const *users = aether_media_file_get_users (file);
  gint64 checked = aether_media_file_get_checked (file);

  json_builder_begin_object (builder);
  ctl_json_string (builder, "name", aether_media_file_get_name (file));
  ctl_json_string (builder, "path", aether_media_file_get_path (file));
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, aether_media_file_get_size (file));
  ctl_json_string (builder, "state", get_nick (file));
  json_builder_set_member_name (builder, "checked");
  if (checked)
    json_builder_add_int_value (builder, checked);
  else
    json_builder_add_null_value (builder);
  ctl_json_string (builder, "checksum-kind", hex ? aether_digest_get_name (kind) : NULL);
  ctl_json_string (builder, "checksum", hex);
  ctl_json_string (builder, "url", aether_media_file_get_url (file));
  json_builder_set_member_name (builder, "reference");
  json_builder_add_boolean_value (builder, aether_media_file_is_reference (file));
  json_builder_set_member_name (builder, "machines");
  json_builder_begin_array (builder);
  for (guint i = 0; users[i]; i++)
    json_builder_add_string_value (builder, users[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_json (GListModel *files)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(AetherMediaFile) file = g_list_model_get_item (files, i);

      add_json (builder, file);
    }
  json_builder_end_array (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static void
print_table (GListModel *files)
{
  static const char * const head[] = { N_("NAME"), N_("SIZE"), N_("STATE"), N_("CHECKED"), N_("MACHINES") };
  g_autoptr(CtlTable) table = ctl_table_new (G_N_ELEMENTS (head));

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    ctl_table_cell (table, CTL_STYLE_BOLD, _(head[i]));

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(AetherMediaFile) file = g_list_model_get_item (files, i);
      g_autofree char *size = g_format_size (aether_media_file_get_size (file));
      g_autofree char *checked = ctl_describe_since (aether_media_file_get_checked (file));
      g_autofree char *users = g_strjoinv (", ", (char **) aether_media_file_get_users (file));
      gboolean bad = aether_media_file_get_state (file) == AETHER_MEDIA_FILE_DAMAGED;

      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_media_file_get_name (file));
      ctl_table_cell (table, CTL_STYLE_PLAIN, size);
      ctl_table_cell (table, bad ? CTL_STYLE_RED : CTL_STYLE_PLAIN, describe_state (file));
      ctl_table_cell (table, CTL_STYLE_PLAIN, checked);
      ctl_table_cell (table, CTL_STYLE_PLAIN, users);
    }

  ctl_table_print (table);
}

static void
print_one_json (AetherMediaFile *file)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  add_json (builder, file);
  ctl_print_json (json_builder_get_root (builder));
}

/* --- one of them --------------------------------------------------------------------- */

static gboolean
verify (Ctl *ctl, AetherMediaFile *file, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) failure = NULL;

  aether_media_file_verify_async (file, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_media_file_verify_finish (file, result, &failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  if (json)
    print_one_json (file);
  else
    ctl_print (CTL_STYLE_PLAIN, "%s: %s", aether_media_file_get_name (file), describe_state (file));
  return TRUE;
}

/* One that is kept where it is has its own path, any other a name in the folder of media. */
static void
print_added (GListModel *files, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = aether_paths_dup_media ();
  g_autofree char *name = g_path_get_basename (absolute);
  g_autofree char *inside = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(AetherMediaFile) file = g_list_model_get_item (files, i);

      if (g_str_equal (aether_media_file_get_path (file), keep ? absolute : inside))
        print_one_json (file);
    }
}

static gboolean
add (Ctl *ctl, AetherMediaLibrary *library, const char *path, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  AetherMediaAdd how = keep ? AETHER_MEDIA_ADD_KEEP : AETHER_MEDIA_ADD_COPY;

  if (hard_link && keep)
    return ctl_usage (error, _("Either --link or --keep, not both."));

  aether_media_library_add_async (library, path, hard_link ? AETHER_MEDIA_ADD_LINK : how, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_media_library_add_finish (library, result, error))
    return FALSE;
  if (json)
    print_added (G_LIST_MODEL (library), path);

  return TRUE;
}

static gboolean
drop (AetherMediaLibrary *library, AetherMediaFile *file, GError **error)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  /* As it was */
  add_json (builder, file);
  if (!aether_media_library_remove (library, file, permanently, force, error))
    return FALSE;
  if (json)
    ctl_print_json (json_builder_get_root (builder));

  return TRUE;
}

gboolean
cmd_media_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherLibrary) machines = aether_library_new (FALSE);
  g_autoptr(AetherMediaLibrary) library = aether_media_library_new (G_LIST_MODEL (machines), FALSE);
  g_autoptr(AetherMediaFile) file = NULL;
  const char *verb = args[0] ? args[0] : "list";

  if (args[0] == NULL || (g_str_equal (verb, "list") && args[1] == NULL))
    {
      if (json)
        print_json (G_LIST_MODEL (library));
      else if (g_list_model_get_n_items (G_LIST_MODEL (library)) == 0)
        ctl_print (CTL_STYLE_PLAIN, _("There are no media yet. “aetherctl download” fetches one."));
      else
        print_table (G_LIST_MODEL (library));
      return TRUE;
    }
  if (args[1] == NULL || !g_strv_contains ((const char * const []) { "add", "verify", "remove", NULL }, verb))
    return ctl_usage (error, _("Say nothing more, or “add” and a file, or “verify” or “remove” and a name."));

  if (g_str_equal (verb, "add"))
    return add (ctl, library, args[1], error);

  file = aether_media_library_find (library, args[1], error);
  if (file == NULL)
    return FALSE;
  if (g_str_equal (verb, "verify"))
    return verify (ctl, file, error);
  return drop (library, file, error);
}
