/* aether-install-text.c - texts as the formats of answers want them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-private.h"

#include <crypt.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define ROUNDS 65536   /* thirteen times the format's default; 50 ms for who logs in */

gboolean
_aether_install_has_password (const AetherInstallOptions *options)
{
  return options->password && *options->password;
}

char *
_aether_install_hash (const char *password, GError **error)
{
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  struct crypt_data *data;
  char *hash = NULL;
  const char *made;

  if (password == NULL || *password == '\0')
    return g_strdup ("!");

  /* Large, and the password is in it afterwards */
  data = g_new0 (struct crypt_data, 1);
  made = crypt_gensalt_rn ("$6$", ROUNDS, NULL, 0, salt, sizeof salt) ? crypt_r (password, salt, data) : NULL;
  if (made && *made == '$')
    hash = g_strdup (made);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         _("The password cannot be encrypted: this system's libcrypt has no SHA-512."));
  explicit_bzero (data, sizeof *data);
  g_free (data);

  return hash;
}

char *
_aether_install_yaml (const char *text)
{
  GString *yaml = g_string_new ("\"");

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"' || c == '\\')
        g_string_append_printf (yaml, "\\%c", (char) c);
      else if (c < 0x20 || !g_unichar_isprint (c) || c == 0xfeff)
        g_string_append_printf (yaml, "\\U%08X", c);
      else
        g_string_append_unichar (yaml, c);
    }

  return g_string_free_and_steal (g_string_append_c (yaml, '"'));
}

char *
_aether_install_xml (const char *text)
{
  return g_markup_escape_text (text, -1);
}

char *
_aether_install_layout (const char *keyboard, const char **variant)
{
  const char *plus = strchr (keyboard, '+');

  *variant = plus ? plus + 1 : "";
  return plus ? g_strndup (keyboard, plus - keyboard) : g_strdup (keyboard);
}

char *
_aether_install_language_tag (const char *language)
{
  char *tag = g_strndup (language, strcspn (language, ".@"));

  return g_strdelimit (tag, "_", '-');
}
