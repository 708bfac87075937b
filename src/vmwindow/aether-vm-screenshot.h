/* aether-vm-screenshot.h - a machine's picture as a file
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gdk/gdk.h>

#include "aether-client.h"

G_BEGIN_DECLS

/* "NAME 2026-11-20 22-10-05.png", without what a file name may not hold */
char     *aether_vm_screenshot_dup_name    (const char           *machine,
                                            GDateTime            *time);
/* A PNG. Returns by finish: (transfer full) */
void      aether_vm_screenshot_take_async  (AetherClient         *client,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GBytes   *aether_vm_screenshot_take_finish (AetherClient         *client,
                                            GAsyncResult         *result,
                                            GError              **error);
/* PNG, as a whole or not at all; replaces @file. */
void      aether_vm_screenshot_save_async  (AetherClient         *client,
                                            GFile                *file,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean  aether_vm_screenshot_save_finish (AetherClient         *client,
                                            GAsyncResult         *result,
                                            GError              **error);
/* The same with what a window shows: encoded and written off the main thread */
void      aether_vm_screenshot_save_texture_async  (GdkTexture           *texture,
                                                    GFile                *file,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
gboolean  aether_vm_screenshot_save_texture_finish (GAsyncResult         *result,
                                                    GError              **error);

G_END_DECLS
