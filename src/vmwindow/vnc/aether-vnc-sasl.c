/* aether-vnc-sasl.c - logging in by SASL, as QEMU and libvirt let people do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-login.h"

#include <glib/gi18n.h>
#include <sasl/sasl.h>
#include <string.h>

/* RFB's own limits */
#define MECHANISMS_MAX 300
#define DATA_MAX       (1 << 20)

typedef struct
{
  sasl_conn_t     *connection;
  AetherVncAnswer  answer;
  sasl_secret_t   *secret;
} Sasl;

static void
sasl_clear (Sasl *self)
{
  if (self->connection)
    sasl_dispose (&self->connection);
  if (self->secret)
    explicit_bzero (self->secret, sizeof *self->secret + self->secret->len);
  g_free (self->secret);
  aether_vnc_answer_clear (&self->answer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sasl, sasl_clear)

static gboolean
fail (Sasl *self, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               /* Translators: %s is a technical reason, in English */
               _("The server and Aether did not agree on a way to log in: %s"),
               self->connection ? sasl_errdetail (self->connection) : sasl_errstring (code, NULL, NULL));
  return FALSE;
}

static gboolean
fail_invalid (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The server does not keep to VNC's protocol."));
  return FALSE;
}

/* Fills in what the mechanism wants to know. */
static gboolean
interact (Sasl *self, AetherVncLogin *login, sasl_interact_t *wishes, GError **error)
{
  if (self->answer.password == NULL && self->answer.user == NULL &&
      !aether_vnc_login_ask (login, AETHER_VNC_ASK_USER, &self->answer, error))
    return FALSE;

  for (sasl_interact_t *wish = wishes; wish && wish->id != SASL_CB_LIST_END; wish++)
    {
      const char *value = "";

      if (wish->id == SASL_CB_AUTHNAME)
        value = self->answer.user ? self->answer.user : "";
      else if (wish->id == SASL_CB_PASS)
        value = self->answer.password ? self->answer.password : "";
      wish->result = value;
      wish->len = strlen (value);
    }

  return TRUE;
}

/* NULL and "" differ in SASL: what is there is sent with its terminator. */
static void
send_data (AetherVncLogin *login, const char *data, unsigned size)
{
  if (data == NULL)
    {
      aether_vnc_login_send_u32 (login, 0);
      return;
    }

  aether_vnc_login_send_u32 (login, size + 1);
  aether_vnc_wire_send (login->wire, data, size);
  aether_vnc_wire_send (login->wire, "", 1);
}

static gboolean
read_data (AetherVncLogin *login, char **data, guint32 *size, guint8 *complete, GError **error)
{
  g_clear_pointer (data, g_free);
  if (!aether_vnc_login_read_u32 (login, size, error))
    return FALSE;

  if (*size > DATA_MAX)
    return fail_invalid (error);

  if (*size > 0)
    {
      *data = g_malloc0 (*size);
      if (!aether_vnc_login_read (login, *data, *size, error))
        return FALSE;
      (*data)[--*size] = '\0';
    }

  return aether_vnc_login_read (login, complete, 1, error);
}

/* Without TLS only what gives nothing away to who listens: no password in clear. */
static int
set_up (Sasl *self, AetherVncLogin *login)
{
  static const sasl_callback_t callbacks[] = {
    { SASL_CB_AUTHNAME, NULL, NULL },
    { SASL_CB_USER, NULL, NULL },
    { SASL_CB_PASS, NULL, NULL },
    { SASL_CB_LIST_END, NULL, NULL },
  };
  gboolean safe = login->bits > 0 || login->host == NULL;
  sasl_security_properties_t properties = {
    .maxbufsize = 65536,
    .security_flags = safe ? 0 : SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT,
  };
  sasl_ssf_t strength = login->bits;
  int result = sasl_client_init (NULL);

  if (result == SASL_OK)
    result = sasl_client_new ("vnc", login->host ? login->host : "localhost", NULL, NULL, callbacks,
                              SASL_SUCCESS_DATA, &self->connection);
  if (result == SASL_OK && strength > 0)
    result = sasl_setprop (self->connection, SASL_SSF_EXTERNAL, &strength);
  if (result == SASL_OK)
    result = sasl_setprop (self->connection, SASL_SEC_PROPS, &properties);

  return result;
}

static gboolean
exchange (Sasl *self, AetherVncLogin *login, GError **error)
{
  g_autofree char *mechanisms = NULL, *data = NULL;
  const char *mechanism = NULL, *answer = NULL;
  sasl_interact_t *wishes = NULL;
  unsigned answer_size = 0;
  guint32 size;
  guint8 complete;
  int result = set_up (self, login);

  if (result != SASL_OK)
    return fail (self, result, error);
  if (!aether_vnc_login_read_u32 (login, &size, error))
    return FALSE;
  if (size > MECHANISMS_MAX)
    return fail_invalid (error);
  mechanisms = g_malloc0 (size + 1);
  if (!aether_vnc_login_read (login, mechanisms, size, error))
    return FALSE;

  while ((result = sasl_client_start (self->connection, mechanisms, &wishes, &answer, &answer_size,
                                      &mechanism)) == SASL_INTERACT)
    if (!interact (self, login, wishes, error))
      return FALSE;
  if (result != SASL_OK && result != SASL_CONTINUE)
    return fail (self, result, error);

  aether_vnc_login_send_u32 (login, strlen (mechanism));
  aether_vnc_wire_send (login->wire, mechanism, strlen (mechanism));
  send_data (login, answer, answer_size);
  if (!read_data (login, &data, &size, &complete, error))
    return FALSE;

  /* Both sides must be content: the server may have to prove itself too. */
  while (!complete || result != SASL_OK)
    {
      while ((result = sasl_client_step (self->connection, data, data ? size : 0, &wishes, &answer,
                                         &answer_size)) == SASL_INTERACT)
        if (!interact (self, login, wishes, error))
          return FALSE;
      if (result != SASL_OK && result != SASL_CONTINUE)
        return fail (self, result, error);
      if (complete && result == SASL_OK)
        break;

      send_data (login, answer, answer_size);
      if (!read_data (login, &data, &size, &complete, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
aether_vnc_login_sasl (AetherVncLogin *login, GError **error)
{
  g_auto(Sasl) self = { NULL };
  g_autoptr(GError) cause = NULL;

  if (exchange (&self, login, &cause))
    return TRUE;

  /* QEMU refuses without a word: it hangs up. */
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) && (self.answer.user || self.answer.password))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("The server did not let you in."));
  else
    g_propagate_error (error, g_steal_pointer (&cause));

  return FALSE;
}
