/* aether-release-keys.c - the keys that give keyboard and pointer back
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-release-keys.h"

#include <glib/gi18n.h>
#include <string.h>

#include "aether-keymap.h"
#include "aether-keys.h"

/* A modifier without a side is either of the two. */
static const struct
{
  const char *name;
  const char *other;   /* NULL: this is a side */
  const char *label;
} modifiers[] = {
  { "ctrl", "ctrl_r", NC_("keys", "Ctrl") },
  { "alt", "alt_r", NC_("keys", "Alt") },
  { "shift", "shift_r", NC_("keys", "Shift") },
  { "meta_l", "meta_r", NC_("keys", "Super") },
  { "ctrl_r", NULL, NC_("keys", "Right Ctrl") },
  { "alt_r", NULL, NC_("keys", "Right Alt") },
  { "shift_r", NULL, NC_("keys", "Right Shift") },
  { "meta_r", NULL, NC_("keys", "Right Super") },
};

typedef struct
{
  guint    qnum, other;   /* other: 0: none */
  gboolean modifier;
  gboolean down;
} Key;

struct _AetherReleaseKeys
{
  Key      keys[AETHER_KEYS_MAX];
  guint    n_keys;
  gboolean all_modifiers;
  gboolean armed;      /* all are down */
  gboolean spoiled;    /* another one was, too: until all are up */
};

AetherReleaseKeys *
aether_release_keys_new (void)
{
  AetherReleaseKeys *self = g_new0 (AetherReleaseKeys, 1);

  aether_release_keys_set (self, AETHER_RELEASE_KEYS_DEFAULT, NULL);

  return self;
}

void
aether_release_keys_free (AetherReleaseKeys *self)
{
  g_free (self);
}

void
aether_release_keys_forget (AetherReleaseKeys *self)
{
  for (guint i = 0; i < self->n_keys; i++)
    self->keys[i].down = FALSE;
  self->armed = self->spoiled = FALSE;
}

static int
find_modifier (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if (strcmp (modifiers[i].name, name) == 0)
      return i;

  return -1;
}

/**
 * aether_release_keys_set:
 *
 * Fails with %G_IO_ERROR_INVALID_ARGUMENT and changes nothing when
 * @combination names what is no key.
 */
gboolean
aether_release_keys_set (AetherReleaseKeys *self, const char *combination, GError **error)
{
  g_auto(GStrv) names = aether_keys_parse (combination, error);

  if (names == NULL)
    return FALSE;

  self->n_keys = 0;
  self->all_modifiers = TRUE;
  for (guint i = 0; names[i]; i++)
    {
      int modifier = find_modifier (names[i]);
      const char *other = modifier >= 0 ? modifiers[modifier].other : NULL;

      self->keys[self->n_keys++] = (Key) {
        .qnum = aether_keymap_name_to_qnum (names[i]),
        .other = other ? aether_keymap_name_to_qnum (other) : 0,
        .modifier = modifier >= 0,
      };
      self->all_modifiers = self->all_modifiers && modifier >= 0;
    }
  aether_release_keys_forget (self);

  return TRUE;
}

static guint
count_down (AetherReleaseKeys *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_keys; i++)
    n += self->keys[i].down;

  return n;
}

static gboolean
key_down (AetherReleaseKeys *self, Key *key)
{
  if (key == NULL)
    {
      self->spoiled = count_down (self) > 0;
      return FALSE;
    }

  key->down = TRUE;
  self->armed = count_down (self) == self->n_keys && !self->spoiled;

  return self->armed && !self->all_modifiers && !key->modifier;
}

static gboolean
key_up (AetherReleaseKeys *self, Key *key)
{
  gboolean let_go = self->armed && self->all_modifiers && !self->spoiled;

  if (key == NULL)
    return FALSE;

  key->down = FALSE;
  self->armed = FALSE;
  if (count_down (self) == 0)
    self->spoiled = FALSE;
  else if (self->all_modifiers)
    self->spoiled = TRUE;   /* what goes down again begins nothing new */

  return let_go;
}

gboolean
aether_release_keys_event (AetherReleaseKeys *self, guint qnum, gboolean down)
{
  Key *key = NULL;

  for (guint i = 0; i < self->n_keys && key == NULL; i++)
    if (self->keys[i].qnum == qnum || self->keys[i].other == qnum)
      key = &self->keys[i];

  return down ? key_down (self, key) : key_up (self, key);
}

char *
aether_release_keys_to_label (const char *combination)
{
  g_auto(GStrv) names = aether_keys_parse (combination, NULL);
  g_autoptr(GString) label = g_string_new (NULL);

  for (guint i = 0; names && names[i]; i++)
    {
      int modifier = find_modifier (names[i]);
      g_autofree char *upper = g_ascii_strup (names[i], -1);

      g_string_append_printf (label, "%s%s", i > 0 ? " + " : "",
                              modifier >= 0 ? g_dpgettext2 (NULL, "keys", modifiers[modifier].label)
                                            : g_strdelimit (upper, "_", ' '));
    }

  return g_string_free_and_steal (g_steal_pointer (&label));
}

/* One key alone is good when it is a modifier of the right hand, which nobody
 * misses, or one that types nothing. */
static gboolean
is_good (const char *name)
{
  int modifier = find_modifier (name);

  if (modifier >= 0)
    return modifiers[modifier].other == NULL;

  return strcmp (name, "scroll_lock") == 0 || strcmp (name, "pause") == 0 ||
         (name[0] == 'f' && g_ascii_isdigit (name[1]) && strcmp (name, "f11") != 0);
}

char *
aether_release_keys_record (const guint *qnums, guint n_qnums)
{
  g_autoptr(GString) combination = g_string_new (NULL);
  gboolean has_modifier = FALSE;
  const char *name = NULL;

  if (n_qnums == 0 || n_qnums > 4)
    return NULL;

  for (guint i = 0; i < n_qnums; i++)
    {
      name = aether_keymap_qnum_to_name (qnums[i]);
      if (name == NULL)
        return NULL;

      has_modifier = has_modifier || find_modifier (name) >= 0;
      g_string_append_printf (combination, "%s%s", i > 0 ? "-" : "", name);
    }

  if (n_qnums == 1 ? !is_good (name) : !has_modifier)
    return NULL;

  return g_string_free_and_steal (g_steal_pointer (&combination));
}
