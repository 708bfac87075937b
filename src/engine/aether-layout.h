/* aether-layout.h - which keys of a keyboard of some country type a text
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_LAYOUT_DEFAULT "us"
#define AETHER_LAYOUT_MOST_CHORDS 2   /* for one character */

/* QKeyCode names, pressed in this order; NULL-terminated */
typedef struct
{
  const char *keys[4];
} AetherChord;

/**
 * AetherLayout:
 *
 * A keyboard layout, named as XKB does: "us", "de", "fr(bepo)". "us" is
 * always there; others come with XKB's data. A character may take two chords,
 * the first of them a dead key.
 */
typedef struct _AetherLayout AetherLayout;

AetherLayout *aether_layout_new          (const char    *name,
                                          GError       **error);
void          aether_layout_free         (AetherLayout  *self);

/* Returns: how many chords type @c; 0: none does */
guint         aether_layout_find         (AetherLayout  *self,
                                          gunichar       c,
                                          AetherChord    chords[AETHER_LAYOUT_MOST_CHORDS]);
/* Returns: (transfer full) (nullable): the characters of @text that no key
 *   types, each once, as people read them; %NULL: all can be typed */
char         *aether_layout_find_missing (AetherLayout  *self,
                                          const char    *text);

/* For choosing one */
typedef struct
{
  char *name;          /* "de(nodeadkeys)" */
  char *description;   /* "German (no dead keys)", translated as XKB's data is */
} AetherLayoutInfo;

/* Returns: (transfer full) (element-type AetherLayoutInfo): "us" at least; takes some 10 ms */
GPtrArray    *aether_layout_list         (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherLayout, aether_layout_free)

G_END_DECLS
