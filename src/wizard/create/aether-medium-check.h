/* aether-medium-check.h - what a chosen file is, and on which computers it starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media.h"

G_BEGIN_DECLS

/* aether_media_detect() in a thread. @file: on this computer */
void         aether_medium_detect_async  (GFile               *file,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
AetherMedia *aether_medium_detect_finish (GAsyncResult        *result,
                                          GError             **error);

/* The architectures of machines here. NULL-terminated */
const char * const *aether_medium_arches (void);
/* Without a translation of every instruction. */
gboolean     aether_medium_is_native     (const char          *arch);
/* A 64-bit PC starts what a 32-bit one does. */
gboolean     aether_medium_suits         (const AetherMedia   *media,
                                          const char          *arch);
/* The one of @arches (NULL-terminated) that it starts on, this computer's if it can be.
 * Returns: (nullable): NULL when there is none */
const char  *aether_medium_choose_arch   (const AetherMedia   *media,
                                          const char * const  *arches);
/* Why it does not start on another than @arch; NULL: on none at all. Returns: (transfer full) */
char        *aether_medium_explain       (const char          *arch);

G_END_DECLS
