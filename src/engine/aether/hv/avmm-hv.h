/* avmm-hv.h - what a hypervisor backend provides
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../avmm-image.h"
#include "../avmm-memory.h"

struct avmm_vm;

enum avmm_exit_kind
{
  AVMM_EXIT_IO,        /* x86 port */
  AVMM_EXIT_MMIO,      /* an address without memory */
  AVMM_EXIT_HALT,      /* the guest waits for an interrupt that cannot come */
  AVMM_EXIT_CRASH,     /* a fault without handler */
  AVMM_EXIT_CANCELED,  /* kicked */
  AVMM_EXIT_INTERNAL,  /* the hypervisor does not know what to do */
};

/* Why the guest does not run, decoded. */
struct avmm_exit
{
  enum avmm_exit_kind kind;
  bool                write;     /* IO, MMIO */
  uint8_t             size;      /* IO, MMIO: bytes */
  uint64_t            address;   /* IO: port; MMIO, CRASH: guest physical, where known */
  uint64_t            value;     /* IO, MMIO: what is written */
  const char         *detail;    /* CRASH, INTERNAL: for a sentence; borrowed, may be NULL */
};

/* Which vCPU state a life begins with. */
struct avmm_entry
{
  uint64_t pc;
  uint64_t boot_info;
};

/* One file per backend. All are called on the thread that made the vCPU, kick in a
 * signal handler there. Functions returning bool leave a sentence on false. */
struct avmm_hv_ops
{
  const char *name;                                    /* "kvm", "unicorn" */
  uint64_t    features;                                /* AETHER_FEATURE_* it may have; the probe decides */

  bool (*supports)    (enum avmm_arch arch);           /* guests of this CPU */
  bool (*open)        (struct avmm_vm *vm, struct avmm_error *error);  /* VM and vCPU */
  bool (*mem_alloc)   (struct avmm_vm *vm, struct avmm_memslot *slot, uint64_t base, uint64_t size,
                       bool shared, struct avmm_error *error);
  bool (*vcpu_reset)  (struct avmm_vm *vm, const struct avmm_entry *entry,
                       struct avmm_error *error);
  void (*run)         (struct avmm_vm *vm);            /* until avmm_vm_exit() returns false */
  void (*mem_written) (struct avmm_vm *vm, avmm_gpa gpa, size_t len);  /* (nullable): we wrote there */
  void (*kick)        (struct avmm_vm *vm);            /* ends run() soon; may be lost: repeated */
  void (*close)       (struct avmm_vm *vm);            /* also after a failed open */
};

/* Best first, NULL at the end. */
extern const struct avmm_hv_ops * const avmm_hv_list[];

extern const struct avmm_hv_ops avmm_hv_kvm;
extern const struct avmm_hv_ops avmm_hv_unicorn;

const struct avmm_hv_ops *avmm_hv_lookup (const char *name);
