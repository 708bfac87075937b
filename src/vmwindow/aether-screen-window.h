/* aether-screen-window.h - a further screen of a machine, in a window of its own
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-dbus-source.h"
#include "aether-display-view.h"

G_BEGIN_DECLS

/**
 * AetherScreenWindow:
 *
 * Shows what the first screen's window does not. Looks as that is set to, and
 * says so when the machine does not show this screen.
 */
#define AETHER_TYPE_SCREEN_WINDOW (aether_screen_window_get_type ())
G_DECLARE_FINAL_TYPE (AetherScreenWindow, aether_screen_window, AETHER, SCREEN_WINDOW, AdwWindow)

/* @number: from 1: 0 is the first screen's; @first: whose connection it is; @like: the first's view */
GtkWindow *aether_screen_window_new        (const char         *machine,
                                            guint               number,
                                            AetherDbusSource   *first,
                                            AetherDisplayView  *like);
guint      aether_screen_window_get_number (AetherScreenWindow *self);

G_END_DECLS
