/* aether-dbus-listener.h - org.qemu.Display1.Listener: takes frames on a thread of its own
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-framebuffer.h"

G_BEGIN_DECLS

/**
 * AetherDbusListener:
 *
 * The machine calls the listener while its main loop waits, so the answers
 * come from a thread that does nothing else: a busy window never stops a
 * machine. What arrives goes into the framebuffer.
 *
 * Signal, on the context that was the thread's default at construction:
 * "closed" (GError *): once, when the machine hung up, or when we did because
 * it sent what cannot be (%G_IO_ERROR_INVALID_DATA).
 */
#define AETHER_TYPE_DBUS_LISTENER (aether_dbus_listener_get_type ())
G_DECLARE_FINAL_TYPE (AetherDbusListener, aether_dbus_listener, AETHER, DBUS_LISTENER, GObject)

AetherDbusListener *aether_dbus_listener_new   (AetherFramebuffer   *framebuffer,
                                                GIOStream           *stream,
                                                gboolean             maps);
void                aether_dbus_listener_close (AetherDbusListener  *self);

G_END_DECLS
