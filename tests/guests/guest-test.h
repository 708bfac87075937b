/* guest-test.h - a guest that checks one property of the ABI
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <aether.h>

/* Says which line was wrong, and ends with status 1. */
#define CHECK(condition)                                                          \
  ((condition) ? (void) 0                                                         \
               : (aeg_printf ("FAILURE at line %d: %s\n", __LINE__, #condition), aeg_exit (1)))

/* The last line of every guest that got so far. */
static inline int
success (void)
{
  aeg_print ("SUCCESS\n");

  return 0;
}
