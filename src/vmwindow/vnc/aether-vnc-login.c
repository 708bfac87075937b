/* aether-vnc-login.c - the first half of RFB: version, encryption, who we are (RFC 6143, 7.1)
 *
 * Not libvncclient's: that one takes no question about a certificate, tells
 * its reasons only to a log of the whole process, writes what SASL says into
 * it, and waits without end for a server that is silent.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-login.h"

#include <glib/gi18n.h>
#include <string.h>

#include "aether-vnc-known.h"
#include "aether-vnc-tls.h"

#define REASON_MAX 4096
#define CHALLENGE  16
#define PASSWORD   8      /* all that VNC's own authentication looks at */

/* Security types */
enum
{
  NONE        = 1,
  VNC         = 2,
  TLS         = 18,
  VENCRYPT    = 19,
  SASL        = 20,

  /* of VeNCrypt */
  PLAIN       = 256,
  TLS_NONE    = 257,
  TLS_VNC     = 258,
  TLS_PLAIN   = 259,
  X509_NONE   = 260,
  X509_VNC    = 261,
  X509_PLAIN  = 262,
  X509_SASL   = 263,   /* as all programs have it, and no list of numbers */
  TLS_SASL    = 264,
};

/* libvncclient's DES, which no other library has any more; exported, but in none of its headers. */
extern void rfbClientEncryptBytes (unsigned char *bytes, char *passwd);

void
aether_vnc_question_free (AetherVncQuestion *self)
{
  g_free (self->server);
  g_free (self->user);
  g_free (self->fingerprint);
  g_free (self->subject);
  g_free (self->doubt);
  g_free (self->known);
  g_free (self);
}

void
aether_vnc_answer_clear (AetherVncAnswer *self)
{
  if (self->password)
    explicit_bzero (self->password, strlen (self->password));
  g_clear_pointer (&self->password, g_free);
  g_clear_pointer (&self->user, g_free);
}

gboolean
aether_vnc_login_read (AetherVncLogin *self, gpointer data, gsize size, GError **error)
{
  return aether_vnc_wire_read (self->wire, data, size, AETHER_VNC_PATIENCE, error);
}

gboolean
aether_vnc_login_read_u32 (AetherVncLogin *self, guint32 *value, GError **error)
{
  if (!aether_vnc_login_read (self, value, sizeof *value, error))
    return FALSE;

  *value = GUINT32_FROM_BE (*value);
  return TRUE;
}

void
aether_vnc_login_send_u32 (AetherVncLogin *self, guint32 value)
{
  value = GUINT32_TO_BE (value);
  aether_vnc_wire_send (self->wire, &value, sizeof value);
}

/* The server's reason follows, when it has one. Returns: FALSE */
static gboolean
fail_with_reason (AetherVncLogin *self, const char *sentence, GError **error)
{
  g_autofree char *reason = NULL, *valid = NULL;
  guint32 length = 0;

  if (aether_vnc_login_read_u32 (self, &length, NULL) && length > 0 && length <= REASON_MAX)
    {
      reason = g_malloc0 (length + 1);
      if (aether_vnc_login_read (self, reason, length, NULL))
        valid = g_strstrip (g_utf8_make_valid (reason, -1));
    }

  if (valid && *valid)
    /* Translators: a sentence of ours, and the server's words in whatever language it speaks */
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("%s It says: %s"), sentence, valid);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, sentence);

  return FALSE;
}

static gboolean
fail_invalid (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The server does not keep to VNC's protocol."));
  return FALSE;
}

static gboolean
fail_unknown (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("The server wants to be logged in to in a way that Aether does not know. "
                         "Let it take a VNC password, or TLS."));
  return FALSE;
}

static AetherVncQuestion *
question_new (AetherVncLogin *self, AetherVncAsk kind)
{
  AetherVncQuestion *question = g_new0 (AetherVncQuestion, 1);

  question->kind = kind;
  question->server = g_strdup (self->label);
  question->user = g_strdup (self->user);
  question->encrypted = self->bits > 0 || self->host == NULL;

  return question;
}

static gboolean
ask (AetherVncLogin *self, AetherVncQuestion *question, AetherVncAnswer *answer, GError **error)
{
  gboolean asked = self->ask (question, answer, self->user_data);

  if (asked && answer->yes)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("You did not log in."));
  return FALSE;
}

gboolean
aether_vnc_login_ask (AetherVncLogin *self, AetherVncAsk kind, AetherVncAnswer *answer, GError **error)
{
  return ask (self, question_new (self, kind), answer, error);
}

/* TLS */

static gboolean
trust (const AetherVncCertificate *certificate, gpointer user_data, GError **error)
{
  AetherVncLogin *self = user_data;
  g_autofree char *known = self->id ? aether_vnc_known_lookup (self->id) : NULL;
  g_auto(AetherVncAnswer) answer = { 0 };
  AetherVncQuestion *question;

  if (certificate->doubt == NULL || g_strcmp0 (known, certificate->fingerprint) == 0)
    return TRUE;

  question = question_new (self, AETHER_VNC_ASK_CERTIFICATE);
  question->fingerprint = g_strdup (certificate->fingerprint);
  question->subject = g_strdup (certificate->subject);
  question->doubt = g_strdup (certificate->doubt);
  question->known = g_steal_pointer (&known);
  if (!self->ask (question, &answer, self->user_data) || !answer.yes)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _("You did not trust the server's certificate."));
      return FALSE;
    }

  return !answer.remember || self->id == NULL ||
         aether_vnc_known_remember (self->id, certificate->fingerprint, error);
}

static gboolean
start_tls (AetherVncLogin *self, gboolean certified, GError **error)
{
  return aether_vnc_tls_start (self->wire, self->host, certified ? trust : NULL, self, &self->bits, error);
}

/* Whoever is remembered for a certificate does not come without one in silence: that is what
 * somebody in between would do. */
static gboolean
accept_unproven (AetherVncLogin *self, GError **error)
{
  g_auto(AetherVncAnswer) answer = { 0 };
  g_autofree char *known = self->host && self->id ? aether_vnc_known_lookup (self->id) : NULL;

  return known == NULL || aether_vnc_login_ask (self, AETHER_VNC_ASK_UNPROVEN, &answer, error);
}

/* Who we are */

static gboolean
send_plain (AetherVncLogin *self, GError **error)
{
  g_auto(AetherVncAnswer) answer = { 0 };
  const char *user, *password;

  if (!aether_vnc_login_ask (self, AETHER_VNC_ASK_USER, &answer, error))
    return FALSE;

  user = answer.user ? answer.user : "";
  password = answer.password ? answer.password : "";
  aether_vnc_login_send_u32 (self, strlen (user));
  aether_vnc_login_send_u32 (self, strlen (password));
  aether_vnc_wire_send (self->wire, user, strlen (user));
  aether_vnc_wire_send (self->wire, password, strlen (password));

  return TRUE;
}

static gboolean
answer_challenge (AetherVncLogin *self, GError **error)
{
  g_auto(AetherVncAnswer) answer = { 0 };
  char password[PASSWORD + 1] = { 0 };
  guint8 challenge[CHALLENGE];

  if (!aether_vnc_login_read (self, challenge, sizeof challenge, error) ||
      !aether_vnc_login_ask (self, AETHER_VNC_ASK_PASSWORD, &answer, error))
    return FALSE;

  strncpy (password, answer.password ? answer.password : "", PASSWORD);
  rfbClientEncryptBytes (challenge, password);
  explicit_bzero (password, sizeof password);
  aether_vnc_wire_send (self->wire, challenge, sizeof challenge);

  return TRUE;
}

static gboolean
read_result (AetherVncLogin *self, GError **error)
{
  guint32 result;

  if (!aether_vnc_login_read_u32 (self, &result, error))
    return FALSE;
  if (result == 0)
    return TRUE;
  if (self->minor >= 8)
    return fail_with_reason (self, _("The server did not let you in."), error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("The server did not let you in."));
  return FALSE;
}

/* @type: a security type in which nothing is encrypted any more */
static gboolean
authenticate (AetherVncLogin *self, guint32 type, GError **error)
{
  switch (type)
    {
    case NONE:
    case TLS_NONE:
    case X509_NONE:
      /* Before 3.8 the server has nothing more to say then, but within VeNCrypt it has. */
      return (self->minor < 8 && type == NONE) || read_result (self, error);

    case VNC:
    case TLS_VNC:
    case X509_VNC:
      return answer_challenge (self, error) && read_result (self, error);

    case PLAIN:
    case TLS_PLAIN:
    case X509_PLAIN:
      return send_plain (self, error) && read_result (self, error);

    case SASL:
    case TLS_SASL:
    case X509_SASL:
      return aether_vnc_login_sasl (self, error) && read_result (self, error);

    default:
      return fail_invalid (error);
    }
}

/* Higher is better; 0: not at all */
static int
rank_vencrypt (guint32 type)
{
  switch (type)
    {
    case X509_NONE: case X509_VNC: case X509_PLAIN: case X509_SASL:
      return 3;
    case TLS_NONE: case TLS_VNC: case TLS_PLAIN: case TLS_SASL:
      return 2;
    case NONE: case VNC: case PLAIN:
      return 1;
    default:
      return 0;
    }
}

static gboolean
run_vencrypt (AetherVncLogin *self, GError **error)
{
  guint8 version[2], byte, n_types;
  guint32 chosen = 0, type;

  if (!aether_vnc_login_read (self, version, 2, error))
    return FALSE;
  if (version[0] == 0 && version[1] < 2)
    return fail_unknown (error);

  aether_vnc_wire_send (self->wire, "\0\2", 2);
  if (!aether_vnc_login_read (self, &byte, 1, error))
    return FALSE;
  if (byte != 0 || !aether_vnc_login_read (self, &n_types, 1, error))
    return byte != 0 ? fail_unknown (error) : FALSE;

  for (guint i = 0; i < n_types; i++)
    {
      if (!aether_vnc_login_read_u32 (self, &type, error))
        return FALSE;
      if (rank_vencrypt (type) > rank_vencrypt (chosen))
        chosen = type;
    }
  if (chosen == 0)
    return fail_unknown (error);
  if (rank_vencrypt (chosen) < 3 && !accept_unproven (self, error))
    return FALSE;

  aether_vnc_login_send_u32 (self, chosen);
  if (rank_vencrypt (chosen) > 1)
    {
      if (!aether_vnc_login_read (self, &byte, 1, error))
        return FALSE;
      if (byte != 1)
        return fail_with_reason (self, _("The server did not begin to encrypt."), error);
      if (!start_tls (self, rank_vencrypt (chosen) == 3, error))
        return FALSE;
    }

  return authenticate (self, chosen, error);
}

/* Encryption first, then what asks nothing; within TLS there is no more of it */
static int
rank (guint8 type, gboolean inside_tls)
{
  switch (type)
    {
    case VENCRYPT: return inside_tls ? 0 : 5;
    case TLS:      return inside_tls ? 0 : 4;
    case NONE:     return 3;
    case VNC:      return 2;
    case SASL:     return 1;
    default:       return 0;
    }
}

static gboolean
choose (AetherVncLogin *self, gboolean inside_tls, guint8 *chosen, GError **error)
{
  guint8 n_types, types[255];

  if (!aether_vnc_login_read (self, &n_types, 1, error))
    return FALSE;
  if (n_types == 0)
    return fail_with_reason (self, _("The server takes no connection."), error);
  if (!aether_vnc_login_read (self, types, n_types, error))
    return FALSE;

  *chosen = types[0];
  for (guint i = 1; i < n_types; i++)
    if (rank (types[i], inside_tls) > rank (*chosen, inside_tls))
      *chosen = types[i];
  if (rank (*chosen, inside_tls) == 0)
    return fail_unknown (error);

  aether_vnc_wire_send (self->wire, chosen, 1);
  return TRUE;
}

/* Version 3.3: the server says which, and nothing but these */
static gboolean
run_old (AetherVncLogin *self, GError **error)
{
  guint32 type;

  if (!aether_vnc_login_read_u32 (self, &type, error))
    return FALSE;
  if (type == 0)
    return fail_with_reason (self, _("The server takes no connection."), error);
  if (type != NONE && type != VNC)
    return fail_unknown (error);

  return accept_unproven (self, error) && authenticate (self, type, error);
}

/* The version: "RFB 003.008\n". Others than the three that exist are answered as RFC 6143 says. */
static gboolean
agree_on_version (AetherVncLogin *self, GError **error)
{
  g_autofree char *answer = NULL;
  char version[13] = { 0 };

  if (!aether_vnc_login_read (self, version, 12, error))
    return FALSE;
  if (memcmp (version, "RFB 00", 6) != 0 || version[7] != '.' || version[11] != '\n')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("What answers there is no VNC server."));
      return FALSE;
    }

  self->minor = atoi (version + 8);
  if (version[6] > '3' || self->minor >= 8)
    self->minor = 8;
  else if (self->minor < 7)
    self->minor = 3;
  answer = g_strdup_printf ("RFB 003.%03d\n", self->minor);
  aether_vnc_wire_send (self->wire, answer, 12);

  return TRUE;
}

gboolean
aether_vnc_login_run (AetherVncLogin *self, GError **error)
{
  guint8 type;

  if (!agree_on_version (self, error))
    return FALSE;
  if (self->minor == 3)
    return run_old (self, error);
  if (!choose (self, FALSE, &type, error))
    return FALSE;
  if (type == VENCRYPT)
    return run_vencrypt (self, error);
  if (!accept_unproven (self, error))
    return FALSE;

  if (type == TLS && (!start_tls (self, FALSE, error) || !choose (self, TRUE, &type, error)))
    return FALSE;

  return authenticate (self, type, error);
}
