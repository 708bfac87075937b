/* aether-host-log.c - what happened to a machine, for its log file and its clients
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host-log.h"

#include "aether-log-file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FILE_LIMIT (1024 * 1024)
#define FILES_KEPT 3
#define LINE_LIMIT 4096   /* bytes of text */

struct _AetherHostLog
{
  GObject        parent_instance;

  AetherLogFile *file;
  gboolean       foreground;
  GQueue         lines;
};

enum { LINE, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherHostLog, aether_host_log, G_TYPE_OBJECT)

static void
aether_host_log_finalize (GObject *object)
{
  AetherHostLog *self = AETHER_HOST_LOG (object);

  g_clear_pointer (&self->file, aether_log_file_free);
  g_queue_clear_full (&self->lines, g_free);

  G_OBJECT_CLASS (aether_host_log_parent_class)->finalize (object);
}

static void
aether_host_log_class_init (AetherHostLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_host_log_finalize;

  signals[LINE] = g_signal_new ("line", AETHER_TYPE_HOST_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", AETHER_TYPE_HOST_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aether_host_log_init (AetherHostLog *self)
{
  g_queue_init (&self->lines);
}

AetherHostLog *
aether_host_log_new (const char *folder, gboolean foreground)
{
  g_autofree char *path = g_build_filename (folder, "machine.log", NULL);
  AetherHostLog *self = g_object_new (AETHER_TYPE_HOST_LOG, NULL);

  self->file = aether_log_file_new (path, FILE_LIMIT, FILES_KEPT, !foreground);
  self->foreground = foreground;

  return self;
}

/* A log is read in terminals, and guests and engines write into it: nothing in it may command one.
 * That is the C0 and C1 controls, and the characters that turn the direction of text around. */
void
aether_host_log_escape (GString *out, const char *text, gsize most)
{
  gsize end = out->len + most;

  for (const char *p = text; *p && out->len < end; )
    {
      gunichar c = g_utf8_get_char_validated (p, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        g_string_append_printf (out, "\\x%02x", (guchar) *p++);
      else
        {
          if (c == '\t')
            g_string_append_c (out, ' ');
          else if (c < 0xa0 && g_unichar_iscntrl (c))
            g_string_append_printf (out, "\\x%02x", c);
          else if (g_unichar_type (c) == G_UNICODE_FORMAT || c == 0x2028 || c == 0x2029)
            g_string_append_printf (out, "\\u%04x", c);
          else
            g_string_append_unichar (out, c);
          p = g_utf8_next_char (p);
        }
    }
}

void
aether_host_log_write (AetherHostLog *self, const char *text)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) line = g_string_sized_new (128);
  char *kept;

  g_string_append_printf (line, "%04d-%02d-%02d %02d:%02d:%06.3f ",
                          g_date_time_get_year (now), g_date_time_get_month (now),
                          g_date_time_get_day_of_month (now), g_date_time_get_hour (now),
                          g_date_time_get_minute (now), g_date_time_get_seconds (now));
  aether_host_log_escape (line, text, LINE_LIMIT);

  kept = g_strndup (line->str, line->len);
  g_queue_push_tail (&self->lines, kept);
  if (self->lines.length > AETHER_HOST_LOG_LINES)
    g_free (g_queue_pop_head (&self->lines));

  g_string_append_c (line, '\n');
  if (self->foreground)
    fputs (line->str, stderr);

  g_signal_emit (self, signals[LINE], 0, kept);
  if (!aether_log_file_write (self->file, line->str, line->len, &error))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

void
aether_host_log_printf (AetherHostLog *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  aether_host_log_write (self, text);
}

GStrv
aether_host_log_dup_lines (AetherHostLog *self, guint count)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  guint skip = self->lines.length > count ? self->lines.length - count : 0;

  for (GList *l = g_queue_peek_nth_link (&self->lines, skip); l; l = l->next)
    g_strv_builder_add (builder, l->data);

  return g_strv_builder_end (builder);
}
