/* test-paths.c - where things lie
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-paths.h"

#include <glib/gstdio.h>

static void
test_folders (void)
{
  g_autofree char *library = aether_paths_dup_library ();
  g_autofree char *config = aether_paths_dup_config ();
  g_autofree char *cache = aether_paths_dup_cache ();
  g_autofree char *root = aether_paths_dup_runtime_root ();
  g_autofree char *runtime = aether_paths_dup_runtime ("01234567-89ab-4cde-8f01-23456789abcd");
  g_autofree char *inside = g_build_filename (root, "01234567-89ab-4cde-8f01-23456789abcd", NULL);

  g_assert_true (g_str_has_prefix (library, g_get_user_data_dir ()));
  g_assert_true (g_str_has_suffix (library, "/aether/machines"));
  g_assert_true (g_str_has_prefix (config, g_get_user_config_dir ()));
  g_assert_true (g_str_has_prefix (cache, g_get_user_cache_dir ()));
  g_assert_true (g_str_has_prefix (root, g_get_user_runtime_dir ()));
  g_assert_cmpstr (runtime, ==, inside);
}

/* A uuid that is none would lead anywhere. */
static void
test_runtime_of_no_uuid (void)
{
  if (g_test_subprocess ())
    {
      aether_paths_dup_runtime ("../../etc");
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*g_uuid_string_is_valid*");
}

static void
test_variables (void)
{
  g_autofree char *installed = aether_paths_dup_engines ();
  g_autofree char *engines = NULL;
  g_autofree char *program = NULL;

  g_assert_true (g_path_is_absolute (installed));
  g_setenv ("AETHER_ENGINES_DIR", "/built/engines", TRUE);
  g_setenv ("AETHER_MACHINE_PROGRAM", "/built/aether-machine", TRUE);
  engines = aether_paths_dup_engines ();
  program = aether_paths_dup_machine_program ();
  g_assert_cmpstr (engines, ==, "/built/engines");
  g_assert_cmpstr (program, ==, "/built/aether-machine");
}

static void
test_guests (void)
{
  g_autofree char *cache = aether_paths_dup_cache ();
  g_autofree char *cached = g_build_filename (cache, "guests", "aarch64", NULL);
  g_autofree char *set = g_build_filename (cache, "set", NULL);
  g_autofree char *inside = g_build_filename (set, "aarch64", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_unsetenv ("AETHER_GUESTS_DIR");
  g_assert_null (aether_paths_find_guest ("aarch64"));
  g_assert_cmpint (g_mkdir_with_parents (cached, 0700), ==, 0);
  first = aether_paths_find_guest ("aarch64");
  g_assert_cmpstr (first, ==, cached);

  g_setenv ("AETHER_GUESTS_DIR", set, TRUE);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  second = aether_paths_find_guest ("aarch64");
  g_assert_cmpstr (second, ==, inside);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  /* The build's own, which each test sets as it needs */
  g_unsetenv ("AETHER_ENGINES_DIR");
  g_unsetenv ("AETHER_MACHINE_PROGRAM");

  g_test_add_func ("/paths/folders", test_folders);
  g_test_add_func ("/paths/runtime-of-no-uuid", test_runtime_of_no_uuid);
  g_test_add_func ("/paths/variables", test_variables);
  g_test_add_func ("/paths/guests", test_guests);

  return g_test_run ();
}
