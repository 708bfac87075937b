/* ctl-help.c - what aetherctl says of itself, made from the table of commands
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl-help.h"
#include "ctl-output.h"

#include <stdio.h>

GOptionContext *
ctl_help_new_context (const CtlCommand *command, gboolean *help)
{
  const GOptionEntry help_entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, help, N_("Show this help"), NULL },
    G_OPTION_ENTRY_NULL
  };
  GOptionContext *context = g_option_context_new (_(command->parameters));

  /* Its own help would exit, and its usage line would not name the command */
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (command->options)
    g_option_context_add_main_entries (context, command->options, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, help_entries, GETTEXT_PACKAGE);

  return context;
}

static void
print_options (const GOptionEntry *options)
{
  g_autoptr(CtlTable) table = ctl_table_new (2);

  for (const GOptionEntry *option = options; option && option->long_name; option++)
    {
      gboolean may_be_left_out = option->flags & G_OPTION_FLAG_OPTIONAL_ARG;
      g_autofree char *shown = NULL;
      g_autofree char *letter = option->short_name ? g_strdup_printf ("-%c, ", option->short_name) : NULL;

      shown = g_strdup_printf ("  %s--%s%s%s%s%s", letter ? letter : "", option->long_name,
                               may_be_left_out ? "[" : "",
                               option->arg_description ? "=" : "",
                               option->arg_description ? _(option->arg_description) : "",
                               may_be_left_out ? "]" : "");
      ctl_table_cell (table, CTL_STYLE_PLAIN, shown);
      ctl_table_cell (table, CTL_STYLE_PLAIN, _(option->description));
    }
  ctl_table_cell (table, CTL_STYLE_PLAIN, "  -h, --help");
  ctl_table_cell (table, CTL_STYLE_PLAIN, _("Show this help"));
  ctl_table_print (table);
}

static void
print_command (const CtlCommand *command)
{
  ctl_print (CTL_STYLE_BOLD, _("Usage: aetherctl %s [OPTION…] %s"), command->name, _(command->parameters));
  fprintf (stdout, "\n%s.\n", _(command->summary));
  if (command->description)
    fprintf (stdout, "\n%s\n", _(command->description));
  putc ('\n', stdout);
  ctl_print (CTL_STYLE_BOLD, _("Options:"));
  print_options (command->options);
}

void
ctl_help_print (const CtlCommand *command)
{
  g_autoptr(CtlTable) table = NULL;

  if (command)
    {
      print_command (command);
      return;
    }

  ctl_print (CTL_STYLE_BOLD, _("Usage: aetherctl COMMAND [OPTION…] [PARAMETER…]"));
  fprintf (stdout, "\n%s\n\n", _("Makes, runs and keeps virtual machines."));
  table = ctl_table_new (2);
  for (const CtlCommand *c = ctl_commands; c->name; c++)
    {
      g_autofree char *shown = g_strdup_printf ("  %s %s", c->name, _(c->parameters));

      ctl_table_cell (table, CTL_STYLE_PLAIN, shown);
      ctl_table_cell (table, CTL_STYLE_PLAIN, _(c->summary));
    }
  ctl_table_print (table);
  fprintf (stdout, "\n%s\n",
           _("A machine is named by its name, its uuid, or the beginning of either when only one\n"
             "machine has it. “aetherctl help COMMAND” tells more; so does the manual, aetherctl(1)."));
}

gboolean
ctl_help_run (Ctl *ctl, char **args, GError **error)
{
  const CtlCommand *command = NULL;

  if (args[0] && !(command = ctl_command_find (args[0])))
    return ctl_usage (error, _("There is no command “%s”."), args[0]);

  ctl_help_print (command);
  return TRUE;
}
