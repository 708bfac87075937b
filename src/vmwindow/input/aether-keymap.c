/* aether-keymap.c - key numbers: Linux input codes to QEMU's qnum
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-keymap.h"

#include <linux/input-event-codes.h>

#define EXTENDED 0x80

/* The first keys are set 1 codes in both, up to F12: 1 to 83, 87 and 88. */
static const guint8 others[] = {
  [KEY_ZENKAKUHANKAKU]   = 0x76,
  [KEY_102ND]            = 0x56,
  [KEY_F11]              = 0x57,
  [KEY_F12]              = 0x58,
  [KEY_RO]               = 0x73,
  [KEY_KATAKANA]         = 0x78,
  [KEY_HIRAGANA]         = 0x77,
  [KEY_HENKAN]           = 0x79,
  [KEY_KATAKANAHIRAGANA] = 0x70,
  [KEY_MUHENKAN]         = 0x7b,
  [KEY_KPJPCOMMA]        = 0x5c,
  [KEY_KPENTER]          = 0x1c | EXTENDED,
  [KEY_RIGHTCTRL]        = 0x1d | EXTENDED,
  [KEY_KPSLASH]          = 0x35 | EXTENDED,
  [KEY_SYSRQ]            = 0x54,
  [KEY_RIGHTALT]         = 0x38 | EXTENDED,
  [KEY_LINEFEED]         = 0x5b,
  [KEY_HOME]             = 0x47 | EXTENDED,
  [KEY_UP]               = 0x48 | EXTENDED,
  [KEY_PAGEUP]           = 0x49 | EXTENDED,
  [KEY_LEFT]             = 0x4b | EXTENDED,
  [KEY_RIGHT]            = 0x4d | EXTENDED,
  [KEY_END]              = 0x4f | EXTENDED,
  [KEY_DOWN]             = 0x50 | EXTENDED,
  [KEY_PAGEDOWN]         = 0x51 | EXTENDED,
  [KEY_INSERT]           = 0x52 | EXTENDED,
  [KEY_DELETE]           = 0x53 | EXTENDED,
  [KEY_MUTE]             = 0x20 | EXTENDED,
  [KEY_VOLUMEDOWN]       = 0x2e | EXTENDED,
  [KEY_VOLUMEUP]         = 0x30 | EXTENDED,
  [KEY_POWER]            = 0x5e | EXTENDED,
  [KEY_KPEQUAL]          = 0x59,
  [KEY_PAUSE]            = 0x46 | EXTENDED,   /* really e1 1d 45; e0 46 is Ctrl+Break */
  [KEY_KPCOMMA]          = 0x7e,
  [KEY_HANGEUL]          = 0x72,
  [KEY_HANJA]            = 0x71,
  [KEY_YEN]              = 0x7d,
  [KEY_LEFTMETA]         = 0x5b | EXTENDED,
  [KEY_RIGHTMETA]        = 0x5c | EXTENDED,
  [KEY_COMPOSE]          = 0x5d | EXTENDED,
  [KEY_STOP]             = 0x68 | EXTENDED,
  [KEY_AGAIN]            = 0x05 | EXTENDED,
  [KEY_PROPS]            = 0x06 | EXTENDED,
  [KEY_UNDO]             = 0x07 | EXTENDED,
  [KEY_FRONT]            = 0x0c | EXTENDED,
  [KEY_COPY]             = 0x78 | EXTENDED,
  [KEY_OPEN]             = 0x64,
  [KEY_PASTE]            = 0x65,
  [KEY_FIND]             = 0x41 | EXTENDED,
  [KEY_CUT]              = 0x3c | EXTENDED,
  [KEY_HELP]             = 0x75 | EXTENDED,
  [KEY_MENU]             = 0x1e | EXTENDED,
  [KEY_CALC]             = 0x21 | EXTENDED,
  [KEY_SLEEP]            = 0x5f | EXTENDED,
  [KEY_WAKEUP]           = 0x63 | EXTENDED,
  [KEY_MAIL]             = 0x6c | EXTENDED,
  [KEY_BOOKMARKS]        = 0x66 | EXTENDED,
  [KEY_COMPUTER]         = 0x6b | EXTENDED,
  [KEY_BACK]             = 0x6a | EXTENDED,
  [KEY_FORWARD]          = 0x69 | EXTENDED,
  [KEY_NEXTSONG]         = 0x19 | EXTENDED,
  [KEY_PLAYPAUSE]        = 0x22 | EXTENDED,
  [KEY_PREVIOUSSONG]     = 0x10 | EXTENDED,
  [KEY_STOPCD]           = 0x24 | EXTENDED,
  [KEY_HOMEPAGE]         = 0x32 | EXTENDED,
  [KEY_REFRESH]          = 0x67 | EXTENDED,
  [KEY_F13]              = 0x5d,
  [KEY_F14]              = 0x5e,
  [KEY_F15]              = 0x5f,
  [KEY_F16]              = 0x55,
  [KEY_F17]              = 0x03 | EXTENDED,
  [KEY_F18]              = 0x77 | EXTENDED,
  [KEY_F19]              = 0x04 | EXTENDED,
  [KEY_F20]              = 0x5a,
  [KEY_F21]              = 0x74,
  [KEY_F22]              = 0x79 | EXTENDED,
  [KEY_F23]              = 0x6d,
  [KEY_F24]              = 0x6f,
  [KEY_SEARCH]           = 0x65 | EXTENDED,
  [KEY_MEDIA]            = 0x6d | EXTENDED,
};

guint
aether_keymap_evdev_to_qnum (guint evdev)
{
  if (evdev >= KEY_ESC && evdev <= KEY_KPDOT)
    return evdev;

  return evdev < G_N_ELEMENTS (others) ? others[evdev] : 0;
}
