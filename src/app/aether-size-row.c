/* aether-size-row.c - a spin row whose value is said with its unit
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-size-row.h"

#include "aether-disk-image.h"
#include "aether-words.h"

static gboolean
output_cb (AdwSpinRow *row, gpointer user_data)
{
  guint64 unit = *(guint64 *) user_data;
  g_autofree char *text = aether_words_size ((guint64) adw_spin_row_get_value (row) * unit);

  /* setting the same text again would move the cursor */
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (row)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (row), text);

  return TRUE;
}

/* "4 GB", "4,5 G", "4096 MB" or "6": a bare number counts in the unit now shown. */
static int
input_cb (AdwSpinRow *row, double *value, gpointer user_data)
{
  guint64 unit = *(guint64 *) user_data, bytes = 0;
  g_autofree char *text = g_ascii_strup (gtk_editable_get_text (GTK_EDITABLE (row)), -1);
  g_autofree char *size = NULL;
  GString *compact = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == ',')
        g_string_append_c (compact, '.');
      else if (g_ascii_isalnum (*p) || *p == '.')
        g_string_append_c (compact, *p);
    }

  if (compact->len > 0 && g_ascii_isdigit (compact->str[compact->len - 1]))
    g_string_append (compact, (guint64) adw_spin_row_get_value (row) * unit >= (1u << 30) ? "G" : "M");
  else if (g_str_has_suffix (compact->str, "B"))
    g_string_truncate (compact, compact->len - 1);

  size = g_string_free (compact, FALSE);
  if (!aether_parse_size (size, &bytes, NULL))
    return GTK_INPUT_ERROR;

  *value = bytes / (double) unit;
  return TRUE;
}

void
aether_size_row_set_unit (AdwSpinRow *row, guint64 unit)
{
  guint64 *data = g_new (guint64, 1);

  *data = unit;
  g_signal_connect_data (row, "output", G_CALLBACK (output_cb), data, (GClosureNotify) (void (*) (void)) g_free, 0);
  g_signal_connect (row, "input", G_CALLBACK (input_cb), data);
  output_cb (row, data);
}
