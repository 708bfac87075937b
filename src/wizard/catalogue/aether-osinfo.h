/* aether-osinfo.h - libosinfo's database and ours, made one list
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @folders: databases of osinfo, those that are there, later ones add to earlier ones; @overlay:
 * ours, of the same layout, which counts more than they. Takes a second or two: not for the main
 * thread. Returns: (transfer full): "a" AETHER_OS_ENTRY, serialised.
 * Errors: G_IO_ERROR_NOT_FOUND when there is no system in any of them. */
GVariant *aether_osinfo_load (const char * const *folders,
                              const char         *overlay,
                              GCancellable       *cancellable,
                              GError            **error);

G_END_DECLS
