/* cmd-list.c - aetherctl list, status, show
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-run.h"
#include "cmd.h"
#include "ctl-output.h"

#include <stdio.h>
#include <string.h>

static gboolean json;
static gboolean names;

/* --- list ----------------------------------------------------------------- */

const GOptionEntry cmd_list_options[] = {
  { "names", 0, 0, G_OPTION_ARG_NONE, &names, N_("Print the names only, one on each line"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static void
list_json (GListModel *library)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (library); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (library, i);

      json_builder_begin_object (builder);
      ctl_json_machine (builder, bundle, NULL);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static void
list_table (GListModel *library)
{
  static const char * const head[] = { N_("NAME"), N_("STATE"), N_("SINCE"), N_("ARCHITECTURE"), N_("ENGINE") };
  g_autoptr(CtlTable) table = ctl_table_new (G_N_ELEMENTS (head));

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    ctl_table_cell (table, CTL_STYLE_BOLD, _(head[i]));

  for (guint i = 0; i < g_list_model_get_n_items (library); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (library, i);
      AetherState state = aether_bundle_get_state (bundle);
      gboolean broken = aether_bundle_get_problem (bundle) != NULL;
      g_autofree char *since = ctl_describe_since (aether_bundle_get_since (bundle));

      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_bundle_get_name (bundle));
      /* Translators: said of a machine whose file cannot be read */
      ctl_table_cell (table, broken ? CTL_STYLE_RED : ctl_state_style (state),
                      broken ? _("unreadable") : ctl_describe_bundle (bundle));
      ctl_table_cell (table, CTL_STYLE_PLAIN, since);
      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_bundle_get_arch (bundle));
      ctl_table_cell (table, CTL_STYLE_PLAIN, aether_bundle_get_engine (bundle));
    }

  ctl_table_print (table);
}

gboolean
cmd_list_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  GListModel *model = G_LIST_MODEL (library);
  guint n = g_list_model_get_n_items (model);

  if (json)
    list_json (model);
  else if (names)
    for (guint i = 0; i < n; i++)
      {
        g_autoptr(AetherBundle) bundle = g_list_model_get_item (model, i);

        ctl_print (CTL_STYLE_PLAIN, "%s", aether_bundle_get_name (bundle));
      }
  else if (n == 0)
    ctl_print (CTL_STYLE_PLAIN, _("There are no machines yet. “aetherctl create” makes one."));
  else
    list_table (model);

  return TRUE;
}

/* --- status --------------------------------------------------------------- */

const GOptionEntry cmd_status_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

typedef struct
{
  AetherBundle    *bundle;
  AetherClient    *client;      /* (nullable) */
  AetherRunStatus *run;         /* (nullable) */
  GPtrArray       *findings;    /* (nullable) */
  AetherEnd        end;
  char            *sentence;    /* (nullable): of the last end */
  char            *output;      /* (nullable) */
} Status;

static void
status_json (Status *status)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  int pid = status->run ? status->run->engine_pid : 0;

  json_builder_begin_object (builder);
  ctl_json_machine (builder, status->bundle, status->client);
  ctl_json_string (builder, "accelerator", status->run ? status->run->accelerator : NULL);
  json_builder_set_member_name (builder, "engine-pid");
  if (pid > 0)
    json_builder_add_int_value (builder, pid);
  else
    json_builder_add_null_value (builder);
  ctl_json_string (builder, "end", aether_end_to_nick (status->end));
  ctl_json_string (builder, "end-sentence", status->sentence);
  ctl_json_string (builder, "end-output", status->output);
  ctl_json_findings (builder, status->findings);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static void
status_text (Status *status)
{
  AetherState state = aether_bundle_get_state (status->bundle);
  const char *problem = aether_bundle_get_problem (status->bundle);
  g_autofree char *since = ctl_describe_since (aether_bundle_get_since (status->bundle));

  if (problem)
    ctl_print (CTL_STYLE_RED, "%s", problem);

  ctl_print (ctl_state_style (state), _("“%s” is %s"), aether_bundle_get_name (status->bundle),
             ctl_describe_bundle (status->bundle));
  if (*since)
    /* Translators: %s is when it came to its state, as “2 hours ago” */
    ctl_print (CTL_STYLE_PLAIN, _("Since: %s"), since);
  if (status->run && status->run->accelerator)
    ctl_print (CTL_STYLE_PLAIN, _("Accelerator: %s"), status->run->accelerator);
  if (status->run && status->run->engine_pid > 0)
    ctl_print (CTL_STYLE_PLAIN, _("Process of the engine: %d"), status->run->engine_pid);
  if (status->sentence)
    ctl_print (CTL_STYLE_PLAIN, "%s", status->sentence);
  if (status->output)
    {
      g_auto(GStrv) lines = g_strsplit (g_strchomp (status->output), "\n", -1);

      for (guint i = 0; lines[i]; i++)
        ctl_print (CTL_STYLE_DIM, "  %s", lines[i]);
    }
  ctl_print_findings (status->findings);
}

gboolean
cmd_status_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(AetherRunStatus) run = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *output = NULL;
  Status status = { .bundle = bundle };

  if (bundle == NULL)
    return FALSE;

  if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
    {
      /* It may end, or hang, while we look: what the disk says is enough then */
      status.client = client = ctl_attach (ctl, bundle, NULL);
      status.findings = findings = client ? aether_client_list_findings (client) : NULL;
      status.run = run = aether_run_status_read (aether_bundle_get_uuid (bundle));
    }
  else
    status.end = aether_bundle_get_last_end (bundle, &sentence, &output);
  status.sentence = sentence;
  status.output = output;

  if (json)
    status_json (&status);
  else
    status_text (&status);

  return TRUE;
}

/* --- show ----------------------------------------------------------------- */

const GOptionEntry cmd_show_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static void show_node (CtlTable *table, const char *key, JsonNode *node);

static void
show_object (CtlTable *table, const char *key, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *below = key ? g_strconcat (key, ".", name, NULL) : g_strdup (name);

      show_node (table, below, node);
    }
}

/* One line for each value, named as “aetherctl set” names it */
static void
show_node (CtlTable *table, const char *key, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      show_object (table, key, json_node_get_object (node));
      return;
    }

  if (JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) > 0 &&
      JSON_NODE_HOLDS_OBJECT (json_array_get_element (json_node_get_array (node), 0)))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          g_autofree char *below = g_strdup_printf ("%s.%u", key, i);

          show_node (table, below, json_array_get_element (array, i));
        }
      return;
    }

  ctl_table_cell (table, CTL_STYLE_DIM, key);
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    ctl_table_cell (table, CTL_STYLE_PLAIN, json_node_get_string (node));
  else
    {
      g_autofree char *text = json_to_string (node, FALSE);

      ctl_table_cell (table, CTL_STYLE_PLAIN, text);
    }
}

static void
show_json (AetherBundle *bundle, JsonObject *configuration)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), configuration);

  json_builder_begin_object (builder);
  ctl_json_machine (builder, bundle, NULL);
  json_builder_set_member_name (builder, "configuration");
  json_builder_add_value (builder, node);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}

gboolean
cmd_show_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);
  g_autoptr(AetherMachine) machine = bundle ? aether_bundle_load (bundle, error) : NULL;
  g_autoptr(JsonObject) configuration = NULL;
  g_autoptr(CtlTable) table = NULL;

  if (machine == NULL)
    return FALSE;

  configuration = aether_part_save (AETHER_PART (machine));
  if (json)
    {
      show_json (bundle, configuration);
      return TRUE;
    }

  ctl_print (CTL_STYLE_BOLD, "%s", aether_bundle_get_name (bundle));
  ctl_print (CTL_STYLE_PLAIN, _("Folder: %s"), aether_bundle_get_path (bundle));
  ctl_print (ctl_state_style (aether_bundle_get_state (bundle)), _("State: %s"),
             ctl_describe_bundle (bundle));
  fputs ("\n", stdout);
  table = ctl_table_new (2);
  show_object (table, NULL, configuration);
  ctl_table_print (table);

  return TRUE;
}
