/* aether-import-os.c - what other programs call a system, in the words of the catalogue
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <string.h>

/* Whether the digits that follow are a version as the catalogue has it. */
typedef struct
{
  const char *theirs;   /* without "-", "_" and spaces; a name begins so */
  const char *ours;
  gboolean    version;
} Word;

/* Longer words of the same beginning come first. */
static const Word words[] = {
  { "windows9srv", "win2k16", FALSE },      /* VMware's: what Microsoft called 10 in the end */
  { "windows9", "win10", FALSE },
  { "windows20", "win2k", TRUE },           /* 2019: win2k19 */
  { "windowsxp", "winxp", FALSE }, { "windowsvista", "winvista", FALSE }, { "windowsnt", "winnt", FALSE },
  { "windows", "win", TRUE }, { "winxp", "winxp", FALSE }, { "winvista", "winvista", FALSE }, { "winnt", "winnt", FALSE },
  { "win", "win", TRUE },
  { "almalinux", "almalinux", TRUE }, { "alpine", "alpinelinux", FALSE }, { "android", "android", FALSE },
  { "arch", "archlinux", FALSE }, { "centos", "centos", TRUE }, { "darwin", "macosx", FALSE },
  { "debian", "debian", TRUE }, { "dragonfly", "dragonflybsd", FALSE }, { "elementary", "elementary", FALSE },
  { "fedora", "fedora", TRUE }, { "freebsd", "freebsd", TRUE }, { "freedos", "freedos", FALSE }, { "dos", "msdos", FALSE },
  { "gentoo", "gentoo", FALSE }, { "ghostbsd", "freebsd", FALSE }, { "haiku", "haiku", FALSE }, { "kali", "kali", FALSE },
  { "linuxmint", "linuxmint", FALSE }, { "mac", "macosx", FALSE }, { "manjaro", "manjaro", FALSE }, { "mint", "linuxmint", FALSE },
  { "netbsd", "netbsd", FALSE }, { "nixos", "nixos", FALSE }, { "openbsd", "openbsd", FALSE },
  { "openindiana", "openindiana", FALSE }, { "opensuse", "opensuse", FALSE }, { "oracle", "ol", TRUE }, { "pop", "popos", FALSE },
  { "reactos", "reactos", FALSE }, { "redhat", "rhel", TRUE }, { "rhel", "rhel", TRUE }, { "rocky", "rocky", TRUE },
  { "slackware", "slackware", FALSE }, { "sles", "sles", TRUE }, { "solaris", "solaris", TRUE }, { "suse", "opensuse", FALSE },
  { "ubuntu", "ubuntu", FALSE }, { "xubuntu", "ubuntu", FALSE }, { "void", "voidlinux", FALSE },
};

/* "http://debian.org/debian/12" -> "debian12" */
static char *
from_osinfo (const char *id)
{
  g_auto(GStrv) parts = g_strsplit (id, "/", 16);
  guint n = g_strv_length (parts);

  return n >= 5 ? g_strconcat (parts[n - 2], parts[n - 1], NULL) : NULL;
}

static char *
from_words (const char *theirs)
{
  GString *name = g_string_new (NULL);
  g_autofree char *plain = NULL;

  for (const char *p = theirs; *p && name->len < 64; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (name, g_ascii_tolower (*p));
    else if (g_str_has_prefix (p + 1, "64") || g_str_has_prefix (p + 1, "arm64"))
      break;   /* its CPU is said elsewhere */
  if (g_str_has_prefix (name->str, "arm"))
    g_string_erase (name, 0, 3);
  plain = g_string_free_and_steal (name);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (plain, words[i].theirs))
      {
        const char *rest = plain + strlen (words[i].theirs);

        return g_strdup_printf ("%s%.*s", words[i].ours, words[i].version ? (int) strspn (rest, "0123456789") : 0, rest);
      }

  return strstr (plain, "linux") ? g_strdup ("linux") : NULL;
}

void
aether_import_take_os (AetherImportMachine *self, const char *theirs)
{
  g_autofree char *os = NULL;

  if (theirs == NULL || strlen (theirs) > 256)
    return;

  os = strstr (theirs, "://") ? from_osinfo (theirs) : from_words (theirs);
  if (os && g_regex_match_simple ("^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$", os, G_REGEX_DOLLAR_ENDONLY, 0))
    g_set_str (&self->os, os);
}
