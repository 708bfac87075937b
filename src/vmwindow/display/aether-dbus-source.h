/* aether-dbus-source.h - a machine's screen, keyboard and pointer over org.qemu.Display1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-display-source.h"

G_BEGIN_DECLS

/**
 * AetherDbusSource:
 *
 * A screen of a machine. An #AetherDisplaySource that is live or closed as
 * soon as anybody has it.
 */
#define AETHER_TYPE_DBUS_SOURCE (aether_dbus_source_get_type ())
G_DECLARE_FINAL_TYPE (AetherDbusSource, aether_dbus_source, AETHER, DBUS_SOURCE, GObject)

typedef enum
{
  AETHER_DBUS_SOURCE_NONE    = 0,
  AETHER_DBUS_SOURCE_NO_MAPS = 1 << 0,   /* frames are copied, as for a machine elsewhere */
} AetherDbusSourceFlags;

void               aether_dbus_source_open_async      (GIOStream             *stream,
                                                       AetherFramebuffer     *framebuffer,
                                                       AetherDbusSourceFlags  flags,
                                                       GCancellable          *cancellable,
                                                       GAsyncReadyCallback    callback,
                                                       gpointer               user_data);
void               aether_dbus_source_open_screen_async (AetherDbusSource    *self,
                                                       guint                  number,
                                                       AetherFramebuffer     *framebuffer,
                                                       GCancellable          *cancellable,
                                                       GAsyncReadyCallback    callback,
                                                       gpointer               user_data);
AetherDbusSource  *aether_dbus_source_open_finish     (GAsyncResult          *result,
                                                       GError               **error);
guint              aether_dbus_source_get_n_screens   (AetherDbusSource      *self);

G_END_DECLS
