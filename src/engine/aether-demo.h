/* aether-demo.h - machines that are ready to try and need no download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-create.h"

G_BEGIN_DECLS

#define AETHER_DEMO_CONSOLE "console"   /* the Aether guest that is the demo */
#define AETHER_DEMO_LINUX   "linux"     /* a small Linux in QEMU, where no Aether guest runs */

/* What it is made of, to be changed before it is made. @guest: AETHER_DEMO_LINUX, or an Aether
 * guest that comes with Aether; @name: NULL: "Demo", or "Demo 2"... when there is one; @arch: NULL:
 * this computer's, or the first the guest is here for. Fails with G_IO_ERROR_NOT_FOUND and a
 * sentence how to get the guest. */
AetherCreateRequest *aether_demo_request_new   (const char          *guest,
                                                const char          *name,
                                                const char          *arch,
                                                GError             **error);

/* Whether this computer can run the demo: AETHER_DEMO_CONSOLE, or else AETHER_DEMO_LINUX and a
 * sentence that says so in *@why, which is NULL otherwise. Main thread only. */
void                 aether_demo_choose_async  (const char          *arch,
                                                GCancellable        *cancellable,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
const char          *aether_demo_choose_finish (GAsyncResult        *result,
                                                const char         **why,
                                                GError             **error);

/* Makes it in @directory (NULL: the library's folder). */
void                 aether_demo_create_async  (const char          *directory,
                                                const char          *guest,
                                                const char          *name,
                                                const char          *arch,
                                                GCancellable        *cancellable,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
AetherBundle        *aether_demo_create_finish (GAsyncResult        *result,
                                                GError             **error);

G_END_DECLS
