/* test-install.c - answers for installers: what they say, and that no name or password breaks them
 *
 * With --write FOLDER KIND it writes the files of a plan with hostile options, for the parsers of
 * their formats in test-formats.py.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-disc.h"
#include "aether-install-private.h"

#include <crypt.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define HOSTILE_PASSWORD "a\"b'c\\d $(reboot) `x` #!%&<>]]> {{ds}} : - é漢 \\"
#define HOSTILE_NAME     "Ann \"O'Hara\" <&> #1 $(x) `y` %end {}[]|>é"

static AetherInstallOptions *
options_new (void)
{
  AetherInstallOptions *options = aether_install_options_new ();

  options->user_name = g_strdup ("anna");
  options->real_name = g_strdup (HOSTILE_NAME);
  options->password = g_strdup (HOSTILE_PASSWORD);
  options->host_name = g_strdup ("box-1");
  options->time_zone = g_strdup ("Europe/Berlin");
  options->keyboard = g_strdup ("de+nodeadkeys");
  options->language = g_strdup ("de_DE.UTF-8");
  options->mac = g_strdup ("52:54:00:12:34:56");
  options->ssh_key = g_strdup ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== anna@home");
  options->packages = g_strsplit ("vim,g++", ",", -1);
  options->arch = g_strdup ("x86_64");
  options->uefi = TRUE;
  aether_install_options_complete (options, "Box 1");

  return options;
}

static char *
plan_text (const AetherInstallPlan *plan, const char *name)
{
  for (guint i = 0; i < plan->files->len; i++)
    {
      const AetherInstallFile *file = plan->files->pdata[i];

      if (strcmp (file->name, name) == 0)
        return g_strndup (g_bytes_get_data (file->contents, NULL), g_bytes_get_size (file->contents));
    }

  g_assert_not_reached ();
}

static const struct
{
  AetherInstallKind kind;
  const char       *file;
  const char       *label;
  gboolean          append;
} kinds[] = {
  { AETHER_INSTALL_CLOUD_INIT, "user-data", "cidata", FALSE },
  { AETHER_INSTALL_PRESEED, "preseed.cfg", NULL, TRUE },
  { AETHER_INSTALL_KICKSTART, "ks.cfg", "OEMDRV", FALSE },
  { AETHER_INSTALL_AUTOINSTALL, "user-data", "CIDATA", TRUE },
  { AETHER_INSTALL_AUTOYAST, "autoinst.xml", "OEMDRV", TRUE },
  { AETHER_INSTALL_UNATTEND, "Autounattend.xml", "AETHER_SEED", FALSE },
};

/* The password is in none of them as it was typed; where there is a hash, it fits. */
static void
test_password (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr(AetherInstallOptions) options = options_new ();
      g_autoptr(GError) error = NULL;
      g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (kinds[i].kind, options, &error);
      g_autofree char *text = NULL, *hash = NULL;
      const char *begin;

      g_assert_no_error (error);
      g_assert_cmpstr (plan->label, ==, kinds[i].label);
      g_assert_true ((plan->append != NULL) == kinds[i].append);
      text = plan_text (plan, kinds[i].file);
      g_assert_null (strstr (text, "$(reboot)"));
      if (kinds[i].kind == AETHER_INSTALL_UNATTEND)
        continue;

      begin = strstr (text, "$6$");
      g_assert_nonnull (begin);
      hash = g_strndup (begin, strspn (begin, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./$="));
      g_assert_cmpstr (crypt (HOSTILE_PASSWORD, hash), ==, hash);
    }
}

static void
test_two_hashes_differ (void)
{
  g_autofree char *a = _aether_install_hash ("same", NULL), *b = _aether_install_hash ("same", NULL);

  g_assert_cmpstr (a, !=, b);
}

/* --- what is refused ----------------------------------------------------------- */

typedef struct
{
  const char       *title;
  AetherInstallKind kind;
  gsize             member;
  const char       *value;
  gboolean          good;
} Case;

#define M(member) G_STRUCT_OFFSET (AetherInstallOptions, member)

static const Case cases[] = {
  { "user/space", AETHER_INSTALL_PRESEED, M (user_name), "an na", FALSE },
  { "user/capital", AETHER_INSTALL_CLOUD_INIT, M (user_name), "Anna", FALSE },
  { "user/digit", AETHER_INSTALL_KICKSTART, M (user_name), "1anna", FALSE },
  { "user/root", AETHER_INSTALL_AUTOYAST, M (user_name), "root", FALSE },
  { "user/empty", AETHER_INSTALL_AUTOYAST, M (user_name), "", FALSE },
  { "user/option", AETHER_INSTALL_KICKSTART, M (user_name), "-x", FALSE },
  { "user/newline", AETHER_INSTALL_KICKSTART, M (user_name), "anna\n", FALSE },
  { "user/31", AETHER_INSTALL_PRESEED, M (user_name), "abcdefghijklmnopqrstuvwxyz01234", TRUE },
  { "user/32", AETHER_INSTALL_PRESEED, M (user_name), "abcdefghijklmnopqrstuvwxyz012345", FALSE },
  { "user/not-utf8", AETHER_INSTALL_UNATTEND, M (user_name), "a\xff", FALSE },
  { "user/windows", AETHER_INSTALL_UNATTEND, M (user_name), "Ännä B", TRUE },
  { "user/windows-slash", AETHER_INSTALL_UNATTEND, M (user_name), "a/b", FALSE },
  { "user/windows-admin", AETHER_INSTALL_UNATTEND, M (user_name), "ADMINISTRATOR", FALSE },
  { "user/windows-host", AETHER_INSTALL_UNATTEND, M (user_name), "Box-1", FALSE },
  { "user/windows-21", AETHER_INSTALL_UNATTEND, M (user_name), "abcdefghijklmnopqrstu", FALSE },
  { "real/colon", AETHER_INSTALL_PRESEED, M (real_name), "a:b", FALSE },
  { "real/newline", AETHER_INSTALL_PRESEED, M (real_name), "a\nd-i x", FALSE },
  { "real/backslash", AETHER_INSTALL_PRESEED, M (real_name), "a\\", FALSE },
  { "real/line-separator", AETHER_INSTALL_CLOUD_INIT, M (real_name), "a\u2028b", FALSE },
  { "real/next-line", AETHER_INSTALL_CLOUD_INIT, M (real_name), "a\xc2\x85" "b", FALSE },
  { "host/underscore", AETHER_INSTALL_PRESEED, M (host_name), "a_b", FALSE },
  { "host/hyphen", AETHER_INSTALL_PRESEED, M (host_name), "a-", FALSE },
  { "host/windows-digits", AETHER_INSTALL_UNATTEND, M (host_name), "123", FALSE },
  { "host/windows-16", AETHER_INSTALL_UNATTEND, M (host_name), "abcdefghijklmnop", FALSE },
  { "password/newline", AETHER_INSTALL_CLOUD_INIT, M (password), "a\nb", FALSE },
  { "password/not-utf8", AETHER_INSTALL_CLOUD_INIT, M (password), "\xff", FALSE },
  { "password/none", AETHER_INSTALL_PRESEED, M (password), "", FALSE },
  { "password/none-but-key", AETHER_INSTALL_CLOUD_INIT, M (password), "", TRUE },
  { "password/none-windows", AETHER_INSTALL_UNATTEND, M (password), "", TRUE },
  { "zone/path", AETHER_INSTALL_PRESEED, M (time_zone), "../../etc/passwd", FALSE },
  { "zone/three", AETHER_INSTALL_PRESEED, M (time_zone), "America/Argentina/Buenos_Aires", TRUE },
  { "keyboard/brackets", AETHER_INSTALL_PRESEED, M (keyboard), "de(x)", FALSE },
  { "language/short", AETHER_INSTALL_PRESEED, M (language), "de", FALSE },
  { "key/two-lines", AETHER_INSTALL_PRESEED, M (ssh_key), "ssh-rsa AAAA\nssh-rsa BBBB", FALSE },
  { "key/quote", AETHER_INSTALL_PRESEED, M (ssh_key), "ssh-rsa AAAA it's", FALSE },
  { "key/dollar", AETHER_INSTALL_PRESEED, M (ssh_key), "ssh-rsa AAAA $(x)", FALSE },
  { "key/private", AETHER_INSTALL_PRESEED, M (ssh_key), "-----BEGIN OPENSSH PRIVATE KEY-----", FALSE },
  { "product/short", AETHER_INSTALL_UNATTEND, M (product_key), "ABCDE", FALSE },
  { "product/good", AETHER_INSTALL_UNATTEND, M (product_key), "AAAAA-BBBBB-CCCCC-DDDDD-12345", TRUE },
};

static void
test_check (gconstpointer data)
{
  const Case *c = data;
  g_autoptr(AetherInstallOptions) options = options_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherInstallPlan) plan = NULL;

  g_set_str (&G_STRUCT_MEMBER (char *, options, c->member), c->value);
  plan = aether_install_plan_new (c->kind, options, &error);
  if (c->good)
    {
      g_assert_no_error (error);
      g_assert_nonnull (plan);
      return;
    }

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_null (plan);
}

static void
test_check_packages (void)
{
  static const char * const bad[] = { "a b", "", "a;b", "$(x)", "a\nb", "-y", "é" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(AetherInstallOptions) options = options_new ();
      g_autoptr(GError) error = NULL;

      g_strfreev (options->packages);
      options->packages = g_new0 (char *, 2);
      options->packages[0] = g_strdup (bad[i]);
      g_assert_false (aether_install_options_check (options, AETHER_INSTALL_PRESEED, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

/* A refused password is not repeated. */
static void
test_password_is_not_told (void)
{
  g_autoptr(AetherInstallOptions) options = options_new ();
  g_autoptr(GError) error = NULL;

  g_set_str (&options->password, "secret\nword");
  g_assert_false (aether_install_options_check (options, AETHER_INSTALL_PRESEED, &error));
  g_assert_null (strstr (error->message, "secret"));
}

/* Whatever this computer and the machine's name are, what comes of them is taken. */
static void
test_defaults (void)
{
  static const char * const names[] = { "Debian 13", "Ünïcödé", "漢字", "---", "a name that is far too long for anything" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(AetherInstallOptions) options = aether_install_options_new ();
      g_autoptr(GError) error = NULL;

      options->arch = g_strdup ("aarch64");
      options->password = g_strdup ("x");
      aether_install_options_complete (options, names[i]);
      for (AetherInstallKind kind = AETHER_INSTALL_CLOUD_INIT; kind <= AETHER_INSTALL_UNATTEND; kind++)
        {
          aether_install_options_check (options, kind, &error);
          g_assert_no_error (error);
        }
    }
}

/* --- Windows' names -------------------------------------------------------------- */

static void
test_zones (void)
{
  static const char * const zones[][2] = {
    { "Europe/Berlin", "W. Europe Standard Time" }, { "America/New_York", "Eastern Standard Time" },
    { "Asia/Kolkata", "India Standard Time" }, { "Asia/Calcutta", "India Standard Time" },
    { "Asia/Tokyo", "Tokyo Standard Time" }, { "Etc/GMT+1", "Cape Verde Standard Time" },
    { "Etc/GMT+12", "Dateline Standard Time" }, { "Europe/Kyiv", "FLE Standard Time" },
    { "America/Argentina/Buenos_Aires", "Argentina Standard Time" }, { "UTC", "UTC" },
    { "Europe/Ber", "UTC" }, { "Nowhere/Land", "UTC" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    g_assert_cmpstr (_aether_install_windows_zone (zones[i][0]), ==, zones[i][1]);
}

/* --- discs ------------------------------------------------------------------------ */

static void
test_disc (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr(AetherInstallOptions) options = options_new ();
      g_autoptr(GError) error = NULL;
      g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (kinds[i].kind, options, &error);
      g_autofree char *folder = g_dir_make_tmp ("seed-XXXXXX", NULL);
      g_autofree char *path = g_build_filename (folder, "seed.iso", NULL);
      g_autofree char *copy = g_build_filename (folder, "copy", NULL);
      g_autofree char *wanted = plan_text (plan, kinds[i].file);
      g_autofree char *found = NULL;
      g_autofree char *label = NULL;
      struct stat st;

      if (plan->label)
        {
          char volume[33] = "";
          int fd;

          g_assert_true (aether_install_write_disc (plan, path, &error));
          g_assert_no_error (error);
          g_assert_cmpint (stat (path, &st), ==, 0);
          g_assert_cmpuint (st.st_mode & 07777, ==, 0600);

          fd = open (path, O_RDONLY);
          g_assert_cmpint (pread (fd, volume, 32, 16 * 2048 + 40), ==, 32);
          close (fd);
          g_assert_cmpint (g_ascii_strcasecmp (g_strchomp (volume), plan->label), ==, 0);

          g_assert_true (aether_install_extract (path, kinds[i].file, copy, NULL, &error));
          g_assert_no_error (error);
          g_file_get_contents (copy, &found, NULL, NULL);
          g_assert_cmpstr (found, ==, wanted);

          /* Nothing is replaced, and nothing left */
          g_assert_false (aether_install_write_disc (plan, path, &error));
          g_assert_nonnull (error);
          g_unlink (copy);
          g_unlink (path);
        }
      g_assert_cmpint (g_rmdir (folder), ==, 0);
    }
}

/* Its beginning stays, and what is added begins at a multiple of four. */
static void
test_initrd (void)
{
  g_autoptr(AetherInstallOptions) options = options_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (AETHER_INSTALL_PRESEED, options, &error);
  g_autofree char *path = NULL, *text = NULL;
  gsize length;
  int fd = g_file_open_tmp ("initrd-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, "12345", 5), ==, 5);
  close (fd);
  g_assert_true (aether_install_append_initrd (plan, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, &length, &error));
  g_assert_cmpmem (text, 14, "12345\0\0\000070701", 14);
  g_assert_nonnull (g_strstr_len (text + 14, 200, "preseed.cfg"));
  g_assert_nonnull (memmem (text, length, "TRAILER!!!", 10));
  g_unlink (path);
}

static void
test_extract_cancelled (void)
{
  g_autoptr(AetherInstallOptions) options = options_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (AETHER_INSTALL_KICKSTART, options, &error);
  g_autofree char *folder = g_dir_make_tmp ("seed-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "seed.iso", NULL);
  g_autofree char *copy = g_build_filename (folder, "copy", NULL);
  g_auto(AetherInstallMedium) medium = { 0 };

  g_assert_true (aether_install_write_disc (plan, path, &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (aether_install_extract (path, "ks.cfg", copy, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_false (aether_install_medium_look (&medium, path, "x86_64", FALSE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_false (aether_install_extract (path, "nothing", copy, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_unlink (path);
  g_rmdir (folder);
}

/* --- discs of installers, made with their files ------------------------------------- */

typedef struct
{
  const char       *title;
  const char       *arch;
  const char       *label;
  const char       *files;    /* with blanks between */
  gboolean          windows;
  AetherInstallKind kind;
  const char       *kernel;
  const char       *language;
} Disc;

static const Disc discs[] = {
  { "debian", "x86_64", "Debian", ".disk/info install.amd/vmlinuz install.amd/initrd.gz", FALSE,
    AETHER_INSTALL_PRESEED, "install.amd/vmlinuz", NULL },
  { "debian-arm", "aarch64", "Debian", ".disk/info install.a64/vmlinuz install.a64/initrd.gz", FALSE,
    AETHER_INSTALL_PRESEED, "install.a64/vmlinuz", NULL },
  { "debian-other-cpu", "aarch64", "Debian", ".disk/info install.amd/vmlinuz install.amd/initrd.gz", FALSE,
    AETHER_INSTALL_NONE, NULL, NULL },
  { "debian-live", "x86_64", "d-live", ".disk/info live/vmlinuz live/initrd.img", FALSE, AETHER_INSTALL_NONE, NULL, NULL },
  { "ubuntu", "x86_64", "Ubuntu-Server", "casper/vmlinuz casper/initrd casper/install-sources.yaml", FALSE,
    AETHER_INSTALL_AUTOINSTALL, "casper/vmlinuz", NULL },
  { "ubuntu-old", "x86_64", "Ubuntu", "casper/vmlinuz casper/initrd", FALSE, AETHER_INSTALL_NONE, NULL, NULL },
  { "fedora", "x86_64", "Fedora-S-dvd", "images/install.img images/pxeboot/vmlinuz", FALSE, AETHER_INSTALL_KICKSTART, NULL, NULL },
  { "fedora-live", "x86_64", "Fedora-WS-Live", "LiveOS/squashfs.img images/pxeboot/vmlinuz", FALSE, AETHER_INSTALL_NONE, NULL, NULL },
  { "suse", "x86_64", "openSUSE", "boot/x86_64/root boot/x86_64/loader/linux boot/x86_64/loader/initrd", FALSE,
    AETHER_INSTALL_AUTOYAST, "boot/x86_64/loader/linux", NULL },
  { "suse-agama", "x86_64", "Install-Leap", "boot/x86_64/loader/linux boot/x86_64/loader/initrd LiveOS/squashfs.img", FALSE,
    AETHER_INSTALL_NONE, NULL, NULL },
  { "windows", "x86_64", "CCCOMA_X64FRE_DE-DE_DV9", "README.TXT", FALSE, AETHER_INSTALL_UNATTEND, NULL, "de-DE" },
  { "windows-arm", "aarch64", "CPBA_A64FRE_EN-US_DV9", "README.TXT", FALSE, AETHER_INSTALL_UNATTEND, NULL, "en-US" },
  { "windows-known", "x86_64", "MY_DISC", "README.TXT", TRUE, AETHER_INSTALL_UNATTEND, NULL, NULL },
  { "anything", "x86_64", "MY_DISC", "README.TXT", FALSE, AETHER_INSTALL_NONE, NULL, NULL },
};

static void
test_look (gconstpointer data)
{
  const Disc *disc = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherInstallOptions) options = options_new ();
  g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (AETHER_INSTALL_KICKSTART, options, &error);
  g_auto(GStrv) names = g_strsplit (disc->files, " ", -1);
  g_autofree char *folder = g_dir_make_tmp ("disc-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.iso", NULL);
  g_auto(AetherInstallMedium) medium = { 0 };

  g_ptr_array_set_size (plan->files, 0);
  plan->label = disc->label;
  for (guint i = 0; names[i]; i++)
    _aether_install_plan_add (plan, names[i], g_string_new (names[i]));
  g_assert_true (aether_install_write_disc (plan, path, &error));
  g_assert_no_error (error);

  g_assert_true (aether_install_medium_look (&medium, path, disc->arch, disc->windows, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (medium.kind, ==, disc->kind);
  g_assert_cmpstr (medium.kernel, ==, disc->kernel);
  g_assert_cmpstr (medium.language, ==, disc->language);

  g_unlink (path);
  g_rmdir (folder);
}

static int
write_plan (const char *folder, const char *nick)
{
  g_autoptr(AetherInstallOptions) options = options_new ();

  for (AetherInstallKind kind = AETHER_INSTALL_CLOUD_INIT; kind <= AETHER_INSTALL_UNATTEND; kind++)
    {
      g_autoptr(AetherInstallPlan) plan = NULL;

      if (!g_str_has_prefix (nick, aether_install_kind_to_nick (kind)))
        continue;

      /* "unattend-arm-bypass-bios-drivers" */
      options->bypass_requirements = strstr (nick, "-bypass") != NULL;
      options->drivers = strstr (nick, "-drivers") != NULL;
      options->uefi = strstr (nick, "-bios") == NULL;
      if (strstr (nick, "-arm"))
        g_set_str (&options->arch, "aarch64");
      plan = aether_install_plan_new (kind, options, NULL);
      for (guint i = 0; plan && i < plan->files->len; i++)
        {
          const AetherInstallFile *file = plan->files->pdata[i];
          g_autofree char *path = g_build_filename (folder, file->name, NULL);

          if (!g_file_set_contents (path, g_bytes_get_data (file->contents, NULL), g_bytes_get_size (file->contents), NULL))
            return 1;
        }
      return plan ? 0 : 1;
    }

  return 1;
}

int
main (int argc, char *argv[])
{
  if (argc == 4 && strcmp (argv[1], "--write") == 0)
    return write_plan (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/install/password", test_password);
  g_test_add_func ("/install/password/two-hashes-differ", test_two_hashes_differ);
  g_test_add_func ("/install/password/is-not-told", test_password_is_not_told);
  g_test_add_func ("/install/defaults", test_defaults);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/install/check/", cases[i].title, NULL);

      g_test_add_data_func (path, &cases[i], test_check);
    }
  g_test_add_func ("/install/check/packages", test_check_packages);
  g_test_add_func ("/install/windows/zones", test_zones);
  g_test_add_func ("/install/disc", test_disc);
  g_test_add_func ("/install/disc/cancelled", test_extract_cancelled);
  g_test_add_func ("/install/initrd", test_initrd);
  for (guint i = 0; i < G_N_ELEMENTS (discs); i++)
    {
      g_autofree char *path = g_strconcat ("/install/look/", discs[i].title, NULL);

      g_test_add_data_func (path, &discs[i], test_look);
    }

  return g_test_run ();
}
