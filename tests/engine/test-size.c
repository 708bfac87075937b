/* test-size.c - sizes as people type them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-image.h"

#include <string.h>

#define KIB G_GUINT64_CONSTANT (1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)
#define TIB (KIB * GIB)

static void
test_read (void)
{
  static const struct { const char *text; guint64 bytes; } cases[] = {
    { "0", 0 },
    { "1073741824", GIB },
    { "512b", 512 },
    { "64K", 64 * KIB },
    { "512M", 512 * MIB },
    { "8G", 8 * GIB },
    { "8g", 8 * GIB },
    { "8 GB", 8 * GIB },
    { "8GiB", 8 * GIB },
    { "8gib", 8 * GIB },
    { "  8G  ", 8 * GIB },
    { "1.5G", 3 * GIB / 2 },
    { "1.5T", 3 * TIB / 2 },
    { "0.1G", 107374182 },
    { "1.0000000000000000000000000001K", 1024 },
    { "1P", KIB * TIB },
    { "7E", 7 * KIB * KIB * TIB },
    { "9223372036854775807", G_MAXINT64 },
    { "008G", 8 * GIB },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      guint64 bytes = 42;

      g_assert_true (aether_parse_size (cases[i].text, &bytes, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (bytes, ==, cases[i].bytes);
    }
}

static void
test_refused (void)
{
  static const struct { const char *text, *words; } cases[] = {
    { "", "“” is no size. Give a number" },
    { " ", "is no size" },
    { "-5G", "“-5G” is no size" },
    { "+5G", "is no size" },
    { "G", "is no size" },
    { "5X", "is no size" },
    { "5GG", "is no size" },
    { "5 G 5", "is no size" },
    { "5Gibi", "is no size" },
    { "0x10", "is no size" },
    { "1e3", "is no size" },
    { "1.5", "is no size" },
    { "1.G", "is no size" },
    { ".5G", "is no size" },
    { "1,5G", "is no size" },
    { "nan", "is no size" },
    { "８G", "is no size" },
    { "5\xff", "is no size" },
    { "8E", "more than any disk can hold" },
    { "7.9999999999999999999E", "more than any disk can hold" },
    { "16E", "more than any disk can hold" },
    { "9223372036854775808", "more than any disk can hold" },
    { "18446744073709551616", "more than any disk can hold" },
    { "99999999999999999999999999999G", "more than any disk can hold" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      guint64 bytes = 42;

      g_assert_false (aether_parse_size (cases[i].text, &bytes, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpuint (bytes, ==, 42);
      if (strstr (error->message, cases[i].words) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].words);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/size/read", test_read);
  g_test_add_func ("/size/refused", test_refused);

  return g_test_run ();
}
