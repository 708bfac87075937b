/* test-guest-clipboard.c - texts into a Linux under the real QEMU and out again, through its agent
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-dbus-source.h"

#include "qemu-display.h"
#include "wait.h"

typedef struct
{
  AetherFramebuffer   *framebuffer;
  AetherDisplaySource *source;
  GString             *texts;   /* the newest that came */
} Window;

static void
text_cb (AetherDisplaySource *source, const char *text, Window *window)
{
  g_string_assign (window->texts, text);
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
window_open (Window *window, QemuDisplay *qemu)
{
  g_autoptr(GIOStream) stream = qemu_display_open (qemu);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  window->texts = g_string_new (NULL);
  window->framebuffer = aether_framebuffer_new ();
  aether_dbus_source_open_async (stream, window->framebuffer, AETHER_DBUS_SOURCE_NONE, NULL, keep_result, &result);
  AWAIT (result != NULL);
  window->source = AETHER_DISPLAY_SOURCE (aether_dbus_source_open_finish (result, &error));
  g_assert_no_error (error);
  g_signal_connect (window->source, "text", G_CALLBACK (text_cb), window);
  AWAIT (aether_display_source_get_features (window->source) & AETHER_DISPLAY_CAN_SHARE_TEXT);
}

static void
window_close (Window *window)
{
  g_signal_handlers_disconnect_by_data (window->source, window);
  aether_display_source_close (window->source);
  g_clear_object (&window->source);
  g_clear_object (&window->framebuffer);
  g_string_free (window->texts, TRUE);
}

/* The guest copies what we copied, so that it goes both ways. */
static void
assert_returns (Window *window, const char *text)
{
  g_autofree char *expected = g_strconcat ("guest: ", text, NULL);

  aether_display_source_offer_text (window->source, text);
  AWAIT (g_str_equal (window->texts->str, expected));
}

/* Returns: (nullable): the folder of a guest with the agent in it */
static char *
dup_guest (void)
{
  const char *script = g_getenv ("GUEST_SCRIPT"), *folder = g_getenv ("GUEST_FOLDER");
  g_autofree char *agent = g_strconcat (g_getenv ("GUEST_AGENT"), ":/bin/clipboard-agent", NULL);
  const char *argv[] = { script, "--add", agent, "x86_64", folder, NULL };
  g_autofree char *errors = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &errors, &status, &error) ||
      !g_spawn_check_wait_status (status, NULL))
    {
      g_test_skip (error ? error->message : errors);
      return NULL;
    }

  return g_build_filename (folder, "x86_64", NULL);
}

static void
test_both_ways (void)
{
  g_autofree char *folder = dup_guest ();
  g_autofree char *kernel = NULL, *initrd = NULL, *file = NULL, *cmdline = NULL, *append = NULL;
  g_autoptr(GString) long_text = g_string_new (NULL);
  g_autoptr(QemuDisplay) qemu = NULL;
  g_autoptr(GError) error = NULL;
  Window window = { NULL };

  if (folder == NULL)
    return;

  kernel = g_build_filename (folder, "vmlinuz", NULL);
  initrd = g_build_filename (folder, "initrd", NULL);
  file = g_build_filename (folder, "cmdline", NULL);
  g_file_get_contents (file, &cmdline, NULL, &error);
  g_assert_no_error (error);
  append = g_strconcat (g_strchomp (cmdline), " aether.run=clipboard-agent", NULL);
  qemu = qemu_display_new ((const char *[]) {
    "-m", "256", "-vga", "virtio", "-kernel", kernel, "-initrd", initrd, "-append", append, "-serial", "null",
    "-device", "virtio-serial-pci", "-chardev", "qemu-vdagent,id=agent,clipboard=on,mouse=off",
    "-device", "virtserialport,chardev=agent,name=com.redhat.spice.0", NULL });
  if (qemu == NULL)
    {
      g_test_skip ("no qemu-system-x86_64 with a D-Bus display");
      return;
    }

  /* Copied before the guest has an agent: it gets to know when it has */
  window_open (&window, qemu);
  assert_returns (&window, "Grüße, 世界 🐧\nand a second line");

  while (long_text->len < 1000 * 1000)
    g_string_append_printf (long_text, "%" G_GSIZE_FORMAT " ö\n", long_text->len);
  assert_returns (&window, long_text->str);
  assert_returns (&window, "short");
  window_close (&window);

  /* Another window takes over what this one had */
  window_open (&window, qemu);
  assert_returns (&window, "in a new window");
  window_close (&window);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/aether/guest-clipboard/both-ways", test_both_ways);

  return g_test_run ();
}
