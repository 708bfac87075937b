/* aether-cost-words.h - what a new machine takes of this computer, and when that is too much
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-os-defaults.h"

G_BEGIN_DECLS

/* Memory in MiB; @disk: bytes of a new one, 0 for none; @free: bytes that there are for it, 0 when
 * that is not known. All text is (transfer full). */

/* The computer's own, 0 when the system does not tell. */
guint64 aether_cost_host_memory (void);
char   *aether_cost_words       (guint64                 memory,
                                 guint64                 disk,
                                 guint64                 free);
/* @name: of the system that has the @defaults. Returns: (nullable): NULL when nothing is to be said */
char   *aether_cost_warning     (const char             *name,
                                 const AetherOsDefaults *defaults,
                                 guint64                 memory,
                                 guint64                 disk,
                                 guint64                 free);

G_END_DECLS
