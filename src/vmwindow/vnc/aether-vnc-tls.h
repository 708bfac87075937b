/* aether-vnc-tls.h - TLS between a VNC server and who reads its bytes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-vnc-wire.h"

G_BEGIN_DECLS

typedef struct
{
  char *fingerprint;   /* SHA-256, "AB:CD:…" */
  char *subject;       /* the name in it */
  char *doubt;         /* (nullable): why it is not to be believed by itself, a sentence */
} AetherVncCertificate;

/* Whether to go on with a server that shows @certificate */
typedef gboolean (*AetherVncTrustFunc) (const AetherVncCertificate  *certificate,
                                        gpointer                     user_data,
                                        GError                     **error);

/* Agrees on keys over @wire; afterwards @wire is the clear side of it, and a thread of its own
 * stands between the two. libvncclient could do this too, but it cannot ask about a certificate,
 * and waits on its socket while bytes lie ready in the TLS library.
 * @host: (nullable): the name the certificate must be for
 * @trust: (nullable): NULL: the server proves nothing, as in VeNCrypt's TLSNone
 * @bits: (out): length of the key */
gboolean aether_vnc_tls_start (AetherVncWire       *wire,
                               const char          *host,
                               AetherVncTrustFunc   trust,
                               gpointer             user_data,
                               guint               *bits,
                               GError             **error);

G_END_DECLS
