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
 * graphics card draws. The processor does better with tiles: they stay in its
 * cache, and in memory that it has already. */
#define WHOLE_PERCENT 60

/* Guests say that all changed when next to nothing did, at each of their frames. To read two
 * large pictures is most of the work then: so of large damage one line of eight is looked at, and
 * another one the next time. What is eight lines high, as text is, is seen at once; three lines are
 * two frames later at most, a single one seven. */
#define LARGE (1 << 19)   /* pixels */
#define TURNS 8
#define SPREAD 3          /* lines between those of two turns, so that no wide gap stays */

struct _AetherTiles
{
  gboolean         software;     /* drawn by the processor */
  guint            width;
  guint            height;
  GdkMemoryFormat  format;
  GBytes          *bytes;        /* of shown, which nodes may keep */
  guint8          *shown;        /* what is on the screen, as the machine wrote it */
  gsize            stride;

  guint            columns;
  guint            rows;
  int              rim;          /* pixels around each tile; 0 while drawn crisp */
  GskRenderNode  **tiles;        /* of NULL where the tile changed since it was drawn */
  GskRenderNode  **lines;        /* of NULL, or the nodes of a row of tiles */
  gboolean         whole;        /* the picture is one texture, instead of tiles */
  GskRenderNode   *whole_node;   /* (nullable) */
  guint            n_made;

  cairo_region_t  *owed;         /* large damage of which lines were left out */
  guint            n_owed;       /* turns until that was looked at */
  guint            n_turns;

  AetherViewPlace  place;        /* of the nodes */
  GskScalingFilter filter;
};

AetherTiles *
aether_tiles_new (void)
{
  AetherTiles *self = g_new0 (AetherTiles, 1);

  self->owed = cairo_region_create ();
  return self;
}

static void
forget_debt (AetherTiles *self)
{
  cairo_region_destroy (self->owed);
  self->owed = cairo_region_create ();
  self->n_owed = 0;
}

static void
clear_nodes (AetherTiles *self)
{
  for (guint i = 0; i < self->columns * self->rows; i++)
    g_clear_pointer (&self->tiles[i], gsk_render_node_unref);
  for (guint i = 0; i < self->rows; i++)
    g_clear_pointer (&self->lines[i], gsk_render_node_unref);
  g_clear_pointer (&self->whole_node, gsk_render_node_unref);
}

static void
clear (AetherTiles *self)
{
  clear_nodes (self);
  g_clear_pointer (&self->tiles, g_free);
  g_clear_pointer (&self->lines, g_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->columns = self->rows = 0;
  self->width = self->height = 0;
  forget_debt (self);
}

void
aether_tiles_free (AetherTiles *self)
{
  clear (self);
  cairo_region_destroy (self->owed);
  g_free (self);
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

/* Which tiles of a row have pixels of a line that changed. One with a rim has pixels of its
 * neighbours. Returns: how many there are besides those in @changed */
static guint
find_changed_columns (AetherTiles *self, const AetherFrame *frame, const cairo_rectangle_int_t *rect,
                      int y, guint8 *changed)
{
  guint left = MAX (rect->x - self->rim, 0) / AETHER_TILE_SIZE;
  guint right = MIN ((guint) (rect->x + rect->width - 1 + self->rim) / AETHER_TILE_SIZE, self->columns - 1);
  guint n_changed = 0;

  for (guint column = left; column <= right; column++)
    {
      cairo_rectangle_int_t tile = tile_rect (self, column, 0, self->rim);
      int x = MAX (rect->x, tile.x);
      int end = MIN (rect->x + rect->width, tile.x + tile.width);

      if (!changed[column] && pixels_differ (self, frame, x, y, end - x))
        {
          changed[column] = TRUE;
          n_changed++;
        }
    }

  return n_changed;
}

/* Looks at every @step-th line of the damage, from line @first on, and at each as a whole before
 * it asks which tiles: memory is read in its own order, which is most of the work while next to
 * nothing changed. */
static guint
find_changed (AetherTiles *self, const AetherFrame *frame, const cairo_rectangle_int_t *rect,
              int first, int step, guint8 *changed)
{
  guint n_changed = 0;

  for (int y = first; y < rect->y + rect->height; y += step)
    {
      guint top = MAX (y - self->rim, 0) / AETHER_TILE_SIZE;
      guint bottom = MIN ((guint) (y + self->rim) / AETHER_TILE_SIZE, self->rows - 1);

      if (pixels_differ (self, frame, rect->x, y, rect->width))
        for (guint row = top; row <= bottom; row++)
          n_changed += find_changed_columns (self, frame, rect, y, changed + row * self->columns);
    }

  return n_changed;
}

/* Looks at this turn's lines of what is owed. What is seen at one line does not say whether a
 * neighbour's rim changed: with rims all lines are looked at. */
static guint
look_at_owed (AetherTiles *self, const AetherFrame *frame, guint8 *changed)
{
  int turn = self->n_turns++ * SPREAD % TURNS;
  cairo_rectangle_int_t rect;
  guint n_changed = 0;

  for (int i = 0; i < cairo_region_num_rectangles (self->owed); i++)
    {
      cairo_region_get_rectangle (self->owed, i, &rect);
      if (self->rim == 0)
        n_changed += find_changed (self, frame, &rect,
                                   rect.y + (turn - rect.y % TURNS + TURNS) % TURNS, TURNS, changed);
      else
        n_changed += find_changed (self, frame, &rect, rect.y, 1, changed);
    }

  self->n_owed--;
  if (self->n_owed == 0 || self->rim > 0)
    forget_debt (self);
  return n_changed;
}

/* Small damage is looked at as a whole, large one in turns: faster while there is no more. */
static guint
look_at_damage (AetherTiles *self, const AetherFrame *frame, guint8 *changed)
{
  guint n_turns = 2;
  cairo_rectangle_int_t rect;
  guint n_changed = 0;

  for (int i = 0; i < cairo_region_num_rectangles (frame->damage); i++)
    {
      cairo_region_get_rectangle (frame->damage, i, &rect);
      if (self->rim == 0 && (gint64) rect.width * rect.height >= LARGE)
        {
          cairo_region_union_rectangle (self->owed, &rect);
          self->n_owed = TURNS;
          n_turns = 1;
        }
      else
        n_changed += find_changed (self, frame, &rect, rect.y, 1, changed);
    }

  for (guint i = 0; i < n_turns && self->n_owed > 0; i++)
    n_changed += look_at_owed (self, frame, changed);

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
take_tile (AetherTiles *self, const AetherFrame *frame, guint index)
{
  cairo_rectangle_int_t rect = tile_rect (self, index % self->columns, index / self->columns, 0);

  take_pixels (self, frame, &rect);
  g_clear_pointer (&self->tiles[index], gsk_render_node_unref);
  g_clear_pointer (&self->lines[index / self->columns], gsk_render_node_unref);
}

static void
reshape (AetherTiles *self, const AetherFrame *frame)
{
  const cairo_rectangle_int_t all = { 0, 0, frame->width, frame->height };

  clear (self);
  self->width = frame->width;
  self->height = frame->height;
  self->format = frame->format;
  self->stride = (gsize) frame->width * BYTES_PER_PIXEL;
  self->shown = g_malloc (self->stride * frame->height);
  self->bytes = g_bytes_new_take (self->shown, self->stride * frame->height);
  self->columns = (frame->width + AETHER_TILE_SIZE - 1) / AETHER_TILE_SIZE;
  self->rows = (frame->height + AETHER_TILE_SIZE - 1) / AETHER_TILE_SIZE;
  self->tiles = g_new0 (GskRenderNode *, self->columns * self->rows);
  self->lines = g_new0 (GskRenderNode *, self->rows);
  self->whole = !self->software;
  self->n_made++;
  take_pixels (self, frame, &all);
}

/**
 * aether_tiles_set_software:
 * @software: whether the processor draws, by cairo
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
 * Looks at the damaged part of @frame, and at what aether_tiles_is_behind()
 * spoke of.
 *
 * Returns: whether there is anything new to draw
 */
gboolean
aether_tiles_update (AetherTiles *self, const AetherFrame *frame)
{
  g_autofree guint8 *changed = NULL;
  guint n_changed, n_tiles;

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
      return TRUE;
    }

  n_tiles = self->columns * self->rows;
  changed = g_malloc0 (n_tiles);
  n_changed = look_at_damage (self, frame, changed);
  if (n_changed == 0)
    return FALSE;

  for (guint i = 0; i < n_tiles; i++)
    if (changed[i])
      take_tile (self, frame, i);
  self->whole = !self->software && n_changed * 100 > n_tiles * WHOLE_PERCENT;
  self->n_made += self->whole ? 1 : n_changed;
  g_clear_pointer (&self->whole_node, gsk_render_node_unref);

  return TRUE;
}

/**
 * aether_tiles_is_behind:
 *
 * Returns: whether there are changes that were not looked for yet: update
 *   again at the next frame, even without new damage
 */
gboolean
aether_tiles_is_behind (AetherTiles *self)
{
  return self->n_owed > 0;
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
 * Returns: how many textures, of a tile or of all, the changes so far have made new
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

static gboolean
is_for_cairo (AetherTiles *self)
{
  return self->software && self->format == WORD_WITHOUT_ALPHA;
}

/* Textures do not change, and what is shown does. What GTK would convert for cairo each time that
 * it is drawn is converted here, once. */
static GdkTexture *
make_texture (AetherTiles *self, const cairo_rectangle_int_t *rect)
{
  gsize stride = (gsize) rect->width * BYTES_PER_PIXEL;
  guint8 *pixels = g_malloc (stride * rect->height);
  g_autoptr(GBytes) bytes = g_bytes_new_take (pixels, stride * rect->height);
  gboolean convert = is_for_cairo (self);

  for (int y = 0; y < rect->height; y++)
    if (convert)
      copy_opaque (pixels + y * stride, shown_at (self, rect->x, rect->y + y), rect->width);
    else
      memcpy (pixels + y * stride, shown_at (self, rect->x, rect->y + y), stride);

  return gdk_memory_texture_new (rect->width, rect->height, convert ? GDK_MEMORY_DEFAULT : self->format,
                                 bytes, stride);
}

static GskRenderNode *
make_texture_node (AetherTiles *self, const cairo_rectangle_int_t *pixels)
{
  g_autoptr(GdkTexture) texture = make_texture (self, pixels);
  graphene_rect_t rect = placed (&self->place, pixels);

  return gsk_texture_scale_node_new (texture, &rect, self->filter);
}

/* What cairo draws by itself, without the copies that GTK makes of a texture on the way to it: of
 * all of it, whatever part is drawn, then of that part. It is the very memory of what is shown:
 * GTK compares a node that it has drawn with the next one, and does not draw it again. */
static GskRenderNode *
make_cairo_node (AetherTiles *self, const cairo_rectangle_int_t *pixels)
{
  static const cairo_user_data_key_t bytes_key, image_key;
  graphene_rect_t rect = placed (&self->place, pixels);
  GskRenderNode *node = gsk_cairo_node_new (&rect);
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);
  cairo_surface_t *image =
    cairo_image_surface_create_for_data (shown_at (self, pixels->x, pixels->y), CAIRO_FORMAT_RGB24,
                                         pixels->width, pixels->height, self->stride);

  cairo_surface_set_user_data (image, &bytes_key, g_bytes_ref (self->bytes),
                               (cairo_destroy_func_t) g_bytes_unref);
  cairo_set_source_surface (cr, image, rect.origin.x, rect.origin.y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_paint (cr);
  cairo_destroy (cr);

  /* Given back before the node, the image would be copied for it. */
  cairo_surface_set_user_data (gsk_cairo_node_get_surface (node), &image_key, image,
                               (cairo_destroy_func_t) cairo_surface_destroy);
  return node;
}

/* Where a widget may begin between two pixels, GTK rounds what it draws, but not what cairo does. */
static gboolean
is_drawn_by_cairo (AetherTiles *self)
{
  const AetherViewPlace *place = &self->place;

  return is_for_cairo (self) && place->zoom == 1 && place->device == floor (place->device) &&
         place->x == floor (place->x) && place->y == floor (place->y);
}

static GskRenderNode *
make_node (AetherTiles *self, guint column, guint row)
{
  cairo_rectangle_int_t pixels = tile_rect (self, column, row, self->rim);
  cairo_rectangle_int_t own = tile_rect (self, column, row, 0);
  graphene_rect_t clip = snapped (&self->place, &own);
  g_autoptr(GskRenderNode) node = NULL;

  if (is_drawn_by_cairo (self))
    return make_cairo_node (self, &pixels);

  node = make_texture_node (self, &pixels);
  return self->rim == 0 ? g_steal_pointer (&node) : gsk_clip_node_new (node, &clip);
}

/* Whether it has to be drawn costs cairo thousands of instructions a tile: a line that has not is
 * found out once, by its clip. */
static GskRenderNode *
make_line (AetherTiles *self, guint row)
{
  GskRenderNode **tiles = self->tiles + row * self->columns;
  cairo_rectangle_int_t pixels = tile_rect (self, 0, row, 0);
  g_autoptr(GskRenderNode) node = NULL;
  graphene_rect_t clip;

  for (guint column = 0; column < self->columns; column++)
    if (tiles[column] == NULL)
      tiles[column] = make_node (self, column, row);

  node = gsk_container_node_new (tiles, self->columns);
  if (!is_drawn_by_cairo (self))
    return g_steal_pointer (&node);

  pixels.width = self->width;
  clip = placed (&self->place, &pixels);
  return gsk_clip_node_new (node, &clip);
}

static gboolean
same_place (const AetherViewPlace *a, const AetherViewPlace *b)
{
  return a->x == b->x && a->y == b->y && a->zoom == b->zoom && a->device == b->device;
}

/**
 * aether_tiles_snapshot:
 *
 * Draws in pixels of the screen: so they are whole numbers, for renderers
 * that go through a surface of that size, too.
 *
 * GTK finds out what changed by comparing the nodes of two frames pair by
 * pair, and passes over those that are the same. So nodes are kept, and there
 * are either all tiles, in the same order, or none.
 */
void
aether_tiles_snapshot (AetherTiles *self, GtkSnapshot *snapshot, const AetherViewPlace *place,
                       AetherViewFilter wanted)
{
  GskScalingFilter filter = choose_filter (place->zoom, wanted);

  self->rim = choose_rim (place->zoom, filter);
  if (self->filter != filter || !same_place (&self->place, place))
    clear_nodes (self);
  self->place = *place;
  self->filter = filter;

  gtk_snapshot_save (snapshot);
  if (place->device != 1)
    gtk_snapshot_scale (snapshot, 1 / place->device, 1 / place->device);

  if (self->whole)
    {
      const cairo_rectangle_int_t all = { 0, 0, self->width, self->height };

      if (self->whole_node == NULL)
        self->whole_node = make_texture_node (self, &all);
      gtk_snapshot_append_node (snapshot, self->whole_node);
    }
  else
    {
      for (guint row = 0; row < self->rows; row++)
        {
          if (self->lines[row] == NULL)
            self->lines[row] = make_line (self, row);
          gtk_snapshot_append_node (snapshot, self->lines[row]);
        }
    }

  gtk_snapshot_restore (snapshot);
}
