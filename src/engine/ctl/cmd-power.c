/* cmd-power.c - aetherctl start, pause, resume, reset, stop, wait
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-consent.h"
#include "cmd.h"
#include "ctl-output.h"

#include <string.h>

#define DEFAULT_STOP_TIMEOUT (30 * G_USEC_PER_SEC)
#define LOOK_INTERVAL        100    /* ms between two looks at a machine that others run */

static gboolean json;
static gboolean request;
static gboolean force;
static gboolean discard_state;
static gboolean trust;
static char *timeout_text;
static char *wanted_text;

/* --- start ---------------------------------------------------------------- */

const GOptionEntry cmd_start_options[] = {
  { "discard-state", 0, 0, G_OPTION_ARG_NONE, &discard_state, N_("Start a suspended machine anew, as after a power cut"), NULL },
  { "trust", 0, 0, G_OPTION_ARG_NONE, &trust, N_("Agree to all that it asks for beyond its own folder; this is remembered"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
agree (AetherBundle *bundle, GError **error)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, error);
  g_autoptr(GPtrArray) items = machine ? aether_consent_list (bundle, machine) : NULL;

  return items && aether_consent_give (bundle, items, error);
}

static void
add_ways_to_agree (AetherBundle *bundle, GError **error)
{
  g_autoptr(GError) cause = NULL;
  g_autofree char *ways = NULL;
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GPtrArray) items = NULL;

  if (error == NULL || !g_error_matches (*error, AETHER_CONSENT_ERROR, AETHER_CONSENT_ERROR_MISSING))
    return;

  cause = g_steal_pointer (error);
  machine = aether_bundle_load (bundle, NULL);
  items = machine ? aether_consent_list (bundle, machine) : NULL;
  /* Without the state, would it start? */
  ways = g_strdup (items && items->len == 1 && aether_consent_has_kind (items, AETHER_CONSENT_STATE)
                   ? _("If you trust who made it, start it once with --trust. Without its saved state it starts with "
                       "--discard-state.")
                   : _("If you trust who made it, start it once with --trust."));
  g_set_error (error, cause->domain, cause->code, "%s %s", cause->message, ways);
}

gboolean
cmd_start_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  gboolean was_suspended;

  if (bundle == NULL)
    return FALSE;

  if (aether_bundle_get_problem (bundle) != NULL)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_EXIT_FAILED, aether_bundle_get_problem (bundle));
      return FALSE;
    }
  if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
    {
      g_set_error (error, CTL_ERROR, CTL_EXIT_STATE, _("“%s” is running already."), aether_bundle_get_name (bundle));
      return FALSE;
    }

  if (discard_state && !aether_bundle_discard_state (bundle, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, CTL_EXIT_STATE);
      return FALSE;
    }

  if (trust && !agree (bundle, error))
    return FALSE;

  was_suspended = aether_bundle_get_suspended (bundle);
  aether_client_start_async (bundle, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  client = aether_client_open_finish (result, error);
  if (client == NULL)
    {
      add_ways_to_agree (bundle, error);
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, CTL_EXIT_STATE);
      return FALSE;
    }

  findings = aether_client_list_findings (client);
  ctl_warn_findings (findings);
  if (json)
    ctl_print_machine_json (bundle, client);
  else if (was_suspended)
    ctl_print (CTL_STYLE_PLAIN, _("“%s” goes on where it was suspended."), aether_bundle_get_name (bundle));
  else
    /* Translators: %s is the name of a machine, then an accelerator, as “kvm” */
    ctl_print (CTL_STYLE_PLAIN, _("“%s” is running (%s)."), aether_bundle_get_name (bundle),
               aether_client_get_accelerator (client) ? aether_client_get_accelerator (client) : "");

  return TRUE;
}

/* --- pause, resume, reset --------------------------------------------------- */

static const struct
{
  const char    *command;
  AetherControl  control;
  AetherState    pointless;    /* in this state there is nothing to do */
  const char    *refusal;
  const char    *done;
} controls[] = {
  { "pause", AETHER_CONTROL_PAUSE, AETHER_STATE_PAUSED, N_("“%s” is paused already."), N_("“%s” is paused.") },
  { "resume", AETHER_CONTROL_RESUME, AETHER_STATE_RUNNING, N_("“%s” is not paused."), N_("“%s” goes on.") },
  { "reset", AETHER_CONTROL_RESET, AETHER_STATE_STOPPED, N_("“%s” is not running."), N_("“%s” was reset.") },
};

const GOptionEntry cmd_control_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

gboolean
cmd_control_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = NULL;
  guint i = 0;

  while (strcmp (controls[i].command, ctl->command->name) != 0)
    i++;

  client = ctl_find_running (ctl, args[0], &bundle, error);
  if (client == NULL)
    return FALSE;

  if (aether_client_get_state (client) == controls[i].pointless)
    {
      g_set_error (error, CTL_ERROR, CTL_EXIT_STATE, _(controls[i].refusal), aether_bundle_get_name (bundle));
      return FALSE;
    }
  if (!ctl_control (ctl, client, controls[i].control, error))
    return FALSE;

  if (json)
    {
      aether_bundle_refresh (bundle);
      ctl_print_machine_json (bundle, NULL);
    }
  else
    ctl_print (CTL_STYLE_PLAIN, _(controls[i].done), aether_bundle_get_name (bundle));

  return TRUE;
}

/* --- stop ----------------------------------------------------------------- */

const GOptionEntry cmd_stop_options[] = {
  { "request", 0, 0, G_OPTION_ARG_NONE, &request, N_("Only ask the guest to shut down"), NULL },
  { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_("Switch off at once; unsaved data is lost"), NULL },
  { "timeout", 0, 0, G_OPTION_ARG_FILENAME, &timeout_text, N_("How long the guest may take (default: 30 s)"), N_("TIME") },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static void
closed_cb (gpointer closed)
{
  *(gboolean *) closed = TRUE;
}

static gboolean
is_true (gpointer flag)
{
  return *(gboolean *) flag;
}

/* Asks, and waits for the guest to obey. A paused guest hears nothing, so it goes on first. */
static gboolean
stop_by_request (Ctl *ctl, AetherClient *client, gboolean *closed, gint64 timeout, GError **error)
{
  if (aether_client_get_state (client) == AETHER_STATE_PAUSED &&
      !ctl_control (ctl, client, AETHER_CONTROL_RESUME, error))
    return FALSE;

  if (!ctl_control (ctl, client, AETHER_CONTROL_REQUEST_SHUTDOWN, error))
    return *closed;

  return ctl_wait_until (ctl, is_true, closed, 1000, timeout, error);
}

static gboolean
switch_off (Ctl *ctl, AetherClient *client, gboolean *closed, GError **error)
{
  g_autoptr(GError) cause = NULL;

  /* It may end by itself meanwhile */
  if (!ctl_control (ctl, client, AETHER_CONTROL_FORCE_OFF, &cause) && !*closed)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  return ctl_wait_until (ctl, is_true, closed, 1000, DEFAULT_STOP_TIMEOUT, error);
}

static void
print_stopped (AetherBundle *bundle)
{
  g_autofree char *sentence = NULL;
  AetherEnd end;

  aether_bundle_refresh (bundle);
  end = aether_bundle_get_last_end (bundle, &sentence, NULL);
  if (json)
    ctl_print_machine_json (bundle, NULL);
  else if (end == AETHER_END_CLEAN)
    ctl_print (CTL_STYLE_PLAIN, _("“%s” shut down."), aether_bundle_get_name (bundle));
  else if (end == AETHER_END_FORCED || sentence == NULL)
    ctl_print (CTL_STYLE_PLAIN, _("“%s” was switched off."), aether_bundle_get_name (bundle));
  else
    ctl_print (CTL_STYLE_PLAIN, "%s", sentence);
}

/* What “--request” says when the guest did not obey. */
static gboolean
explain_request (AetherBundle *bundle, gint64 timeout, GError *cause, GError **error)
{
  if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      g_propagate_error (error, g_error_copy (cause));
      return FALSE;
    }
  if (timeout == 0)
    return TRUE;   /* asked, and that was all */

  g_set_error (error, CTL_ERROR, CTL_EXIT_TIMEOUT,
               _("“%s” was asked to shut down but is still running. “aetherctl stop --force” switches it off."),
               aether_bundle_get_name (bundle));
  return FALSE;
}

static void
announce_force (AetherBundle *bundle, GError *cause)
{
  gboolean broken_pipe;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ctl_print (CTL_STYLE_PLAIN, _("“%s” did not shut down in time: switching it off."),
               aether_bundle_get_name (bundle));
  else
    ctl_print (CTL_STYLE_PLAIN, _("“%s” could not be asked to shut down: switching it off. %s"),
               aether_bundle_get_name (bundle), cause->message);
  ctl_flush (&broken_pipe, NULL);
}

static gboolean
stop (Ctl *ctl, AetherBundle *bundle, AetherClient *client, gint64 timeout, GError **error)
{
  g_autoptr(GError) cause = NULL;
  gboolean closed = FALSE;

  /* Its process has written down how it ended when it closes */
  g_signal_connect_swapped (client, "closed", G_CALLBACK (closed_cb), &closed);

  if (!force)
    {
      if (stop_by_request (ctl, client, &closed, timeout, &cause))
        {
          print_stopped (bundle);
          return TRUE;
        }
      if (request || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return explain_request (bundle, timeout, cause, error);
      if (!json)
        announce_force (bundle, cause);
    }

  if (!switch_off (ctl, client, &closed, error))
    return FALSE;

  print_stopped (bundle);
  return TRUE;
}

gboolean
cmd_stop_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = NULL;
  gint64 timeout = DEFAULT_STOP_TIMEOUT;

  if (request && force)
    return ctl_usage (error, _("--request and --force exclude each other."));
  if (timeout_text && !ctl_parse_time ("--timeout", timeout_text, &timeout, error))
    return FALSE;

  client = ctl_find_running (ctl, args[0], &bundle, error);

  return client && stop (ctl, bundle, client, timeout, error);
}

/* --- wait ----------------------------------------------------------------- */

const GOptionEntry cmd_wait_options[] = {
  { "state", 0, 0, G_OPTION_ARG_FILENAME, &wanted_text,
    N_("stopped (default), suspended, starting, running, paused or stopping"), N_("STATE") },
  { "timeout", 0, 0, G_OPTION_ARG_FILENAME, &timeout_text, N_("How long to wait (default: for ever)"), N_("TIME") },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

typedef struct
{
  AetherBundle *bundle;
  AetherState   wanted;
  gboolean      suspended;   /* stopped is not enough */
} Wait;

static gboolean
is_as_wanted (gpointer data)
{
  Wait *wait = data;

  aether_bundle_refresh (wait->bundle);
  return aether_bundle_get_state (wait->bundle) == wait->wanted &&
         (!wait->suspended || aether_bundle_get_suspended (wait->bundle));
}

gboolean
cmd_wait_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  Wait wait = { .wanted = AETHER_STATE_STOPPED };
  gint64 timeout = -1;

  wait.suspended = g_strcmp0 (wanted_text, "suspended") == 0;
  if (wanted_text && !wait.suspended && !aether_state_from_nick (wanted_text, &wait.wanted))
    return ctl_usage (error, _("--state must be stopped, suspended, starting, running, paused or stopping."));
  if (timeout_text && !ctl_parse_time ("--timeout", timeout_text, &timeout, error))
    return FALSE;

  wait.bundle = bundle = ctl_find (args[0], error);
  if (bundle == NULL)
    return FALSE;

  if (!ctl_wait_until (ctl, is_as_wanted, &wait, LOOK_INTERVAL, timeout, error))
    {
      if (!g_cancellable_is_cancelled (ctl->cancellable))
        {
          g_clear_error (error);
          g_set_error (error, CTL_ERROR, CTL_EXIT_TIMEOUT, _("“%s” is still %s."),
                       aether_bundle_get_name (bundle),
                       ctl_describe_bundle (bundle));
        }
      return FALSE;
    }

  if (json)
    ctl_print_machine_json (bundle, NULL);

  return TRUE;
}
