/* test-output.c - what aetherctl writes for people
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl-output.h"

static void
test_escape (void)
{
  static const struct { const char *text; const char *shown; } cases[] = {
    { "Debian 13", "Debian 13" },
    { "größer 日本", "größer 日本" },
    { "\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m" },
    { "two\nlines\r", "two\\x0alines\\x0d" },
    { "tab\there", "tab here" },
    { "\302\233" "31m", "\\x9b31m" },        /* CSI as one character of C1 */
    { "bad \377\376 bytes", "bad \\xff\\xfe bytes" },
    { "cut \303", "cut \\xc3" },
    { "del\177", "del\\x7f" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = ctl_escape (cases[i].text);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_width (void)
{
  g_assert_cmpuint (ctl_text_width (""), ==, 0);
  g_assert_cmpuint (ctl_text_width ("Debian"), ==, 6);
  g_assert_cmpuint (ctl_text_width ("größer"), ==, 6);
  g_assert_cmpuint (ctl_text_width ("日本"), ==, 4);
  g_assert_cmpuint (ctl_text_width ("e\314\201"), ==, 1);   /* e and a combining accent */
}

static void
assert_since (gint64 seconds, const char *wanted)
{
  g_autofree char *found = ctl_describe_since (seconds ? g_get_real_time () / G_USEC_PER_SEC - seconds : 0);

  g_assert_cmpstr (found, ==, wanted);
}

static void
test_since (void)
{
  assert_since (0, "");
  assert_since (1, "just now");
  assert_since (-3600, "just now");   /* the clock was set back */
  assert_since (90, "1 minute ago");
  assert_since (30 * 60 + 5, "30 minutes ago");
  assert_since (2 * 3600 + 60, "2 hours ago");
  assert_since (24 * 3600 + 60, "1 day ago");
  assert_since (400 * 24 * 3600 + 60, "400 days ago");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ctl/output/escape", test_escape);
  g_test_add_func ("/ctl/output/width", test_width);
  g_test_add_func ("/ctl/output/since", test_since);

  return g_test_run ();
}
