/* start.c - from the wish to a QEMU that runs
 *
 * Usage: bench-start AETHERCTL
 *
 * Three take turns: aetherctl start, the window's own start, and the same
 * QEMU command line by itself, told to go on over QMP. All are done when the
 * first vCPU runs.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aether-client.h"
#include "aether-engine.h"
#include "figures.h"

#define ROUNDS 15
#define MAX_FDS 16

static AetherBundle *bundle;

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static double
ms_since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1000.0;
}

static GStrv
make_command (AetherMachine *machine, GError **error)
{
  g_autoptr(AetherEngine) engine = aether_engine_lookup ("qemu", error);
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  if (engine == NULL)
    return NULL;

  aether_engine_probe_async (engine, machine->arch, FALSE, NULL, keep_result, &result);
  wait_for (&result);
  capabilities = aether_engine_probe_finish (engine, result, error);
  if (capabilities == NULL)
    return NULL;

  return aether_engine_dup_command (engine, bundle, machine, capabilities, error);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Gives the command a socket for each descriptor it names; ours of the one called qmp. */
static int
add_sockets (GSubprocessLauncher *launcher, GStrv command, int *ours, guint *n)
{
  int qmp = -1;

  for (guint i = 0; command[i]; i++)
    {
      const char *found = strstr (command[i], "fd=");
      int number = found ? atoi (found + strlen ("fd=")) : 0;
      int fds[2];

      if (number < 3 || *n == MAX_FDS || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        continue;

      g_subprocess_launcher_take_fd (launcher, fds[1], number);
      ours[(*n)++] = fds[0];
      if (strstr (command[i], "id=qmp"))
        qmp = fds[0];
    }

  return qmp;
}

/* Returns: whether an answer, not an event, came */
static gboolean
ask (int qmp, const char *command)
{
  char buffer[65536];

  if (command && send (qmp, command, strlen (command), MSG_NOSIGNAL) < 0)
    return FALSE;

  for (;;)
    {
      ssize_t n = recv (qmp, buffer, sizeof buffer - 1, 0);

      if (n <= 0)
        return FALSE;
      buffer[n] = '\0';
      if (strstr (buffer, command ? "\"return\"" : "\"QMP\""))
        return TRUE;
    }
}

static gboolean
run_bare (GStrv command, Figures *figures)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  int ours[MAX_FDS];
  guint n = 0;
  gint64 start = g_get_monotonic_time ();
  int qmp = add_sockets (launcher, command, ours, &n);
  gboolean good;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) command, NULL);
  g_subprocess_launcher_close (launcher);
  good = process && qmp >= 0 && ask (qmp, NULL) &&
         ask (qmp, "{\"execute\":\"qmp_capabilities\"}\n") && ask (qmp, "{\"execute\":\"cont\"}\n");
  if (good)
    figures_add (figures, ms_since (start));

  if (process)
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
    }
  for (guint i = 0; i < n; i++)
    close (ours[i]);

  return good;
}

static gboolean
run_ctl (const char *aetherctl, const char *verb, const char *option)
{
  g_autoptr(GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, aetherctl, verb, "Bench", option,
                      NULL);

  return process && g_subprocess_wait_check (process, NULL, NULL);
}

static gboolean
start_by_ctl (const char *aetherctl, Figures *figures)
{
  gint64 start = g_get_monotonic_time ();

  if (!run_ctl (aetherctl, "start", NULL))
    return FALSE;

  figures_add (figures, ms_since (start));
  return run_ctl (aetherctl, "stop", "--force");
}

static gboolean
start_by_client (const char *aetherctl, Figures *figures)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  aether_client_start_async (bundle, NULL, keep_result, &result);
  wait_for (&result);
  client = aether_client_open_finish (result, &error);
  if (client == NULL)
    {
      fprintf (stderr, "bench-start: %s\n", error->message);
      return FALSE;
    }

  figures_add (figures, ms_since (start));
  return run_ctl (aetherctl, "stop", "--force");
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("aether-bench-XXXXXX", NULL);
  g_autofree char *machines = g_build_filename (folder, "aether", "machines", NULL);
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) command = NULL;
  Figures *ctl = figures_new (), *client = figures_new (), *bare = figures_new ();
  gboolean good;

  if (argc != 2)
    {
      fprintf (stderr, "Usage: bench-start AETHERCTL\n");
      return 2;
    }

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  g_mkdir_with_parents (machines, 0700);
  machine = aether_machine_new ("Bench", "x86_64");
  bundle = aether_bundle_create (machines, machine, &error);
  if (bundle == NULL || !(command = make_command (machine, &error)))
    {
      fprintf (stderr, "bench-start: %s\n", error->message);
      return 1;
    }

  good = run_bare (command, figures_new ()) && start_by_ctl (argv[1], figures_new ());
  for (int i = 0; i < ROUNDS && good; i++)
    good = start_by_ctl (argv[1], ctl) && run_bare (command, bare) &&
           start_by_client (argv[1], client);

  if (good)
    {
      figures_print ("start by aetherctl", ctl, "QEMU alone", bare, "ms");
      figures_print ("start by the window", client, "QEMU alone", bare, "ms");
    }
  g_spawn_sync (NULL, (char *[]) { "rm", "-r", "--", folder, NULL }, NULL, G_SPAWN_SEARCH_PATH,
                NULL, NULL, NULL, NULL, NULL, NULL);

  return !good;
}
