/* ctl-main.c - aetherctl: reads the command line, runs one command, says how it ended
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-config.h"
#include "ctl.h"
#include "ctl-help.h"
#include "ctl-output.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static gboolean
interrupted (Ctl *ctl, int number)
{
  /* Twice: whatever is under way does not listen */
  if (ctl->signal != 0)
    {
      signal (number, SIG_DFL);
      raise (number);
    }

  ctl->signal = number;
  g_cancellable_cancel (ctl->cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean on_sigint (gpointer ctl) { return interrupted (ctl, SIGINT); }
static gboolean on_sigterm (gpointer ctl) { return interrupted (ctl, SIGTERM); }
static gboolean on_sighup (gpointer ctl) { return interrupted (ctl, SIGHUP); }

/* Messages of libraries are often no whole sentences. */
static void
warn_sentence (const char *message)
{
  gsize length = strlen (message);

  ctl_warn ("%s%s", message, length > 0 && strchr (".?!", message[length - 1]) ? "" : ".");
}

static int
usage_error (const CtlCommand *command, const char *message)
{
  warn_sentence (message);
  if (command)
    ctl_warn (_("See “aetherctl help %s”."), command->name);
  else
    ctl_warn (_("See “aetherctl help”."));

  return CTL_EXIT_USAGE;
}

static int
fail (Ctl *ctl, GError *error)
{
  gboolean ours = error->domain == CTL_ERROR;

  if (ctl->signal != 0)
    return 128 + ctl->signal;
  if (ours && error->code == CTL_EXIT_SILENT)
    return CTL_EXIT_FAILED;
  if (ours && error->code == CTL_EXIT_BROKEN_PIPE)
    return CTL_EXIT_BROKEN_PIPE;
  if (ours && error->code == CTL_EXIT_USAGE)
    return usage_error (ctl->command, error->message);

  g_dbus_error_strip_remote_error (error);
  warn_sentence (error->message);
  return ours ? error->code : CTL_EXIT_FAILED;
}

static int
flush (int code)
{
  g_autoptr(GError) error = NULL;
  gboolean broken_pipe;

  if (ctl_flush (&broken_pipe, &error))
    return code;
  if (broken_pipe)
    return CTL_EXIT_BROKEN_PIPE;

  warn_sentence (error->message);
  return CTL_EXIT_FAILED;
}

/* GOption gives an option whose value may be left out the next word, which is a parameter: the
 * value of ours stands behind "=" only. */
static void
end_optional (const GOptionEntry *options, GStrv args)
{
  for (; *args && strcmp (*args, "--") != 0; args++)
    for (const GOptionEntry *option = options; option && option->long_name; option++)
      if ((option->flags & G_OPTION_FLAG_OPTIONAL_ARG) && g_str_has_prefix (*args, "--") &&
          strcmp (*args + strlen ("--"), option->long_name) == 0)
        {
          g_free (*args);
          *args = g_strdup_printf ("--%s=", option->long_name);
        }
}

/* Takes the options of @command out of @args, which is without the program's and the command's
 * name then. */
static gboolean
parse_options (const CtlCommand *command, GStrv *args, gboolean *help, GError **error)
{
  g_autoptr(GOptionContext) context = ctl_help_new_context (command, help);
  g_autoptr(GError) cause = NULL;

  end_optional (command->options, *args);
  if (!g_option_context_parse_strv (context, args, &cause))
    return ctl_usage (error, "%s", cause->message);

  return TRUE;
}

static gboolean
check_parameters (const CtlCommand *command, GStrv args, GError **error)
{
  int n = (int) g_strv_length (args);

  if (n >= command->min && (command->max < 0 || n <= command->max))
    return TRUE;

  if (n < command->min)
    return ctl_usage (error, _("“%s” takes %s."), command->name, command->parameters);
  if (command->max == 0)
    return ctl_usage (error, _("“%s” takes no parameters."), command->name);

  return ctl_usage (error, _("“%s” takes only %s."), command->name, command->parameters);
}

/* GOption leaves the "--" when a parameter behind it looks like an option */
static void
drop_separator (GStrv args)
{
  char **at = args;

  while (*at && strcmp (*at, "--") != 0)
    at++;
  if (*at == NULL)
    return;

  g_free (*at);
  memmove (at, at + 1, g_strv_length (at + 1) * sizeof *at + sizeof *at);
}

static gboolean
run_command (Ctl *ctl, GStrv *args, GError **error)
{
  gboolean help = FALSE;

  if (!parse_options (ctl->command, args, &help, error))
    return FALSE;
  if (help)
    {
      ctl_help_print (ctl->command);
      return TRUE;
    }

  drop_separator (*args);
  return check_parameters (ctl->command, *args + 1, error) &&
         ctl->command->run (ctl, *args + 1, error);
}

/* A file opened later must not become the standard output of a program started without one */
static void
open_standard_files (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(GStrv) args = NULL;
  Ctl ctl = { .cancellable = cancellable };

  open_standard_files ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, AETHER_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("aetherctl");

  /* A reader that goes away, and a file that may grow no more, are errors of write() */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  g_unix_signal_add (SIGINT, on_sigint, &ctl);
  g_unix_signal_add (SIGTERM, on_sigterm, &ctl);
  g_unix_signal_add (SIGHUP, on_sighup, &ctl);

  if (argc < 2)
    return usage_error (NULL, _("Which command?"));

  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      ctl_help_print (NULL);
      return flush (CTL_EXIT_OK);
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      ctl_print (CTL_STYLE_PLAIN, "aetherctl %s", AETHER_VERSION);
      return flush (CTL_EXIT_OK);
    }

  ctl.command = ctl_command_find (argv[1]);
  if (ctl.command == NULL)
    {
      g_autofree char *name = g_utf8_make_valid (argv[1], -1);
      g_autofree char *message = g_strdup_printf (_("There is no command “%s”."), name);

      return usage_error (NULL, message);
    }

  args = g_strdupv (argv + 1);
  if (!run_command (&ctl, &args, &error))
    {
      int code = fail (&ctl, error);

      flush (code);
      return code;
    }

  return flush (CTL_EXIT_OK);
}
