/* cmd-catalogue.c - aetherctl catalogue
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include "aether-catalogue-update.h"
#include "aether-catalogue.h"

#include <string.h>

static gboolean json;
static gboolean all;
static char *arch;
static char *from;
static char *keyring;

const GOptionEntry cmd_catalogue_options[] = {
  { "arch", 0, 0, G_OPTION_ARG_FILENAME, &arch, N_("Only what starts on x86_64, i386, aarch64 or riscv64"), N_("ARCH") },
  { "all", 0, 0, G_OPTION_ARG_NONE, &all, N_("Old systems too, and those that cannot be fetched"), NULL },
  { "from", 0, 0, G_OPTION_ARG_FILENAME, &from, N_("Where an update is announced (default: by libosinfo's makers)"), N_("URL") },
  { "keyring", 0, 0, G_OPTION_ARG_FILENAME, &keyring, N_("The keys that may sign an update (default: theirs)"), N_("FILE") },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static AetherCatalogue *
open_catalogue (Ctl *ctl, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_catalogue_open_async (ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  return aether_catalogue_open_finish (result, error);
}

static void
json_boolean (JsonBuilder *builder, const char *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

static void
json_text (JsonBuilder *builder, const char *key, const char *value)
{
  ctl_json_string (builder, key, *value ? value : NULL);
}

static void
json_strings (JsonBuilder *builder, const char *key, const char * const *values)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (guint i = 0; values[i]; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

/* --- lists ------------------------------------------------------------------------- */

static void
json_head (JsonBuilder *builder, AetherOs *os)
{
  json_text (builder, "id", aether_os_get_id (os));
  json_text (builder, "short-id", aether_os_get_short_id (os));
  json_text (builder, "name", aether_os_get_name (os));
  json_text (builder, "version", aether_os_get_version (os));
  json_text (builder, "vendor", aether_os_get_vendor (os));
  json_text (builder, "family", aether_os_get_family (os));
  json_text (builder, "distro", aether_os_get_distro (os));
  json_text (builder, "codename", aether_os_get_codename (os));
  json_text (builder, "released", aether_os_get_release_date (os));
  json_text (builder, "supported-until", aether_os_get_eol_date (os));
  json_boolean (builder, "current", aether_os_is_current (os));
  json_boolean (builder, "rolling", aether_os_is_rolling (os));
  json_boolean (builder, "prerelease", aether_os_is_prerelease (os));
  json_strings (builder, "arches", aether_os_get_arches (os));
}

static void
print_json_list (GListModel *list)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (list, i);

      json_builder_begin_object (builder);
      json_head (builder, os);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static void
print_list (GListModel *list)
{
  g_autoptr(CtlTable) table = ctl_table_new (5);
  const char *head[] = { _("ID"), _("NAME"), _("FOR"), _("RELEASED"), _("SUPPORTED UNTIL") };

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    ctl_table_cell (table, CTL_STYLE_BOLD, head[i]);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (list, i);
      g_autofree char *arches = g_strjoinv (" ", (char **) aether_os_get_arches (os));

      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_os_get_short_id (os));
      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_os_get_name (os));
      ctl_table_cell (table, CTL_STYLE_PLAIN, arches);
      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_os_get_release_date (os));
      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_os_get_eol_date (os));
    }
  ctl_table_print (table);
}

/* Without --all those that a new machine could be made from today. */
static gboolean
list_run (Ctl *ctl, char **words, GError **error)
{
  g_autoptr(AetherCatalogue) catalogue = open_catalogue (ctl, error);
  g_autofree char *query = g_strjoinv (" ", words);
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListStore) shown = NULL;

  if (catalogue == NULL)
    return FALSE;

  found = aether_catalogue_search (catalogue, query, arch);
  shown = g_list_store_new (AETHER_TYPE_OS);
  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (found, i);

      if (all || (aether_os_is_supported (os) && aether_os_get_arches (os)[0]))
        g_list_store_append (shown, os);
    }

  if (json)
    print_json_list (G_LIST_MODEL (shown));
  else if (g_list_model_get_n_items (G_LIST_MODEL (shown)) > 0)
    print_list (G_LIST_MODEL (shown));
  else if (g_list_model_get_n_items (found) > 0)
    ctl_warn (_("Only old systems have that, or such as cannot be fetched: --all shows them."));
  else
    ctl_warn (_("The catalogue has no such system."));
  return TRUE;
}

static gboolean
list_all_run (Ctl *ctl, char **args, GError **error)
{
  char *none[] = { NULL };

  return list_run (ctl, none, error);
}

/* --- one system ---------------------------------------------------------------------- */

static gboolean
is_wanted (const AetherOsMedia *media)
{
  return (*media->url || *media->page) && (arch == NULL || strcmp (arch, media->arch) == 0);
}

static void
json_resources (JsonBuilder *builder, const char *key, const AetherOsResources *resources)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "memory");
  json_builder_add_int_value (builder, resources->memory);
  json_builder_set_member_name (builder, "storage");
  json_builder_add_int_value (builder, resources->storage);
  json_builder_set_member_name (builder, "cpus");
  json_builder_add_int_value (builder, resources->cpus);
  json_builder_end_object (builder);
}

static void
print_json_os (AetherOs *os)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  const char * const *arches = aether_os_get_arches (os);
  const AetherOsMedia *media;
  guint n;

  json_builder_begin_object (builder);
  json_head (builder, os);
  json_text (builder, "page", aether_os_get_page (os));
  json_strings (builder, "scripts", aether_os_get_scripts (os));
  json_builder_set_member_name (builder, "resources");
  json_builder_begin_object (builder);
  for (guint i = 0; arches[i]; i++)
    {
      AetherOsResources minimum, recommended;

      if (!aether_os_get_resources (os, arches[i], &minimum, &recommended))
        continue;
      json_builder_set_member_name (builder, arches[i]);
      json_builder_begin_object (builder);
      json_resources (builder, "minimum", &minimum);
      json_resources (builder, "recommended", &recommended);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);

  json_builder_set_member_name (builder, "media");
  json_builder_begin_array (builder);
  media = aether_os_get_media (os, &n);
  for (guint i = 0; i < n; i++)
    {
      if (!is_wanted (&media[i]))
        continue;
      json_builder_begin_object (builder);
      json_text (builder, "arch", media[i].arch);
      json_text (builder, "edition", media[i].edition);
      json_text (builder, "variant", media[i].variant);
      json_text (builder, "format", media[i].format);
      json_text (builder, "url", media[i].url);
      json_text (builder, "page", media[i].page);
      json_text (builder, "checksum", media[i].checksum);
      json_text (builder, "checksums", media[i].checksums);
      json_text (builder, "pattern", media[i].pattern);
      json_text (builder, "signature", media[i].signature);
      json_text (builder, "key", media[i].key);
      json_boolean (builder, "live", media[i].flags & AETHER_OS_MEDIA_LIVE);
      json_boolean (builder, "installer", media[i].flags & AETHER_OS_MEDIA_INSTALLER);
      json_boolean (builder, "cloud-init", media[i].flags & AETHER_OS_MEDIA_CLOUD_INIT);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static void
add_row (CtlTable *table, const char *title, const char *value)
{
  if (*value == '\0')
    return;
  ctl_table_cell (table, CTL_STYLE_BOLD, title);
  ctl_table_cell (table, CTL_STYLE_PLAIN, value);
}

static void
add_resources (CtlTable *table, AetherOs *os, const char *own)
{
  AetherOsResources minimum, recommended;
  g_autofree char *memory = NULL, *storage = NULL, *good_memory = NULL, *good_storage = NULL;
  g_autofree char *title = NULL, *text = NULL;

  if (!aether_os_get_resources (os, own, &minimum, &recommended) || minimum.memory + recommended.memory == 0)
    return;

  memory = g_format_size_full (minimum.memory, G_FORMAT_SIZE_IEC_UNITS);
  storage = g_format_size_full (minimum.storage, G_FORMAT_SIZE_IEC_UNITS);
  good_memory = g_format_size_full (recommended.memory, G_FORMAT_SIZE_IEC_UNITS);
  good_storage = g_format_size_full (recommended.storage, G_FORMAT_SIZE_IEC_UNITS);
  /* Translators: %s is an architecture */
  title = g_strdup_printf (_("Needs on %s"), own);
  /* Translators: sizes of memory and of disks */
  text = g_strdup_printf (_("%1$s of memory and a disk of %2$s; better %3$s and %4$s"), memory, storage,
                          good_memory, good_storage);
  add_row (table, title, text);
}

static void
print_os (AetherOs *os)
{
  g_autoptr(CtlTable) table = ctl_table_new (2);
  const char * const *arches = aether_os_get_arches (os);
  const AetherOsMedia *media;
  guint n;

  add_row (table, _("Name"), aether_os_get_name (os));
  add_row (table, _("ID"), aether_os_get_short_id (os));
  add_row (table, _("Maker"), aether_os_get_vendor (os));
  add_row (table, _("Released"), aether_os_get_release_date (os));
  add_row (table, _("Supported until"), aether_os_get_eol_date (os));
  add_row (table, _("Page"), aether_os_get_page (os));
  for (guint i = 0; arches[i]; i++)
    if (arch == NULL || strcmp (arch, arches[i]) == 0)
      add_resources (table, os, arches[i]);
  ctl_table_print (table);

  media = aether_os_get_media (os, &n);
  for (guint i = 0; i < n; i++)
    {
      if (!is_wanted (&media[i]))
        continue;
      ctl_print (CTL_STYLE_BOLD, "%s, %s, %s", media[i].edition, media[i].arch, media[i].format);
      ctl_print (CTL_STYLE_PLAIN, "  %s", *media[i].url ? media[i].url : media[i].page);
      if (*media[i].checksums)
        ctl_print (CTL_STYLE_DIM, "  %s", media[i].checksums);
    }
}

static gboolean
show_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherCatalogue) catalogue = open_catalogue (ctl, error);
  g_autoptr(AetherOs) os = NULL;

  if (catalogue == NULL)
    return FALSE;

  os = aether_catalogue_lookup (catalogue, args[0]);
  if (os == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("The catalogue has no system “%s”. “aetherctl catalogue search” finds their IDs."), args[0]);
      return FALSE;
    }
  if (json)
    print_json_os (os);
  else
    print_os (os);
  return TRUE;
}

/* --- a file --------------------------------------------------------------------------- */

static const char *
describe_kind (AetherMediaKind kind)
{
  switch (kind)
    {
    case AETHER_MEDIA_DISC:         return _("CD or DVD");
    case AETHER_MEDIA_DISK:         return _("Disk");
    case AETHER_MEDIA_DISK_IMAGE:   return _("Disk image");
    case AETHER_MEDIA_KERNEL:       return _("Linux kernel");
    case AETHER_MEDIA_AETHER_GUEST: return _("Aether guest");
    default:                        return _("Unknown");
    }
}

static const char *
kind_name (AetherMediaKind kind)
{
  static const char * const names[] = { "unknown", "disc", "disk", "disk-image", "kernel", "aether-guest" };

  return names[kind];
}

static GStrv
list_cpus (const AetherMedia *media)
{
  static const struct { AetherMediaCpus cpu; const char *arch; } cpus[] = {
    { AETHER_MEDIA_CPU_X86_64, "x86_64" }, { AETHER_MEDIA_CPU_I386, "i386" }, { AETHER_MEDIA_CPU_AARCH64, "aarch64" },
    { AETHER_MEDIA_CPU_ARM, "arm" }, { AETHER_MEDIA_CPU_RISCV64, "riscv64" },
  };
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cpus); i++)
    if (media->cpus & cpus[i].cpu)
      g_strv_builder_add (builder, cpus[i].arch);

  return g_strv_builder_end (builder);
}

static void
print_json_media (const AetherMedia *media, AetherOs *os, const AetherOsMedia *edition)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_auto(GStrv) cpus = list_cpus (media);

  json_builder_begin_object (builder);
  ctl_json_string (builder, "kind", kind_name (media->kind));
  json_text (builder, "format", media->format);
  json_strings (builder, "cpus", (const char * const *) cpus);
  json_boolean (builder, "cpus-guessed", media->cpus_guessed);
  json_boolean (builder, "boots-bios", media->boots_bios);
  json_boolean (builder, "boots-uefi", media->boots_uefi);
  json_text (builder, "volume-id", media->volume_id);
  ctl_json_string (builder, "os", os ? aether_os_get_short_id (os) : NULL);
  ctl_json_string (builder, "os-id", os ? aether_os_get_id (os) : NULL);
  ctl_json_string (builder, "edition", edition ? edition->edition : NULL);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static void
print_media (const AetherMedia *media, const AetherOsMedia *edition)
{
  g_autoptr(CtlTable) table = ctl_table_new (2);
  g_auto(GStrv) cpus = list_cpus (media);
  g_autofree char *list = g_strjoinv (" ", cpus);

  add_row (table, _("Kind"), describe_kind (media->kind));
  add_row (table, _("Format"), media->format);
  add_row (table, _("For"), *list ? list : _("Unknown"));
  add_row (table, _("System"), edition ? edition->edition : _("Unknown"));
  add_row (table, _("Label"), media->volume_id);
  ctl_table_print (table);
}

static gboolean
identify_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherMedia) media = aether_media_detect (args[0], error);
  g_autoptr(AetherCatalogue) catalogue = NULL;
  g_autoptr(AetherOs) os = NULL;
  const AetherOsMedia *edition = NULL;

  if (media == NULL)
    {
      g_autofree char *shown = g_filename_display_name (args[0]);

      g_prefix_error (error, _("“%s” cannot be read. "), shown);
      return FALSE;
    }
  /* Only a disc has labels to look for */
  if (media->kind == AETHER_MEDIA_DISC)
    {
      catalogue = open_catalogue (ctl, error);
      if (catalogue == NULL)
        return FALSE;
      os = aether_catalogue_identify (catalogue, media, &edition);
    }

  if (json)
    print_json_media (media, os, edition);
  else
    print_media (media, edition);
  return TRUE;
}

/* --- the newest -------------------------------------------------------------------------- */

static gboolean
update_run (Ctl *ctl, char **args, GError **error)
{
  g_autofree char *keys = keyring ? g_strdup (keyring) : aether_catalogue_dup_keyring ("osinfo-db.gpg");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(JsonBuilder) builder = NULL;
  g_autofree char *version = NULL;
  gboolean changed;

  if (keys == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("The keys of libosinfo's makers are missing: install Aether again, or name them with --keyring."));
      return FALSE;
    }
  aether_catalogue_update_async (from, keys, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  version = aether_catalogue_update_finish (result, &changed, error);
  if (version == NULL)
    return FALSE;

  if (!json)
    {
      ctl_print (CTL_STYLE_PLAIN, changed ? _("The catalogue is now of version %s.")
                                          : _("The catalogue is the newest: version %s."), version);
      return TRUE;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_text (builder, "version", version);
  json_boolean (builder, "changed", changed);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
  return TRUE;
}

/* --- all -------------------------------------------------------------------------------- */

gboolean
cmd_catalogue_run (Ctl *ctl, char **args, GError **error)
{
  static const struct
  {
    const char *name;
    guint       min, max;
    gboolean  (*run) (Ctl *ctl, char **args, GError **error);
  } actions[] = {
    { "list", 0, 0, list_all_run },
    { "search", 1, G_MAXUINT, list_run },
    { "show", 1, 1, show_run },
    { "identify", 1, 1, identify_run },
    { "update", 0, 0, update_run },
  };
  guint n = g_strv_length (args + 1);

  if (!ctl_parse_arch (&arch, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (strcmp (args[0], actions[i].name) != 0)
        continue;
      if (n >= actions[i].min && n <= actions[i].max)
        return actions[i].run (ctl, args + 1, error);
      return ctl_usage (error, _("“catalogue %s” takes another number of parameters."), args[0]);
    }

  return ctl_usage (error, _("“catalogue” does not know “%s”."), args[0]);
}
