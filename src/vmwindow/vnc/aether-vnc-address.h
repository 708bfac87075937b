/* aether-vnc-address.h - where a VNC server is, as people write it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_VNC_PORT 5900   /* of display 0 */

typedef struct
{
  char    *host;    /* name or number, without brackets; NULL: a unix socket */
  guint16  port;
  char    *path;    /* of the unix socket */
  char    *user;    /* (nullable) */
} AetherVncAddress;

/* "vnc://[USER@]HOST[:PORT]", "vnc+unix:///PATH". As in RFC 7869 a number after the colon is a
 * port, but one below 100 is a display, as every viewer has it; "HOST::PORT" is always a port.
 * Passwords do not belong into addresses: one is refused. */
AetherVncAddress *aether_vnc_address_parse  (const char              *text,
                                             GError                 **error);
gboolean          aether_vnc_address_is     (const char              *text);
AetherVncAddress *aether_vnc_address_copy  (const AetherVncAddress  *self);
void              aether_vnc_address_free   (AetherVncAddress        *self);
/* "host:5901", "[::1]:5901" or the path: also what is remembered of a server goes by it */
char             *aether_vnc_address_dup_id (const AetherVncAddress  *self);
/* The same for people: no port when it is the usual one */
char             *aether_vnc_address_dup_label (const AetherVncAddress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherVncAddress, aether_vnc_address_free)

G_END_DECLS
