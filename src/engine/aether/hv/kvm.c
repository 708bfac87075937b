/* kvm.c - the Linux kernel's hypervisor, the half that all CPUs share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../avmm-vm.h"

static bool
kvm_supports (enum avmm_arch arch)
{
  return arch == avmm_kvm_arch ();
}

static bool
open_device (struct avmm_kvm *kvm, struct avmm_error *error)
{
  kvm->kvm = open ("/dev/kvm", O_RDWR | O_CLOEXEC);

  if (kvm->kvm < 0 && errno == ENOENT)
    return avmm_fail (error, "This computer has no /dev/kvm: its processor cannot run virtual "
                      "machines, or the firmware has that switched off.");
  if (kvm->kvm < 0 && errno == EACCES)
    return avmm_fail (error, "You may not use /dev/kvm. Join the group “kvm” and log in again.");
  if (kvm->kvm < 0)
    return avmm_fail_errno (error, "/dev/kvm could not be opened");

  if (ioctl (kvm->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
    return avmm_fail (error, "/dev/kvm speaks another version of its interface.");

  return true;
}

static bool
kvm_open (struct avmm_vm *vm, struct avmm_error *error)
{
  static struct avmm_kvm only;   /* one machine a process */
  struct avmm_kvm *kvm = &only;
  int size;

  *kvm = (struct avmm_kvm) { .kvm = -1, .vm = -1, .vcpu = -1 };
  vm->hv_data = kvm;

  if (!open_device (kvm, error))
    return false;

  if ((kvm->vm = ioctl (kvm->kvm, KVM_CREATE_VM, 0)) < 0
      || (kvm->vcpu = ioctl (kvm->vm, KVM_CREATE_VCPU, 0)) < 0
      || (size = ioctl (kvm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0)) < (int) sizeof *kvm->run)
    return avmm_fail_errno (error, "KVM could not make a virtual machine");

  kvm->run = mmap (NULL, (size_t) size, PROT_READ | PROT_WRITE, MAP_SHARED, kvm->vcpu, 0);
  if (kvm->run == MAP_FAILED)
    {
      kvm->run = NULL;
      return avmm_fail_errno (error, "KVM could not make a virtual machine");
    }
  kvm->run_size = (size_t) size;

  return avmm_kvm_arch_init (kvm, error);
}

static bool
kvm_mem_alloc (struct avmm_vm *vm, struct avmm_memslot *slot, uint64_t base, uint64_t size,
               bool shared, struct avmm_error *error)
{
  struct avmm_kvm *kvm = vm->hv_data;
  struct kvm_userspace_memory_region region = { .slot = kvm->n_slots };

  if (shared ? !avmm_memslot_map_shared (slot, base, size, "aether-display", error)
             : !avmm_memslot_map_private (slot, base, size, error))
    return false;

  region.guest_phys_addr = base;
  region.memory_size = size;
  region.userspace_addr = (uintptr_t) slot->host;
  if (ioctl (kvm->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
    {
      avmm_fail_errno (error, "KVM refused %llu MB of memory", (unsigned long long) size >> 20);
      avmm_memslot_unmap (slot);
      return false;
    }
  kvm->n_slots++;

  return true;
}

/* KVM_RUN without the C library's ioctl, whose work for any number of arguments would be on the
 * way of every exit.
 *
 * Returns: 0, or a negative error number */
static inline long
enter (const struct avmm_kvm *kvm)
{
#if defined __x86_64__
  long ret;

  __asm__ volatile ("syscall" : "=a" (ret)
                    : "a" ((long) SYS_ioctl), "D" ((long) kvm->vcpu), "S" ((long) KVM_RUN), "d" (0L)
                    : "rcx", "r11", "memory");
  return ret;
#elif defined __aarch64__
  register long number __asm__ ("x8") = SYS_ioctl;
  register long vcpu __asm__ ("x0") = kvm->vcpu;
  register long request __asm__ ("x1") = KVM_RUN;
  register long argument __asm__ ("x2") = 0;

  __asm__ volatile ("svc 0" : "+r" (vcpu) : "r" (number), "r" (request), "r" (argument) : "memory");
  return vcpu;
#endif
}

/* A port or MMIO access counts as done only when the vCPU is entered again; where that
 * has not been, KVM would advance a pc that was set meanwhile. */
static void
kvm_settle (struct avmm_vm *vm)
{
  struct avmm_kvm *kvm = vm->hv_data;

  if (!kvm->entered)
    return;

  kvm->run->immediate_exit = 1;
  enter (kvm);   /* fails with EINTR, as it should */
  kvm->run->immediate_exit = 0;
  kvm->entered = false;
  kvm->values_done = 0;
}

static bool
kvm_vcpu_reset (struct avmm_vm *vm, const struct avmm_entry *entry, struct avmm_error *error)
{
  kvm_settle (vm);
  avmm_kvm_arch_tables (&vm->ram);

  return avmm_kvm_arch_reset (vm->hv_data, entry, error);
}

/* One OUT may carry several values (rep outs); each is an exit. */
static inline void
take_io (struct avmm_kvm *kvm, struct avmm_exit *exit)
{
  const struct kvm_run *run = kvm->run;
  const uint8_t *data = (const uint8_t *) run + run->io.data_offset
                        + (size_t) kvm->values_done * run->io.size;

  exit->kind = AVMM_EXIT_IO;
  exit->write = run->io.direction == KVM_EXIT_IO_OUT;
  exit->size = run->io.size;
  exit->address = run->io.port;
  exit->value = run->io.size == 4 ? *(const uint32_t *) data : *data;   /* only 4 is a call */

  kvm->values_done++;
  if (kvm->values_done >= run->io.count)
    kvm->values_done = 0;
}

static void
take_mmio (const struct kvm_run *run, struct avmm_exit *exit)
{
  exit->kind = AVMM_EXIT_MMIO;
  exit->write = run->mmio.is_write;
  exit->size = (uint8_t) run->mmio.len;
  exit->address = run->mmio.phys_addr;
  memcpy (&exit->value, run->mmio.data, sizeof exit->value);
}

static void
take_other (struct avmm_kvm *kvm, struct avmm_exit *exit)
{
  const struct kvm_run *run = kvm->run;

  exit->kind = AVMM_EXIT_INTERNAL;
  exit->detail = kvm->detail;
  kvm->detail[0] = '\0';

  switch (run->exit_reason)
    {
    case KVM_EXIT_HLT:
    case KVM_EXIT_SYSTEM_EVENT:
      exit->kind = AVMM_EXIT_HALT;
      break;

    case KVM_EXIT_SHUTDOWN:
      exit->kind = AVMM_EXIT_CRASH;
      break;

    case KVM_EXIT_INTERNAL_ERROR:
      snprintf (kvm->detail, sizeof kvm->detail, "KVM internal error %u", run->internal.suberror);
      break;

    case KVM_EXIT_FAIL_ENTRY:
      snprintf (kvm->detail, sizeof kvm->detail, "KVM could not enter the guest, reason 0x%llx",
                (unsigned long long) run->fail_entry.hardware_entry_failure_reason);
      break;

    default:
      snprintf (kvm->detail, sizeof kvm->detail, "KVM exit %u", run->exit_reason);
      break;
    }
}

static void
take_failure (struct avmm_vm *vm, int number, struct avmm_exit *exit)
{
  struct avmm_kvm *kvm = vm->hv_data;

  kvm->run->immediate_exit = 0;
  if (number == EINTR || number == EAGAIN)
    {
      exit->kind = avmm_kvm_arch_asleep (kvm, &vm->ram) ? AVMM_EXIT_HALT : AVMM_EXIT_CANCELED;
      return;
    }

  exit->kind = AVMM_EXIT_INTERNAL;
  exit->detail = strerror (number);
}

static void
kvm_hv_run (struct avmm_vm *vm, struct avmm_exit *exit)
{
  struct avmm_kvm *kvm = vm->hv_data;
  long failed;

  if (kvm->values_done > 0)
    {
      take_io (kvm, exit);
      return;
    }

  kvm->entered = true;
  if (!vm->probing)   /* a trial has a limit of its own */
    avmm_kvm_arch_enter (kvm);
  if ((failed = enter (kvm)) < 0)
    take_failure (vm, (int) -failed, exit);
  else if (kvm->run->exit_reason == KVM_EXIT_IO)
    take_io (kvm, exit);
  else if (kvm->run->exit_reason == KVM_EXIT_MMIO)
    take_mmio (kvm->run, exit);
  else
    take_other (kvm, exit);
}

static bool
kvm_regs_get (struct avmm_vm *vm, const unsigned *ids, uint64_t *values, unsigned n)
{
  return avmm_kvm_arch_regs_get (vm->hv_data, ids, values, n);
}

static bool
kvm_regs_set (struct avmm_vm *vm, const unsigned *ids, const uint64_t *values, unsigned n)
{
  return avmm_kvm_arch_regs_set (vm->hv_data, ids, values, n);
}

/* The signal ends KVM_RUN; the flag wins the race with entering it. */
static void
kvm_kick (struct avmm_vm *vm)
{
  struct avmm_kvm *kvm = vm->hv_data;

  if (kvm->run != NULL)
    kvm->run->immediate_exit = 1;
}

static void
kvm_close (struct avmm_vm *vm)
{
  struct avmm_kvm *kvm = vm->hv_data;

  if (kvm == NULL)
    return;

  /* First, for a signal may still come and kick */
  vm->hv_data = NULL;
  atomic_signal_fence (memory_order_seq_cst);

  avmm_kvm_arch_close (kvm);
  if (kvm->run != NULL)
    munmap (kvm->run, kvm->run_size);
  if (kvm->vcpu >= 0)
    close (kvm->vcpu);
  if (kvm->vm >= 0)
    close (kvm->vm);
  if (kvm->kvm >= 0)
    close (kvm->kvm);
}

const struct avmm_hv_ops avmm_hv_kvm = {
  .name = "kvm",
  .features = AETHER_FEATURE_SIMD | AETHER_FEATURE_EXCEPTIONS,
  .supports = kvm_supports,
  .open = kvm_open,
  .mem_alloc = kvm_mem_alloc,
  .vcpu_reset = kvm_vcpu_reset,
  .run = kvm_hv_run,
  .settle = kvm_settle,
  .regs_get = kvm_regs_get,
  .regs_set = kvm_regs_set,
  .kick = kvm_kick,
  .close = kvm_close,
};
