/* aether-os-look.h - colour and mark of operating systems, drawn by ourselves
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AetherOsLook:
 * @name: the family, as icon themes have it in "distributor-logo-NAME"
 * @letters: on the tile; NULL: @path
 * @path: of a mark, as SVG has it, in a square of 32 by 32
 * @color: of the tile: 0xrrggbb
 *
 * The makers' own artwork is theirs: these are letters and marks of ours in the colour that
 * people know a system by.
 */
typedef struct
{
  const char *name;
  const char *letters;
  const char *path;
  guint32     color;
} AetherOsLook;

/* @os: a short id of the catalogue, as "debian13", or the name of a distribution, as "debian".
 * Returns: (nullable) (transfer none): NULL when nobody knows that system */
const AetherOsLook *aether_os_look_find      (const char *os);
/* For a system that nobody knows */
const AetherOsLook *aether_os_look_generic   (void);
/* All there are, the generic one too; ends with a NULL name */
const AetherOsLook *aether_os_look_list      (void);

/* 0xrrggbb, white or nearly black: what is read better on @color */
guint32             aether_os_look_ink       (guint32     color);
/* 1 to 21, as WCAG 2 counts */
double              aether_os_look_contrast  (guint32     one,
                                              guint32     other);

G_END_DECLS
