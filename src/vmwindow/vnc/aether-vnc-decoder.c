/* aether-vnc-decoder.c - the second half of RFB: what a server shows and says
 *
 * The messages are taken apart here and not by libvncclient, which gets the
 * rectangles to decode one by one. Up to 0.9.15 it overlooks QEMU's changes of
 * size (a screen with id 0 is none to it), asks for no text it is told of, and
 * decodes whatever a server sends, also what nobody offered to take.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-decoder-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sys/socket.h>

#include "aether-vnc-clipboard.h"

#define NAME_MAX_BYTES 4096
#define PATIENCE       30     /* seconds for the answer to the first message */
#define REL_ORIGIN     0x7fff /* of QEMU's relative pointer */

/* From the client */
enum
{
  SET_PIXEL_FORMAT = 0,
  SET_ENCODINGS    = 2,
  UPDATE_REQUEST   = 3,
  KEY_EVENT        = 4,
  POINTER_EVENT    = 5,
  CUT_TEXT         = 6,
  SET_DESKTOP_SIZE = 251,
  QEMU_EVENT       = 255,
};

/* From the server */
enum
{
  UPDATE         = 0,
  COLOUR_MAP     = 1,
  BELL           = 2,
  SERVER_TEXT    = 3,
};

static void
put_u16 (guint8 *to, guint value)
{
  to[0] = value >> 8;
  to[1] = value;
}

static void
put_u32 (guint8 *to, guint32 value)
{
  put_u16 (to, value >> 16);
  put_u16 (to + 2, value & 0xffff);
}

static guint
get_u16 (const guint8 *from)
{
  return from[0] << 8 | from[1];
}

gboolean
_aether_vnc_decoder_read (AetherVncDecoder *self, gpointer data, gsize size)
{
  return ReadFromRFBServer (self->client, data, size);
}

gboolean
_aether_vnc_decoder_skip (AetherVncDecoder *self, gsize size)
{
  guint8 nothing[4096];

  for (gsize n; size > 0; size -= n)
    {
      n = MIN (size, sizeof nothing);
      if (!_aether_vnc_decoder_read (self, nothing, n))
        return FALSE;
    }

  return TRUE;
}

/* libvncclient says only that it came to an end: look whether the connection did. */
gboolean
_aether_vnc_decoder_fail (AetherVncDecoder *self, GError **error)
{
  char byte;
  gssize left = recv (aether_vnc_wire_get_fd (self->wire), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  if (left > 0 || (left < 0 && (errno == EAGAIN || errno == EINTR)))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The server sent what cannot be shown."));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         _("The server closed the connection."));
  return FALSE;
}

/* What we send */

static void
request_update (AetherVncDecoder *self, gboolean incremental)
{
  guint8 message[10] = { UPDATE_REQUEST, incremental };

  put_u16 (message + 6, self->client->width);
  put_u16 (message + 8, self->client->height);
  aether_vnc_wire_send (self->wire, message, sizeof message);
}

/* Words of 32 bits, 0x00RRGGBB, in the order of this computer */
static void
send_format (AetherVncDecoder *self)
{
  guint8 message[20] = { SET_PIXEL_FORMAT, 0, 0, 0, 32, 24, G_BYTE_ORDER == G_BIG_ENDIAN, 1,
                         0, 255, 0, 255, 0, 255, 16, 8, 0 };

  aether_vnc_wire_send (self->wire, message, sizeof message);
}

/* The first is liked best. On the same computer raw pixels are the quickest to make and to take
 * for most of what screens do; over a network, what Tight and ZRLE save counts. */
static void
send_encodings (AetherVncDecoder *self)
{
  enum { RAW = 0, COPY = 1, HEXTILE = 5, TIGHT = 7, ZRLE = 16 };
  static const gint32 pseudo[] = {
    -223, -224, -308,         /* sizes, the last rectangle */
    -239, -240, -314,         /* pointers */
    -257, -258,               /* QEMU: relative pointer, key numbers */
    -261, 0x574d5668,         /* LEDs: QEMU's, VMware's */
    -307,                     /* the desktop's name */
    -32 + 8, -256 + 2,        /* JPEG quality 8 of 9, compression 2 */
    (gint32) 0xc0a1e5ce,      /* extended clipboard */
  };
  GArray *encodings = g_array_new (FALSE, FALSE, sizeof (gint32));
  const gint32 direct[] = { RAW, COPY, ZRLE, HEXTILE };
  const gint32 remote[] = { TIGHT, ZRLE, COPY, HEXTILE, RAW };
  g_autofree guint8 *message = NULL;

  if (self->local)
    g_array_append_vals (encodings, direct, G_N_ELEMENTS (direct));
  else if (_aether_vnc_rects_tight_safe ())
    g_array_append_vals (encodings, remote, G_N_ELEMENTS (remote));
  else
    g_array_append_vals (encodings, remote + 1, G_N_ELEMENTS (remote) - 1);
  g_array_append_vals (encodings, pseudo, G_N_ELEMENTS (pseudo));

  message = g_malloc0 (4 + 4 * encodings->len);
  message[0] = SET_ENCODINGS;
  put_u16 (message + 2, encodings->len);
  for (guint i = 0; i < encodings->len; i++)
    put_u32 (message + 4 + 4 * i, g_array_index (encodings, gint32, i));
  aether_vnc_wire_send (self->wire, message, 4 + 4 * encodings->len);
  g_array_unref (encodings);
}

void
aether_vnc_decoder_key (AetherVncDecoder *self, guint qnum, guint keysym, gboolean down)
{
  guint8 plain[8] = { KEY_EVENT, down };
  guint8 extended[12] = { QEMU_EVENT, 0, 0, down };
  AetherVncFacts facts;

  aether_vnc_decoder_get_facts (self, &facts);
  if (facts.keys)
    {
      put_u32 (extended + 4, keysym);
      put_u32 (extended + 8, qnum);
      aether_vnc_wire_send (self->wire, extended, sizeof extended);
    }
  else if (keysym != 0)
    {
      put_u32 (plain + 4, keysym);
      aether_vnc_wire_send (self->wire, plain, sizeof plain);
    }
}

void
aether_vnc_decoder_pointer (AetherVncDecoder *self, guint buttons, guint x, guint y)
{
  guint8 message[6] = { POINTER_EVENT, buttons };

  put_u16 (message + 2, MIN (x, G_MAXUINT16));
  put_u16 (message + 4, MIN (y, G_MAXUINT16));
  aether_vnc_wire_send (self->wire, message, sizeof message);
}

void
aether_vnc_decoder_motion (AetherVncDecoder *self, guint buttons, int dx, int dy)
{
  aether_vnc_decoder_pointer (self, buttons, REL_ORIGIN + CLAMP (dx, -REL_ORIGIN, REL_ORIGIN),
                              REL_ORIGIN + CLAMP (dy, -REL_ORIGIN, REL_ORIGIN));
}

void
aether_vnc_decoder_resize (AetherVncDecoder *self, guint width, guint height)
{
  guint8 message[24] = { SET_DESKTOP_SIZE };
  gboolean wanted;

  if (width == 0 || height == 0 || width > AETHER_FRAMEBUFFER_MAX_SIDE || height > AETHER_FRAMEBUFFER_MAX_SIDE)
    return;

  put_u16 (message + 2, width);
  put_u16 (message + 4, height);
  message[6] = 1;
  put_u16 (message + 16, width);
  put_u16 (message + 18, height);

  g_mutex_lock (&self->lock);
  put_u32 (message + 8, self->screen_id);
  put_u32 (message + 20, self->screen_flags);
  wanted = self->facts.resize && (self->facts.width != width || self->facts.height != height);
  g_mutex_unlock (&self->lock);

  if (wanted)
    aether_vnc_wire_send (self->wire, message, sizeof message);
}

void
aether_vnc_decoder_get_facts (AetherVncDecoder *self, AetherVncFacts *facts)
{
  g_mutex_lock (&self->lock);
  *facts = self->facts;
  g_mutex_unlock (&self->lock);
}

/* What the server sends */

static gboolean
begin_with_name (AetherVncDecoder *self, guint32 length, GError **error)
{
  g_autofree char *name = g_malloc0 (MIN (length, NAME_MAX_BYTES) + 1);
  g_autofree char *valid = NULL;

  if (length > (1 << 20))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The server has a name that is longer than any book."));
      return FALSE;
    }

  for (guint32 done = 0; done < length;)
    {
      guint32 n = MIN (length - done, NAME_MAX_BYTES);
      guint8 rest[NAME_MAX_BYTES];

      if (!aether_vnc_wire_read (self->wire, done == 0 ? (guint8 *) name : rest, n, PATIENCE, error))
        return FALSE;
      done += n;
    }

  valid = g_utf8_make_valid (name, -1);
  self->funcs->named (valid, self->user_data);
  return TRUE;
}

gboolean
aether_vnc_decoder_begin (AetherVncDecoder *self, GError **error)
{
  guint8 shared = 1, init[24];

  aether_vnc_wire_send (self->wire, &shared, 1);
  if (!aether_vnc_wire_read (self->wire, init, sizeof init, PATIENCE, error) ||
      !begin_with_name (self, (guint32) get_u16 (init + 20) << 16 | get_u16 (init + 22), error))
    return FALSE;

  self->client->sock = aether_vnc_wire_get_fd (self->wire);
  if (!_aether_vnc_rects_resize (self, get_u16 (init), get_u16 (init + 2), error))
    return FALSE;

  send_format (self);
  send_encodings (self);
  request_update (self, FALSE);

  return TRUE;
}

gboolean
aether_vnc_decoder_step (AetherVncDecoder *self, GError **error)
{
  int width = self->client->width, height = self->client->height;
  guint8 type, head[5];

  if (!_aether_vnc_decoder_read (self, &type, 1))
    return _aether_vnc_decoder_fail (self, error);

  switch (type)
    {
    case UPDATE:
      if (!_aether_vnc_decoder_read (self, head, 3))
        return _aether_vnc_decoder_fail (self, error);
      request_update (self, TRUE);   /* so that the next is on its way while we decode */
      if (!_aether_vnc_rects_read (self, get_u16 (head + 1), error))
        return FALSE;
      if (self->client->width != width || self->client->height != height)
        request_update (self, FALSE);
      return TRUE;

    case COLOUR_MAP:   /* of no use to true colour */
      if (!_aether_vnc_decoder_read (self, head, 5) ||
          !_aether_vnc_decoder_skip (self, 6 * get_u16 (head + 3)))
        return _aether_vnc_decoder_fail (self, error);
      return TRUE;

    case BELL:
      return TRUE;

    case SERVER_TEXT:
      return _aether_vnc_texts_read (self, error);

    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The server sent a message of type %u, which VNC does not have."), type);
      return FALSE;
    }
}

/* The object */

static void
log_debug (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_logv (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, format, arguments);
  va_end (arguments);
}

static void
decoder_clear (gpointer data)
{
  AetherVncDecoder *self = data;

  self->client->sock = -1;            /* the wire's */
  self->client->frameBuffer = NULL;   /* the framebuffer's */
  rfbClientCleanup (self->client);
  aether_vnc_wire_unref (self->wire);
  g_object_unref (self->framebuffer);
  cairo_region_destroy (self->damage);
  g_mutex_clear (&self->lock);
  g_free (self->offered);
}

void
aether_vnc_decoder_unref (AetherVncDecoder *self)
{
  g_atomic_rc_box_release_full (self, decoder_clear);
}

AetherVncDecoder *
aether_vnc_decoder_ref (AetherVncDecoder *self)
{
  return g_atomic_rc_box_acquire (self);
}

AetherVncDecoder *
aether_vnc_decoder_new (AetherVncWire *wire, AetherFramebuffer *framebuffer, gboolean local,
                        const AetherVncDecoderFuncs *funcs, gpointer user_data)
{
  AetherVncDecoder *self = g_atomic_rc_box_new0 (AetherVncDecoder);

  rfbClientLog = rfbClientErr = log_debug;

  self->wire = aether_vnc_wire_ref (wire);
  self->framebuffer = g_object_ref (framebuffer);
  self->local = local;
  self->funcs = funcs;
  self->user_data = user_data;
  self->damage = cairo_region_create ();
  g_mutex_init (&self->lock);
  _aether_vnc_rects_init (self);

  return self;
}
