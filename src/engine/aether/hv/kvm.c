/* kvm.c - the Linux kernel's hypervisor, the half that all CPUs share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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
  struct avmm_kvm *kvm = calloc (1, sizeof *kvm);
  int size;

  if (kvm == NULL)
    return avmm_fail_errno (error, "KVM could not be used");
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

/* A port or MMIO access counts as done only when the vCPU is entered again; do
 * that before registers are set, or KVM advances the new pc. */
static void
settle (struct avmm_kvm *kvm)
{
  kvm->run->immediate_exit = 1;
  ioctl (kvm->vcpu, KVM_RUN, 0);   /* fails with EINTR, as it should */
  kvm->run->immediate_exit = 0;
}

static bool
kvm_vcpu_reset (struct avmm_vm *vm, const struct avmm_entry *entry, struct avmm_error *error)
{
  struct avmm_kvm *kvm = vm->hv_data;

  settle (kvm);
  avmm_kvm_arch_tables (&vm->ram);

  return avmm_kvm_arch_reset (kvm, entry, error);
}

/* One OUT may carry several values (rep outs); each is a call. */
static bool
exit_io (struct avmm_vm *vm, struct kvm_run *run)
{
  struct avmm_exit exit = {
    .kind = AVMM_EXIT_IO, .write = run->io.direction == KVM_EXIT_IO_OUT,
    .size = run->io.size, .address = run->io.port,
  };
  uint8_t *data = (uint8_t *) run + run->io.data_offset;

  for (uint32_t i = 0; i < run->io.count; i++, data += run->io.size)
    {
      exit.value = run->io.size == 4 ? *(uint32_t *) data : *data;   /* only 4 is a call */
      if (!avmm_vm_exit (vm, &exit))
        return false;
    }

  return true;
}

static bool
exit_mmio (struct avmm_vm *vm, struct kvm_run *run)
{
  struct avmm_exit exit = {
    .kind = AVMM_EXIT_MMIO, .write = run->mmio.is_write,
    .size = (uint8_t) run->mmio.len, .address = run->mmio.phys_addr,
  };

  memcpy (&exit.value, run->mmio.data, sizeof exit.value);

  return avmm_vm_exit (vm, &exit);
}

static bool
exit_other (struct avmm_vm *vm, struct avmm_kvm *kvm)
{
  char detail[96] = "", where[32] = "";
  struct avmm_exit exit = { .kind = AVMM_EXIT_INTERNAL, .detail = detail };
  struct kvm_run *run = kvm->run;
  uint64_t pc;

  if (avmm_kvm_arch_get_pc (kvm, &pc))
    snprintf (where, sizeof where, " at 0x%llx", (unsigned long long) pc);

  switch (run->exit_reason)
    {
    case KVM_EXIT_HLT:
    case KVM_EXIT_SYSTEM_EVENT:
      exit.kind = AVMM_EXIT_HALT;
      break;

    case KVM_EXIT_SHUTDOWN:
      exit.kind = AVMM_EXIT_CRASH;
      break;

    case KVM_EXIT_INTERNAL_ERROR:
      snprintf (detail, sizeof detail, "KVM internal error %u%s", run->internal.suberror, where);
      break;

    case KVM_EXIT_FAIL_ENTRY:
      snprintf (detail, sizeof detail, "KVM could not enter the guest, reason 0x%llx%s",
                (unsigned long long) run->fail_entry.hardware_entry_failure_reason, where);
      break;

    default:
      snprintf (detail, sizeof detail, "KVM exit %u%s", run->exit_reason, where);
      break;
    }

  return avmm_vm_exit (vm, &exit);
}

static void
kvm_hv_run (struct avmm_vm *vm)
{
  struct avmm_kvm *kvm = vm->hv_data;
  struct kvm_run *run = kvm->run;
  bool go_on = true;

  while (go_on)
    {
      if (ioctl (kvm->vcpu, KVM_RUN, 0) < 0)
        {
          struct avmm_exit exit = { .kind = AVMM_EXIT_CANCELED };

          if (errno == EINTR || errno == EAGAIN)
            run->immediate_exit = 0;
          else
            {
              exit.kind = AVMM_EXIT_INTERNAL;
              exit.detail = strerror (errno);
            }
          go_on = avmm_vm_exit (vm, &exit);
        }
      else if (run->exit_reason == KVM_EXIT_IO)
        go_on = exit_io (vm, run);
      else if (run->exit_reason == KVM_EXIT_MMIO)
        go_on = exit_mmio (vm, run);
      else
        go_on = exit_other (vm, kvm);
    }
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

  if (kvm->run != NULL)
    munmap (kvm->run, kvm->run_size);
  if (kvm->vcpu >= 0)
    close (kvm->vcpu);
  if (kvm->vm >= 0)
    close (kvm->vm);
  if (kvm->kvm >= 0)
    close (kvm->kvm);
  free (kvm);
  vm->hv_data = NULL;
}

const struct avmm_hv_ops avmm_hv_kvm = {
  .name = "kvm",
  .features = AETHER_FEATURE_SIMD | AETHER_FEATURE_EXCEPTIONS,
  .supports = kvm_supports,
  .open = kvm_open,
  .mem_alloc = kvm_mem_alloc,
  .vcpu_reset = kvm_vcpu_reset,
  .run = kvm_hv_run,
  .kick = kvm_kick,
  .close = kvm_close,
};
