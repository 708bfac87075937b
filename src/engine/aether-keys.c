/* aether-keys.c - names of keys (QKeyCode of QEMU's qapi/ui.json), and the keys that type a text
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-keys.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char * const key_names[] = {
  "shift", "shift_r", "alt", "alt_r", "ctrl", "ctrl_r", "menu", "esc",
  "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equal", "backspace", "tab",
  "q", "w", "e", "r", "t", "y", "u", "i", "o", "p", "bracket_left", "bracket_right", "ret",
  "a", "s", "d", "f", "g", "h", "j", "k", "l", "semicolon", "apostrophe", "grave_accent",
  "backslash", "z", "x", "c", "v", "b", "n", "m", "comma", "dot", "slash",
  "asterisk", "spc", "caps_lock",
  "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
  "f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20", "f21", "f22", "f23", "f24",
  "num_lock", "scroll_lock", "kp_divide", "kp_multiply", "kp_subtract", "kp_add", "kp_enter",
  "kp_decimal", "kp_comma", "kp_equals", "sysrq",
  "kp_0", "kp_1", "kp_2", "kp_3", "kp_4", "kp_5", "kp_6", "kp_7", "kp_8", "kp_9",
  "less", "print", "home", "pgup", "pgdn", "end", "left", "up", "down", "right",
  "insert", "delete", "stop", "again", "props", "undo", "front", "copy", "open", "paste",
  "find", "cut", "lf", "help", "meta_l", "meta_r", "compose", "pause",
  "ro", "hiragana", "henkan", "yen", "muhenkan", "katakanahiragana", "lang1", "lang2",
  "power", "sleep", "wake",
  "audionext", "audioprev", "audiostop", "audioplay", "audiomute", "volumeup", "volumedown",
  "mediaselect", "mail", "calculator", "computer",
  "ac_home", "ac_back", "ac_forward", "ac_refresh", "ac_bookmarks",
};

/* What people say instead. */
static const struct { const char *word, *key; } aliases[] = {
  { "control", "ctrl" }, { "ctl", "ctrl" }, { "ctrl_l", "ctrl" },
  { "option", "alt" }, { "alt_l", "alt" }, { "altgr", "alt_r" },
  { "shift_l", "shift" },
  { "super", "meta_l" }, { "win", "meta_l" }, { "windows", "meta_l" }, { "meta", "meta_l" },
  { "cmd", "meta_l" }, { "command", "meta_l" }, { "super_l", "meta_l" }, { "super_r", "meta_r" },
  { "escape", "esc" }, { "enter", "ret" }, { "return", "ret" }, { "space", "spc" },
  { "del", "delete" }, { "ins", "insert" }, { "bksp", "backspace" },
  { "pageup", "pgup" }, { "page_up", "pgup" }, { "pagedown", "pgdn" }, { "page_down", "pgdn" },
  { "capslock", "caps_lock" }, { "numlock", "num_lock" }, { "scrolllock", "scroll_lock" },
  { "printscreen", "print" }, { "prtsc", "print" }, { "break", "pause" },
  { "plus", "equal" }, { "period", "dot" }, { "hyphen", "minus" },
};

/* The unshifted and the shifted face of the keys that type something. */
static const struct { char plain, shifted; const char *key; } faces[] = {
  { '1', '!', "1" }, { '2', '@', "2" }, { '3', '#', "3" }, { '4', '$', "4" }, { '5', '%', "5" },
  { '6', '^', "6" }, { '7', '&', "7" }, { '8', '*', "8" }, { '9', '(', "9" }, { '0', ')', "0" },
  { '-', '_', "minus" }, { '=', '+', "equal" },
  { '[', '{', "bracket_left" }, { ']', '}', "bracket_right" }, { '\\', '|', "backslash" },
  { ';', ':', "semicolon" }, { '\'', '"', "apostrophe" }, { '`', '~', "grave_accent" },
  { ',', '<', "comma" }, { '.', '>', "dot" }, { '/', '?', "slash" },
  { ' ', ' ', "spc" }, { '\t', '\t', "tab" }, { '\n', '\n', "ret" }, { '\r', '\r', "ret" },
  { '\b', '\b', "backspace" }, { '\x1b', '\x1b', "esc" },
};

static const char *
find_key (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (key_names); i++)
    if (strcmp (key_names[i], name) == 0)
      return key_names[i];

  return NULL;
}

gboolean
aether_keys_is_key (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return find_key (name) != NULL;
}

/**
 * aether_keys_for_char:
 * @shift: (out): whether Shift is held with it
 *
 * Returns: (nullable): the key of a US keyboard that types @c
 */
const char *
aether_keys_for_char (gunichar c, gboolean *shift)
{
  *shift = FALSE;

  if (c >= 128)
    return NULL;

  if (g_ascii_isalpha (c))
    {
      const char name[] = { g_ascii_tolower (c), '\0' };

      *shift = g_ascii_isupper (c);
      return find_key (name);
    }

  for (guint i = 0; i < G_N_ELEMENTS (faces); i++)
    {
      if (c != (guchar) faces[i].plain && c != (guchar) faces[i].shifted)
        continue;

      *shift = c != (guchar) faces[i].plain;
      return faces[i].key;
    }

  return NULL;
}

/* A QKeyCode, a usual word for one, or what the key types without Shift. */
static const char *
parse_word (const char *word)
{
  g_autofree char *name = g_ascii_strdown (word, -1);
  const char *key;
  gboolean shift;

  if ((key = find_key (name)))
    return key;

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].word, name) == 0)
      return aliases[i].key;

  if (name[0] != '\0' && name[1] == '\0' &&
      (key = aether_keys_for_char ((guchar) name[0], &shift)) && !shift)
    return key;

  return NULL;
}

/**
 * aether_keys_parse:
 * @keys: words joined by "-" or "+", as "ctrl-alt-del", "a", "shift-F10", "ctrl--"
 *
 * Returns: (transfer full) (nullable): QKeyCode names in that order, at most
 *   %AETHER_KEYS_MAX; the error, %G_IO_ERROR_INVALID_ARGUMENT, names the word that is no key
 */
GStrv
aether_keys_parse (const char *keys, GError **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  const char *p = keys;
  guint n = 0;

  g_return_val_if_fail (keys != NULL, NULL);

  if (*p == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("No key was named. Write keys as in “ctrl-alt-del”."));
      return NULL;
    }

  for (;;)
    {
      /* A separator where a word should begin is that key itself: "ctrl--" */
      gsize length = *p == '\0' ? 0 : 1 + strcspn (p + 1, "-+");
      g_autofree char *word = g_strndup (p, length);
      const char *key = parse_word (*word == '+' ? "equal" : word);

      if (!key)
        {
          g_autofree char *shown = g_utf8_make_valid (word, MIN (length, 64));

          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” is not the name of a key. Write keys as in “ctrl-alt-del”, “a” or “shift-f10”."),
                       shown);
          return NULL;
        }

      if (++n > AETHER_KEYS_MAX)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("At most %d keys can be held at once."), AETHER_KEYS_MAX);
          return NULL;
        }

      g_strv_builder_add (builder, key);
      p += length;
      if (*p == '\0')
        return g_strv_builder_end (builder);
      p++;
    }
}
