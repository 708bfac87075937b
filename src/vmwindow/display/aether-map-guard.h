/* aether-map-guard.h - memory maps of files that somebody else may truncate
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AetherMapGuard:
 *
 * A read-only shared map of @length bytes of a file. Reading a page that the
 * file no longer has raises SIGBUS; for a guarded map that page run turns
 * into zeros instead, and the guard remembers it. (Sealing the file would be
 * simpler, but QEMU's frames come in memfds that cannot be sealed.)
 *
 * Reading is allowed on any thread.
 */
typedef struct _AetherMapGuard AetherMapGuard;

AetherMapGuard *aether_map_guard_new       (int              fd,
                                            gsize            offset,
                                            gsize            length,
                                            GError         **error);
void            aether_map_guard_free      (AetherMapGuard  *self);

const guint8   *aether_map_guard_get_data  (AetherMapGuard  *self);
gboolean        aether_map_guard_is_broken (AetherMapGuard  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherMapGuard, aether_map_guard_free)

G_END_DECLS
