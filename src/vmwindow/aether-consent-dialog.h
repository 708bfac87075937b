/* aether-consent-dialog.h - asking whether a machine may have what it asks for beyond its own folder
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-consent.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks over @parent for what the user has not agreed to yet, and remembers the answer. A saved
 * state may be discarded instead. Completes at once when there is nothing to ask. */
void     aether_consent_ask_async  (AetherBundle        *bundle,
                                    GtkWidget           *parent,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);

/* Returns: whether it may start now. G_IO_ERROR_CANCELLED: the user did not agree */
gboolean aether_consent_ask_finish (AetherBundle        *bundle,
                                    GAsyncResult        *result,
                                    GError             **error);

G_END_DECLS
