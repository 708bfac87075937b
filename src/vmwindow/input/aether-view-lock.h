/* aether-view-lock.h - the pointer of a view, held while it is wanted and as often as it takes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-pointer-lock.h"

G_BEGIN_DECLS

typedef struct _AetherViewLock AetherViewLock;

/* @funcs: also called when it begins and ends ("changed"), and once each time
 * it is wanted and cannot be had ("refused") */
AetherViewLock *aether_view_lock_new       (GtkWidget                    *view,
                                            const AetherPointerLockFuncs *funcs,
                                            gpointer                      user_data);
void            aether_view_lock_free      (AetherViewLock               *self);

/* To be called with each event, too: what failed for now is tried again */
void            aether_view_lock_update    (AetherViewLock               *self,
                                            gboolean                      wanted);
gboolean        aether_view_lock_is_active (AetherViewLock               *self);
/* As aether_pointer_lock_motion() */
gboolean        aether_view_lock_motion    (AetherViewLock               *self,
                                            double                        x,
                                            double                        y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherViewLock, aether_view_lock_free)

G_END_DECLS
