/* unicorn.c - a processor in software, for computers whose own cannot help
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-hv.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "../avmm-boot.h"
#include "../avmm-layout.h"
#include "../avmm-vm.h"

#define LIBRARY "libunicorn.so.2"
#define TRANSLATED (128 << 20)   /* bytes of translated code that are kept */
#define FOREVER UINT64_MAX   /* an address no guest has: never stop there */

/* The 20 MB library is loaded when this backend is chosen, not before. */
struct library
{
  void                *handle;
  __typeof__ (uc_open)        *open;
  __typeof__ (uc_close)       *close;
  __typeof__ (uc_emu_start)   *emu_start;
  __typeof__ (uc_emu_stop)    *emu_stop;
  __typeof__ (uc_hook_add)    *hook_add;
  __typeof__ (uc_mem_map_ptr) *mem_map_ptr;
  __typeof__ (uc_mmio_map)    *mmio_map;
  __typeof__ (uc_reg_read)    *reg_read;
  __typeof__ (uc_reg_write)   *reg_write;
  __typeof__ (uc_ctl)         *ctl;
  __typeof__ (uc_strerror)    *strerror;
};

struct unicorn
{
  struct library  lib;
  uc_engine      *uc;
  uint64_t        entry;      /* where the next run begins */
  bool            leave;      /* avmm_vm_exit() said so: unwinding */
  volatile bool   kicked;     /* the emulation ends for that */
  bool            crashed;    /* by an interrupt or a stray access */
  char            detail[96]; /* why */
};

static bool
load_library (struct library *lib, struct avmm_error *error)
{
  const struct { const char *name; void *to; } symbols[] = {
    { "uc_open", &lib->open }, { "uc_close", &lib->close },
    { "uc_emu_start", &lib->emu_start }, { "uc_emu_stop", &lib->emu_stop },
    { "uc_hook_add", &lib->hook_add }, { "uc_mem_map_ptr", &lib->mem_map_ptr },
    { "uc_mmio_map", &lib->mmio_map }, { "uc_reg_read", &lib->reg_read },
    { "uc_reg_write", &lib->reg_write }, { "uc_ctl", &lib->ctl },
    { "uc_strerror", &lib->strerror },
  };

  if ((lib->handle = dlopen (LIBRARY, RTLD_NOW | RTLD_LOCAL)) == NULL)
    return avmm_fail (error, "The library Unicorn is not installed (%s).", LIBRARY);

  for (unsigned i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
    {
      void *symbol = dlsym (lib->handle, symbols[i].name);

      if (symbol == NULL)
        return avmm_fail (error, "The library Unicorn lacks %s. Install version 2.", symbols[i].name);
      memcpy (symbols[i].to, &symbol, sizeof symbol);
    }

  return true;
}

static bool
unicorn_supports (enum avmm_arch arch)
{
  (void) arch;

  return true;
}

static bool
check (struct unicorn *unicorn, uc_err err, struct avmm_error *error)
{
  return err == UC_ERR_OK
         || avmm_fail (error, "Unicorn failed: %s.", unicorn->lib.strerror (err));
}

/* Passes an exit on; when the guest does not go on, the emulation is left. */
static void
pass_exit (struct avmm_vm *vm, const struct avmm_exit *exit)
{
  struct unicorn *unicorn = vm->hv_data;

  if (unicorn->leave || avmm_vm_exit (vm, exit))
    return;

  unicorn->leave = true;
  unicorn->lib.emu_stop (unicorn->uc);
}

static void
out_cb (uc_engine *uc, uint32_t port, int size, uint32_t value, void *user_data)
{
  struct avmm_exit exit = {
    .kind = AVMM_EXIT_IO, .write = true, .size = (uint8_t) size, .address = port, .value = value,
  };

  (void) uc;
  pass_exit (user_data, &exit);
}

static uint32_t
in_cb (uc_engine *uc, uint32_t port, int size, void *user_data)
{
  struct avmm_exit exit = { .kind = AVMM_EXIT_IO, .size = (uint8_t) size, .address = port };

  (void) uc;
  pass_exit (user_data, &exit);

  return 0;
}

static void
mmio_write_cb (uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *user_data)
{
  struct avmm_exit exit = {
    .kind = AVMM_EXIT_MMIO, .write = true, .size = (uint8_t) size,
    .address = AETHER_CALL_PAGE + offset, .value = value,
  };

  (void) uc;
  pass_exit (user_data, &exit);
}

static uint64_t
mmio_read_cb (uc_engine *uc, uint64_t offset, unsigned size, void *user_data)
{
  struct avmm_exit exit = {
    .kind = AVMM_EXIT_MMIO, .size = (uint8_t) size, .address = AETHER_CALL_PAGE + offset,
  };

  (void) uc;
  pass_exit (user_data, &exit);

  return 0;
}

static void
crash (struct unicorn *unicorn, const char *format, unsigned long long value)
{
  if (unicorn->crashed)
    return;

  unicorn->crashed = true;
  snprintf (unicorn->detail, sizeof unicorn->detail, format, value);
}

/* Unicorn brings faults here and not to the guest's own handlers, so it does not
 * offer AETHER_FEATURE_EXCEPTIONS. */
static void
intr_cb (uc_engine *uc, uint32_t number, void *user_data)
{
  struct avmm_vm *vm = user_data;
  struct unicorn *unicorn = vm->hv_data;

  crash (unicorn, "exception %llu", number);
  unicorn->lib.emu_stop (uc);
}

static bool
stray_cb (uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
          void *user_data)
{
  struct avmm_vm *vm = user_data;

  (void) uc;
  (void) type;
  (void) size;
  (void) value;
  crash (vm->hv_data, "nothing is at address 0x%llx", address);

  return false;
}

static bool
add_hooks (struct avmm_vm *vm, struct avmm_error *error)
{
  struct unicorn *unicorn = vm->hv_data;
  const struct library *lib = &unicorn->lib;
  uc_hook hook;

  if (!check (unicorn, lib->hook_add (unicorn->uc, &hook, UC_HOOK_INTR, (void *) intr_cb, vm, 1, 0),
              error)
      || !check (unicorn, lib->hook_add (unicorn->uc, &hook, UC_HOOK_MEM_INVALID,
                                         (void *) stray_cb, vm, 1, 0), error))
    return false;

  if (vm->image.arch == AVMM_ARCH_ARM64)
    return check (unicorn, lib->mmio_map (unicorn->uc, AETHER_CALL_PAGE, AETHER_PAGE, mmio_read_cb,
                                          vm, mmio_write_cb, vm), error);

  return check (unicorn, lib->hook_add (unicorn->uc, &hook, UC_HOOK_INSN, (void *) out_cb, vm, 1, 0,
                                        UC_X86_INS_OUT), error)
         && check (unicorn, lib->hook_add (unicorn->uc, &hook, UC_HOOK_INSN, (void *) in_cb, vm, 1,
                                           0, UC_X86_INS_IN), error);
}

static bool
map (struct unicorn *unicorn, const struct avmm_memslot *slot, struct avmm_error *error)
{
  /* Page 0 of RAM is not the guest's */
  uint64_t skip = slot->base == 0 ? AETHER_PAGE : 0;

  if (slot->size == 0)
    return true;

  return check (unicorn, unicorn->lib.mem_map_ptr (unicorn->uc, slot->base + skip,
                                                   slot->size - skip, UC_PROT_ALL,
                                                   slot->host + skip), error);
}

/* A new engine: there is no other way to make it forget the code it translated. */
static bool
make_engine (struct avmm_vm *vm, struct avmm_error *error)
{
  struct unicorn *unicorn = vm->hv_data;
  bool arm = vm->image.arch == AVMM_ARCH_ARM64;

  if (unicorn->uc != NULL)
    unicorn->lib.close (unicorn->uc);
  unicorn->uc = NULL;

  if (!check (unicorn, unicorn->lib.open (arm ? UC_ARCH_ARM64 : UC_ARCH_X86,
                                          arm ? UC_MODE_ARM : UC_MODE_64, &unicorn->uc), error))
    return false;

  /* By itself it takes a GiB of addresses, and ends the program where it gets none. */
  unicorn->lib.ctl (unicorn->uc, UC_CTL_WRITE (UC_CTL_TCG_BUFFER_SIZE, 1), TRANSLATED);

  return add_hooks (vm, error)
         && map (unicorn, &vm->ram, error)
         && map (unicorn, &vm->display.slot, error);
}

static bool
unicorn_open (struct avmm_vm *vm, struct avmm_error *error)
{
  struct unicorn *unicorn = calloc (1, sizeof *unicorn);

  if (unicorn == NULL)
    return avmm_fail_errno (error, "Unicorn could not be used");
  vm->hv_data = unicorn;

  return load_library (&unicorn->lib, error);
}

static bool
unicorn_mem_alloc (struct avmm_vm *vm, struct avmm_memslot *slot, uint64_t base, uint64_t size,
                   bool shared, struct avmm_error *error)
{
  (void) vm;

  /* Made known to the engine when the vCPU is reset */
  return shared ? avmm_memslot_map_shared (slot, base, size, "aether-display", error)
                : avmm_memslot_map_private (slot, base, size, error);
}

static bool
set_reg (struct unicorn *unicorn, int reg, uint64_t value, struct avmm_error *error)
{
  return check (unicorn, unicorn->lib.reg_write (unicorn->uc, reg, &value), error);
}

static bool
unicorn_vcpu_reset (struct avmm_vm *vm, const struct avmm_entry *entry, struct avmm_error *error)
{
  struct unicorn *unicorn = vm->hv_data;
  uc_x86_mmr gdtr = { .base = AVMM_GDT, .limit = 3 * 8 - 1 };

  if (!make_engine (vm, error))
    return false;

  unicorn->entry = entry->pc;
  unicorn->leave = false;
  unicorn->crashed = false;

  if (vm->image.arch == AVMM_ARCH_ARM64)
    return set_reg (unicorn, UC_ARM64_REG_X0, entry->boot_info, error)
           && set_reg (unicorn, UC_ARM64_REG_CPACR_EL1, 3 << 20, error);

  /* One to one without paging; SSE as a system would switch it on */
  avmm_boot_write_gdt (&vm->ram);
  return check (unicorn, unicorn->lib.reg_write (unicorn->uc, UC_X86_REG_GDTR, &gdtr), error)
         && set_reg (unicorn, UC_X86_REG_RDI, entry->boot_info, error)
         && set_reg (unicorn, UC_X86_REG_CR4, 1 << 5 | 1 << 9 | 1 << 10, error);
}

/* Each run begins where the last ended; IO and MMIO are dealt with on the way. */
static void
unicorn_run (struct avmm_vm *vm, struct avmm_exit *exit)
{
  struct unicorn *unicorn = vm->hv_data;
  int pc = vm->image.arch == AVMM_ARCH_ARM64 ? UC_ARM64_REG_PC : UC_X86_REG_RIP;
  uc_err err;

  unicorn->leave = false;
  unicorn->kicked = false;
  err = unicorn->lib.emu_start (unicorn->uc, unicorn->entry, FOREVER, 0, 0);
  unicorn->lib.reg_read (unicorn->uc, pc, &unicorn->entry);

  if (err != UC_ERR_OK && !unicorn->crashed && !unicorn->leave)
    crash (unicorn, "Unicorn error %llu", err);

  *exit = (struct avmm_exit) {
    .kind = unicorn->leave || (unicorn->kicked && !unicorn->crashed) ? AVMM_EXIT_CANCELED
            : unicorn->crashed ? AVMM_EXIT_CRASH : AVMM_EXIT_HALT,
    .detail = unicorn->detail,
  };
}

/* Between two runs nothing is left to complete. */
static void
unicorn_settle (struct avmm_vm *vm)
{
  (void) vm;
}

static int
reg_id (const struct avmm_vm *vm, unsigned id)
{
  static const int x86[AVMM_REGS_X86_64] = {
    UC_X86_REG_RAX, UC_X86_REG_RBX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RSI, UC_X86_REG_RDI,
    UC_X86_REG_RSP, UC_X86_REG_RBP, UC_X86_REG_R8, UC_X86_REG_R9, UC_X86_REG_R10, UC_X86_REG_R11,
    UC_X86_REG_R12, UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15, UC_X86_REG_RIP,
    UC_X86_REG_EFLAGS,
  };

  if (vm->image.arch == AVMM_ARCH_X86_64)
    return x86[id];

  /* Unicorn counts x29 and x30 apart */
  return id == AVMM_REG_SP ? UC_ARM64_REG_SP : id == AVMM_REG_PC ? UC_ARM64_REG_PC
         : id == AVMM_REG_PSTATE ? UC_ARM64_REG_PSTATE
         : id == 29 ? UC_ARM64_REG_X29 : id == 30 ? UC_ARM64_REG_X30 : UC_ARM64_REG_X0 + (int) id;
}

static bool
unicorn_regs_get (struct avmm_vm *vm, const unsigned *ids, uint64_t *values, unsigned n)
{
  struct unicorn *unicorn = vm->hv_data;

  for (unsigned i = 0; i < n; i++)
    {
      values[i] = 0;   /* the narrow ones fill a part */
      if (unicorn->lib.reg_read (unicorn->uc, reg_id (vm, ids[i]), &values[i]) != UC_ERR_OK)
        return false;
    }

  return true;
}

static bool
unicorn_regs_set (struct avmm_vm *vm, const unsigned *ids, const uint64_t *values, unsigned n)
{
  struct unicorn *unicorn = vm->hv_data;

  for (unsigned i = 0; i < n; i++)
    {
      if (ids[i] == (vm->image.arch == AVMM_ARCH_X86_64 ? (unsigned) AVMM_REG_RIP : AVMM_REG_PC))
        unicorn->entry = values[i];
      if (unicorn->lib.reg_write (unicorn->uc, reg_id (vm, ids[i]), &values[i]) != UC_ERR_OK)
        return false;
    }

  return true;
}

static void
unicorn_mem_written (struct avmm_vm *vm, avmm_gpa gpa, size_t len)
{
  struct unicorn *unicorn = vm->hv_data;

  if (len > 0)
    unicorn->lib.ctl (unicorn->uc, UC_CTL_WRITE (UC_CTL_TB_REMOVE_CACHE, 2), gpa.addr,
                      gpa.addr + len);
}

static void
unicorn_kick (struct avmm_vm *vm)
{
  struct unicorn *unicorn = vm->hv_data;

  if (unicorn->uc == NULL)
    return;

  unicorn->kicked = true;
  unicorn->lib.emu_stop (unicorn->uc);
}

static void
unicorn_close (struct avmm_vm *vm)
{
  struct unicorn *unicorn = vm->hv_data;

  if (unicorn == NULL)
    return;

  /* First, for a signal may still come and kick */
  vm->hv_data = NULL;
  atomic_signal_fence (memory_order_seq_cst);

  if (unicorn->uc != NULL)
    unicorn->lib.close (unicorn->uc);
  /* The library stays: it was not made to be unloaded */
  free (unicorn);
}

const struct avmm_hv_ops avmm_hv_unicorn = {
  .name = "unicorn",
  .features = AETHER_FEATURE_SIMD,
  .supports = unicorn_supports,
  .open = unicorn_open,
  .mem_alloc = unicorn_mem_alloc,
  .vcpu_reset = unicorn_vcpu_reset,
  .run = unicorn_run,
  .settle = unicorn_settle,
  .regs_get = unicorn_regs_get,
  .regs_set = unicorn_regs_set,
  .mem_written = unicorn_mem_written,
  .kick = unicorn_kick,
  .close = unicorn_close,
};
