/* aether-signature.h - who says that a list of checksums, or a file, is right
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* OpenPGP, by gpgv: @signature detached, or %NULL when @data carries its own. @keyring: a file
 * with the keys that may sign. Returns: (transfer full): what was signed.
 * Errors: G_IO_ERROR_PERMISSION_DENIED when nobody of them signed this,
 * G_IO_ERROR_NOT_SUPPORTED without gpgv. Blocks. */
GBytes   *aether_signature_check_pgp      (GBytes      *data,
                                           GBytes      *signature,
                                           const char  *keyring,
                                           GError     **error);

/* minisign: @key as it is published ("RW..."), @signature a .minisig file, @path what it is of.
 * Only the kind that signs a hash (minisign's default since 0.9), and the older one of
 * files up to 16 MiB. Blocks. */
/* @text: the key, or a file that holds it as minisign writes it. Returns: (transfer full): the key.
 * Errors: G_IO_ERROR_INVALID_ARGUMENT */
char     *aether_signature_read_minisign_key (const char  *text,
                                              GError     **error);
gboolean  aether_signature_check_minisign (const char  *path,
                                           GBytes      *signature,
                                           const char  *key,
                                           GError     **error);

G_END_DECLS
