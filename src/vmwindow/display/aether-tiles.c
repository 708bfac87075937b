/* aether-tiles.c - a picture as textures that are re-made only where it changed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-tiles.h"

#include <math.h>

#define BYTES_PER_PIXEL 4

/* Filtering looks over the edge of a tile: then a texture has a rim of the
 * neighbours' pixels, which is cut off when it is drawn. Between pixels that is
 * one; where many become one, it is as many, and the levels of detail of
 * neighbours must lie on the same grid, so a power of 2. */
#define LINEAR_RIM 1
#define SMALL_RIM 8
#define SMALL_ZOOM 0.5

/* From this share of changed tiles on, one texture costs less than many. */
#define WHOLE_PERCENT 60

typedef struct
{
  GdkTexture   *texture;  /* (nullable): NULL while the picture is one texture */
  const guint8 *shown;    /* what is on the screen, rim included; owned by a texture */
  gsize         stride;   /* of shown */
} Tile;

struct _AetherTiles
{
  guint            width;
  guint            height;
  GdkMemoryFormat  format;

  guint            columns;
  guint            rows;
  int              rim;          /* pixels around each tile; 0 while drawn crisp */
  Tile            *tiles;
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
clear (AetherTiles *self)
{
  for (guint i = 0; i < self->columns * self->rows; i++)
    g_clear_object (&self->tiles[i].texture);
  g_clear_pointer (&self->tiles, g_free);
  clear_whole (self);
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
  self->columns = (frame->width + AETHER_TILE_SIZE - 1) / AETHER_TILE_SIZE;
  self->rows = (frame->height + AETHER_TILE_SIZE - 1) / AETHER_TILE_SIZE;
  self->tiles = g_new0 (Tile, self->columns * self->rows);
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

static gboolean
tile_differs (AetherTiles *self, const AetherFrame *frame, guint column, guint row)
{
  const Tile *tile = &self->tiles[row * self->columns + column];
  cairo_rectangle_int_t rect = tile_rect (self, column, row, self->rim);
  const guint8 *now = pixel_at (frame, rect.x, rect.y);

  for (int y = 0; y < rect.height; y++)
    if (memcmp (tile->shown + y * tile->stride, now + y * frame->stride,
                (gsize) rect.width * BYTES_PER_PIXEL) != 0)
      return TRUE;

  return FALSE;
}

/* Copies, because the frame goes on changing. */
static GBytes *
copy_pixels (const AetherFrame *frame, const cairo_rectangle_int_t *rect)
{
  gsize row = (gsize) rect->width * BYTES_PER_PIXEL;
  guint8 *pixels = g_malloc (row * rect->height);
  const guint8 *from = pixel_at (frame, rect->x, rect->y);

  for (int y = 0; y < rect->height; y++)
    memcpy (pixels + y * row, from + y * frame->stride, row);

  return g_bytes_new_take (pixels, row * rect->height);
}

static void
set_tile (AetherTiles *self, Tile *tile, const cairo_rectangle_int_t *rect, GBytes *bytes,
          gsize stride)
{
  g_clear_object (&tile->texture);
  tile->texture = gdk_memory_texture_new (rect->width, rect->height, self->format, bytes, stride);
  tile->shown = g_bytes_get_data (bytes, NULL);
  tile->stride = stride;
}

static void
make_tile (AetherTiles *self, const AetherFrame *frame, guint column, guint row)
{
  cairo_rectangle_int_t rect = tile_rect (self, column, row, self->rim);
  g_autoptr(GBytes) bytes = copy_pixels (frame, &rect);

  set_tile (self, &self->tiles[row * self->columns + column], &rect, bytes,
            (gsize) rect.width * BYTES_PER_PIXEL);
  self->n_made++;
}

/* Takes @bytes, which hold all rows without a gap. */
static void
set_whole (AetherTiles *self, GBytes *bytes)
{
  gsize stride = (gsize) self->width * BYTES_PER_PIXEL;
  const guint8 *pixels = g_bytes_get_data (bytes, NULL);

  clear_whole (self);
  self->whole_bytes = bytes;
  self->whole = gdk_memory_texture_new (self->width, self->height, self->format, bytes, stride);

  for (guint row = 0; row < self->rows; row++)
    for (guint column = 0; column < self->columns; column++)
      {
        Tile *tile = &self->tiles[row * self->columns + column];
        cairo_rectangle_int_t rect = tile_rect (self, column, row, self->rim);

        g_clear_object (&tile->texture);
        tile->shown = pixels + rect.y * stride + (gsize) rect.x * BYTES_PER_PIXEL;
        tile->stride = stride;
      }
}

static void
make_whole (AetherTiles *self, const AetherFrame *frame)
{
  const cairo_rectangle_int_t all = { 0, 0, self->width, self->height };

  set_whole (self, copy_pixels (frame, &all));
  self->n_made++;
}

/* Puts the tiles together again. */
static GBytes *
join_tiles (AetherTiles *self)
{
  gsize stride = (gsize) self->width * BYTES_PER_PIXEL;
  guint8 *pixels = g_malloc (stride * self->height);

  for (guint row = 0; row < self->rows; row++)
    for (guint column = 0; column < self->columns; column++)
      {
        const Tile *tile = &self->tiles[row * self->columns + column];
        cairo_rectangle_int_t rect = tile_rect (self, column, row, self->rim);

        for (int y = 0; y < rect.height; y++)
          memcpy (pixels + (rect.y + y) * stride + (gsize) rect.x * BYTES_PER_PIXEL,
                  tile->shown + y * tile->stride, (gsize) rect.width * BYTES_PER_PIXEL);
      }

  return g_bytes_new_take (pixels, stride * self->height);
}

/* Only now and then, when the window's size changes */
static void
set_rim (AetherTiles *self, int rim)
{
  GBytes *bytes;

  if (self->rim == rim || self->width == 0)
    return;

  bytes = self->whole_bytes ? g_bytes_ref (self->whole_bytes) : join_tiles (self);
  self->rim = rim;
  set_whole (self, bytes);
}

/* Cuts the whole picture into tiles, which go on using its bytes. */
static void
split_whole (AetherTiles *self)
{
  gsize stride = (gsize) self->width * BYTES_PER_PIXEL;

  for (guint row = 0; row < self->rows; row++)
    for (guint column = 0; column < self->columns; column++)
      {
        cairo_rectangle_int_t rect = tile_rect (self, column, row, self->rim);
        g_autoptr(GBytes) bytes =
          g_bytes_new_from_bytes (self->whole_bytes,
                                  rect.y * stride + (gsize) rect.x * BYTES_PER_PIXEL,
                                  (rect.height - 1) * stride +
                                    (gsize) rect.width * BYTES_PER_PIXEL);

        set_tile (self, &self->tiles[row * self->columns + column], &rect, bytes, stride);
      }

  clear_whole (self);
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
      reshape (self, frame);
      make_whole (self, frame);
      return TRUE;
    }

  n_tiles = self->columns * self->rows;
  changed = g_malloc0 (n_tiles);
  for (int i = 0; i < cairo_region_num_rectangles (frame->damage); i++)
    {
      cairo_rectangle_int_t rect;
      guint left, top, right, bottom;

      cairo_region_get_rectangle (frame->damage, i, &rect);
      left = MAX (rect.x - self->rim, 0) / AETHER_TILE_SIZE;
      top = MAX (rect.y - self->rim, 0) / AETHER_TILE_SIZE;
      right = MIN ((guint) (rect.x + rect.width - 1 + self->rim) / AETHER_TILE_SIZE, self->columns - 1);
      bottom = MIN ((guint) (rect.y + rect.height - 1 + self->rim) / AETHER_TILE_SIZE, self->rows - 1);

      for (guint row = top; row <= bottom; row++)
        for (guint column = left; column <= right; column++)
          if (!changed[row * self->columns + column] && tile_differs (self, frame, column, row))
            {
              changed[row * self->columns + column] = TRUE;
              n_changed++;
            }
    }

  if (n_changed == 0)
    return FALSE;

  if (n_changed * 100 > n_tiles * WHOLE_PERCENT)
    {
      make_whole (self, frame);
      return TRUE;
    }

  if (self->whole)
    split_whole (self);
  for (guint i = 0; i < n_tiles; i++)
    if (changed[i])
      make_tile (self, frame, i % self->columns, i / self->columns);

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
  GdkTexture *texture = self->tiles[row * self->columns + column].texture;
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
