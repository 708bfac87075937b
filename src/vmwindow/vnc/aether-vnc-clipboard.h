/* aether-vnc-clipboard.h - texts in RFB's extended clipboard messages, and the plain one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define AETHER_VNC_TEXT_MAX (8 << 20)   /* bytes of UTF-8, either way */

/* "Extended Clipboard Pseudo-Encoding" of the RFB protocol */
typedef enum
{
  AETHER_VNC_CLIP_TEXT    = 1 << 0,
  AETHER_VNC_CLIP_CAPS    = 1 << 24,
  AETHER_VNC_CLIP_REQUEST = 1 << 25,
  AETHER_VNC_CLIP_PEEK    = 1 << 26,
  AETHER_VNC_CLIP_NOTIFY  = 1 << 27,
  AETHER_VNC_CLIP_PROVIDE = 1 << 28,
} AetherVncClip;

/* The body of a provide message after its flags. Lines end in CR LF on the wire. */
GBytes *aether_vnc_clipboard_pack        (const char    *text);
/* Returns: (nullable): NULL when it is no text, or more than AETHER_VNC_TEXT_MAX */
char   *aether_vnc_clipboard_unpack      (const guint8  *data,
                                          gsize          size);
/* Plain cut text is Latin-1: what that does not have becomes "?" */
GBytes *aether_vnc_clipboard_to_latin1   (const char    *text);
char   *aether_vnc_clipboard_from_latin1 (const guint8  *data,
                                          gsize          size);

G_END_DECLS
