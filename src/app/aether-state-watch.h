/* aether-state-watch.h - tells when any machine of a library changes its state
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-library.h"

G_BEGIN_DECLS

/**
 * AetherStateWatch:
 *
 * Follows every #AetherBundle of a #GListModel. Signals: "state-changed"
 * (#AetherBundle, #AetherState before): on the main context, after the
 * bundle's own notify; "renamed" (#AetherBundle).
 */
#define AETHER_TYPE_STATE_WATCH (aether_state_watch_get_type ())
G_DECLARE_FINAL_TYPE (AetherStateWatch, aether_state_watch, AETHER, STATE_WATCH, GObject)

AetherStateWatch *aether_state_watch_new (GListModel *library);

G_END_DECLS
