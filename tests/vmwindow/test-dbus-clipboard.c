/* test-dbus-clipboard.c - texts through two ends of the interface, and through the real QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-dbus-clipboard.h"

#include <string.h>
#include <sys/socket.h>

#include "aether-dbus-source.h"
#include "aether-display1.h"
#include "aether-vnc-source.h"
#include "qemu-display.h"

#define WORDS "Grüße, 世界 🐧\nand a second line"

static void
text_cb (gpointer source, const char *text, char **stored)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_free (*stored);
  *stored = g_strdup (text);
}

static char *
make_text (gsize length)
{
  g_autoptr(GString) text = g_string_sized_new (length);

  while (text->len < length - 16)
    g_string_append_printf (text, "%zu ö\n", text->len);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
await (char **stored, const char *expected)
{
  while (*stored == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (*stored, ==, expected);
  g_clear_pointer (stored, g_free);
}

/* --- both ends ours: the interface is the same on both ------------------------------- */

typedef struct
{
  GDBusConnection     *connections[2];
  AetherDbusClipboard *ends[2];
  char                *texts[2];
} Pair;

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GDBusConnection **connection = user_data;
  g_autoptr(GError) error = NULL;

  *connection = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

static void
connect_pair (Pair *pair)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GSocket) socket = g_socket_new_from_fd (fds[i], NULL);
      g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);

      g_dbus_connection_new (G_IO_STREAM (stream), i == 0 ? guid : NULL,
                             i == 0 ? G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                                    : G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                             NULL, NULL, connected_cb, &pair->connections[i]);
    }
  while (!pair->connections[0] || !pair->connections[1])
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Pair *pair, gconstpointer data)
{
  connect_pair (pair);
  for (guint i = 0; i < 2; i++)
    {
      pair->ends[i] = aether_dbus_clipboard_new (pair->connections[i]);
      g_signal_connect (pair->ends[i], "text", G_CALLBACK (text_cb), &pair->texts[i]);
    }
  while (!aether_dbus_clipboard_is_ready (pair->ends[0]) || !aether_dbus_clipboard_is_ready (pair->ends[1]))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      if (pair->ends[i])
        g_object_run_dispose (G_OBJECT (pair->ends[i]));
      g_clear_object (&pair->ends[i]);
      g_dbus_connection_close_sync (pair->connections[i], NULL, NULL);
      g_clear_object (&pair->connections[i]);
      g_free (pair->texts[i]);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_both_ways (Pair *pair, gconstpointer data)
{
  g_autofree char *long_text = make_text (1000 * 1000);

  aether_dbus_clipboard_offer (pair->ends[0], WORDS);
  await (&pair->texts[1], WORDS);
  aether_dbus_clipboard_offer (pair->ends[1], long_text);
  await (&pair->texts[0], long_text);
  aether_dbus_clipboard_offer (pair->ends[0], "the last");
  await (&pair->texts[1], "the last");
}

static void
test_too_long (Pair *pair, gconstpointer data)
{
  g_autofree char *text = g_strnfill (AETHER_DBUS_CLIPBOARD_OFFER_MAX + 1, 'x');

  aether_dbus_clipboard_offer (pair->ends[0], text);
  aether_dbus_clipboard_offer (pair->ends[0], "short");
  await (&pair->texts[1], "short");
}

/* A machine that says it has text, and gives something else. */
static gboolean
lie_cb (AetherQemuClipboard *clipboard, GDBusMethodInvocation *invocation, guint selection,
        const char * const *types, guint *n_asked)
{
  static const guint8 bytes[] = { 'o', 'k', 0xff, 0, 'x' };
  const char *type = "text/plain;charset=utf-8";
  g_autofree char *large = NULL;

  switch ((*n_asked)++)
    {
    case 0:
      aether_qemu_clipboard_complete_request (clipboard, invocation, "image/png",
                                              g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, 2, 1));
      break;
    case 1:
      aether_qemu_clipboard_complete_request (clipboard, invocation, type,
                                              g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, 0, 1));
      break;
    case 2:
      large = g_malloc0 (AETHER_DBUS_CLIPBOARD_MAX + 1);
      aether_qemu_clipboard_complete_request (clipboard, invocation, type,
                                              g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, large,
                                                                         AETHER_DBUS_CLIPBOARD_MAX + 1, 1));
      break;
    case 3:
      g_dbus_method_invocation_return_error (invocation, G_IO_ERROR, G_IO_ERROR_FAILED, "no");
      break;
    default:
      aether_qemu_clipboard_complete_request (clipboard, invocation, type,
                                              g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1));
    }

  return TRUE;
}

static gboolean
agree_cb (AetherQemuClipboard *clipboard, GDBusMethodInvocation *invocation, gpointer user_data)
{
  aether_qemu_clipboard_complete_register (clipboard, invocation);
  return TRUE;
}

static void
test_hostile (void)
{
  Pair pair = { NULL };
  g_autoptr(AetherQemuClipboard) liar = aether_qemu_clipboard_skeleton_new ();
  g_autoptr(AetherQemuClipboard) proxy = NULL;
  const char *types[] = { "text/plain;charset=utf-8", NULL };
  g_autoptr(GError) error = NULL;
  guint n_asked = 0;

  connect_pair (&pair);
  g_signal_connect (liar, "handle-request", G_CALLBACK (lie_cb), &n_asked);
  g_signal_connect (liar, "handle-register", G_CALLBACK (agree_cb), NULL);
  g_assert_true (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (liar), pair.connections[0],
                                                   "/org/qemu/Display1/Clipboard", &error));
  pair.ends[1] = aether_dbus_clipboard_new (pair.connections[1]);
  g_signal_connect (pair.ends[1], "text", G_CALLBACK (text_cb), &pair.texts[1]);
  while (!aether_dbus_clipboard_is_ready (pair.ends[1]))
    g_main_context_iteration (NULL, TRUE);

  proxy = aether_qemu_clipboard_proxy_new_sync (pair.connections[0], G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL,
                                                "/org/qemu/Display1/Clipboard", NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 5; i++)
    {
      aether_qemu_clipboard_call_grab (proxy, 0, i, types, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
      while (n_asked <= i)
        g_main_context_iteration (NULL, TRUE);
    }
  /* All but the last were no text; of that, what is */
  await (&pair.texts[1], "ok\357\277\275");

  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (liar));
  tear_down (&pair, NULL);
}

/* --- through QEMU: its VNC server is a peer of its D-Bus display ---------------------- */

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
await_shares (gpointer source)
{
  while (!(aether_display_source_get_features (source) & AETHER_DISPLAY_CAN_SHARE_TEXT))
    g_main_context_iteration (NULL, TRUE);
}

/* QEMU's VNC server tells nobody of what was copied before it knew them. */
static gboolean
offer_again_cb (gpointer source)
{
  aether_display_source_offer_text (source, WORDS);
  return G_SOURCE_CONTINUE;
}

static void
test_through_qemu (void)
{
  const char *arguments[] = { "-vga", "virtio", "-m", "64", "-vnc", "none", NULL };
  g_autoptr(QemuDisplay) qemu = qemu_display_new (arguments);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(AetherFramebuffer) vnc_framebuffer = aether_framebuffer_new ();
  g_autoptr(AetherDbusSource) dbus = NULL;
  g_autoptr(AetherVncSource) vnc = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(GSocketConnection) vnc_stream = NULL;
  g_autofree char *long_text = make_text (1000 * 1000);
  g_autoptr(GError) error = NULL;
  char *at_vnc = NULL;
  guint again;

  if (qemu == NULL)
    {
      g_test_skip ("no qemu-system-x86_64 with a D-Bus display");
      return;
    }

  stream = qemu_display_open (qemu);
  aether_dbus_source_open_async (stream, framebuffer, AETHER_DBUS_SOURCE_NONE, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  dbus = aether_dbus_source_open_finish (result, &error);
  g_assert_no_error (error);
  vnc_stream = qemu_display_open_vnc (qemu);
  vnc = aether_vnc_source_new_for_stream (vnc_stream, vnc_framebuffer);
  g_signal_connect (vnc, "text", G_CALLBACK (text_cb), &at_vnc);
  await_shares (dbus);
  await_shares (vnc);

  again = g_timeout_add (100, offer_again_cb, dbus);
  await (&at_vnc, WORDS);
  g_source_remove (again);
  aether_display_source_offer_text (AETHER_DISPLAY_SOURCE (dbus), long_text);
  while (g_strcmp0 (at_vnc, long_text) != 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&at_vnc, g_free);
  aether_display_source_offer_text (AETHER_DISPLAY_SOURCE (dbus), "at last");
  await (&at_vnc, "at last");

  aether_display_source_close (AETHER_DISPLAY_SOURCE (vnc));
  aether_display_source_close (AETHER_DISPLAY_SOURCE (dbus));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/aether/dbus-clipboard/both-ways", Pair, NULL, set_up, test_both_ways, tear_down);
  g_test_add ("/aether/dbus-clipboard/too-long", Pair, NULL, set_up, test_too_long, tear_down);
  g_test_add_func ("/aether/dbus-clipboard/hostile", test_hostile);
  g_test_add_func ("/aether/dbus-clipboard/through-qemu", test_through_qemu);

  return g_test_run ();
}
