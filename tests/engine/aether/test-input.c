/* test-input.c - the queue and the ring of events
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "avmm-input.h"

#define RING 0x1000
#define SIZE 4

static uint8_t            ram[16384];
static struct avmm_memslot slot = { .host = ram, .size = sizeof ram, .fd = -1 };

static struct aether_input_ring *
set_up (struct avmm_input *input)
{
  memset (ram, 0, sizeof ram);
  avmm_input_init (input);
  avmm_input_attach (input, RING, SIZE);

  return (struct aether_input_ring *) (ram + RING);
}

static void
post_key (struct avmm_input *input, uint32_t code)
{
  avmm_input_post (input, &(struct aether_event) { .type = AETHER_EVENT_KEY, .code = code });
}

static void
test_order_and_room (void)
{
  struct avmm_input input;
  struct aether_input_ring *ring = set_up (&input);
  uint32_t dropped, seen = 0;

  for (uint32_t i = 0; i < 10; i++)
    post_key (&input, i);

  g_assert_cmpuint (avmm_input_drain (&input, &slot), ==, SIZE);
  g_assert_cmpuint (avmm_input_pending (&input, &dropped), ==, 6);
  g_assert_cmpuint (dropped, ==, 0);

  while (seen < 10)
    {
      g_assert_cmpuint (ring->events[ring->tail % SIZE].code, ==, seen++);
      ring->tail++;
      avmm_input_drain (&input, &slot);
    }
  g_assert_cmpuint (avmm_input_drain (&input, &slot), ==, 0);
  avmm_input_clear (&input);
}

static void
test_oldest_are_dropped (void)
{
  struct avmm_input input;
  struct aether_input_ring *ring = set_up (&input);
  uint32_t dropped;

  for (uint32_t i = 0; i < AVMM_INPUT_QUEUE + 3; i++)
    post_key (&input, i);

  g_assert_cmpuint (avmm_input_pending (&input, &dropped), ==, AVMM_INPUT_QUEUE);
  g_assert_cmpuint (dropped, ==, 3);
  avmm_input_drain (&input, &slot);
  g_assert_cmpuint (ring->events[0].code, ==, 3);
  avmm_input_clear (&input);
}

static void
test_moves_are_merged (void)
{
  struct avmm_input input;
  struct aether_input_ring *ring = set_up (&input);

  for (int i = 0; i < 1000; i++)
    avmm_input_post (&input, &(struct aether_event) { .type = AETHER_EVENT_POINTER, .x = i });
  g_assert_cmpuint (avmm_input_drain (&input, &slot), ==, 1);
  g_assert_cmpint (ring->events[0].x, ==, 999);
  avmm_input_clear (&input);
}

/* Whatever the guest says it has read, we write nowhere else */
static void
test_wild_tail (void)
{
  static const uint32_t wild[] = { 1, SIZE, 0x7fffffff, 0x80000000, UINT32_MAX };
  struct avmm_input input;
  struct aether_input_ring *ring = set_up (&input);

  for (unsigned i = 0; i < G_N_ELEMENTS (wild); i++)
    {
      post_key (&input, 1);
      ring->tail = input.head + wild[i];
      g_assert_cmpuint (avmm_input_drain (&input, &slot), <=, SIZE);
    }
  for (unsigned i = sizeof *ring + SIZE * sizeof ring->events[0]; i < 4096; i++)
    g_assert_cmpint (ram[RING + i], ==, 0);
  avmm_input_clear (&input);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether-vmm/input/order-and-room", test_order_and_room);
  g_test_add_func ("/aether-vmm/input/oldest-are-dropped", test_oldest_are_dropped);
  g_test_add_func ("/aether-vmm/input/moves-are-merged", test_moves_are_merged);
  g_test_add_func ("/aether-vmm/input/wild-tail", test_wild_tail);

  return g_test_run ();
}
