/* aether-qmp-list.h - commands for QEMU, one after the other
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-qmp.h"

G_BEGIN_DECLS

typedef struct _AetherQmpList AetherQmpList;

AetherQmpList *aether_qmp_list_new       (void);
/* @command: static; @arguments: (nullable): may float */
void           aether_qmp_list_add       (AetherQmpList       *self,
                                          const char          *command,
                                          GVariant            *arguments);
/* The same for one that fails until what went before has taken effect: tried for up to a second */
void           aether_qmp_list_add_patient (AetherQmpList     *self,
                                          const char          *command,
                                          GVariant            *arguments);
/* Takes @self. Ends with the error of the first that fails; the rest is not called then. */
void           aether_qmp_list_run_async (AetherQmpList       *self,
                                          AetherQmp           *qmp,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
gboolean       aether_qmp_list_run_finish (AetherQmp          *qmp,
                                          GAsyncResult        *result,
                                          GError             **error);

G_END_DECLS
