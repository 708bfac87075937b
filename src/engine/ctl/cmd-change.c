/* cmd-change.c - aetherctl set, rename, clone, delete, add, forget
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-consent.h"
#include "aether-install-keyring.h"
#include "aether-paths.h"
#include "cmd.h"
#include "ctl-output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gboolean json;
static gboolean permanently;
static gboolean yes;

/* --- set ------------------------------------------------------------------ */

const GOptionEntry cmd_set_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
set_one (AetherMachine *machine, const char *setting, GError **error)
{
  const char *equals = strchr (setting, '=');
  g_autofree char *key = NULL;

  if (!ctl_parse_text (setting, setting, error))
    return FALSE;
  if (equals == NULL || equals == setting)
    return ctl_usage (error, _("“%s” is not a setting, as memory.size=4096."), setting);

  key = g_strndup (setting, equals - setting);
  if (strcmp (key, "uuid") == 0 || strcmp (key, "schema") == 0)
    return ctl_usage (error, _("“%s” cannot be set."), key);
  if (strcmp (key, "name") == 0)
    return ctl_usage (error, _("Use “aetherctl rename” to change the name."));

  return aether_part_set_from_string (AETHER_PART (machine), key, equals + 1, error);
}

gboolean
cmd_set_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);
  g_autoptr(AetherMachine) machine = bundle ? aether_bundle_load (bundle, error) : NULL;

  if (machine == NULL)
    return FALSE;

  /* All or nothing */
  for (guint i = 1; args[i]; i++)
    if (!set_one (machine, args[i], error))
      return FALSE;
  if (!aether_bundle_save (bundle, machine, error))
    return FALSE;

  aether_bundle_refresh (bundle);
  if (json)
    ctl_print_machine_json (bundle, NULL);
  else if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
    ctl_print (CTL_STYLE_PLAIN, _("“%s” is running: the change takes effect when it starts next."),
               aether_bundle_get_name (bundle));
  if (aether_bundle_get_suspended (bundle))
    ctl_warn (_("“%s” is suspended. With other hardware it cannot go on from there: put such settings back before "
                "you start it, or start it anew with --discard-state."), aether_bundle_get_name (bundle));

  return TRUE;
}

/* --- rename, clone -------------------------------------------------------- */

const GOptionEntry cmd_rename_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

gboolean
cmd_rename_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);

  if (bundle == NULL ||
      !aether_machine_check_name (args[1], error) ||
      !ctl_check_name_free (args[1], bundle, error) ||
      !aether_bundle_rename (bundle, args[1], error))
    return FALSE;

  aether_bundle_refresh (bundle);
  if (json)
    ctl_print_machine_json (bundle, NULL);

  return TRUE;
}

/* Its users are the copy's, too; that there is no keyring is no news. */
static void
copy_keyring (Ctl *ctl, AetherBundle *bundle, AetherBundle *copy)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (aether_bundle_get_uuid (bundle) == NULL || aether_bundle_get_uuid (copy) == NULL)
    return;

  aether_install_keyring_copy_async (aether_bundle_get_uuid (bundle), aether_bundle_get_uuid (copy),
                                     aether_bundle_get_name (copy), ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_install_keyring_copy_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    ctl_warn (_("The password of its user is not kept for the copy. %s"), error->message);
}

const GOptionEntry cmd_clone_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

gboolean
cmd_clone_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *folder = aether_paths_dup_library ();

  if (bundle == NULL ||
      !aether_machine_check_name (args[1], error) ||
      !ctl_check_name_free (args[1], NULL, error))
    return FALSE;

  aether_bundle_clone_async (bundle, folder, args[1], ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  copy = aether_bundle_clone_finish (bundle, result, error);
  if (copy == NULL)
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, CTL_EXIT_STATE);
      return FALSE;
    }

  copy_keyring (ctl, bundle, copy);
  if (json)
    ctl_print_machine_json (copy, NULL);
  else
    ctl_print (CTL_STYLE_PLAIN, _("“%s” was made in %s."), aether_bundle_get_name (copy),
               aether_bundle_get_path (copy));
  if (aether_bundle_get_suspended (bundle))
    ctl_warn (_("The saved state stays with “%s”: the copy starts as after a power cut."),
              aether_bundle_get_name (bundle));

  return TRUE;
}

/* --- delete --------------------------------------------------------------- */

const GOptionEntry cmd_delete_options[] = {
  { "permanently", 0, 0, G_OPTION_ARG_NONE, &permanently, N_("Delete for good instead of moving to the trash"), NULL },
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask before deleting for good"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
confirm (AetherBundle *bundle, GError **error)
{
  g_autofree char *name = ctl_escape (aether_bundle_get_name (bundle));
  char answer[16] = "";

  if (yes)
    return TRUE;
  if (!isatty (STDIN_FILENO))
    return ctl_usage (error, _("Without a terminal to ask on, --permanently needs --yes."));

  ctl_signals_kill (TRUE);
  fprintf (stderr, _("Delete “%s” and its disks for good? [y/N] "), name);
  if (fgets (answer, sizeof answer, stdin) == NULL)
    putc ('\n', stderr);
  ctl_signals_kill (FALSE);
  /* Translators: the letters of the answer “yes”, in both cases */
  if (*answer && *answer != '\n' && strchr (_("yY"), *answer))
    return TRUE;

  g_set_error (error, CTL_ERROR, CTL_EXIT_FAILED, _("“%s” was not deleted."), aether_bundle_get_name (bundle));
  return FALSE;
}

/* The password goes with what it was for; that there is no keyring is no news. */
static void
clear_keyring (Ctl *ctl, const char *uuid)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (uuid == NULL)
    return;

  aether_install_keyring_clear_async (uuid, NULL, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_install_keyring_clear_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    ctl_warn (_("The password of the machine's user stays in the keyring. %s"), error->message);
}

gboolean
cmd_delete_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *owner = NULL;

  if (bundle == NULL)
    return FALSE;

  if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
    {
      g_set_error (error, CTL_ERROR, CTL_EXIT_STATE, _("“%s” is running. Stop it first."),
                   aether_bundle_get_name (bundle));
      return FALSE;
    }
  if (permanently && !confirm (bundle, error))
    return FALSE;
  if (permanently)
    {
      g_autoptr(AetherLibrary) library = aether_library_new (FALSE);

      owner = aether_install_keyring_dup_owner (library, bundle);
    }

  json_builder_begin_object (builder);
  ctl_json_machine (builder, bundle, NULL);
  json_builder_end_object (builder);
  if (!aether_bundle_delete (bundle, permanently, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, CTL_EXIT_STATE);
      return FALSE;
    }
  clear_keyring (ctl, owner);

  if (json)
    ctl_print_json (json_builder_get_root (builder));
  else
    ctl_print (CTL_STYLE_PLAIN, permanently ? _("“%s” was deleted.") : _("“%s” was moved to the trash."),
               aether_bundle_get_name (bundle));

  return TRUE;
}

/* --- add, forget ---------------------------------------------------------- */

const GOptionEntry cmd_add_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

/* What a machine from somebody else may reach for is said when it comes in. */
static void
warn_of_strangers (AetherBundle *bundle)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autoptr(GPtrArray) items = machine ? aether_consent_list (bundle, machine) : NULL;

  for (guint i = 0; items && i < items->len; i++)
    {
      const AetherConsentItem *item = items->pdata[i];

      ctl_warn ("%s: %s", item->title, item->detail);
    }
  if (items && items->len > 0)
    ctl_warn (_("“%s” asks for that beyond its own folder. It will not start before you agree to it, by "
                "“aetherctl start --trust”."), aether_bundle_get_name (bundle));
}

gboolean
cmd_add_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autofree char *path = g_canonicalize_filename (args[0], NULL);
  g_autoptr(AetherBundle) bundle = NULL;

  if (!aether_library_add (library, path, error))
    return FALSE;

  bundle = aether_bundle_new (path);
  warn_of_strangers (bundle);
  if (json)
    ctl_print_machine_json (bundle, NULL);
  else
    ctl_print (CTL_STYLE_PLAIN, _("“%s” is in the library now."), aether_bundle_get_name (bundle));

  return TRUE;
}

const GOptionEntry cmd_forget_options[] = {
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

gboolean
cmd_forget_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autoptr(AetherBundle) bundle = ctl_find (args[0], error);

  if (bundle == NULL || !aether_library_forget (library, bundle, error))
    return FALSE;

  if (json)
    ctl_print_machine_json (bundle, NULL);
  else
    ctl_print (CTL_STYLE_PLAIN, _("“%s” is no longer in the library. Its files stay in %s."),
               aether_bundle_get_name (bundle), aether_bundle_get_path (bundle));

  return TRUE;
}
