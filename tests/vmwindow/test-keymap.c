/* test-keymap.c - key numbers known from QEMU's own list
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-keymap.h"

#include <linux/input-event-codes.h>

static const struct
{
  guint evdev;
  guint qnum;
} known[] = {
  { KEY_ESC, 0x01 },
  { KEY_A, 0x1e },
  { KEY_ENTER, 0x1c },
  { KEY_SPACE, 0x39 },
  { KEY_F10, 0x44 },
  { KEY_NUMLOCK, 0x45 },
  { KEY_KPDOT, 0x53 },
  { KEY_102ND, 0x56 },
  { KEY_F11, 0x57 },
  { KEY_F12, 0x58 },
  { KEY_KPENTER, 0x9c },
  { KEY_RIGHTCTRL, 0x9d },
  { KEY_KPSLASH, 0xb5 },
  { KEY_SYSRQ, 0x54 },
  { KEY_RIGHTALT, 0xb8 },
  { KEY_HOME, 0xc7 },
  { KEY_UP, 0xc8 },
  { KEY_DELETE, 0xd3 },
  { KEY_PAUSE, 0xc6 },
  { KEY_LEFTMETA, 0xdb },
  { KEY_COMPOSE, 0xdd },
  { KEY_HANGEUL, 0x72 },
  { KEY_HANJA, 0x71 },
  { KEY_RO, 0x73 },
  { KEY_YEN, 0x7d },
  { KEY_HENKAN, 0x79 },
  { KEY_MUHENKAN, 0x7b },
  { KEY_KATAKANAHIRAGANA, 0x70 },
  { KEY_ZENKAKUHANKAKU, 0x76 },
  { KEY_VOLUMEUP, 0xb0 },
};

static void
test_known (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmphex (aether_keymap_evdev_to_qnum (known[i].evdev), ==, known[i].qnum);
}

static void
test_unknown (void)
{
  g_assert_cmpuint (aether_keymap_evdev_to_qnum (KEY_RESERVED), ==, 0);
  g_assert_cmpuint (aether_keymap_evdev_to_qnum (84), ==, 0);
  g_assert_cmpuint (aether_keymap_evdev_to_qnum (KEY_MEDIA + 1), ==, 0);
  g_assert_cmpuint (aether_keymap_evdev_to_qnum (BTN_LEFT), ==, 0);
  g_assert_cmpuint (aether_keymap_evdev_to_qnum (G_MAXUINT), ==, 0);
}

/* Two keys with one number would be one key to the machine. */
static void
test_no_two_alike (void)
{
  guint seen[256] = { 0 };

  for (guint evdev = 0; evdev < 256; evdev++)
    {
      guint qnum = aether_keymap_evdev_to_qnum (evdev);

      g_assert_cmpuint (qnum, <, 256);
      if (qnum == 0)
        continue;
      g_assert_cmpuint (seen[qnum], ==, 0);
      seen[qnum] = evdev;
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/keymap/known", test_known);
  g_test_add_func ("/aether/keymap/unknown", test_unknown);
  g_test_add_func ("/aether/keymap/no-two-alike", test_no_two_alike);

  return g_test_run ();
}
