/* main.c - aether-machine: runs one machine, see aether-machine(1)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-config.h"
#include "aether-host.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_NOT_STARTED 1
#define EXIT_USAGE       2

typedef struct
{
  GMainLoop  *loop;
  AetherHost *host;
  int         ready_fd;    /* -1: nobody waits */
  gboolean    foreground;
  GError     *error;       /* why it did not start */
} Program;

/* One line for who started us: "ok", or "error NAME TEXT" with a D-Bus error name and the sentence
 * escaped as in C. It may be gone by now. */
static void
report (Program *program)
{
  GError *error = program->error;
  g_autofree char *line = NULL;

  if (!error)
    line = g_strdup ("ok\n");
  else
    {
      g_autofree char *name = g_dbus_error_encode_gerror (error);
      g_autofree char *text = g_strescape (error->message, NULL);

      line = g_strdup_printf ("error %s %s\n", name, text);
    }

  if (program->ready_fd >= 0)
    {
      if (write (program->ready_fd, line, strlen (line)) < 0)
        g_debug ("Nobody waits for the start: %s", g_strerror (errno));
      g_clear_fd (&program->ready_fd, NULL);
    }
  else if (error)
    g_printerr ("aether-machine: %s\n", error->message);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;

  /* A failure is told at the very end: who hears it may start the machine anew */
  if (aether_host_start_finish (AETHER_HOST (object), result, &program->error))
    report (program);
}

static gboolean
terminate_cb (gpointer user_data)
{
  Program *program = user_data;

  aether_host_stop (program->host);

  return G_SOURCE_CONTINUE;
}

static gboolean
parse (int *argc, char ***argv, Program *program, char **path)
{
  gboolean version = FALSE;
  g_auto(GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "ready-fd", 0, 0, G_OPTION_ARG_INT, &program->ready_fd,
      N_("File descriptor to report the start on"), N_("N") },
    { "foreground", 0, 0, G_OPTION_ARG_NONE, &program->foreground,
      N_("Stay with the terminal, and log to it too"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, N_("BUNDLE") },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (_("— run a machine"));
  g_autoptr(GError) error = NULL;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("aether-machine: %s\n", error->message);
      return FALSE;
    }

  if (version)
    {
      g_print ("aether-machine %s\n", AETHER_VERSION);
      exit (EXIT_SUCCESS);
    }

  if (!rest || !rest[0] || rest[1])
    {
      g_printerr ("aether-machine: %s\n", _("Name one bundle: the folder of a machine."));
      return FALSE;
    }

  if (program->ready_fd >= 0 && fcntl (program->ready_fd, F_SETFD, FD_CLOEXEC) < 0)
    {
      g_printerr ("aether-machine: %s\n", _("The descriptor given with --ready-fd is not open."));
      return FALSE;
    }

  *path = g_canonicalize_filename (rest[0], NULL);

  return TRUE;
}

/* Nothing that happens to who started us may reach the machine, and nothing we make is for others. */
static void
detach (Program *program)
{
  umask (0077);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);

  if (program->foreground)
    return;

  setsid ();
  signal (SIGHUP, SIG_IGN);
  if (chdir ("/") < 0)
    g_debug ("Cannot go to /: %s", g_strerror (errno));
}

int
main (int argc, char **argv)
{
  Program program = { .ready_fd = -1 };
  g_autofree char *path = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, AETHER_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (!parse (&argc, &argv, &program, &path))
    return EXIT_USAGE;

  detach (&program);

  program.loop = g_main_loop_new (NULL, FALSE);
  program.host = aether_host_new (path, program.foreground);
  g_signal_connect_swapped (program.host, "finished", G_CALLBACK (g_main_loop_quit), program.loop);
  g_unix_signal_add (SIGTERM, terminate_cb, &program);
  g_unix_signal_add (SIGINT, terminate_cb, &program);
  if (program.foreground)
    g_unix_signal_add (SIGHUP, terminate_cb, &program);

  aether_host_start_async (program.host, started_cb, &program);
  g_main_loop_run (program.loop);

  if (program.error)
    report (&program);

  g_object_unref (program.host);
  g_main_loop_unref (program.loop);

  return program.error ? (g_clear_error (&program.error), EXIT_NOT_STARTED) : EXIT_SUCCESS;
}
