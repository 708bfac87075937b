/* aether-framebuffer.h - the picture of a machine, between who paints and who shows it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define AETHER_FRAMEBUFFER_MAX_SIDE   16384         /* pixels */
#define AETHER_FRAMEBUFFER_MAX_PIXELS (64 << 20)    /* 8K is half of it */

/**
 * AetherFramebuffer:
 *
 * One writer (the thread of a display source) and one reader (the main
 * context that was the thread's default when it was made). The writer only
 * notes what changed; the reader takes all of it at once when it has time.
 *
 * Everything the writer passes on comes from outside and is checked: what
 * cannot be is refused with %G_IO_ERROR_INVALID_DATA and a sentence, and the
 * last good picture stays.
 *
 * Signals, on the reader's context: "damaged": there is something to read;
 * once until aether_framebuffer_begin_read(). "cursor-changed".
 */
#define AETHER_TYPE_FRAMEBUFFER (aether_framebuffer_get_type ())
G_DECLARE_FINAL_TYPE (AetherFramebuffer, aether_framebuffer, AETHER, FRAMEBUFFER, GObject)

AetherFramebuffer *aether_framebuffer_new                (void);

/* Writer. Formats are pixman's codes; 32 bits per pixel. */
gboolean           aether_framebuffer_set_map            (AetherFramebuffer  *self,
                                                          int                 fd,
                                                          guint               offset,
                                                          guint               width,
                                                          guint               height,
                                                          guint               stride,
                                                          guint               format,
                                                          GError            **error);
guint8            *aether_framebuffer_make_pixels        (AetherFramebuffer  *self,
                                                          guint               width,
                                                          guint               height,
                                                          guint               format,
                                                          GError            **error);
gboolean           aether_framebuffer_set_pixels         (AetherFramebuffer  *self,
                                                          guint               width,
                                                          guint               height,
                                                          guint               stride,
                                                          guint               format,
                                                          const guint8       *pixels,
                                                          gsize               size,
                                                          GError            **error);
gboolean           aether_framebuffer_update_pixels      (AetherFramebuffer  *self,
                                                          int                 x,
                                                          int                 y,
                                                          int                 width,
                                                          int                 height,
                                                          guint               stride,
                                                          guint               format,
                                                          const guint8       *pixels,
                                                          gsize               size,
                                                          GError            **error);
void               aether_framebuffer_say_size           (AetherFramebuffer  *self,
                                                          guint               width,
                                                          guint               height);
void               aether_framebuffer_damage             (AetherFramebuffer  *self,
                                                          int                 x,
                                                          int                 y,
                                                          int                 width,
                                                          int                 height);
void               aether_framebuffer_blank              (AetherFramebuffer  *self);
gboolean           aether_framebuffer_set_cursor         (AetherFramebuffer  *self,
                                                          int                 width,
                                                          int                 height,
                                                          int                 hot_x,
                                                          int                 hot_y,
                                                          const guint8       *argb,
                                                          gsize               size,
                                                          GError            **error);
void               aether_framebuffer_set_cursor_visible (AetherFramebuffer  *self,
                                                          gboolean            visible);

/* Reader. */

/**
 * AetherFrame:
 * @data: (nullable): @height rows of @stride bytes, the first on top; %NULL
 *   while the machine shows nothing. May change while it is read.
 * @damage: what changed since the last read, in pixels, inside the picture
 */
typedef struct
{
  const guint8    *data;
  guint            width;
  guint            height;
  gsize            stride;
  GdkMemoryFormat  format;
  cairo_region_t  *damage;

  /*< private >*/
  gpointer         scanout;
} AetherFrame;

gboolean           aether_framebuffer_has_picture        (AetherFramebuffer  *self);
void               aether_framebuffer_begin_read         (AetherFramebuffer  *self,
                                                          AetherFrame        *frame);
gboolean           aether_framebuffer_end_read           (AetherFramebuffer  *self,
                                                          AetherFrame        *frame);
void               aether_framebuffer_set_polled         (AetherFramebuffer  *self,
                                                          gboolean            polled);

GdkTexture        *aether_framebuffer_dup_cursor         (AetherFramebuffer  *self,
                                                          int                *hot_x,
                                                          int                *hot_y,
                                                          gboolean           *visible);

G_END_DECLS
