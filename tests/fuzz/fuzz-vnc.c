/* fuzz-vnc.c - what a VNC server sends, through our decoder and libvncclient's
 *
 * The input is a list of messages in short: a kind, where, how large, and a
 * payload. Compressed ones are compressed here, or chance would never get
 * past zlib.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-decoder.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { WIDTH = 64, HEIGHT = 48, SENT_MAX = 128 << 10 };   /* a socket takes as much */

typedef struct
{
  GByteArray *sent;
  z_stream    zrle;   /* goes on from rectangle to rectangle */
} Fuzz;

static void
add (Fuzz *self, gconstpointer data, gsize size)
{
  g_byte_array_append (self->sent, data, size);
}

static void
add_u16 (Fuzz *self, guint value)
{
  add (self, (const guint8[]) { value >> 8, value }, 2);
}

static void
add_u32 (Fuzz *self, guint32 value)
{
  add_u16 (self, value >> 16);
  add_u16 (self, value & 0xffff);
}

/* Mostly inside, now and then not */
static void
add_rect (Fuzz *self, const guint8 *where, gint32 encoding)
{
  guint x = where[0] % WIDTH, y = where[1] % HEIGHT;

  add (self, "\0\0\0\1", 4);
  add_u16 (self, x);
  add_u16 (self, y);
  add_u16 (self, where[2] == 0xff ? 0xffff : 1 + where[2] % (WIDTH - x + (where[0] > 0xf0)));
  add_u16 (self, where[3] == 0xff ? 0xffff : 1 + where[3] % (HEIGHT - y + (where[1] > 0xf0)));
  add_u32 (self, encoding);
}

static void
add_zrle (Fuzz *self, const guint8 *payload, gsize size)
{
  guint8 packed[8192];

  self->zrle.next_in = (guint8 *) payload;
  self->zrle.avail_in = size;
  self->zrle.next_out = packed;
  self->zrle.avail_out = sizeof packed;
  deflate (&self->zrle, Z_SYNC_FLUSH);
  add_u32 (self, sizeof packed - self->zrle.avail_out);
  add (self, packed, sizeof packed - self->zrle.avail_out);
}

static void
add_tight (Fuzz *self, const guint8 *payload, gsize size)
{
  guint8 packed[8192];
  uLongf n = sizeof packed;
  guint8 control = size > 0 ? payload[0] : 0;
  gsize head = size < 2 ? 0 : (control & 0x40) ? 2 : 1;

  control |= 0x0f;   /* begin all streams anew */
  add (self, &control, 1);
  if (head == 2)
    {
      guint8 n_colours = payload[1] >> 2;

      add (self, (const guint8[]) { payload[1] & 3 }, 1);
      if ((payload[1] & 3) == 1)
        {
          add (self, &n_colours, 1);
          for (guint i = 0; i <= n_colours; i++)
            add (self, "abc", 3);
        }
    }
  compress (packed, &n, payload + head, size - head);
  add (self, (const guint8[]) { (n & 0x7f) | 0x80, ((n >> 7) & 0x7f) | 0x80, n >> 14 }, 3);
  add (self, packed, n);
}

static void
add_text (Fuzz *self, const guint8 *where, const guint8 *payload, gsize size)
{
  guint8 packed[8192];
  uLongf n = sizeof packed;

  compress (packed, &n, payload, size);
  add (self, "\3\0\0\0", 4);
  add_u32 (self, -(guint32) (n + 4));
  add_u32 (self, (guint32) where[0] << 24 | where[1]);
  add (self, packed, n);
}

static void
add_message (Fuzz *self, const guint8 *head, const guint8 *payload, gsize size)
{
  const guint8 *where = head + 1;

  switch (head[0] % 16)
    {
    case 0:  add_rect (self, where, 0); break;
    case 1:  add_rect (self, where, 1); break;
    case 2:  add_rect (self, where, 5); break;
    case 3:  add_rect (self, where, 7); break;
    case 4:  add_rect (self, where, 7); add_tight (self, payload, size); return;
    case 5:  add_rect (self, where, 16); add_zrle (self, payload, size); return;
    case 6:  add_rect (self, where, 16); break;
    case 7:  add_rect (self, where, -239); break;
    case 8:  add_rect (self, where, -240); break;
    case 9:  add_rect (self, where, -314); break;
    case 10: add_rect (self, where, -308); break;
    case 11: add_rect (self, where, -307); break;
    case 12: add_rect (self, where, -261); break;
    case 13: add_text (self, where, payload, size); return;
    case 14: add_rect (self, where, -223); break;
    default: break;
    }
  add (self, payload, size);
}

static void
ignore (gpointer user_data)
{
}

static void
check_text (const char *text, gpointer user_data)
{
  g_assert (g_utf8_validate (text, -1, NULL));
}

static const AetherVncDecoderFuncs funcs = { ignore, check_text, check_text };

/* With what it sent, the server is gone. */
static void
decode (const GByteArray *sent)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(AetherVncDecoder) decoder = NULL;
  g_autoptr(GError) error = NULL;
  AetherVncWire *wire;
  int pair[2], space = 2 * SENT_MAX;

  if (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    g_error ("no socket pair");
  setsockopt (pair[1], SOL_SOCKET, SO_SNDBUF, &space, sizeof space);
  if (send (pair[1], sent->data, sent->len, MSG_DONTWAIT) < 0)
    g_error ("the socket is too small");
  shutdown (pair[1], SHUT_WR);

  wire = aether_vnc_wire_new (pair[0]);
  decoder = aether_vnc_decoder_new (wire, framebuffer, FALSE, &funcs, NULL);
  if (aether_vnc_decoder_begin (decoder, &error))
    while (aether_vnc_decoder_step (decoder, &error))
      ;
  g_assert (error != NULL && *error->message);

  aether_vnc_wire_shut (wire);
  aether_vnc_wire_unref (wire);
  close (pair[1]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const guint8 init[24] = { 0, WIDTH, 0, HEIGHT, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0 };
  Fuzz self = { .sent = g_byte_array_new () };

  if (deflateInit (&self.zrle, 1) != Z_OK)
    return 0;
  add (&self, init, sizeof init);
  while (size >= 6 && self.sent->len < SENT_MAX / 2)
    {
      gsize n = MIN (size - 6, data[5] * 4u);

      add_message (&self, data, data + 6, n);
      data += 6 + n;
      size -= 6 + n;
    }
  deflateEnd (&self.zrle);

  decode (self.sent);
  g_byte_array_unref (self.sent);
  while (g_main_context_iteration (NULL, FALSE))   /* "damaged" */
    ;

  return 0;
}
