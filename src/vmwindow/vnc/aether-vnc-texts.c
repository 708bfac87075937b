/* aether-vnc-texts.c - the clipboard of a VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-decoder-private.h"

#include <glib/gi18n.h>

#include "aether-vnc-clipboard.h"

#define CUT_TEXT    6           /* from the client */
#define SKIP_MAX    (64 << 20)  /* bytes of a text that is too long for us */
#define PACKED_MAX  (AETHER_VNC_TEXT_MAX + (1 << 16))

#define OUR_ACTIONS (AETHER_VNC_CLIP_REQUEST | AETHER_VNC_CLIP_PEEK | AETHER_VNC_CLIP_NOTIFY | AETHER_VNC_CLIP_PROVIDE)

/* An extended message has the negative of its length. */
static void
send_cut_text (AetherVncDecoder *self, gboolean extended, guint32 flags, GBytes *data)
{
  gsize size = data ? g_bytes_get_size (data) : 0;
  guint32 length = GUINT32_TO_BE (extended ? -(guint32) (size + sizeof flags) : size);
  GByteArray *message = g_byte_array_new ();

  g_byte_array_append (message, (const guint8[]) { CUT_TEXT, 0, 0, 0 }, 4);
  g_byte_array_append (message, (const guint8 *) &length, sizeof length);
  flags = GUINT32_TO_BE (flags);
  if (extended)
    g_byte_array_append (message, (const guint8 *) &flags, sizeof flags);
  if (size > 0)
    g_byte_array_append (message, g_bytes_get_data (data, NULL), size);
  aether_vnc_wire_send (self->wire, message->data, message->len);
  g_byte_array_unref (message);
}

static void
provide (AetherVncDecoder *self, const char *text)
{
  g_autoptr(GBytes) packed = aether_vnc_clipboard_pack (text);

  send_cut_text (self, TRUE, AETHER_VNC_CLIP_PROVIDE | AETHER_VNC_CLIP_TEXT, packed);
}

static char *
dup_offered (AetherVncDecoder *self)
{
  char *text;

  g_mutex_lock (&self->lock);
  text = g_strdup (self->offered);
  g_mutex_unlock (&self->lock);

  return text;
}

/* Formats the server names come with the size it takes of each unasked; ours may be asked for. */
static void
handle_caps (AetherVncDecoder *self, guint32 flags)
{
  const guint32 largest = GUINT32_TO_BE (AETHER_VNC_TEXT_MAX);
  g_autoptr(GBytes) sizes = g_bytes_new (&largest, sizeof largest);
  g_autofree char *text = NULL;

  send_cut_text (self, TRUE, AETHER_VNC_CLIP_CAPS | OUR_ACTIONS | AETHER_VNC_CLIP_TEXT, sizes);

  g_mutex_lock (&self->lock);
  self->clipboard = flags;
  self->facts.texts = TRUE;
  text = g_strdup (self->offered);
  g_mutex_unlock (&self->lock);

  self->funcs->changed (self->user_data);
  if (text)
    aether_vnc_decoder_offer_text (self, text);
}

static void
handle_extended (AetherVncDecoder *self, guint32 flags, const guint8 *data, gsize size)
{
  g_autofree char *text = NULL;

  if (flags & AETHER_VNC_CLIP_CAPS)
    {
      handle_caps (self, flags);
    }
  else if (flags & AETHER_VNC_CLIP_PEEK)
    {
      text = dup_offered (self);
      send_cut_text (self, TRUE, AETHER_VNC_CLIP_NOTIFY | (text ? AETHER_VNC_CLIP_TEXT : 0), NULL);
    }
  else if (!(flags & AETHER_VNC_CLIP_TEXT))
    {
      return;
    }
  else if (flags & AETHER_VNC_CLIP_NOTIFY)
    {
      send_cut_text (self, TRUE, AETHER_VNC_CLIP_REQUEST | AETHER_VNC_CLIP_TEXT, NULL);
    }
  else if (flags & AETHER_VNC_CLIP_REQUEST)
    {
      text = dup_offered (self);
      if (text)
        provide (self, text);
    }
  else if (flags & AETHER_VNC_CLIP_PROVIDE)
    {
      text = aether_vnc_clipboard_unpack (data, size);
      if (text)
        self->funcs->text (text, self->user_data);
    }
}

gboolean
_aether_vnc_texts_read (AetherVncDecoder *self, GError **error)
{
  g_autofree guint8 *data = NULL;
  struct { guint8 padding[3]; guint8 length[4]; } head;
  gint32 length;
  guint32 size, flags = 0;
  gboolean extended;

  if (!_aether_vnc_decoder_read (self, &head, 7))
    return _aether_vnc_decoder_fail (self, error);

  memcpy (&length, head.length, sizeof length);
  length = GINT32_FROM_BE (length);
  extended = length < 0;
  size = extended ? -(guint32) length : (guint32) length;
  if (size > SKIP_MAX || (extended && size < sizeof flags))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The server sent a text for the clipboard that is too long."));
      return FALSE;
    }

  if (extended)
    {
      if (!_aether_vnc_decoder_read (self, &flags, sizeof flags))
        return _aether_vnc_decoder_fail (self, error);
      flags = GUINT32_FROM_BE (flags);
      size -= sizeof flags;
    }
  if (size > PACKED_MAX)
    return _aether_vnc_decoder_skip (self, size) || _aether_vnc_decoder_fail (self, error);

  data = g_malloc (size + 1);
  if (!_aether_vnc_decoder_read (self, data, size))
    return _aether_vnc_decoder_fail (self, error);

  if (extended)
    {
      handle_extended (self, flags, data, size);
    }
  else
    {
      g_autofree char *text = aether_vnc_clipboard_from_latin1 (data, size);

      self->funcs->text (text, self->user_data);
    }

  return TRUE;
}

/* It is told that there is a text, and gets it when it asks, as most do when somebody pastes. */
void
aether_vnc_decoder_offer_text (AetherVncDecoder *self, const char *text)
{
  guint32 clipboard;

  if (strlen (text) > AETHER_VNC_TEXT_MAX)
    return;

  g_mutex_lock (&self->lock);
  g_set_str (&self->offered, text);
  clipboard = self->clipboard;
  g_mutex_unlock (&self->lock);

  if (clipboard & AETHER_VNC_CLIP_NOTIFY)
    {
      send_cut_text (self, TRUE, AETHER_VNC_CLIP_NOTIFY | AETHER_VNC_CLIP_TEXT, NULL);
    }
  else if (clipboard & AETHER_VNC_CLIP_PROVIDE)
    {
      provide (self, text);
    }
  else
    {
      g_autoptr(GBytes) latin1 = aether_vnc_clipboard_to_latin1 (text);

      send_cut_text (self, FALSE, 0, latin1);
    }
}
