/* aether-vnc-known.h - which certificates of VNC servers the user said yes to
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @id: of aether_vnc_address_dup_id(). Fingerprints are SHA-256, "AB:CD:…". They lie in
 * $XDG_DATA_HOME/aether/vnc-servers. Any thread. */

/* Returns: (nullable) (transfer full) */
char     *aether_vnc_known_lookup   (const char  *id);
gboolean  aether_vnc_known_remember (const char  *id,
                                     const char  *fingerprint,
                                     GError     **error);

G_END_DECLS
