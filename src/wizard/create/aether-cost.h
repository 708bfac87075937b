/* aether-cost.h - what a new machine takes of this computer, and when that is too much
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-draft.h"

G_BEGIN_DECLS

/**
 * AetherCostHost:
 * @memory: MiB that this computer has, 0 when it does not tell
 * @taken: MiB that the machines have which run now
 * @running: how many those are
 * @free: bytes for new disks, 0 when that is not known
 *
 * What there is to be had.
 */
typedef struct
{
  guint64 memory;
  guint64 taken;
  guint   running;
  guint64 free;
} AetherCostHost;

/* MiB, 0 when the system does not tell */
guint64 aether_cost_host_memory (void);

/* Looks at the @machines (of AetherBundle) that run, and at the file system of @folder, which need not
 * be there yet. Blocks for a few small files; a network's file system may take its time. */
void    aether_cost_host_look   (AetherCostHost       *self,
                                 GListModel           *machines,
                                 const char           *folder);
/* The same in a thread. */
void    aether_cost_host_look_async  (GListModel          *machines,
                                      const char          *folder,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
gboolean aether_cost_host_look_finish (AetherCostHost      *self,
                                       GAsyncResult        *result,
                                       GError             **error);

/* Sentences, (transfer full). What it takes, in two: */
char   *aether_cost_say_memory  (AetherDraft          *draft,
                                 const AetherCostHost *host);
char   *aether_cost_say_disk    (AetherDraft          *draft,
                                 const AetherCostHost *host);
/* What is too much or too little of it, with numbers. Returns: (nullable): NULL when nothing is */
char   *aether_cost_warn_memory (AetherDraft          *draft,
                                 const AetherCostHost *host);
char   *aether_cost_warn_disk   (AetherDraft          *draft,
                                 const AetherCostHost *host);

G_END_DECLS
