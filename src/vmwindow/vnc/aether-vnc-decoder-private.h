/* aether-vnc-decoder-private.h - what the files of the decoder share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-vnc-decoder.h"

#include <rfb/rfbclient.h>

G_BEGIN_DECLS

/* Bytes that libvncclient reads ahead, and what we give back to it */
#define AETHER_VNC_AHEAD (RFB_BUF_SIZE + 64)

struct _AetherVncDecoder
{
  AetherVncWire               *wire;
  AetherFramebuffer           *framebuffer;
  const AetherVncDecoderFuncs *funcs;
  gpointer                     user_data;
  gboolean                     local;

  /* of the reading thread */
  rfbClient                   *client;
  guint8                       ahead[AETHER_VNC_AHEAD];
  gint64                       shown;      /* monotonic: when damage was noted last */
  cairo_region_t              *damage;     /* of the message being read */

  GMutex                       lock;       /* of all below */
  AetherVncFacts               facts;
  guint32                      screen_id;
  guint32                      screen_flags;
  guint32                      clipboard;  /* AetherVncClip the server takes; 0: plain text only */
  char                        *offered;    /* (nullable): our text, until it asks for it */
};

/* aether-vnc-decoder.c: reading. FALSE: the connection is over */
gboolean _aether_vnc_decoder_read     (AetherVncDecoder  *self,
                                       gpointer           data,
                                       gsize              size);
gboolean _aether_vnc_decoder_skip     (AetherVncDecoder  *self,
                                       gsize              size);
/* Returns: FALSE, with a sentence */
gboolean _aether_vnc_decoder_fail     (AetherVncDecoder  *self,
                                       GError           **error);

/* aether-vnc-rects.c */
void     _aether_vnc_rects_init       (AetherVncDecoder  *self);
gboolean _aether_vnc_rects_read       (AetherVncDecoder  *self,
                                       guint              n_rects,
                                       GError           **error);
gboolean _aether_vnc_rects_resize     (AetherVncDecoder  *self,
                                       guint              width,
                                       guint              height,
                                       GError           **error);
/* Whether this libvncclient refuses Tight data with more rows than announced */
gboolean _aether_vnc_rects_tight_safe (void);

/* aether-vnc-texts.c: ServerCutText after its type */
gboolean _aether_vnc_texts_read       (AetherVncDecoder  *self,
                                       GError           **error);

G_END_DECLS
