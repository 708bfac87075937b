/* aether-demo.h - the demo machine: a small Linux that needs no download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-create.h"

G_BEGIN_DECLS

/* What it is made of, to be changed before it is made. @name: NULL: "Demo", or "Demo 2"... when
 * there is one; @arch: NULL: this computer's, or the first whose guest is here. Fails with
 * G_IO_ERROR_NOT_FOUND and a sentence how to get the guest. */
AetherCreateRequest *aether_demo_request_new   (const char          *name,
                                                const char          *arch,
                                                GError             **error);

/* Makes it in @directory (NULL: the library's folder). Blocks. */
AetherBundle        *aether_demo_create        (const char          *directory,
                                                const char          *name,
                                                const char          *arch,
                                                GError             **error);
void                 aether_demo_create_async  (const char          *directory,
                                                const char          *name,
                                                const char          *arch,
                                                GCancellable        *cancellable,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
AetherBundle        *aether_demo_create_finish (GAsyncResult        *result,
                                                GError             **error);

G_END_DECLS
