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
/* Nothing is left of it, but its download with @keep, or when another job waits for that, too. */
void              aether_create_jobs_cancel     (AetherCreateJobs *self,
                                                 AetherCreateJob  *job,
                                                 gboolean          keep);

/* How many are busy by themselves: not failed, asking or paused. */
guint             aether_create_jobs_get_active (AetherCreateJobs *self);
/* Another one waits for the download that @job waits for. */
gboolean          aether_create_jobs_shares     (AetherCreateJobs *self,
                                                 AetherCreateJob  *job);
/* A job waits for that file. */
gboolean          aether_create_jobs_wants      (AetherCreateJobs *self,
                                                 const char       *path);

/* @n: (out): how many are under way that no other list would go on with. Returns: (nullable)
 * (transfer none): the first of them */
AetherCreateJob  *aether_create_jobs_find_mortal (AetherCreateJobs *self,
                                                 guint            *n);
/* The program ends: what is remembered goes on with the next list, the rest is given up. Returns when
 * nothing half made is left. */
void              aether_create_jobs_close      (AetherCreateJobs *self);

G_END_DECLS
