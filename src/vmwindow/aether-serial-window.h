/* aether-serial-window.h - the serial ports of a machine, a page each
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-vm-link.h"

G_BEGIN_DECLS

/* Follows the machine through its starts and ends. */
#define AETHER_TYPE_SERIAL_WINDOW (aether_serial_window_get_type ())
G_DECLARE_FINAL_TYPE (AetherSerialWindow, aether_serial_window, AETHER, SERIAL_WINDOW, AdwWindow)

GtkWindow *aether_serial_window_new (AetherVmLink *link);

G_END_DECLS
