/* aether-create-job-private.h - what the list of jobs does with them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-create-job.h"
#include "aether-create-record.h"

G_BEGIN_DECLS

/* @record: (transfer full). Signal "made" when there is a machine. */
AetherCreateJob *aether_create_job_new    (AetherCreateRecord *record,
                                           AetherDownloads    *downloads,
                                           const char         *folder);
/* One that was there when the program began: secrets are in the keyring, or are asked for. */
void             aether_create_job_resume (AetherCreateJob    *self);
void             aether_create_job_start  (AetherCreateJob    *self);
/* @keep: what was fetched goes on being fetched */
void             aether_create_job_cancel (AetherCreateJob    *self,
                                           gboolean            keep);
/* The program ends: as cancelled, but it is remembered and so is its download. */
void             aether_create_job_stop   (AetherCreateJob    *self);
/* Files of a machine come, or go again: it is not the time to end. "changed" tells when it is. */
gboolean         aether_create_job_is_busy (AetherCreateJob   *self);

G_END_DECLS
