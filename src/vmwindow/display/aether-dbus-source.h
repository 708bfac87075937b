/* aether-dbus-source.h - a machine's screen, keyboard and pointer over org.qemu.Display1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-framebuffer.h"

G_BEGIN_DECLS

/**
 * AetherDbusSource:
 *
 * Console 0 of a machine, and its #AetherInputSink. Belongs to the main
 * context it was opened on.
 *
 * Signal "closed" (GError *): once, when the machine hung up or sent what
 * cannot be (%G_IO_ERROR_INVALID_DATA). The last picture stays in the
 * framebuffer.
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
AetherDbusSource  *aether_dbus_source_open_finish     (GAsyncResult          *result,
                                                       GError               **error);

AetherFramebuffer *aether_dbus_source_get_framebuffer (AetherDbusSource      *self);
void               aether_dbus_source_close           (AetherDbusSource      *self,
                                                       GError                *error);

G_END_DECLS
