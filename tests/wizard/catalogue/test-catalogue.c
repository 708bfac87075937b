/* test-catalogue.c - the systems that there are, with this computer's database of libosinfo
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-catalogue.h"
#include "aether-os-defaults.h"

#include <glib/gstdio.h>
#include <string.h>

static AetherCatalogue *catalogue;

static char *
list_ids (GListModel *list)
{
  g_autoptr(GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (list, i);

      g_string_append_printf (ids, "%s%s", i ? " " : "", aether_os_get_short_id (os));
    }

  return g_string_free_and_steal (g_steal_pointer (&ids));
}

/* --- what is in it ---------------------------------------------------------------- */

/* What a machine can be made for today, and where. */
static void
test_ours (void)
{
  static const struct
  {
    const char *id;
    const char *arches;
    const char *device;   /* inherited from the database; NULL: not looked at */
  } wanted[] = {
    { "win11", "x86_64 aarch64", NULL },
    { "debian13", "x86_64 aarch64 riscv64", "virtio1.0-net" },
    { "fedora43", "x86_64 aarch64", "virtio1.0-net" },
    { "fedora44", "x86_64 aarch64", "virtio1.0-net" },
    { "ubuntu24.04", "x86_64 aarch64", "virtio1.0-net" },
    { "ubuntu26.04", "x86_64 aarch64", "virtio1.0-net" },
    { "freebsd14.4", "x86_64 aarch64", NULL },
    { "freebsd15.0", "x86_64 aarch64", NULL },
    { "netbsd10.1", "x86_64 aarch64", NULL },
    { "openbsd7.8", "x86_64 aarch64", NULL },
    { "alpinelinux3.23", "x86_64 aarch64", NULL },
    { "archlinux", "x86_64", NULL },
    { "opensuse16.0", "x86_64 aarch64", NULL },
    { "opensusetumbleweed", "x86_64 aarch64", NULL },
    { "nixos-25.11", "x86_64 aarch64", NULL },
    { "nixos-unstable", "x86_64 aarch64", NULL },
    { "haikur1beta5", "x86_64", NULL },
    { "reactos0.4.15", "i386", NULL },
    { "android-x86-9.0", "x86_64", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autoptr(AetherOs) os = aether_catalogue_lookup (catalogue, wanted[i].id);
      g_auto(GStrv) arches = g_strsplit (wanted[i].arches, " ", -1);
      AetherOsResources minimum, recommended;

      g_test_message ("%s", wanted[i].id);
      g_assert_nonnull (os);
      g_assert_cmpstr (aether_os_get_name (os), !=, "");
      g_assert_cmpstr (aether_os_get_vendor (os), !=, "");
      for (guint k = 0; arches[k]; k++)
        {
          g_assert_true (aether_os_has_arch (os, arches[k]));
          g_assert_true (aether_os_get_resources (os, arches[k], &minimum, &recommended));
          g_assert_cmpuint (minimum.memory, >, 0);
          g_assert_cmpuint (recommended.memory, >=, minimum.memory);
          g_assert_cmpuint (recommended.storage, >=, minimum.storage);
        }
      if (wanted[i].device)
        g_assert_true (aether_os_has_device (os, wanted[i].device));
    }
}

/* Nothing is fetched without encryption from an address of ours, no pattern is broken, and a key
 * is the base name of a file. */
static void
test_media (void)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalogue)); i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (G_LIST_MODEL (catalogue), i);
      const AetherOsMedia *media;
      guint n;

      media = aether_os_get_media (os, &n);
      for (guint k = 0; k < n; k++)
        {
          const char *patterns[] = { media[k].volume_id, media[k].system_id, media[k].publisher_id,
                                     media[k].application_id, media[k].pattern };

          for (guint p = 0; p < G_N_ELEMENTS (patterns); p++)
            {
              g_autoptr(GError) error = NULL;
              g_autoptr(GRegex) regex = g_regex_new (patterns[p], 0, 0, &error);

              g_assert_no_error (error);
            }
          g_assert_cmpstr (media[k].arch, !=, "");
          if (*media[k].checksums)
            {
              g_assert_true (g_str_has_prefix (media[k].url, "https://"));
              g_assert_true (g_str_has_prefix (media[k].checksums, "https://"));
            }
          g_assert_true (*media[k].signature == '\0' || *media[k].key != '\0');
          g_assert_null (strchr (media[k].key, '/'));
        }
    }
}

/* Our address of a disc counts, a database's other one of the same kind does not. */
static void
test_overlay_counts_more (void)
{
  g_autoptr(AetherOs) os = aether_catalogue_lookup (catalogue, "http://debian.org/debian/13");
  guint n, netinst = 0;
  const AetherOsMedia *media = aether_os_get_media (os, &n);

  g_assert_cmpstr (aether_os_get_short_id (os), ==, "debian13");
  g_assert_true (aether_os_has_id (os, "debiantrixie"));
  g_assert_false (aether_os_is_prerelease (os));
  g_assert_cmpstr (aether_os_get_release_date (os), ==, "2025-08-09");
  for (guint i = 0; i < n; i++)
    if (g_str_equal (media[i].variant, "universal-netinst") && g_str_equal (media[i].arch, "x86_64") && *media[i].url)
      {
        netinst++;
        g_assert_nonnull (strstr (media[i].url, "debian-13."));
        g_assert_nonnull (strstr (media[i].checksums, "SHA512SUMS"));
      }
  g_assert_cmpuint (netinst, ==, 1);
  g_assert_true (g_strv_contains (aether_os_get_scripts (os), "desktop"));
}

static void
test_firmware (void)
{
  g_autoptr(AetherOs) windows = aether_catalogue_lookup (catalogue, "win11");
  g_autoptr(AetherOs) debian = aether_catalogue_lookup (catalogue, "debian13");

  g_assert_false (aether_os_suits_firmware (windows, "x86_64", "bios"));
  g_assert_true (aether_os_suits_firmware (windows, "x86_64", "uefi"));
  g_assert_true (aether_os_suits_firmware (debian, "x86_64", "bios"));
}

static void
test_latest (void)
{
  static const char list[] =
    "aa  debian-13.9.0-amd64-netinst.iso\n"
    "bb *debian-13.10.0-amd64-netinst.iso\n"
    "cc  debian-13.2.0-amd64-netinst.iso\n"
    "dd  debian-edu-13.11.0-amd64-netinst.iso\n"
    "ee  debian-13.12.0-amd64-netinst.iso.zsync\n"
    "ff  ../debian-13.99.0-amd64-netinst.iso\n";
  AetherOsMedia media = { .checksums = "https://example.org/cd/SHA512SUMS",
                          .pattern = "debian-13\\.[0-9.]+-amd64-netinst\\.iso" };
  g_autofree char *url = aether_os_media_find_latest (&media, list);
  g_autofree char *bsd = NULL;

  g_assert_cmpstr (url, ==, "https://example.org/cd/debian-13.10.0-amd64-netinst.iso");
  bsd = aether_os_media_find_latest (&media, "SHA256 (debian-13.1.0-amd64-netinst.iso) = abcd\n");
  g_assert_cmpstr (bsd, ==, "https://example.org/cd/debian-13.1.0-amd64-netinst.iso");
  g_assert_null (aether_os_media_find_latest (&media, ""));
  g_assert_null (aether_os_media_find_latest (&media, "\xff\xfe"));
  media.pattern = "(";
  g_assert_null (aether_os_media_find_latest (&media, list));
}

/* --- finding ------------------------------------------------------------------------ */

static void
test_search (void)
{
  static const struct
  {
    const char *query, *arch, *first;
  } table[] = {
    { "debian 13", NULL, "debian13" },
    { "DEBIAN", NULL, "debian13" },
    { "trixie", NULL, "debian13" },
    { "win11", NULL, "win11" },
    { "windows 11", "aarch64", "win11" },
    { "ubuntu 26", NULL, "ubuntu26.04" },
    { "  fedora   44 ", NULL, "fedora44" },
    { "tumbleweed", "aarch64", "opensusetumbleweed" },
    { "reactos", "aarch64", NULL },
    { "no such system", NULL, NULL },
    { "%n\xc3\x9f", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr(GListModel) found = aether_catalogue_search (catalogue, table[i].query, table[i].arch);
      g_autoptr(AetherOs) first = g_list_model_get_item (found, 0);

      g_test_message ("%s", table[i].query);
      g_assert_cmpstr (first ? aether_os_get_short_id (first) : NULL, ==, table[i].first);
    }
}

static void
test_search_all (void)
{
  g_autoptr(GListModel) found = aether_catalogue_search (catalogue, "", NULL);

  g_assert_cmpuint (g_list_model_get_n_items (found), ==, g_list_model_get_n_items (G_LIST_MODEL (catalogue)));
  g_assert_cmpuint (g_list_model_get_n_items (found), >, 900);
}

/* Current ones first, and none of them twice. */
static void
test_order (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean current = TRUE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalogue)); i++)
    {
      g_autoptr(AetherOs) os = g_list_model_get_item (G_LIST_MODEL (catalogue), i);

      g_assert_true (current || !aether_os_is_current (os));
      current = aether_os_is_current (os);
      /* Ids live as long as the catalogue's own reference */
      g_assert_true (g_hash_table_add (seen, (gpointer) aether_os_get_id (os)));
    }
  g_assert_false (current);
}

/* --- discs ---------------------------------------------------------------------------- */

static void
test_identify (void)
{
  static const struct
  {
    const char *volume, *system, *publisher, *application;
    AetherMediaCpus cpus;
    const char *id;      /* NULL: unknown */
  } table[] = {
#define ANY   AETHER_MEDIA_CPU_NONE
#define PC    (AETHER_MEDIA_CPU_X86_64 | AETHER_MEDIA_CPU_I386)
#define PC64  AETHER_MEDIA_CPU_X86_64
#define ARM64 AETHER_MEDIA_CPU_AARCH64
    { "Debian 13.0.0 amd64 n", "", "", "", PC, "debian13" },
    { "Debian 13.4.0 arm64 n", "", "", "", ARM64, "debian13" },
    { "Debian 13.12.0 amd64 1", "", "", "", PC64, "debian13" },
    { "Debian 13.2.0 riscv64 n", "", "", "", AETHER_MEDIA_CPU_RISCV64, "debian13" },
    { "Debian 12.5.0 amd64 n", "", "", "", PC, "debian12" },
    { "Debian 11.6.0 amd64 n", "", "", "", PC, "debian11" },
    { "Ubuntu 24.04.3 LTS amd64", "", "", "", PC64, "ubuntu24.04" },
    { "Ubuntu-Server 24.04.1 LTS arm64", "", "", "", ARM64, "ubuntu24.04" },
    { "Ubuntu 26.04 LTS amd64", "", "", "", PC64, "ubuntu26.04" },
    { "Ubuntu-Server 26.04.1 LTS arm64", "", "", "", ARM64, "ubuntu26.04" },
    { "Ubuntu 22.04.3 LTS amd64", "", "", "", PC64, "ubuntu22.04" },
    { "Fedora-WS-Live-43", "LINUX", "FEDORA PROJECT", "FEDORA-WORKSTATION-LIVE-43", PC64, "fedora43" },
    { "Fedora-S-dvd-aarch64-43", "LINUX", "", "", ARM64, "fedora43" },
    { "Fedora-E-dvd-x86_64-44", "LINUX", "", "", PC64, "fedora44" },
    { "Fedora-S-dvd-x86_64-42", "LINUX", "", "", PC64, "fedora42" },
    { "14_4_RELEASE_AMD64_CD", "FreeBSD", "", "", PC64, "freebsd14.4" },
    { "14_3_RELEASE_AARCH64_DVD", "FreeBSD", "", "", ARM64, "freebsd14.3" },
    { "15_0_RELEASE_AMD64_DVD", "FreeBSD", "", "", PC64, "freebsd15.0" },
    { "NETBSD_101", "NetBSD", "", "", PC64, "netbsd10.1" },
    { "OpenBSD/amd64   7.8 Install CD", "OpenBSD", "Copyright (c) 2025 Theo de Raadt, The OpenBSD project", "", PC64, "openbsd7.8" },
    { "OpenBSD/arm64   7.8 boot-only CD", "OpenBSD", "Copyright (c) 2025 Theo de Raadt, The OpenBSD project", "", ARM64, "openbsd7.8" },
    { "alpine-std 3.23.0 aarch64", "", "", "", ARM64, "alpinelinux3.23" },
    { "alpine-virt 3.22.1 x86_64", "", "", "", PC64, "alpinelinux3.22" },
    { "ARCH_202604", "", "ARCH LINUX <HTTPS://ARCHLINUX.ORG>", "ARCH LINUX LIVE/RESCUE DVD", PC64, "archlinux" },
    { "Install-Leap-16.0-x86_64", "LINUX", "openSUSE", "", PC64, "opensuse16.0" },
    { "openSUSE-Tumbleweed-DVD-aarch64", "LINUX", "SUSE LLC", "", ARM64, "opensusetumbleweed" },
    { "openSUSE-Tumbleweed-NET-x86_64", "LINUX", "SUSE LLC", "", PC64, "opensusetumbleweed" },
    { "nixos-minimal-25.11-x86_64", "", "", "", PC64, "nixos-25.11" },
    { "nixos-graphical-25.11-aarch64", "", "", "", ARM64, "nixos-25.11" },
    { "haiku-r1~beta5-x86_64", "", "", "", PC, "haikur1beta5" },
    { "ReactOS", "", "ReactOS Project", "", PC, "reactos0.4.15" },
    /* Nothing rather than something wrong */
    { "", "", "", "", ANY, NULL },
    { "Debian 13.4.0 amd64 n", "", "", "", ARM64, NULL },
    { "Fedora-S-dvd-aarch64-43", "LINUX", "", "", PC64, NULL },
    { "CDROM", "LINUX", "", "", PC, NULL },
    { "ISOIMAGE", "", "", "", PC, NULL },
    { "NEW_VOLUME", "", "MICROSOFT CORPORATION", "", PC, NULL },
    { "My Debian backup", "", "", "", ANY, NULL },
    { "Ubuntu 99.04 amd64", "", "", "", PC64, NULL },
    { "cidata", "LINUX", "", "", ANY, NULL },
    { "(.*", "[", "\\", "*", ANY, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      AetherMedia media = { .kind = AETHER_MEDIA_DISC, .format = "iso9660", .cpus = table[i].cpus,
                            .volume_id = (char *) table[i].volume, .system_id = (char *) table[i].system,
                            .publisher_id = (char *) table[i].publisher,
                            .application_id = (char *) table[i].application };
      const AetherOsMedia *edition;
      g_autoptr(AetherOs) os = aether_catalogue_identify (catalogue, &media, &edition);

      g_test_message ("%s", table[i].volume);
      g_assert_cmpstr (os ? aether_os_get_short_id (os) : NULL, ==, table[i].id);
      g_assert_true ((edition != NULL) == (os != NULL));
    }
}

/* --- the index ------------------------------------------------------------------------- */

static char *
index_path (void)
{
  return g_build_filename (g_get_user_cache_dir (), "aether", "catalogue.index", NULL);
}

static AetherCatalogue *
open_again (void)
{
  g_autoptr(GError) error = NULL;
  AetherCatalogue *self = aether_catalogue_open (NULL, &error);

  g_assert_no_error (error);
  return self;
}

static char *
list_all_ids (AetherCatalogue *self)
{
  return list_ids (G_LIST_MODEL (self));
}

/* From the index it is the same list; a damaged index is as none, at every place. */
static void
test_index (void)
{
  g_autofree char *path = index_path ();
  g_autofree char *wanted = list_all_ids (catalogue);
  g_autofree char *data = NULL;
  gsize length;

  /* Each test has folders of its own */
  g_object_unref (open_again ());
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  {
    g_autoptr(AetherCatalogue) again = open_again ();
    g_autofree char *ids = list_all_ids (again);

    g_assert_cmpstr (ids, ==, wanted);
  }

  for (guint i = 0; i < 26; i++)
    {
      g_autofree char *broken = g_memdup2 (data, length);
      gsize cut = i < 20 ? length : length * (i - 20) / 6;

      for (guint k = 0; i < 20 && k < 64; k++)
        broken[(gsize) g_test_rand_int_range (0, length)] ^= 1 << g_test_rand_int_range (0, 8);
      g_assert_true (g_file_set_contents (path, broken, cut, NULL));
      {
        /* Whatever it says, nobody falls over it */
        g_autoptr(AetherCatalogue) again = open_again ();
        g_autofree char *ids = list_all_ids (again);
        g_autoptr(GListModel) found = aether_catalogue_search (again, "a", "x86_64");

        g_assert_nonnull (ids);
      }
    }
  g_assert_true (g_file_set_contents (path, data, length, NULL));
}

/* A file of the database that changes makes the index void. */
static void
test_index_follows (void)
{
  g_autofree char *folder = g_dir_make_tmp ("aether-catalogue-XXXXXX", NULL);
  g_autofree char *os = g_build_filename (folder, "os", "example.org", NULL);
  g_autofree char *path = g_build_filename (os, "example-1.xml", NULL);
  g_autofree char *ours = g_strdup (g_getenv ("AETHER_CATALOGUE_DIR"));
  const char *format =
    "<libosinfo version=\"0.0.1\"><os id=\"http://example.org/example/1\"><short-id>example1</short-id>"
    "<name>%s</name></os></libosinfo>";

  g_setenv ("AETHER_CATALOGUE_DIR", folder, TRUE);
  g_assert_cmpint (g_mkdir_with_parents (os, 0700), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      const char * const names[] = { "First", "Other", "Third" };
      g_autofree char *text = g_strdup_printf (format, names[i]);
      g_autoptr(AetherCatalogue) again = NULL;
      g_autoptr(AetherOs) found = NULL;

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      again = open_again ();
      found = aether_catalogue_lookup (again, "example1");
      g_assert_cmpstr (aether_os_get_name (found), ==, names[i]);
    }

  g_setenv ("AETHER_CATALOGUE_DIR", ours, TRUE);
  g_remove (path);
  g_rmdir (os);
  g_autofree char *parent = g_build_filename (folder, "os", NULL);
  g_rmdir (parent);
  g_rmdir (folder);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **done = data;

  *done = g_object_ref (result);
}

static void
test_cancel (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCatalogue) none = NULL;

  g_cancellable_cancel (cancellable);
  aether_catalogue_open_async (cancellable, opened_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  none = aether_catalogue_open_finish (result, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_async (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCatalogue) again = NULL;

  aether_catalogue_open_async (NULL, opened_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  again = aether_catalogue_open_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aether_catalogue_get_version (again), !=, "");
}

static void
test_defaults (void)
{
  static const char * const pcs[] = { "x86_64", "i386", NULL }, * const none[] = { "riscv64", NULL };
  static const char * const all[] = { "x86_64", "aarch64", NULL };
  g_autoptr(AetherOs) windows = aether_catalogue_lookup (catalogue, "win11");
  g_autoptr(AetherOs) reactos = aether_catalogue_lookup (catalogue, "reactos0.4.15");
  AetherOsDefaults any, defaults, small;

  aether_os_defaults_init (&any, NULL, "x86_64", 16384, 8);
  g_assert_cmpuint (any.memory, ==, 2048);
  g_assert_cmpuint (any.cpus, ==, 4);
  g_assert_cmpuint (any.disk, ==, 32ull << 30);
  g_assert_cmpuint (any.least_memory, ==, 0);
  g_assert_null (any.firmware);

  aether_os_defaults_init (&defaults, windows, "x86_64", 65536, 8);
  g_assert_cmpuint (defaults.memory, >=, 4096);
  g_assert_cmpuint (defaults.memory, >=, defaults.least_memory);
  g_assert_cmpuint (defaults.disk, >=, 64ull << 30);
  g_assert_cmpuint (defaults.disk % (1u << 30), ==, 0);

  /* a small computer gives half, but what the system cannot do without */
  aether_os_defaults_init (&small, windows, "x86_64", 4096, 1);
  g_assert_cmpuint (small.memory, ==, MAX (2048, small.least_memory));
  g_assert_cmpuint (small.cpus, ==, 1);
  aether_os_defaults_init (&small, NULL, "x86_64", 100, 0);
  g_assert_cmpuint (small.memory, ==, 128);
  g_assert_cmpuint (small.cpus, ==, 1);

  g_assert_cmpstr (aether_os_choose_arch (windows, all, "aarch64"), ==, "aarch64");
  g_assert_cmpstr (aether_os_choose_arch (windows, all, "riscv64"), ==, "x86_64");
  g_assert_cmpstr (aether_os_choose_arch (reactos, pcs, "x86_64"), ==, "i386");
  g_assert_null (aether_os_choose_arch (reactos, none, "riscv64"));
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  if (!g_file_test ("/usr/share/osinfo/os", G_FILE_TEST_IS_DIR))
    {
      g_print ("1..0 # SKIP osinfo-db is not installed\n");
      return 0;
    }

  catalogue = open_again ();
  g_test_add_func ("/catalogue/ours", test_ours);
  g_test_add_func ("/catalogue/media", test_media);
  g_test_add_func ("/catalogue/overlay-counts-more", test_overlay_counts_more);
  g_test_add_func ("/catalogue/firmware", test_firmware);
  g_test_add_func ("/catalogue/latest", test_latest);
  g_test_add_func ("/catalogue/search", test_search);
  g_test_add_func ("/catalogue/search-all", test_search_all);
  g_test_add_func ("/catalogue/order", test_order);
  g_test_add_func ("/catalogue/identify", test_identify);
  g_test_add_func ("/catalogue/index", test_index);
  g_test_add_func ("/catalogue/index-follows", test_index_follows);
  g_test_add_func ("/catalogue/defaults", test_defaults);
  g_test_add_func ("/catalogue/cancel", test_cancel);
  g_test_add_func ("/catalogue/async", test_async);
  status = g_test_run ();

  g_object_unref (catalogue);
  return status;
}
