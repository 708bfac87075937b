/* avmm-boot.c - what a guest finds in memory when it starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-boot.h"

#include <string.h>
#include <sys/random.h>

#include "avmm-layout.h"

static void
write_bytes (const struct avmm_memslot *ram, uint64_t address, const void *bytes, size_t size)
{
  /* The pages below AETHER_IMAGE_BASE are in the smallest RAM there is */
  memcpy (avmm_memslot_get (ram, (avmm_gpa) { address }, size), bytes, size);
}

/**
 * avmm_boot_write:
 * @vm: with its image loaded and its devices open
 *
 * Writes boot info, command line and an empty input ring.
 */
void
avmm_boot_write (struct avmm_vm *vm)
{
  struct aether_boot_info info = {
    .magic = AETHER_BOOT_MAGIC,
    .size = sizeof info,
    .abi_version = AETHER_ABI_VERSION,
    .features = vm->features,
    .ram_size = vm->ram.size,
    .heap_start = vm->image.end,
    .cmdline = AVMM_CMDLINE,
    .cmdline_size = (uint32_t) strlen (vm->options->cmdline),
  };

  if (vm->features & AETHER_FEATURE_INPUT)
    {
      info.input_ring = AVMM_INPUT_RING;
      info.input_size = AVMM_INPUT_EVENTS;
    }

  if (vm->features & AETHER_FEATURE_DISPLAY)
    {
      info.fb_address = vm->display.slot.base;
      info.fb_size = vm->display.slot.size;
      info.fb_width = vm->display.mode.width;
      info.fb_height = vm->display.mode.height;
      info.fb_stride = vm->display.mode.stride;
      info.fb_format = AETHER_FORMAT_XRGB8888;
    }

  if (vm->features & AETHER_FEATURE_BLOCK)
    {
      info.block_size = vm->block.size;
      info.block_flags = vm->block.read_only ? AETHER_BLOCK_READ_ONLY : 0;
    }

  if (vm->features & AETHER_FEATURE_NET)
    {
      info.net_mtu = AVMM_NET_MTU;
      memcpy (info.net_mac, vm->net_mac, sizeof info.net_mac);
    }

  /* Cannot fail for so few bytes once the system is up */
  if (getrandom (info.seed, sizeof info.seed, 0) != sizeof info.seed)
    memset (info.seed, 0, sizeof info.seed);

  /* An empty one is there already */
  if (info.cmdline_size > 0)
    write_bytes (&vm->ram, AVMM_CMDLINE, vm->options->cmdline, info.cmdline_size + 1);
  write_bytes (&vm->ram, AVMM_BOOT_INFO, &info, sizeof info);
}

/* x86_64: the segments the registers already hold, for a guest that loads them again */
void
avmm_boot_write_gdt (const struct avmm_memslot *ram)
{
  static const uint64_t gdt[] = {
    0,
    UINT64_C (0x00af9b000000ffff),   /* AVMM_CODE_SELECTOR */
    UINT64_C (0x00cf93000000ffff),   /* AVMM_DATA_SELECTOR */
  };

  write_bytes (ram, AVMM_GDT, gdt, sizeof gdt);
}

/* arm64: without vectors a fault would fault for ever. Ours tell us the cause. */
void
avmm_boot_write_vectors (const struct avmm_memslot *ram)
{
  static const uint32_t vector[] = {
    0xd2be0000,   /* mov x0, #0xf0000000        AETHER_CALL_PAGE */
    0xd5385201,   /* mrs x1, esr_el1 */
    0xb9080001,   /* str w1, [x0, #0x800]       AVMM_FAULT_OFFSET */
    0x14000000,   /* b . */
  };

  for (unsigned i = 0; i < 16; i++)
    write_bytes (ram, AVMM_VECTORS + i * 0x80, vector, sizeof vector);
}
