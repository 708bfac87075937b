/* aether-words.h - how states, times and sizes are said
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/* All of these return (transfer full) text in the user's language. @since and
 * @now are seconds since the epoch; @since 0 is unknown. A clock that was set
 * back (@since in the future) reads as "now". */

char *aether_words_state    (AetherState state, gint64 since, gint64 now);   /* "Running, 2 min" */
char *aether_words_suspended (gint64 since, gint64 now);                     /* "Suspended, yesterday" */
char *aether_words_machine  (AetherBundle *bundle, gint64 now);              /* one of these two */
char *aether_words_duration (gint64 seconds);                                /* "2 min" */
char *aether_words_moment   (gint64 since, gint64 now);                      /* "yesterday" */

/* Powers of 1024 under the names people use: "512 MB", "1.5 GB" */
char *aether_words_size     (guint64 bytes);

const char *aether_words_arch (const char *arch);   /* (transfer none): "64-bit PC (x86_64)" */

G_END_DECLS
