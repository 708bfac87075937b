/* aether-text-share.h - one clipboard for this computer and a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-display-source.h"

G_BEGIN_DECLS

/**
 * AetherTextShare:
 *
 * Texts only, and only while the window is the one that is used: what is
 * copied elsewhere goes to the machine when the user comes to it, and what
 * the machine copied meanwhile arrives here then.
 *
 * Property "enabled".
 */
#define AETHER_TYPE_TEXT_SHARE (aether_text_share_get_type ())
G_DECLARE_FINAL_TYPE (AetherTextShare, aether_text_share, AETHER, TEXT_SHARE, GObject)

/* @window: outlives it */
AetherTextShare *aether_text_share_new        (GtkWindow           *window);
/* @source: (nullable) */
void             aether_text_share_set_source (AetherTextShare     *self,
                                               AetherDisplaySource *source);

G_END_DECLS
