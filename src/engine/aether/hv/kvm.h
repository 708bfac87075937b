/* kvm.h - what the two CPUs' halves of the KVM backend share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <linux/kvm.h>
#include <time.h>

#include "avmm-hv.h"

struct avmm_kvm
{
  int             kvm;
  int             vm;
  int             vcpu;
  struct kvm_run *run;
  size_t          run_size;     /* bytes */
  unsigned        n_slots;
  bool            entered;      /* since it was settled */
  uint32_t        values_done;  /* of a port access that has more of them; else 0 */
  char            detail[96];   /* of the last exit */

  /* arm64: looks after a vCPU that sleeps in the kernel */
  timer_t         watch;
  bool            has_watch, watching;
  uint64_t        watch_start;  /* ns */
  uint64_t        watch_cpu;    /* ns that the thread had used then */
};

enum avmm_arch avmm_kvm_arch          (void);
bool           avmm_kvm_arch_init     (struct avmm_kvm *kvm, struct avmm_error *error);
void           avmm_kvm_arch_tables   (const struct avmm_memslot *ram);
bool           avmm_kvm_arch_reset    (struct avmm_kvm *kvm, const struct avmm_entry *entry,
                                       struct avmm_error *error);
bool           avmm_kvm_arch_regs_get (struct avmm_kvm *kvm, const unsigned *ids, uint64_t *values,
                                       unsigned n);
bool           avmm_kvm_arch_regs_set (struct avmm_kvm *kvm, const unsigned *ids,
                                       const uint64_t *values, unsigned n);

/* Around KVM_RUN. Where a halt does not end it, enter() has it interrupted after a second, and
 * asleep() says whether it was a halt that lasted so long. */
void           avmm_kvm_arch_enter    (struct avmm_kvm *kvm);
bool           avmm_kvm_arch_asleep   (struct avmm_kvm *kvm, const struct avmm_memslot *ram);
void           avmm_kvm_arch_close    (struct avmm_kvm *kvm);
