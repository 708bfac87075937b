/* aether-lock.h - a lock on a file, held by one process for as long as it lives
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An advisory lock on a whole file, for the life of the returned descriptor (which children
 * do not inherit). Testing does not take it, so it never disturbs one who does. */
int       aether_lock_take    (const char  *path,
                               GError     **error);
gboolean  aether_lock_is_held (const char  *path);

G_END_DECLS
