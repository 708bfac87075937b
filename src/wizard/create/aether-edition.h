/* aether-edition.h - the discs and disk images that a system can be fetched as
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-catalogue.h"
#include "aether-download-record.h"
#include "aether-install.h"

G_BEGIN_DECLS

/* Of those of @os for @arch that can be fetched, the best first: what can be verified comes before
 * all that cannot, and what installs before what only runs. @unattended: an image that takes
 * answers comes first of all; without questions nobody could log in to one, so it is left out.
 * Returns: (transfer container) (element-type AetherOsMedia): alive as long as @os */
GPtrArray            *aether_edition_list        (AetherOs            *os,
                                                  const char          *arch,
                                                  gboolean             unattended);

/* Its maker names a checksum to compare it with. */
gboolean              aether_edition_is_verified (const AetherOsMedia *self);
gboolean              aether_edition_is_image    (const AetherOsMedia *self);
/* What its installer will take for answers, before it is here; the file itself has the last word. */
AetherInstallKind     aether_edition_guess_kind  (const AetherOsMedia *self,
                                                  AetherOs            *os);
/* The order to fetch the newest one there is into the folder of media, with all that verifies it.
 * Where the list of checksums names files, that is asked first; when it does not answer, the address
 * of the catalogue has to do. @os: keeps @self alive. Errors: those of aether_download_choose_path(), and
 * G_IO_ERROR_INVALID_DATA when its file is there already, and known to be damaged. */
void                  aether_edition_order_async  (const AetherOsMedia *self,
                                                   AetherOs            *os,
                                                   GCancellable        *cancellable,
                                                   GAsyncReadyCallback  callback,
                                                   gpointer             user_data);
AetherDownloadRecord *aether_edition_order_finish (GAsyncResult        *result,
                                                   GError             **error);

G_END_DECLS
