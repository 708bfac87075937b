/* aether-tiles.c - a picture as textures that are re-made only where it changed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-tiles.h"

#include <math.h>

#define BYTES_PER_PIXEL 4

/* What GDK_MEMORY_DEFAULT is but for the alpha */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define WORD_WITHOUT_ALPHA GDK_MEMORY_B8G8R8X8
#else
#define WORD_WITHOUT_ALPHA GDK_MEMORY_X8R8G8B8
#endif
#define OPAQUE 0xff000000u

/* Eight pixels at once, wherever they lie */
typedef guint32 Pixels8 __attribute__ ((vector_size (32), aligned (4), may_alias));

/* Filtering looks over the edge of a tile: then a texture has a rim of the
 * neighbours' pixels, which is cut off when it is drawn. Between pixels that is
 * one; where many become one, it is as many, and the levels of detail of
 * neighbours must lie on the same grid, so a power of 2. */
#define LINEAR_RIM 1
#define SMALL_RIM 8
#define SMALL_ZOOM 0.5

/* From this share of changed tiles on, one texture costs less than many where a
 * graphics card draws. The processor does better with tiles: the copies that
 * GTK makes on the way stay in its cache, and in memory that it has already. */
#define WHOLE_PERCENT 60

struct _AetherTiles
{
  gboolean         software;     /* drawn by the processor */
  guint            width;
  guint            height;
  GdkMemoryFormat  format;
  GdkMemoryFormat  texture_format;
  guint8          *shown;        /* what is on the screen, as the machine wrote it */
  gsize            stride;

  guint            columns;
  guint            rows;
  int              rim;          /* pixels around each tile; 0 while drawn crisp */
  GdkTexture     **tiles;        /* of NULL while the picture is one texture */
  GdkTexture      *whole;        /* (nullable): the picture, instead of tiles */
  GBytes          *whole_bytes;  /* (nullable): of whole */
  guint            n_made;
};

AetherTiles *
aether_tiles_new (void)
{
  return g_new0 (AetherTiles, 1);
}

static void
clear_whole (AetherTiles *self)
{
  g_clear_object (&self->whole);
  g_clear_pointer (&self->whole_bytes, g_bytes_unref);
}

static void
clear_textures (AetherTiles *self)
{
  for (guint i = 0; i < self->columns * self->rows; i++)
    g_clear_object (&self->tiles[i]);
  clear_whole (self);
}

static void
clear (AetherTiles *self)
{
  clear_textures (self);
  g_clear_pointer (&self->tiles, g_free);
  g_clear_pointer (&self->shown, g_free);
  self->columns = self->rows = 0;
  self->width = self->height = 0;
}

void
aether_tiles_free (AetherTiles *self)
{
  clear (self);
  g_free (self);
}

static void
reshape (AetherTiles *self, const AetherFrame *frame)
{
  clear (self);
  self->width = frame->width;
  self->height = frame->height;
  self->format = frame->format;
  self->texture_format = self->software && frame->format == WORD_WITHOUT_ALPHA ? GDK_MEMORY_DEFAULT
                                                                               : frame->format;
  self->stride = (gsize) frame->width * BYTES_PER_PIXEL;
  self->shown = g_malloc (self->stride * frame->height);
  self->columns = (frame->width + AETHER_TILE_SIZE - 1) / AETHER_TILE_SIZE;
  self->rows = (frame->height + AETHER_TILE_SIZE - 1) / AETHER_TILE_SIZE;
  self->tiles = g_new0 (GdkTexture *, self->columns * self->rows);
}

/* Pixels of a tile, with its rim when @rim. */
static cairo_rectangle_int_t
tile_rect (AetherTiles *self, guint column, guint row, int rim)
{
  int left = MAX ((int) column * AETHER_TILE_SIZE - rim, 0);
  int top = MAX ((int) row * AETHER_TILE_SIZE - rim, 0);
  int right = MIN ((int) (column + 1) * AETHER_TILE_SIZE + rim, (int) self->width);
  int bottom = MIN ((int) (row + 1) * AETHER_TILE_SIZE + rim, (int) self->height);

  return (cairo_rectangle_int_t) { left, top, right - left, bottom - top };
}

static const guint8 *
pixel_at (const AetherFrame *frame, int x, int y)
{
  return frame->data + y * frame->stride + (gsize) x * BYTES_PER_PIXEL;
}

static guint8 *
shown_at (AetherTiles *self, int x, int y)
{
  return self->shown + y * self->stride + (gsize) x * BYTES_PER_PIXEL;
}

static gboolean
pixels_differ (AetherTiles *self, const AetherFrame *frame, int x, int y, int width)
{
  return memcmp (shown_at (self, x, y), pixel_at (frame, x, y), (gsize) width * BYTES_PER_PIXEL) != 0;
}

static gboolean
tile_differs (AetherTiles *self, const AetherFrame *frame, guint column, guint row)
{
  cairo_rectangle_int_t rect = tile_rect (self, column, row, self->rim);

  for (int y = rect.y; y < rect.y + rect.height; y++)
    if (pixels_differ (self, frame, rect.x, y, rect.width))
      return TRUE;

  return FALSE;
}

/* Of all tiles that the damage touches. A tile with a rim has pixels of its neighbours.
 * Returns: how many */
static guint
find_changed_rims (AetherTiles *self, const AetherFrame *frame, const cairo_rectangle_int_t *rect,
                   guint8 *changed)
{
  guint left = MAX (rect->x - self->rim, 0) / AETHER_TILE_SIZE;
  guint top = MAX (rect->y - self->rim, 0) / AETHER_TILE_SIZE;
  guint right = MIN ((guint) (rect->x + rect->width - 1 + self->rim) / AETHER_TILE_SIZE, self->columns - 1);
  guint bottom = MIN ((guint) (rect->y + rect->height - 1 + self->rim) / AETHER_TILE_SIZE, self->rows - 1);
  guint n_changed = 0;

  for (guint row = top; row <= bottom; row++)
    for (guint column = left; column <= right; column++)
      if (!changed[row * self->columns + column] && tile_differs (self, frame, column, row))
        {
          changed[row * self->columns + column] = TRUE;
          n_changed++;
        }

  return n_changed;
}

/* The same without rims, line by line: memory is read in its own order, which is most of the
 * work while guests say that all changed and next to nothing did. */
static guint
find_changed (AetherTiles *self, const AetherFrame *frame, const cairo_rectangle_int_t *rect,
              guint8 *changed)
{
  guint left = rect->x / AETHER_TILE_SIZE;
  guint right = (rect->x + rect->width - 1) / AETHER_TILE_SIZE;
  guint n_changed = 0;

  for (int y = rect->y; y < rect->y + rect->height; y++)
    {
      guint8 *line = changed + y / AETHER_TILE_SIZE * self->columns;

      if (!pixels_differ (self, frame, rect->x, y, rect->width))
        continue;

      for (guint column = left; column <= right; column++)
        {
          int x = MAX (rect->x, (int) column * AETHER_TILE_SIZE);
          int end = MIN (rect->x + rect->width, (int) (column + 1) * AETHER_TILE_SIZE);

          if (!line[column] && pixels_differ (self, frame, x, y, end - x))
            {
              line[column] = TRUE;
              n_changed++;
            }
        }
    }

  return n_changed;
}

/* Copies, because the frame goes on changing. */
static void
take_pixels (AetherTiles *self, const AetherFrame *frame, const cairo_rectangle_int_t *rect)
{
  for (int y = rect->y; y < rect->y + rect->height; y++)
    memcpy (shown_at (self, rect->x, y), pixel_at (frame, rect->x, y),
            (gsize) rect->width * BYTES_PER_PIXEL);
}

static void
copy_opaque (guint8 *to, const guint8 *from, guint n_pixels)
{
  const guint32 *pixels = (const guint32 *) from;
  guint32 *opaque = (guint32 *) to;

  guint i;

  for (i = 0; i + 8 <= n_pixels; i += 8)
    *(Pixels8 *) (opaque + i) = *(const Pixels8 *) (pixels + i) | OPAQUE;
  for (; i < n_pixels; i++)
    opaque[i] = pixels[i] | OPAQUE;
}

/* Textures do not change, and what is shown does. */
static GBytes *
copy_shown (AetherTiles *self, const cairo_rectangle_int_t *rect)
{
  gsize stride = (gsize) rect->width * BYTES_PER_PIXEL;
  guint8 *pixels = g_malloc (stride * rect->height);

  for (int y = 0; y < rect->height; y++)
    if (self->texture_format == self->format)
      memcpy (pixels + y * stride, shown_at (self, rect->x, rect->y + y), stride);
    else
      copy_opaque (pixels + y * stride, shown_at (self, rect->x, rect->y + y), rect->width);

  self->n_made++;
  return g_bytes_new_take (pixels, stride * rect->height);
}

static void
make_whole (AetherTiles *self)
{
  const cairo_rectangle_int_t all = { 0, 0, self->width, self->height };

  clear_textures (self);
  self->whole_bytes = copy_shown (self, &all);
  self->whole = gdk_memory_texture_new (self->width, self->height, self->texture_format,
                                        self->whole_bytes, self->stride);
}

static void
make_tile (AetherTiles *self, guint index)
{
  cairo_rectangle_int_t rect = tile_rect (self, index % self->columns, index / self->columns,
                                          self->rim);
  g_autoptr(GBytes) bytes = copy_shown (self, &rect);

  g_clear_object (&self->tiles[index]);
  self->tiles[index] = gdk_memory_texture_new (rect.width, rect.height, self->texture_format, bytes,
                                               (gsize) rect.width * BYTES_PER_PIXEL);
}

/* Cuts the whole picture into tiles, which go on using its bytes. */
static void
split_whole (AetherTiles *self)
{
  for (guint i = 0; i < self->columns * self->rows; i++)
    {
      cairo_rectangle_int_t rect = tile_rect (self, i % self->columns, i / self->columns, self->rim);
      g_autoptr(GBytes) bytes =
        g_bytes_new_from_bytes (self->whole_bytes,
                                rect.y * self->stride + (gsize) rect.x * BYTES_PER_PIXEL,
                                (rect.height - 1) * self->stride +
                                  (gsize) rect.width * BYTES_PER_PIXEL);

      self->tiles[i] = gdk_memory_texture_new (rect.width, rect.height, self->texture_format,
                                               bytes, self->stride);
    }

  clear_whole (self);
}

static void
take_tile (AetherTiles *self, const AetherFrame *frame, guint index)
{
  cairo_rectangle_int_t rect = tile_rect (self, index % self->columns, index / self->columns, 0);

  take_pixels (self, frame, &rect);
}

/* Takes and makes one after the other, while its bytes are in the processor's
 * cache; but a rim shows what neighbours have after all of them were taken. */
static void
update_tiles (AetherTiles *self, const AetherFrame *frame, const guint8 *changed)
{
  guint n_tiles = self->columns * self->rows;

  if (self->whole)
    split_whole (self);

  for (guint i = 0; i < n_tiles; i++)
    if (changed[i])
      {
        take_tile (self, frame, i);
        if (self->rim == 0)
          make_tile (self, i);
      }

  for (guint i = 0; i < n_tiles && self->rim > 0; i++)
    if (changed[i])
      make_tile (self, i);
}

/* Only now and then, when the window's size changes */
static void
set_rim (AetherTiles *self, int rim)
{
  if (self->rim == rim || self->width == 0)
    return;

  self->rim = rim;
  for (guint i = 0; i < self->columns * self->rows && self->whole == NULL; i++)
    make_tile (self, i);
}

/**
 * aether_tiles_set_software:
 * @software: whether the processor draws: then textures are what cairo works
 *   with, which saves converting them
 */
void
aether_tiles_set_software (AetherTiles *self, gboolean software)
{
  if (self->software == software)
    return;

  self->software = software;
  self->format = GDK_MEMORY_N_FORMATS;   /* the next frame is all new */
}

/**
 * aether_tiles_update:
 * @frame: being read
 *
 * Looks at the damaged part of @frame.
 *
 * Returns: whether there is anything new to draw
 */
gboolean
aether_tiles_update (AetherTiles *self, const AetherFrame *frame)
{
  g_autofree guint8 *changed = NULL;
  guint n_changed = 0, n_tiles;

  if (frame->data == NULL)
    {
      gboolean had_one = self->width > 0;

      clear (self);
      return had_one;
    }

  /* Another shape is all new, whatever the damage says. */
  if (frame->width != self->width || frame->height != self->height ||
      frame->format != self->format)
    {
      const cairo_rectangle_int_t all = { 0, 0, frame->width, frame->height };

      reshape (self, frame);
      take_pixels (self, frame, &all);
      make_whole (self);
      return TRUE;
    }

  n_tiles = self->columns * self->rows;
  changed = g_malloc0 (n_tiles);
  for (int i = 0; i < cairo_region_num_rectangles (frame->damage); i++)
    {
      cairo_rectangle_int_t rect;

      cairo_region_get_rectangle (frame->damage, i, &rect);
      n_changed += self->rim > 0 ? find_changed_rims (self, frame, &rect, changed)
                                 : find_changed (self, frame, &rect, changed);
    }

  if (n_changed == 0)
    return FALSE;

  if (self->software || n_changed * 100 <= n_tiles * WHOLE_PERCENT)
    {
      update_tiles (self, frame, changed);
      return TRUE;
    }

  for (guint i = 0; i < n_tiles; i++)
    if (changed[i])
      take_tile (self, frame, i);
  make_whole (self);

  return TRUE;
}

guint
aether_tiles_get_width (AetherTiles *self)
{
  return self->width;
}

guint
aether_tiles_get_height (AetherTiles *self)
{
  return self->height;
}

/**
 * aether_tiles_get_n_made:
 *
 * Returns: how many textures were filled with pixels so far
 */
guint
aether_tiles_get_n_made (AetherTiles *self)
{
  return self->n_made;
}

static GskScalingFilter
choose_filter (double zoom, AetherViewFilter filter)
{
  gboolean whole = zoom == floor (zoom);

  if (zoom == 1 || filter == AETHER_VIEW_FILTER_NEAREST ||
      (whole && filter == AETHER_VIEW_FILTER_AUTOMATIC))
    return GSK_SCALING_FILTER_NEAREST;

  return zoom < SMALL_ZOOM ? GSK_SCALING_FILTER_TRILINEAR : GSK_SCALING_FILTER_LINEAR;
}

static int
choose_rim (double zoom, GskScalingFilter filter)
{
  if (zoom == floor (zoom) && filter == GSK_SCALING_FILTER_NEAREST)
    return 0;

  return filter == GSK_SCALING_FILTER_TRILINEAR ? SMALL_RIM : LINEAR_RIM;
}

static graphene_rect_t
placed (const AetherViewPlace *place, const cairo_rectangle_int_t *rect)
{
  return GRAPHENE_RECT_INIT (place->x + rect->x * place->zoom, place->y + rect->y * place->zoom,
                             rect->width * place->zoom, rect->height * place->zoom);
}

/* The part of the screen a tile owns: whole pixels, so that neighbours meet
 * without a gap and without overlap. */
static graphene_rect_t
snapped (const AetherViewPlace *place, const cairo_rectangle_int_t *rect)
{
  double left = round (rect->x * place->zoom);
  double top = round (rect->y * place->zoom);
  double right = round ((rect->x + rect->width) * place->zoom);
  double bottom = round ((rect->y + rect->height) * place->zoom);

  return GRAPHENE_RECT_INIT (place->x + left, place->y + top, right - left, bottom - top);
}

static void
snapshot_tile (AetherTiles *self, GtkSnapshot *snapshot, const AetherViewPlace *place,
               GskScalingFilter filter, guint column, guint row)
{
  GdkTexture *texture = self->tiles[row * self->columns + column];
  cairo_rectangle_int_t pixels = tile_rect (self, column, row, self->rim);
  cairo_rectangle_int_t own = tile_rect (self, column, row, 0);
  graphene_rect_t rect = placed (place, &pixels);
  graphene_rect_t clip = snapped (place, &own);

  if (self->rim == 0)
    {
      gtk_snapshot_append_scaled_texture (snapshot, texture, filter, &rect);
      return;
    }

  gtk_snapshot_push_clip (snapshot, &clip);
  gtk_snapshot_append_scaled_texture (snapshot, texture, filter, &rect);
  gtk_snapshot_pop (snapshot);
}

/**
 * aether_tiles_snapshot:
 *
 * Draws in pixels of the screen: so they are whole numbers, for renderers
 * that go through a surface of that size, too.
 *
 * GTK finds out what changed by comparing the nodes of two frames pair by
 * pair. So there are either all tiles, in the same order, or none: a list that
 * grew by one would look new from there on.
 *
 * Always by a scaled texture, also at 1: GTK's cairo renderer passes over one
 * that is outside of what it redraws, while it converts every plain texture.
 */
void
aether_tiles_snapshot (AetherTiles *self, GtkSnapshot *snapshot, const AetherViewPlace *place,
                       AetherViewFilter wanted)
{
  GskScalingFilter filter = choose_filter (place->zoom, wanted);

  set_rim (self, choose_rim (place->zoom, filter));
  gtk_snapshot_save (snapshot);
  if (place->device != 1)
    gtk_snapshot_scale (snapshot, 1 / place->device, 1 / place->device);

  if (self->whole)
    {
      const cairo_rectangle_int_t all = { 0, 0, self->width, self->height };
      graphene_rect_t rect = placed (place, &all);

      gtk_snapshot_append_scaled_texture (snapshot, self->whole, filter, &rect);
    }
  else
    {
      for (guint row = 0; row < self->rows; row++)
        for (guint column = 0; column < self->columns; column++)
          snapshot_tile (self, snapshot, place, filter, column, row);
    }

  gtk_snapshot_restore (snapshot);
}
