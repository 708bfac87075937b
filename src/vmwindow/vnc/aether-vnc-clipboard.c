/* aether-vnc-clipboard.c - texts in RFB's extended clipboard messages, and the plain one
 *
 * libvncclient's own way is not used: up to 0.9.15 it neither asks for a text
 * it is told of, which is how QEMU offers one, nor takes any with 1 MiB or more.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-clipboard.h"

#include <string.h>
#include <zlib.h>

/* A terminator, and every line end doubled */
#define WIRE_MAX (2 * AETHER_VNC_TEXT_MAX + 1)

static GString *
add_returns (const char *text)
{
  GString *wire = g_string_sized_new (strlen (text) + 64);

  for (const char *c = text; *c; c++)
    {
      if (*c == '\n' && (c == text || c[-1] != '\r'))
        g_string_append_c (wire, '\r');
      g_string_append_c (wire, *c);
    }

  return wire;
}

static void
drop_returns (char *text)
{
  char *to = text;

  for (const char *from = text; *from; from++)
    if (from[0] != '\r' || from[1] != '\n')
      *to++ = *from;
  *to = '\0';
}

GBytes *
aether_vnc_clipboard_pack (const char *text)
{
  g_autoptr(GString) wire = add_returns (text);
  guint32 size = GUINT32_TO_BE (wire->len + 1);
  z_stream stream = { NULL };
  gsize bound;
  guint8 *packed;

  g_string_prepend_len (wire, (const char *) &size, sizeof size);
  if (deflateInit (&stream, Z_DEFAULT_COMPRESSION) != Z_OK)
    g_error ("zlib does not start");   /* out of memory: what GLib does then */

  bound = deflateBound (&stream, wire->len + 1);
  packed = g_malloc (bound);
  stream.next_in = (guint8 *) wire->str;
  stream.avail_in = wire->len + 1;
  stream.next_out = packed;
  stream.avail_out = bound;
  deflate (&stream, Z_FINISH);
  bound -= stream.avail_out;
  deflateEnd (&stream);

  return g_bytes_new_take (packed, bound);
}

/* Exactly @size bytes out of @stream */
static gboolean
inflate_exactly (z_stream *stream, guint8 *to, gsize size)
{
  stream->next_out = to;
  stream->avail_out = size;

  while (stream->avail_out > 0)
    {
      int result = inflate (stream, Z_SYNC_FLUSH);

      if (result == Z_STREAM_END)
        return stream->avail_out == 0;
      if (result != Z_OK)
        return FALSE;
    }

  return TRUE;
}

char *
aether_vnc_clipboard_unpack (const guint8 *data, gsize size)
{
  z_stream stream = { .next_in = (guint8 *) data, .avail_in = size };
  g_autofree char *text = NULL;
  guint32 length = 0;
  gboolean good;

  if (inflateInit (&stream) != Z_OK)
    return NULL;

  good = inflate_exactly (&stream, (guint8 *) &length, sizeof length);
  length = GUINT32_FROM_BE (length);
  good = good && length <= WIRE_MAX && (text = g_try_malloc (length + 1)) &&
         inflate_exactly (&stream, (guint8 *) text, length);
  inflateEnd (&stream);
  if (!good)
    return NULL;

  text[length] = '\0';
  drop_returns (text);

  return strlen (text) <= AETHER_VNC_TEXT_MAX && g_utf8_validate (text, -1, NULL) ? g_steal_pointer (&text)
                                                                                  : NULL;
}

GBytes *
aether_vnc_clipboard_to_latin1 (const char *text)
{
  GString *latin1 = g_string_sized_new (strlen (text));

  for (const char *c = text; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      g_string_append_c (latin1, character < 256 ? (char) character : '?');
    }

  return g_string_free_to_bytes (latin1);
}

char *
aether_vnc_clipboard_from_latin1 (const guint8 *data, gsize size)
{
  GString *text = g_string_sized_new (size);

  for (gsize i = 0; i < size && data[i] != '\0'; i++)
    if (data[i] != '\r' || i + 1 == size || data[i + 1] != '\n')
      g_string_append_unichar (text, data[i]);

  return g_string_free_and_steal (text);
}
