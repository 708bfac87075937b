/* test-vnc-clipboard.c - texts in VNC's clipboard messages
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-clipboard.h"

#include <string.h>
#include <zlib.h>

static char *
there_and_back (const char *text)
{
  g_autoptr(GBytes) packed = aether_vnc_clipboard_pack (text);

  return aether_vnc_clipboard_unpack (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
}

static void
test_round_trip (void)
{
  const char *const texts[] = { "", "a", "Grüße\nñ 漢字 🙂\n", "\n\n", "a\rb" };
  g_autoptr(GString) large = g_string_new (NULL);
  g_autofree char *back = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = there_and_back (texts[i]);

      g_assert_cmpstr (text, ==, texts[i]);
    }

  while (large->len < 1 << 20)
    g_string_append_printf (large, "%u žluťoučký kůň\n", g_test_rand_int ());
  back = there_and_back (large->str);
  g_assert_cmpstr (back, ==, large->str);
}

/* The wire has CR LF, and the terminator counts. */
static void
test_wire_format (void)
{
  g_autoptr(GBytes) packed = aether_vnc_clipboard_pack ("a\nb");
  guint8 clear[64];
  uLongf size = sizeof clear;

  g_assert_cmpint (uncompress (clear, &size, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed)), ==, Z_OK);
  g_assert_cmpmem (clear, size, "\0\0\0\5a\r\nb\0", 9);
}

static GBytes *
pack_raw (guint32 announced, const char *data, gsize size)
{
  g_autofree guint8 *clear = g_malloc (size + 4);
  uLongf bound = compressBound (size + 4);
  guint8 *packed = g_malloc (bound);

  announced = GUINT32_TO_BE (announced);
  memcpy (clear, &announced, 4);
  memcpy (clear + 4, data, size);
  g_assert_cmpint (compress (packed, &bound, clear, size + 4), ==, Z_OK);

  return g_bytes_new_take (packed, bound);
}

static void
test_hostile (void)
{
  g_autofree char *zeros = g_malloc0 (32 << 20);
  const struct { guint32 announced; const char *data; gsize size; } cases[] = {
    { 100, "short", 5 },
    { 0xffffffff, "endless", 7 },
    { 0x7fffffff, "large", 5 },
    { 2 * AETHER_VNC_TEXT_MAX + 2, zeros, 2 * AETHER_VNC_TEXT_MAX + 2 },
    { 4, "\xff\xfe\xfd", 4 },
    { 3, "\xc3\x28", 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GBytes) packed = pack_raw (cases[i].announced, cases[i].data, cases[i].size);
      gsize size;
      const guint8 *data = g_bytes_get_data (packed, &size);

      g_assert_null (aether_vnc_clipboard_unpack (data, size));
      for (gsize cut = 0; cut < MIN (size, 64); cut++)
        g_assert_null (aether_vnc_clipboard_unpack (data, cut));
    }

  g_assert_null (aether_vnc_clipboard_unpack ((const guint8 *) "no zlib at all", 14));
}

static void
test_latin1 (void)
{
  g_autoptr(GBytes) latin1 = aether_vnc_clipboard_to_latin1 ("Grüße 漢");
  g_autofree char *back = aether_vnc_clipboard_from_latin1 ((const guint8 *) "Gr\xfc\xdf" "e\r\n\0x", 9);

  g_assert_cmpmem (g_bytes_get_data (latin1, NULL), g_bytes_get_size (latin1), "Gr\xfc\xdf" "e ?", 7);
  g_assert_cmpstr (back, ==, "Grüße\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/vnc-clipboard/round-trip", test_round_trip);
  g_test_add_func ("/aether/vnc-clipboard/wire-format", test_wire_format);
  g_test_add_func ("/aether/vnc-clipboard/hostile", test_hostile);
  g_test_add_func ("/aether/vnc-clipboard/latin-1", test_latin1);

  return g_test_run ();
}
