/* aether-settings.h - what the application remembers between runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): NULL when the schema is not installed, in
 * which case nothing is remembered */
GSettings *aether_settings_new    (void);
/* What is remembered of one machine, or of one server
 * @path: (nullable): where, when the schema does not say */
GSettings *aether_settings_new_at (const char *schema_id,
                                   const char *path);

G_END_DECLS
