/* aether-install-script.c - libosinfo's own answers, for installers that ours are too new for
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-script.h"

#include "aether-catalogue.h"
#include "aether-install-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- where they are needed -------------------------------------------------------- */

/* The first version of each that our answers suit; 0: none. */
static const struct
{
  const char *distro;
  double      ours;
} families[] = {
  { "fedora", 20 }, { "rhel", 7 }, { "centos", 7 }, { "ol", 7 }, { "scientificlinux", 7 }, { "ubuntu", 0 },
};

static gboolean
is_too_old (AetherOs *os)
{
  /* "Rawhide" is young, whatever number it is */
  if (!g_ascii_isdigit (*aether_os_get_version (os)))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (strcmp (aether_os_get_distro (os), families[i].distro) == 0)
      return families[i].ours == 0 || g_ascii_strtod (aether_os_get_version (os), NULL) < families[i].ours ||
             g_str_has_prefix (aether_os_get_short_id (os), "silverblue");

  return FALSE;
}

gboolean
aether_install_script_offer (AetherInstallMedium *self, const char *path, AetherOs *os, const char *arch,
                             GCancellable *cancellable, GError **error)
{
  AetherInstallMedium found = { 0 };

  if ((self->kind != AETHER_INSTALL_NONE && self->kind != AETHER_INSTALL_KICKSTART) ||
      strcmp (aether_os_get_family (os), "linux") != 0 || aether_os_get_scripts (os)[0] == NULL || !is_too_old (os))
    return TRUE;

  if (!_aether_install_look_for_kernel (&found, path, arch, cancellable, error))
    return FALSE;
  if (found.kernel == NULL)
    return TRUE;

  self->kind = AETHER_INSTALL_SCRIPT;
  self->kernel = found.kernel;
  self->initrd = found.initrd;
  g_set_str (&self->os, aether_os_get_id (os));
  return TRUE;
}

/* --- what they say ------------------------------------------------------------------ */

static OsinfoLoader *
load_databases (void)
{
  OsinfoLoader *loader = osinfo_loader_new ();
  g_auto(GStrv) folders = aether_catalogue_list_databases ();

  for (guint i = 0; folders[i]; i++)
    if (g_file_test (folders[i], G_FILE_TEST_IS_DIR))
      osinfo_loader_process_path (loader, folders[i], NULL);

  return loader;
}

static gboolean
takes_initrd (OsinfoInstallScript *script)
{
  return osinfo_install_script_get_injection_methods (script) & OSINFO_INSTALL_SCRIPT_INJECTION_METHOD_INITRD;
}

/* The smallest system comes first: what else one wants can be installed. */
static OsinfoInstallScript *
find_script (OsinfoOs *os)
{
  static const char * const profiles[] = { OSINFO_INSTALL_SCRIPT_PROFILE_JEOS, OSINFO_INSTALL_SCRIPT_PROFILE_DESKTOP };
  g_autoptr(OsinfoInstallScriptList) all = osinfo_os_get_install_script_list (os);

  for (guint p = 0; p < G_N_ELEMENTS (profiles); p++)
    for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (all)); i++)
      {
        OsinfoInstallScript *script = OSINFO_INSTALL_SCRIPT (osinfo_list_get_nth (OSINFO_LIST (all), i));

        if (g_strcmp0 (osinfo_install_script_get_profile (script), profiles[p]) == 0 && takes_initrd (script))
          return g_object_ref (script);
      }

  return NULL;
}

static OsinfoInstallConfig *
make_config (const AetherInstallOptions *options)
{
  OsinfoInstallConfig *config = osinfo_install_config_new ("urn:org.aether.install");
  g_autofree char *language = g_strndup (options->language, strcspn (options->language, "."));
  g_autofree char *layout = NULL;
  const char *variant;

  layout = _aether_install_layout (options->keyboard, &variant);
  osinfo_install_config_set_user_login (config, options->user_name);
  osinfo_install_config_set_user_realname (config, options->real_name);
  osinfo_install_config_set_user_password (config, options->password);
  osinfo_install_config_set_admin_password (config, options->password);
  osinfo_install_config_set_hostname (config, options->host_name);
  osinfo_install_config_set_l10n_timezone (config, options->time_zone);
  osinfo_install_config_set_l10n_keyboard (config, layout);
  osinfo_install_config_set_l10n_language (config, language);
  osinfo_install_config_set_hardware_arch (config, options->arch);
  osinfo_install_config_set_target_disk (config, options->disk);
  /* There is none beside the ram disk's own files */
  osinfo_install_config_set_script_disk (config, options->disk);

  return config;
}

/* It stands between words of theirs in files of several kinds: nothing that any of them, or a
 * shell, would take for its own. */
gboolean
_aether_install_check_script (const AetherInstallOptions *options, GError **error)
{
  if (!g_regex_match_simple ("^[A-Za-z0-9._+,:=@%/^~-]+$", options->password, G_REGEX_DOLLAR_ENDONLY, 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("This installer takes only letters without accents, digits and . _ + , : = @ % / ^ ~ - in "
                             "a password. Choose such a one; it can be changed afterwards."));
      return FALSE;
    }
  if (!g_regex_match_simple ("^[\\p{L}\\p{N} .-]*$", options->real_name, G_REGEX_DOLLAR_ENDONLY, 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("This installer takes only letters, digits, spaces, “.” and “-” in a real name."));
      return FALSE;
    }
  if (options->ssh_key || (options->packages && options->packages[0]))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("This installer can be told neither an SSH key nor packages beforehand. Leave them out."));
      return FALSE;
    }

  return TRUE;
}

/* libosinfo waits for itself in a main loop. In a thread without a main context that would be the
 * whole program's, which another thread has and does not let go of. */
static char *
generate (OsinfoInstallScript *script, OsinfoOs *os, OsinfoInstallConfig *config, GError **error)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  char *text;

  g_main_context_push_thread_default (context);
  text = osinfo_install_script_generate (script, os, config, NULL, error);
  g_main_context_pop_thread_default (context);

  return text;
}

gboolean
_aether_install_write_script_from (AetherInstallPlan *plan, const AetherInstallOptions *options, OsinfoDb *db, GError **error)
{
  OsinfoOs *os = options->os ? osinfo_db_get_os (db, options->os) : NULL;
  g_autoptr(OsinfoInstallScript) script = os ? find_script (os) : NULL;
  g_autoptr(OsinfoInstallConfig) config = make_config (options);
  g_autofree char *command_line = NULL;
  char *text;

  if (script == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("libosinfo has no answers for the installer of “%s”."), options->os ? options->os : "");
      return FALSE;
    }

  osinfo_install_script_set_preferred_injection_method (script, OSINFO_INSTALL_SCRIPT_INJECTION_METHOD_INITRD);
  text = generate (script, os, config, error);
  if (text == NULL)
    return FALSE;

  /* Some forget the user where they do not know the version */
  if (strstr (text, options->user_name) == NULL || strstr (text, options->password) == NULL)
    {
      explicit_bzero (text, strlen (text));
      g_free (text);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("libosinfo's answers for “%s” make no user who could log in. Install it by hand."), options->os);
      return FALSE;
    }

  _aether_install_plan_add (plan, osinfo_install_script_get_output_filename (script), g_string_new_take (text));
  command_line = osinfo_install_script_generate_command_line (script, os, config);
  plan->append = g_strdup (command_line ? g_strstrip (command_line) : "");
  return TRUE;
}

gboolean
_aether_install_write_script (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  g_autoptr(OsinfoLoader) loader = load_databases ();

  return _aether_install_write_script_from (plan, options, osinfo_loader_get_db (loader), error);
}
