/* aether-preview.h - the live picture of a machine, 16:10
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

/**
 * AetherPreview:
 *
 * Shows what is on a machine's screen: a new picture every two seconds while
 * it runs and the preview is on the screen, else its last one, dimmed.
 */
#define AETHER_TYPE_PREVIEW (aether_preview_get_type ())
G_DECLARE_FINAL_TYPE (AetherPreview, aether_preview, AETHER, PREVIEW, GtkWidget)

void       aether_preview_set_bundle (AetherPreview *self,
                                      AetherBundle  *bundle);   /* (nullable) */
/* (nullable): "kvm", "tcg", "unicorn" while attached; notify::accelerator */
const char *aether_preview_get_accelerator (AetherPreview *self);
/* Whether the machine that runs can be suspended; notify::client */
gboolean    aether_preview_get_can_suspend (AetherPreview *self);
/* From 0 to 1 while it is being suspended, else -1; notify::client */
double      aether_preview_get_suspend_progress (AetherPreview *self);

G_END_DECLS
