/* test-os-logo.c - pictures of operating systems: which one, and that it can be read
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-os-logo.h"
#include "aether-os-look.h"

#include <glib/gstdio.h>

#include "aether-catalogue.h"

static void
test_found (void)
{
  static const struct { const char *os, *name; } cases[] = {
    { "debian13", "debian" }, { "debiantesting", "debian" }, { "debian", "debian" }, { "ubuntu24.04", "ubuntu" },
    { "ubuntunoble", "ubuntu" }, { "fedora43", "fedora" }, { "fedora-coreos-stable", "fedora" }, { "silverblue42", "fedora" },
    { "rhel9.4", "redhat" }, { "centos-stream9", "centos" }, { "almalinux9", "almalinux" }, { "rocky9", "rocky" },
    { "opensusetumbleweed", "opensuse" }, { "sles15sp6", "opensuse" }, { "archlinux", "archlinux" },
    { "alpinelinux3.23", "alpine" }, { "nixos-25.11", "nixos" }, { "gentoo", "gentoo" }, { "linuxmint", "linuxmint" },
    { "manjaro", "manjaro" }, { "Manjaro", "manjaro" }, { "elementary", "elementary" }, { "popos22.04", "pop-os" },
    { "kali", "kali" }, { "freebsd15.0", "freebsd" }, { "openbsd7.8", "openbsd" }, { "netbsd10.1", "netbsd" },
    { "dragonflybsd6.4", "dragonflybsd" }, { "haikur1beta5", "haiku" }, { "reactos0.4.15", "reactos" },
    { "win11", "windows" }, { "winxp", "windows" }, { "win2k22", "windows" }, { "winnt4.0", "windows" },
    { "macosx10.7", "macos" }, { "android-x86-9.0", "android" }, { "solaris11", "solaris" }, { "smartos", "solaris" },
    { "gnome43", "gnome" }, { "linux2022", "linux" }, { "aether", "aether" }, { "alt.sisyphus", "altlinux" },
    { "popular", NULL }, { "winning", NULL }, { "nobody1", NULL }, { "", NULL }, { "../../etc", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const AetherOsLook *look = aether_os_look_find (cases[i].os);

      g_test_message ("%s", cases[i].os);
      g_assert_cmpstr (look ? look->name : NULL, ==, cases[i].name);
    }
}

/* Whatever the catalogue names has a picture. */
static void
test_all_of_the_catalogue (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open (NULL, &error);
  guint n, known = 0;

  g_assert_no_error (error);
  n = g_list_model_get_n_items (G_LIST_MODEL (catalogue));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (G_LIST_MODEL (catalogue), i);

      if (aether_os_logo_knows (aether_os_get_short_id (os)) || aether_os_logo_knows (aether_os_get_distro (os)))
        known++;
      else
        g_test_message ("no picture: %s, %s", aether_os_get_short_id (os), aether_os_get_distro (os));
    }
  g_assert_cmpuint (known, ==, n);
}

static void
test_can_be_read (void)
{
  guint n = 0;

  for (const AetherOsLook *look = aether_os_look_list (); look->name; look++)
    {
      g_test_message ("%s: %.1f", look->name, aether_os_look_contrast (look->color, aether_os_look_ink (look->color)));
      g_assert_cmpfloat (aether_os_look_contrast (look->color, aether_os_look_ink (look->color)), >=, 4.5);
      g_assert_true ((look->letters == NULL) != (look->path == NULL));
      n++;
      for (const AetherOsLook *other = look + 1; other->name; other++)
        g_assert_cmpstr (look->name, !=, other->name);
    }
  g_assert_cmpuint (n, >=, 25);
  g_assert_cmpfloat (aether_os_look_contrast (0, 0xffffff), ==, 21);
}

static GdkTexture *
render (const char *os, int size)
{
  g_autoptr(GtkWidget) window = g_object_ref_sink (gtk_window_new ());
  GtkWidget *logo = aether_os_logo_new (size);
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr(GdkPaintable) paintable = NULL;
  g_autoptr(GskRenderNode) node = NULL;
  GdkTexture *texture;

  aether_os_logo_set_os (AETHER_OS_LOGO (logo), os);
  gtk_window_set_child (GTK_WINDOW (window), logo);
  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (logo) || gtk_widget_get_width (logo) == 0)
    g_main_context_iteration (NULL, TRUE);

  paintable = gtk_widget_paintable_new (logo);
  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  gtk_window_destroy (GTK_WINDOW (window));

  return texture;
}

/* Each is another picture, at the size of a row and of a page. */
static void
test_drawn (gconstpointer size)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);

  for (const AetherOsLook *look = aether_os_look_list (); look->name; look++)
    {
      g_autoptr(GdkTexture) texture = render (look->name, GPOINTER_TO_INT (size));

      g_test_message ("%s", look->name);
      g_hash_table_add (seen, gdk_texture_save_to_png_bytes (texture));
    }
  g_assert_cmpuint (g_hash_table_size (seen), >=, 25);
}

/* The user's own theme comes first. */
static void
test_theme (void)
{
  static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='32' height='32'>"
                            "<rect width='32' height='32' fill='#00ff00'/></svg>";
  g_autofree char *folder = g_dir_make_tmp ("aether-icons-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "distributor-logo-gentoo.svg", NULL);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_autoptr(GdkTexture) before = render ("gentoo", 32);
  g_autoptr(GdkTexture) after = NULL;
  guchar pixels[32 * 32 * 4];

  g_assert_true (g_file_set_contents (file, svg, -1, NULL));
  gtk_icon_theme_add_search_path (theme, folder);
  after = render ("gentoo", 32);
  g_assert_cmpint (gdk_texture_get_width (after), >=, 32);
  gdk_texture_download (before, pixels, 32 * 4);
  g_assert_cmpint (pixels[(8 * 32 + 4) * 4 + 1], !=, 255);
  if (gdk_texture_get_width (after) == 32)
    {
      gdk_texture_download (after, pixels, 32 * 4);
      g_assert_cmpint (pixels[(8 * 32 + 4) * 4 + 1], ==, 255);
      g_assert_cmpint (pixels[(8 * 32 + 4) * 4], ==, 0);
    }
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_new_destroy (void)
{
  GtkWidget *logo = g_object_ref_sink (aether_os_logo_new (48));
  g_autofree char *os = NULL;
  int size;

  aether_os_logo_set_os (AETHER_OS_LOGO (logo), "debian13");
  aether_os_logo_set_os (AETHER_OS_LOGO (logo), NULL);
  g_object_get (logo, "os", &os, "size", &size, NULL);
  g_assert_null (os);
  g_assert_cmpint (size, ==, 48);
  g_assert_finalize_object (logo);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/os-logo/found", test_found);
  g_test_add_func ("/app/os-logo/all-of-the-catalogue", test_all_of_the_catalogue);
  g_test_add_func ("/app/os-logo/can-be-read", test_can_be_read);
  g_test_add_data_func ("/app/os-logo/drawn-in-a-row", GINT_TO_POINTER (32), test_drawn);
  g_test_add_data_func ("/app/os-logo/drawn-on-a-page", GINT_TO_POINTER (96), test_drawn);
  g_test_add_func ("/app/os-logo/theme", test_theme);
  g_test_add_func ("/app/os-logo/new-destroy", test_new_destroy);

  return g_test_run ();
}
