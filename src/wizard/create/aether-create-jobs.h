/* aether-create-jobs.h - the machines that are on their way
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-create-job.h"

G_BEGIN_DECLS

/**
 * AetherCreateJobs:
 *
 * A GListModel of #AetherCreateJob. One that waits for its download is remembered, and goes on in
 * the next list of its kind. Signals: "changed": of any job; "made" (job): it has a machine, and
 * leaves the list.
 */
#define AETHER_TYPE_CREATE_JOBS (aether_create_jobs_get_type ())
G_DECLARE_FINAL_TYPE (AetherCreateJobs, aether_create_jobs, AETHER, CREATE_JOBS, GObject)

/* @folder: (nullable): where machines go */
AetherCreateJobs *aether_create_jobs_new        (AetherDownloads  *downloads,
                                                 const char       *folder);

/* Begins it. Returns: (transfer none) */
AetherCreateJob  *aether_create_jobs_add        (AetherCreateJobs *self,
                                                 AetherDraft      *draft);
/* Nothing is left of it, but, with @keep, its download. */
void              aether_create_jobs_cancel     (AetherCreateJobs *self,
                                                 AetherCreateJob  *job,
                                                 gboolean          keep);

/* How many are busy by themselves: not failed, asking or paused. */
guint             aether_create_jobs_get_active (AetherCreateJobs *self);
/* A job waits for that file. */
gboolean          aether_create_jobs_wants      (AetherCreateJobs *self,
                                                 const char       *path);

G_END_DECLS
