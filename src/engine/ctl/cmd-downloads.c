/* cmd-downloads.c - aetherctl downloads: those that are not done
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include "aether-download-record.h"
#include "aether-http.h"
#include "aether-journal.h"

#include <string.h>

static gboolean json;

const GOptionEntry cmd_downloads_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

typedef struct
{
  const AetherDownloadRecord *record;
  char                       *name;
  guint64                     received;
  guint64                     size;      /* G_MAXUINT64: unknown */
  const char                 *state;     /* as in the JSON */
} Row;

static Row
read_row (const AetherDownloadRecord *record)
{
  Row row = { .record = record, .name = g_filename_display_basename (record->path), .size = G_MAXUINT64 };
  AetherJournalFacts facts;
  AetherSegments segments;
  gboolean active = FALSE;

  if (aether_journal_peek (record->path, &facts, &segments, &active))
    {
      row.received = aether_segments_received (&segments);
      row.size = facts.size;
    }
  aether_journal_facts_clear (&facts);

  if (active)
    row.state = "running";
  else if (record->paused)
    row.state = "paused";
  else
    row.state = record->error ? "failed" : "interrupted";
  return row;
}

static const char *
describe_state (const char *state)
{
  if (g_str_equal (state, "running"))
    return _("running");
  if (g_str_equal (state, "paused"))
    return _("paused");
  if (g_str_equal (state, "failed"))
    return _("failed");
  return _("interrupted");
}

static void
print_table (GPtrArray *records)
{
  static const char * const head[] = { N_("NAME"), N_("RECEIVED"), N_("SIZE"), N_("STATE"), N_("ERROR") };
  g_autoptr(CtlTable) table = ctl_table_new (G_N_ELEMENTS (head));

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    ctl_table_cell (table, CTL_STYLE_BOLD, _(head[i]));

  for (guint i = 0; i < records->len; i++)
    {
      Row row = read_row (records->pdata[i]);
      g_autofree char *received = g_format_size (row.received);
      g_autofree char *size = row.size == G_MAXUINT64 ? g_strdup ("") : g_format_size (row.size);
      gboolean failed = g_str_equal (row.state, "failed");

      ctl_table_cell (table, CTL_STYLE_PLAIN, row.name);
      ctl_table_cell (table, CTL_STYLE_PLAIN, received);
      ctl_table_cell (table, CTL_STYLE_PLAIN, size);
      ctl_table_cell (table, failed ? CTL_STYLE_RED : CTL_STYLE_PLAIN, describe_state (row.state));
      ctl_table_cell (table, CTL_STYLE_PLAIN, failed ? row.record->error : "");
      g_free (row.name);
    }

  ctl_table_print (table);
}

static void
print_json (GPtrArray *records)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < records->len; i++)
    {
      Row row = read_row (records->pdata[i]);
      g_autofree char *url = aether_http_hide_user (row.record->url);

      json_builder_begin_object (builder);
      ctl_json_string (builder, "name", row.name);
      ctl_json_string (builder, "path", row.record->path);
      ctl_json_string (builder, "url", url);
      json_builder_set_member_name (builder, "received");
      json_builder_add_int_value (builder, row.received);
      json_builder_set_member_name (builder, "size");
      if (row.size == G_MAXUINT64)
        json_builder_add_null_value (builder);
      else
        json_builder_add_int_value (builder, row.size);
      ctl_json_string (builder, "state", row.state);
      ctl_json_string (builder, "error", g_str_equal (row.state, "failed") ? row.record->error : NULL);
      json_builder_end_object (builder);
      g_free (row.name);
    }
  json_builder_end_array (builder);
  ctl_print_json (json_builder_get_root (builder));
}

/* @which: its name, or the whole path where two have the same */
static const AetherDownloadRecord *
find (GPtrArray *records, const char *which, GError **error)
{
  const AetherDownloadRecord *found = NULL;

  for (guint i = 0; i < records->len; i++)
    {
      const AetherDownloadRecord *record = records->pdata[i];
      g_autofree char *name = g_path_get_basename (record->path);

      if (g_str_equal (record->path, which))
        return record;
      if (!g_str_equal (name, which))
        continue;
      if (found)
        {
          g_set_error (error, CTL_ERROR, CTL_EXIT_USAGE, _("Several downloads are called “%s”: give the whole path."),
                       which);
          return NULL;
        }
      found = record;
    }

  if (found == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no unfinished download “%s”."), which);
  return found;
}

gboolean
cmd_downloads_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(GPtrArray) records = aether_download_record_list ();
  const AetherDownloadRecord *record;

  if (args[0] == NULL || (g_str_equal (args[0], "list") && args[1] == NULL))
    {
      if (json)
        print_json (records);
      else if (records->len == 0)
        ctl_print (CTL_STYLE_PLAIN, _("There are no unfinished downloads."));
      else
        print_table (records);
      return TRUE;
    }
  if (!g_str_equal (args[0], "remove") || args[1] == NULL)
    return ctl_usage (error, _("Say nothing more, or “remove” and a name."));

  record = find (records, args[1], error);
  if (record == NULL || !aether_download_discard (record->path, error))
    return FALSE;
  aether_download_record_remove (record->path);
  return TRUE;
}
