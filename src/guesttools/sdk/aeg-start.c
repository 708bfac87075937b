/* aeg-start.c - from the first instruction to main(), and back to the host
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

const struct aether_boot_info *aeg_boot;

int32_t
aeg_call (enum aether_call call, void *args, uint32_t size)
{
  struct aether_call_header *header = args;

  header->size = size;
  header->ret = AETHER_E_CALL;

#if defined __x86_64__
  __asm__ volatile ("outl %0, %w1" : : "a" ((uint32_t) (uintptr_t) args),
                    "d" (AETHER_CALL_PORT + call) : "memory");
#elif defined __aarch64__
  __asm__ volatile ("str %w0, [%1]" : : "r" ((uint32_t) (uintptr_t) args),
                    "r" ((uintptr_t) AETHER_CALL_PAGE + 8 * call) : "memory");
#else
#error "Aether guests run on x86_64 and arm64"
#endif

  return header->ret;
}

void
aeg_exit (int status)
{
  struct aether_call_exit args = { .status = status };

  for (;;)
    AEG_CALL (AETHER_CALL_EXIT, &args);
}

void
aeg_start (const struct aether_boot_info *boot)
{
  aeg_boot = boot;
  if (boot->magic != AETHER_BOOT_MAGIC)
    aeg_exit (255);

  aeg_screen.pixels = (uint32_t *) (uintptr_t) boot->fb_address;
  aeg_screen.width = boot->fb_width;
  aeg_screen.height = boot->fb_height;
  aeg_screen.stride = boot->fb_stride / 4;

  aeg_exit (main ());
}

void
aeg_panic (const char *format, ...)
{
  char text[512];
  va_list args;

  va_start (args, format);
  aeg_vsnprintf (text, sizeof text, format, args);
  va_end (args);

  aeg_write_host ("PANIC: ", 7);
  aeg_write_host (text, strlen (text));
  aeg_write_host ("\n", 1);

  if (aeg_screen.pixels != NULL)
    {
      aeg_fill (0, 0, aeg_screen.width, aeg_screen.height, AEG_RGB (0x7a, 0x12, 0x28));
      aeg_draw_text (16, 16, "The guest stopped itself.", 0xffffff, AEG_RGB (0x7a, 0x12, 0x28));
      aeg_draw_text (16, 48, text, 0xffffff, AEG_RGB (0x7a, 0x12, 0x28));
      aeg_flush ();
    }

  aeg_exit (255);
}
