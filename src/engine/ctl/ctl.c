/* ctl.c - what the commands of aetherctl share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl.h"

#include "aether-machine.h"

#include <string.h>

#define MOST_SECONDS (100.0 * 365 * 24 * 3600)

G_DEFINE_QUARK (ctl-error, ctl_error)

/* --- running things ------------------------------------------------------- */

void
ctl_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Ctl *ctl = user_data;

  g_set_object (&ctl->result, result);
}

GAsyncResult *
ctl_wait (Ctl *ctl)
{
  while (ctl->result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (&ctl->result);
}

static gboolean
tick (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

gboolean
ctl_wait_until (Ctl       *ctl,
                gboolean (*ready) (gpointer data),
                gpointer   data,
                guint      interval,
                gint64     timeout,
                GError   **error)
{
  gint64 deadline = timeout < 0 ? G_MAXINT64 : g_get_monotonic_time () + timeout;
  guint ticker = g_timeout_add (interval, tick, NULL);
  gboolean done;

  while (!(done = ready (data)) && !g_cancellable_is_cancelled (ctl->cancellable) &&
         g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (ticker);
  if (!done && !g_cancellable_set_error_if_cancelled (ctl->cancellable, error))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("The time is up."));

  return done;
}

void
ctl_signals_kill (gboolean kill)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  static struct sigaction caught[G_N_ELEMENTS (signals)];
  const struct sigaction deadly = { .sa_handler = SIG_DFL };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (kill)
      sigaction (signals[i], &deadly, &caught[i]);
    else
      sigaction (signals[i], &caught[i], NULL);
}

gboolean
ctl_usage (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (CTL_ERROR, CTL_EXIT_USAGE, format, args);
  va_end (args);

  return FALSE;
}

void
ctl_map_error (GError **error, GQuark domain, int code, CtlExit exit_code)
{
  if (error && g_error_matches (*error, domain, code))
    {
      (*error)->domain = CTL_ERROR;
      (*error)->code = (int) exit_code;
    }
}

AetherBundle *
ctl_find (const char *which, GError **error)
{
  g_autoptr(AetherLibrary) library = NULL;
  AetherBundle *bundle;

  if (!g_utf8_validate (which, -1, NULL))
    {
      g_autofree char *shown = g_utf8_make_valid (which, -1);

      g_set_error (error, CTL_ERROR, CTL_EXIT_NO_MACHINE,
                   _("There is no machine “%s”: the name is not valid UTF-8 text."), shown);
      return NULL;
    }

  library = aether_library_new (FALSE);
  bundle = aether_library_find (library, which, error);
  ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, CTL_EXIT_NO_MACHINE);
  ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_NO_MACHINE);

  return bundle;
}

AetherClient *
ctl_attach (Ctl *ctl, AetherBundle *bundle, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) cause = NULL;
  AetherClient *client;

  aether_client_attach_async (bundle, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  client = aether_client_open_finish (result, &cause);
  if (client)
    return client;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_set_error (error, CTL_ERROR, CTL_EXIT_STATE, _("“%s” is not running."), aether_bundle_get_name (bundle));
  else
    g_propagate_error (error, g_steal_pointer (&cause));

  return NULL;
}

AetherClient *
ctl_find_running (Ctl *ctl, const char *which, AetherBundle **bundle, GError **error)
{
  g_autoptr(AetherBundle) found = ctl_find (which, error);
  AetherClient *client = NULL;

  if (found)
    client = ctl_attach (ctl, found, error);
  if (client)
    *bundle = g_steal_pointer (&found);

  return client;
}

gboolean
ctl_control (Ctl *ctl, AetherClient *client, AetherControl control, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_control_async (client, control, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);

  return aether_client_finish (client, result, error);
}

gboolean
ctl_check_name_free (const char *name, AetherBundle *except, GError **error)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (library)); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (G_LIST_MODEL (library), i);

      if (strcmp (aether_bundle_get_name (bundle), name) != 0)
        continue;
      if (except && strcmp (aether_bundle_get_path (bundle), aether_bundle_get_path (except)) == 0)
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("There is a machine called “%s” already. Choose another name."), name);
      return FALSE;
    }

  return TRUE;
}

/* --- values of options ---------------------------------------------------- */

gboolean
ctl_parse_text (const char *what, const char *value, GError **error)
{
  if (g_utf8_validate (value, -1, NULL))
    return TRUE;

  return ctl_usage (error, _("%s is not valid UTF-8 text."), what);
}

gboolean
ctl_parse_arch (char **arch, GError **error)
{
  const char *ours;

  if (*arch == NULL)
    return TRUE;

  ours = aether_machine_canonical_arch (*arch);
  if (!aether_machine_knows_arch (ours))
    return ctl_usage (error, _("--arch must be x86_64, i386, aarch64 or riscv64."));

  g_set_str (arch, ours);
  return TRUE;
}

gboolean
ctl_parse_uint (const char *what, const char *value, guint min, guint max, guint *number, GError **error)
{
  guint64 wide;

  if (!g_ascii_string_to_unsigned (value, 10, min, max, &wide, NULL))
    return ctl_usage (error, _("%s must be a whole number from %u to %u."), what, min, max);

  *number = (guint) wide;
  return TRUE;
}

gboolean
ctl_parse_time (const char *what, const char *value, gint64 *time, GError **error)
{
  static const struct { const char *suffix; double seconds; } units[] = {
    { "", 1 }, { "s", 1 }, { "ms", 0.001 }, { "m", 60 }, { "h", 3600 },
  };
  char *end = NULL;
  double number = g_ascii_isdigit (*value) ? g_ascii_strtod (value, &end) : -1;

  for (guint i = 0; number >= 0 && i < G_N_ELEMENTS (units); i++)
    if (strcmp (end, units[i].suffix) == 0 && number * units[i].seconds <= MOST_SECONDS)
      {
        *time = (gint64) (number * units[i].seconds * G_USEC_PER_SEC);
        return TRUE;
      }

  return ctl_usage (error, _("%s must be a time, as 30 (seconds), 1.5s, 2m or 1h."), what);
}
