/* aether-install.c - the answers to what an installer asks, written beforehand
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_TEXT     256    /* bytes of a name or a password */
#define MOST_KEY      8192
#define MOST_PACKAGES 512

static const char * const nicks[] = {
  "none", "cloud-init", "preseed", "kickstart", "autoinstall", "autoyast", "unattend", "script",
};

const char *
aether_install_kind_to_nick (AetherInstallKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (nicks), NULL);

  return nicks[kind];
}

/* --- options ------------------------------------------------------------------- */

AetherInstallOptions *
aether_install_options_new (void)
{
  return g_new0 (AetherInstallOptions, 1);
}

static void
wipe (char *text)
{
  if (text)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

void
aether_install_options_free (AetherInstallOptions *self)
{
  g_free (self->user_name);
  g_free (self->real_name);
  wipe (self->password);
  g_free (self->host_name);
  g_free (self->time_zone);
  g_free (self->keyboard);
  g_free (self->language);
  g_free (self->mac);
  wipe (self->product_key);
  g_free (self->medium_language);
  g_free (self->ssh_key);
  g_strfreev (self->packages);
  g_free (self->arch);
  g_free (self->os);
  g_free (self->disk);
  g_free (self);
}

AetherInstallOptions *
aether_install_options_copy (const AetherInstallOptions *self)
{
  AetherInstallOptions *copy = g_memdup2 (self, sizeof *self);

  copy->user_name = g_strdup (self->user_name);
  copy->real_name = g_strdup (self->real_name);
  copy->password = g_strdup (self->password);
  copy->host_name = g_strdup (self->host_name);
  copy->time_zone = g_strdup (self->time_zone);
  copy->keyboard = g_strdup (self->keyboard);
  copy->language = g_strdup (self->language);
  copy->mac = g_strdup (self->mac);
  copy->product_key = g_strdup (self->product_key);
  copy->medium_language = g_strdup (self->medium_language);
  copy->ssh_key = g_strdup (self->ssh_key);
  copy->packages = g_strdupv (self->packages);
  copy->arch = g_strdup (self->arch);
  copy->os = g_strdup (self->os);
  copy->disk = g_strdup (self->disk);

  return copy;
}

/* Letters, digits and what is in @other, at most @most; no @other at the ends. */
static char *
simplify (const char *text, const char *other, guint most)
{
  g_autofree char *ascii = g_str_to_ascii (text, "C");
  GString *name = g_string_new (NULL);

  for (const char *p = ascii; *p && name->len < most; p++)
    {
      char c = g_ascii_tolower (*p);

      if (g_ascii_isalnum (c))
        g_string_append_c (name, c);
      else if (*other && name->len > 0 && name->str[name->len - 1] != *other)
        g_string_append_c (name, *other);
    }
  while (name->len > 0 && !g_ascii_isalnum (name->str[name->len - 1]))
    g_string_truncate (name, name->len - 1);

  return g_string_free_and_steal (name);
}

/* The value of KEY="VALUE" in a file of such lines. */
static char *
read_assignment (const char *path, const char *key)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return NULL;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (lines[i], key) && lines[i][strlen (key)] == '=')
      {
        char *value = g_shell_unquote (lines[i] + strlen (key) + 1, NULL);

        if (value && *value)
          return value;
        g_free (value);
      }

  return NULL;
}

static char *
find_keyboard (void)
{
  const char *set = g_getenv ("XKB_DEFAULT_LAYOUT");
  g_autofree char *found = set && *set ? g_strdup (set) : read_assignment ("/etc/default/keyboard", "XKBLAYOUT");

  if (found == NULL)
    found = read_assignment ("/etc/vconsole.conf", "XKBLAYOUT");
  if (found)
    found[strcspn (found, ",")] = '\0';

  return g_strdup (found && *found ? found : "us");
}

static char *
find_language (void)
{
  const char * const *names = g_get_language_names ();

  /* "de_DE.UTF-8" comes before "de_DE" and "de" */
  for (guint i = 0; names[i]; i++)
    if (strchr (names[i], '_') && !strchr (names[i], '@'))
      return g_strdup_printf ("%.*s.UTF-8", (int) strcspn (names[i], "."), names[i]);

  return g_strdup ("en_US.UTF-8");
}

static char *
find_zone (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_local ();
  const char *name = g_time_zone_get_identifier (zone);

  return g_strdup (strchr (name, '/') && *name != '/' ? name : "UTC");
}

void
aether_install_options_complete (AetherInstallOptions *self, const char *machine)
{
  if (!self->user_name)
    self->user_name = simplify (g_get_user_name (), "", 30);
  if (strcmp (self->user_name, "root") == 0 || !g_ascii_isalpha (*self->user_name))
    g_set_str (&self->user_name, "user");
  if (!self->real_name)
    self->real_name = g_strdup (self->user_name);
  if (!self->host_name)
    self->host_name = simplify (machine, "-", 15);
  if (*self->host_name == '\0')
    g_set_str (&self->host_name, "machine");
  if (!self->time_zone)
    self->time_zone = find_zone ();
  if (!self->keyboard)
    self->keyboard = find_keyboard ();
  if (!self->language)
    self->language = find_language ();
  if (!self->medium_language)
    self->medium_language = g_strdup ("en-US");
  if (!self->disk)
    self->disk = g_strdup ("/dev/vda");
}

/* --- what an installer would not understand --------------------------------------- */

static gboolean
refuse (GError **error, const char *what, const char *value, const char *why)
{
  g_autofree char *shown = value ? g_utf8_make_valid (value, -1) : NULL;

  if (shown)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s are a field as “The user name”, what was typed, and a reason */
                 _("%s “%s” cannot be used: %s."), what, shown, why);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s are a field as “The password”, and a reason */
                 _("%s cannot be used: %s."), what, why);
  return FALSE;
}

/* Formats of lines end where a line ends, so no control characters anywhere. */
static gboolean
is_text (const char *text, gsize most)
{
  if (strlen (text) > most || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 || (c & 0xfffe) == 0xfffe)
        return FALSE;
    }

  return TRUE;
}

static gboolean
matches (const char *text, const char *pattern)
{
  return g_utf8_validate (text, -1, NULL) && g_regex_match_simple (pattern, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean
check_user (const AetherInstallOptions *self, AetherInstallKind kind, GError **error)
{
  const char *what = _("The user name");

  if (kind == AETHER_INSTALL_UNATTEND)
    {
      if (!is_text (self->user_name, MOST_TEXT) || g_utf8_strlen (self->user_name, -1) > 20 ||
          strpbrk (self->user_name, "/\\[]:;|=,+*?<>@\"%") ||
          matches (self->user_name, "^[ .]*$|^ | $|\\.$"))
        return refuse (error, what, self->user_name,
                       _("Windows takes up to 20 characters, and none of / \\ [ ] : ; | = , + * ? < > @ % and quotes"));
      if (g_ascii_strcasecmp (self->user_name, "administrator") == 0 || g_ascii_strcasecmp (self->user_name, "guest") == 0 ||
          g_ascii_strcasecmp (self->user_name, self->host_name) == 0)
        return refuse (error, what, self->user_name, _("Windows uses that name for something else"));
      return TRUE;
    }

  if (!matches (self->user_name, "^[a-z_][a-z0-9_-]{0,30}$"))
    return refuse (error, what, self->user_name,
                   _("it may have small letters, digits, “-” and “_”, 31 at most, and begins with a letter"));
  if (strcmp (self->user_name, "root") == 0)
    return refuse (error, what, self->user_name, _("that is the administrator, who is there already"));
  return TRUE;
}

static gboolean
check_names (const AetherInstallOptions *self, AetherInstallKind kind, GError **error)
{
  const char *what = _("The real name");

  if (!is_text (self->real_name, MOST_TEXT))
    return refuse (error, what, NULL, _("it must be one line of text"));
  /* ":" ends it in /etc/passwd, "," parts it there, and "\" begins something in a preseed file */
  if (kind != AETHER_INSTALL_UNATTEND && strpbrk (self->real_name, ":,\\"))
    return refuse (error, what, self->real_name, _("it may not have “:”, “,” or “\\”"));
  if (!matches (self->host_name, kind == AETHER_INSTALL_UNATTEND ? "^[A-Za-z0-9]([A-Za-z0-9-]{0,13}[A-Za-z0-9])?$"
                                                                : "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$") ||
      (kind == AETHER_INSTALL_UNATTEND && matches (self->host_name, "^[0-9]*$")))
    return refuse (error, _("The host name"), self->host_name,
                   kind == AETHER_INSTALL_UNATTEND ? _("it may have letters, digits and “-” inside, 15 at most, and not digits alone")
                                                   : _("it may have letters, digits and “-” inside, 63 at most"));
  return TRUE;
}

static gboolean
check_password (const AetherInstallOptions *self, AetherInstallKind kind, GError **error)
{
  const char *what = _("The password");

  if (!_aether_install_has_password (self))
    {
      if (kind == AETHER_INSTALL_UNATTEND || (kind == AETHER_INSTALL_CLOUD_INIT && self->ssh_key))
        return TRUE;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           kind == AETHER_INSTALL_CLOUD_INIT
                           ? _("Without a password or an SSH key nobody could log in. Give one of them.")
                           : _("This installer wants a password for the user. Give one."));
      return FALSE;
    }
  if (!is_text (self->password, MOST_TEXT))
    return refuse (error, what, NULL, _("it must be one line of text, of 256 bytes at most"));
  return TRUE;
}

static gboolean
check_place (const AetherInstallOptions *self, GError **error)
{
  if (!matches (self->time_zone, "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$") || strlen (self->time_zone) > 64)
    return refuse (error, _("The time zone"), self->time_zone, _("it should look as Europe/Berlin or UTC"));
  if (!matches (self->keyboard, "^[a-z]{2,8}([+][a-zA-Z0-9_-]{1,32})?$"))
    return refuse (error, _("The keyboard"), self->keyboard, _("it should look as us, de or de+nodeadkeys"));
  if (!matches (self->language, "^[a-z]{2,3}_[A-Z]{2}(\\.UTF-8)?$"))
    return refuse (error, _("The language"), self->language, _("it should look as de_DE.UTF-8"));
  if (!matches (self->medium_language, "^[a-z]{2,3}(-[A-Z][a-z]{3})?-[A-Z]{2}$"))
    return refuse (error, _("The medium's language"), self->medium_language, _("it should look as en-US"));
  if (self->mac && !matches (self->mac, "^([0-9a-f]{2}:){5}[0-9a-f]{2}$"))
    return refuse (error, _("The network address"), self->mac, _("it should look as 52:54:00:12:34:56"));
  return TRUE;
}

static gboolean
check_extras (const AetherInstallOptions *self, GError **error)
{
  if (self->ssh_key &&
      (strlen (self->ssh_key) > MOST_KEY ||
       !matches (self->ssh_key, "^(ssh-|ecdsa-|sk-)[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}( [A-Za-z0-9 @._:,+/=-]*)?$")))
    return refuse (error, _("The SSH key"), NULL, _("it is not one line with a public key, as ssh-keygen writes it to a file .pub"));
  if (self->product_key && !matches (self->product_key, "^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$"))
    return refuse (error, _("The product key"), NULL, _("it should have five groups of five letters or digits"));
  if (self->packages && g_strv_length (self->packages) > MOST_PACKAGES)
    return refuse (error, _("The list of packages"), NULL, _("it is too long"));
  for (guint i = 0; self->packages && self->packages[i]; i++)
    if (!matches (self->packages[i], "^@?\\^?[A-Za-z0-9][A-Za-z0-9+._:/-]{0,127}$"))
      return refuse (error, _("The package"), self->packages[i], _("that is no name of a package"));
  return TRUE;
}

gboolean
aether_install_options_check (const AetherInstallOptions *self, AetherInstallKind kind, GError **error)
{
  g_return_val_if_fail (self->user_name && self->real_name && self->host_name && self->time_zone &&
                        self->keyboard && self->language && self->medium_language, FALSE);

  return check_user (self, kind, error) && check_names (self, kind, error) &&
         check_password (self, kind, error) && check_place (self, error) && check_extras (self, error) &&
         (kind != AETHER_INSTALL_SCRIPT || _aether_install_check_script (self, error));
}

/* --- plans ----------------------------------------------------------------------- */

static void
file_free (AetherInstallFile *file)
{
  g_free (file->name);
  g_bytes_unref (file->contents);
  g_free (file);
}

void
_aether_install_plan_add (AetherInstallPlan *plan, const char *name, GString *contents)
{
  AetherInstallFile *file = g_new0 (AetherInstallFile, 1);
  gsize length = contents->len;
  char *text = g_string_free_and_steal (contents);

  file->name = g_strdup (name);
  file->contents = g_bytes_new_with_free_func (text, length, (GDestroyNotify) wipe, text);
  g_ptr_array_add (plan->files, file);
}

AetherInstallPlan *
aether_install_plan_new (AetherInstallKind kind, const AetherInstallOptions *options, GError **error)
{
  static gboolean (* const writers[]) (AetherInstallPlan *, const AetherInstallOptions *, GError **) = {
    [AETHER_INSTALL_CLOUD_INIT] = _aether_install_write_cloud_init,
    [AETHER_INSTALL_PRESEED] = _aether_install_write_preseed,
    [AETHER_INSTALL_KICKSTART] = _aether_install_write_kickstart,
    [AETHER_INSTALL_AUTOINSTALL] = _aether_install_write_autoinstall,
    [AETHER_INSTALL_AUTOYAST] = _aether_install_write_autoyast,
    [AETHER_INSTALL_UNATTEND] = _aether_install_write_unattend,
    [AETHER_INSTALL_SCRIPT] = _aether_install_write_script,
  };
  g_autoptr(AetherInstallPlan) plan = NULL;

  g_return_val_if_fail (kind > AETHER_INSTALL_NONE && kind < G_N_ELEMENTS (writers), NULL);

  if (!aether_install_options_check (options, kind, error))
    return NULL;

  plan = g_new0 (AetherInstallPlan, 1);
  plan->kind = kind;
  plan->files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);

  return writers[kind] (plan, options, error) ? g_steal_pointer (&plan) : NULL;
}

void
aether_install_plan_free (AetherInstallPlan *self)
{
  g_ptr_array_unref (self->files);
  g_free (self->append);
  g_free (self);
}
