/* ctl-output.c - text, tables and JSON on the standard output
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl-output.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAY (24 * 3600)

struct _CtlTable
{
  guint      n_columns;
  GPtrArray *cells;    /* of char *, row after row */
  GArray    *styles;   /* of CtlStyle */
};

static const char * const style_codes[] = {
  [CTL_STYLE_PLAIN] = "",
  [CTL_STYLE_BOLD] = "\033[1m",
  [CTL_STYLE_DIM] = "\033[2m",
  [CTL_STYLE_GREEN] = "\033[32m",
  [CTL_STYLE_YELLOW] = "\033[33m",
  [CTL_STYLE_RED] = "\033[31m",
};

static gboolean
use_colour (void)
{
  static int use = -1;

  if (use < 0)
    {
      const char *no_color = g_getenv ("NO_COLOR");

      use = isatty (STDOUT_FILENO) && !(no_color && *no_color) &&
            g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
    }

  return use;
}

char *
ctl_escape (const char *text)
{
  GString *out = g_string_new (NULL);
  const char *end = text + strlen (text);

  for (const char *p = text; p < end; )
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (out, "\\x%02x", (guchar) *p++);
          continue;
        }
      if (c == '\t')
        g_string_append_c (out, ' ');
      else if (g_unichar_iscntrl (c))
        g_string_append_printf (out, "\\x%02x", c);
      else
        g_string_append_unichar (out, c);
      p = g_utf8_next_char (p);
    }

  return g_string_free (out, FALSE);
}

static void
put_styled (CtlStyle style, const char *text)
{
  g_autofree char *safe = ctl_escape (text);

  if (style == CTL_STYLE_PLAIN || !use_colour ())
    fputs (safe, stdout);
  else
    fprintf (stdout, "%s%s\033[0m", style_codes[style], safe);
}

void
ctl_print (CtlStyle style, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  put_styled (style, text);
  putc ('\n', stdout);
}

void
ctl_warn (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *safe = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  fflush (stdout);
  safe = ctl_escape (text);
  fprintf (stderr, "aetherctl: %s\n", safe);
}

gboolean
ctl_flush (gboolean *broken_pipe, GError **error)
{
  /* stdio forgets why */
  static int code;

  *broken_pipe = FALSE;
  errno = 0;
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;

  if (code == 0)
    code = errno ? errno : EIO;
  *broken_pipe = code == EPIPE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               _("The output cannot be written: %s."), g_strerror (code));
  return FALSE;
}

/* --- tables --------------------------------------------------------------- */

CtlTable *
ctl_table_new (guint n_columns)
{
  CtlTable *table = g_new0 (CtlTable, 1);

  table->n_columns = n_columns;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  table->styles = g_array_new (FALSE, FALSE, sizeof (CtlStyle));

  return table;
}

void
ctl_table_free (CtlTable *table)
{
  g_ptr_array_unref (table->cells);
  g_array_unref (table->styles);
  g_free (table);
}

void
ctl_table_cell (CtlTable *table, CtlStyle style, const char *text)
{
  g_ptr_array_add (table->cells, ctl_escape (text ? text : ""));
  g_array_append_val (table->styles, style);
}

guint
ctl_text_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }

  return width;
}

void
ctl_table_print (CtlTable *table)
{
  g_autofree guint *widths = g_new0 (guint, table->n_columns);

  for (guint i = 0; i < table->cells->len; i++)
    {
      guint *width = &widths[i % table->n_columns];

      *width = MAX (*width, ctl_text_width (table->cells->pdata[i]));
    }

  for (guint i = 0; i < table->cells->len; i++)
    {
      const char *text = table->cells->pdata[i];
      guint column = i % table->n_columns;

      put_styled (g_array_index (table->styles, CtlStyle, i), text);
      if (column + 1 == table->n_columns)
        putc ('\n', stdout);
      else
        fprintf (stdout, "%*s", (int) (widths[column] - ctl_text_width (text) + 2), "");
    }
}

/* --- words ---------------------------------------------------------------- */

char *
ctl_describe_since (gint64 since)
{
  gint64 seconds = g_get_real_time () / G_USEC_PER_SEC - since;

  if (since <= 0)
    return g_strdup ("");
  if (seconds < 5)
    return g_strdup (_("just now"));
  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d second ago", "%d seconds ago", (gulong) seconds), (int) seconds);
  if (seconds < 3600)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", (gulong) (seconds / 60)),
                            (int) (seconds / 60));
  if (seconds < DAY)
    return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", (gulong) (seconds / 3600)),
                            (int) (seconds / 3600));

  return g_strdup_printf (ngettext ("%d day ago", "%d days ago", (gulong) (seconds / DAY)),
                          (int) (seconds / DAY));
}

const char *
ctl_describe_state (AetherState state)
{
  switch (state)
    {
    case AETHER_STATE_STOPPED: return _("stopped");
    case AETHER_STATE_STARTING: return _("starting");
    case AETHER_STATE_RUNNING: return _("running");
    case AETHER_STATE_PAUSED: return _("paused");
    case AETHER_STATE_STOPPING: return _("stopping");
    default: return "";
    }
}

const char *
ctl_describe_bundle (AetherBundle *bundle)
{
  return aether_bundle_get_suspended (bundle) ? _("suspended") : ctl_describe_state (aether_bundle_get_state (bundle));
}

CtlStyle
ctl_state_style (AetherState state)
{
  switch (state)
    {
    case AETHER_STATE_RUNNING: return CTL_STYLE_GREEN;
    case AETHER_STATE_STARTING:
    case AETHER_STATE_PAUSED:
    case AETHER_STATE_STOPPING: return CTL_STYLE_YELLOW;
    case AETHER_STATE_STOPPED:
    default: return CTL_STYLE_PLAIN;
    }
}

static const char *
describe_severity (AetherSeverity severity)
{
  switch (severity)
    {
    case AETHER_SEVERITY_ERROR: return _("error");
    case AETHER_SEVERITY_WARNING: return _("warning");
    case AETHER_SEVERITY_NOTE:
    default: return _("note");
    }
}

void
ctl_print_findings (GPtrArray *findings)
{
  static const CtlStyle styles[] = { CTL_STYLE_PLAIN, CTL_STYLE_YELLOW, CTL_STYLE_RED };

  for (guint i = 0; findings && i < findings->len; i++)
    {
      AetherFinding *finding = findings->pdata[i];
      AetherSeverity severity = aether_finding_get_severity (finding);
      const char *fix = aether_finding_get_fix (finding);

      put_styled (styles[severity], describe_severity (severity));
      fputs (": ", stdout);
      put_styled (CTL_STYLE_PLAIN, aether_finding_get_sentence (finding));
      putc ('\n', stdout);
      if (fix && *fix)
        /* Translators: %s is a setting, as memory.size=2048 */
        ctl_print (CTL_STYLE_DIM, _("  fix: set %s"), fix);
    }
}

void
ctl_warn_findings (GPtrArray *findings)
{
  for (guint i = 0; findings && i < findings->len; i++)
    ctl_warn ("%s: %s", describe_severity (aether_finding_get_severity (findings->pdata[i])),
              aether_finding_get_sentence (findings->pdata[i]));
}

/* --- JSON ----------------------------------------------------------------- */

void
ctl_print_json (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, TRUE);

  fputs (text, stdout);
  putc ('\n', stdout);
  json_node_unref (node);
}

void
ctl_json_string (JsonBuilder *builder, const char *key, const char *value)
{
  g_autofree char *valid = value ? g_utf8_make_valid (value, -1) : NULL;

  json_builder_set_member_name (builder, key);
  if (valid)
    json_builder_add_string_value (builder, valid);
  else
    json_builder_add_null_value (builder);
}

/* Adds members to the object that is open. @client: what it says is newer than
 * what the disk says. */
void
ctl_json_machine (JsonBuilder *builder, AetherBundle *bundle, AetherClient *client)
{
  AetherState state = client ? aether_client_get_state (client) : aether_bundle_get_state (bundle);
  gint64 since = client ? aether_client_get_since (client) : aether_bundle_get_since (bundle);

  ctl_json_string (builder, "name", aether_bundle_get_name (bundle));
  ctl_json_string (builder, "uuid", aether_bundle_get_uuid (bundle));
  ctl_json_string (builder, "path", aether_bundle_get_path (bundle));
  ctl_json_string (builder, "arch", aether_bundle_get_arch (bundle));
  ctl_json_string (builder, "engine", aether_bundle_get_engine (bundle));
  ctl_json_string (builder, "os", aether_bundle_get_os (bundle));
  ctl_json_string (builder, "state", aether_state_to_nick (state));
  json_builder_set_member_name (builder, "suspended");
  json_builder_add_boolean_value (builder, client == NULL && aether_bundle_get_suspended (bundle));
  json_builder_set_member_name (builder, "since");
  if (since > 0)
    json_builder_add_int_value (builder, since);
  else
    json_builder_add_null_value (builder);
  ctl_json_string (builder, "problem", aether_bundle_get_problem (bundle));
}

void
ctl_json_findings (JsonBuilder *builder, GPtrArray *findings)
{
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; findings && i < findings->len; i++)
    {
      AetherFinding *finding = findings->pdata[i];
      const char *fix = aether_finding_get_fix (finding);

      json_builder_begin_object (builder);
      ctl_json_string (builder, "severity", aether_severity_to_nick (aether_finding_get_severity (finding)));
      ctl_json_string (builder, "id", aether_finding_get_id (finding));
      ctl_json_string (builder, "sentence", aether_finding_get_sentence (finding));
      ctl_json_string (builder, "fix", fix && *fix ? fix : NULL);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
ctl_print_machine_json (AetherBundle *bundle, AetherClient *client)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ctl_json_machine (builder, bundle, client);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}
