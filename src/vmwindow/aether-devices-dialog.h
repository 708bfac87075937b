/* aether-devices-dialog.h - the drives and networks of a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-client.h"

G_BEGIN_DECLS

/* Discs are changed here, now and for the next start; @client is NULL when the machine is off. */
#define AETHER_TYPE_DEVICES_DIALOG (aether_devices_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherDevicesDialog, aether_devices_dialog, AETHER, DEVICES_DIALOG, AdwDialog)

AdwDialog *aether_devices_dialog_new (AetherClient *client,
                                      AetherBundle *bundle);

G_END_DECLS
