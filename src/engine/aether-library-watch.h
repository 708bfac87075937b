/* aether-library-watch.h - tells when the library must look again
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AetherLibraryWatch:
 *
 * Watches the library's folder, the folders around added bundles and the
 * folders of running machines: a number that does not grow with the library.
 * What happens inside a bundle is not watched: programs that change one touch
 * the library's folder (aether_bundle_save() does).
 *
 * Signals, on the thread-default main context of the maker:
 *  - "bundles-changed": bundles came, went or were saved
 *  - "states-changed": machines started, stopped, paused...
 */
#define AETHER_TYPE_LIBRARY_WATCH (aether_library_watch_get_type ())
G_DECLARE_FINAL_TYPE (AetherLibraryWatch, aether_library_watch, AETHER, LIBRARY_WATCH, GObject)

AetherLibraryWatch *aether_library_watch_new         (const char         *folder);
void                aether_library_watch_set_added   (AetherLibraryWatch *self,
                                                      GPtrArray          *added);     /* of paths */
void                aether_library_watch_set_running (AetherLibraryWatch *self,
                                                      GHashTable         *running);   /* uuid -> any */

G_END_DECLS
