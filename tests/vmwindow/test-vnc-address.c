/* test-vnc-address.c - addresses of VNC servers, as people write them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-address.h"

static const struct
{
  const char *text, *host, *path, *user, *id;
  guint       port;
} good[] = {
  { "vnc://example.org", "example.org", NULL, NULL, "example.org:5900", 5900 },
  { "VNC://example.org/", "example.org", NULL, NULL, "example.org:5900", 5900 },
  { "vnc://example.org:1", "example.org", NULL, NULL, "example.org:5901", 5901 },
  { "vnc://example.org:99", "example.org", NULL, NULL, "example.org:5999", 5999 },
  { "vnc://example.org:100", "example.org", NULL, NULL, "example.org:100", 100 },
  { "vnc://example.org::99", "example.org", NULL, NULL, "example.org:99", 99 },
  { "vnc://example.org:5901?x=1", "example.org", NULL, NULL, "example.org:5901", 5901 },
  { "vnc://anna@example.org:5901", "example.org", NULL, "anna", "example.org:5901", 5901 },
  { "vnc://a%40b@example.org", "example.org", NULL, "a@b", "example.org:5900", 5900 },
  { "vnc://192.0.2.7:2", "192.0.2.7", NULL, NULL, "192.0.2.7:5902", 5902 },
  { "vnc://[::1]:5901", "::1", NULL, NULL, "[::1]:5901", 5901 },
  { "vnc://[2001:db8::2]", "2001:db8::2", NULL, NULL, "[2001:db8::2]:5900", 5900 },
  { "vnc://2001:db8::2", "2001:db8::2", NULL, NULL, "[2001:db8::2]:5900", 5900 },
  { "vnc+unix:///run/vnc.sock", NULL, "/run/vnc.sock", NULL, "/run/vnc.sock", 0 },
  { "vnc+unix:///a%20b", NULL, "/a b", NULL, "/a b", 0 },
};

static const char *const bad[] = {
  "vnc://", "vnc://:1", "vnc://a b", "vnc://host:", "vnc://host:65536", "vnc://host:-1", "vnc://host:x",
  "vnc://host::0", "vnc://host:1:2", "vnc://[::1", "vnc://[host]:1", "vnc://[::1]x", "vnc://ho]st",
  "vnc://user:secret@host", "vnc+unix://relative", "vnc+unix://", "http://host", "host:1", "vnc://h\xff",
  "vnc+unix:///a%00b", "vnc+unix:///0123456789012345678901234567890123456789012345678901234567890123456789"
  "0123456789012345678901234567890123456789",
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(AetherVncAddress) address = NULL;
      g_autofree char *id = NULL;

      address = aether_vnc_address_parse (good[i].text, &error);
      g_assert_no_error (error);
      id = aether_vnc_address_dup_id (address);
      g_assert_cmpstr (address->host, ==, good[i].host);
      g_assert_cmpstr (address->path, ==, good[i].path);
      g_assert_cmpstr (address->user, ==, good[i].user);
      g_assert_cmpuint (address->port, ==, good[i].port);
      g_assert_cmpstr (id, ==, good[i].id);
      g_assert_true (aether_vnc_address_is (good[i].text));
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_null (aether_vnc_address_parse (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      /* no word of a password */
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_label (void)
{
  g_autoptr(AetherVncAddress) usual = aether_vnc_address_parse ("vnc://example.org", NULL);
  g_autoptr(AetherVncAddress) other = aether_vnc_address_parse ("vnc://example.org:3", NULL);
  g_autofree char *plain = aether_vnc_address_dup_label (usual);
  g_autofree char *full = aether_vnc_address_dup_label (other);

  g_assert_cmpstr (plain, ==, "example.org");
  g_assert_cmpstr (full, ==, "example.org:5903");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/vnc-address/good", test_good);
  g_test_add_func ("/aether/vnc-address/bad", test_bad);
  g_test_add_func ("/aether/vnc-address/label", test_label);

  return g_test_run ();
}
