/* kvm.h - what the two CPUs' halves of the KVM backend share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <linux/kvm.h>

#include "avmm-hv.h"

struct avmm_kvm
{
  int             kvm;
  int             vm;
  int             vcpu;
  struct kvm_run *run;
  size_t          run_size;   /* bytes */
  unsigned        n_slots;
};

enum avmm_arch avmm_kvm_arch         (void);
bool           avmm_kvm_arch_init    (struct avmm_kvm *kvm, struct avmm_error *error);
void           avmm_kvm_arch_tables  (const struct avmm_memslot *ram);
bool           avmm_kvm_arch_reset   (struct avmm_kvm *kvm, const struct avmm_entry *entry,
                                      struct avmm_error *error);
/* Where the guest is. Returns: false when the registers no longer tell */
bool           avmm_kvm_arch_get_pc  (struct avmm_kvm *kvm, uint64_t *pc);
