/* aether-os-look.c - colour and mark of operating systems, drawn by ourselves
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-os-look.h"

#include <math.h>
#include <string.h>

#define WHITE 0xffffff
#define BLACK 0x1d1d20

/* Marks in a square of 32 by 32, filled by the even-odd rule */
#define PROMPT "M7 9l6.5 7L7 23h4l6.5-7L11 9zM17 21h8v2.6h-8z"
#define WINDOW "M6 8h20v16H6zM8.4 13v8.6h15.2V13z"
#define SCREEN "M6 7h20v14H6zM8.4 9.4v9.2h15.2V9.4zM12 23h8v2.4h-8z"
#define PHONE  "M10 5h12v22H10zM12.2 8.4v13.4h7.6V8.4zM15 23.6h2v1.8h-2z"
#define DISC   "M16 6a10 10 0 1 0 0 20a10 10 0 1 0 0-20zM16 12.6a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 1 1 0-6.8z"
#define SUN    "M16 10a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM14.8 4h2.4v4h-2.4zM14.8 24h2.4v4h-2.4zM4 14.8h4v2.4H4zM24 14.8h4v2.4h-4z"

/* By name. Short ids begin with a family's word; what stands in @words is separated by spaces. */
static const struct
{
  const char  *words;
  AetherOsLook look;
} looks[] = {
  { "aether",                       { "aether", "Æ", NULL, 0x3548a8 } },
  { "almalinux",                    { "almalinux", "Am", NULL, 0x1f5f9e } },
  { "alpinelinux alpine",           { "alpine", "Al", NULL, 0x0d597f } },
  { "alt altlinux",                 { "altlinux", "AT", NULL, 0x8a6d00 } },
  { "android android-x86 blissos lineageos", { "android", NULL, PHONE, 0x2c7a4b } },
  { "anolis asianux circle eurolinux miraclelinux ol oel oraclelinux scientificlinux", { "linux-enterprise", "EL", NULL, 0x8f3f3f } },
  { "archlinux arch",               { "archlinux", "Ar", NULL, 0x1277a8 } },
  { "centos",                       { "centos", "Ce", NULL, 0x7b2f83 } },
  { "cirros",                       { "cirros", "Ci", NULL, 0x3b7a9a } },
  { "clearlinux",                   { "clearlinux", "Cl", NULL, 0x2a6f9c } },
  { "debian",                       { "debian", "De", NULL, 0xa80f3e } },
  { "dragonflybsd dragonfly",       { "dragonflybsd", "DF", NULL, 0x3f6b45 } },
  { "elementary elementaryos",      { "elementary", "el", NULL, 0x35628f } },
  { "endeavouros",                  { "endeavouros", "EO", NULL, 0x6b3fa8 } },
  { "eos",                          { "endless", "En", NULL, 0xb8431f } },
  { "fedora silverblue kinoite coreos", { "fedora", "Fe", NULL, 0x2f5597 } },
  { "freebsd ghostbsd",             { "freebsd", "FB", NULL, 0xa9262a } },
  { "gentoo",                       { "gentoo", "Ge", NULL, 0x5a4b8a } },
  { "gnome",                        { "gnome", "GN", NULL, 0x3c5c86 } },
  { "guix",                         { "guix", "Gx", NULL, 0xf2b02c } },
  { "haiku",                        { "haiku", "Ha", NULL, 0x215a8c } },
  { "hyperbola parabola",           { "hyperbola", "Hy", NULL, 0x4a4f63 } },
  { "kali",                         { "kali", "Ka", NULL, 0x27408f } },
  { "linux unknown",                { "linux", NULL, PROMPT, 0x4a4a52 } },
  { "linuxmint mint lmde",          { "linuxmint", "Mi", NULL, 0x467d22 } },
  { "macosx macos osx darwin",      { "macos", NULL, SCREEN, 0x62626c } },
  { "mageia mandrake mandriva mbs mes openmandriva", { "mageia", "Mg", NULL, 0x24508a } },
  { "manjaro",                      { "manjaro", "Ma", NULL, 0x1c7f63 } },
  { "msdos freedos",                { "freedos", NULL, PROMPT, 0x20506b } },
  { "netbsd",                       { "netbsd", "NB", NULL, 0xb8531a } },
  { "netware",                      { "netware", "Nw", NULL, 0x9a3030 } },
  { "nixos",                        { "nixos", "Nx", NULL, 0x4a66a0 } },
  { "openbsd",                      { "openbsd", "OB", NULL, 0xf2ca30 } },
  { "opensuse sles sled sle slem suse caasp microos", { "opensuse", "SU", NULL, 0x3f7a1f } },
  { "popos pop",                    { "pop-os", "Po", NULL, 0x19727c } },
  { "pureos trisquel ucs devuan",   { "linux-debian", "Li", NULL, 0x5c4a72 } },
  { "reactos",                      { "reactos", NULL, WINDOW, 0x8a4b2a } },
  { "rhel redhat rhl",              { "redhat", "RH", NULL, 0xb8151b } },
  { "rocky",                        { "rocky", "Ro", NULL, 0x0f7a56 } },
  { "slackware slackwarearm freenix", { "slackware", "Sl", NULL, 0x44548f } },
  { "solaris opensolaris openindiana omnios illumos smartos", { "solaris", NULL, SUN, 0xb05a06 } },
  { "ubuntu kubuntu xubuntu lubuntu", { "ubuntu", "Ub", NULL, 0xc2410c } },
  { "voidlinux void",               { "void", "Vo", NULL, 0x3f6f55 } },
  { "win winnt winxp winvista winme windows", { "windows", NULL, WINDOW, 0x0f62b4 } },
  { "zorin",                        { "zorin", "Zo", NULL, 0x0f70a8 } },
};

static const AetherOsLook generic = { "generic", NULL, DISC, 0x5e5c64 };

/* Whether @os begins with one of @words, and goes on with something else than a letter: "win11",
 * "debiantesting" by the caller's leave. Returns: length of the word */
static gsize
measure (const char *os, const char *words, gboolean whole)
{
  gsize best = 0;

  while (*words)
    {
      gsize length = strcspn (words, " ");

      if (length > best && g_ascii_strncasecmp (os, words, length) == 0 && (!whole || !g_ascii_isalpha (os[length])))
        best = length;
      words += length + (words[length] == ' ');
    }

  return best;
}

const AetherOsLook *
aether_os_look_find (const char *os)
{
  const AetherOsLook *found = NULL;
  gsize best = 0;

  g_return_val_if_fail (os != NULL, NULL);

  /* "debiantesting" has no other word than "debian"; "popular" is not of "pop" */
  for (int whole = 1; whole >= 0 && found == NULL; whole--)
    for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
      {
        gsize length = measure (os, looks[i].words, whole);

        if (length > best && (whole || length >= strlen ("ubuntu") || g_str_has_prefix (looks[i].words, "haiku")))
          {
            best = length;
            found = &looks[i].look;
          }
      }

  return found;
}

const AetherOsLook *
aether_os_look_generic (void)
{
  return &generic;
}

const AetherOsLook *
aether_os_look_list (void)
{
  static AetherOsLook all[G_N_ELEMENTS (looks) + 2];

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    all[i] = looks[i].look;
  all[G_N_ELEMENTS (looks)] = generic;

  return all;
}

/* --- what can be read on it ------------------------------------------------------ */

static double
luminance (guint32 color)
{
  static const double weights[] = { 0.0722, 0.7152, 0.2126 };
  double sum = 0;

  for (guint i = 0; i < 3; i++)
    {
      double c = (color >> (8 * i) & 0xff) / 255.0;

      sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4));
    }

  return sum;
}

double
aether_os_look_contrast (guint32 one, guint32 other)
{
  double a = luminance (one) + 0.05, b = luminance (other) + 0.05;

  return a > b ? a / b : b / a;
}

guint32
aether_os_look_ink (guint32 color)
{
  return aether_os_look_contrast (color, WHITE) >= 4.5 ||
         aether_os_look_contrast (color, WHITE) > aether_os_look_contrast (color, BLACK) ? WHITE : BLACK;
}
