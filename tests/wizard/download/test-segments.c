/* test-segments.c - the arithmetic of pieces
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-segments.h"

#define MIB ((guint64) 1 << 20)

/* Covered without gap or overlap up to the frontier, and few enough. */
static void
assert_sound (const AetherSegments *segments)
{
  AetherSegments copy = *segments;

  g_assert_cmpuint (segments->n, <=, AETHER_SEGMENTS_MOST);
  g_assert_true (aether_segments_check (&copy));
}

/* Connections of random speed that come, go and break off, until all is there; each byte
 * must be fetched once. */
static void
test_random (void)
{
  for (guint round = 0; round < 300; round++)
    {
      guint64 size = g_test_rand_int_range (0, 3) ? (guint64) g_test_rand_int_range (0, 400 << 20)
                                                  : (guint64) g_test_rand_int_range (0, 100);
      guint n = g_test_rand_int_range (1, AETHER_SEGMENTS_MOST_CONNECTIONS + 1);
      guint64 starts[AETHER_SEGMENTS_MOST_CONNECTIONS];
      guint64 fetched = 0;
      AetherSegments segments;

      aether_segments_init (&segments, size);
      for (guint i = 0; i < n; i++)
        starts[i] = G_MAXUINT64;
      while (!aether_segments_complete (&segments))
        {
          guint i = g_test_rand_int_range (0, n);
          AetherSegment *segment;
          guint64 step;
          int index;

          if (starts[i] == G_MAXUINT64)
            {
              index = aether_segments_claim (&segments, g_test_rand_int_range (1, 64 << 20));
              if (index >= 0)
                starts[i] = segments.all[index].start;
              assert_sound (&segments);
              continue;
            }

          index = aether_segments_find (&segments, starts[i]);
          g_assert_cmpint (index, >=, 0);
          segment = &segments.all[index];
          g_assert_true (segment->claimed);
          step = g_test_rand_int_range (1, 8 << 20);
          step = MIN (step, segment->end - segment->pos);
          segment->pos += step;
          fetched += step;
          if (segment->pos == segment->end || g_test_rand_int_range (0, 30) == 0)
            {
              aether_segments_release (&segments, index);
              starts[i] = G_MAXUINT64;
            }
        }
      g_assert_cmpuint (fetched, ==, size);
      g_assert_cmpuint (aether_segments_received (&segments), ==, size);
      g_assert_cmpuint (aether_segments_contiguous (&segments), ==, size);
    }
}

/* Who is idle at the end takes the later half of the largest piece. */
static void
test_steal (void)
{
  AetherSegments segments;

  aether_segments_init (&segments, 40 * MIB);
  g_assert_cmpint (aether_segments_claim (&segments, 30 * MIB), ==, 0);
  g_assert_cmpint (aether_segments_claim (&segments, 30 * MIB), ==, 1);
  g_assert_cmpuint (segments.frontier, ==, 40 * MIB);
  segments.all[0].pos = 10 * MIB;
  g_assert_cmpint (aether_segments_claim (&segments, 30 * MIB), ==, 1);
  g_assert_cmpuint (segments.all[0].end, ==, 20 * MIB);
  g_assert_cmpuint (segments.all[1].start, ==, 20 * MIB);
  g_assert_cmpuint (segments.all[1].end, ==, 30 * MIB);
  assert_sound (&segments);
}

/* A crumb is not worth a request. */
static void
test_crumbs (void)
{
  AetherSegments segments;

  aether_segments_init (&segments, 4 * MIB + 5);
  aether_segments_claim (&segments, 4 * MIB);
  g_assert_cmpuint (segments.all[0].end, ==, 4 * MIB + 5);
  segments.all[0].pos = 3 * MIB;
  g_assert_cmpint (aether_segments_claim (&segments, MIB), ==, -1);
}

static void
test_unknown_size (void)
{
  AetherSegments segments;

  aether_segments_init (&segments, G_MAXUINT64);
  g_assert_cmpint (aether_segments_claim (&segments, G_MAXUINT64), ==, 0);
  g_assert_cmpint (aether_segments_claim (&segments, MIB), ==, -1);
  segments.all[0].pos = 12345;
  g_assert_false (aether_segments_complete (&segments));
  aether_segments_set_size (&segments, 12345);
  g_assert_true (aether_segments_complete (&segments));
  assert_sound (&segments);
}

/* What a damaged journal may say */
static void
test_nonsense (void)
{
  static const struct
  {
    guint64       size, frontier;
    guint         n;
    AetherSegment all[2];
  } cases[] = {
    { 100, 200, 0, { { 0 } } },
    { 100, 50, 0, { { 0 } } },
    { 100, 50, 1, { { 1, 1, 50, FALSE } } },
    { 100, 50, 1, { { 0, 60, 50, FALSE } } },
    { 100, 50, 1, { { 0, 0, 0, FALSE } } },
    { 100, 50, 2, { { 0, 0, 30, FALSE }, { 20, 20, 50, FALSE } } },
    { 100, 50, 2, { { 0, 0, 20, FALSE }, { 30, 30, 50, FALSE } } },
    { 100, 200, 1, { { 0, 0, 200, FALSE } } },
    { 100, 100, 200, { { 0, 0, 100, FALSE } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      AetherSegments segments;

      aether_segments_init (&segments, cases[i].size);
      segments.frontier = cases[i].frontier;
      segments.n = cases[i].n;
      segments.all[0] = cases[i].all[0];
      segments.all[1] = cases[i].all[1];
      g_assert_false (aether_segments_check (&segments));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/segments/random", test_random);
  g_test_add_func ("/segments/steal", test_steal);
  g_test_add_func ("/segments/crumbs", test_crumbs);
  g_test_add_func ("/segments/unknown-size", test_unknown_size);
  g_test_add_func ("/segments/nonsense", test_nonsense);

  return g_test_run ();
}
