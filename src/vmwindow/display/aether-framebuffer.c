/* aether-framebuffer.c - the picture of a machine, between who paints and who shows it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-framebuffer.h"

#include "aether-map-guard.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define BYTES_PER_PIXEL 4
#define CURSOR_MAX_SIDE 512   /* pixels */

/* The memory of one picture: a map, or a copy that the writer paints into.
 * Counted, because a reader may still hold it when the next one comes. */
typedef struct
{
  guint            width;
  guint            height;
  gsize            stride;
  GdkMemoryFormat  format;
  guint            pixman_format;
  AetherMapGuard  *map;      /* or */
  guint8          *pixels;
  gboolean         live;     /* pixels change without the lock, as a map does */
  GMutex           lock;     /* of the bytes of pixels */
} Scanout;

struct _AetherFramebuffer
{
  GObject         parent_instance;

  GMainContext   *context;

  GMutex          lock;      /* of all below */
  Scanout        *scanout;
  guint           said_width;        /* by the other channel, for copies; 0: nothing */
  guint           said_height;
  gboolean        said_since;        /* after the last whole picture came */
  cairo_region_t *damage;
  GdkTexture     *cursor;
  int             hot_x;
  int             hot_y;
  gboolean        cursor_visible;
  gboolean        news;              /* since the last read */
  gboolean        announced;         /* "damaged", and not read since */
  gboolean        polled;            /* by a reader that needs no "damaged" */
  gboolean        cursor_announced;
};

G_DEFINE_FINAL_TYPE (AetherFramebuffer, aether_framebuffer, G_TYPE_OBJECT)

enum { DAMAGED, CURSOR_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* A pixman code names the bits of a word in host order, GDK's formats the
 * bytes in memory. A screen has nothing behind it, so alpha is ignored. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define WORD_ARGB GDK_MEMORY_B8G8R8X8
#define WORD_ABGR GDK_MEMORY_R8G8B8X8
#define WORD_BGRA GDK_MEMORY_X8R8G8B8
#define WORD_RGBA GDK_MEMORY_X8B8G8R8
#define CURSOR_FORMAT GDK_MEMORY_B8G8R8A8_PREMULTIPLIED
#else
#define WORD_ARGB GDK_MEMORY_X8R8G8B8
#define WORD_ABGR GDK_MEMORY_X8B8G8R8
#define WORD_BGRA GDK_MEMORY_B8G8R8X8
#define WORD_RGBA GDK_MEMORY_R8G8B8X8
#define CURSOR_FORMAT GDK_MEMORY_A8R8G8B8_PREMULTIPLIED
#endif

static const struct
{
  guint            pixman;
  GdkMemoryFormat  gdk;
} formats[] = {
  { 0x20020888, WORD_ARGB },   /* x8r8g8b8 */
  { 0x20028888, WORD_ARGB },   /* a8r8g8b8 */
  { 0x20030888, WORD_ABGR },   /* x8b8g8r8 */
  { 0x20038888, WORD_ABGR },   /* a8b8g8r8 */
  { 0x20080888, WORD_BGRA },   /* b8g8r8x8 */
  { 0x20088888, WORD_BGRA },   /* b8g8r8a8 */
  { 0x20090888, WORD_RGBA },   /* r8g8b8x8 */
  { 0x20098888, WORD_RGBA },   /* r8g8b8a8 */
};

static void
scanout_clear (gpointer data)
{
  Scanout *scanout = data;

  g_clear_pointer (&scanout->map, aether_map_guard_free);
  g_clear_pointer (&scanout->pixels, g_free);
  g_mutex_clear (&scanout->lock);
}

static void
scanout_unref (Scanout *scanout)
{
  g_atomic_rc_box_release_full (scanout, scanout_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scanout, scanout_unref)

/* Bytes from the first pixel to the end of the last: the last row may be short. */
static gsize
extent_of (guint width, guint height, guint stride)
{
  return (gsize) stride * (height - 1) + (gsize) width * BYTES_PER_PIXEL;
}

/* Returns: (nullable): a scanout of that shape, without memory */
static Scanout *
scanout_new (guint width, guint height, guint stride, guint format, GError **error)
{
  Scanout *scanout;
  gsize i;

  if (width < 1 || height < 1 ||
      width > AETHER_FRAMEBUFFER_MAX_SIDE || height > AETHER_FRAMEBUFFER_MAX_SIDE ||
      width * height > AETHER_FRAMEBUFFER_MAX_PIXELS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The display sent a picture of %u × %u pixels, which cannot be shown."),
                   width, height);
      return NULL;
    }

  if (stride < width * BYTES_PER_PIXEL || stride > 2 * AETHER_FRAMEBUFFER_MAX_SIDE * BYTES_PER_PIXEL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The display sent rows of %u bytes for a picture %u pixels wide."),
                   stride, width);
      return NULL;
    }

  for (i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].pixman == format)
      break;

  if (i == G_N_ELEMENTS (formats))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The display sent a picture in format 0x%08x, which Aether does not know."),
                   format);
      return NULL;
    }

  scanout = g_atomic_rc_box_new0 (Scanout);
  scanout->width = width;
  scanout->height = height;
  scanout->stride = stride;
  scanout->format = formats[i].gdk;
  scanout->pixman_format = format;
  g_mutex_init (&scanout->lock);

  return scanout;
}

static gboolean
announce (gpointer user_data)
{
  AetherFramebuffer *self = user_data;
  gboolean cursor, damage;

  g_mutex_lock (&self->lock);
  cursor = self->cursor_announced;
  damage = self->announced;
  self->cursor_announced = FALSE;
  g_mutex_unlock (&self->lock);

  if (damage)
    g_signal_emit (self, signals[DAMAGED], 0);
  if (cursor)
    g_signal_emit (self, signals[CURSOR_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* With the lock held: sees to it that the reader hears of @what, once. */
static void
announce_locked (AetherFramebuffer *self, gboolean *what)
{
  g_autoptr(GSource) source = NULL;

  if (*what)
    return;

  *what = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_static_name (source, "[aether] framebuffer changed");
  g_source_set_callback (source, announce, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static void
news_locked (AetherFramebuffer *self)
{
  self->news = TRUE;
  if (!self->polled)
    announce_locked (self, &self->announced);
}

static void
damage_locked (AetherFramebuffer *self, int x, int y, int width, int height)
{
  cairo_rectangle_int_t rect;
  gint64 right, bottom;

  if (self->scanout == NULL || width <= 0 || height <= 0)
    return;

  right = MIN ((gint64) x + width, self->scanout->width);
  bottom = MIN ((gint64) y + height, self->scanout->height);
  rect.x = MAX (x, 0);
  rect.y = MAX (y, 0);
  if (right <= rect.x || bottom <= rect.y)
    return;

  rect.width = right - rect.x;
  rect.height = bottom - rect.y;
  cairo_region_union_rectangle (self->damage, &rect);
  news_locked (self);
}

/* Takes @scanout; NULL: nothing is shown. @whole: what was said before it is of an older one. */
static void
replace_scanout (AetherFramebuffer *self, Scanout *scanout, gboolean whole)
{
  g_autoptr(Scanout) old = NULL;

  g_mutex_lock (&self->lock);
  if (whole)
    self->said_since = FALSE;
  old = g_steal_pointer (&self->scanout);
  self->scanout = scanout;
  g_clear_pointer (&self->damage, cairo_region_destroy);
  self->damage = cairo_region_create ();
  if (scanout)
    damage_locked (self, 0, 0, scanout->width, scanout->height);
  else
    news_locked (self);
  g_mutex_unlock (&self->lock);
}

/**
 * aether_framebuffer_set_map:
 * @fd: shared memory; borrowed
 * @offset: byte of @fd at which the picture begins
 *
 * From now on the picture is what lies in @fd. Say what changes in it with
 * aether_framebuffer_damage().
 */
gboolean
aether_framebuffer_set_map (AetherFramebuffer *self, int fd, guint offset, guint width,
                            guint height, guint stride, guint format, GError **error)
{
  g_autoptr(Scanout) scanout = scanout_new (width, height, stride, format, error);

  if (scanout == NULL)
    return FALSE;

  scanout->map = aether_map_guard_new (fd, offset, extent_of (width, height, stride), error);
  if (scanout->map == NULL)
    return FALSE;

  replace_scanout (self, g_steal_pointer (&scanout), TRUE);
  return TRUE;
}

static gboolean
check_size (guint width, guint height, guint stride, gsize size, GError **error)
{
  if (size >= extent_of (width, height, stride))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("The display sent less than the %u × %u pixels it announced."), width, height);
  return FALSE;
}

static void
fail_no_memory (guint width, guint height, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               _("There is not enough memory for a picture of %u × %u pixels."), width, height);
}

static void
copy_rows (guint8 *to, gsize to_stride, const guint8 *from, gsize from_stride,
           gsize row, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    memcpy (to + i * to_stride, from + i * from_stride, row);
}

/**
 * aether_framebuffer_make_pixels:
 * @format: as of the other writers' calls
 *
 * A picture into which the writer paints by itself, as into a map of its own.
 * It begins with what was shown before, as far as that reaches. Say what
 * changes in it with aether_framebuffer_damage().
 *
 * Returns: (transfer none) (nullable): rows of @width pixels, until the next
 *   picture of any kind
 */
guint8 *
aether_framebuffer_make_pixels (AetherFramebuffer *self, guint width, guint height, guint format,
                                GError **error)
{
  Scanout *old = self->scanout;   /* only the writer, which we are, replaces it */
  g_autoptr(Scanout) scanout =
    scanout_new (width, height, MIN ((guint64) width * BYTES_PER_PIXEL, G_MAXUINT), format, error);
  guint8 *pixels;

  if (scanout == NULL)
    return NULL;

  scanout->pixels = pixels = g_try_malloc0 (scanout->stride * height);
  if (pixels == NULL)
    {
      fail_no_memory (width, height, error);
      return NULL;
    }

  scanout->live = TRUE;
  if (old && old->pixels && old->pixman_format == format)
    copy_rows (pixels, scanout->stride, old->pixels, old->stride,
               (gsize) MIN (old->width, width) * BYTES_PER_PIXEL, MIN (old->height, height));
  replace_scanout (self, g_steal_pointer (&scanout), TRUE);

  return pixels;
}

/**
 * aether_framebuffer_set_pixels:
 * @pixels: @size bytes; copied
 *
 * A whole new picture, without shared memory.
 */
gboolean
aether_framebuffer_set_pixels (AetherFramebuffer *self, guint width, guint height, guint stride,
                               guint format, const guint8 *pixels, gsize size, GError **error)
{
  g_autoptr(Scanout) scanout = scanout_new (width, height, stride, format, error);

  if (scanout == NULL || !check_size (width, height, stride, size, error))
    return FALSE;

  scanout->stride = (gsize) width * BYTES_PER_PIXEL;
  scanout->pixels = g_try_malloc (scanout->stride * height);
  if (scanout->pixels == NULL)
    {
      fail_no_memory (width, height, error);
      return FALSE;
    }

  copy_rows (scanout->pixels, scanout->stride, pixels, stride, scanout->stride, height);
  replace_scanout (self, g_steal_pointer (&scanout), TRUE);
  return TRUE;
}

/* QEMU may change the size, or go from a map to copies, and then send parts of
 * the new picture only. Gives a picture of our own that has (@right, @bottom);
 * what it had stays.
 *
 * What is said comes another way and may be late or early. It counts when it
 * came after the last whole picture, or when a part shows that the size changed.
 *
 * Returns: (nullable) (transfer none): NULL when it cannot be so large */
static Scanout *
reshape_for (AetherFramebuffer *self, gint64 right, gint64 bottom)
{
  Scanout *old = self->scanout;   /* only the writer, which we are, replaces it */
  Scanout *scanout;
  guint width, height;
  gboolean outside;

  if (old == NULL)
    return NULL;

  outside = right > old->width || bottom > old->height;
  width = old->width;
  height = old->height;

  g_mutex_lock (&self->lock);
  if ((outside || self->said_since) && right <= self->said_width && bottom <= self->said_height)
    {
      width = self->said_width;
      height = self->said_height;
    }
  else if (outside)
    {
      width = MAX (width, MIN (right, G_MAXUINT));
      height = MAX (height, MIN (bottom, G_MAXUINT));
    }
  g_mutex_unlock (&self->lock);

  if (old->pixels && width == old->width && height == old->height)
    return old;

  scanout = scanout_new (width, height, MIN ((guint64) width * BYTES_PER_PIXEL, G_MAXUINT),
                         old->pixman_format, NULL);
  if (scanout == NULL)
    return NULL;

  scanout->pixels = g_try_malloc0 (scanout->stride * height);
  if (scanout->pixels == NULL)
    {
      scanout_unref (scanout);
      return NULL;
    }

  copy_rows (scanout->pixels, scanout->stride,
             old->map ? aether_map_guard_get_data (old->map) : old->pixels, old->stride,
             (gsize) MIN (old->width, width) * BYTES_PER_PIXEL, MIN (old->height, height));
  replace_scanout (self, scanout, FALSE);
  return scanout;
}

/**
 * aether_framebuffer_update_pixels:
 *
 * Replaces a part of the picture. A map is copied first: its memory is the
 * machine's.
 */
gboolean
aether_framebuffer_update_pixels (AetherFramebuffer *self, int x, int y, int width, int height,
                                  guint stride, guint format, const guint8 *pixels, gsize size,
                                  GError **error)
{
  Scanout *scanout = NULL;

  if (x >= 0 && y >= 0 && width >= 1 && height >= 1 && stride / BYTES_PER_PIXEL >= (guint) width)
    scanout = reshape_for (self, (gint64) x + width, (gint64) y + height);

  if (scanout == NULL || scanout->pixman_format != format)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The display changed %d × %d pixels at %d, %d, which its picture does not have."),
                   width, height, x, y);
      return FALSE;
    }

  if (!check_size (width, height, stride, size, error))
    return FALSE;

  g_mutex_lock (&scanout->lock);
  copy_rows (scanout->pixels + y * scanout->stride + (gsize) x * BYTES_PER_PIXEL, scanout->stride,
             pixels, stride, (gsize) width * BYTES_PER_PIXEL, height);
  g_mutex_unlock (&scanout->lock);

  aether_framebuffer_damage (self, x, y, width, height);
  return TRUE;
}

/**
 * aether_framebuffer_say_size:
 *
 * What the machine says its picture measures, for a picture without a map of
 * which it sends parts only. Any thread.
 */
void
aether_framebuffer_say_size (AetherFramebuffer *self, guint width, guint height)
{
  g_mutex_lock (&self->lock);
  self->said_width = width;
  self->said_height = height;
  self->said_since = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * aether_framebuffer_damage:
 *
 * Notes that pixels in the map changed. Whatever lies outside the picture is
 * ignored.
 */
void
aether_framebuffer_damage (AetherFramebuffer *self, int x, int y, int width, int height)
{
  g_mutex_lock (&self->lock);
  damage_locked (self, x, y, width, height);
  g_mutex_unlock (&self->lock);
}

/**
 * aether_framebuffer_blank:
 *
 * The machine switched its screen off.
 */
void
aether_framebuffer_blank (AetherFramebuffer *self)
{
  replace_scanout (self, NULL, TRUE);
}

/**
 * aether_framebuffer_set_cursor:
 * @argb: words in host order, premultiplied; copied
 *
 * The shape of the pointer. A size of 0 × 0 means none of its own.
 */
gboolean
aether_framebuffer_set_cursor (AetherFramebuffer *self, int width, int height, int hot_x, int hot_y,
                               const guint8 *argb, gsize size, GError **error)
{
  g_autoptr(GdkTexture) texture = NULL;

  if (width < 0 || height < 0 || width > CURSOR_MAX_SIDE || height > CURSOR_MAX_SIDE ||
      size < (gsize) width * height * BYTES_PER_PIXEL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The display sent a pointer of %d × %d pixels, which cannot be shown."),
                   width, height);
      return FALSE;
    }

  if (width > 0 && height > 0)
    {
      g_autoptr(GBytes) bytes = g_bytes_new (argb, (gsize) width * height * BYTES_PER_PIXEL);

      texture = gdk_memory_texture_new (width, height, CURSOR_FORMAT, bytes,
                                        (gsize) width * BYTES_PER_PIXEL);
    }

  g_mutex_lock (&self->lock);
  g_set_object (&self->cursor, texture);
  self->hot_x = CLAMP (hot_x, 0, MAX (width - 1, 0));
  self->hot_y = CLAMP (hot_y, 0, MAX (height - 1, 0));
  announce_locked (self, &self->cursor_announced);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

void
aether_framebuffer_set_cursor_visible (AetherFramebuffer *self, gboolean visible)
{
  g_mutex_lock (&self->lock);
  if (self->cursor_visible != visible)
    {
      self->cursor_visible = visible;
      announce_locked (self, &self->cursor_announced);
    }
  g_mutex_unlock (&self->lock);
}

/**
 * aether_framebuffer_has_picture:
 *
 * Returns: whether a picture is there to be read, if only an old one; any thread
 */
gboolean
aether_framebuffer_has_picture (AetherFramebuffer *self)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = self->scanout != NULL;
  g_mutex_unlock (&self->lock);

  return has;
}

/**
 * aether_framebuffer_begin_read:
 * @frame: (out caller-allocates): filled, also when nothing is shown
 *
 * Takes the damage. Every call is followed by aether_framebuffer_end_read(),
 * soon: while a picture without a map is read, its writer waits.
 */
void
aether_framebuffer_begin_read (AetherFramebuffer *self, AetherFrame *frame)
{
  Scanout *scanout;

  *frame = (AetherFrame) { NULL };

  g_mutex_lock (&self->lock);
  self->news = self->announced = FALSE;
  frame->damage = g_steal_pointer (&self->damage);
  self->damage = cairo_region_create ();
  scanout = self->scanout ? g_atomic_rc_box_acquire (self->scanout) : NULL;
  g_mutex_unlock (&self->lock);

  if (scanout == NULL)
    return;

  frame->scanout = scanout;
  frame->width = scanout->width;
  frame->height = scanout->height;
  frame->stride = scanout->stride;
  frame->format = scanout->format;
  if (scanout->map)
    {
      frame->data = aether_map_guard_get_data (scanout->map);
    }
  else
    {
      if (!scanout->live)
        g_mutex_lock (&scanout->lock);
      frame->data = scanout->pixels;
    }
}

/**
 * aether_framebuffer_end_read:
 *
 * Returns: %FALSE if the peer took memory away while it was read: what was
 *   read is not the picture, and the peer is not to be trusted
 */
gboolean
aether_framebuffer_end_read (AetherFramebuffer *self, AetherFrame *frame)
{
  g_autoptr(Scanout) scanout = g_steal_pointer (&frame->scanout);

  g_clear_pointer (&frame->damage, cairo_region_destroy);
  frame->data = NULL;

  if (scanout == NULL)
    return TRUE;

  if (scanout->map)
    return !aether_map_guard_is_broken (scanout->map);

  if (!scanout->live)
    g_mutex_unlock (&scanout->lock);
  return TRUE;
}

/**
 * aether_framebuffer_set_polled:
 * @polled: whether the reader reads at every frame of its own accord, and needs
 *   not be woken by "damaged"
 */
void
aether_framebuffer_set_polled (AetherFramebuffer *self, gboolean polled)
{
  g_mutex_lock (&self->lock);
  self->polled = polled;
  if (!polled && self->news)
    announce_locked (self, &self->announced);
  g_mutex_unlock (&self->lock);
}

/**
 * aether_framebuffer_dup_cursor:
 * @visible: (out): whether the guest wants its pointer seen
 *
 * Returns: (transfer full) (nullable): the guest's pointer
 */
GdkTexture *
aether_framebuffer_dup_cursor (AetherFramebuffer *self, int *hot_x, int *hot_y, gboolean *visible)
{
  GdkTexture *cursor;

  g_mutex_lock (&self->lock);
  cursor = self->cursor ? g_object_ref (self->cursor) : NULL;
  *hot_x = self->hot_x;
  *hot_y = self->hot_y;
  *visible = self->cursor_visible;
  g_mutex_unlock (&self->lock);

  return cursor;
}

static void
aether_framebuffer_finalize (GObject *object)
{
  AetherFramebuffer *self = AETHER_FRAMEBUFFER (object);

  g_clear_pointer (&self->scanout, scanout_unref);
  g_clear_pointer (&self->damage, cairo_region_destroy);
  g_clear_object (&self->cursor);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aether_framebuffer_parent_class)->finalize (object);
}

static void
aether_framebuffer_class_init (AetherFramebufferClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_framebuffer_finalize;

  signals[DAMAGED] = g_signal_new ("damaged", AETHER_TYPE_FRAMEBUFFER, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CURSOR_CHANGED] = g_signal_new ("cursor-changed", AETHER_TYPE_FRAMEBUFFER,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aether_framebuffer_init (AetherFramebuffer *self)
{
  g_mutex_init (&self->lock);
  self->context = g_main_context_ref_thread_default ();
  self->damage = cairo_region_create ();
  self->cursor_visible = TRUE;
}

AetherFramebuffer *
aether_framebuffer_new (void)
{
  return g_object_new (AETHER_TYPE_FRAMEBUFFER, NULL);
}
