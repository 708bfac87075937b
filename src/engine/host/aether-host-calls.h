/* aether-host-calls.h - what clients ask of a running machine: the methods of org.aether.Machine1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-host.h"
#include "aether-machine1.h"

G_BEGIN_DECLS

#define AETHER_HOST_TEXT_BYTES 65536   /* of one TypeText, at most */
#define AETHER_HOST_TEXTS      64      /* waiting to be typed, at most */
#define AETHER_HOST_CALLS_MOST 1024    /* under way, at most */

/**
 * AetherHostCalls:
 *
 * Signals: "idle" (): the last call under way was answered
 */
#define AETHER_TYPE_HOST_CALLS (aether_host_calls_get_type ())
G_DECLARE_FINAL_TYPE (AetherHostCalls, aether_host_calls, AETHER, HOST_CALLS, GObject)

/* Answers the calls that arrive at @machine for @host, which outlives it. */
AetherHostCalls *aether_host_calls_new          (AetherHost       *host,
                                                 AetherMachine1   *machine);
/* How many were not answered yet. */
guint            aether_host_calls_get_n        (AetherHostCalls  *self);
/* Forgets what a peer that went away had asked for. */
void             aether_host_calls_drop_peer    (AetherHostCalls  *self,
                                                 GDBusConnection  *connection);

G_END_DECLS
