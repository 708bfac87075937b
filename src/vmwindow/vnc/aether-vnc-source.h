/* aether-vnc-source.h - a screen, keyboard and pointer over VNC
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-display-source.h"
#include "aether-vnc-address.h"
#include "aether-vnc-login.h"

G_BEGIN_DECLS

/**
 * AetherVncSource:
 *
 * An #AetherDisplaySource of any VNC server. All that waits for the server
 * does so on threads of its own, which end by themselves after
 * aether_display_source_close(): that returns at once, also while a server is
 * silent, a name is looked up or a question is open.
 *
 * Signals, besides the interface's: "question" (AetherVncQuestion *): the
 * server is not gone on with before aether_vnc_source_answer(). "named": see
 * aether_vnc_source_get_name().
 */
#define AETHER_TYPE_VNC_SOURCE (aether_vnc_source_get_type ())
G_DECLARE_FINAL_TYPE (AetherVncSource, aether_vnc_source, AETHER, VNC_SOURCE, GObject)

/* Begins to connect; the state says how far it came. */
AetherVncSource *aether_vnc_source_new            (const AetherVncAddress *address,
                                                   AetherFramebuffer      *framebuffer);
/* @stream: a socket on which the server already speaks, on this computer */
AetherVncSource *aether_vnc_source_new_for_stream (GSocketConnection      *stream,
                                                   AetherFramebuffer      *framebuffer);
/* What @answer holds is taken out of it. Without an open question does nothing. */
void             aether_vnc_source_answer         (AetherVncSource        *self,
                                                   AetherVncAnswer        *answer);
/* (nullable): what the server calls itself */
const char      *aether_vnc_source_get_name       (AetherVncSource        *self);

G_END_DECLS
