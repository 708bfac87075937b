/* aether-vnc-login.h - the first half of RFB: version, encryption, who we are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-vnc-wire.h"

G_BEGIN_DECLS

#define AETHER_VNC_PATIENCE 30   /* seconds a server may take for an answer while it logs us in */

typedef enum
{
  AETHER_VNC_ASK_PASSWORD,      /* of the server */
  AETHER_VNC_ASK_USER,          /* name and password of a user */
  AETHER_VNC_ASK_CERTIFICATE,   /* whether this is the server that is meant */
  AETHER_VNC_ASK_UNPROVEN,      /* it showed a certificate once, and has none now */
} AetherVncAsk;

typedef struct
{
  AetherVncAsk  kind;
  char         *server;        /* for people */
  char         *user;          /* (nullable): the name that was given with the address */
  gboolean      encrypted;     /* the answer goes to the server unread by others */
  char         *fingerprint;   /* of the certificate */
  char         *subject;
  char         *doubt;         /* a sentence */
  char         *known;         /* (nullable): the fingerprint it had when the user said yes */
} AetherVncQuestion;

typedef struct
{
  gboolean  yes;
  gboolean  remember;   /* the certificate */
  char     *user;
  char     *password;
} AetherVncAnswer;

void aether_vnc_question_free (AetherVncQuestion *self);
/* Wipes the password too */
void aether_vnc_answer_clear  (AetherVncAnswer   *self);

/* Waits for the user, on the thread that logs in. Returns FALSE when nobody will answer. */
typedef gboolean (*AetherVncAskFunc) (AetherVncQuestion *question,   /* taken */
                                      AetherVncAnswer   *answer,
                                      gpointer           user_data);

typedef struct
{
  AetherVncWire    *wire;
  const char       *host;     /* (nullable): for the certificate; none on a socket of this computer */
  const char       *id;       /* what the server is remembered by */
  const char       *label;    /* for people */
  const char       *user;     /* (nullable) */
  AetherVncAskFunc  ask;
  gpointer          user_data;

  /*< private >*/
  int               minor;    /* of the protocol's version 3 */
  guint             bits;     /* of the key, 0: not encrypted */
} AetherVncLogin;

/* G_IO_ERROR_PERMISSION_DENIED: the server, or the user, said no */
gboolean aether_vnc_login_run      (AetherVncLogin  *self,
                                    GError         **error);

/* For aether-vnc-sasl.c */
gboolean aether_vnc_login_read     (AetherVncLogin  *self,
                                    gpointer         data,
                                    gsize            size,
                                    GError         **error);
gboolean aether_vnc_login_read_u32 (AetherVncLogin  *self,
                                    guint32         *value,
                                    GError         **error);
void     aether_vnc_login_send_u32 (AetherVncLogin  *self,
                                    guint32          value);
gboolean aether_vnc_login_ask      (AetherVncLogin  *self,
                                    AetherVncAsk     kind,
                                    AetherVncAnswer *answer,
                                    GError         **error);
gboolean aether_vnc_login_sasl     (AetherVncLogin  *self,
                                    GError         **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AetherVncAnswer, aether_vnc_answer_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherVncQuestion, aether_vnc_question_free)

G_END_DECLS
