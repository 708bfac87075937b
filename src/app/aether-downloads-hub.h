/* aether-downloads-hub.h - the downloads and media of the program, and who is told of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-create-jobs.h"
#include "aether-downloads.h"
#include "aether-media-library.h"

G_BEGIN_DECLS

/**
 * AetherDownloadsHub:
 *
 * One for the program. Keeps it alive while something is fetched; says so in the launcher, and in a
 * notification when something is there or has failed; notes what was fetched among the media.
 */
#define AETHER_TYPE_DOWNLOADS_HUB (aether_downloads_hub_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownloadsHub, aether_downloads_hub, AETHER, DOWNLOADS_HUB, GObject)

AetherDownloadsHub *aether_downloads_hub_new           (GApplication       *application,
                                                        GListModel         *machines);
AetherDownloads    *aether_downloads_hub_get_downloads (AetherDownloadsHub *self);
/* Machines that wait for what is fetched. */
AetherCreateJobs   *aether_downloads_hub_get_jobs      (AetherDownloadsHub *self);
/* Made when it is asked for. */
AetherMediaLibrary *aether_downloads_hub_get_media     (AetherDownloadsHub *self);
/* What runs is stopped, to go on next time, or is given up: see aether_create_jobs_find_mortal().
 * The application may end. */
void                aether_downloads_hub_close         (AetherDownloadsHub *self);

G_END_DECLS
