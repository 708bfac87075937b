/* printf.c - formatted text is right
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (0, 0, 4 << 20, 0, 0);

int
main (void)
{
  char text[16];

  aeg_printf ("[%d] [%5d] [%-5d] [%05d] [%+d] [%.3d]\n", -42, -42, -42, -42, 42, 7);
  aeg_printf ("[%u] [%x] [%X] [%08x] [%o] [%lu]\n", 4000000000u, 0xbeefu, 0xbeefu, 0xbeefu, 8u,
              UINT64_MAX);
  aeg_printf ("[%ld] [%c] [%s] [%10s] [%-10s] [%.2s] [%%]\n", INT64_MIN, 'c', "text", "text",
              "text", "text");
  aeg_printf ("[%*d] [%p]\n", 6, 1, (void *) 0x1234);

  aeg_printf ("[% d] [% d] [%+d] [%#x] [%#X] [%#x] [%#o] [%#o] [%#.5o] [%#08x] [%-#6x]\n", 7, -7, 7,
              0xbeefu, 0xbeefu, 0u, 8u, 0u, 8u, 0xbeefu, 0xau);
  aeg_printf ("[%hhd] [%hhu] [%hd] [%hu] [%hhx] [%ld] [%zu] [%jd] [%td]\n", 300, 300, 70000, 70000,
              -1, -1L, (size_t) 1, (intmax_t) -2, (ptrdiff_t) -3);
  aeg_printf ("[%.*d] [%.0d] [%10p] [%-10p]\n", -1, 5, 0, (void *) 0x12, (void *) 0x12);

  aeg_printf ("[%0300d]\n[%900s]\n", 1, "long");

  CHECK (aeg_snprintf (text, 4, "%s", "abcdef") == 6);
  CHECK (strcmp (text, "abc") == 0);
  CHECK (aeg_snprintf (text, 0, "x") == 1);
  CHECK (memmove (text + 1, text, 4) == text + 1 && strcmp (text, "aabc") == 0);

  return success ();
}
