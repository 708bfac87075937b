/* cmd-suspend.c - aetherctl suspend, discard-state
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include <stdio.h>
#include <unistd.h>

#define LOOK_INTERVAL 200   /* ms between two looks at the progress */

static gboolean json;

/* --- suspend ---------------------------------------------------------------- */

const GOptionEntry cmd_suspend_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

typedef struct
{
  AetherClient *client;
  GAsyncResult *result;
  gboolean      closed;
  gboolean      shown;      /* a line of progress is on the terminal */
} Suspend;

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Suspend *) data)->result = g_object_ref (result);
}

static void
closed_cb (Suspend *suspend)
{
  suspend->closed = TRUE;
}

static void
show_progress (Suspend *suspend)
{
  guint64 done, total;
  g_autofree char *done_text = NULL;
  g_autofree char *total_text = NULL;

  if (!isatty (STDERR_FILENO) || !aether_client_get_suspend_progress (suspend->client, &done, &total))
    return;

  done_text = g_format_size_full (done, G_FORMAT_SIZE_IEC_UNITS);
  total_text = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
  g_printerr ("\r\033[K");
  /* Translators: a percentage, and two sizes */
  g_printerr (_("Saving: %d %% (%s of %s)"), (int) (done * 100 / total), done_text, total_text);
  suspend->shown = TRUE;
}

static gboolean
is_answered (gpointer data)
{
  Suspend *suspend = data;

  show_progress (suspend);

  return suspend->result != NULL;
}

static gboolean
is_closed (gpointer data)
{
  return ((Suspend *) data)->closed;
}

/* An interrupted one is cancelled over there, and over when that says so. */
static gboolean
wait_for_answer (Ctl *ctl, Suspend *suspend, GError **error)
{
  g_autoptr(GError) cause = NULL;

  if (ctl_wait_until (ctl, is_answered, suspend, LOOK_INTERVAL, -1, &cause))
    return aether_client_finish (suspend->client, suspend->result, error);

  aether_client_control_async (suspend->client, AETHER_CONTROL_CANCEL_SUSPEND, NULL, NULL, NULL);
  while (suspend->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (aether_client_finish (suspend->client, suspend->result, NULL))
    return TRUE;   /* it was too late */

  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

gboolean
cmd_suspend_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = ctl_find_running (ctl, args[0], &bundle, error);
  Suspend suspend = { .client = client };
  gboolean done;

  if (client == NULL)
    return FALSE;

  /* Its process has written down how it ended when it closes */
  g_signal_connect_swapped (client, "closed", G_CALLBACK (closed_cb), &suspend);
  aether_client_control_async (client, AETHER_CONTROL_SUSPEND, NULL, asked_cb, &suspend);
  done = wait_for_answer (ctl, &suspend, error);
  if (suspend.shown)
    g_printerr ("\r\033[K");
  if (done)
    ctl_wait_until (ctl, is_closed, &suspend, 1000, 10 * G_USEC_PER_SEC, NULL);
  g_signal_handlers_disconnect_by_data (client, &suspend);
  g_clear_object (&suspend.result);
  if (!done)
    return FALSE;

  aether_bundle_refresh (bundle);
  if (json)
    ctl_print_machine_json (bundle, NULL);
  else
    ctl_print (CTL_STYLE_PLAIN, _("“%s” is suspended. “aetherctl start” goes on from there."),
               aether_bundle_get_name (bundle));

  return TRUE;
}

/* --- discard-state ------------------------------------------------------------ */

const GOptionEntry cmd_discard_state_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

gboolean
cmd_discard_state_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);

  if (bundle == NULL)
    return FALSE;

  if (!aether_bundle_get_suspended (bundle))
    {
      g_set_error (error, CTL_ERROR, CTL_EXIT_STATE, _("“%s” is not suspended."), aether_bundle_get_name (bundle));
      return FALSE;
    }
  if (!aether_bundle_discard_state (bundle, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, CTL_EXIT_STATE);
      return FALSE;
    }

  if (json)
    ctl_print_machine_json (bundle, NULL);
  else
    ctl_print (CTL_STYLE_PLAIN, _("The saved state of “%s” was discarded. It starts as after a power cut."),
               aether_bundle_get_name (bundle));

  return TRUE;
}
