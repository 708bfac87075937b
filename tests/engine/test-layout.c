/* test-layout.c - every character that a keyboard shows can be typed on it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-layout.h"

#include "aether-keys.h"

/* Pangrams, and what programmers need */
static const struct
{
  const char *layout;
  const char *text;
} typed[] = {
  { "us", "The quick brown fox jumps over the lazy dog. ~`!@#$%^&*()_+-={}[]|\\:\";'<>?,./0123456789\n\t" },
  { "gb", "The quick brown fox jumps over the lazy dog. £¬|\\~#@\"" },
  { "de", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. @€{[]}\\|~µ^°`´ éÈâ" },
  { "de(nodeadkeys)", "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg ^`´~" },
  { "fr", "Portez ce vieux whisky au juge blond qui fume. àâéèêëïîôùûç #{[|\\^@]} € ~`" },
  { "es", "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío; añoraba a su querido cachorro. ¿¡@#~€" },
  { "br", "Luís argüia à Júlia que «brações, fé, chá, óxido, pôr, zângão» eram palavras do português. /?°ªº" },
  { "pl", "Pchnąć w tę łódź jeża lub ośm skrzyń fig." },
  { "se", "Flygande bäckasiner söka hwila på mjuka tuvor. @£$€{[]}\\|" },
  { "ch", "Zwölf Boxkämpfer äöü éèà $£ {}[]@#" },
  { "jp", "sphinx of black quartz, judge my vow \\_|~@[]{}:;*+" },
  { "cz", "Příliš žluťoučký kůň úpěl ďábelské ódy." },
};

static void
test_typed (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherLayout) layout = aether_layout_new (typed[i].layout, &error);
  g_autofree char *missing = NULL;

  g_assert_no_error (error);
  missing = aether_layout_find_missing (layout, typed[i].text);
  g_assert_cmpstr (missing, ==, NULL);

  for (const char *p = typed[i].text; *p; p = g_utf8_next_char (p))
    {
      AetherChord chords[AETHER_LAYOUT_MOST_CHORDS];
      guint n = aether_layout_find (layout, g_utf8_get_char (p), chords);

      g_assert_cmpuint (n, >=, 1);
      g_assert_cmpuint (n, <=, AETHER_LAYOUT_MOST_CHORDS);
      for (guint chord = 0; chord < n; chord++)
        for (guint key = 0; chords[chord].keys[key]; key++)
          g_assert_true (aether_keys_is_key (chords[chord].keys[key]));
    }
}

static void
test_missing (void)
{
  g_autoptr(AetherLayout) us = aether_layout_new ("us", NULL);
  g_autoptr(GString) many = g_string_new (NULL);
  g_autofree char *missing = aether_layout_find_missing (us, "naïve ï € x\x01");
  g_autofree char *cut = NULL;

  g_assert_cmpstr (missing, ==, "ï € U+0001");

  for (gunichar c = 0x4e00; c < 0x4e00 + 2000; c++)
    g_string_append_unichar (many, c);
  cut = aether_layout_find_missing (us, many->str);
  g_assert_true (g_str_has_suffix (cut, "…"));
  g_assert_cmpuint (strlen (cut), <, 400);
}

static void
test_list (void)
{
  g_autoptr(GPtrArray) list = aether_layout_list ();
  gboolean found = FALSE;

  g_assert_cmpuint (list->len, >, 100);
  for (guint i = 0; i < list->len; i++)
    {
      AetherLayoutInfo *info = list->pdata[i];

      g_assert_true (*info->description);
      found = found || g_str_equal (info->name, "de(nodeadkeys)");
    }
  g_assert_true (found);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *path = g_strconcat ("/aether/layout/", typed[i].layout, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_typed);
    }
  g_test_add_func ("/aether/layout/missing", test_missing);
  g_test_add_func ("/aether/layout/list", test_list);

  return g_test_run ();
}
