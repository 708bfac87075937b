/* aether-segments.c - which bytes of a file are there, and who fetches which
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-segments.h"

#include <string.h>

void
aether_segments_init (AetherSegments *self, guint64 size)
{
  memset (self, 0, sizeof *self);
  self->size = size;
}

static gboolean
is_done (const AetherSegment *segment)
{
  return segment->pos == segment->end;
}

static void
remove_at (AetherSegments *self, guint index)
{
  self->n--;
  memmove (&self->all[index], &self->all[index + 1], (self->n - index) * sizeof self->all[0]);
}

static void
insert_at (AetherSegments *self, guint index, AetherSegment segment)
{
  memmove (&self->all[index + 1], &self->all[index], (self->n - index) * sizeof self->all[0]);
  self->all[index] = segment;
  self->n++;
}

/* Neighbours that are done become one; so there are at most two for each
 * connection, and one. */
static void
merge (AetherSegments *self)
{
  for (guint i = 0; i + 1 < self->n;)
    {
      AetherSegment *left = &self->all[i];
      AetherSegment *right = &self->all[i + 1];

      if (is_done (left) && is_done (right) && !left->claimed && !right->claimed)
        {
          left->end = left->pos = right->end;
          remove_at (self, i + 1);
        }
      else
        i++;
    }
}

gboolean
aether_segments_check (AetherSegments *self)
{
  guint64 offset = 0;

  if (self->n > AETHER_SEGMENTS_MOST || self->frontier > self->size)
    return FALSE;

  for (guint i = 0; i < self->n; i++)
    {
      AetherSegment *segment = &self->all[i];

      if (segment->start != offset || segment->pos < segment->start || segment->end < segment->pos ||
          segment->end == segment->start || segment->end > self->size)
        return FALSE;
      segment->claimed = FALSE;
      offset = segment->end;
    }
  if (offset != self->frontier)
    return FALSE;

  merge (self);
  return TRUE;
}

/* Cuts the later half off the segment that would take longest. */
static int
steal (AetherSegments *self)
{
  guint64 most = 2 * AETHER_SEGMENTS_LEAST;
  guint64 middle;
  int victim = -1;

  for (guint i = 0; i < self->n; i++)
    {
      const AetherSegment *segment = &self->all[i];

      if (segment->end - segment->pos >= most)
        {
          most = segment->end - segment->pos;
          victim = i;
        }
    }
  if (victim < 0)
    return -1;

  middle = self->all[victim].end - most / 2;
  insert_at (self, victim + 1,
             (AetherSegment) { middle, middle, self->all[victim].end, TRUE });
  self->all[victim].end = middle;
  return victim + 1;
}

int
aether_segments_claim (AetherSegments *self, guint64 chunk)
{
  for (guint i = 0; i < self->n; i++)
    if (!self->all[i].claimed && !is_done (&self->all[i]))
      {
        self->all[i].claimed = TRUE;
        return i;
      }

  if (self->n == AETHER_SEGMENTS_MOST)
    return -1;

  if (self->frontier < self->size)
    {
      guint64 left = self->size - self->frontier;
      guint64 length = MIN (left, MAX (chunk, AETHER_SEGMENTS_LEAST));

      /* No crumb is left for later. */
      if (left - length < AETHER_SEGMENTS_LEAST)
        length = left;
      insert_at (self, self->n, (AetherSegment) { self->frontier, self->frontier,
                                                  self->frontier + length, TRUE });
      self->frontier += length;
      return self->n - 1;
    }

  return self->size == G_MAXUINT64 ? -1 : steal (self);
}

int
aether_segments_find (const AetherSegments *self, guint64 start)
{
  for (guint i = 0; i < self->n; i++)
    if (self->all[i].start == start)
      return i;

  return -1;
}

void
aether_segments_set_size (AetherSegments *self, guint64 size)
{
  self->size = size;
  if (self->n == 0)
    return;

  if (self->frontier > size || size == G_MAXUINT64)
    self->frontier = self->all[self->n - 1].end = size;
}

void
aether_segments_release (AetherSegments *self, guint index)
{
  AetherSegment *segment = &self->all[index];

  segment->claimed = FALSE;
  /* Nothing came: the last one goes back whole, so that its size can be chosen anew. */
  if (segment->pos == segment->start && index == self->n - 1)
    {
      self->frontier = segment->start;
      remove_at (self, index);
    }
  merge (self);
}

/* Bytes from the beginning of the file without a gap. */
guint64
aether_segments_contiguous (const AetherSegments *self)
{
  guint64 offset = 0;

  for (guint i = 0; i < self->n; i++)
    {
      offset = self->all[i].pos;
      if (!is_done (&self->all[i]))
        break;
    }

  return offset;
}

/* Bytes that are there, wherever. */
guint64
aether_segments_received (const AetherSegments *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->n; i++)
    sum += self->all[i].pos - self->all[i].start;

  return sum;
}

/* Never while the size is unknown. */
gboolean
aether_segments_complete (const AetherSegments *self)
{
  return self->size != G_MAXUINT64 && aether_segments_contiguous (self) == self->size;
}
