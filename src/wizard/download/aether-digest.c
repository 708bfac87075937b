/* aether-digest.c - checksums, and the files that list them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-digest.h"

#include <gcrypt.h>
#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *name;
  const char *tag;      /* in lists and arguments, without its dash */
  int         algorithm;
  guint       length;   /* of the hex */
} kinds[] = {
  [AETHER_DIGEST_NONE]   = { "", "", 0, 0 },
  [AETHER_DIGEST_MD5]    = { "MD5", "md5", GCRY_MD_MD5, 32 },
  [AETHER_DIGEST_SHA1]   = { "SHA-1", "sha1", GCRY_MD_SHA1, 40 },
  [AETHER_DIGEST_SHA256] = { "SHA-256", "sha256", GCRY_MD_SHA256, 64 },
  [AETHER_DIGEST_SHA512] = { "SHA-512", "sha512", GCRY_MD_SHA512, 128 },
};

const char *
aether_digest_get_name (AetherDigestKind kind)
{
  return kinds[kind].name;
}

gboolean
aether_digest_is_weak (AetherDigestKind kind)
{
  return kind == AETHER_DIGEST_MD5 || kind == AETHER_DIGEST_SHA1;
}

/* --- reading them ------------------------------------------------------------ */

static guint
count_hex (const char *text)
{
  guint n = 0;

  while (g_ascii_isxdigit (text[n]))
    n++;

  return n;
}

static AetherDigestKind
kind_of_length (guint length)
{
  for (guint kind = AETHER_DIGEST_MD5; kind < G_N_ELEMENTS (kinds); kind++)
    if (kinds[kind].length == length)
      return kind;

  return AETHER_DIGEST_NONE;
}

/* "SHA256", "sha-256", and OpenSSL's "SHA2-256". */
static AetherDigestKind
kind_of_tag (const char *text, gsize length)
{
  g_autoptr(GString) tag = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    if (text[i] != '-')
      g_string_append_c (tag, g_ascii_tolower (text[i]));

  if (g_str_has_prefix (tag->str, "sha2") && tag->len == strlen ("sha2256"))
    g_string_erase (tag, strlen ("sha"), 1);

  for (guint kind = AETHER_DIGEST_MD5; kind < G_N_ELEMENTS (kinds); kind++)
    if (g_str_equal (tag->str, kinds[kind].tag))
      return kind;

  return AETHER_DIGEST_NONE;
}

gboolean
aether_digest_parse (const char *text, AetherDigestKind *kind, char **hex, GError **error)
{
  const char *colon = strchr (text, ':');
  const char *digits = colon ? colon + 1 : text;
  guint length = count_hex (digits);
  AetherDigestKind found = colon ? kind_of_tag (text, colon - text) : kind_of_length (length);

  if (found == AETHER_DIGEST_NONE || digits[length] != '\0' || length != kinds[found].length)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is not a checksum. Write it as sha256: or sha512: and its hexadecimal digits."), text);
      return FALSE;
    }

  *kind = found;
  *hex = g_ascii_strdown (digits, -1);
  return TRUE;
}

/* The file's part of the path in a list. */
static gboolean
names (const char *path, const char *name)
{
  const char *slash = strrchr (path, '/');

  return g_str_equal (slash ? slash + 1 : path, name);
}

/* "SHA256 (NAME) = HEX" as BSD has it, "SHA256(NAME)= HEX" as OpenSSL */
static AetherDigestKind
read_bsd_line (char *line, const char *name, char **hex)
{
  char *open = strchr (line, '(');
  char *equals = open ? g_strrstr (open, "= ") : NULL;
  char *shut = equals;
  gsize tag = open ? open - line : 0;
  AetherDigestKind kind;

  if (shut && shut[-1] == ' ')
    shut--;
  if (shut == NULL || shut[-1] != ')')
    return AETHER_DIGEST_NONE;

  if (tag > 0 && line[tag - 1] == ' ')
    tag--;
  kind = kind_of_tag (line, tag);
  shut[-1] = '\0';
  *hex = equals + 2;
  return kind != AETHER_DIGEST_NONE && count_hex (*hex) == kinds[kind].length && names (open + 1, name)
           ? kind : AETHER_DIGEST_NONE;
}

/* "HEX  NAME", "HEX *NAME", "HEX" */
static AetherDigestKind
read_gnu_line (char *line, const char *name, gboolean *nameless, char **hex)
{
  guint length = count_hex (line);
  AetherDigestKind kind = kind_of_length (length);
  char *rest = line + length;

  *hex = line;
  *nameless = FALSE;
  if (kind == AETHER_DIGEST_NONE)
    return kind;
  if (*rest == '\0')
    {
      *nameless = TRUE;
      return kind;
    }
  if (*rest != ' ' && *rest != '\t')
    return AETHER_DIGEST_NONE;

  rest += strspn (rest, " \t");
  if (*rest == '*')
    rest++;
  return names (rest, name) ? kind : AETHER_DIGEST_NONE;
}

AetherDigestKind
aether_digest_find (const char *list, const char *name, char **hex)
{
  const char *mark = "\xef\xbb\xbf";   /* that Windows begins a text with */
  g_auto(GStrv) lines = g_strsplit (g_str_has_prefix (list, mark) ? list + strlen (mark) : list, "\n", -1);
  AetherDigestKind best = AETHER_DIGEST_NONE, lone = AETHER_DIGEST_NONE;
  const char *lone_hex = NULL;
  guint lone_lines = 0;

  *hex = NULL;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      gboolean nameless = FALSE;
      char *digits = NULL;
      AetherDigestKind kind = read_bsd_line (line, name, &digits);

      if (kind == AETHER_DIGEST_NONE)
        kind = read_gnu_line (line, name, &nameless, &digits);
      if (nameless)
        {
          lone = kind;
          lone_hex = digits;
          lone_lines++;
        }
      else if (kind > best)
        {
          best = kind;
          g_free (*hex);
          *hex = g_ascii_strdown (digits, kinds[kind].length);
        }
    }

  if (best == AETHER_DIGEST_NONE && lone_lines == 1)
    {
      best = lone;
      *hex = g_ascii_strdown (lone_hex, kinds[lone].length);
    }

  return best;
}

/* --- computing them ------------------------------------------------------------ */

struct _AetherDigest
{
  gcry_md_hd_t handle;
  int          algorithm;
  guint        length;
};

static void
start_library (void)
{
  static gsize once;

  if (!g_once_init_enter (&once))
    return;
  if (!gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P))
    {
      gcry_check_version (NULL);
      gcry_control (GCRYCTL_DISABLE_SECMEM, 0);
      gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
  g_once_init_leave (&once, 1);
}

/**
 * aether_digest_new:
 *
 * Returns: (transfer full) (nullable): %NULL for %AETHER_DIGEST_NONE, and when the
 *   library's policy forbids this kind
 */
AetherDigest *
aether_digest_new (AetherDigestKind kind)
{
  AetherDigest *self;
  gcry_md_hd_t handle;

  start_library ();
  if (kind == AETHER_DIGEST_NONE || gcry_md_open (&handle, kinds[kind].algorithm, 0) != 0)
    return NULL;

  self = g_new0 (AetherDigest, 1);
  self->handle = handle;
  self->algorithm = kinds[kind].algorithm;
  self->length = kinds[kind].length / 2;
  return self;
}

void
aether_digest_update (AetherDigest *self, const void *data, gsize length)
{
  gcry_md_write (self->handle, data, length);
}

char *
aether_digest_finish (AetherDigest *self)
{
  const guint8 *bytes = gcry_md_read (self->handle, self->algorithm);
  GString *hex = g_string_sized_new (2 * self->length);

  for (guint i = 0; i < self->length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);

  return g_string_free (hex, FALSE);
}

void
aether_digest_free (AetherDigest *self)
{
  gcry_md_close (self->handle);
  g_free (self);
}
