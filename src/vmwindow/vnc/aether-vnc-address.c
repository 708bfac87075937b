/* aether-vnc-address.c - where a VNC server is, as people write it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-address.h"

#include <glib/gi18n.h>
#include <sys/un.h>

#define DISPLAYS 100   /* numbers below it name a display, not a port */

static const char tcp_scheme[] = "vnc://";
static const char unix_scheme[] = "vnc+unix://";

static gboolean
starts_with (const char *text, const char *scheme)
{
  return g_ascii_strncasecmp (text, scheme, strlen (scheme)) == 0;
}

/* Returns: whether @text is an address of a VNC server, be it a good one */
gboolean
aether_vnc_address_is (const char *text)
{
  return starts_with (text, tcp_scheme) || starts_with (text, unix_scheme);
}

AetherVncAddress *
aether_vnc_address_copy (const AetherVncAddress *self)
{
  AetherVncAddress *copy = g_new0 (AetherVncAddress, 1);

  copy->host = g_strdup (self->host);
  copy->port = self->port;
  copy->path = g_strdup (self->path);
  copy->user = g_strdup (self->user);

  return copy;
}

void
aether_vnc_address_free (AetherVncAddress *self)
{
  g_free (self->host);
  g_free (self->path);
  g_free (self->user);
  g_free (self);
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  gboolean exact = text[0] == ':';
  guint64 number;

  if (!g_ascii_string_to_unsigned (exact ? text + 1 : text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;

  if (number < DISPLAYS && !exact)
    number += AETHER_VNC_PORT;
  *port = number;

  return number > 0;
}

/* @text: "HOST", "HOST:PORT", "HOST::PORT", "[V6]", "[V6]:PORT", or a bare IPv6 number */
static gboolean
parse_host (AetherVncAddress *self, const char *text)
{
  const char *colon = strchr (text, ':');
  const char *bracket = strchr (text, ']');

  self->port = AETHER_VNC_PORT;
  if (text[0] == '[')
    {
      if (bracket == NULL)
        return FALSE;
      self->host = g_strndup (text + 1, bracket - text - 1);
      if (!g_hostname_is_ip_address (self->host))
        return FALSE;
      return bracket[1] == '\0' || (bracket[1] == ':' && parse_port (bracket + 2, &self->port));
    }

  if (g_hostname_is_ip_address (text))
    {
      self->host = g_strdup (text);
      return TRUE;
    }

  self->host = colon ? g_strndup (text, colon - text) : g_strdup (text);
  if (self->host[0] == '\0' || strpbrk (self->host, "/?#[]@ ") || bracket)
    return FALSE;

  return colon == NULL || parse_port (colon + 1, &self->port);
}

static gboolean
parse_path (AetherVncAddress *self, const char *text)
{
  self->path = g_uri_unescape_string (text, NULL);

  return self->path && g_path_is_absolute (self->path) &&
         strlen (self->path) < sizeof (((struct sockaddr_un *) NULL)->sun_path);
}

static gboolean
parse_tcp (AetherVncAddress *self, const char *text, GError **error)
{
  g_autofree char *authority = g_strndup (text, strcspn (text, "/?#"));
  char *at = strrchr (authority, '@');

  if (at)
    {
      *at = '\0';
      if (strchr (authority, ':'))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("Aether takes no password in an address, where others can read it: it asks for one."));
          return FALSE;
        }
      self->user = g_uri_unescape_string (authority, NULL);
    }

  return parse_host (self, at ? at + 1 : authority);
}

AetherVncAddress *
aether_vnc_address_parse (const char *text, GError **error)
{
  g_autoptr(AetherVncAddress) self = g_new0 (AetherVncAddress, 1);
  GError *cause = NULL;
  gboolean good = FALSE;

  if (g_utf8_validate (text, -1, NULL))
    {
      if (starts_with (text, unix_scheme))
        good = parse_path (self, text + strlen (unix_scheme));
      else if (starts_with (text, tcp_scheme))
        good = parse_tcp (self, text + strlen (tcp_scheme), &cause);
    }

  if (good)
    return g_steal_pointer (&self);

  if (cause)
    g_propagate_error (error, cause);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s is what the user gave as the address of a VNC server */
                 _("“%s” is not the address of a VNC server. Addresses look like vnc://example.org:5901 "
                   "or vnc+unix:///run/user/1000/vnc.sock."), text);
  return NULL;
}

char *
aether_vnc_address_dup_id (const AetherVncAddress *self)
{
  if (self->host == NULL)
    return g_strdup (self->path);

  return strchr (self->host, ':') ? g_strdup_printf ("[%s]:%u", self->host, self->port)
                                  : g_strdup_printf ("%s:%u", self->host, self->port);
}

char *
aether_vnc_address_dup_label (const AetherVncAddress *self)
{
  if (self->host && self->port == AETHER_VNC_PORT)
    return g_strdup (self->host);

  return aether_vnc_address_dup_id (self);
}
