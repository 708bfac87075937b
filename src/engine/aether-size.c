/* aether-size.c - sizes as people type them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-image.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* "", "B", "G", "GB", "GiB" in any case; -1: no unit */
static int
unit_power (const char *unit)
{
  static const char letters[] = "kmgtpe";
  const char *letter;

  if (*unit == '\0' || g_ascii_strcasecmp (unit, "b") == 0)
    return 0;

  letter = strchr (letters, g_ascii_tolower (*unit));
  if (letter == NULL || *letter == '\0')
    return -1;
  if (unit[1] != '\0' && g_ascii_strcasecmp (unit + 1, "b") != 0 && g_ascii_strcasecmp (unit + 1, "ib") != 0)
    return -1;

  return letter - letters + 1;
}

/**
 * aether_parse_size:
 * @text: as "8G", "512 MiB", "1.5t", "1073741824"
 * @bytes: (out): at most %G_MAXINT64
 *
 * Units are powers of 1024, however they are written. Errors:
 * %G_IO_ERROR_INVALID_ARGUMENT.
 */
gboolean
aether_parse_size (const char *text, guint64 *bytes, GError **error)
{
  g_autofree char *valid = NULL;
  g_autofree char *trimmed = NULL;
  double fraction = 0;
  guint64 whole = 0, unit;
  gboolean too_large = FALSE;
  const char *p;
  int power;

  g_return_val_if_fail (text != NULL, FALSE);

  valid = g_utf8_make_valid (text, -1);
  trimmed = g_strstrip (g_strdup (valid));

  for (p = trimmed; g_ascii_isdigit (*p); p++)
    too_large |= !g_uint64_checked_mul (&whole, whole, 10) || !g_uint64_checked_add (&whole, whole, *p - '0');
  if (p == trimmed)
    goto no_size;
  if (*p == '.')
    {
      if (!g_ascii_isdigit (p[1]))
        goto no_size;
      for (double digit = 0.1; g_ascii_isdigit (*++p); digit /= 10)
        fraction += (*p - '0') * digit;
    }
  while (*p == ' ')
    p++;

  power = unit_power (p);
  if (power < 0 || (power == 0 && fraction > 0))
    goto no_size;

  unit = G_GUINT64_CONSTANT (1) << (10 * power);
  too_large |= !g_uint64_checked_mul (&whole, whole, unit) ||
               !g_uint64_checked_add (&whole, whole, (guint64) (fraction * unit + 0.5)) ||
               whole > G_MAXINT64;
  if (too_large)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is more than any disk can hold. The most is 7 E."), valid);
      return FALSE;
    }

  *bytes = whole;
  return TRUE;

no_size:
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("“%s” is no size. Give a number with K, M, G or T behind it, as in “20G”."), valid);
  return FALSE;
}
