/* test-display.c - modes, damage, and what may not be flushed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "avmm-display.h"

static void
set_up (struct avmm_display *display)
{
  struct avmm_error error;

  avmm_display_init (display);
  g_assert_true (avmm_memslot_map_shared (&display->slot, AVMM_DISPLAY_BASE, AVMM_DISPLAY_SIZE,
                                          "test", &error));
  g_assert_true (avmm_display_set_mode (display, 640, 480));
}

static void
test_modes (void)
{
  struct avmm_display display;

  set_up (&display);
  display.slot.host[0] = 42;
  g_assert_false (avmm_display_set_mode (&display, 15, 480));
  g_assert_false (avmm_display_set_mode (&display, 8192, 8192));
  g_assert_false (avmm_display_set_mode (&display, UINT32_MAX, 16));
  g_assert_cmpuint (display.mode.width, ==, 640);
  g_assert_cmpint (display.slot.host[0], ==, 42);
  g_assert_true (avmm_display_set_mode (&display, 3840, 2160));
  g_assert_cmpint (display.slot.host[0], ==, 0);
  avmm_display_clear (&display);
}

static void
test_damage_is_united (void)
{
  struct avmm_display display;
  struct avmm_mode mode;
  struct aether_rect damage;
  unsigned serial;

  set_up (&display);
  g_assert_true (avmm_display_take (&display, &mode, &serial, &damage));
  g_assert_cmpuint (damage.width, ==, 640);
  g_assert_false (avmm_display_take (&display, &mode, &serial, &damage));

  g_assert_true (avmm_display_flush (&display, &(struct aether_rect) { 10, 20, 5, 5 }));
  g_assert_true (avmm_display_flush (&display, &(struct aether_rect) { 100, 7, 1, 1 }));
  g_assert_true (avmm_display_flush (&display, &(struct aether_rect) { 639, 479, 0, 1 }));
  g_assert_false (avmm_display_flush (&display, &(struct aether_rect) { 639, 0, 2, 1 }));
  g_assert_false (avmm_display_flush (&display, &(struct aether_rect) { 1, 0, UINT32_MAX, 1 }));

  g_assert_true (avmm_display_take (&display, &mode, &serial, &damage));
  g_assert_cmpuint (damage.x, ==, 10);
  g_assert_cmpuint (damage.y, ==, 7);
  g_assert_cmpuint (damage.width, ==, 91);
  g_assert_cmpuint (damage.height, ==, 18);
  avmm_display_clear (&display);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether-vmm/display/modes", test_modes);
  g_test_add_func ("/aether-vmm/display/damage-is-united", test_damage_is_united);

  return g_test_run ();
}
