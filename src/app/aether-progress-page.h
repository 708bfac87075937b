/* aether-progress-page.h - a machine on its way
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-create-jobs.h"

G_BEGIN_DECLS

/* Signal "ended": the machine is there, or the user gave it up. */
#define AETHER_TYPE_PROGRESS_PAGE (aether_progress_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherProgressPage, aether_progress_page, AETHER, PROGRESS_PAGE, AdwNavigationPage)

AdwNavigationPage *aether_progress_page_new   (AetherCreateJobs *jobs,
                                               AetherDownloads  *downloads,
                                               AetherCreateJob  *job);

/* Asks whether what was fetched is to be kept, then gives up @job. */
void               aether_progress_page_cancel (GtkWidget        *parent,
                                                AetherCreateJobs *jobs,
                                                AetherCreateJob  *job);
/* What it does now, in a line. Returns: (transfer full) */
char              *aether_progress_page_words  (AetherCreateJob  *job);

G_END_DECLS
