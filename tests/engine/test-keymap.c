/* test-keymap.c - key numbers known from QEMU's own list
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-keymap.h"

#include <linux/input-event-codes.h>

#include "aether-keys.h"

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

/* Every key of the boards people have, row by row. */
static const char * const board_105[] = {
  "esc", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
  "sysrq", "scroll_lock", "pause",
  "grave_accent", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equal", "backspace",
  "insert", "home", "pgup", "num_lock", "kp_divide", "kp_multiply", "kp_subtract",
  "tab", "q", "w", "e", "r", "t", "y", "u", "i", "o", "p", "bracket_left", "bracket_right",
  "backslash", "delete", "end", "pgdn", "kp_7", "kp_8", "kp_9", "kp_add",
  "caps_lock", "a", "s", "d", "f", "g", "h", "j", "k", "l", "semicolon", "apostrophe", "ret",
  "kp_4", "kp_5", "kp_6",
  "shift", "less", "z", "x", "c", "v", "b", "n", "m", "comma", "dot", "slash", "shift_r", "up",
  "kp_1", "kp_2", "kp_3", "kp_enter",
  "ctrl", "meta_l", "alt", "spc", "alt_r", "meta_r", "compose", "ctrl_r", "left", "down", "right",
  "kp_0", "kp_decimal",
};

/* What JIS, ABNT2 and Korean boards have besides. */
static const char * const board_others[] = {
  "yen", "ro", "henkan", "muhenkan", "katakanahiragana", "hiragana", "kp_comma", "lang1", "lang2",
};

static const char * const multimedia[] = {
  "audiomute", "volumedown", "volumeup", "audionext", "audioprev", "audioplay", "audiostop",
  "mediaselect", "mail", "calculator", "computer", "ac_home", "ac_back", "ac_forward",
  "ac_refresh", "ac_bookmarks", "stop", "sleep",
};

/* Windows' extended keys, as Microsoft's table of scan codes lists them */
static guint
scan_code_of (guint qnum)
{
  switch (qnum)
    {
    case 0x45: return 0x145;
    case 0xc6: return 0x045;
    case 0x54: return 0x137;
    default:   return qnum & 0x80 ? 0x100 | (qnum & 0x7f) : qnum;
    }
}

static guint
assert_on (const char *name)
{
  guint qnum = aether_keymap_name_to_qnum (name);

  g_test_message ("%s", name);
  g_assert_true (aether_keys_is_key (name));
  g_assert_cmpuint (qnum, !=, 0);
  g_assert_cmpstr (aether_keymap_qnum_to_name (qnum), ==, name);
  g_assert_cmphex (aether_keymap_to_qnum (AETHER_KEYCODES_WIN32_SCAN, scan_code_of (qnum)), ==, qnum);
  return qnum;
}

static guint
count_on (AetherKeycodes whose, const char * const *names, gsize n_names)
{
  guint n = 0;

  for (gsize i = 0; i < n_names; i++)
    {
      gboolean found = FALSE;

      for (guint code = 0; code < 0x100 && !found; code++)
        found = aether_keymap_to_qnum (whose, code) == aether_keymap_name_to_qnum (names[i]);
      if (found)
        n++;
      else
        g_test_message ("not there: %s", names[i]);
    }

  return n;
}

static void
test_boards (void)
{
  const guint n_105 = G_N_ELEMENTS (board_105);

  g_assert_cmpuint (n_105, ==, 105);
  for (guint i = 0; i < n_105; i++)
    assert_on (board_105[i]);
  for (guint i = 0; i < G_N_ELEMENTS (board_others); i++)
    assert_on (board_others[i]);
  for (guint i = 0; i < G_N_ELEMENTS (multimedia); i++)
    assert_on (multimedia[i]);

  g_assert_cmpuint (count_on (AETHER_KEYCODES_EVDEV, board_105, n_105), ==, n_105);
  g_assert_cmpuint (count_on (AETHER_KEYCODES_XKB, board_105, n_105), ==, n_105);
  g_assert_cmpuint (count_on (AETHER_KEYCODES_EVDEV, board_others, G_N_ELEMENTS (board_others)), ==,
                    G_N_ELEMENTS (board_others));
  g_assert_cmpuint (count_on (AETHER_KEYCODES_EVDEV, multimedia, G_N_ELEMENTS (multimedia)), ==,
                    G_N_ELEMENTS (multimedia));

  /* A Mac has no Print Screen, Scroll Lock and Pause; Windows' virtual keys
   * know one Return. */
  g_assert_cmpuint (count_on (AETHER_KEYCODES_MACOS, board_105, n_105), ==, n_105 - 3);
  g_assert_cmpuint (count_on (AETHER_KEYCODES_WIN32, board_105, n_105), ==, n_105 - 1);
}

static void
test_systems (void)
{
  static const struct
  {
    AetherKeycodes whose;
    guint          code;
    const char    *name;
  } some[] = {
    { AETHER_KEYCODES_XKB, 38, "a" },               /* <AC01> */
    { AETHER_KEYCODES_XKB, 94, "less" },            /* <LSGT> */
    { AETHER_KEYCODES_XKB, 97, "ro" },              /* <AB11> of JIS and ABNT2 */
    { AETHER_KEYCODES_XKB, 132, "yen" },            /* <AE13> */
    { AETHER_KEYCODES_XKB, 108, "alt_r" },
    { AETHER_KEYCODES_MACOS, 0x00, "a" },           /* kVK_ANSI_A */
    { AETHER_KEYCODES_MACOS, 0x0a, "less" },        /* kVK_ISO_Section */
    { AETHER_KEYCODES_MACOS, 0x37, "meta_l" },      /* kVK_Command */
    { AETHER_KEYCODES_MACOS, 0x5d, "yen" },         /* kVK_JIS_Yen */
    { AETHER_KEYCODES_MACOS, 0x68, "lang1" },       /* kVK_JIS_Kana */
    { AETHER_KEYCODES_MACOS, 0x7e, "up" },          /* kVK_UpArrow */
    { AETHER_KEYCODES_WIN32, 0x41, "a" },
    { AETHER_KEYCODES_WIN32, 0x11, "ctrl" },        /* VK_CONTROL and VK_LCONTROL */
    { AETHER_KEYCODES_WIN32, 0xa2, "ctrl" },
    { AETHER_KEYCODES_WIN32, 0xa5, "alt_r" },       /* VK_RMENU */
    { AETHER_KEYCODES_WIN32, 0xe2, "less" },        /* VK_OEM_102 */
    { AETHER_KEYCODES_WIN32, 0xc1, "ro" },          /* VK_ABNT_C1 */
    { AETHER_KEYCODES_WIN32, 0xc2, "kp_comma" },    /* VK_ABNT_C2 */
    { AETHER_KEYCODES_WIN32_SCAN, 0x01e, "a" },
    { AETHER_KEYCODES_WIN32_SCAN, 0x11c, "kp_enter" },
    { AETHER_KEYCODES_WIN32_SCAN, 0x15b, "meta_l" },
    { AETHER_KEYCODES_WIN32_SCAN, 0x136, "shift_r" },
    { AETHER_KEYCODES_WIN32_SCAN, 0x0f2, "lang1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (some); i++)
    {
      guint qnum = aether_keymap_to_qnum (some[i].whose, some[i].code);

      g_assert_cmpstr (aether_keymap_qnum_to_name (qnum), ==, some[i].name);
    }
}

static void
test_no_system_knows (void)
{
  for (AetherKeycodes whose = AETHER_KEYCODES_EVDEV; whose <= AETHER_KEYCODES_WIN32_SCAN; whose++)
    {
      g_assert_cmpuint (aether_keymap_to_qnum (whose, G_MAXUINT), ==, 0);
      g_assert_cmpuint (aether_keymap_to_qnum (whose, 0x1ff), ==, 0);
      for (guint code = 0; code < 0x300; code++)
        g_assert_cmpuint (aether_keymap_to_qnum (whose, code), <, 0x100);
    }

  g_assert_cmpuint (aether_keymap_to_qnum (AETHER_KEYCODES_XKB, 3), ==, 0);
  g_assert_cmpuint (aether_keymap_to_qnum (AETHER_KEYCODES_MACOS, 0xff), ==, 0);
  g_assert_cmpuint (aether_keymap_to_qnum (AETHER_KEYCODES_WIN32, 0), ==, 0);
  g_assert_cmpuint (aether_keymap_name_to_qnum ("nonsense"), ==, 0);
  g_assert_cmpuint (aether_keymap_name_to_qnum (NULL), ==, 0);
  g_assert_null (aether_keymap_qnum_to_name (0));
  g_assert_null (aether_keymap_evdev_to_name (KEY_RESERVED));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/keymap/known", test_known);
  g_test_add_func ("/aether/keymap/unknown", test_unknown);
  g_test_add_func ("/aether/keymap/no-two-alike", test_no_two_alike);
  g_test_add_func ("/aether/keymap/boards", test_boards);
  g_test_add_func ("/aether/keymap/systems", test_systems);
  g_test_add_func ("/aether/keymap/no-system-knows", test_no_system_knows);

  return g_test_run ();
}
