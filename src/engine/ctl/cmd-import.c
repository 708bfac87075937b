/* cmd-import.c - aetherctl import
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import.h"
#include "cmd.h"
#include "ctl-output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *name;
static gboolean in_place;
static gboolean list;
static gboolean outside;
static gboolean json;

const GOptionEntry cmd_import_options[] = {
  { "name", 0, 0, G_OPTION_ARG_FILENAME, &name, N_("What the machine is called (default: as it was)"), N_("NAME") },
  { "in-place", 0, 0, G_OPTION_ARG_NONE, &in_place, N_("Use the disks where they are, and write to them, instead of copying them"), NULL },
  { "list", 0, 0, G_OPTION_ARG_NONE, &list, N_("Say what can be imported and what would change, and import nothing"), NULL },
  { "allow-outside", 0, 0, G_OPTION_ARG_NONE, &outside, N_("Also take files that lie outside of PATH, or are hidden in it"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

/* --- what was found ---------------------------------------------------------------- */

static char *
describe_memory (AetherImportItem *item)
{
  guint memory = aether_import_item_get_memory (item);

  return memory ? g_format_size_full ((guint64) memory * 1024 * 1024, G_FORMAT_SIZE_IEC_UNITS) : g_strdup ("");
}

static void
print_drives (AetherImportItem *item)
{
  AetherImportDriveInfo drive;

  for (guint i = 0; aether_import_item_get_drive (item, i, &drive); i++)
    {
      g_autofree char *size = g_format_size_full (drive.size, G_FORMAT_SIZE_IEC_UNITS);

      if (drive.file)
        /* Translators: a disk: its file, its size, its format, and what it is connected by, as "sata" */
        ctl_print (CTL_STYLE_PLAIN, drive.is_disc ? _("  CD:    %s, %s") : _("  Disk:  %s, %s, %s, %s"),
                   drive.file, size, drive.format, drive.interface);
      else if (!drive.is_disc)
        ctl_print (CTL_STYLE_PLAIN, _("  Disk:  new, %s, %s"), size, drive.interface);
    }
}

static void
print_item (AetherImportItem *item)
{
  g_autofree char *memory = describe_memory (item);
  g_autofree char *copy = g_format_size_full (aether_import_item_get_copy_size (item), G_FORMAT_SIZE_IEC_UNITS);
  const char *problem = aether_import_item_get_problem (item);

  ctl_print (CTL_STYLE_BOLD, "%s", aether_import_item_get_name (item));
  ctl_print (CTL_STYLE_PLAIN, "  %s, %s", aether_import_format_get_name (aether_import_item_get_format (item)),
             aether_import_item_get_path (item));
  if (problem)
    {
      ctl_print (CTL_STYLE_RED, _("  Cannot be imported: %s"), problem);
      return;
    }

  ctl_print (CTL_STYLE_PLAIN, "  %s, %s", aether_import_item_get_arch (item),
             strcmp (aether_import_item_get_firmware (item), "uefi") == 0 ? "UEFI" : "BIOS");
  if (*memory)
    /* Translators: an amount of memory, and a number of processor cores */
    ctl_print (CTL_STYLE_PLAIN, g_dngettext (GETTEXT_PACKAGE, "  %s of memory, %u core", "  %s of memory, %u cores",
                                             aether_import_item_get_cpus (item)), memory, aether_import_item_get_cpus (item));
  print_drives (item);
  if (aether_import_item_get_copy_size (item) > 0)
    ctl_print (CTL_STYLE_PLAIN, _("  Copies of its files take %s."), copy);
  if (!aether_import_item_is_suggested (item))
    ctl_print (CTL_STYLE_DIM, _("  Imported only when you name this file."));
}

static void
json_item (JsonBuilder *builder, AetherImportItem *item)
{
  GPtrArray *files = aether_import_item_get_outside (item);
  AetherImportDriveInfo drive;

  ctl_json_string (builder, "path", aether_import_item_get_path (item));
  ctl_json_string (builder, "format", aether_import_format_get_id (aether_import_item_get_format (item)));
  ctl_json_string (builder, "name", aether_import_item_get_name (item));
  ctl_json_string (builder, "problem", aether_import_item_get_problem (item));
  ctl_json_string (builder, "arch", aether_import_item_get_arch (item));
  ctl_json_string (builder, "firmware", aether_import_item_get_firmware (item));
  json_builder_set_member_name (builder, "memory");
  json_builder_add_int_value (builder, aether_import_item_get_memory (item));
  json_builder_set_member_name (builder, "cpus");
  json_builder_add_int_value (builder, aether_import_item_get_cpus (item));
  json_builder_set_member_name (builder, "copy-size");
  json_builder_add_int_value (builder, (gint64) aether_import_item_get_copy_size (item));
  json_builder_set_member_name (builder, "suggested");
  json_builder_add_boolean_value (builder, aether_import_item_is_suggested (item));

  json_builder_set_member_name (builder, "drives");
  json_builder_begin_array (builder);
  for (guint i = 0; aether_import_item_get_drive (item, i, &drive); i++)
    {
      json_builder_begin_object (builder);
      ctl_json_string (builder, "kind", drive.is_disc ? "cdrom" : "disk");
      ctl_json_string (builder, "file", drive.file);
      ctl_json_string (builder, "format", drive.format);
      ctl_json_string (builder, "interface", drive.interface);
      json_builder_set_member_name (builder, "size");
      json_builder_add_int_value (builder, (gint64) drive.size);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  json_builder_set_member_name (builder, "outside");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *shown = g_filename_display_name (files->pdata[i]);

      json_builder_add_string_value (builder, shown);
    }
  json_builder_end_array (builder);
  ctl_json_findings (builder, aether_import_item_get_findings (item));
}

static void
print_list (GListModel *found)
{
  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(AetherImportItem) item = g_list_model_get_item (found, i);

      print_item (item);
      ctl_print_findings (aether_import_item_get_findings (item));
    }
}

static void
print_json_list (GListModel *found)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(AetherImportItem) item = g_list_model_get_item (found, i);

      json_builder_begin_object (builder);
      json_item (builder, item);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  ctl_print_json (json_builder_get_root (builder));
}

/* --- importing -------------------------------------------------------------------- */

/* One line on the terminal, gone at its end */
static void
progress_cb (double fraction, gpointer data)
{
  AetherImportItem *item = data;
  g_autofree char *shown = ctl_escape (aether_import_item_get_name (item));

  fprintf (stderr, "\r\033[K%3.0f %%  %s", fraction * 100, shown);
  fflush (stderr);
}

static AetherBundle *
import_item (Ctl *ctl, AetherImportItem *item, GError **error)
{
  gboolean terminal = isatty (STDERR_FILENO);
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autofree char *free_name = aether_import_free_name (name ? name : aether_import_item_get_name (item), G_LIST_MODEL (library));
  g_autoptr(GAsyncResult) result = NULL;
  AetherBundle *bundle;

  aether_import_run_async (item, aether_library_get_folder (library), free_name, in_place,
                           terminal ? progress_cb : NULL, item, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  bundle = aether_import_run_finish (item, result, error);
  if (terminal)
    fputs ("\r\033[K", stderr);

  return bundle;
}

static void
print_done (AetherImportItem *item, AetherBundle *bundle)
{
  g_autofree char *copies = in_place ? aether_import_item_explain_copies (item) : NULL;

  ctl_print (CTL_STYLE_PLAIN, _("“%s” was imported into %s."), aether_bundle_get_name (bundle), aether_bundle_get_path (bundle));
  if (copies)
    ctl_print (CTL_STYLE_PLAIN, "%s", copies);
  ctl_print_findings (aether_import_item_get_findings (item));
}

static void
json_done (JsonBuilder *builder, AetherImportItem *item, AetherBundle *bundle, const GError *error)
{
  json_builder_begin_object (builder);
  json_item (builder, item);
  ctl_json_string (builder, "error", error ? error->message : NULL);
  json_builder_set_member_name (builder, "machine");
  if (bundle)
    {
      json_builder_begin_object (builder);
      ctl_json_machine (builder, bundle, NULL);
      json_builder_end_object (builder);
    }
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
}

/* All that is suggested, one after the other; what fails is said and the next one comes. */
static gboolean
import_all (Ctl *ctl, GListModel *wanted, GError **error)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  gboolean failed = FALSE;

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (wanted); i++)
    {
      g_autoptr(AetherImportItem) item = g_list_model_get_item (wanted, i);
      g_autoptr(GError) cause = NULL;
      g_autoptr(AetherBundle) bundle = import_item (ctl, item, &cause);

      if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (json)
        json_done (builder, item, bundle, cause);
      else if (bundle)
        print_done (item, bundle);
      if (cause)
        /* Translators: a machine's name, and why */
        ctl_warn (_("“%s” was not imported. %s"), aether_import_item_get_name (item), cause->message);
      failed |= cause != NULL;
    }
  json_builder_end_array (builder);
  if (json)
    ctl_print_json (json_builder_get_root (builder));

  if (failed)
    g_set_error_literal (error, CTL_ERROR, CTL_EXIT_SILENT, "");
  return !failed;
}

static GListModel *
choose (GListModel *found)
{
  GListStore *wanted = g_list_store_new (AETHER_TYPE_IMPORT_ITEM);

  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(AetherImportItem) item = g_list_model_get_item (found, i);

      if (aether_import_item_is_suggested (item))
        g_list_store_append (wanted, item);
    }

  return G_LIST_MODEL (wanted);
}

static gboolean
check_found (GListModel *found, GListModel *wanted, char **args, GError **error)
{
  g_autofree char *shown = g_filename_display_name (args[0]);

  if (g_list_model_get_n_items (found) == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("There is no machine in “%s”, and no disk of one. “aetherctl help import” names what is known."), shown);
  else if (!list && g_list_model_get_n_items (wanted) == 0)
    g_set_error (error, CTL_ERROR, CTL_EXIT_USAGE,
                 _("There are only disks and discs in “%s”, no machine. Name those that you want; --list shows them."), shown);
  else if (name && g_list_model_get_n_items (wanted) > 1)
    g_set_error (error, CTL_ERROR, CTL_EXIT_USAGE,
                 _("--name is for one machine, and there are %u. Name the file of that one."), g_list_model_get_n_items (wanted));
  else
    return TRUE;

  return FALSE;
}

gboolean
cmd_import_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GListModel) found = NULL, wanted = NULL;

  if (name && (!ctl_parse_text ("--name", name, error) || !aether_machine_check_name (name, error) ||
               !ctl_check_name_free (name, NULL, error)))
    return FALSE;

  aether_import_scan_async ((const char * const *) args, outside, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!(found = aether_import_scan_finish (result, error)))
    return FALSE;

  wanted = choose (found);
  if (!check_found (found, wanted, args, error))
    return FALSE;
  if (!list)
    return import_all (ctl, wanted, error);

  if (json)
    print_json_list (found);
  else
    print_list (found);
  return TRUE;
}
