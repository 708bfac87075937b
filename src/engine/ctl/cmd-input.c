/* cmd-input.c - aetherctl type, key, screenshot
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
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_TEXT 65536   /* bytes that one TypeText takes */

static gboolean json;
static gboolean enter;
static char *layout;
static char *display_text;

/* --- type ----------------------------------------------------------------- */

const GOptionEntry cmd_type_options[] = {
  { "enter", 'e', 0, G_OPTION_ARG_NONE, &enter, N_("Press Return after the text"), NULL },
  { "layout", 'l', 0, G_OPTION_ARG_STRING, &layout, N_("Which keyboard the guest believes in (default: us)"), N_("LAYOUT") },
  G_OPTION_ENTRY_NULL
};

static char *
read_text (GError **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while (text->len <= MOST_TEXT && (n = read (STDIN_FILENO, buffer, sizeof buffer)) != 0)
    {
      if (n < 0)
        {
          int code = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                       _("The text cannot be read from the standard input: %s."), g_strerror (code));
          return NULL;
        }
      g_string_append_len (text, buffer, n);
    }

  if (memchr (text->str, '\0', text->len))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The text holds a NUL byte."));
      return NULL;
    }

  return g_string_free_and_steal (g_steal_pointer (&text));
}

gboolean
cmd_type_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *input = NULL;
  g_autofree char *text = NULL;

  client = ctl_find_running (ctl, args[0], &bundle, error);
  if (client == NULL)
    return FALSE;

  if (strcmp (args[1], "-") == 0)
    {
      ctl_signals_kill (TRUE);
      input = read_text (error);
      ctl_signals_kill (FALSE);
      if (input == NULL)
        return FALSE;
    }
  text = g_strconcat (input ? input : args[1], enter ? "\n" : "", NULL);
  if (!ctl_parse_text (_("The text"), text, error))
    return FALSE;
  if (strlen (text) > MOST_TEXT)
    return ctl_usage (error, _("The text is too long: %d bytes is the most."), MOST_TEXT);

  aether_client_type_text_in_layout_async (client, text, layout, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);

  return aether_client_finish (client, result, error);
}

/* --- key ------------------------------------------------------------------ */

const GOptionEntry cmd_key_options[] = {
  G_OPTION_ENTRY_NULL
};

gboolean
cmd_key_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GPtrArray) combinations = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 1; args[i]; i++)
    {
      GStrv keys = aether_keys_parse (args[i], error);

      if (keys == NULL)
        {
          ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
          return FALSE;
        }
      g_ptr_array_add (combinations, keys);
    }

  client = ctl_find_running (ctl, args[0], &bundle, error);
  if (client == NULL)
    return FALSE;

  for (guint i = 0; i < combinations->len; i++)
    {
      g_autoptr(GAsyncResult) result = NULL;

      aether_client_send_keys_async (client, (const char * const *) combinations->pdata[i], ctl->cancellable,
                                     ctl_done, ctl);
      result = ctl_wait (ctl);
      if (!aether_client_finish (client, result, error))
        return FALSE;
    }

  return TRUE;
}

/* --- screenshot ----------------------------------------------------------- */

const GOptionEntry cmd_screenshot_options[] = {
  { "display", 0, 0, G_OPTION_ARG_FILENAME, &display_text, N_("Which display, counted from 0 (default: 0)"), N_("NUMBER") },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
fail_file (const char *path, GError **error)
{
  int code = errno;
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("“%s” cannot be written: %s."),
               shown, g_strerror (code));
  return FALSE;
}

static gboolean
take (Ctl *ctl, AetherClient *client, guint display, int fd, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_screenshot_async (client, display, fd, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);

  return aether_client_finish (client, result, error);
}

static gboolean
copy_to_stdout (int fd, GError **error)
{
  char buffer[65536];
  gssize n;

  lseek (fd, 0, SEEK_SET);
  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    if (fwrite (buffer, 1, n, stdout) != (gsize) n)
      break;   /* ctl_flush() says so */

  return n < 0 ? fail_file ("-", error) : TRUE;
}

/* A picture is there whole or not at all: an older one stays when this one fails. */
static gboolean
take_to_file (Ctl *ctl, AetherClient *client, guint display, const char *path, GError **error)
{
  g_autofree char *temp = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temp, O_RDWR | O_CLOEXEC, 0666);
  gboolean taken;

  if (fd < 0)
    return fail_file (path, error);

  taken = take (ctl, client, display, fd, error);
  if (close (fd) < 0 && taken)
    taken = fail_file (path, error);
  if (taken && g_rename (temp, path) < 0)
    taken = fail_file (path, error);
  if (!taken)
    g_unlink (temp);

  return taken;
}

static gboolean
take_to_stdout (Ctl *ctl, AetherClient *client, guint display, GError **error)
{
  int fd = memfd_create ("screenshot", MFD_CLOEXEC);
  gboolean taken;

  if (fd < 0)
    return fail_file ("-", error);

  taken = take (ctl, client, display, fd, error) && copy_to_stdout (fd, error);
  close (fd);

  return taken;
}

gboolean
cmd_screenshot_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = NULL;
  gboolean to_stdout = strcmp (args[1], "-") == 0;
  guint display = 0;

  if (display_text && !ctl_parse_uint ("--display", display_text, 0, 15, &display, error))
    return FALSE;
  if (to_stdout && isatty (STDOUT_FILENO))
    return ctl_usage (error, _("A picture is not written to a terminal: name a file, or pipe it on."));

  client = ctl_find_running (ctl, args[0], &bundle, error);
  if (client == NULL)
    return FALSE;
  if (to_stdout)
    return take_to_stdout (ctl, client, display, error);
  if (!take_to_file (ctl, client, display, args[1], error))
    return FALSE;

  if (json)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();
      g_autofree char *path = g_canonicalize_filename (args[1], NULL);

      json_builder_begin_object (builder);
      ctl_json_string (builder, "file", path);
      json_builder_end_object (builder);
      ctl_print_json (json_builder_get_root (builder));
    }

  return TRUE;
}
