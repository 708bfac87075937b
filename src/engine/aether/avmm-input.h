/* avmm-input.h - events on their way to the guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "abi/aether-abi.h"
#include "avmm-memory.h"

#define AVMM_INPUT_QUEUE 512   /* events kept for a guest that does not look */

/* Fronts post from their threads; the vCPU thread moves to the ring. */
struct avmm_input
{
  pthread_mutex_t     lock;
  struct aether_event queue[AVMM_INPUT_QUEUE];
  unsigned            first;     /* index of the oldest */
  unsigned            count;
  uint32_t            dropped;   /* since the guest last asked */

  uint64_t            ring;      /* guest physical; 0: the guest wants no input */
  uint32_t            size;      /* events, a power of two */
  uint32_t            head;      /* ours: the guest's copy is never read */
};

void     avmm_input_init     (struct avmm_input *input);
void     avmm_input_attach   (struct avmm_input *input, uint64_t ring, uint32_t size);
void     avmm_input_clear    (struct avmm_input *input);
void     avmm_input_post     (struct avmm_input *input, const struct aether_event *event);
uint32_t avmm_input_drain    (struct avmm_input *input, const struct avmm_memslot *ram);
uint32_t avmm_input_pending  (struct avmm_input *input, uint32_t *dropped);
