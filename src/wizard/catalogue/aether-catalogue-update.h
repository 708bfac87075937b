/* aether-catalogue-update.h - the newest database of libosinfo, from its makers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Says the newest version and where it is: {"release": {"version", "archive", "signature"}} */
#define AETHER_CATALOGUE_UPDATE_URL "https://db.libosinfo.org/latest.json"

/* Fetches it into the user's data folder, when it is newer than what is there; the next
 * aether_catalogue_open() reads it. Nothing changes unless it is signed by one of @keyring, whole,
 * and can be read.
 * @url: (nullable): NULL: that of the environment, else AETHER_CATALOGUE_UPDATE_URL; @keyring: of who may sign, OpenPGP.
 * Errors: G_IO_ERROR_PERMISSION_DENIED: not signed by them; G_IO_ERROR_INVALID_DATA: it is no
 * database; what the download gives. */
void   aether_catalogue_update_async  (const char          *url,
                                       const char          *keyring,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
/* Returns: (transfer full): the version that counts now; @changed: whether it is a new one */
char  *aether_catalogue_update_finish (GAsyncResult        *result,
                                       gboolean            *changed,
                                       GError             **error);

G_END_DECLS
