/* aether-follower.h - reads a file while it is downloaded: checksum, and contents
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aether-digest.h"
#include "aether-transfer.h"

G_BEGIN_DECLS

/**
 * AetherFollower:
 *
 * A thread of its own that reads what a transfer has, from the beginning on without a gap,
 * close behind it; so that little is left to do when the last byte comes. Begins anew
 * when the transfer does.
 */
typedef struct _AetherFollower AetherFollower;

/* @kind: of the checksum to make; @unpack_path: (nullable): where the contents of a
 * compressed file (xz, zst, gz, bz2, or the disk or disc image in a zip) are written; a file of
 * that name is replaced. @abort: of the transfer: cancelled when this fails */
AetherFollower *aether_follower_new      (AetherTransfer    *transfer,
                                          AetherDigestKind   kind,
                                          const char        *unpack_path,
                                          GCancellable      *abort);
/* Waits for its end. Returns: (transfer full) (nullable): the checksum; %NULL without an error
 * when the transfer did not end */
char           *aether_follower_finish   (AetherFollower    *self,
                                          GError           **error);

/* Whether a name says that its contents are compressed; @inner gets the name without that. */
gboolean        aether_follower_is_packed (const char       *name,
                                           char            **inner);
/* Whether a name, in lower case, says that it is a disk or a disc. */
gboolean        aether_follower_is_disk   (const char       *name);

G_END_DECLS
