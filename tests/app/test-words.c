/* test-words.c - states, times and sizes as people say them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-words.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Friday, 20 November 2026, 12:00 UTC */
#define NOON G_GINT64_CONSTANT (1795176000)

static void
assert_state (AetherState state, gint64 since, const char *expected)
{
  g_autofree char *text = aether_words_state (state, since, NOON);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_running_says_for_how_long (void)
{
  assert_state (AETHER_STATE_RUNNING, NOON, "Running, just now");
  assert_state (AETHER_STATE_RUNNING, NOON - 59, "Running, just now");
  assert_state (AETHER_STATE_RUNNING, NOON - MINUTE, "Running, 1 min");
  assert_state (AETHER_STATE_RUNNING, NOON - 2 * MINUTE, "Running, 2 min");
  assert_state (AETHER_STATE_RUNNING, NOON - HOUR, "Running, 1 hour");
  assert_state (AETHER_STATE_RUNNING, NOON - 23 * HOUR, "Running, 23 hours");
  assert_state (AETHER_STATE_RUNNING, NOON - DAY, "Running, 1 day");
  assert_state (AETHER_STATE_RUNNING, NOON - 400 * DAY, "Running, 400 days");
  assert_state (AETHER_STATE_PAUSED, NOON - 3 * HOUR, "Paused, 3 hours");
}

static void
test_off_says_since_when (void)
{
  assert_state (AETHER_STATE_STOPPED, NOON - 10, "Off, just now");
  assert_state (AETHER_STATE_STOPPED, NOON - MINUTE, "Off, 1 minute ago");
  assert_state (AETHER_STATE_STOPPED, NOON - 5 * MINUTE, "Off, 5 minutes ago");
  assert_state (AETHER_STATE_STOPPED, NOON - 2 * HOUR, "Off, 2 hours ago");
  assert_state (AETHER_STATE_STOPPED, NOON - 12 * HOUR - 1, "Off, yesterday");
  assert_state (AETHER_STATE_STOPPED, NOON - 36 * HOUR, "Off, yesterday");
  assert_state (AETHER_STATE_STOPPED, NOON - 36 * HOUR - 1, "Off, 2 days ago");
  assert_state (AETHER_STATE_STOPPED, NOON - 10 * DAY, "Off, 10 November");
  assert_state (AETHER_STATE_STOPPED, NOON - 365 * DAY, "Off, 20 November 2025");
}

/* 0:30 in the night: an hour ago is yesterday, but half an hour ago is not. */
static void
test_yesterday_begins_at_midnight (void)
{
  gint64 night = NOON - 12 * HOUR + 30 * MINUTE;
  g_autofree char *before = aether_words_moment (night - 61 * MINUTE, night);
  g_autofree char *after = aether_words_moment (night - 29 * MINUTE, night);

  g_assert_cmpstr (before, ==, "yesterday");
  g_assert_cmpstr (after, ==, "29 minutes ago");
}

static void
test_odd_times (void)
{
  assert_state (AETHER_STATE_RUNNING, 0, "Running");
  assert_state (AETHER_STATE_PAUSED, 0, "Paused");
  assert_state (AETHER_STATE_STOPPED, 0, "Off");
  assert_state (AETHER_STATE_STOPPED, -5, "Off");
  assert_state (AETHER_STATE_STARTING, 0, "Starting…");
  assert_state (AETHER_STATE_STOPPING, NOON, "Shutting down…");

  /* the clock was set back */
  assert_state (AETHER_STATE_RUNNING, NOON + DAY, "Running, just now");
  assert_state (AETHER_STATE_STOPPED, NOON + DAY, "Off, just now");

  /* a file may say anything */
  assert_state (AETHER_STATE_STOPPED, G_MAXINT64, "Off, long ago");
}

static void
test_sizes (void)
{
  static const struct { guint64 bytes; const char *text; } sizes[] = {
    { 0, "0 bytes" }, { 1023, "1023 bytes" }, { 1024, "1 KB" }, { 1536, "1.5 KB" },
    { 512ull << 20, "512 MB" }, { 4ull << 30, "4 GB" }, { 3ull << 29, "1.5 GB" },
    { 64ull << 30, "64 GB" }, { 2ull << 40, "2 TB" }, { G_MAXUINT64, "16384 PB" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = aether_words_size (sizes[i].bytes);

      g_assert_cmpstr (text, ==, sizes[i].text);
    }
}

static void
test_architectures (void)
{
  g_assert_cmpstr (aether_words_arch ("aarch64"), ==, "64-bit ARM (aarch64)");
  g_assert_cmpstr (aether_words_arch ("vax"), ==, "vax");
  g_assert_cmpstr (aether_words_arch (NULL), ==, "Unknown");
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/words/running-says-for-how-long", test_running_says_for_how_long);
  g_test_add_func ("/aether/words/off-says-since-when", test_off_says_since_when);
  g_test_add_func ("/aether/words/yesterday-begins-at-midnight", test_yesterday_begins_at_midnight);
  g_test_add_func ("/aether/words/odd-times", test_odd_times);
  g_test_add_func ("/aether/words/sizes", test_sizes);
  g_test_add_func ("/aether/words/architectures", test_architectures);

  return g_test_run ();
}
