/* aether-guest-cursor.h - the machine's pointer as one of the desktop
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* @shape: (nullable): the machine's; %NULL: it gave none
 * @scale: coordinates per pixel of the picture
 *
 * Returns: (transfer full): as large as the picture shows it; a dot to aim
 *   with when the machine gave no shape, because then it paints one itself */
GdkCursor *aether_guest_cursor_new (GdkTexture *shape,
                                    int         hot_x,
                                    int         hot_y,
                                    double      scale);

G_END_DECLS
