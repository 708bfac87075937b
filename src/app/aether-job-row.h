/* aether-job-row.h - a machine on its way, among the others
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-create-jobs.h"

G_BEGIN_DECLS

#define AETHER_TYPE_JOB_ROW (aether_job_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherJobRow, aether_job_row, AETHER, JOB_ROW, GtkListBoxRow)

GtkWidget       *aether_job_row_new     (AetherCreateJobs *jobs,
                                         AetherCreateJob  *job);
AetherCreateJob *aether_job_row_get_job (AetherJobRow     *self);

G_END_DECLS
