/* avmm-vm.c - one machine: what it has, and its life
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-vm.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include "avmm-boot.h"
#include "avmm-call.h"
#include "avmm-layout.h"
#include "avmm-probe.h"

#define DEFAULT_MEMORY (32u << 20)   /* bytes */
#define MEMORY_STEP    (2u << 20)    /* bytes: a large page */

/* Open: image -> devices it asks for -> backend that passes the trial. */

static bool
open_devices (struct avmm_vm *vm, struct avmm_error *error)
{
  const struct aether_manifest *manifest = &vm->image.manifest;
  uint64_t asked = manifest->required | manifest->wanted;

  if (asked & AETHER_FEATURE_INPUT)
    vm->features |= AETHER_FEATURE_INPUT;

  if ((asked & AETHER_FEATURE_BLOCK) && vm->options->disk != NULL)
    {
      if (!avmm_block_open (&vm->block, vm->options->disk, vm->options->read_only, error))
        return false;
      vm->features |= AETHER_FEATURE_BLOCK;
    }
  else if (manifest->required & AETHER_FEATURE_BLOCK)
    return avmm_fail (error, "“%s” needs a disk. Give it one by --disk.", vm->image.path);

  if ((asked & AETHER_FEATURE_NET) && vm->options->network)
    {
      if ((vm->net = avmm_net_new (vm->options->forwards, vm->options->n_forwards, error)) == NULL)
        return false;
      vm->features |= AETHER_FEATURE_NET;
    }
  else if (manifest->required & AETHER_FEATURE_NET)
    return avmm_fail (error, "“%s” needs a network. Give it one by --net user.", vm->image.path);

  return true;
}

static uint64_t
choose_memory (const struct avmm_vm *vm)
{
  uint64_t size = (uint64_t) vm->options->memory << 20;

  if (size == 0)
    size = vm->image.manifest.ram;
  if (size == 0)
    size = DEFAULT_MEMORY;
  if (size > AETHER_RAM_MAX)
    size = AETHER_RAM_MAX;

  size = (size + MEMORY_STEP - 1) & ~(uint64_t) (MEMORY_STEP - 1);

  return size < MEMORY_STEP ? MEMORY_STEP : size;
}

static void
close_backend (struct avmm_vm *vm)
{
  if (vm->hv != NULL)
    vm->hv->close (vm);
  vm->hv = NULL;
  avmm_memslot_unmap (&vm->ram);
}

/* Whoever names a backend has chosen. Then the guest itself is the trial, unless it asks for
 * what a backend may lack. */
static bool
needs_trial (const struct avmm_vm *vm)
{
  const struct aether_manifest *manifest = &vm->image.manifest;

  return strcmp (vm->options->backend, "auto") == 0
         || ((manifest->required | manifest->wanted)
             & (AETHER_FEATURE_SIMD | AETHER_FEATURE_EXCEPTIONS)) != 0;
}

/* Opens one backend, and believes it only after a trial. */
static bool
try_backend (struct avmm_vm *vm, const struct avmm_hv_ops *hv, bool demand_all,
             struct avmm_error *error)
{
  uint64_t missing;

  memset (error, 0, sizeof *error);
  if (!hv->supports (vm->image.arch))
    return avmm_fail (error, "It runs no %s guests here.", avmm_arch_name (vm->image.arch));

  vm->hv = hv;
  if (!hv->open (vm, error)
      || !hv->mem_alloc (vm, &vm->ram, 0, choose_memory (vm), false, error)
      || (needs_trial (vm) && !avmm_probe (vm, error)))
    {
      close_backend (vm);
      return false;
    }

  missing = vm->image.manifest.required & (AETHER_FEATURE_SIMD | AETHER_FEATURE_EXCEPTIONS)
            & ~vm->hv_features;
  if (missing != 0 || (demand_all && vm->hv_features != hv->features))
    {
      close_backend (vm);
      return avmm_fail (error, "It runs plain code here, but no %s.",
                        (missing ? missing : ~vm->hv_features) & AETHER_FEATURE_SIMD
                        ? "floating point or vector instructions" : "exception handlers");
    }

  return true;
}

/* `auto` takes the first that does all it should, else, unless @demand_all, the first
 * that runs at all: a KVM that merely interprets comes after Unicorn. */
static bool
choose_backend (struct avmm_vm *vm, bool demand_all, struct avmm_error *error)
{
  const char *name = vm->options->backend;
  const struct avmm_hv_ops *hv;
  struct avmm_error why;

  vm->no_backend = true;

  if (strcmp (name, "auto") != 0)
    {
      if ((hv = avmm_hv_lookup (name)) == NULL)
        return avmm_fail (error, "There is no backend “%s” in this build of aether-vmm.", name);
      if (!try_backend (vm, hv, false, &why))
        return avmm_fail (error, "The backend “%s” cannot run this guest: %s", name, why.sentence);
      vm->no_backend = false;
      return true;
    }

  avmm_fail (error, "Nothing on this computer can run this guest.");
  for (int all = 1; all >= demand_all; all--)
    for (unsigned i = 0; (hv = avmm_hv_list[i]) != NULL; i++)
      {
        size_t used = strlen (error->sentence);

        if (try_backend (vm, hv, all, &why))
          {
            vm->no_backend = false;
            return true;
          }
        if (!all)
          snprintf (error->sentence + used, sizeof error->sentence - used, " %s: %s", hv->name,
                    why.sentence);
      }

  return false;
}

static bool
open_display (struct avmm_vm *vm, struct avmm_error *error)
{
  const struct aether_manifest *manifest = &vm->image.manifest;

  if (!((manifest->required | manifest->wanted) & AETHER_FEATURE_DISPLAY))
    return true;

  if (!vm->hv->mem_alloc (vm, &vm->display.slot, AVMM_DISPLAY_BASE, AVMM_DISPLAY_SIZE, true,
                          error))
    return false;
  vm->features |= AETHER_FEATURE_DISPLAY;

  return true;
}

/**
 * avmm_vm_open:
 * @vm: all zeros
 * @options: borrowed for the life of @vm
 * @path: of the image; borrowed
 * @demand_all: with the backend `auto`, refuse one that cannot do all it should
 *
 * Makes a machine ready to boot. The calling thread is the vCPU's from now on.
 *
 * Returns: false with a sentence; avmm_vm_close() is needed in either case
 */
bool
avmm_vm_open (struct avmm_vm *vm, const struct avmm_options *options, const char *path,
              bool demand_all, struct avmm_error *error)
{
  vm->options = options;
  vm->block.fd = -1;
  vm->ram.fd = -1;
  vm->console.in = vm->console.out = -1;
  vm->thread = pthread_self ();
  avmm_input_init (&vm->input);
  avmm_display_init (&vm->display);

  if ((vm->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
    return avmm_fail_errno (error, "The machine could not be made");

  if (!avmm_image_open (&vm->image, path, error))
    return false;

  if (options->has_arch && options->arch != vm->image.arch)
    return avmm_fail (error, "“%s” is for %s, not for %s.", path, avmm_arch_name (vm->image.arch),
                      avmm_arch_name (options->arch));

  if (!open_devices (vm, error) || !choose_backend (vm, demand_all, error) || !open_display (vm, error))
    return false;

  vm->features |= vm->hv_features & (vm->image.manifest.required | vm->image.manifest.wanted);

  /* Locally administered, for one guest */
  if (getrandom (vm->net_mac, sizeof vm->net_mac, 0) < 0)
    memset (vm->net_mac, 0x42, sizeof vm->net_mac);
  vm->net_mac[0] = 0x52;

  avmm_console_init (&vm->console,
                     vm->features & AETHER_FEATURE_INPUT ? options->console_in : -1,
                     options->console_out);

  return true;
}

/**
 * avmm_vm_boot:
 *
 * Puts the machine at the beginning of a life: image, boot info, registers. RAM
 * is all zeros before. Also the second half of a reset.
 */
bool
avmm_vm_boot (struct avmm_vm *vm, struct avmm_error *error)
{
  const struct aether_manifest *manifest = &vm->image.manifest;
  struct avmm_entry entry = { .pc = vm->image.entry, .boot_info = AVMM_BOOT_INFO };

  if (!avmm_image_load (&vm->image, &vm->ram, error))
    return false;

  if (vm->image.end > vm->ram.size)
    return avmm_fail (error, "“%s” does not fit in %llu MB of memory.", vm->image.path,
                      (unsigned long long) vm->ram.size >> 20);
  vm->heap_next = vm->image.end;

  if ((vm->features & AETHER_FEATURE_DISPLAY)
      && !avmm_display_set_mode (&vm->display, manifest->fb_width ? manifest->fb_width : 640,
                                 manifest->fb_height ? manifest->fb_height : 480))
    return avmm_fail (error, "“%s” wishes a picture of %u x %u pixels, which no host gives.",
                      vm->image.path, manifest->fb_width, manifest->fb_height);

  avmm_input_attach (&vm->input, vm->features & AETHER_FEATURE_INPUT ? AVMM_INPUT_RING : 0,
                     AVMM_INPUT_EVENTS);
  avmm_boot_write (vm);
  if (!vm->hv->vcpu_reset (vm, &entry, error))
    return false;

  avmm_clock_start (&vm->clock);

  return true;
}

static bool
reset (struct avmm_vm *vm, struct avmm_error *error)
{
  atomic_fetch_and (&vm->requests, ~(unsigned) AVMM_REQUEST_RESET);
  avmm_memslot_clear (&vm->ram);

  if (!avmm_vm_boot (vm, error))
    return false;

  avmm_vm_notify (vm, AVMM_NOTICE_MODE | AVMM_NOTICE_DAMAGE);

  return true;
}

static void
run_guest (struct avmm_vm *vm)
{
  struct avmm_exit exit;

  do
    vm->hv->run (vm, &exit);
  while (avmm_vm_exit (vm, &exit));
}

/**
 * avmm_vm_run:
 * @vm: booted
 *
 * Runs until the guest ends or is ended; resets on the way. Then vm->end and
 * vm->end_sentence say how.
 */
void
avmm_vm_run (struct avmm_vm *vm)
{
  struct avmm_error error;

  avmm_vm_notify (vm, AVMM_NOTICE_STATE);

  while (vm->end == AVMM_END_NONE)
    {
      if (atomic_load (&vm->requests) == 0 || avmm_vm_obey (vm))
        run_guest (vm);

      if (vm->end == AVMM_END_NONE && (atomic_load (&vm->requests) & AVMM_REQUEST_RESET)
          && !reset (vm, &error))
        avmm_vm_end (vm, AVMM_END_FAILED, "%s", error.sentence);
    }

  avmm_vm_notify (vm, AVMM_NOTICE_STATE);
}

void
avmm_vm_close (struct avmm_vm *vm)
{
  avmm_console_clear (&vm->console);
  if (vm->hv != NULL)
    vm->hv->close (vm);
  vm->hv = NULL;
  avmm_memslot_unmap (&vm->ram);
  avmm_display_clear (&vm->display);
  avmm_block_close (&vm->block);
  avmm_net_free (vm->net);
  vm->net = NULL;
  avmm_image_close (&vm->image);
  avmm_input_clear (&vm->input);
  if (vm->wake_fd >= 0)
    close (vm->wake_fd);
  vm->wake_fd = -1;
}

/* Ends a sleeping WAIT, a pause, a write to a slow console. */
void
avmm_vm_wake (struct avmm_vm *vm)
{
  uint64_t one = 1;

  /* Fails only when the counter is full, which wakes as well */
  if (write (vm->wake_fd, &one, sizeof one) < 0)
    return;
}

/**
 * avmm_vm_kick:
 *
 * Makes the vCPU thread look at what is asked of it. Any thread, signal handlers
 * too: elsewhere than on the vCPU thread it sends SIGUSR1 there, whose handler
 * calls it again. A backend may lose a kick: repeat it while nothing happens.
 */
void
avmm_vm_kick (struct avmm_vm *vm)
{
  int saved = errno;

  if (!pthread_equal (pthread_self (), vm->thread))
    pthread_kill (vm->thread, SIGUSR1);
  else if (vm->hv != NULL && vm->hv_data != NULL)
    vm->hv->kick (vm);

  avmm_vm_wake (vm);
  errno = saved;
}

void
avmm_vm_request (struct avmm_vm *vm, enum avmm_request request)
{
  atomic_fetch_or (&vm->requests, request);
  avmm_vm_kick (vm);
}

void
avmm_vm_resume (struct avmm_vm *vm)
{
  atomic_fetch_and (&vm->requests, ~(unsigned) AVMM_REQUEST_PAUSE);
  avmm_vm_wake (vm);
}

void
avmm_vm_post (struct avmm_vm *vm, struct aether_event event)
{
  event.time = avmm_clock_now (&vm->clock);
  avmm_input_post (&vm->input, &event);
  if (!pthread_equal (pthread_self (), vm->thread))
    avmm_vm_wake (vm);
}

void
avmm_vm_notify (struct avmm_vm *vm, unsigned notices)
{
  if (vm->front.notify != NULL)
    vm->front.notify (vm->front.data, notices);
}

/* Returns: false, for the guest does not go on. The first end counts. */
bool
avmm_vm_end (struct avmm_vm *vm, enum avmm_end end, const char *format, ...)
{
  va_list args;

  if (vm->end != AVMM_END_NONE)
    return false;

  vm->end = end;
  va_start (args, format);
  vsnprintf (vm->end_sentence.sentence, sizeof vm->end_sentence.sentence, format, args);
  va_end (args);

  return false;
}

static void
pause_until_asked (struct avmm_vm *vm)
{
  struct pollfd fd = { .fd = vm->wake_fd, .events = POLLIN };
  uint64_t ignored;

  avmm_clock_pause (&vm->clock);
  atomic_store (&vm->paused, true);
  avmm_vm_notify (vm, AVMM_NOTICE_STATE);

  while (atomic_load (&vm->requests) == AVMM_REQUEST_PAUSE)
    if (poll (&fd, 1, -1) > 0 && read (vm->wake_fd, &ignored, sizeof ignored) < 0
        && errno != EAGAIN && errno != EINTR)
      break;

  avmm_clock_resume (&vm->clock);
  atomic_store (&vm->paused, false);
  avmm_vm_notify (vm, AVMM_NOTICE_STATE);
}

/**
 * avmm_vm_obey:
 *
 * Does what was asked from outside.
 *
 * Returns: false when the guest must be left: the end, or a reset
 */
bool
avmm_vm_obey (struct avmm_vm *vm)
{
  unsigned requests;

  while ((requests = atomic_load (&vm->requests)) != 0)
    {
      if (requests & AVMM_REQUEST_STOP)
        return avmm_vm_end (vm, AVMM_END_STOPPED, "The machine was stopped.");
      if (requests & AVMM_REQUEST_TIME)
        return avmm_vm_end (vm, AVMM_END_TIME_LIMIT, "The machine was stopped: its time limit "
                            "of %u s has come.", vm->options->time_limit);
      if (requests & AVMM_REQUEST_RESET)
        return false;
      if (requests & AVMM_REQUEST_PAUSE)
        pause_until_asked (vm);
    }

  return true;
}

/* " at 0x100042", or nothing where the vCPU cannot tell */
static const char *
describe_place (struct avmm_vm *vm, char *text, size_t size)
{
  unsigned id = vm->image.arch == AVMM_ARCH_X86_64 ? (unsigned) AVMM_REG_RIP : AVMM_REG_PC;
  uint64_t pc;

  text[0] = '\0';
  if (vm->hv->regs_get (vm, &id, &pc, 1))
    snprintf (text, size, " at 0x%llx", (unsigned long long) pc);

  return text;
}

static bool
end_stray_access (struct avmm_vm *vm, const struct avmm_exit *exit)
{
  return avmm_vm_end (vm, AVMM_END_CRASH, "The guest crashed: it %s %u bytes at %s 0x%llx, "
                      "where its machine has nothing.", exit->write ? "wrote" : "read", exit->size,
                      exit->kind == AVMM_EXIT_IO ? "port" : "address",
                      (unsigned long long) exit->address);
}

/* The end of the guest, and why. Returns: false */
static bool
end_by_exit (struct avmm_vm *vm, const struct avmm_exit *exit)
{
  char place[32];

  switch (exit->kind)
    {
    case AVMM_EXIT_IO:
    case AVMM_EXIT_MMIO:
      if (exit->kind == AVMM_EXIT_MMIO && vm->image.arch == AVMM_ARCH_ARM64
          && exit->address == AETHER_CALL_PAGE + AVMM_FAULT_OFFSET)
        return avmm_vm_end (vm, AVMM_END_CRASH, "The guest crashed: a fault without a handler "
                            "(syndrome 0x%llx).", (unsigned long long) exit->value);
      return end_stray_access (vm, exit);

    case AVMM_EXIT_HALT:
      return avmm_vm_end (vm, AVMM_END_CRASH, "The guest halted, and nothing could wake it: "
                          "there are no interrupts. It should WAIT or EXIT.");

    case AVMM_EXIT_CRASH:
      return avmm_vm_end (vm, AVMM_END_CRASH, "The guest crashed: a fault without a handler%s%s%s.",
                          describe_place (vm, place, sizeof place),
                          exit->detail && exit->detail[0] ? ": " : "",
                          exit->detail ? exit->detail : "");

    default:
      return avmm_vm_end (vm, AVMM_END_FAILED, "The hypervisor gave the guest up%s: %s.",
                          describe_place (vm, place, sizeof place), exit->detail);
    }
}

/**
 * avmm_vm_exit:
 * @exit: why the guest does not run
 *
 * Deals with an exit, on the vCPU thread.
 *
 * Returns: whether the guest goes on
 */
bool
avmm_vm_exit (struct avmm_vm *vm, const struct avmm_exit *exit)
{
  unsigned call;

  if (vm->probing)
    return avmm_probe_hit (vm, exit);

  if (avmm_call_decode (vm, exit, &call))
    avmm_call (vm, call, (uint32_t) exit->value);
  else if (exit->kind != AVMM_EXIT_CANCELED)
    return end_by_exit (vm, exit);

  return vm->end == AVMM_END_NONE
         && (atomic_load_explicit (&vm->requests, memory_order_relaxed) == 0 || avmm_vm_obey (vm));
}
