/* app-fixture.c - a home of its own with machines in it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "app-fixture.h"

#include <gtk/gtk.h>
#include <glib/gstdio.h>

#include "aether-paths.h"

static char *home;

static void
remove_tree (const char *path)
{
  const char *argv[] = { "rm", "-rf", path, NULL };
  g_autoptr(GSubprocess) rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_assert_true (g_subprocess_wait_check (rm, NULL, NULL));
}

static void
remove_home (void)
{
  remove_tree (home);
}

void
app_fixture_init (void)
{
  static const struct { const char *variable, *folder; } folders[] = {
    { "XDG_DATA_HOME", "data" }, { "XDG_CONFIG_HOME", "config" },
    { "XDG_CACHE_HOME", "cache" }, { "XDG_RUNTIME_DIR", "run" },
  };

  home = g_dir_make_tmp ("aether-app-XXXXXX", NULL);
  g_assert_nonnull (home);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (home, folders[i].folder, NULL);

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      g_setenv (folders[i].variable, path, TRUE);
    }
  atexit (remove_home);
}

void
app_fixture_clear (void)
{
  g_autofree char *library = aether_paths_dup_library ();

  remove_tree (library);
}

AetherBundle *
app_fixture_add_machine (const char *name)
{
  g_autofree char *library = aether_paths_dup_library ();
  g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle;

  g_assert_cmpint (g_mkdir_with_parents (library, 0700), ==, 0);
  bundle = aether_bundle_create (library, machine, &error);
  g_assert_no_error (error);

  return bundle;
}

char *
app_fixture_add_broken (const char *name)
{
  g_autofree char *library = aether_paths_dup_library ();
  g_autofree char *folder = g_strdup_printf ("%s/%s.aether", library, name);
  g_autofree char *file = g_build_filename (folder, "machine.json", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "{ nonsense", -1, NULL));

  return g_steal_pointer (&folder);
}

void
app_fixture_add_picture (AetherBundle *bundle, int width, int height)
{
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "thumbnail.png", NULL);
  g_autofree guchar *pixels = g_malloc0_n ((gsize) width * height, 4);
  g_autoptr(GBytes) bytes = g_bytes_new (pixels, (gsize) width * height * 4);
  g_autoptr(GdkTexture) texture = gdk_memory_texture_new (width, height, GDK_MEMORY_B8G8R8X8, bytes, width * 4);

  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static gboolean
set_flag_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

void
app_fixture_spin (guint milliseconds)
{
  gboolean done = FALSE;

  g_timeout_add (milliseconds, set_flag_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

void
app_fixture_wait_alone (gpointer object)
{
  for (guint i = 0; i < 48000 && G_OBJECT (object)->ref_count > 1; i++)
    app_fixture_spin (5);
}

void
app_fixture_wait (gboolean *flag)
{
  gboolean late = FALSE;
  guint id = g_timeout_add_seconds (240, set_flag_cb, &late);

  while (!*flag && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (*flag);
  g_source_remove (id);
}
