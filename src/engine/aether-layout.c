/* aether-layout.c - which keys of a keyboard of some country type a text
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>
#include <xkbcommon/xkbcommon-compose.h>
#include <xkbcommon/xkbregistry.h>

#include "aether-keymap.h"
#include "aether-keys.h"

#define MOST_MISSING 40   /* characters named at once */

struct _AetherLayout
{
  GHashTable *strokes;   /* keysym -> Stroke; NULL: the US keyboard of aether-keys */
  GHashTable *chars;     /* character -> Stroke */
  GHashTable *composed;  /* character -> Composed */
};

/* A key and what is held with it */
typedef struct
{
  const char *key;
  gboolean    shift;
  gboolean    altgr;
} Stroke;

typedef struct
{
  Stroke strokes[2];
} Composed;

/* --- from XKB ---------------------------------------------------------------- */

/* The keys that type, in Linux's numbers: no keypad, which Num Lock changes */
static gboolean
types (guint evdev)
{
  return (evdev >= 2 && evdev <= 13) || (evdev >= 16 && evdev <= 27) ||
         (evdev >= 30 && evdev <= 53 && evdev != 42) || evdev == 57 ||
         evdev == 86 || evdev == 89 || evdev == 124;
}

/* "de" or "de(nodeadkeys)". XKB makes file names of them, so nothing else. */
static gboolean
split_name (const char *name, char **layout, char **variant)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  gsize length = strspn (name, letters);
  gsize inner;

  if (length == 0 || length > 64)
    return FALSE;

  *layout = g_strndup (name, length);
  if (name[length] == '\0')
    return TRUE;

  inner = name[length] == '(' ? strspn (name + length + 1, letters) : 0;
  if (inner == 0 || inner > 64 || strcmp (name + length + 1 + inner, ")") != 0)
    return FALSE;

  *variant = g_strndup (name + length + 1, inner);
  return TRUE;
}

static struct xkb_context *
new_context (void)
{
  struct xkb_context *context = xkb_context_new (XKB_CONTEXT_NO_ENVIRONMENT_NAMES);

  if (context)
    xkb_context_set_log_level (context, XKB_LOG_LEVEL_CRITICAL);

  return context;
}

/* Returns: whether a key with Shift, AltGr or both gives this level */
static gboolean
find_modifiers (struct xkb_keymap *keymap, xkb_keycode_t code, xkb_level_index_t level,
                gboolean has_altgr, Stroke *stroke)
{
  xkb_mod_mask_t shift = 1u << xkb_keymap_mod_get_index (keymap, XKB_MOD_NAME_SHIFT);
  xkb_mod_mask_t altgr = 1u << xkb_keymap_mod_get_index (keymap, "Mod5");
  xkb_mod_mask_t masks[16];
  gsize n = xkb_keymap_key_get_mods_for_level (keymap, code, 0, level, masks, G_N_ELEMENTS (masks));

  for (gsize i = 0; i < n; i++)
    {
      if ((masks[i] & ~(shift | altgr)) || ((masks[i] & altgr) && !has_altgr))
        continue;

      stroke->shift = (masks[i] & shift) != 0;
      stroke->altgr = (masks[i] & altgr) != 0;
      return TRUE;
    }

  return FALSE;
}

static gboolean
is_simpler (const Stroke *stroke, const Stroke *than)
{
  return than == NULL || stroke->shift + 2 * stroke->altgr < than->shift + 2 * than->altgr;
}

static void
keep_simplest (GHashTable *table, guint key, const Stroke *stroke)
{
  if (key != 0 && is_simpler (stroke, g_hash_table_lookup (table, GUINT_TO_POINTER (key))))
    g_hash_table_insert (table, GUINT_TO_POINTER (key), g_memdup2 (stroke, sizeof *stroke));
}

static void
add_key (AetherLayout *self, struct xkb_keymap *keymap, guint evdev, gboolean has_altgr)
{
  xkb_keycode_t code = evdev + AETHER_KEYMAP_HARDWARE_OFFSET;
  Stroke stroke = { .key = aether_keymap_evdev_to_name (evdev) };

  for (xkb_level_index_t level = 0; level < xkb_keymap_num_levels_for_key (keymap, code, 0); level++)
    {
      const xkb_keysym_t *syms;

      if (xkb_keymap_key_get_syms_by_level (keymap, code, 0, level, &syms) != 1 ||
          !find_modifiers (keymap, code, level, has_altgr, &stroke))
        continue;

      keep_simplest (self->strokes, syms[0], &stroke);
      keep_simplest (self->chars, xkb_keysym_to_utf32 (syms[0]), &stroke);
    }
}

/* What is typed by a dead key and another: the sequences that X11 and with it
 * most desktops compose by. Windows and macOS know the common ones too. */
static void
add_composed (AetherLayout *self, struct xkb_context *context)
{
  struct xkb_compose_table *table =
    xkb_compose_table_new_from_locale (context, "en_US.UTF-8", XKB_COMPOSE_COMPILE_NO_FLAGS);
  struct xkb_compose_table_iterator *iterator;
  struct xkb_compose_table_entry *entry;

  if (table == NULL)
    return;

  iterator = xkb_compose_table_iterator_new (table);
  while ((entry = xkb_compose_table_iterator_next (iterator)))
    {
      size_t length;
      const xkb_keysym_t *sequence = xkb_compose_table_entry_sequence (entry, &length);
      const char *text = xkb_compose_table_entry_utf8 (entry);
      gunichar c = g_utf8_get_char_validated (text, -1);
      Stroke *dead, *base;

      if (length != 2 || c == 0 || c >= (gunichar) -2 || *g_utf8_next_char (text) != '\0' ||
          g_hash_table_contains (self->composed, GUINT_TO_POINTER (c)))
        continue;

      /* A key that also types by itself would not wait for the second one */
      dead = xkb_keysym_to_utf32 (sequence[0]) == 0
             ? g_hash_table_lookup (self->strokes, GUINT_TO_POINTER (sequence[0])) : NULL;
      base = g_hash_table_lookup (self->strokes, GUINT_TO_POINTER (sequence[1]));
      if (dead && base)
        g_hash_table_insert (self->composed, GUINT_TO_POINTER (c),
                             g_memdup2 (&(Composed) { { *dead, *base } }, sizeof (Composed)));
    }
  xkb_compose_table_iterator_free (iterator);
  xkb_compose_table_unref (table);
}

static gboolean
load (AetherLayout *self, const char *layout, const char *variant)
{
  struct xkb_context *context = new_context ();
  struct xkb_rule_names names = { "evdev", "pc105", layout, variant ? variant : "", "" };
  struct xkb_keymap *keymap;
  const xkb_keysym_t *syms;
  gboolean has_altgr;

  if (context == NULL)
    return FALSE;

  keymap = xkb_keymap_new_from_names (context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
  if (keymap)
    {
      /* <RALT> */
      has_altgr = xkb_keymap_key_get_syms_by_level (keymap, 108, 0, 0, &syms) == 1 &&
                  syms[0] == XKB_KEY_ISO_Level3_Shift;
      for (guint evdev = 0; evdev < 128; evdev++)
        if (types (evdev))
          add_key (self, keymap, evdev, has_altgr);
      add_composed (self, context);
      xkb_keymap_unref (keymap);
    }
  xkb_context_unref (context);

  return keymap != NULL && g_hash_table_size (self->chars) > 0;
}

/**
 * aether_layout_new:
 * @name: as "de" or "fr(bepo)"
 *
 * Fails with %G_IO_ERROR_NOT_FOUND when XKB has no such layout.
 */
AetherLayout *
aether_layout_new (const char *name, GError **error)
{
  g_autoptr(AetherLayout) self = g_new0 (AetherLayout, 1);
  g_autofree char *layout = NULL;
  g_autofree char *variant = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  if (g_str_equal (name, AETHER_LAYOUT_DEFAULT))
    return g_steal_pointer (&self);

  self->strokes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->chars = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->composed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (!split_name (name, &layout, &variant) || !load (self, layout, variant))
    {
      g_autofree char *shown = g_utf8_make_valid (name, strnlen (name, 64));

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There is no keyboard layout “%s”. Name it as in “us”, “de” or “fr(bepo)”."),
                   shown);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
aether_layout_free (AetherLayout *self)
{
  g_clear_pointer (&self->strokes, g_hash_table_unref);
  g_clear_pointer (&self->chars, g_hash_table_unref);
  g_clear_pointer (&self->composed, g_hash_table_unref);
  g_free (self);
}

/* --- typing -------------------------------------------------------------------- */

static void
make_chord (const Stroke *stroke, AetherChord *chord)
{
  guint n = 0;

  *chord = (AetherChord) { { NULL } };
  if (stroke->shift)
    chord->keys[n++] = "shift";
  if (stroke->altgr)
    chord->keys[n++] = "alt_r";
  chord->keys[n] = stroke->key;
}

guint
aether_layout_find (AetherLayout *self, gunichar c, AetherChord chords[AETHER_LAYOUT_MOST_CHORDS])
{
  const Composed *composed;
  const Stroke *found;
  Stroke stroke = { NULL };

  /* Return, Tab and their like are the same everywhere */
  if (self->chars == NULL || c < ' ')
    {
      stroke.key = aether_keys_for_char (c, &stroke.shift);
      if (stroke.key)
        make_chord (&stroke, &chords[0]);
      return stroke.key ? 1 : 0;
    }

  found = g_hash_table_lookup (self->chars, GUINT_TO_POINTER (c));
  if (found)
    {
      make_chord (found, &chords[0]);
      return 1;
    }

  composed = g_hash_table_lookup (self->composed, GUINT_TO_POINTER (c));
  if (composed == NULL)
    return 0;

  make_chord (&composed->strokes[0], &chords[0]);
  make_chord (&composed->strokes[1], &chords[1]);
  return 2;
}

char *
aether_layout_find_missing (AetherLayout *self, const char *text)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr(GString) missing = g_string_new (NULL);
  AetherChord chords[AETHER_LAYOUT_MOST_CHORDS];

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (aether_layout_find (self, c, chords) > 0 ||
          !g_hash_table_add (seen, GUINT_TO_POINTER (c)))
        continue;
      if (g_hash_table_size (seen) > MOST_MISSING)
        {
          g_string_append (missing, "…");
          break;
        }

      if (missing->len > 0)
        g_string_append_c (missing, ' ');
      if (g_unichar_isgraph (c))
        g_string_append_unichar (missing, c);
      else
        g_string_append_printf (missing, "U+%04X", c);
    }

  return missing->len > 0 ? g_string_free_and_steal (g_steal_pointer (&missing)) : NULL;
}

/* --- the list -------------------------------------------------------------------- */

static void
info_free (gpointer data)
{
  AetherLayoutInfo *info = data;

  g_free (info->name);
  g_free (info->description);
  g_free (info);
}

static void
add_info (GPtrArray *list, char *name, const char *description)
{
  AetherLayoutInfo *info = g_new (AetherLayoutInfo, 1);

  info->name = name;
  info->description = g_strdup (description);
  g_ptr_array_add (list, info);
}

static int
compare_infos (gconstpointer a, gconstpointer b)
{
  const AetherLayoutInfo *x = *(AetherLayoutInfo * const *) a;
  const AetherLayoutInfo *y = *(AetherLayoutInfo * const *) b;

  return g_utf8_collate (x->description, y->description);
}

GPtrArray *
aether_layout_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (info_free);
  struct rxkb_context *context = rxkb_context_new (RXKB_CONTEXT_NO_FLAGS);

  if (context)
    rxkb_context_set_log_level (context, RXKB_LOG_LEVEL_CRITICAL);
  if (context && rxkb_context_parse (context, "evdev"))
    for (struct rxkb_layout *layout = rxkb_layout_first (context); layout;
         layout = rxkb_layout_next (layout))
      {
        const char *variant = rxkb_layout_get_variant (layout);
        const char *description = rxkb_layout_get_description (layout);
        const char *name = rxkb_layout_get_name (layout);

        add_info (list, variant ? g_strdup_printf ("%s(%s)", name, variant) : g_strdup (name),
                  description ? g_dgettext ("xkeyboard-config", description) : name);
      }
  g_clear_pointer (&context, rxkb_context_unref);

  if (list->len == 0)
    add_info (list, g_strdup (AETHER_LAYOUT_DEFAULT), _("English (US)"));
  g_ptr_array_sort (list, compare_infos);

  return list;
}
