/* aether-vnc-decoder.h - the second half of RFB: what a server shows and says
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-framebuffer.h"
#include "aether-vnc-wire.h"

G_BEGIN_DECLS

/**
 * AetherVncDecoder:
 *
 * Reads messages of a server we are logged in to, and paints into a
 * framebuffer. Rectangles are decoded by libvncclient.
 *
 * The server is not trusted. The limits: a picture has at most 16384 x 16384
 * pixels and 256 MiB; the decoder's buffer has at most 256 MiB; pointers have
 * 512 x 512 pixels, texts AETHER_VNC_TEXT_MAX bytes, names 4 KiB. What goes
 * beyond a picture is refused.
 *
 * One thread reads; the functions that send are for any thread and return at once.
 */
typedef struct _AetherVncDecoder AetherVncDecoder;

/* What the server can and is, as far as it told; any thread */
typedef struct
{
  gboolean keys;        /* takes key numbers, not only what they type */
  gboolean resize;      /* takes aether_vnc_decoder_resize() */
  gboolean relative;    /* its pointer takes motions, not positions */
  gboolean texts;       /* its clipboard has all of Unicode */
  gboolean leds_known;
  guint    leds;        /* 1: Scroll, 2: Num, 4: Caps */
  guint    width;
  guint    height;
} AetherVncFacts;

typedef struct
{
  void (*changed) (gpointer user_data);                     /* the facts */
  void (*text)    (const char *text, gpointer user_data);
  void (*named)   (const char *name, gpointer user_data);   /* the desktop */
} AetherVncDecoderFuncs;

/* @local: the server is on this computer: what it need not compress, it should not */
AetherVncDecoder *aether_vnc_decoder_new        (AetherVncWire               *wire,
                                                 AetherFramebuffer           *framebuffer,
                                                 gboolean                     local,
                                                 const AetherVncDecoderFuncs *funcs,
                                                 gpointer                     user_data);
AetherVncDecoder *aether_vnc_decoder_ref        (AetherVncDecoder            *self);
void              aether_vnc_decoder_unref      (AetherVncDecoder            *self);
/* The beginning, and then one message at a time; they block */
gboolean          aether_vnc_decoder_begin      (AetherVncDecoder            *self,
                                                 GError                     **error);
gboolean          aether_vnc_decoder_step       (AetherVncDecoder            *self,
                                                 GError                     **error);

void              aether_vnc_decoder_get_facts  (AetherVncDecoder            *self,
                                                 AetherVncFacts              *facts);
/* @keysym: of X, 0 when nobody knows */
void              aether_vnc_decoder_key        (AetherVncDecoder            *self,
                                                 guint                        qnum,
                                                 guint                        keysym,
                                                 gboolean                     down);
/* @buttons: a bit each, in RFB's order */
void              aether_vnc_decoder_pointer    (AetherVncDecoder            *self,
                                                 guint                        buttons,
                                                 guint                        x,
                                                 guint                        y);
void              aether_vnc_decoder_motion     (AetherVncDecoder            *self,
                                                 guint                        buttons,
                                                 int                          dx,
                                                 int                          dy);
void              aether_vnc_decoder_resize     (AetherVncDecoder            *self,
                                                 guint                        width,
                                                 guint                        height);
void              aether_vnc_decoder_offer_text (AetherVncDecoder            *self,
                                                 const char                  *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherVncDecoder, aether_vnc_decoder_unref)

G_END_DECLS
