/* cmd-password.c - aetherctl password: who can log in to a machine, as the keyring has it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"
#include "ctl-terminal.h"

#include "aether-install-keyring.h"

#include <string.h>
#include <unistd.h>

static gboolean json;
static gboolean reveal;
static gboolean keep;
static gboolean clear;
static char *user;

const GOptionEntry cmd_password_options[] = {
  { "user", 0, 0, G_OPTION_ARG_FILENAME, &user, N_("That user's (default: the one kept last)"), N_("NAME") },
  { "reveal", 0, 0, G_OPTION_ARG_NONE, &reveal, N_("Print the password although no terminal shows it"), NULL },
  { "keep", 0, 0, G_OPTION_ARG_NONE, &keep, N_("Read a password from the standard input, and keep it"), NULL },
  { "clear", 0, 0, G_OPTION_ARG_NONE, &clear, N_("Forget what is kept"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
check_usage (GError **error)
{
  if (user && !ctl_parse_text ("--user", user, error))
    return FALSE;
  if (keep && clear)
    return ctl_usage (error, _("--keep and --clear cannot be had at once."));
  if (keep && (user == NULL || *user == '\0'))
    return ctl_usage (error, _("--keep needs --user: whose password it is."));
  if (!keep && !clear && !reveal && !isatty (STDOUT_FILENO))
    return ctl_usage (error, _("A password is only shown on a terminal. Use --reveal to print it all the same."));

  return TRUE;
}

static gboolean
run_keep (Ctl *ctl, AetherBundle *bundle, GError **error)
{
  char *password = ctl_terminal_read_password (error);
  g_autoptr(GAsyncResult) result = NULL;

  if (password == NULL)
    return FALSE;

  if (g_utf8_validate (password, -1, NULL))
    {
      aether_install_keyring_keep_async (aether_bundle_get_uuid (bundle), aether_bundle_get_name (bundle), user, password,
                                         ctl->cancellable, ctl_done, ctl);
      result = ctl_wait (ctl);
    }
  explicit_bzero (password, strlen (password));
  g_free (password);

  return result ? aether_install_keyring_keep_finish (result, error)
                : ctl_usage (error, _("The password is no text in UTF-8."));
}

static gboolean
run_clear (Ctl *ctl, AetherBundle *bundle, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_install_keyring_clear_async (aether_bundle_get_uuid (bundle), user, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);

  return aether_install_keyring_clear_finish (result, error);
}

static void
print_login (const AetherInstallLogin *login)
{
  g_autoptr(JsonBuilder) builder = NULL;

  if (!json)
    {
      ctl_print (CTL_STYLE_PLAIN, _("User name: %s"), login->user);
      ctl_print (CTL_STYLE_PLAIN, _("Password: %s"), login->password);
      return;
    }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  ctl_json_string (builder, "user", login->user);
  ctl_json_string (builder, "password", login->password);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}

static gboolean
run_show (Ctl *ctl, AetherBundle *bundle, GError **error)
{
  g_autoptr(AetherInstallLogin) login = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) cause = NULL;

  aether_install_keyring_lookup_async (aether_bundle_get_uuid (bundle), user, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  login = aether_install_keyring_lookup_finish (result, &cause);
  if (login)
    {
      print_login (login);
      return TRUE;
    }

  if (cause)
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    g_set_error (error, CTL_ERROR, CTL_EXIT_FAILED,
                 _("The keyring has no such password for “%s”. “aetherctl password --keep” keeps one."),
                 aether_bundle_get_name (bundle));
  return FALSE;
}

gboolean
cmd_password_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;

  if (!check_usage (error) || !(bundle = ctl_find (args[0], error)))
    return FALSE;
  if (aether_bundle_get_uuid (bundle) == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_EXIT_FAILED, "%s", aether_bundle_get_problem (bundle));
      return FALSE;
    }

  return keep ? run_keep (ctl, bundle, error) :
         clear ? run_clear (ctl, bundle, error) : run_show (ctl, bundle, error);
}
