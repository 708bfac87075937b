/* test-memory.c - the one door to guest memory
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "avmm-memory.h"

static void
test_bounds (void)
{
  static uint8_t ram[4096];
  struct avmm_memslot slot = { .host = ram, .base = 0x10000, .size = sizeof ram };

  g_assert_true (avmm_memslot_get (&slot, (avmm_gpa) { 0x10000 }, 4096) == ram);
  g_assert_true (avmm_memslot_get (&slot, (avmm_gpa) { 0x10fff }, 1) == ram + 4095);
  g_assert_true (avmm_memslot_get (&slot, (avmm_gpa) { 0x11000 }, 0) == ram + 4096);
  g_assert_null (avmm_memslot_get (&slot, (avmm_gpa) { 0x10fff }, 2));
  g_assert_null (avmm_memslot_get (&slot, (avmm_gpa) { 0xffff }, 1));
  g_assert_null (avmm_memslot_get (&slot, (avmm_gpa) { 0x11001 }, 0));
  g_assert_null (avmm_memslot_get (&slot, (avmm_gpa) { 0x10000 }, SIZE_MAX));
  g_assert_null (avmm_memslot_get (&slot, (avmm_gpa) { UINT64_MAX }, 2));
}

static void
test_clear_gives_zeros (void)
{
  struct avmm_error error;
  struct avmm_memslot slot;

  g_assert_true (avmm_memslot_map_private (&slot, 0, 1 << 20, &error));
  slot.host[12345] = 42;
  avmm_memslot_clear (&slot);
  g_assert_cmpint (slot.host[12345], ==, 0);
  avmm_memslot_unmap (&slot);
  avmm_memslot_unmap (&slot);
}

static void
test_too_much_is_a_sentence (void)
{
  struct avmm_error error;
  struct avmm_memslot slot;

  g_assert_false (avmm_memslot_map_private (&slot, 0, UINT64_C (1) << 50, &error));
  g_assert_nonnull (strstr (error.sentence, "no 1073741824 MB of memory"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether-vmm/memory/bounds", test_bounds);
  g_test_add_func ("/aether-vmm/memory/clear-gives-zeros", test_clear_gives_zeros);
  g_test_add_func ("/aether-vmm/memory/too-much-is-a-sentence", test_too_much_is_a_sentence);

  return g_test_run ();
}
