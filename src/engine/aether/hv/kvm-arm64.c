/* kvm-arm64.c - KVM on arm64: EL1 with the MMU on, registers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "kvm.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../avmm-boot.h"
#include "../avmm-display.h"
#include "../avmm-layout.h"

#define CORE_REG(name) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE \
                        | KVM_REG_ARM_CORE_REG (name))

#define SCTLR_EL1 ARM64_SYS_REG (3, 0, 1, 0, 0)
#define CPACR_EL1 ARM64_SYS_REG (3, 0, 1, 0, 2)
#define TTBR0_EL1 ARM64_SYS_REG (3, 0, 2, 0, 0)
#define TCR_EL1   ARM64_SYS_REG (3, 0, 2, 0, 2)
#define MAIR_EL1  ARM64_SYS_REG (3, 0, 10, 2, 0)
#define VBAR_EL1  ARM64_SYS_REG (3, 0, 12, 0, 0)

#define SCTLR_RES1 0x30d00800u
#define SCTLR_M    (1u << 0)
#define SCTLR_C    (1u << 2)
#define SCTLR_I    (1u << 12)
#define CPACR_FPEN (3u << 20)
#define MAIR       UINT64_C (0x00ff)   /* 0: normal, write-back; 1: device */

/* 39-bit addresses below, none above; walks cached; 36 bits physical */
#define TCR (25u | 1u << 8 | 1u << 10 | 3u << 12 | 1u << 23 | UINT64_C (1) << 32)

#define DESC_BLOCK  UINT64_C (0x1)
#define DESC_TABLE  UINT64_C (0x3)
#define DESC_PAGE   UINT64_C (0x3)
#define DESC_DEVICE (UINT64_C (1) << 2)
#define DESC_SHARED (UINT64_C (3) << 8)
#define DESC_AF     (UINT64_C (1) << 10)
#define DESC_XN     (UINT64_C (3) << 53)
#define DESC_NORMAL (DESC_SHARED | DESC_AF)

#define L1 AVMM_TABLES
#define L2 (AVMM_TABLES + 0x1000)   /* four: one per GiB */
#define L3 (AVMM_TABLES + 0x5000)   /* the first 2 MiB, without page 0 */

#define PSTATE_EL1H_MASKED 0x3c5u

#define INSN_WFI 0xd503207fu
#define INSN_HVC 0xd4000002u   /* #0: PSCI, which may switch the processor off */

#define WATCH_S 1
#define NS_PER_S UINT64_C (1000000000)

enum avmm_arch
avmm_kvm_arch (void)
{
  return AVMM_ARCH_ARM64;
}

static bool
init_vcpu (struct avmm_kvm *kvm, struct avmm_error *error)
{
  struct kvm_vcpu_init init;

  memset (&init, 0, sizeof init);
  if (ioctl (kvm->vm, KVM_ARM_PREFERRED_TARGET, &init) < 0)
    return avmm_fail_errno (error, "KVM could not describe a processor");

  init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
  if (ioctl (kvm->vcpu, KVM_ARM_VCPU_INIT, &init) < 0)
    return avmm_fail_errno (error, "KVM could not make a processor");

  return true;
}

bool
avmm_kvm_arch_init (struct avmm_kvm *kvm, struct avmm_error *error)
{
  struct sigevent kick = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };

  if (timer_create (CLOCK_MONOTONIC, &kick, &kvm->watch) < 0)
    return avmm_fail_errno (error, "KVM could not be looked after");
  kvm->has_watch = true;

  return init_vcpu (kvm, error);
}

static uint64_t
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);

  return (uint64_t) now.tv_sec * NS_PER_S + (uint64_t) now.tv_nsec;
}

/* The kernel sleeps with a vCPU that has executed WFI, and nothing would wake it. So it is woken
 * once a second, or when the guest next runs after that: who sleeps in a WAIT is left alone. */
void
avmm_kvm_arch_enter (struct avmm_kvm *kvm)
{
  static const struct itimerspec once = { .it_value = { .tv_sec = WATCH_S } };

  if (kvm->watching)
    return;

  kvm->watching = true;
  kvm->watch_start = read_clock (CLOCK_MONOTONIC);
  kvm->watch_cpu = read_clock (CLOCK_THREAD_CPUTIME_ID);
  timer_settime (kvm->watch, 0, &once, NULL);
}

/* An interrupted WFI counts as done: the pc is behind it. A guest that merely jumped there would
 * not have slept. */
bool
avmm_kvm_arch_asleep (struct avmm_kvm *kvm, const struct avmm_memslot *ram)
{
  uint64_t passed = read_clock (CLOCK_MONOTONIC) - kvm->watch_start;
  uint64_t used = read_clock (CLOCK_THREAD_CPUTIME_ID) - kvm->watch_cpu;
  static const unsigned id = AVMM_REG_PC;
  const void *last;
  uint32_t insn;
  uint64_t pc;

  if (!kvm->watching || passed < WATCH_S * NS_PER_S)
    return false;   /* another kick */

  kvm->watching = false;
  if (used > passed / 2 || !avmm_kvm_arch_regs_get (kvm, &id, &pc, 1)
      || (last = avmm_memslot_get (ram, (avmm_gpa) { pc - sizeof insn }, sizeof insn)) == NULL)
    return false;

  memcpy (&insn, last, sizeof insn);

  return insn == INSN_WFI || insn == INSN_HVC;
}

void
avmm_kvm_arch_close (struct avmm_kvm *kvm)
{
  if (kvm->has_watch)
    timer_delete (kvm->watch);
  kvm->has_watch = false;
}

static void
map (const struct avmm_memslot *ram, uint64_t from, uint64_t to, uint64_t attributes)
{
  uint64_t *l2 = avmm_memslot_get (ram, (avmm_gpa) { L2 }, 4 * AETHER_PAGE);

  for (uint64_t at = from; at < to; at += 1 << 21)
    l2[at >> 21] = at | DESC_BLOCK | attributes;
}

/* One to one: RAM but for page 0, the room for the picture, the page of calls. */
void
avmm_kvm_arch_tables (const struct avmm_memslot *ram)
{
  uint64_t *l1 = avmm_memslot_get (ram, (avmm_gpa) { L1 }, AETHER_PAGE);
  uint64_t *l2 = avmm_memslot_get (ram, (avmm_gpa) { L2 }, AETHER_PAGE);
  uint64_t *l3 = avmm_memslot_get (ram, (avmm_gpa) { L3 }, AETHER_PAGE);

  for (unsigned i = 0; i < 4; i++)
    l1[i] = (L2 + i * AETHER_PAGE) | DESC_TABLE;

  map (ram, 1 << 21, ram->size, DESC_NORMAL);
  map (ram, AVMM_DISPLAY_BASE, AVMM_DISPLAY_BASE + (uint64_t) AVMM_DISPLAY_SIZE,
       DESC_NORMAL | DESC_XN);
  map (ram, AETHER_CALL_PAGE, AETHER_CALL_PAGE + AETHER_PAGE, DESC_DEVICE | DESC_AF | DESC_XN);

  l2[0] = L3 | DESC_TABLE;
  for (uint64_t i = 1; i < 512; i++)
    l3[i] = i << 12 | DESC_PAGE | DESC_NORMAL;

  avmm_boot_write_vectors (ram);
}

static bool
set_reg (struct avmm_kvm *kvm, uint64_t id, uint64_t value)
{
  struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t) &value };

  return ioctl (kvm->vcpu, KVM_SET_ONE_REG, &reg) == 0;
}

static uint64_t
reg_id (unsigned id)
{
  if (id == AVMM_REG_SP)
    return CORE_REG (sp_el1);

  return id == AVMM_REG_PC ? CORE_REG (regs.pc)
         : id == AVMM_REG_PSTATE ? CORE_REG (regs.pstate)
         : CORE_REG (regs.regs[0]) + id * (sizeof (uint64_t) / sizeof (uint32_t));
}

bool
avmm_kvm_arch_regs_get (struct avmm_kvm *kvm, const unsigned *ids, uint64_t *values, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    {
      struct kvm_one_reg reg = { .id = reg_id (ids[i]), .addr = (uintptr_t) &values[i] };

      if (ioctl (kvm->vcpu, KVM_GET_ONE_REG, &reg) < 0)
        return false;
    }

  return true;
}

bool
avmm_kvm_arch_regs_set (struct avmm_kvm *kvm, const unsigned *ids, const uint64_t *values,
                        unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    if (!set_reg (kvm, reg_id (ids[i]), values[i]))
      return false;

  return true;
}

bool
avmm_kvm_arch_reset (struct avmm_kvm *kvm, const struct avmm_entry *entry,
                     struct avmm_error *error)
{
  const struct { uint64_t id, value; } regs[] = {
    { MAIR_EL1, MAIR },
    { TCR_EL1, TCR },
    { TTBR0_EL1, L1 },
    { VBAR_EL1, AVMM_VECTORS },
    { CPACR_EL1, CPACR_FPEN },
    { SCTLR_EL1, SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_I },
  };
  static const unsigned ids[] = { AVMM_REG_PSTATE, AVMM_REG_X0, AVMM_REG_PC };
  const uint64_t values[] = { PSTATE_EL1H_MASKED, entry->boot_info, entry->pc };

  /* Everything else back to its reset value */
  if (!init_vcpu (kvm, error))
    return false;

  for (unsigned i = 0; i < sizeof regs / sizeof regs[0]; i++)
    if (!set_reg (kvm, regs[i].id, regs[i].value))
      return avmm_fail_errno (error, "KVM could not set the processor's state");
  if (!avmm_kvm_arch_regs_set (kvm, ids, values, 3))
    return avmm_fail_errno (error, "KVM could not set the processor's state");

  return true;
}
