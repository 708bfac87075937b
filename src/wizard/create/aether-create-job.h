/* aether-create-job.h - a machine on its way: fetched, looked at, made
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-downloads.h"
#include "aether-draft.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_CREATE_JOB_FETCHING,   /* or it asks what there is to be fetched */
  AETHER_CREATE_JOB_MAKING,
  AETHER_CREATE_JOB_ASKING,     /* nobody kept a secret of it: see aether_create_job_answer() */
  AETHER_CREATE_JOB_FAILED,
  AETHER_CREATE_JOB_DONE,
} AetherCreateJobState;

/**
 * AetherCreateJob:
 *
 * Signal "changed": its state, or how far it is. The file that was fetched has the checksum that its
 * maker names, or there is no machine; of one that could not be made nothing is left.
 */
#define AETHER_TYPE_CREATE_JOB (aether_create_job_get_type ())
G_DECLARE_FINAL_TYPE (AetherCreateJob, aether_create_job, AETHER, CREATE_JOB, GObject)

AetherDraft          *aether_create_job_get_draft    (AetherCreateJob    *self);
const char           *aether_create_job_get_name     (AetherCreateJob    *self);
AetherCreateJobState  aether_create_job_get_state    (AetherCreateJob    *self);
/* (nullable): a sentence, while it has failed */
const char           *aether_create_job_get_error    (AetherCreateJob    *self);
/* (nullable): a sentence of what did not succeed though there is a machine: the keyring */
const char           *aether_create_job_get_notice   (AetherCreateJob    *self);
/* (nullable): what it waits for */
AetherDownloadItem   *aether_create_job_get_item     (AetherCreateJob    *self);
/* (nullable): once it is done */
AetherBundle         *aether_create_job_get_bundle   (AetherCreateJob    *self);
/* It failed because its installer takes no answers: without them it could go on. */
gboolean              aether_create_job_is_mute      (AetherCreateJob    *self);
/* It goes on when the program ends and begins again. */
gboolean              aether_create_job_is_remembered (AetherCreateJob   *self);
/* What it asks for. */
gboolean              aether_create_job_lacks_password (AetherCreateJob  *self);
gboolean              aether_create_job_lacks_key    (AetherCreateJob    *self);

/* Again, from where it failed. */
void                  aether_create_job_retry        (AetherCreateJob    *self);
/* Again, and the user answers the installer. */
void                  aether_create_job_retry_by_hand (AetherCreateJob   *self);
/* What it does not lack is not looked at. Errors: those of aether_install_options_check(), and
 * G_IO_ERROR_INVALID_ARGUMENT without a key. */
gboolean              aether_create_job_answer       (AetherCreateJob    *self,
                                                      const char         *password,
                                                      const char         *product_key,
                                                      GError            **error);

G_END_DECLS
