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
  AVMM_EXIT_CANCELED,  /* kicked, or left because avmm_vm_exit() said so */
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

/* Names of registers for regs_get() and regs_set(), of the guest's CPU. */
enum avmm_reg_x86_64
{
  AVMM_REG_RAX, AVMM_REG_RBX, AVMM_REG_RCX, AVMM_REG_RDX, AVMM_REG_RSI, AVMM_REG_RDI,
  AVMM_REG_RSP, AVMM_REG_RBP, AVMM_REG_R8, AVMM_REG_R15 = AVMM_REG_R8 + 7,
  AVMM_REG_RIP, AVMM_REG_RFLAGS, AVMM_REGS_X86_64
};

enum avmm_reg_arm64
{
  AVMM_REG_X0, AVMM_REG_X30 = AVMM_REG_X0 + 30, AVMM_REG_SP, AVMM_REG_PC, AVMM_REG_PSTATE,
  AVMM_REGS_ARM64
};

#define AVMM_REGS_MAX AVMM_REGS_ARM64

/* One file per backend. All are called on the thread that made the vCPU, kick in a
 * signal handler there. Functions returning bool leave a sentence on false.
 *
 * An exit is completed, which may mean to move the pc behind the access, when the guest is
 * entered again: run() does that first. Whoever wants to see or set registers settles before.
 * A hypervisor that calls back in the midst of an instruction (Unicorn) has no exit to return
 * then: its backend hands IO and MMIO to avmm_vm_exit() itself, and returns AVMM_EXIT_CANCELED
 * when that says false. */
struct avmm_hv_ops
{
  const char *name;                                    /* "kvm", "unicorn" */
  uint64_t    features;                                /* AETHER_FEATURE_* it may have; the probe decides */

  bool (*supports)    (enum avmm_arch arch);           /* guests of this CPU */
  bool (*open)        (struct avmm_vm *vm, struct avmm_error *error);  /* VM and vCPU */
  bool (*mem_alloc)   (struct avmm_vm *vm, struct avmm_memslot *slot, uint64_t base, uint64_t size,
                       bool shared, struct avmm_error *error);
  bool (*vcpu_reset)  (struct avmm_vm *vm, const struct avmm_entry *entry,
                       struct avmm_error *error);      /* to the beginning of a life; settles */
  void (*run)         (struct avmm_vm *vm, struct avmm_exit *exit);    /* until there is one */
  void (*settle)      (struct avmm_vm *vm);            /* completes the last exit, runs nothing */
  /* Arrays of @n; false: the vCPU cannot tell, as after a triple fault */
  bool (*regs_get)    (struct avmm_vm *vm, const unsigned *ids, uint64_t *values, unsigned n);
  bool (*regs_set)    (struct avmm_vm *vm, const unsigned *ids, const uint64_t *values, unsigned n);
  void (*mem_written) (struct avmm_vm *vm, avmm_gpa gpa, size_t len);  /* (nullable): we wrote there */
  void (*kick)        (struct avmm_vm *vm);            /* ends run() soon; may be lost: repeated */
  void (*close)       (struct avmm_vm *vm);            /* also after a failed open */
};

/* Best first, NULL at the end. */
extern const struct avmm_hv_ops * const avmm_hv_list[];

extern const struct avmm_hv_ops avmm_hv_kvm;
extern const struct avmm_hv_ops avmm_hv_unicorn;

const struct avmm_hv_ops *avmm_hv_lookup (const char *name);
