/* aether-digest.h - checksums, and the files that list them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* By strength. */
typedef enum
{
  AETHER_DIGEST_NONE,
  AETHER_DIGEST_MD5,      /* weak: finds accidents, not attacks */
  AETHER_DIGEST_SHA1,     /* weak */
  AETHER_DIGEST_SHA256,
  AETHER_DIGEST_SHA512,
} AetherDigestKind;

/* Of an untrusted list of checksums, bytes. */
#define AETHER_DIGEST_LIST_LIMIT (4 << 20)

const char      *aether_digest_get_name   (AetherDigestKind  kind);   /* "SHA-256" */
gboolean         aether_digest_is_weak    (AetherDigestKind  kind);

/* "sha256:HEX", or HEX alone, whose length tells the kind. Errors: G_IO_ERROR_INVALID_ARGUMENT. */
gboolean         aether_digest_parse      (const char       *text,
                                           AetherDigestKind *kind,
                                           char            **hex,
                                           GError          **error);

/* The strongest checksum that a list as sha256sum, BSD's sha256 or a signed CHECKSUM file has it
 * gives for @name (a base name); a list of one checksum without a name is for any file.
 * Returns: AETHER_DIGEST_NONE when the list does not name it */
AetherDigestKind aether_digest_find       (const char       *list,
                                           const char       *name,
                                           char            **hex);

typedef struct _AetherDigest AetherDigest;

AetherDigest    *aether_digest_new        (AetherDigestKind  kind);
void             aether_digest_update     (AetherDigest     *self,
                                           const void       *data,
                                           gsize             length);
/* Returns: (transfer full): lower case hex. Ends the digest. */
char            *aether_digest_finish     (AetherDigest     *self);
void             aether_digest_free       (AetherDigest     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherDigest, aether_digest_free)

G_END_DECLS
