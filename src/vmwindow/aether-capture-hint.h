/* aether-capture-hint.h - how to get the keyboard back, in any window with a machine's picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-display-view.h"

G_BEGIN_DECLS

/* A click on @view captures, as the settings say, and the first time @toasts
 * tells which keys end that. These move the focus to @way_out, or into it. Also
 * told is why the pointer cannot be held, when it would have to be. */
void aether_capture_hint_attach (AetherDisplayView *view,
                                 AdwToastOverlay   *toasts,
                                 GtkWidget         *way_out);

G_END_DECLS
