/* aether-vnc-worker.h - the thread that talks to a VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-vnc-address.h"
#include "aether-vnc-decoder.h"
#include "aether-vnc-login.h"

G_BEGIN_DECLS

/* What happened since the last time; what is not NULL belongs to who gets it. Of texts and names
 * only the newest counts, so that no server can fill our memory with them. */
typedef struct
{
  AetherVncDecoder  *decoder;    /* once: it is live */
  gboolean           changed;    /* the decoder's facts */
  char              *text;
  char              *name;
  AetherVncQuestion *question;
  GError            *error;      /* once, the last: the thread has ended */
} AetherVncNews;

typedef void (*AetherVncNewsFunc) (AetherVncNews *news, GObject *owner);

/* Counted; the thread has a reference of its own. */
typedef struct _AetherVncWorker AetherVncWorker;

/* @address: or @fd, which is taken
 * @func: called on the thread's default main context of now, while @owner lives */
AetherVncWorker *aether_vnc_worker_new    (const AetherVncAddress *address,
                                           int                     fd,
                                           AetherFramebuffer      *framebuffer,
                                           AetherVncNewsFunc       func,
                                           GObject                *owner);
void             aether_vnc_worker_unref  (AetherVncWorker        *self);
/* What is in @answer is taken out of it. */
void             aether_vnc_worker_answer (AetherVncWorker        *self,
                                           AetherVncAnswer        *answer);
/* Ends the thread, without waiting for it; there are no more news. */
void             aether_vnc_worker_stop   (AetherVncWorker        *self);

G_END_DECLS
