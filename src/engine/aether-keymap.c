/* aether-keymap.c - key numbers: of Linux, macOS and Windows, and QEMU's
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-keymap.h"

#include <linux/input-event-codes.h>
#include <string.h>

#define E    0x80   /* its scan code begins with 0xe0 */
#define NONE 0xff

/* A key a row, in the order of Linux's numbers. The first are set 1 codes
 * there as well. Windows' virtual keys do not tell Return on the keypad from
 * the other; its scan codes do. A Mac with an ISO keyboard swaps the numbers
 * of the key left of 1 and the one right of Shift; it does not say that it is
 * one, so they are taken as on all others. */
static const struct
{
  const char *name;      /* QKeyCode; NULL: it has none */
  guint16     evdev;
  guint8      qnum;
  guint8      macos;
  guint8      win32[2];  /* 0: none */
} keys[] = {
  { "esc", KEY_ESC, 0x01, 0x35, { 0x1b } },
  { "1", KEY_1, 0x02, 0x12, { 0x31 } },
  { "2", KEY_2, 0x03, 0x13, { 0x32 } },
  { "3", KEY_3, 0x04, 0x14, { 0x33 } },
  { "4", KEY_4, 0x05, 0x15, { 0x34 } },
  { "5", KEY_5, 0x06, 0x17, { 0x35 } },
  { "6", KEY_6, 0x07, 0x16, { 0x36 } },
  { "7", KEY_7, 0x08, 0x1a, { 0x37 } },
  { "8", KEY_8, 0x09, 0x1c, { 0x38 } },
  { "9", KEY_9, 0x0a, 0x19, { 0x39 } },
  { "0", KEY_0, 0x0b, 0x1d, { 0x30 } },
  { "minus", KEY_MINUS, 0x0c, 0x1b, { 0xbd } },
  { "equal", KEY_EQUAL, 0x0d, 0x18, { 0xbb } },
  { "backspace", KEY_BACKSPACE, 0x0e, 0x33, { 0x08 } },
  { "tab", KEY_TAB, 0x0f, 0x30, { 0x09 } },
  { "q", KEY_Q, 0x10, 0x0c, { 0x51 } },
  { "w", KEY_W, 0x11, 0x0d, { 0x57 } },
  { "e", KEY_E, 0x12, 0x0e, { 0x45 } },
  { "r", KEY_R, 0x13, 0x0f, { 0x52 } },
  { "t", KEY_T, 0x14, 0x11, { 0x54 } },
  { "y", KEY_Y, 0x15, 0x10, { 0x59 } },
  { "u", KEY_U, 0x16, 0x20, { 0x55 } },
  { "i", KEY_I, 0x17, 0x22, { 0x49 } },
  { "o", KEY_O, 0x18, 0x1f, { 0x4f } },
  { "p", KEY_P, 0x19, 0x23, { 0x50 } },
  { "bracket_left", KEY_LEFTBRACE, 0x1a, 0x21, { 0xdb } },
  { "bracket_right", KEY_RIGHTBRACE, 0x1b, 0x1e, { 0xdd } },
  { "ret", KEY_ENTER, 0x1c, 0x24, { 0x0d } },
  { "ctrl", KEY_LEFTCTRL, 0x1d, 0x3b, { 0x11, 0xa2 } },
  { "a", KEY_A, 0x1e, 0x00, { 0x41 } },
  { "s", KEY_S, 0x1f, 0x01, { 0x53 } },
  { "d", KEY_D, 0x20, 0x02, { 0x44 } },
  { "f", KEY_F, 0x21, 0x03, { 0x46 } },
  { "g", KEY_G, 0x22, 0x05, { 0x47 } },
  { "h", KEY_H, 0x23, 0x04, { 0x48 } },
  { "j", KEY_J, 0x24, 0x26, { 0x4a } },
  { "k", KEY_K, 0x25, 0x28, { 0x4b } },
  { "l", KEY_L, 0x26, 0x25, { 0x4c } },
  { "semicolon", KEY_SEMICOLON, 0x27, 0x29, { 0xba } },
  { "apostrophe", KEY_APOSTROPHE, 0x28, 0x27, { 0xde } },
  { "grave_accent", KEY_GRAVE, 0x29, 0x32, { 0xc0 } },
  { "shift", KEY_LEFTSHIFT, 0x2a, 0x38, { 0x10, 0xa0 } },
  { "backslash", KEY_BACKSLASH, 0x2b, 0x2a, { 0xdc } },
  { "z", KEY_Z, 0x2c, 0x06, { 0x5a } },
  { "x", KEY_X, 0x2d, 0x07, { 0x58 } },
  { "c", KEY_C, 0x2e, 0x08, { 0x43 } },
  { "v", KEY_V, 0x2f, 0x09, { 0x56 } },
  { "b", KEY_B, 0x30, 0x0b, { 0x42 } },
  { "n", KEY_N, 0x31, 0x2d, { 0x4e } },
  { "m", KEY_M, 0x32, 0x2e, { 0x4d } },
  { "comma", KEY_COMMA, 0x33, 0x2b, { 0xbc } },
  { "dot", KEY_DOT, 0x34, 0x2f, { 0xbe } },
  { "slash", KEY_SLASH, 0x35, 0x2c, { 0xbf } },
  { "shift_r", KEY_RIGHTSHIFT, 0x36, 0x3c, { 0xa1 } },
  { "kp_multiply", KEY_KPASTERISK, 0x37, 0x43, { 0x6a } },
  { "alt", KEY_LEFTALT, 0x38, 0x3a, { 0x12, 0xa4 } },
  { "spc", KEY_SPACE, 0x39, 0x31, { 0x20 } },
  { "caps_lock", KEY_CAPSLOCK, 0x3a, 0x39, { 0x14 } },
  { "f1", KEY_F1, 0x3b, 0x7a, { 0x70 } },
  { "f2", KEY_F2, 0x3c, 0x78, { 0x71 } },
  { "f3", KEY_F3, 0x3d, 0x63, { 0x72 } },
  { "f4", KEY_F4, 0x3e, 0x76, { 0x73 } },
  { "f5", KEY_F5, 0x3f, 0x60, { 0x74 } },
  { "f6", KEY_F6, 0x40, 0x61, { 0x75 } },
  { "f7", KEY_F7, 0x41, 0x62, { 0x76 } },
  { "f8", KEY_F8, 0x42, 0x64, { 0x77 } },
  { "f9", KEY_F9, 0x43, 0x65, { 0x78 } },
  { "f10", KEY_F10, 0x44, 0x6d, { 0x79 } },
  { "num_lock", KEY_NUMLOCK, 0x45, 0x47, { 0x90 } },
  { "scroll_lock", KEY_SCROLLLOCK, 0x46, NONE, { 0x91 } },
  { "kp_7", KEY_KP7, 0x47, 0x59, { 0x67 } },
  { "kp_8", KEY_KP8, 0x48, 0x5b, { 0x68 } },
  { "kp_9", KEY_KP9, 0x49, 0x5c, { 0x69 } },
  { "kp_subtract", KEY_KPMINUS, 0x4a, 0x4e, { 0x6d } },
  { "kp_4", KEY_KP4, 0x4b, 0x56, { 0x64 } },
  { "kp_5", KEY_KP5, 0x4c, 0x57, { 0x65, 0x0c } },
  { "kp_6", KEY_KP6, 0x4d, 0x58, { 0x66 } },
  { "kp_add", KEY_KPPLUS, 0x4e, 0x45, { 0x6b } },
  { "kp_1", KEY_KP1, 0x4f, 0x53, { 0x61 } },
  { "kp_2", KEY_KP2, 0x50, 0x54, { 0x62 } },
  { "kp_3", KEY_KP3, 0x51, 0x55, { 0x63 } },
  { "kp_0", KEY_KP0, 0x52, 0x52, { 0x60 } },
  { "kp_decimal", KEY_KPDOT, 0x53, 0x41, { 0x6e } },
  { NULL, KEY_ZENKAKUHANKAKU, 0x76, NONE, { 0xf3, 0xf4 } },
  { "less", KEY_102ND, 0x56, 0x0a, { 0xe2 } },
  { "f11", KEY_F11, 0x57, 0x67, { 0x7a } },
  { "f12", KEY_F12, 0x58, 0x6f, { 0x7b } },
  { "ro", KEY_RO, 0x73, 0x5e, { 0xc1 } },
  { NULL, KEY_KATAKANA, 0x78, NONE },
  { "hiragana", KEY_HIRAGANA, 0x77, NONE },
  { "henkan", KEY_HENKAN, 0x79, NONE, { 0x1c } },
  { "katakanahiragana", KEY_KATAKANAHIRAGANA, 0x70, NONE, { 0xf2, 0xf5 } },
  { "muhenkan", KEY_MUHENKAN, 0x7b, NONE, { 0x1d } },
  { NULL, KEY_KPJPCOMMA, 0x5c, 0x5f },
  { "kp_enter", KEY_KPENTER, 0x1c | E, 0x4c },
  { "ctrl_r", KEY_RIGHTCTRL, 0x1d | E, 0x3e, { 0xa3 } },
  { "kp_divide", KEY_KPSLASH, 0x35 | E, 0x4b, { 0x6f } },
  { "sysrq", KEY_SYSRQ, 0x54, NONE, { 0x2c } },
  { "alt_r", KEY_RIGHTALT, 0x38 | E, 0x3d, { 0xa5 } },
  { "lf", KEY_LINEFEED, 0x5b, NONE },
  { "home", KEY_HOME, 0x47 | E, 0x73, { 0x24 } },
  { "up", KEY_UP, 0x48 | E, 0x7e, { 0x26 } },
  { "pgup", KEY_PAGEUP, 0x49 | E, 0x74, { 0x21 } },
  { "left", KEY_LEFT, 0x4b | E, 0x7b, { 0x25 } },
  { "right", KEY_RIGHT, 0x4d | E, 0x7c, { 0x27 } },
  { "end", KEY_END, 0x4f | E, 0x77, { 0x23 } },
  { "down", KEY_DOWN, 0x50 | E, 0x7d, { 0x28 } },
  { "pgdn", KEY_PAGEDOWN, 0x51 | E, 0x79, { 0x22 } },
  { "insert", KEY_INSERT, 0x52 | E, 0x72, { 0x2d } },
  { "delete", KEY_DELETE, 0x53 | E, 0x75, { 0x2e } },
  { "audiomute", KEY_MUTE, 0x20 | E, 0x4a, { 0xad } },
  { "volumedown", KEY_VOLUMEDOWN, 0x2e | E, 0x49, { 0xae } },
  { "volumeup", KEY_VOLUMEUP, 0x30 | E, 0x48, { 0xaf } },
  { "power", KEY_POWER, 0x5e | E, 0x7f },
  { "kp_equals", KEY_KPEQUAL, 0x59, 0x51, { 0x92 } },
  { "pause", KEY_PAUSE, 0x46 | E, NONE, { 0x13, 0x03 } },
  { "kp_comma", KEY_KPCOMMA, 0x7e, NONE, { 0xc2, 0x6c } },
  { "lang1", KEY_HANGEUL, 0x72, 0x68, { 0x15 } },
  { "lang2", KEY_HANJA, 0x71, 0x66, { 0x19 } },
  { "yen", KEY_YEN, 0x7d, 0x5d },
  { "meta_l", KEY_LEFTMETA, 0x5b | E, 0x37, { 0x5b } },
  { "meta_r", KEY_RIGHTMETA, 0x5c | E, 0x36, { 0x5c } },
  { "compose", KEY_COMPOSE, 0x5d | E, 0x6e, { 0x5d } },
  { "stop", KEY_STOP, 0x68 | E, NONE, { 0xa9 } },
  { "again", KEY_AGAIN, 0x05 | E, NONE },
  { "props", KEY_PROPS, 0x06 | E, NONE },
  { "undo", KEY_UNDO, 0x07 | E, NONE },
  { "front", KEY_FRONT, 0x0c | E, NONE },
  { "copy", KEY_COPY, 0x78 | E, NONE },
  { "open", KEY_OPEN, 0x64, NONE },
  { "paste", KEY_PASTE, 0x65, NONE },
  { "find", KEY_FIND, 0x41 | E, NONE },
  { "cut", KEY_CUT, 0x3c | E, NONE },
  { "help", KEY_HELP, 0x75 | E, NONE, { 0x2f } },
  { "menu", KEY_MENU, 0x1e | E, NONE },
  { "calculator", KEY_CALC, 0x21 | E, NONE, { 0xb7 } },
  { "sleep", KEY_SLEEP, 0x5f | E, NONE, { 0x5f } },
  { "wake", KEY_WAKEUP, 0x63 | E, NONE },
  { "mail", KEY_MAIL, 0x6c | E, NONE, { 0xb4 } },
  { "ac_bookmarks", KEY_BOOKMARKS, 0x66 | E, NONE, { 0xab } },
  { "computer", KEY_COMPUTER, 0x6b | E, NONE, { 0xb6 } },
  { "ac_back", KEY_BACK, 0x6a | E, NONE, { 0xa6 } },
  { "ac_forward", KEY_FORWARD, 0x69 | E, NONE, { 0xa7 } },
  { "audionext", KEY_NEXTSONG, 0x19 | E, NONE, { 0xb0 } },
  { "audioplay", KEY_PLAYPAUSE, 0x22 | E, NONE, { 0xb3 } },
  { "audioprev", KEY_PREVIOUSSONG, 0x10 | E, NONE, { 0xb1 } },
  { "audiostop", KEY_STOPCD, 0x24 | E, NONE, { 0xb2 } },
  { "ac_home", KEY_HOMEPAGE, 0x32 | E, NONE, { 0xac } },
  { "ac_refresh", KEY_REFRESH, 0x67 | E, NONE, { 0xa8 } },
  { "f13", KEY_F13, 0x5d, 0x69, { 0x7c } },
  { "f14", KEY_F14, 0x5e, 0x6b, { 0x7d } },
  { "f15", KEY_F15, 0x5f, 0x71, { 0x7e } },
  { "f16", KEY_F16, 0x55, 0x6a, { 0x7f } },
  { "f17", KEY_F17, 0x03 | E, 0x40, { 0x80 } },
  { "f18", KEY_F18, 0x77 | E, 0x4f, { 0x81 } },
  { "f19", KEY_F19, 0x04 | E, 0x50, { 0x82 } },
  { "f20", KEY_F20, 0x5a, 0x5a, { 0x83 } },
  { "f21", KEY_F21, 0x74, NONE, { 0x84 } },
  { "f22", KEY_F22, 0x79 | E, NONE, { 0x85 } },
  { "f23", KEY_F23, 0x6d, NONE, { 0x86 } },
  { "f24", KEY_F24, 0x6f, NONE, { 0x87 } },
  { NULL, KEY_SEARCH, 0x65 | E, NONE, { 0xaa } },
  { "mediaselect", KEY_MEDIA, 0x6d | E, NONE, { 0xb5 } },
};

guint
aether_keymap_evdev_to_qnum (guint evdev)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].evdev == evdev)
      return keys[i].qnum;

  return 0;
}

static guint
macos_to_qnum (guint code)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (code != NONE && keys[i].macos == code)
      return keys[i].qnum;

  return 0;
}

static guint
win32_to_qnum (guint code)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (code != 0 && (keys[i].win32[0] == code || keys[i].win32[1] == code))
      return keys[i].qnum;

  return 0;
}

/* They are set 1 codes, but for a few that Windows makes up. */
static guint
win32_scan_to_qnum (guint code)
{
  guint qnum;

  switch (code)
    {
    case 0x045: return 0x46 | E;   /* Pause */
    case 0x145: return 0x45;       /* Num Lock */
    case 0x137: return 0x54;       /* Print Screen */
    case 0x136: return 0x36;       /* right Shift, as some drivers have it */
    case 0x0f1: return 0x71;       /* Hanja and Hangul of Korean PS/2 keyboards */
    case 0x0f2: return 0x72;
    default:    break;
    }

  if (code > 0x17f || (code & 0x80))
    return 0;

  qnum = (code & 0x7f) | (code & 0x100 ? E : 0);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].qnum == qnum)
      return qnum;

  return 0;
}

guint
aether_keymap_to_qnum (AetherKeycodes whose, guint code)
{
  switch (whose)
    {
    case AETHER_KEYCODES_XKB:
      return code < AETHER_KEYMAP_HARDWARE_OFFSET
             ? 0 : aether_keymap_evdev_to_qnum (code - AETHER_KEYMAP_HARDWARE_OFFSET);
    case AETHER_KEYCODES_MACOS:      return macos_to_qnum (code);
    case AETHER_KEYCODES_WIN32:      return win32_to_qnum (code);
    case AETHER_KEYCODES_WIN32_SCAN: return win32_scan_to_qnum (code);
    case AETHER_KEYCODES_EVDEV:
    default:                         return aether_keymap_evdev_to_qnum (code);
    }
}

guint
aether_keymap_name_to_qnum (const char *name)
{
  /* The other words QEMU has for a key of the list */
  static const struct { const char *name; guint qnum; } others[] = {
    { "print", 0x54 }, { "asterisk", 0x37 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_strcmp0 (keys[i].name, name) == 0)
      return name ? keys[i].qnum : 0;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_strcmp0 (others[i].name, name) == 0)
      return others[i].qnum;

  return 0;
}

const char *
aether_keymap_evdev_to_name (guint evdev)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].evdev == evdev)
      return keys[i].name;

  return NULL;
}

const char *
aether_keymap_qnum_to_name (guint qnum)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (qnum != 0 && keys[i].qnum == qnum)
      return keys[i].name;

  return NULL;
}
