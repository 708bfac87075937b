/* aether-vnc-window.h - the window of any VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-vnc-address.h"

G_BEGIN_DECLS

/**
 * AetherVncWindow:
 *
 * Shows what a server shows, which need not be a machine: it has the bar of a
 * machine's window without what switches machines on and off.
 */
#define AETHER_TYPE_VNC_WINDOW (aether_vnc_window_get_type ())
G_DECLARE_FINAL_TYPE (AetherVncWindow, aether_vnc_window, AETHER, VNC_WINDOW, AdwApplicationWindow)

/* @app: (nullable). Begins to connect. */
AetherVncWindow *aether_vnc_window_new (GtkApplication         *app,
                                        const AetherVncAddress *address);

G_END_DECLS
