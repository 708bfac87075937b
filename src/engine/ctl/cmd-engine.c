/* cmd-engine.c - aetherctl capabilities, check, command
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-consent.h"
#include "aether-engine.h"
#include "cmd.h"
#include "ctl-output.h"

#include <stdio.h>
#include <string.h>

static gboolean json;
static gboolean all;
static gboolean fresh;
static char *arch_text;

static AetherCapabilities *
probe (Ctl *ctl, AetherEngine *engine, const char *arch, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_engine_probe_async (engine, arch, fresh, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);

  return aether_engine_probe_finish (engine, result, error);
}

/* --- capabilities --------------------------------------------------------- */

const GOptionEntry cmd_capabilities_options[] = {
  { "arch", 0, 0, G_OPTION_ARG_FILENAME, &arch_text, N_("Only for guests of this architecture"), N_("ARCH") },
  { "all", 'a', 0, G_OPTION_ARG_NONE, &all, N_("Also the hundreds of device models"), NULL },
  { "fresh", 0, 0, G_OPTION_ARG_NONE, &fresh, N_("Try everything again instead of trusting the last answer"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const AetherCapability **) a)->id, (*(const AetherCapability **) b)->id);
}

/* Sorted: the engine has them in the order in which it asked. */
static GPtrArray *
list_capabilities (AetherCapabilities *capabilities)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < aether_capabilities_get_n (capabilities); i++)
    {
      const AetherCapability *capability = aether_capabilities_get (capabilities, i);

      if (all || json || !g_str_has_prefix (capability->id, "device."))
        g_ptr_array_add (list, (gpointer) capability);
    }
  g_ptr_array_sort (list, compare_ids);

  return list;
}

static void
capabilities_json (JsonBuilder *builder, AetherEngine *engine, AetherCapabilities *capabilities)
{
  g_autoptr(GPtrArray) list = list_capabilities (capabilities);

  json_builder_begin_object (builder);
  ctl_json_string (builder, "engine", aether_engine_get_id (engine));
  ctl_json_string (builder, "title", aether_engine_get_title (engine));
  json_builder_set_member_name (builder, "capabilities");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const AetherCapability *capability = list->pdata[i];

      json_builder_begin_object (builder);
      ctl_json_string (builder, "id", capability->id);
      json_builder_set_member_name (builder, "available");
      json_builder_add_boolean_value (builder, capability->available);
      ctl_json_string (builder, "value", capability->value);
      ctl_json_string (builder, "reason", capability->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
capabilities_text (AetherEngine *engine, AetherCapabilities *capabilities)
{
  g_autoptr(CtlTable) table = ctl_table_new (3);
  g_autoptr(GPtrArray) list = list_capabilities (capabilities);

  ctl_print (CTL_STYLE_BOLD, "%s (%s)", aether_engine_get_title (engine), aether_engine_get_id (engine));
  for (guint i = 0; i < list->len; i++)
    {
      const AetherCapability *capability = list->pdata[i];
      g_autofree char *why = capability->reason && capability->value
                               ? g_strdup_printf ("%s (%s)", capability->reason, capability->value)
                               : g_strdup (capability->reason);

      ctl_table_cell (table, CTL_STYLE_PLAIN, capability->id);
      ctl_table_cell (table, capability->available ? CTL_STYLE_GREEN : CTL_STYLE_RED,
                      capability->available ? _("yes") : _("no"));
      ctl_table_cell (table, CTL_STYLE_PLAIN, capability->available ? capability->value : why);
    }
  ctl_table_print (table);
}

gboolean
cmd_capabilities_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(GPtrArray) engines = aether_engine_list ();
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  if (!ctl_parse_arch (&arch_text, error))
    return FALSE;
  if (engines->len == 0)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_EXIT_FAILED, _("No engine is installed."));
      return FALSE;
    }

  json_builder_begin_array (builder);
  for (guint i = 0; i < engines->len; i++)
    {
      g_autoptr(AetherCapabilities) capabilities = probe (ctl, engines->pdata[i], arch_text, error);

      if (capabilities == NULL)
        return FALSE;
      if (json)
        capabilities_json (builder, engines->pdata[i], capabilities);
      else
        capabilities_text (engines->pdata[i], capabilities);
    }
  json_builder_end_array (builder);
  if (json)
    ctl_print_json (json_builder_get_root (builder));

  return TRUE;
}

/* --- check, command ------------------------------------------------------- */

/* What an engine needs to judge a machine. */
typedef struct
{
  AetherBundle       *bundle;
  AetherMachine      *machine;
  AetherEngine       *engine;
  AetherCapabilities *capabilities;
} Subject;

static gboolean
subject_init (Subject *subject, Ctl *ctl, const char *which, GError **error)
{
  return (subject->bundle = ctl_find (which, error)) &&
         (subject->machine = aether_bundle_load (subject->bundle, error)) &&
         (subject->engine = aether_engine_lookup (subject->machine->engine, error)) &&
         (subject->capabilities = probe (ctl, subject->engine, subject->machine->arch, error));
}

static void
subject_clear (Subject *subject)
{
  g_clear_object (&subject->capabilities);
  g_clear_object (&subject->engine);
  g_clear_object (&subject->machine);
  g_clear_object (&subject->bundle);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

const GOptionEntry cmd_check_options[] = {
  { "fresh", 0, 0, G_OPTION_ARG_NONE, &fresh, N_("Try everything again instead of trusting the last answer"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

/* Of no engine's business, and in the way of a start all the same */
static void
add_consent (Subject *subject, GPtrArray *findings)
{
  g_autoptr(GPtrArray) asked = aether_consent_list (subject->bundle, subject->machine);
  g_autoptr(GError) cause = NULL;

  if (!aether_consent_check (subject->bundle, asked, &cause))
    g_ptr_array_add (findings, aether_finding_new (AETHER_SEVERITY_ERROR, "machine.consent", cause->message, NULL));
}

gboolean
cmd_check_run (Ctl *ctl, char **args, GError **error)
{
  g_auto(Subject) subject = { NULL, };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) findings = NULL;

  if (!subject_init (&subject, ctl, args[0], error))
    return FALSE;

  aether_engine_check_async (subject.engine, subject.bundle, subject.machine, subject.capabilities,
                             ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  findings = aether_engine_check_finish (subject.engine, result, error);
  if (findings == NULL)
    return FALSE;
  add_consent (&subject, findings);

  if (json)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ctl_json_machine (builder, subject.bundle, NULL);
      ctl_json_findings (builder, findings);
      json_builder_end_object (builder);
      ctl_print_json (json_builder_get_root (builder));
    }
  else if (findings->len == 0)
    ctl_print (CTL_STYLE_GREEN, _("“%s” is ready to start."), aether_bundle_get_name (subject.bundle));
  else
    ctl_print_findings (findings);

  for (guint i = 0; i < findings->len; i++)
    if (aether_finding_get_severity (findings->pdata[i]) == AETHER_SEVERITY_ERROR)
      {
        g_set_error_literal (error, CTL_ERROR, CTL_EXIT_SILENT, "");
        return FALSE;
      }

  return TRUE;
}

const GOptionEntry cmd_command_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

/* For a shell, an option with its value on each line */
static void
print_for_shell (char **command)
{
  for (guint i = 0; command[i]; i++)
    {
      g_autofree char *quoted = g_regex_match_simple ("^[A-Za-z0-9_./=:,+@%-]+$", command[i], G_REGEX_DOLLAR_ENDONLY, 0)
                                  ? g_strdup (command[i]) : g_shell_quote (command[i]);

      if (i > 0)
        fputs (*command[i] == '-' ? " \\\n  " : " ", stdout);
      fputs (quoted, stdout);
    }
  putc ('\n', stdout);
}

gboolean
cmd_command_run (Ctl *ctl, char **args, GError **error)
{
  g_auto(Subject) subject = { NULL, };
  g_auto(GStrv) command = NULL;

  if (!subject_init (&subject, ctl, args[0], error))
    return FALSE;

  command = aether_engine_dup_command (subject.engine, subject.bundle, subject.machine,
                                       subject.capabilities, error);
  if (command == NULL)
    {
      if (error && *error == NULL)
        g_set_error (error, CTL_ERROR, CTL_EXIT_FAILED, _("The engine “%s” runs no command of its own."),
                     aether_engine_get_id (subject.engine));
      return FALSE;
    }

  if (json)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();

      json_builder_begin_array (builder);
      for (guint i = 0; command[i]; i++)
        {
          g_autofree char *valid = g_utf8_make_valid (command[i], -1);

          json_builder_add_string_value (builder, valid);
        }
      json_builder_end_array (builder);
      ctl_print_json (json_builder_get_root (builder));
    }
  else
    print_for_shell (command);

  return TRUE;
}
