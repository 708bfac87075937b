/* aether-handover.h - a system that a browser must fetch, and the file that comes of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-catalogue.h"

G_BEGIN_DECLS

/**
 * AetherHandover:
 *
 * Some makers hand their system out on a page only. The user gets it there with a browser, and
 * this finds it in the folder that browsers save to: by its content, once nobody writes to it
 * any more. What it finds is remembered among the media, and stays where it is.
 *
 * Signal "found" (path, edition): the disc, with the name of what is on it. Ends the watch.
 * Signal "other" (path, sentence): a disc that came meanwhile, and why it is not the one.
 * Both on the thread-default main context that it was started on.
 */
#define AETHER_TYPE_HANDOVER (aether_handover_get_type ())
G_DECLARE_FINAL_TYPE (AetherHandover, aether_handover, AETHER, HANDOVER, GObject)

/* The address to open for @os on @arch when it cannot be fetched from here. Returns: (nullable):
 * NULL when it can be, or nobody knows a page */
const char     *aether_handover_find_page  (AetherOs        *os,
                                            const char      *arch);

/* @folder: (nullable): NULL: where the desktop keeps downloads */
AetherHandover *aether_handover_new        (AetherCatalogue *catalogue,
                                            AetherOs        *os,
                                            const char      *arch,
                                            const char      *folder);

const char     *aether_handover_get_page   (AetherHandover  *self);   /* (nullable) */
const char     *aether_handover_get_folder (AetherHandover  *self);

/* What is there already may be it too; but of other discs that were, nothing is said. */
void            aether_handover_start      (AetherHandover  *self);
void            aether_handover_stop       (AetherHandover  *self);

/* Bytes of the file in the folder that grows now, under whatever name; 0: none does */
guint64         aether_handover_get_growing (AetherHandover *self);

G_END_DECLS
