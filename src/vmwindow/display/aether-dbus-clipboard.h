/* aether-dbus-clipboard.h - a machine's clipboard over org.qemu.Display1.Clipboard
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Texts that are longer stay where they are. QEMU's way to the agent drops what is, with its
 * heads, more than 1 MiB. */
#define AETHER_DBUS_CLIPBOARD_MAX       (4 * 1024 * 1024)
#define AETHER_DBUS_CLIPBOARD_OFFER_MAX (1024 * 1024 - 64)

/**
 * AetherDbusClipboard:
 *
 * Both sides serve the interface to each other: who copies grabs, who pastes
 * requests. QEMU tells of what an agent copied only when that counts its grabs
 * ("clipboard-grab-serial"), as spice-vdagent does; of what its VNC clients
 * copied it tells nothing. Signal "text" (const char *): copied in the machine; valid UTF-8.
 * Property "ready" (notify): the machine has agreed to share.
 */
#define AETHER_TYPE_DBUS_CLIPBOARD (aether_dbus_clipboard_get_type ())
G_DECLARE_FINAL_TYPE (AetherDbusClipboard, aether_dbus_clipboard, AETHER, DBUS_CLIPBOARD, GObject)

AetherDbusClipboard *aether_dbus_clipboard_new      (GDBusConnection     *connection);
gboolean             aether_dbus_clipboard_is_ready (AetherDbusClipboard *self);
void                 aether_dbus_clipboard_offer    (AetherDbusClipboard *self,
                                                     const char          *text);

G_END_DECLS
