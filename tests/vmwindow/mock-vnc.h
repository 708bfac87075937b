/* mock-vnc.h - a VNC server that does what a test says
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-vnc-source.h"

G_BEGIN_DECLS

/* Runs on a thread of its own; the socket closes when it returns. */
typedef void (*MockVncScript) (int fd, gpointer user_data);

typedef struct _MockVnc MockVnc;

MockVnc           *mock_vnc_new         (MockVncScript       script,
                                         gpointer            user_data,
                                         GSocketConnection **stream);
/* The same as a server that listens on 127.0.0.1, for one client after the other */
MockVnc           *mock_vnc_listen      (MockVncScript       script,
                                         gpointer            user_data,
                                         guint16            *port);
MockVnc           *mock_vnc_new_for_fd  (MockVncScript       script,
                                         gpointer            user_data,
                                         int                 fd);
/* Hangs up, so that the script ends */
void               mock_vnc_shut        (MockVnc            *self);
/* Waits for the script */
void               mock_vnc_free        (MockVnc            *self);

/* For scripts. They end the thread's work quietly when the client hung up: FALSE */
gboolean           mock_vnc_write       (int                 fd,
                                         gconstpointer       data,
                                         gsize               size);
gboolean           mock_vnc_read        (int                 fd,
                                         gpointer            data,
                                         gsize               size);
/* Everything up to the picture's size, without a password */
gboolean           mock_vnc_shake_hands (int                 fd,
                                         guint               width,
                                         guint               height);
/* Waits for the client's end */
void               mock_vnc_drain       (int                 fd);
/* An update with one rectangle, without its data */
void               mock_vnc_add_rect    (GByteArray         *message,
                                         guint               x,
                                         guint               y,
                                         guint               width,
                                         guint               height,
                                         gint32              encoding);
void               mock_vnc_add_u32     (GByteArray         *message,
                                         guint32             value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockVnc, mock_vnc_free)

/* The client's side: a source, and what became of it */
typedef struct
{
  AetherFramebuffer *framebuffer;
  AetherVncSource   *source;
  GError            *closed;
  char              *text;
  guint              n_questions;
  AetherVncQuestion  last;        /* its strings are copies */
  /* what it answers */
  const char        *user;
  const char        *password;
  gboolean           yes;
  gboolean           remember;
} MockVncClient;

void mock_vnc_client_begin (MockVncClient          *self,
                            const AetherVncAddress *address,
                            GSocketConnection      *stream);
/* Until it is live or closed; returns whether live */
gboolean mock_vnc_client_wait_live (MockVncClient  *self);
void mock_vnc_client_wait_closed   (MockVncClient  *self);
/* Checks that nothing of it is left, threads included */
void mock_vnc_client_end           (MockVncClient  *self);

G_END_DECLS
