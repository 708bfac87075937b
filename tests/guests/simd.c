/* simd.c - vector registers work where they are offered
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_SIMD, 0, 4 << 20, 0, 0);

int
main (void)
{
  uint32_t a[4] = { 1, 2, 3, 4 }, b[4] = { 10, 20, 30, 40 }, sum[4] = { 0 };

#if defined __x86_64__
  __asm__ volatile ("movdqu (%0), %%xmm0\n\tmovdqu (%1), %%xmm1\n\tpaddd %%xmm1, %%xmm0\n\t"
                    "movdqu %%xmm0, (%2)" : : "r" (a), "r" (b), "r" (sum) : "memory");
#else
  __asm__ volatile (".arch_extension fp\n\t.arch_extension simd\n\t"
                    "ldr q0, [%0]\n\tldr q1, [%1]\n\tadd v0.4s, v0.4s, v1.4s\n\tstr q0, [%2]"
                    : : "r" (a), "r" (b), "r" (sum) : "memory");
#endif

  for (unsigned i = 0; i < 4; i++)
    CHECK (sum[i] == a[i] + b[i]);
  CHECK (aeg_boot->features & AETHER_FEATURE_SIMD);

  return success ();
}
