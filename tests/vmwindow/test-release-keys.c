/* test-release-keys.c - which keys give the keyboard back, and which do not
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-release-keys.h"

#include "aether-keymap.h"

/* @keys: "+ctrl +alt -alt -ctrl"; @at: which of them releases, from 1; 0: none */
static const struct
{
  const char *combination;
  const char *keys;
  guint       at;
} cases[] = {
  { "ctrl-alt", "+ctrl +alt -alt -ctrl", 3 },
  { "ctrl-alt", "+alt +ctrl -alt -ctrl", 3 },
  { "ctrl-alt", "+ctrl_r +alt -ctrl_r -alt", 3 },
  { "ctrl-alt", "+ctrl +ctrl +alt +alt -alt -ctrl", 5 },          /* auto-repeat */
  { "ctrl-alt", "+ctrl +alt +delete -delete -alt -ctrl", 0 },
  { "ctrl-alt", "+ctrl +c -c +alt -alt -ctrl", 0 },
  { "ctrl-alt", "+ctrl -ctrl +alt -alt", 0 },
  { "ctrl-alt", "+ctrl +alt +delete -delete -alt -ctrl +ctrl +alt -alt", 9 },
  { "ctrl_r", "+ctrl_r -ctrl_r", 2 },
  { "ctrl_r", "+ctrl -ctrl", 0 },
  { "ctrl_r", "+ctrl_r +c -c -ctrl_r", 0 },
  { "ctrl-alt-g", "+ctrl +alt +g -g -alt -ctrl", 3 },
  { "ctrl-alt-g", "+ctrl +alt -alt -ctrl", 0 },
  { "ctrl-alt-g", "+g +ctrl +alt -alt -ctrl -g", 0 },
  { "scroll_lock", "+scroll_lock -scroll_lock", 1 },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherReleaseKeys) keys = aether_release_keys_new ();
      g_auto(GStrv) steps = g_strsplit (cases[i].keys, " ", -1);

      g_test_message ("%s: %s", cases[i].combination, cases[i].keys);
      g_assert_true (aether_release_keys_set (keys, cases[i].combination, NULL));
      for (guint n = 0; steps[n]; n++)
        {
          guint qnum = aether_keymap_name_to_qnum (steps[n] + 1);

          g_assert_cmpuint (qnum, !=, 0);
          g_assert_cmpint (aether_release_keys_event (keys, qnum, steps[n][0] == '+'), ==,
                           n + 1 == cases[i].at);
          if (n + 1 == cases[i].at)
            break;
        }
    }
}

static void
test_forget (void)
{
  g_autoptr(AetherReleaseKeys) keys = aether_release_keys_new ();

  g_assert_false (aether_release_keys_event (keys, aether_keymap_name_to_qnum ("ctrl"), TRUE));
  aether_release_keys_forget (keys);
  g_assert_false (aether_release_keys_event (keys, aether_keymap_name_to_qnum ("alt"), TRUE));
  g_assert_false (aether_release_keys_event (keys, aether_keymap_name_to_qnum ("alt"), FALSE));
}

static void
test_refused (void)
{
  g_autoptr(AetherReleaseKeys) keys = aether_release_keys_new ();
  g_autoptr(GError) error = NULL;

  g_assert_false (aether_release_keys_set (keys, "ctrl-nonsense", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);

  /* The one before is still good */
  aether_release_keys_event (keys, aether_keymap_name_to_qnum ("ctrl"), TRUE);
  aether_release_keys_event (keys, aether_keymap_name_to_qnum ("alt"), TRUE);
  g_assert_true (aether_release_keys_event (keys, aether_keymap_name_to_qnum ("alt"), FALSE));
}

static void
test_record (void)
{
  static const struct { const char *keys[4]; const char *combination; } records[] = {
    { { "ctrl", "alt" }, "ctrl-alt" },
    { { "ctrl_r" }, "ctrl_r" },
    { { "shift", "f12" }, "shift-f12" },
    { { "scroll_lock" }, "scroll_lock" },
    { { "f9" }, "f9" },
    { { "f11" }, NULL },
    { { "a" }, NULL },
    { { "ctrl" }, NULL },
    { { "a", "b" }, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    {
      guint qnums[4];
      guint n = 0;
      g_autofree char *combination = NULL;

      for (; n < 4 && records[i].keys[n]; n++)
        qnums[n] = aether_keymap_name_to_qnum (records[i].keys[n]);
      combination = aether_release_keys_record (qnums, n);
      g_assert_cmpstr (combination, ==, records[i].combination);
    }

  g_assert_null (aether_release_keys_record (NULL, 0));
}

static void
test_label (void)
{
  static const struct { const char *combination, *label; } labels[] = {
    { "ctrl-alt", "Ctrl + Alt" },
    { "ctrl_r", "Right Ctrl" },
    { "shift-f12", "Shift + F12" },
    { "scroll_lock", "SCROLL LOCK" },
    { "nonsense", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_autofree char *label = aether_release_keys_to_label (labels[i].combination);

      g_assert_cmpstr (label, ==, labels[i].label);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/release-keys/cases", test_cases);
  g_test_add_func ("/aether/release-keys/forget", test_forget);
  g_test_add_func ("/aether/release-keys/refused", test_refused);
  g_test_add_func ("/aether/release-keys/record", test_record);
  g_test_add_func ("/aether/release-keys/label", test_label);

  return g_test_run ();
}
