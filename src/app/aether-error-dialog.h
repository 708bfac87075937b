/* aether-error-dialog.h - what could not be done, why, and what to do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

/* @heading: what could not be done; @message: why, and what to do; @bundle: (nullable): whose
 * log is one click away */
void aether_error_dialog_present (GtkWidget    *parent,
                                  const char   *heading,
                                  const char   *message,
                                  AetherBundle *bundle);

G_END_DECLS
