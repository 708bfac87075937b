/* exceptions.c - a guest's own exception handler runs where that is offered
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_EXCEPTIONS, 0, 4 << 20, 0, 0);

volatile unsigned handled;
void handler (void);

#if defined __x86_64__
static struct { uint16_t low, selector, flags, middle; uint32_t high, zero; } idt[256];

__asm__ (".text\n.globl handler\nhandler:\n\tincl handled\n\tiretq\n");

static void
install (void)
{
  struct __attribute__ ((packed)) { uint16_t limit; uint64_t base; } idtr
    = { sizeof idt - 1, (uintptr_t) idt };
  uint16_t cs;

  __asm__ ("mov %%cs, %0" : "=r" (cs));
  for (unsigned i = 0; i < 256; i++)
    {
      idt[i].low = (uint16_t) (uintptr_t) handler;
      idt[i].middle = (uint16_t) ((uintptr_t) handler >> 16);
      idt[i].selector = cs;
      idt[i].flags = 0x8e00;
    }
  __asm__ volatile ("lidt %0" : : "m" (idtr));
}

static void
raise (void)
{
  __asm__ volatile ("int3" : : : "memory");
}
#else
__asm__ (".text\n.balign 2048\nvectors:\n.rept 16\n\tb handler\n.balign 128\n.endr\n"
         ".globl handler\nhandler:\n\tstp x0, x1, [sp, #-16]!\n\tadrp x0, handled\n"
         "\tadd x0, x0, :lo12:handled\n\tldr w1, [x0]\n\tadd w1, w1, #1\n\tstr w1, [x0]\n"
         "\tmrs x0, elr_el1\n\tadd x0, x0, #4\n\tmsr elr_el1, x0\n\tldp x0, x1, [sp], #16\n\teret\n");

static void
install (void)
{
  __asm__ volatile ("adrp x0, vectors\n\tadd x0, x0, :lo12:vectors\n\tmsr vbar_el1, x0\n\tisb"
                    : : : "x0", "memory");
}

static void
raise (void)
{
  __asm__ volatile ("brk #1" : : : "memory");
}
#endif

int
main (void)
{
  install ();
  for (int i = 0; i < 3; i++)
    raise ();
  CHECK (handled == 3);

  return success ();
}
