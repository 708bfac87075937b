/* test-table.c - help, manual and completion of aetherctl say the same
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl.h"

#include <string.h>

static char *
sort_words (const char *text)
{
  g_auto(GStrv) all = g_strsplit_set (text, " \n", -1);
  g_autoptr(GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; all[i]; i++)
    if (*all[i] && strcmp (all[i], "--help") != 0)
      g_ptr_array_add (words, all[i]);
  g_ptr_array_sort_values (words, (GCompareFunc) g_strcmp0);
  g_ptr_array_add (words, NULL);

  return g_strjoinv (" ", (char **) words->pdata);
}

/* Sorted words of the options of a command, as "--arch= --json"; --help is understood. */
static char *
options_of_table (const CtlCommand *command)
{
  g_autoptr(GString) words = g_string_new (NULL);

  for (const GOptionEntry *option = command->options; option && option->long_name; option++)
    g_string_append_printf (words, "--%s%s ", option->long_name,
                            option->arg == G_OPTION_ARG_NONE || option->flags & G_OPTION_FLAG_OPTIONAL_ARG ? "" : "=");

  return sort_words (words->str);
}

static char *
read_source (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", name, NULL);
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* --- the manual ----------------------------------------------------------- */

/* The part of the manual about @name: from its heading to that of the next command. A heading
 * of a command is the one behind a .TP outside of .RS and .RE. */
static char *
manual_section (const char *manual, const char *name)
{
  g_auto(GStrv) lines = g_strsplit (manual, "\n", -1);
  g_autofree char *plain = g_strdup_printf (".B %s", name);
  g_autofree char *with_parameters = g_strdup_printf (".BI %s \"", name);
  GString *section = NULL;
  guint depth = 0;

  for (guint i = 1; lines[i]; i++)
    {
      gboolean heading = depth == 0 && strcmp (lines[i - 1], ".TP") == 0;

      if (section && (heading || g_str_has_prefix (lines[i], ".S")))
        break;
      if (heading && (strcmp (lines[i], plain) == 0 || g_str_has_prefix (lines[i], with_parameters)))
        section = g_string_new (NULL);
      if (section)
        g_string_append_printf (section, "%s\n", lines[i]);

      depth += strcmp (lines[i], ".RS") == 0;
      depth -= depth > 0 && strcmp (lines[i], ".RE") == 0;
    }

  return section ? g_string_free_and_steal (section) : NULL;
}

static char *
options_of_section (const char *section)
{
  g_autoptr(GRegex) regex = g_regex_new ("^\\.TP\\n\\.B.*?\\\\-\\\\-([a-z0-9]+(?:\\\\-[a-z0-9]+)*)(=?)",
                                         G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autoptr(GString) words = g_string_new (NULL);

  for (g_regex_match (regex, section, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *equals = g_match_info_fetch (match, 2);
      g_auto(GStrv) parts = g_strsplit (name, "\\-", -1);
      g_autofree char *joined = g_strjoinv ("-", parts);

      g_string_append_printf (words, "--%s%s ", joined, equals);
    }

  return sort_words (words->str);
}

static void
test_manual (void)
{
  g_autofree char *manual = read_source ("docs/man/aetherctl.1");

  for (const CtlCommand *command = ctl_commands; command->name; command++)
    {
      g_autofree char *section = manual_section (manual, command->name);
      g_autofree char *wanted = options_of_table (command);
      g_autofree char *found = NULL;

      if (section == NULL)
        g_error ("The manual does not tell of “%s”", command->name);
      found = options_of_section (section);
      g_test_message ("%s: %s", command->name, wanted);
      g_assert_cmpstr (found, ==, wanted);
    }
}

/* --- the completion ------------------------------------------------------- */

static char *
ask_completion (const char *script)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "completions", "aetherctl", NULL);
  g_autofree char *whole = g_strdup_printf ("set -e; . \"$0\"; %s", script);
  const char *argv[] = { "bash", "--norc", "-c", whole, path, NULL };
  g_autofree char *output = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);

  return sort_words (output);
}

static void
test_completion_options (void)
{
  for (const CtlCommand *command = ctl_commands; command->name; command++)
    {
      g_autofree char *script = g_strdup_printf ("_aetherctl_options %s", command->name);
      g_autofree char *found = ask_completion (script);
      g_autofree char *wanted = options_of_table (command);

      g_test_message ("%s: %s", command->name, wanted);
      g_assert_cmpstr (found, ==, wanted);
    }
}

static void
test_completion_commands (void)
{
  g_autofree char *found = ask_completion ("echo $_aetherctl_commands");
  g_autoptr(GString) names = g_string_new (NULL);
  g_autofree char *wanted = NULL;

  for (const CtlCommand *command = ctl_commands; command->name; command++)
    g_string_append_printf (names, "%s ", command->name);
  wanted = sort_words (names->str);

  g_assert_cmpstr (found, ==, wanted);
}

/* --- the table itself ----------------------------------------------------- */

static void
test_table (void)
{
  for (const CtlCommand *command = ctl_commands; command->name; command++)
    {
      g_assert_nonnull (command->run);
      g_assert_cmpint (command->min, >=, 0);
      g_assert_true (command->max < 0 || command->max >= command->min);
      g_assert_true (ctl_command_find (command->name) == command);
      g_assert_false (g_str_has_suffix (command->summary, "."));
      /* Two columns have to fit on 80 */
      g_assert_cmpuint (strlen (command->name) + strlen (command->parameters), <, 24);
    }
  g_assert_null (ctl_command_find ("nonsense"));
  g_assert_null (ctl_command_find (""));
}

static void
test_times (void)
{
  static const struct { const char *text; gint64 time; } good[] = {
    { "0", 0 }, { "30", 30000000 }, { "1.5", 1500000 }, { "250ms", 250000 }, { "30s", 30000000 },
    { "2m", 120000000 }, { "1h", G_GINT64_CONSTANT (3600000000) },
  };
  static const char * const bad[] = { "", "-1", "x", "1x", "1 s", "inf", "nan", "1e99", "0x10q", "+3", "1d" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(GError) error = NULL;
      gint64 time = -1;

      g_assert_true (ctl_parse_time ("--timeout", good[i].text, &time, &error));
      g_assert_no_error (error);
      g_assert_cmpint (time, ==, good[i].time);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;
      gint64 time;

      g_assert_false (ctl_parse_time ("--timeout", bad[i], &time, &error));
      g_assert_error (error, CTL_ERROR, CTL_EXIT_USAGE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ctl/table/is-sound", test_table);
  g_test_add_func ("/ctl/table/manual-has-all-options", test_manual);
  g_test_add_func ("/ctl/table/completion-has-all-commands", test_completion_commands);
  g_test_add_func ("/ctl/table/completion-has-all-options", test_completion_options);
  g_test_add_func ("/ctl/table/times", test_times);

  return g_test_run ();
}
