/* cmd-log.c - aetherctl log: what aether-machine, the engine and the guest wrote
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_LINES  50
#define MOST_TAIL      (16 * 1024 * 1024)   /* bytes looked at for the last lines */
#define FOLLOW_INTERVAL 250                 /* ms */

static gboolean follow;
static gboolean json;
static char *lines_text;
static char *serial_text;

const GOptionEntry cmd_log_options[] = {
  { "follow", 'f', 0, G_OPTION_ARG_NONE, &follow, N_("Go on with new lines until interrupted"), NULL },
  { "lines", 'n', 0, G_OPTION_ARG_FILENAME, &lines_text, N_("How many of the last lines (default: 50)"), N_("NUMBER") },
  { "serial", 0, 0, G_OPTION_ARG_FILENAME, &serial_text, N_("What the guest wrote to this serial port, from 0"), N_("PORT") },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

/* One log file, followed across its rotations. */
typedef struct
{
  char    *path;
  int      fd;         /* -1: not there yet */
  GString *partial;    /* a line whose end has not come */
  gboolean raw;        /* a guest's terminal: bytes as they are */
} Log;

static gboolean
log_open (Log *log, GError **error)
{
  struct stat st;
  int code;

  /* In a bundle from somebody else a FIFO may lie there */
  log->fd = open (log->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (log->fd < 0 && errno == ENOENT)
    return TRUE;
  if (log->fd >= 0 && fstat (log->fd, &st) == 0 && S_ISREG (st.st_mode))
    return TRUE;

  code = log->fd >= 0 ? EINVAL : errno;
  g_clear_fd (&log->fd, NULL);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("“%s” cannot be read: %s."),
               log->path, g_strerror (code));
  return FALSE;
}

/* Sets the file to where its last @n lines begin. */
static void
log_seek (Log *log, guint n)
{
  char buffer[65536];
  gint64 end = lseek (log->fd, 0, SEEK_END);
  gint64 stop = MAX (0, end - MOST_TAIL);
  guint found = 0;

  for (gint64 block_end = end; block_end > stop; )
    {
      gint64 start = MAX (stop, block_end - (gint64) sizeof buffer);
      gssize got = pread (log->fd, buffer, block_end - start, start);

      for (gssize i = got - 1; i >= 0; i--)
        /* The newline that ends the last line begins none */
        if (buffer[i] == '\n' && start + i + 1 < end && ++found == n)
          {
            lseek (log->fd, start + i + 1, SEEK_SET);
            return;
          }
      if (got <= 0)
        break;
      block_end = start;
    }

  lseek (log->fd, n == 0 ? end : stop, SEEK_SET);
}

static void
print_line (Log *log, JsonBuilder *builder, const char *line, gsize length)
{
  g_autofree char *text = g_strndup (line, length);

  if (builder)
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      json_builder_add_string_value (builder, valid);
    }
  else if (log->raw)
    {
      fwrite (line, 1, length, stdout);
      putc ('\n', stdout);
    }
  else
    ctl_print (CTL_STYLE_PLAIN, "%s", text);
}

/* Prints the whole lines that are there; @rest: an unfinished one too. */
static void
log_print (Log *log, JsonBuilder *builder, gboolean rest)
{
  char buffer[65536];
  gssize got;

  while (log->fd >= 0 && (got = read (log->fd, buffer, sizeof buffer)) > 0)
    {
      const char *start;
      const char *newline;

      g_string_append_len (log->partial, buffer, got);
      for (start = log->partial->str;
           (newline = memchr (start, '\n', log->partial->str + log->partial->len - start));
           start = newline + 1)
        print_line (log, builder, start, newline - start);
      g_string_erase (log->partial, 0, start - log->partial->str);
    }

  if (rest && log->partial->len > 0)
    {
      print_line (log, builder, log->partial->str, log->partial->len);
      g_string_truncate (log->partial, 0);
    }
}

/* When another file has taken the name, finishes the old one and opens that. */
static void
log_follow_rotation (Log *log)
{
  struct stat here, there;

  if (stat (log->path, &there) < 0)
    return;
  if (log->fd >= 0 && fstat (log->fd, &here) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev)
    {
      if (there.st_size < lseek (log->fd, 0, SEEK_CUR))
        lseek (log->fd, 0, SEEK_SET);
      return;
    }

  log_print (log, NULL, TRUE);
  if (log->fd >= 0)
    close (log->fd);
  log_open (log, NULL);
}

static gboolean
look (gpointer data)
{
  gboolean broken_pipe;

  log_follow_rotation (data);
  log_print (data, NULL, FALSE);

  return !ctl_flush (&broken_pipe, NULL);
}

static gboolean
log_run (Ctl *ctl, Log *log, guint lines, GError **error)
{
  g_autoptr(JsonBuilder) builder = json ? json_builder_new () : NULL;

  if (!log_open (log, error))
    return FALSE;

  if (builder)
    json_builder_begin_array (builder);
  if (log->fd >= 0)
    {
      log_seek (log, lines);
      log_print (log, builder, !follow);
    }
  if (builder)
    {
      json_builder_end_array (builder);
      ctl_print_json (json_builder_get_root (builder));
    }

  /* Ends by a signal, or when nobody reads any more */
  return follow ? ctl_wait_until (ctl, look, log, FOLLOW_INTERVAL, -1, error) : TRUE;
}

gboolean
cmd_log_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autofree char *name = NULL;
  Log log = { .fd = -1 };
  guint lines = DEFAULT_LINES;
  guint port = 0;
  gboolean done;

  if (lines_text && !ctl_parse_uint ("--lines", lines_text, 0, G_MAXINT, &lines, error))
    return FALSE;
  if (serial_text && !ctl_parse_uint ("--serial", serial_text, 0, 63, &port, error))
    return FALSE;
  if (follow && json)
    return ctl_usage (error, _("--follow and --json exclude each other."));

  bundle = ctl_find (args[0], error);
  if (bundle == NULL)
    return FALSE;

  name = serial_text ? g_strdup_printf ("serial-%u.log", port) : g_strdup ("machine.log");
  log.path = g_build_filename (aether_bundle_get_path (bundle), "logs", name, NULL);
  log.partial = g_string_new (NULL);
  log.raw = serial_text != NULL;

  done = log_run (ctl, &log, lines, error);

  if (log.fd >= 0)
    close (log.fd);
  g_string_free (log.partial, TRUE);
  g_free (log.path);

  return done;
}
