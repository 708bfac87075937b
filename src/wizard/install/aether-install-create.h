/* aether-install-create.h - a new machine with its installer and the answers for it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-create.h"
#include "aether-install-disc.h"

G_BEGIN_DECLS

/**
 * AetherInstallJob:
 * @medium: a disc, or a disk image, of which a copy becomes the machine's disk
 * @found: what aether_install_medium_look() said of it
 * @is_image: @medium is a disk image
 * @disk_size: bytes the machine's disk has, 0: those of the image. For a disc it is a new one.
 * @options: (nullable): complete; NULL: the user answers
 * @drivers: (nullable): a disc with drivers
 *
 * What the answers are on is private, lies in the machine's folder, and goes when the guest
 * has shut down for the first time.
 */
typedef struct
{
  char                 *medium;
  AetherInstallMedium   found;
  gboolean              is_image;
  guint64               disk_size;
  AetherInstallOptions *options;
  char                 *drivers;
} AetherInstallJob;

AetherInstallJob *aether_install_job_new   (const char          *medium);
void              aether_install_job_free  (AetherInstallJob    *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherInstallJob, aether_install_job_free)

/* Whether @path can be a disc with drivers. Blocks. */
gboolean          aether_install_check_drivers (const char     *path,
                                            GError             **error);

/* Makes it part of what aether_create() does, so that all is there or nothing. Takes @self. */
void              aether_install_job_add   (AetherInstallJob    *self,
                                            AetherCreateRequest *request);

G_END_DECLS
