/* fuzz-call.c - any calls with any arguments
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The input is a row of: call number, where its arguments lie (a byte chooses the page, two
 * the place), how many bytes they are, and the bytes.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "avmm-boot.h"
#include "avmm-call.h"
#include "avmm-layout.h"

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length);

#define RAM_SIZE  (2u << 20)
#define DISK_SIZE 65536

static bool
mem_alloc (struct avmm_vm *vm, struct avmm_memslot *slot, uint64_t base, uint64_t size, bool shared,
           struct avmm_error *error)
{
  return false;
}

static void
kick (struct avmm_vm *vm)
{
}

static const struct avmm_hv_ops no_hv = { .name = "none", .mem_alloc = mem_alloc, .kick = kick };

static struct avmm_options options = { .cmdline = "", .console_in = -1, .console_out = -1 };

static void
set_up (struct avmm_vm *vm)
{
  struct avmm_error error;

  vm->options = &options;
  vm->hv = &no_hv;
  vm->thread = pthread_self ();
  vm->console.in = vm->console.out = -1;
  vm->block.fd = memfd_create ("disk", MFD_CLOEXEC);
  vm->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  vm->features = AETHER_FEATURE_DISPLAY | AETHER_FEATURE_INPUT | AETHER_FEATURE_BLOCK;
  avmm_input_init (&vm->input);
  avmm_display_init (&vm->display);
  if (ftruncate (vm->block.fd, DISK_SIZE) < 0
      || !avmm_memslot_map_private (&vm->ram, 0, RAM_SIZE, &error)
      || !avmm_memslot_map_shared (&vm->display.slot, AVMM_DISPLAY_BASE, AVMM_DISPLAY_SIZE, "fuzz",
                                   &error))
    abort ();
  vm->block.size = DISK_SIZE;
}

static void
begin (struct avmm_vm *vm)
{
  vm->end = AVMM_END_NONE;
  vm->image.end = AETHER_IMAGE_BASE;
  vm->heap_next = AETHER_IMAGE_BASE;
  avmm_display_set_mode (&vm->display, 64, 64);
  avmm_input_attach (&vm->input, AVMM_INPUT_RING, AVMM_INPUT_EVENTS);
  avmm_clock_start (&vm->clock);
  avmm_vm_post (vm, (struct aether_event) { .type = AETHER_EVENT_KEY, .code = 30, .value = 1 });

  /* Nobody would end a WAIT for ever */
  atomic_store (&vm->requests, AVMM_REQUEST_STOP);
  avmm_vm_wake (vm);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  static const uint64_t pages[] = {
    0, 0x1000, AVMM_INPUT_RING, AVMM_CMDLINE, AETHER_IMAGE_BASE, RAM_SIZE - 0x1000, RAM_SIZE,
    AVMM_DISPLAY_BASE, 0xfffff000,
  };
  static struct avmm_vm vm;
  uint64_t written;

  if (vm.ram.size == 0)
    set_up (&vm);
  begin (&vm);

  while (length >= 5 && vm.end == AVMM_END_NONE)
    {
      uint32_t address = (uint32_t) pages[bytes[1] % (sizeof pages / sizeof pages[0])]
                         + (uint32_t) (bytes[2] | bytes[3] << 8) % 0x1000;
      size_t size = bytes[4] % 48;
      unsigned call = bytes[0] % AETHER_CALL_MAX;
      void *arguments;

      bytes += 5;
      length -= 5;
      if (size > length)
        size = length;
      arguments = avmm_memslot_get (&vm.ram, (avmm_gpa) { address }, size);
      if (arguments != NULL)
        memcpy (arguments, bytes, size);
      bytes += size;
      length -= size;

      avmm_call (&vm, call, address);

      if (vm.heap_next > vm.ram.size || vm.display.mode.stride * (uint64_t) vm.display.mode.height
          > vm.display.slot.size)
        abort ();
    }

  /* A hostile life leaves nothing behind but bytes in its own memory */
  written = vm.block.bytes_written;
  if (written > 0 && lseek (vm.block.fd, 0, SEEK_END) != DISK_SIZE)
    abort ();

  return 0;
}
