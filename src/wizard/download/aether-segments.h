/* aether-segments.h - which bytes of a file are there, and who fetches which
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More connections than this are never asked for, and a journal has room for them. */
#define AETHER_SEGMENTS_MOST_CONNECTIONS 32
#define AETHER_SEGMENTS_MOST             (3 * AETHER_SEGMENTS_MOST_CONNECTIONS)

/* Not worth a request of its own. */
#define AETHER_SEGMENTS_LEAST ((guint64) 1 << 20)

/**
 * AetherSegment:
 * @start: offset of its first byte
 * @pos: bytes from @start up to here are in the file
 * @end: offset behind its last byte; G_MAXUINT64 while the file's size is unknown
 * @claimed: a connection is at work on it
 */
typedef struct
{
  guint64  start;
  guint64  pos;
  guint64  end;
  gboolean claimed;
} AetherSegment;

/**
 * AetherSegments:
 *
 * Handed out from the front, so that a checksum can follow close behind:
 * [0, frontier) is covered by segments without gap or overlap, nobody has begun
 * with what lies behind. Pure arithmetic; not thread safe.
 */
typedef struct
{
  guint64       size;       /* of the file; G_MAXUINT64 when unknown */
  guint64       frontier;
  guint         n;
  AetherSegment all[AETHER_SEGMENTS_MOST];   /* by offset */
} AetherSegments;

void           aether_segments_init      (AetherSegments *self,
                                          guint64         size);
/* Whether what a file claims to know makes sense; claims are forgotten. */
gboolean       aether_segments_check     (AetherSegments *self);

/* The next piece for an idle connection: what was left behind, else @chunk bytes from the
 * frontier, else the later half of the segment that has most to do. Its index, -1 when there
 * is nothing left to do or nothing worth splitting. */
int            aether_segments_claim     (AetherSegments *self,
                                          guint64         chunk);
/* Indexes change with claims and releases, the start of a claimed segment does not: -1 for none. */
int            aether_segments_find      (const AetherSegments *self,
                                          guint64         start);
/* The size became known, or an end was found where none was known before: nothing beyond. */
void           aether_segments_set_size  (AetherSegments *self,
                                          guint64         size);
/* The connection at work on @index has ended. Indexes change. */
void           aether_segments_release   (AetherSegments *self,
                                          guint           index);

guint64        aether_segments_contiguous (const AetherSegments *self);
guint64        aether_segments_received   (const AetherSegments *self);
gboolean       aether_segments_complete   (const AetherSegments *self);

G_END_DECLS
