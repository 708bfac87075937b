/* aether-os-logo.h - a small picture for an operating system
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-os.h"

G_BEGIN_DECLS

/**
 * AetherOsLogo:
 *
 * What the user's icon theme has for a system, else a tile of ours in its colour. It decorates:
 * a screen reader reads the name beside it. Properties: "os" (a short id of the catalogue or a
 * distribution's name), "size" (pixels, 32).
 */
#define AETHER_TYPE_OS_LOGO (aether_os_logo_get_type ())
G_DECLARE_FINAL_TYPE (AetherOsLogo, aether_os_logo, AETHER, OS_LOGO, GtkWidget)

GtkWidget  *aether_os_logo_new      (int           size);

/* @os: (nullable): NULL: any system */
void        aether_os_logo_set_os   (AetherOsLogo *self,
                                     const char   *os);
/* The same, of the catalogue: by its id, or else by what it is a kind of */
void        aether_os_logo_show     (AetherOsLogo *self,
                                     AetherOs     *os);
/* Whether there is more to show for it than a disc that stands for any system. @os: (nullable) */
gboolean    aether_os_logo_knows    (const char   *os);

G_END_DECLS
