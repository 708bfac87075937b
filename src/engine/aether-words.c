/* aether-words.c - how states, times and sizes are said
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-words.h"

#include <glib/gi18n-lib.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/**
 * aether_words_duration:
 * @seconds: how long; negative counts as 0
 *
 * Returns: (transfer full): the largest whole unit, as "2 min"
 */
char *
aether_words_duration (gint64 seconds)
{
  if (seconds < MINUTE)
    return g_strdup (_("just now"));

  if (seconds < HOUR)
    {
      int n = seconds / MINUTE;

      /* Translators: how long a machine has been running, short */
      return g_strdup_printf (ngettext ("%d min", "%d min", n), n);
    }

  if (seconds < DAY)
    {
      int n = seconds / HOUR;

      return g_strdup_printf (ngettext ("%d hour", "%d hours", n), n);
    }

  int n = MIN (seconds / DAY, G_MAXINT);

  return g_strdup_printf (ngettext ("%d day", "%d days", n), n);
}

/* Calendar days between two moments: yesterday 23:59 is one day before today 0:01. */
static int
calendar_days (GDateTime *from, GDateTime *to)
{
  GDate a, b;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a, g_date_time_get_day_of_month (from), g_date_time_get_month (from), g_date_time_get_year (from));
  g_date_set_dmy (&b, g_date_time_get_day_of_month (to), g_date_time_get_month (to), g_date_time_get_year (to));

  return g_date_days_between (&a, &b);
}

/**
 * aether_words_moment:
 * @since: the moment, seconds since the epoch
 * @now: from where it is seen
 *
 * Returns: (transfer full): as in "yesterday" or "12 March 2024"
 */
char *
aether_words_moment (gint64 since, gint64 now)
{
  g_autoptr(GDateTime) then = g_date_time_new_from_unix_local (since);
  g_autoptr(GDateTime) today = g_date_time_new_from_unix_local (now);
  gint64 age = now - since;

  if (then == NULL || today == NULL)
    return g_strdup (_("long ago"));

  if (age < MINUTE)
    return g_strdup (_("just now"));

  if (age < HOUR)
    {
      int n = age / MINUTE;

      return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", n), n);
    }

  int days = calendar_days (then, today);

  if (days == 0)
    {
      int n = age / HOUR;

      return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", n), n);
    }

  if (days == 1)
    return g_strdup (_("yesterday"));

  if (days < 7)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", days), days);

  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: a date of this year, strftime format: "12 March" */
    return g_date_time_format (then, _("%-e %B"));

  /* Translators: a date of another year, strftime format: "12 March 2024" */
  return g_date_time_format (then, _("%-e %B %Y"));
}

/**
 * aether_words_state:
 * @state: what the machine does
 * @since: since when, 0 when unknown
 * @now: the time now
 *
 * Returns: (transfer full): one line for a list, as "Running, 2 min" or "Off, yesterday"
 */
char *
aether_words_state (AetherState state, gint64 since, gint64 now)
{
  g_autofree char *when = NULL;

  switch (state)
    {
    case AETHER_STATE_STARTING:
      return g_strdup (_("Starting…"));

    case AETHER_STATE_STOPPING:
      return g_strdup (_("Shutting down…"));

    case AETHER_STATE_RUNNING:
      if (since <= 0)
        return g_strdup (_("Running"));
      when = aether_words_duration (now - since);
      /* Translators: %s is how long, as in "2 hours" */
      return g_strdup_printf (_("Running, %s"), when);

    case AETHER_STATE_PAUSED:
      if (since <= 0)
        return g_strdup (_("Paused"));
      when = aether_words_duration (now - since);
      /* Translators: %s is how long, as in "2 hours" */
      return g_strdup_printf (_("Paused, %s"), when);

    case AETHER_STATE_STOPPED:
    default:
      if (since <= 0)
        return g_strdup (_("Off"));
      when = aether_words_moment (since, now);
      /* Translators: %s is when it was last on, as in "yesterday" */
      return g_strdup_printf (_("Off, %s"), when);
    }
}

/**
 * aether_words_suspended:
 *
 * Returns: (transfer full): of a machine that is off, to go on where it was
 */
char *
aether_words_suspended (gint64 since, gint64 now)
{
  g_autofree char *when = since > 0 ? aether_words_moment (since, now) : NULL;

  /* Translators: %s is since when, as in "yesterday" */
  return when ? g_strdup_printf (_("Suspended, %s"), when) : g_strdup (_("Suspended"));
}

char *
aether_words_machine (AetherBundle *bundle, gint64 now)
{
  if (aether_bundle_get_suspended (bundle))
    return aether_words_suspended (aether_bundle_get_since (bundle), now);

  return aether_words_state (aether_bundle_get_state (bundle), aether_bundle_get_since (bundle), now);
}

/**
 * aether_words_size:
 * @bytes: a size
 *
 * Returns: (transfer full): the size with a unit, one decimal where it says something
 */
char *
aether_words_size (guint64 bytes)
{
  /* Translators: sizes of disks and memory; %s is a number */
  static const char * const units[] = { N_("%s bytes"), N_("%s KB"), N_("%s MB"), N_("%s GB"), N_("%s TB"), N_("%s PB") };
  g_autofree char *number = NULL;
  double value = bytes;
  guint unit = 0;

  while (value >= 1024 && unit + 1 < G_N_ELEMENTS (units))
    {
      value /= 1024;
      unit++;
    }

  if (value < 10 && value - (int) value >= 0.05 && unit > 0)
    number = g_strdup_printf ("%.1f", value);
  else
    number = g_strdup_printf ("%.0f", value);

  /* the format is one of ours, chosen by unit and translated with its one %s */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(units[unit]), number);
#pragma GCC diagnostic pop
}

/**
 * aether_words_arch:
 * @arch: (nullable): as in machine.json
 *
 * Returns: what people call it; @arch itself when it is not a known one
 */
const char *
aether_words_arch (const char *arch)
{
  static const struct { const char *arch, *title; } names[] = {
    { "x86_64", N_("64-bit PC (x86_64)") },
    { "i386", N_("32-bit PC (i386)") },
    { "aarch64", N_("64-bit ARM (aarch64)") },
    { "riscv64", N_("64-bit RISC-V (riscv64)") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (arch, names[i].arch) == 0)
        return _(names[i].title);
    }

  return arch != NULL ? arch : _("Unknown");
}
