/* aether-serial-terminal.h - a terminal on one serial port
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <vte/vte.h>

#include "aether-client.h"

G_BEGIN_DECLS

/**
 * AetherSerialTerminal:
 *
 * A VTE terminal whose other end is a serial port instead of a program.
 * Actions: "serial.copy", "serial.paste", "serial.zoom-in", "serial.zoom-out", "serial.zoom-normal".
 * Property "connected" (notify).
 */
#define AETHER_TYPE_SERIAL_TERMINAL (aether_serial_terminal_get_type ())
G_DECLARE_FINAL_TYPE (AetherSerialTerminal, aether_serial_terminal, AETHER, SERIAL_TERMINAL, VteTerminal)

AetherSerialTerminal *aether_serial_terminal_new         (guint                 port);
/* @client: (nullable): whose port it is from now on; %NULL: the machine is off. What was written stays. */
void                  aether_serial_terminal_set_client  (AetherSerialTerminal *self,
                                                          AetherClient         *client);
gboolean              aether_serial_terminal_is_connected (AetherSerialTerminal *self);

G_END_DECLS
