/* aether-window.h - the library: a list of machines, and one of them in detail
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-library.h"
#include "aether-downloads-hub.h"
#include "aether-state-watch.h"

G_BEGIN_DECLS

#define AETHER_TYPE_WINDOW (aether_window_get_type ())
G_DECLARE_FINAL_TYPE (AetherWindow, aether_window, AETHER, WINDOW, AdwApplicationWindow)

AetherWindow *aether_window_new            (GtkApplication      *application,
                                            AetherLibrary       *library,
                                            AetherStateWatch  *watch);
/* Selects @bundle and shows its details; the list is searched for it by path. */
void          aether_window_show_bundle    (AetherWindow        *self,
                                            AetherBundle        *bundle);

/* Shows their progress, and them on demand. */
void          aether_window_set_downloads (AetherWindow *self, AetherDownloadsHub *hub);
void          aether_window_show_downloads (AetherWindow *self);

G_END_DECLS
