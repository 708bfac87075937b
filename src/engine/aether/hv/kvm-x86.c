/* kvm-x86.c - KVM on x86_64: CPUID, long mode, registers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "kvm.h"

#include <cpuid.h>
#include <stddef.h>
#include <sys/ioctl.h>

#include "../avmm-boot.h"
#include "../avmm-display.h"
#include "../avmm-layout.h"

/* FPU, PSE, TSC, MSR, PAE, CX8, PGE, CMOV, PAT, FXSR, SSE, SSE2 */
#define CPUID_1_EDX     0x0701a179u
#define CPUID_LONG_MODE (1u << 29)
#define CPUID_NX        (1u << 20)
#define CPUID_SYSCALL   (1u << 11)

#define CR0_PE (1u << 0)
#define CR0_MP (1u << 1)
#define CR0_ET (1u << 4)
#define CR0_NE (1u << 5)
#define CR0_WP (1u << 16)
#define CR0_AM (1u << 18)
#define CR0_PG (1u << 31)
#define CR4_PAE        (1u << 5)
#define CR4_OSFXSR     (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define FCW   0x37fu    /* x87: all exceptions masked */
#define MXCSR 0x1f80u   /* SSE: the same */
#define XSAVE_MXCSR 6   /* word of the XSAVE area */
#define EFER_LME (1u << 8)
#define EFER_LMA (1u << 10)

#define PTE_PRESENT  UINT64_C (0x01)
#define PTE_WRITABLE UINT64_C (0x02)
#define PTE_LARGE    UINT64_C (0x80)
#define PTE_TABLE    (PTE_PRESENT | PTE_WRITABLE)

#define PML4 AVMM_TABLES
#define PDPT (AVMM_TABLES + 0x1000)
#define PD   (AVMM_TABLES + 0x2000)   /* four: one per GiB */
#define PT   (AVMM_TABLES + 0x6000)   /* the first 2 MiB, without page 0 */

enum avmm_arch
avmm_kvm_arch (void)
{
  return AVMM_ARCH_X86_64;
}

/* One plain processor for every guest: what any x86_64 has, and SSE2. So it is alike on
 * all computers, and KVM need not be asked for everything there is. Without long mode in
 * it, KVM would refuse that to the vCPU. */
bool
avmm_kvm_arch_init (struct avmm_kvm *kvm, struct avmm_error *error)
{
  struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[5]; } cpuid = {
    .head = { .nent = 5 },
    .entries = {
      { .function = 0, .eax = 1 },
      { .function = 1, .edx = CPUID_1_EDX },
      { .function = 0x80000000, .eax = 0x80000008 },
      { .function = 0x80000001, .edx = CPUID_LONG_MODE | CPUID_NX | CPUID_SYSCALL },
      { .function = 0x80000008, .eax = 48 << 8 | 36 },   /* bits of addresses */
    },
  };
  struct kvm_cpuid_entry2 *vendor = &cpuid.entries[0], *model = &cpuid.entries[1];
  unsigned unused;

  /* KVM follows the maker's habits: it must be the real one */
  __cpuid (0, unused, vendor->ebx, vendor->ecx, vendor->edx);
  __cpuid (1, model->eax, unused, unused, unused);

  if (ioctl (kvm->vcpu, KVM_SET_CPUID2, &cpuid) < 0)
    return avmm_fail_errno (error, "KVM could not describe a processor");

  return true;
}

static void
map (const struct avmm_memslot *ram, uint64_t from, uint64_t to)
{
  uint64_t *pd = avmm_memslot_get (ram, (avmm_gpa) { PD }, 4 * AETHER_PAGE);

  for (uint64_t at = from; at < to; at += 1 << 21)
    pd[at >> 21] = at | PTE_TABLE | PTE_LARGE;
}

/* One to one: RAM but for page 0, and the room for the picture. */
void
avmm_kvm_arch_tables (const struct avmm_memslot *ram)
{
  uint64_t *pml4 = avmm_memslot_get (ram, (avmm_gpa) { PML4 }, AETHER_PAGE);
  uint64_t *pdpt = avmm_memslot_get (ram, (avmm_gpa) { PDPT }, AETHER_PAGE);
  uint64_t *pd = avmm_memslot_get (ram, (avmm_gpa) { PD }, AETHER_PAGE);
  uint64_t *pt = avmm_memslot_get (ram, (avmm_gpa) { PT }, AETHER_PAGE);

  pml4[0] = PDPT | PTE_TABLE;
  for (unsigned i = 0; i < 4; i++)
    pdpt[i] = (PD + i * AETHER_PAGE) | PTE_TABLE;

  map (ram, 1 << 21, ram->size);
  map (ram, AVMM_DISPLAY_BASE, AVMM_DISPLAY_BASE + (uint64_t) AVMM_DISPLAY_SIZE);

  pd[0] = PT | PTE_TABLE;
  for (uint64_t i = 1; i < 512; i++)
    pt[i] = i << 12 | PTE_TABLE;

  avmm_boot_write_gdt (ram);
}

static void
set_segment (struct kvm_segment *segment, uint16_t selector, bool code)
{
  *segment = (struct kvm_segment) {
    .limit = 0xffffffff, .selector = selector, .type = code ? 11 : 3,
    .present = 1, .s = 1, .l = code, .db = !code, .g = 1,
  };
}

/* As after a reset. Where the kernel can be told that nothing is in use, it has less to
 * swap at every entry. */
static bool
reset_fpu (struct avmm_kvm *kvm)
{
  struct kvm_xsave xsave = { .region[0] = FCW, .region[XSAVE_MXCSR] = MXCSR };
  struct kvm_fpu fpu = { .fcw = FCW, .mxcsr = MXCSR };

  return ioctl (kvm->vcpu, KVM_SET_XSAVE, &xsave) == 0
         || ioctl (kvm->vcpu, KVM_SET_FPU, &fpu) == 0;
}

bool
avmm_kvm_arch_reset (struct avmm_kvm *kvm, const struct avmm_entry *entry,
                     struct avmm_error *error)
{
  struct kvm_regs regs = { .rip = entry->pc, .rdi = entry->boot_info, .rflags = 2 };
  struct kvm_sregs sregs;

  if (ioctl (kvm->vcpu, KVM_GET_SREGS, &sregs) < 0)
    return avmm_fail_errno (error, "KVM could not read the processor's state");

  set_segment (&sregs.cs, AVMM_CODE_SELECTOR, true);
  set_segment (&sregs.ds, AVMM_DATA_SELECTOR, false);
  sregs.es = sregs.fs = sregs.gs = sregs.ss = sregs.ds;
  sregs.gdt = (struct kvm_dtable) { .base = AVMM_GDT, .limit = 3 * 8 - 1 };
  sregs.idt = (struct kvm_dtable) { 0 };   /* a fault becomes a triple fault */
  sregs.cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
  sregs.cr3 = PML4;
  sregs.cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
  sregs.efer = EFER_LME | EFER_LMA;

  if (ioctl (kvm->vcpu, KVM_SET_SREGS, &sregs) < 0
      || ioctl (kvm->vcpu, KVM_SET_REGS, &regs) < 0
      || !reset_fpu (kvm))
    return avmm_fail_errno (error, "KVM could not set the processor's state");

  return true;
}

/* HLT is an exit: there is nothing to look after. */
void
avmm_kvm_arch_enter (struct avmm_kvm *kvm)
{
}

bool
avmm_kvm_arch_asleep (struct avmm_kvm *kvm, const struct avmm_memslot *ram)
{
  return false;
}

void
avmm_kvm_arch_close (struct avmm_kvm *kvm)
{
}

/* Our names are in the order of struct kvm_regs. */
_Static_assert (offsetof (struct kvm_regs, rdi) == AVMM_REG_RDI * sizeof (uint64_t)
                && offsetof (struct kvm_regs, r8) == AVMM_REG_R8 * sizeof (uint64_t)
                && offsetof (struct kvm_regs, rip) == AVMM_REG_RIP * sizeof (uint64_t)
                && sizeof (struct kvm_regs) == AVMM_REGS_X86_64 * sizeof (uint64_t), "kvm_regs");

bool
avmm_kvm_arch_regs_get (struct avmm_kvm *kvm, const unsigned *ids, uint64_t *values, unsigned n)
{
  uint64_t regs[AVMM_REGS_X86_64];

  /* After a triple fault they are those of a reset already */
  if (kvm->run->exit_reason == KVM_EXIT_SHUTDOWN || ioctl (kvm->vcpu, KVM_GET_REGS, regs) < 0)
    return false;

  for (unsigned i = 0; i < n; i++)
    values[i] = regs[ids[i]];

  return true;
}

bool
avmm_kvm_arch_regs_set (struct avmm_kvm *kvm, const unsigned *ids, const uint64_t *values,
                        unsigned n)
{
  uint64_t regs[AVMM_REGS_X86_64];

  if (ioctl (kvm->vcpu, KVM_GET_REGS, regs) < 0)
    return false;

  for (unsigned i = 0; i < n; i++)
    regs[ids[i]] = values[i];

  return ioctl (kvm->vcpu, KVM_SET_REGS, regs) == 0;
}
