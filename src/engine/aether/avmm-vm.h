/* avmm-vm.h - one machine: what it has, and its life
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "avmm-block.h"
#include "avmm-clock.h"
#include "avmm-console.h"
#include "avmm-display.h"
#include "avmm-image.h"
#include "avmm-input.h"
#include "avmm-net.h"
#include "avmm-options.h"
#include "hv/avmm-hv.h"

enum avmm_request
{
  AVMM_REQUEST_PAUSE = 1,    /* stays set while paused */
  AVMM_REQUEST_RESET = 2,
  AVMM_REQUEST_STOP = 4,
  AVMM_REQUEST_TIME = 8,     /* the time limit came */
};

enum avmm_end
{
  AVMM_END_NONE,
  AVMM_END_EXIT,        /* by its own EXIT */
  AVMM_END_CRASH,       /* a fault, or something no host could answer */
  AVMM_END_FAILED,      /* the hypervisor gave up */
  AVMM_END_STOPPED,     /* from outside */
  AVMM_END_TIME_LIMIT,
};

enum avmm_notice
{
  AVMM_NOTICE_DAMAGE = 1,
  AVMM_NOTICE_MODE = 2,
  AVMM_NOTICE_STATE = 4,
};

/* What a front wants to know; on the vCPU thread, must return at once. */
struct avmm_front
{
  void (*notify) (void *data, unsigned notices);
  void  *data;
};

struct avmm_vm
{
  const struct avmm_options *options;
  const struct avmm_hv_ops  *hv;
  void                      *hv_data;        /* the backend's own */

  struct avmm_image          image;
  uint64_t                   features;       /* AETHER_FEATURE_* the guest was given */
  uint64_t                   hv_features;    /* those the backend's trial has shown */
  struct avmm_memslot        ram;
  uint64_t                   heap_next;      /* ALLOC continues here */

  struct avmm_clock          clock;
  struct avmm_input          input;
  struct avmm_display        display;
  struct avmm_block          block;
  struct avmm_net           *net;            /* NULL: none */
  uint8_t                    net_mac[6];
  uint64_t                   net_sent;       /* bytes of frames, by the guest */
  uint64_t                   net_received;
  struct avmm_console        console;

  struct avmm_front          front;          /* notify is NULL: nobody looks */

  pthread_t                  thread;         /* the vCPU's */
  atomic_uint                requests;       /* AVMM_REQUEST_* */
  atomic_bool                paused;         /* the vCPU thread obeys */
  int                        wake_fd;        /* eventfd: ends WAIT and pause */

  uint32_t                   probe_seen;     /* while a trial runs: what it has shown */
  bool                       probing;
  bool                       no_backend;     /* avmm_vm_open() failed for want of one */

  enum avmm_end              end;
  int                        exit_status;    /* with AVMM_END_EXIT */
  struct avmm_error          end_sentence;
};

bool avmm_vm_open     (struct avmm_vm *vm, const struct avmm_options *options,
                       const char *path, bool demand_all, struct avmm_error *error);
bool avmm_vm_boot     (struct avmm_vm *vm, struct avmm_error *error);
void avmm_vm_run      (struct avmm_vm *vm);
void avmm_vm_close    (struct avmm_vm *vm);

/* Any thread, signal handlers too */
void avmm_vm_request  (struct avmm_vm *vm, enum avmm_request request);
void avmm_vm_resume   (struct avmm_vm *vm);
void avmm_vm_kick     (struct avmm_vm *vm);
void avmm_vm_wake     (struct avmm_vm *vm);
/* Any thread; stamps the time */
void avmm_vm_post     (struct avmm_vm *vm, struct aether_event event);

/* vCPU thread */
void avmm_vm_notify   (struct avmm_vm *vm, unsigned notices);
bool avmm_vm_exit     (struct avmm_vm *vm, const struct avmm_exit *exit);
bool avmm_vm_obey     (struct avmm_vm *vm);
bool avmm_vm_end      (struct avmm_vm *vm, enum avmm_end end, const char *format, ...)
  __attribute__ ((format (printf, 3, 4)));
