/* avmm-input.c - events on their way to the guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-input.h"

void
avmm_input_init (struct avmm_input *input)
{
  /* The queue is empty, whatever is in it: five pages that need not be touched */
  input->first = input->count = 0;
  input->dropped = 0;
  input->ring = 0;
  input->size = input->head = 0;
  pthread_mutex_init (&input->lock, NULL);
}

/**
 * avmm_input_attach:
 * @ring: guest physical address of an empty struct aether_input_ring
 * @size: events in it, a power of two
 *
 * Begins a new life of the guest: what waited for the old one is gone.
 */
void
avmm_input_attach (struct avmm_input *input, uint64_t ring, uint32_t size)
{
  pthread_mutex_lock (&input->lock);
  input->first = input->count = 0;
  input->dropped = 0;
  input->ring = ring;
  input->size = size;
  input->head = 0;
  pthread_mutex_unlock (&input->lock);
}

void
avmm_input_clear (struct avmm_input *input)
{
  pthread_mutex_destroy (&input->lock);
}

/* Where two such events follow each other, the second says it all. */
static bool
supersedes (const struct aether_event *old, const struct aether_event *event)
{
  if (old->type != event->type)
    return false;

  return event->type == AETHER_EVENT_POINTER || event->type == AETHER_EVENT_MODE
         || (event->type == AETHER_EVENT_TOUCH && event->value == AETHER_TOUCH_UPDATE
             && old->value == AETHER_TOUCH_UPDATE && old->code == event->code);
}

/**
 * avmm_input_post:
 *
 * Queues an event; any thread. When the guest does not look, the oldest go.
 */
void
avmm_input_post (struct avmm_input *input, const struct aether_event *event)
{
  struct aether_event *last;

  pthread_mutex_lock (&input->lock);

  last = &input->queue[(input->first + input->count - 1) % AVMM_INPUT_QUEUE];
  if (input->count > 0 && supersedes (last, event))
    {
      *last = *event;
      pthread_mutex_unlock (&input->lock);
      return;
    }

  if (input->count == AVMM_INPUT_QUEUE)
    {
      input->first = (input->first + 1) % AVMM_INPUT_QUEUE;
      input->count--;
      input->dropped++;
    }

  input->queue[(input->first + input->count) % AVMM_INPUT_QUEUE] = *event;
  input->count++;

  pthread_mutex_unlock (&input->lock);
}

/**
 * avmm_input_drain:
 *
 * Moves events to the guest's ring; vCPU thread, inside a call.
 *
 * Returns: events the guest has not read yet, at most the ring's size
 */
uint32_t
avmm_input_drain (struct avmm_input *input, const struct avmm_memslot *ram)
{
  struct aether_input_ring *ring;
  uint32_t used;

  ring = avmm_memslot_get (ram, (avmm_gpa) { input->ring },
                           sizeof *ring + input->size * sizeof ring->events[0]);
  if (input->ring == 0 || ring == NULL)
    return 0;

  /* The tail is the guest's and may be anything: then the ring counts as full */
  used = input->head - __atomic_load_n (&ring->tail, __ATOMIC_RELAXED);
  if (used >= input->size)
    return input->size;

  pthread_mutex_lock (&input->lock);
  for (; input->count > 0 && used < input->size; used++, input->head++)
    {
      ring->events[input->head & (input->size - 1)] = input->queue[input->first];
      input->first = (input->first + 1) % AVMM_INPUT_QUEUE;
      input->count--;
    }
  pthread_mutex_unlock (&input->lock);

  ring->head = input->head;

  return used;
}

/* Returns: events still with us; @dropped (out): lost since the last call */
uint32_t
avmm_input_pending (struct avmm_input *input, uint32_t *dropped)
{
  uint32_t count;

  pthread_mutex_lock (&input->lock);
  count = input->count;
  *dropped = input->dropped;
  input->dropped = 0;
  pthread_mutex_unlock (&input->lock);

  return count;
}
