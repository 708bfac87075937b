/* aether-install-disc.h - discs that answers are written to, and discs that ask
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-install.h"

G_BEGIN_DECLS

/* Writes the files of @plan to a new ISO 9660 image (Joliet, Rock Ridge) called as its label
 * says; private (0600). All of it is there, or nothing. */
gboolean aether_install_write_disc   (const AetherInstallPlan *plan,
                                      const char              *path,
                                      GError                 **error);
/* Adds them to the initial ram disk @path, which must be ours. */
gboolean aether_install_append_initrd (const AetherInstallPlan *plan,
                                      const char              *path,
                                      GError                 **error);

/**
 * AetherInstallMedium:
 * @kind: the answers that its installer takes; %AETHER_INSTALL_NONE: none that we know
 * @kernel, @initrd: files in the disc that must be started with a command line; NULL: it
 *   starts by itself
 * @language: (nullable): of a Windows medium that says it: "de-DE"
 * @os: (nullable): id of the system, for %AETHER_INSTALL_SCRIPT
 */
typedef struct
{
  AetherInstallKind kind;
  const char       *kernel;
  const char       *initrd;
  char             *language;
  char             *os;
} AetherInstallMedium;

void     aether_install_medium_clear (AetherInstallMedium     *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AetherInstallMedium, aether_install_medium_clear)

/* Looks at what is on a disc or in a disk image, whatever it is called. @arch: of the machine.
 * @windows: who calls knows that it is Windows. Blocks. Errors: what cannot be read. */
gboolean aether_install_medium_look  (AetherInstallMedium     *self,
                                      const char              *path,
                                      const char              *arch,
                                      gboolean                 windows,
                                      GCancellable            *cancellable,
                                      GError                 **error);
/* Copies the file called @name in the disc to @path, which is new, and private. */
gboolean aether_install_extract      (const char              *disc,
                                      const char              *name,
                                      const char              *path,
                                      GCancellable            *cancellable,
                                      GError                 **error);

G_END_DECLS
