/* aether-install-script.h - libosinfo's own answers, for installers that ours are too new for
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-install-disc.h"
#include "aether-os.h"

G_BEGIN_DECLS

/**
 * aether_install_script_offer:
 * @self: what aether_install_medium_look() said of it
 * @path: the medium
 * @os: what is on it
 *
 * Makes it %AETHER_INSTALL_SCRIPT where our own answers do not suit that system, libosinfo has a
 * script for it, and the script can be put into the initial ram disk: the disc has a kernel that
 * takes one. That is so for Fedora up to 19, RHEL and its kin up to 6, Silverblue, and Ubuntu with
 * Debian's installer.
 *
 * Such scripts want an administrator's password, which becomes the user's, and have it readable;
 * they lie where our own answers do, and go when they do. Blocks. Errors: what cannot be read.
 */
gboolean aether_install_script_offer (AetherInstallMedium  *self,
                                      const char           *path,
                                      AetherOs             *os,
                                      const char           *arch,
                                      GCancellable         *cancellable,
                                      GError              **error);

G_END_DECLS
