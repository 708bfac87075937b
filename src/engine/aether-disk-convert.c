/* aether-disk-convert.c - copies of disk images in another format, by qemu-img
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-convert.h"

#include "aether-json.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
# include <sys/prctl.h>
#endif

#define MOST_WORDS 4096   /* bytes of complaint */

/* Between fork and exec. It ends with the thread that waits for it, and so with us. */
static void
setup_cb (gpointer user_data)
{
#ifdef __linux__
  prctl (PR_SET_PDEATHSIG, SIGKILL);
#endif
}

static GSubprocess *
spawn (const char * const *argv, GSubprocessFlags flags, GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr(GError) cause = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, setup_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &cause);
  if (process)
    return process;

  if (g_error_matches (cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("qemu-img is not there. Install the disk tools of QEMU (qemu-utils or qemu-img)."));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Could not run qemu-img. %s."), cause->message);
  return NULL;
}

/* "json:{...}", which is no option and no path whatever stands in it. */
static char *
source_argument (JsonNode *source)
{
  g_autofree char *text = json_to_string (source, FALSE);

  return g_strconcat ("json:", text, NULL);
}

/* Its last line says what went wrong; names are quoted in front of that, "json:{...}" too. */
static void
set_complaint (GError **error, const char *words, const char *shown)
{
  g_autofree char *valid = g_utf8_make_valid (words ? words : "", -1);
  char *line = strrchr (g_strchomp (valid), '\n');
  char *end;

  line = line ? line + 1 : valid;
  /* "qemu-img: Could not open 'json:{...}': why" */
  if ((end = g_strrstr (line, "': ")))
    line = end + 3;
  else if (g_str_has_prefix (line, "qemu-img: "))
    line += strlen ("qemu-img: ");
  g_strchug (line);
  if (g_str_has_suffix (line, "."))
    line[strlen (line) - 1] = '\0';

  if (strstr (valid, "No space left on device"))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _("There is no room left for the copy of “%s”. Free some space, then try again."), shown);
  else if (strstr (valid, "Is another process using the image"))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _("The disk “%s” is in use by another program. Close that first."), shown);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("The disk “%s” cannot be read. qemu-img says: %s."), shown, *line ? line : _("It gives no reason"));
}

/* Runs it to its end. @out: (out): what it answered; @words: (out): what it complained of
 * Returns: %FALSE with @error when it could not be, or was cancelled */
static gboolean
run (const char * const *argv, char **out, char **words, gboolean *successful, GCancellable *cancellable, GError **error)
{
  g_autoptr(GSubprocess) process = spawn (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);

  if (process == NULL)
    return FALSE;
  if (!g_subprocess_communicate_utf8 (process, NULL, cancellable, out, words, error))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      return FALSE;
    }

  *successful = g_subprocess_get_successful (process);
  return TRUE;
}

/* --- measuring ------------------------------------------------------------- */

static JsonObject *
measure (const char *argument, const char *format, const char *shown, JsonNode **root, GCancellable *cancellable, GError **error)
{
  const char *argv[] = { "qemu-img", "measure", "--output=json", "-O", format, argument, NULL };
  g_autofree char *out = NULL, *words = NULL;
  gboolean successful;

  if (!run (argv, &out, &words, &successful, cancellable, error))
    return NULL;

  *root = successful ? aether_json_parse (out, strlen (out), NULL) : NULL;
  if (*root)
    return json_node_get_object (*root);

  set_complaint (error, words, shown);
  return NULL;
}

gboolean
aether_disk_measure (JsonNode *source, const char *shown, guint64 *virtual_size, guint64 *needed,
                     GCancellable *cancellable, GError **error)
{
  g_autofree char *argument = source_argument (source);
  g_autoptr(JsonNode) raw = NULL, qcow2 = NULL;
  JsonObject *answer;

  /* As raw it takes, with all written, just what a machine sees */
  answer = measure (argument, "raw", shown, &raw, cancellable, error);
  if (answer == NULL)
    return FALSE;
  *virtual_size = MAX (aether_json_get_int (answer, "fully-allocated"), 0);

  answer = measure (argument, "qcow2", shown, &qcow2, cancellable, error);
  if (answer == NULL)
    return FALSE;
  *needed = MAX (aether_json_get_int (answer, "required"), 0);

  return TRUE;
}

/* --- converting ------------------------------------------------------------ */

static void
cancelled_cb (GCancellable *cancellable, gpointer process)
{
  g_subprocess_force_exit (process);
}

/* "    (12.34/100%)", ended by CR; all else is kept as words. */
static void
take_line (const char *line, GString *words, AetherDiskProgress progress, gpointer data)
{
  const char *open = strchr (line, '(');

  if (open && strstr (open, "/100%)"))
    {
      if (progress)
        progress (CLAMP (g_ascii_strtod (open + 1, NULL) / 100, 0, 1), data);
    }
  else if (*line && words->len + strlen (line) < MOST_WORDS)
    g_string_append_printf (words, "%s\n", line);
}

static void
follow (GSubprocess *process, GString *words, AetherDiskProgress progress, gpointer data)
{
  GInputStream *stream = g_subprocess_get_stdout_pipe (process);
  g_autoptr(GString) line = g_string_new (NULL);
  char buffer[512];
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL)) > 0)
    for (gssize i = 0; i < n; i++)
      if (buffer[i] == '\r' || buffer[i] == '\n')
        {
          take_line (line->str, words, progress, data);
          g_string_truncate (line, 0);
        }
      else if (buffer[i] != '\0' && line->len < MOST_WORDS)
        g_string_append_c (line, buffer[i]);

  take_line (line->str, words, progress, data);
}

gboolean
aether_disk_convert (JsonNode *source, const char *shown, const char *path, const char *format,
                     AetherDiskProgress progress, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *argument = source_argument (source);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  const char *argv[] = { "qemu-img", "convert", "-p", "-O", format, argument, absolute, NULL };
  g_autoptr(GString) words = g_string_new (NULL);
  g_autoptr(GSubprocess) process = NULL;
  gulong id;
  int fd;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  /* Ours alone before anything is in it; qemu-img keeps what a file may be read by */
  fd = open (absolute, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("Could not make “%s”: %s."), absolute, g_strerror (code));
      return FALSE;
    }
  close (fd);

  process = spawn (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, error);
  if (process)
    {
      id = cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), g_object_ref (process), g_object_unref)
                       : 0;
      follow (process, words, progress, data);
      g_subprocess_wait (process, NULL, NULL);
      g_cancellable_disconnect (cancellable, id);
      if (g_subprocess_get_successful (process))
        return TRUE;
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        set_complaint (error, words->str, shown);
    }

  unlink (absolute);
  return FALSE;
}

gboolean
aether_disk_enlarge (const char *path, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *shown = g_filename_display_basename (absolute);
  g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  const char *argv[] = { "qemu-img", "resize", "-q", "-f", "qcow2", absolute, bytes, NULL };
  g_autofree char *out = NULL, *words = NULL;
  gboolean successful;

  if (!run (argv, &out, &words, &successful, cancellable, error))
    return FALSE;
  if (!successful)
    set_complaint (error, words, shown);

  return successful;
}
