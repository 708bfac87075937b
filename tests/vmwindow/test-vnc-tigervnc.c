/* test-vnc-tigervnc.c - the real TigerVNC server: TLS, password, typing, sizes, clipboard
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-source.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "aether-keymap.h"
#include "mock-vnc.h"

#define PATIENCE_MS 240000

typedef struct
{
  char          *folder;
  GSubprocess   *server;
  char          *display;   /* ":N" */
  char          *socket;
  MockVncClient  client;
} Rig;

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Standard input and output by files: no pipe fills up. Returns the output */
static char *
run_tool (Rig *rig, const char *input, const char *const *argv)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE |
                               (input ? G_SUBPROCESS_FLAGS_STDOUT_SILENCE : G_SUBPROCESS_FLAGS_STDOUT_PIPE));
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *path = g_build_filename (rig->folder, "input", NULL);
  g_autoptr(GBytes) output = NULL;
  GError *error = NULL;

  if (rig->display)
    g_subprocess_launcher_setenv (launcher, "DISPLAY", rig->display, TRUE);
  if (input)
    {
      g_file_set_contents (path, input, -1, &error);
      g_assert_no_error (error);
      g_subprocess_launcher_set_stdin_file_path (launcher, path);
    }
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);

  return output ? g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output)) : NULL;
}

/* The password file holds it as VNC's authentication knows it: with a key everybody knows. */
static void
write_password (const char *path)
{
  extern void rfbClientEncryptBytes2 (unsigned char *where, const int length, unsigned char *key);
  guint8 key[8] = { 23, 82, 107, 6, 35, 78, 88, 7 }, password[9] = "secret12";
  GError *error = NULL;

  for (guint i = 0; i < sizeof key; i++)
    password[i] ^= key[i];   /* it chains blocks, and begins so; there it is not wanted */
  rfbClientEncryptBytes2 (password, 8, key);
  g_file_set_contents (path, (const char *) password, 8, &error);
  g_assert_no_error (error);
}

/* Returns: (nullable): NULL, after skipping, when something is missing */
static Rig *
rig_new (void)
{
  const char *const tools[] = { "Xvnc", "openssl", "xclip" };
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *key = NULL, *certificate = NULL, *password = NULL;
  g_autoptr(GDataInputStream) lines = NULL;
  g_autofree char *number = NULL;
  g_autoptr(GInputStream) stream = NULL;
  AetherVncAddress address = { NULL };
  GError *error = NULL;
  Rig *rig;
  int pipe_fds[2];

  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autofree char *found = g_find_program_in_path (tools[i]);

      if (found == NULL)
        {
          g_autofree char *reason = g_strdup_printf ("%s is not installed", tools[i]);

          g_test_skip (reason);
          return NULL;
        }
    }

  rig = g_new0 (Rig, 1);
  rig->folder = g_dir_make_tmp ("aether-tiger-XXXXXX", NULL);
  rig->socket = g_build_filename (rig->folder, "vnc.sock", NULL);
  key = g_build_filename (rig->folder, "key.pem", NULL);
  certificate = g_build_filename (rig->folder, "certificate.pem", NULL);
  password = g_build_filename (rig->folder, "password", NULL);
  write_password (password);
  g_free (run_tool (rig, "", (const char *[]) { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                                                "-subj", "/CN=tiger", "-keyout", key, "-out", certificate, NULL }));

  g_assert_true (g_unix_open_pipe (pipe_fds, O_CLOEXEC, &error));
  g_subprocess_launcher_take_fd (launcher, pipe_fds[1], 3);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  rig->server = g_subprocess_launcher_spawn (launcher, &error, "Xvnc", "-displayfd", "3", "-geometry", "640x480",
                                             "-SecurityTypes", "X509Vnc", "-X509Key", key, "-X509Cert", certificate,
                                             "-PasswordFile", password, "-rfbunixpath", rig->socket,
                                             "-rfbport", "-1", "-nolisten", "tcp", "-RawKeyboard",
                                             "-MaxCutText", "4000000", NULL);
  g_assert_no_error (error);
  g_subprocess_launcher_close (launcher);
  stream = g_unix_input_stream_new (pipe_fds[0], TRUE);
  lines = g_data_input_stream_new (stream);
  number = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (number);
  rig->display = g_strconcat (":", number, NULL);

  address.path = rig->socket;
  rig->client.yes = TRUE;
  rig->client.password = "secret12";
  mock_vnc_client_begin (&rig->client, &address, NULL);
  if (!mock_vnc_client_wait_live (&rig->client))
    g_error ("%s", rig->client.closed->message);

  return rig;
}

static void
rig_free (Rig *rig)
{
  const char *const files[] = { "key.pem", "certificate.pem", "password", "vnc.sock", "input" };

  mock_vnc_client_end (&rig->client);
  g_subprocess_force_exit (rig->server);
  g_subprocess_wait (rig->server, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (rig->folder, files[i], NULL);

      g_unlink (path);
    }
  g_rmdir (rig->folder);
  g_object_unref (rig->server);
  g_free (rig->folder);
  g_free (rig->display);
  g_free (rig->socket);
  g_free (rig);
}

static void
wait_for (gboolean (*func) (Rig *rig, gpointer data), Rig *rig, gpointer data)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_MS * 1000;

  while (!func (rig, data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
}

static void
press (Rig *rig, const char *name, gboolean down)
{
  aether_input_sink_key (AETHER_INPUT_SINK (rig->client.source), aether_keymap_name_to_qnum (name), down);
}

/* It says so together with which keys it takes. */
static gboolean
can_resize (Rig *rig, gpointer data)
{
  return aether_display_source_get_features (AETHER_DISPLAY_SOURCE (rig->client.source)) & AETHER_DISPLAY_CAN_RESIZE;
}

typedef struct
{
  Display *display;
  GString *typed;
} Listener;

static gboolean
has_typed (Rig *rig, gpointer data)
{
  Listener *listener = data;

  while (XPending (listener->display))
    {
      XEvent event;
      char text[8];

      XNextEvent (listener->display, &event);
      if (event.type == KeyPress)
        g_string_append_len (listener->typed, text, XLookupString (&event.xkey, text, sizeof text, NULL, NULL));
    }

  return listener->typed->len >= 8;
}

static void
test_typing (void)
{
  const char *const keys[] = { "a", "e", "t", "h", "e", "r" };
  Rig *rig = rig_new ();
  Listener listener;
  Window window;

  if (rig == NULL)
    return;

  wait_for (can_resize, rig, NULL);
  listener.display = XOpenDisplay (rig->display);
  listener.typed = g_string_new (NULL);
  window = XCreateSimpleWindow (listener.display, DefaultRootWindow (listener.display), 0, 0, 100, 100, 0, 0, 0);
  XSelectInput (listener.display, window, KeyPressMask | StructureNotifyMask);
  XMapWindow (listener.display, window);
  for (XEvent event = { 0 }; event.type != MapNotify;)
    XNextEvent (listener.display, &event);
  XSetInputFocus (listener.display, window, RevertToParent, CurrentTime);
  XSync (listener.display, False);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      press (rig, keys[i], TRUE);
      press (rig, keys[i], FALSE);
    }
  press (rig, "shift", TRUE);
  press (rig, "1", TRUE);
  press (rig, "1", FALSE);
  press (rig, "shift", FALSE);
  press (rig, "1", TRUE);
  press (rig, "1", FALSE);
  wait_for (has_typed, rig, &listener);
  g_assert_cmpstr (listener.typed->str, ==, "aether!1");

  XCloseDisplay (listener.display);
  g_string_free (listener.typed, TRUE);
  rig_free (rig);
}

static gboolean
has_size (Rig *rig, gpointer data)
{
  const guint *size = data;
  gboolean equal;
  AetherFrame frame;

  aether_framebuffer_begin_read (rig->client.framebuffer, &frame);
  equal = frame.width == size[0] && frame.height == size[1];
  aether_framebuffer_end_read (rig->client.framebuffer, &frame);

  return equal;
}

static void
test_sizes (void)
{
  guint sizes[][2] = { { 800, 600 }, { 1023, 701 }, { 320, 200 } };
  Rig *rig = rig_new ();

  if (rig == NULL)
    return;

  wait_for (can_resize, rig, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Display *display;

      aether_input_sink_resize (AETHER_INPUT_SINK (rig->client.source), sizes[i][0], sizes[i][1], 0, 0);
      wait_for (has_size, rig, sizes[i]);
      display = XOpenDisplay (rig->display);
      g_assert_cmpint (DisplayWidth (display, 0), ==, sizes[i][0]);
      g_assert_cmpint (DisplayHeight (display, 0), ==, sizes[i][1]);
      XCloseDisplay (display);
    }
  rig_free (rig);
}

static char *
make_text (void)
{
  GString *text = g_string_new (NULL);

  while (text->len < 1000000)
    g_string_append_printf (text, "%" G_GSIZE_FORMAT " Příliš žluťoučký 漢字 🙂\n", text->len * 7919);

  return g_string_free_and_steal (text);
}

static gboolean
got_text (Rig *rig, gpointer data)
{
  return g_strcmp0 (rig->client.text, data) == 0;
}

static gboolean
pastes_text (Rig *rig, gpointer data)
{
  const char *const paste[] = { "timeout", "5", "xclip", "-selection", "clipboard", "-out", NULL };
  g_autofree char *text = run_tool (rig, NULL, paste);

  return g_strcmp0 (text, data) == 0;
}

static void
test_clipboard (void)
{
  const char *const copy[] = { "xclip", "-selection", "clipboard", "-in", NULL };
  g_autofree char *theirs = make_text ();
  g_autofree char *ours = g_strconcat ("Ours.\n", theirs, NULL);
  Rig *rig = rig_new ();

  if (rig == NULL)
    return;

  wait_for (can_resize, rig, NULL);
  g_free (run_tool (rig, theirs, copy));
  wait_for (got_text, rig, theirs);

  aether_display_source_offer_text (AETHER_DISPLAY_SOURCE (rig->client.source), ours);
  wait_for (pastes_text, rig, ours);
  rig_free (rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/vnc-tigervnc/typing", test_typing);
  g_test_add_func ("/aether/vnc-tigervnc/sizes", test_sizes);
  g_test_add_func ("/aether/vnc-tigervnc/clipboard", test_clipboard);

  return g_test_run ();
}
