/* aether-vnc-rects.c - the rectangles of an update: checked here, decoded by libvncclient
 *
 * libvncclient decodes one rectangle at a time: what we read of it is given
 * back, behind the head of an update that has this one only. That libvncclient
 * reads ahead into a buffer of its client makes it possible.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-decoder-private.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sys/socket.h>
#include <zlib.h>

#define X8R8G8B8        0x20020888
#define CURSOR_MAX_SIDE 512
#define NAME_MAX_BYTES  4096
#define GRADIENT_MAX    2048           /* pixels: libvncclient's rows for Tight's gradient */
#define BUFFER_MAX      (256u << 20)   /* bytes of libvncclient's buffer for ZRLE */
#define BUFFER_SLACK    16             /* it reads pixels as words, which have a byte more */
#define SHOW_INTERVAL   (G_USEC_PER_SEC / 25)

enum
{
  RAW            = 0,
  COPY           = 1,
  HEXTILE        = 5,
  TIGHT          = 7,
  ZRLE           = 16,
  SIZE           = -223,
  LAST           = -224,
  POSITION       = -232,
  RICH_CURSOR    = -239,
  X_CURSOR       = -240,
  QEMU_RELATIVE  = -257,
  QEMU_KEYS      = -258,
  QEMU_LEDS      = -261,
  NAME           = -307,
  EXTENDED_SIZE  = -308,
  ALPHA_CURSOR   = -314,
  VMWARE_LEDS    = 0x574d5668,
};

typedef struct
{
  guint8 head[12];   /* as it came */
  guint  x, y, width, height;
  gint32 encoding;
} Rect;

static guint
get_u16 (const guint8 *from)
{
  return from[0] << 8 | from[1];
}

static guint32
get_u32 (const guint8 *from)
{
  return (guint32) get_u16 (from) << 16 | get_u16 (from + 2);
}

static gboolean
refuse (const Rect *rect, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("The server changed %u × %u pixels at %u, %u, in a way that cannot be shown."),
               rect->width, rect->height, rect->x, rect->y);
  return FALSE;
}

/* Facts */

static void
set_flag (AetherVncDecoder *self, gboolean *flag, gboolean value)
{
  gboolean news;

  g_mutex_lock (&self->lock);
  news = *flag != value;
  *flag = value;
  g_mutex_unlock (&self->lock);
  if (news)
    self->funcs->changed (self->user_data);
}

static void
set_leds (AetherVncDecoder *self, guint leds)
{
  g_mutex_lock (&self->lock);
  self->facts.leds_known = TRUE;
  self->facts.leds = leds & 7;
  g_mutex_unlock (&self->lock);
  self->funcs->changed (self->user_data);
}

gboolean
_aether_vnc_rects_resize (AetherVncDecoder *self, guint width, guint height, GError **error)
{
  guint8 *pixels;

  if (self->client->frameBuffer && (guint) self->client->width == width &&
      (guint) self->client->height == height)
    return TRUE;

  pixels = aether_framebuffer_make_pixels (self->framebuffer, width, height, X8R8G8B8, error);
  if (pixels == NULL)
    return FALSE;

  self->client->frameBuffer = pixels;
  self->client->width = width;
  self->client->height = height;
  cairo_region_destroy (self->damage);
  self->damage = cairo_region_create ();

  g_mutex_lock (&self->lock);
  self->facts.width = width;
  self->facts.height = height;
  g_mutex_unlock (&self->lock);
  self->funcs->changed (self->user_data);

  return TRUE;
}

/* Screens follow; several are one desktop to us, and the first's identity is what it wants to hear. */
static gboolean
read_extended_size (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  enum { REASON_CLIENT = 1 };
  guint8 n_screens[4], screen[16];

  if (!_aether_vnc_decoder_read (self, n_screens, 4))
    return _aether_vnc_decoder_fail (self, error);

  for (guint i = 0; i < n_screens[0]; i++)
    {
      if (!_aether_vnc_decoder_read (self, screen, sizeof screen))
        return _aether_vnc_decoder_fail (self, error);
      if (i > 0)
        continue;

      g_mutex_lock (&self->lock);
      self->screen_id = get_u32 (screen);
      self->screen_flags = get_u32 (screen + 12);
      g_mutex_unlock (&self->lock);
    }
  set_flag (self, &self->facts.resize, TRUE);

  /* The server may say no to a size we asked for; then there is none. */
  if (rect->x == REASON_CLIENT && rect->y != 0)
    return TRUE;

  return _aether_vnc_rects_resize (self, rect->width, rect->height, error);
}

static gboolean
read_name (AetherVncDecoder *self, GError **error)
{
  guint8 length[4], name[NAME_MAX_BYTES];
  g_autofree char *valid = NULL;
  guint32 size;

  if (!_aether_vnc_decoder_read (self, length, 4))
    return _aether_vnc_decoder_fail (self, error);

  size = get_u32 (length);
  if (size > (1 << 20))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The server has a name that is longer than any book."));
      return FALSE;
    }

  if (!_aether_vnc_decoder_read (self, name, MIN (size, sizeof name)) ||
      !_aether_vnc_decoder_skip (self, size - MIN (size, sizeof name)))
    return _aether_vnc_decoder_fail (self, error);

  valid = g_utf8_make_valid ((const char *) name, MIN (size, sizeof name));
  self->funcs->named (valid, self->user_data);
  return TRUE;
}

/* Pointers */

static void
got_cursor (rfbClient *client, int hot_x, int hot_y, int width, int height, int bytes_per_pixel)
{
  AetherVncDecoder *self = rfbClientGetClientData (client, got_cursor);
  g_autofree guint32 *argb = g_new (guint32, (gsize) width * height);
  const guint32 *pixels = (const guint32 *) client->rcSource;

  for (int i = 0; i < width * height; i++)
    argb[i] = client->rcMask[i] ? 0xff000000 | pixels[i] : 0;

  aether_framebuffer_set_cursor (self->framebuffer, width, height, hot_x, hot_y,
                                 (const guint8 *) argb, sizeof (guint32) * width * height, NULL);
}

/* Bytes R, G, B, A, premultiplied, in an encoding of their own, of which only raw is taken */
static gboolean
read_alpha_cursor (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  gsize n_pixels = (gsize) rect->width * rect->height;
  g_autofree guint32 *pixels = g_new (guint32, n_pixels + 1);
  guint8 encoding[4];

  if (!_aether_vnc_decoder_read (self, encoding, 4))
    return _aether_vnc_decoder_fail (self, error);
  if (get_u32 (encoding) != RAW)
    return refuse (rect, error);
  if (!_aether_vnc_decoder_read (self, pixels, n_pixels * 4))
    return _aether_vnc_decoder_fail (self, error);

  for (gsize i = 0; i < n_pixels; i++)
    {
      const guint8 *rgba = (const guint8 *) &pixels[i];

      pixels[i] = (guint32) rgba[3] << 24 | rgba[0] << 16 | rgba[1] << 8 | rgba[2];
    }

  return aether_framebuffer_set_cursor (self->framebuffer, rect->width, rect->height, rect->x, rect->y,
                                        (const guint8 *) pixels, n_pixels * 4, error);
}

static gboolean
read_cursor (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  gboolean seen = rect->width > 0 && rect->height > 0;

  if (rect->width > CURSOR_MAX_SIDE || rect->height > CURSOR_MAX_SIDE)
    return refuse (rect, error);

  aether_framebuffer_set_cursor_visible (self->framebuffer, seen);
  if (rect->encoding == ALPHA_CURSOR)
    return read_alpha_cursor (self, rect, error);

  return HandleCursorShape (self->client, rect->x, rect->y, rect->width, rect->height, rect->encoding) ||
         _aether_vnc_decoder_fail (self, error);
}

/* Pixels */

/* Makes libvncclient read @data next. */
static void
give_back (AetherVncDecoder *self, const guint8 *data, gsize size)
{
  rfbClient *client = self->client;

  memmove (self->ahead + size, client->bufoutptr, client->buffered);
  memcpy (self->ahead, data, size);
  client->bufoutptr = (char *) self->ahead;
  client->buffered += size;
}

/* @more: what was read of the rectangle after its head */
static gboolean
decode (AetherVncDecoder *self, const Rect *rect, const guint8 *more, gsize n_more, GError **error)
{
  static const guint8 update_of_one[4] = { 0, 0, 0, 1 };
  guint8 message[32];

  g_assert (sizeof update_of_one + sizeof rect->head + n_more <= sizeof message);
  memcpy (message, update_of_one, 4);
  memcpy (message + 4, rect->head, 12);
  if (n_more > 0)
    memcpy (message + 16, more, n_more);
  give_back (self, message, 16 + n_more);

  return HandleRFBServerMessage (self->client) || _aether_vnc_decoder_fail (self, error);
}

/* Straight into the picture, when rows are so long that libvncclient does not read ahead */
static gboolean
read_raw (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  gsize row = (gsize) rect->width * 4, stride = (gsize) self->client->width * 4;
  guint8 *to = self->client->frameBuffer + rect->y * stride + (gsize) rect->x * 4;
  gboolean good = TRUE;

  if (row == stride)
    return _aether_vnc_decoder_read (self, to, row * rect->height) || _aether_vnc_decoder_fail (self, error);
  if (row < 2 * RFB_BUF_SIZE)
    return decode (self, rect, NULL, 0, error);

  for (guint i = 0; i < rect->height && good; i++)
    good = _aether_vnc_decoder_read (self, to + i * stride, row);

  return good || _aether_vnc_decoder_fail (self, error);
}

static gboolean
read_copy (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  guint8 from[4];

  if (!_aether_vnc_decoder_read (self, from, sizeof from))
    return _aether_vnc_decoder_fail (self, error);
  if (get_u16 (from) + rect->width > (guint) self->client->width ||
      get_u16 (from + 2) + rect->height > (guint) self->client->height)
    return refuse (rect, error);

  return decode (self, rect, from, sizeof from, error);
}

/* Two things are refused that libvncclient 0.9.15 takes beyond its buffers without its fixes of
 * 2026: gradients of longer rows (CVE-2026-44988), and uncompressed data, which nobody asked for. */
static gboolean
read_tight (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  enum { FILTER = 4, FILL = 8, JPEG = 9, GRADIENT = 2 };
  guint8 control[2];
  guint kind;

  if (!_aether_vnc_rects_tight_safe ())
    return refuse (rect, error);
  if (!_aether_vnc_decoder_read (self, control, 1))
    return _aether_vnc_decoder_fail (self, error);

  kind = control[0] >> 4;
  if (kind > JPEG)
    return refuse (rect, error);
  if (kind == FILL || kind == JPEG || !(kind & FILTER))
    return decode (self, rect, control, 1, error);

  if (!_aether_vnc_decoder_read (self, control + 1, 1))
    return _aether_vnc_decoder_fail (self, error);
  if (control[1] == GRADIENT && rect->width > GRADIENT_MAX)
    return refuse (rect, error);

  return decode (self, rect, control, 2, error);
}

/* libvncclient makes a buffer of six bytes a pixel, and does not look whether it got one. */
static gboolean
read_zrle (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  rfbClient *client = self->client;
  gsize size = (gsize) rect->width * rect->height * 6;

  if (size > BUFFER_MAX)
    return refuse (rect, error);

  if (client->raw_buffer_size < (int) size)
    {
      free (client->raw_buffer);
      client->raw_buffer_size = -1;
      client->raw_buffer = malloc (size + BUFFER_SLACK);
      if (client->raw_buffer == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                       _("There is not enough memory for a picture of %u × %u pixels."),
                       rect->width, rect->height);
          return FALSE;
        }
      client->raw_buffer_size = size;
    }

  return decode (self, rect, NULL, 0, error);
}

static gboolean
read_pixels (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  const cairo_rectangle_int_t area = { rect->x, rect->y, rect->width, rect->height };
  gboolean good;

  if (rect->x + rect->width > (guint) self->client->width ||
      rect->y + rect->height > (guint) self->client->height)
    return refuse (rect, error);
  if (rect->width == 0 || rect->height == 0)
    return rect->encoding == RAW || refuse (rect, error);

  switch (rect->encoding)
    {
    case RAW:     good = read_raw (self, rect, error); break;
    case COPY:    good = read_copy (self, rect, error); break;
    case TIGHT:   good = read_tight (self, rect, error); break;
    case ZRLE:    good = read_zrle (self, rect, error); break;
    case HEXTILE: good = decode (self, rect, NULL, 0, error); break;
    default:      return refuse (rect, error);   /* nothing we offered */
    }

  cairo_region_union_rectangle (self->damage, &area);
  return good;
}

static gboolean
read_rect (AetherVncDecoder *self, const Rect *rect, GError **error)
{
  guint8 leds[4];

  switch (rect->encoding)
    {
    case SIZE:
      return _aether_vnc_rects_resize (self, rect->width, rect->height, error);

    case EXTENDED_SIZE:
      return read_extended_size (self, rect, error);

    case POSITION:
      return TRUE;

    case RICH_CURSOR:
    case X_CURSOR:
    case ALPHA_CURSOR:
      return read_cursor (self, rect, error);

    case QEMU_RELATIVE:
      set_flag (self, &self->facts.relative, rect->x == 0);
      return TRUE;

    case QEMU_KEYS:
      set_flag (self, &self->facts.keys, TRUE);
      return TRUE;

    case QEMU_LEDS:
    case VMWARE_LEDS:
      if (!_aether_vnc_decoder_read (self, leds, rect->encoding == QEMU_LEDS ? 1 : 4))
        return _aether_vnc_decoder_fail (self, error);
      set_leds (self, leds[rect->encoding == QEMU_LEDS ? 0 : 3]);
      return TRUE;

    case NAME:
      return read_name (self, error);

    default:
      return read_pixels (self, rect, error);
    }
}

static void
show (AetherVncDecoder *self)
{
  for (int i = 0; i < cairo_region_num_rectangles (self->damage); i++)
    {
      cairo_rectangle_int_t area;

      cairo_region_get_rectangle (self->damage, i, &area);
      aether_framebuffer_damage (self->framebuffer, area.x, area.y, area.width, area.height);
    }
  cairo_region_destroy (self->damage);
  self->damage = cairo_region_create ();
  self->shown = g_get_monotonic_time ();
}

/* An update is shown as a whole, unless it is slow to come. */
gboolean
_aether_vnc_rects_read (AetherVncDecoder *self, guint n_rects, GError **error)
{
  gboolean good = TRUE;

  self->shown = g_get_monotonic_time ();
  for (guint i = 0; i < n_rects && good; i++)
    {
      Rect rect;

      if (!_aether_vnc_decoder_read (self, rect.head, sizeof rect.head))
        {
          good = _aether_vnc_decoder_fail (self, error);
          break;
        }

      rect.x = get_u16 (rect.head);
      rect.y = get_u16 (rect.head + 2);
      rect.width = get_u16 (rect.head + 4);
      rect.height = get_u16 (rect.head + 6);
      rect.encoding = (gint32) get_u32 (rect.head + 8);
      if (rect.encoding == LAST)
        break;

      good = read_rect (self, &rect, error);
      if (g_get_monotonic_time () - self->shown > SHOW_INTERVAL)
        show (self);
    }
  show (self);

  return good;
}

static void
ignore_rect (rfbClient *client, int x, int y, int width, int height)
{
}

/* It gets no say in what is sent: nothing is told to be supported. */
static rfbClient *
make_client (void)
{
  rfbClient *client = rfbGetClient (8, 3, 4);

  g_assert (client != NULL);   /* out of memory: what GLib does then */
  client->format.redShift = 16;
  client->format.greenShift = 8;
  client->format.blueShift = 0;
  client->format.bigEndian = G_BYTE_ORDER == G_BIG_ENDIAN;
  client->appData.qualityLevel = 9;
  client->GotFrameBufferUpdate = ignore_rect;
  memset (&client->supportedMessages, 0, sizeof client->supportedMessages);

  return client;
}

void
_aether_vnc_rects_init (AetherVncDecoder *self)
{
  self->client = make_client ();
  self->client->GotCursorShape = got_cursor;
  rfbClientSetClientData (self->client, got_cursor, self);
}

/* CVE-2026-50538: Tight rectangles whose data have more rows than they said are written beyond the
 * picture. Distributions fixed it under the same version number, so the library is asked: it gets
 * two rows for a rectangle of one, in a picture that has room for them. */
static gboolean
probe_tight (void)
{
  enum { WIDTH = 16, ROW = WIDTH * 3 };
  const guint8 head[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, WIDTH, 0, 1, 0, 0, 0, TIGHT, 0 };
  guint8 rows[2 * ROW], packed[128], picture[2 * WIDTH * 4] = { 0 }, message[256];
  uLongf size = sizeof packed;
  rfbClient *client = make_client ();
  gboolean safe = TRUE;
  int pair[2];

  memset (rows, 0xff, sizeof rows);
  if (compress (packed, &size, rows, sizeof rows) != Z_OK || size > 127 ||
      socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      rfbClientCleanup (client);
      return FALSE;
    }

  memcpy (message, head, sizeof head);
  message[sizeof head] = size;
  memcpy (message + sizeof head + 1, packed, size);
  if (write (pair[1], message, sizeof head + 1 + size) < 0)
    safe = FALSE;
  shutdown (pair[1], SHUT_WR);

  client->sock = pair[0];
  client->width = WIDTH;
  client->height = 1;
  client->frameBuffer = picture;
  HandleRFBServerMessage (client);
  for (gsize i = WIDTH * 4; i < sizeof picture; i++)
    safe = safe && picture[i] == 0;

  client->frameBuffer = NULL;
  rfbClientCleanup (client);   /* closes pair[0] */
  close (pair[1]);

  return safe;
}

gboolean
_aether_vnc_rects_tight_safe (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, probe_tight () ? 1 : 2);

  return once == 1;
}
