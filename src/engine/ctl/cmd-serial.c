/* cmd-serial.c - aetherctl serial: a guest's serial port on this terminal, or in a pipe
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"
#include "ctl-terminal.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ESCAPE      0x1d    /* Ctrl-] */
#define MOST_WAITED 4096    /* bytes of --until */
/* A pipe that says it can be written to takes this much without blocking (pipe(7), PIPE_BUF) */
#define CHUNK       4096

static gboolean no_replay;
static char *port_text;
static char *until;
static char *timeout_text;

const GOptionEntry cmd_serial_options[] = {
  { "port", 0, 0, G_OPTION_ARG_FILENAME, &port_text, N_("Which serial port, counted from 0 (default: 0)"), N_("NUMBER") },
  { "no-replay", 0, 0, G_OPTION_ARG_NONE, &no_replay, N_("Do not begin with what the guest wrote before"), NULL },
  { "until", 0, 0, G_OPTION_ARG_FILENAME, &until, N_("Leave when the guest has written this"), N_("TEXT") },
  { "timeout", 0, 0, G_OPTION_ARG_FILENAME, &timeout_text, N_("Leave after this time"), N_("TIME") },
  G_OPTION_ENTRY_NULL
};

/* Two pumps, each a read and then a write, until one of them has a reason to
 * leave: guest -> output, input -> guest. */
typedef struct
{
  Ctl           *ctl;
  GCancellable  *cancellable;   /* of both pumps */
  GInputStream  *from_guest;
  GOutputStream *to_guest;
  GInputStream  *input;
  GOutputStream *output;
  gboolean       interactive;   /* the input is a terminal: ESCAPE leaves */
  GString       *seen;          /* the end of what the guest wrote, to find --until in */
  gboolean       left;          /* the user pressed ESCAPE */
  gboolean       found;         /* --until came */
  gboolean       closed;        /* the guest's end is gone */
  gboolean       printing;      /* a write to the output is under way */
  gboolean       sending;       /* a write to the guest is under way */
  guint          pending;       /* pumps that have not ended */
  GError        *error;
  char           out_buffer[CHUNK];
  char           in_buffer[CHUNK];
} Serial;

static void read_guest (Serial *self);
static void read_input (Serial *self);

static void
end_pump (Serial *self, GError *error)
{
  self->pending--;
  if (error == NULL)
    return;

  if (self->error == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->error = error;
  else
    g_error_free (error);
}

/* --- guest -> output -------------------------------------------------------- */

static gboolean
find_until (Serial *self, const char *data, gsize length)
{
  gsize wanted = until ? strlen (until) : 0;
  gboolean found;

  if (wanted == 0)
    return FALSE;

  g_string_append_len (self->seen, data, length);
  found = memmem (self->seen->str, self->seen->len, until, wanted) != NULL;
  if (self->seen->len >= wanted)
    g_string_erase (self->seen, 0, self->seen->len - (wanted - 1));

  return found;
}

static void
output_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serial *self = user_data;
  GError *error = NULL;

  self->printing = FALSE;
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    end_pump (self, error);
  else if (self->found)
    end_pump (self, NULL);
  else
    read_guest (self);
}

static void
guest_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serial *self = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n <= 0)
    {
      /* A machine that ends may reset its sockets: that is no error here */
      self->closed = !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      end_pump (self, NULL);
      return;
    }

  self->found = find_until (self, self->out_buffer, n);
  self->printing = TRUE;
  g_output_stream_write_all_async (self->output, self->out_buffer, n, G_PRIORITY_DEFAULT, self->cancellable,
                                   output_written, self);
}

static void
read_guest (Serial *self)
{
  g_input_stream_read_async (self->from_guest, self->out_buffer, sizeof self->out_buffer, G_PRIORITY_DEFAULT,
                             self->cancellable, guest_read, self);
}

/* --- input -> guest -------------------------------------------------------- */

static void
guest_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serial *self = user_data;
  GError *error = NULL;

  self->sending = FALSE;
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      /* The other pump sees the same end */
      g_clear_error (&error);
      end_pump (self, NULL);
    }
  else if (self->left)
    end_pump (self, NULL);
  else
    read_input (self);
}

static void
input_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serial *self = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  const char *escape;

  /* The end of the input is not the end of the guest's output */
  if (n <= 0)
    {
      self->left = self->interactive && error == NULL;   /* the terminal hung up */
      end_pump (self, error);
      return;
    }

  escape = self->interactive ? memchr (self->in_buffer, ESCAPE, n) : NULL;
  if (escape)
    {
      self->left = TRUE;
      n = escape - self->in_buffer;
    }
  self->sending = TRUE;
  g_output_stream_write_all_async (self->to_guest, self->in_buffer, n, G_PRIORITY_DEFAULT, self->cancellable,
                                   guest_written, self);
}

static void
read_input (Serial *self)
{
  g_input_stream_read_async (self->input, self->in_buffer, sizeof self->in_buffer, G_PRIORITY_DEFAULT,
                             self->cancellable, input_read, self);
}

/* --- the command ---------------------------------------------------------- */

static gboolean
is_over (gpointer data)
{
  Serial *self = data;

  /* What ends it may still be on its way out */
  return self->closed || self->error != NULL ||
         (self->found && !self->printing) || (self->left && !self->sending);
}

static gboolean
pumps_ended (gpointer data)
{
  return ((Serial *) data)->pending == 0;
}

static void
pump (Serial *self, gint64 timeout, GError **error)
{
  Ctl quiet = { .cancellable = g_cancellable_new () };

  self->pending = 2;
  read_guest (self);
  read_input (self);
  ctl_wait_until (self->ctl, is_over, self, 1000, timeout, error);

  g_cancellable_cancel (self->cancellable);
  ctl_wait_until (&quiet, pumps_ended, self, 1000, -1, NULL);
  g_object_unref (quiet.cancellable);
}

static GIOStream *
open_serial (Ctl *ctl, AetherClient *client, guint port, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_open_serial_async (client, port, !no_replay, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);

  return aether_client_open_serial_finish (client, result, error);
}

static gboolean
conclude (Serial *self, const char *name, GError **error)
{
  if (self->error)
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&self->error));
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, CTL_EXIT_BROKEN_PIPE);
      return FALSE;
    }
  if (self->found || self->left)
    return TRUE;

  if (self->closed && until)
    g_set_error (error, CTL_ERROR, CTL_EXIT_STATE, _("“%s” stopped before it wrote “%s”."), name, until);
  else if (self->closed)
    return TRUE;
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      g_clear_error (error);
      if (until == NULL)
        return TRUE;   /* --timeout alone says how long to look */
      g_set_error (error, CTL_ERROR, CTL_EXIT_TIMEOUT, _("“%s” has not written “%s” in that time."), name, until);
    }

  return FALSE;
}

static gboolean
check_until (GError **error)
{
  if (until == NULL)
    return TRUE;
  if (!ctl_parse_text ("--until", until, error))
    return FALSE;
  if (*until != '\0' && strlen (until) <= MOST_WAITED)
    return TRUE;

  return ctl_usage (error, _("--until takes a text of 1 to %d bytes."), MOST_WAITED);
}

gboolean
cmd_serial_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr(GOutputStream) output = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_autoptr(GString) seen = g_string_new (NULL);
  g_autoptr(GError) cause = NULL;
  Serial serial = {
    .ctl = ctl, .cancellable = cancellable, .input = input, .output = output, .seen = seen,
    .interactive = isatty (STDIN_FILENO),
  };
  gint64 timeout = -1;
  guint port = 0;
  gboolean done;

  if ((port_text && !ctl_parse_uint ("--port", port_text, 0, 63, &port, error)) ||
      (timeout_text && !ctl_parse_time ("--timeout", timeout_text, &timeout, error)) ||
      !check_until (error))
    return FALSE;

  client = ctl_find_running (ctl, args[0], &bundle, error);
  stream = client ? open_serial (ctl, client, port, error) : NULL;
  if (stream == NULL)
    return FALSE;

  serial.from_guest = g_io_stream_get_input_stream (stream);
  serial.to_guest = g_io_stream_get_output_stream (stream);

  if (serial.interactive)
    {
      g_autofree char *name = ctl_escape (aether_bundle_get_name (bundle));

      fprintf (stderr, _("Serial port %u of “%s”. Ctrl-] leaves.\n"), port, name);
      ctl_terminal_make_raw ();
    }
  pump (&serial, timeout, &cause);
  ctl_terminal_restore ();
  if (serial.interactive)
    putc ('\n', stderr);

  done = conclude (&serial, aether_bundle_get_name (bundle), &cause);
  if (!done && cause)
    g_propagate_error (error, g_steal_pointer (&cause));

  return done;
}
