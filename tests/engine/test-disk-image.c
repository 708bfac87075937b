/* test-disk-image.c - making disk images, asking about them, and hostile ones
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-convert.h"
#include "aether-disk-image.h"
#include "aether-disk-layers.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static guint
count_files (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static gboolean
lacks (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);
  g_autofree char *reason = g_strdup_printf ("%s is not installed", program);

  if (path == NULL)
    g_test_skip (reason);

  return path == NULL;
}

static void
qemu_img (const char * const *arguments)
{
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

#define qemu_img(...) qemu_img ((const char *[]) { "qemu-img", __VA_ARGS__, NULL })

static void
keep_result_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static gboolean
create (const char *path, guint64 size, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_disk_image_create_async (path, size, NULL, keep_result_cb, &result);

  return aether_disk_image_create_finish (wait_for (&result), error);
}

static AetherDiskImageInfo *
query (const char *path, const char *format, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_disk_image_query_async (path, format, NULL, keep_result_cb, &result);

  return aether_disk_image_query_finish (wait_for (&result), error);
}

static void
assert_fails (const char *path, const char *format, int code, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherDiskImageInfo) info = query (path, format, &error);

  g_assert_null (info);
  if (!g_error_matches (error, G_IO_ERROR, code) || strstr (error->message, words) == NULL)
    g_error ("code %d: “%s” is not code %d with “%s”", error->code, error->message, code, words);
}

/* --- making -------------------------------------------------------------- */

static void
test_create_and_query (Fixture *fixture, gconstpointer data)
{
  static const char * const names[] = {
    "plain.qcow2", "with space.qcow2", "comma,file.driver=null-co.qcow2", "nbd:localhost:10809", "per%cent%d.qcow2",
    "quo\"te'.qcow2", "new\nline.qcow2", "-f", "json:{}", "caf\xe9.qcow2", "Größe 🐧.qcow2", "back\\slash",
  };

  if (lacks ("qemu-img"))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_autoptr(AetherDiskImageInfo) info = NULL;
      g_autofree char *format = NULL;
      g_autoptr(GError) error = NULL;
      struct stat st;

      g_assert_true (create (path, 5000000001, &error));
      g_assert_no_error (error);
      g_assert_cmpint (stat (path, &st), ==, 0);
      g_assert_cmpint (st.st_mode & 0777, ==, 0600);

      format = aether_disk_image_detect_format (path, &error);
      g_assert_cmpstr (format, ==, "qcow2");
      info = query (path, format, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (info->format, ==, "qcow2");
      g_assert_cmpuint (info->virtual_size, ==, 5000000512);
      g_assert_cmpuint (info->actual_size, <, 1000000);
      g_assert_false (info->has_backing);
    }

  g_assert_cmpuint (count_files (fixture->folder), ==, G_N_ELEMENTS (names));
}

static void
test_create_never_overwrites (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "mine.qcow2", NULL);
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;

  if (lacks ("qemu-img"))
    return;

  g_file_set_contents (path, "precious", -1, NULL);
  g_assert_false (create (path, 1024 * 1024, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpstr (error->message, ==, "There is a file “mine.qcow2” already. It is left as it is.");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "precious");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

static void
test_create_fails_in_words (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a.qcow2", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "where.qcow2", NULL);
  g_autoptr(GError) error = NULL;

  if (lacks ("qemu-img"))
    return;

  g_assert_false (create (path, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (create (path, G_MAXUINT64, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (create (path, G_MAXINT64 - 1024, &error));   /* qemu-img knows a smaller limit */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "Could not make the disk image “a.qcow2”. qemu-img says: "));
  g_clear_error (&error);
  g_assert_false (create (nowhere, 1024, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "“where.qcow2”. The file or its folder is not there."));
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
}

static void
test_create_on_a_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "full.qcow2", NULL);
  g_autoptr(GError) error = NULL;
  struct rlimit old, tight;

  if (lacks ("qemu-img"))
    return;

  signal (SIGXFSZ, SIG_IGN);   /* qemu-img inherits both */
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  tight = (struct rlimit) { 100000, old.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_false (create (path, 1024 * 1024 * 1024, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "cancelled.qcow2", NULL);

  if (lacks ("qemu-img"))
    return;

  for (guint when = 0; when < 2; when++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;

      if (when == 0)
        g_cancellable_cancel (cancellable);
      aether_disk_image_create_async (path, 1024 * 1024, cancellable, keep_result_cb, &result);
      g_cancellable_cancel (cancellable);
      g_assert_false (aether_disk_image_create_finish (wait_for (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_object (&result);
      g_assert_cmpuint (count_files (fixture->folder), ==, 0);
    }

  g_assert_true (create (path, 1024 * 1024, NULL));
  for (guint when = 0; when < 2; when++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;

      if (when == 0)
        g_cancellable_cancel (cancellable);
      aether_disk_image_query_async (path, "qcow2", cancellable, keep_result_cb, &result);
      g_cancellable_cancel (cancellable);
      g_assert_null (aether_disk_image_query_finish (wait_for (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_without_qemu_img (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a.qcow2", NULL);
  g_autofree char *old = g_strdup (g_getenv ("PATH"));
  g_autoptr(GError) error = NULL;

  g_setenv ("PATH", fixture->folder, TRUE);
  g_assert_false (create (path, 1024, &error));
  g_setenv ("PATH", old, TRUE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "qemu-img is not there. Install"));
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
}

/* --- asking -------------------------------------------------------------- */

static void
test_detect (Fixture *fixture, gconstpointer data)
{
  static const char * const formats[] = { "qcow2", "qcow", "vmdk", "vdi", "vhdx", "vpc", "qed", "parallels", "raw" };
  g_autofree char *fixed = g_build_filename (fixture->folder, "fixed.vhd", NULL);
  g_autofree char *format = NULL;
  g_autoptr(GError) error = NULL;

  if (lacks ("qemu-img"))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, formats[i], NULL);
      g_autoptr(AetherDiskImageInfo) info = NULL;
      g_autofree char *found = NULL;

      qemu_img ("create", "-q", "-f", formats[i], path, "8M");
      found = aether_disk_image_detect_format (path, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (found, ==, formats[i]);
      info = query (path, found, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (info->virtual_size, >=, 8 * 1024 * 1024);
      g_assert_false (info->has_backing);
    }

  qemu_img ("create", "-q", "-f", "vpc", "-o", "subformat=fixed,force_size=on", fixed, "8M");
  format = aether_disk_image_detect_format (fixed, &error);
  g_assert_cmpstr (format, ==, "vpc");
}

static void
test_not_a_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.raw", NULL);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo", NULL);
  g_autofree char *empty = g_build_filename (fixture->folder, "empty", NULL);
  g_autofree char *text = g_build_filename (fixture->folder, "text", NULL);
  g_autofree char *format = NULL;
  g_autoptr(GError) error = NULL;

  if (lacks ("qemu-img"))
    return;

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_file_set_contents (empty, "", 0, NULL);
  g_file_set_contents (text, "QF", 2, NULL);

  assert_fails (missing, "raw", G_IO_ERROR_NOT_FOUND, "Could not open the disk image “");
  assert_fails (fifo, "raw", G_IO_ERROR_INVALID_DATA, "neither a file nor a disk");
  assert_fails (fixture->folder, "raw", G_IO_ERROR_IS_DIRECTORY, "There is a folder of that name.");
  assert_fails ("/dev/zero", "raw", G_IO_ERROR_INVALID_DATA, "neither a file nor a disk");
  assert_fails (text, "qcow2", G_IO_ERROR_INVALID_DATA, "The disk “text” cannot be used. qemu-img says: ");
  assert_fails (text, "nbd", G_IO_ERROR_INVALID_ARGUMENT, "“nbd” is no format of a disk image");
  assert_fails (text, "", G_IO_ERROR_INVALID_ARGUMENT, "is no format");

  format = aether_disk_image_detect_format (empty, &error);
  g_assert_cmpstr (format, ==, "raw");
  g_assert_null (aether_disk_image_detect_format (missing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_other_files_are_reported_not_opened (Fixture *fixture, gconstpointer data)
{
  static const char * const backings[] = { "/etc/passwd", "json:{\"driver\":\"nbd\",\"host\":\"127.0.0.1\"}", "nbd:127.0.0.1:1" };
  g_autofree char *data_file = g_build_filename (fixture->folder, "data.raw", NULL);
  g_autofree char *option = g_strdup_printf ("data_file=%s,data_file_raw=on", data_file);
  g_autofree char *outside = g_build_filename (fixture->folder, "outside.qcow2", NULL);
  g_autofree char *list = g_build_filename (fixture->folder, "list.vmdk", NULL);
  g_autofree char *format = NULL;
  g_autoptr(AetherDiskImageInfo) outside_info = NULL;

  if (lacks ("qemu-img"))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (backings); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, "overlay.qcow2", NULL);
      g_autoptr(AetherDiskImageInfo) info = NULL;
      g_autoptr(GError) error = NULL;

      qemu_img ("create", "-q", "-u", "-f", "qcow2", "-b", backings[i], "-F", "raw", path, "1M");
      info = query (path, "qcow2", &error);
      g_assert_no_error (error);
      g_assert_true (info->has_backing);
      g_assert_cmpuint (info->virtual_size, ==, 1024 * 1024);
    }

  /* As raw it is bytes like others */
  {
    g_autofree char *path = g_build_filename (fixture->folder, "overlay.qcow2", NULL);
    g_autoptr(AetherDiskImageInfo) info = query (path, "raw", NULL);

    g_assert_false (info->has_backing);
  }

  qemu_img ("create", "-q", "-f", "qcow2", "-o", option, outside, "1M");
  g_assert_cmpint (g_unlink (data_file), ==, 0);   /* who opens it fails */
  outside_info = query (outside, "qcow2", NULL);
  g_assert_nonnull (outside_info);
  g_assert_true (outside_info->has_backing);
  g_assert_cmpuint (outside_info->virtual_size, ==, 1024 * 1024);

  g_file_set_contents (list, "# Disk DescriptorFile\nversion=1\ncreateType=\"monolithicFlat\"\n"
                       "RW 2048 FLAT \"/etc/passwd\" 0\n", -1, NULL);
  format = aether_disk_image_detect_format (list, NULL);
  g_assert_cmpstr (format, ==, "vmdk");
  assert_fails (list, "vmdk", G_IO_ERROR_NOT_SUPPORTED, "only names other files");
}

/* Every length up to two sectors, and random bytes in the header: an answer or a sentence, never a crash. */
static void
test_hostile_headers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "good.qcow2", NULL);
  g_autofree char *bad = g_build_filename (fixture->folder, "bad.qcow2", NULL);
  g_autofree char *good = NULL;
  gsize length;

  if (lacks ("qemu-img"))
    return;

  qemu_img ("create", "-q", "-f", "qcow2", path, "1M");
  g_assert_true (g_file_get_contents (path, &good, &length, NULL));

  for (gsize i = 0; i < 1024; i++)
    {
      g_autofree char *format = NULL;

      g_file_set_contents (bad, good, i, NULL);
      format = aether_disk_image_detect_format (bad, NULL);
      g_assert_cmpstr (format, ==, i < 4 ? "raw" : "qcow2");
    }

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *contents = g_memdup2 (good, length);
      g_autoptr(AetherDiskImageInfo) info = NULL;
      g_autoptr(GError) error = NULL;
      gsize kept = i < 20 ? (gsize) g_test_rand_int_range (4, 600) : length;

      for (guint n = 0; n < 3 && i >= 20; n++)
        contents[g_test_rand_int_range (4, 112)] = g_test_rand_int_range (0, 256);
      g_file_set_contents (bad, contents, kept, NULL);
      info = query (bad, "qcow2", &error);
      g_assert_true ((info == NULL) == (error != NULL));
      g_assert_true (error == NULL || g_str_has_suffix (error->message, "."));
    }
}

static void
test_in_use (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "used, by: another.qcow2", NULL);
  g_autofree char *words = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(AetherDiskImageInfo) info = NULL;
  g_autoptr(GError) error = NULL;
  char c = 0;

  if (lacks ("qemu-img") || lacks ("qemu-io"))
    return;

  g_assert_true (create (path, 1024 * 1024, NULL));
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                              "qemu-io", "-f", "qcow2", path, NULL);
  g_assert_no_error (error);
  /* Its prompt says that it has the image */
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (process), &c, 1, NULL, NULL), ==, 1);

  words = g_strdup_printf ("The disk “used, by: another.qcow2” is in use by qemu-io (process %s). Close that first.",
                           g_subprocess_get_identifier (process));
  assert_fails (path, "qcow2", G_IO_ERROR_BUSY, words);

  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  info = query (path, "qcow2", &error);
  g_assert_no_error (error);
}

static void
test_convert_without_a_cancellable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = g_build_filename (fixture->folder, "from.qcow2", NULL);
  g_autofree char *to = g_build_filename (fixture->folder, "to.qcow2", NULL);
  g_autoptr(AetherDiskPlace) place = aether_disk_place_new (fixture->folder, FALSE);
  g_autoptr(AetherDiskLayer) layer = NULL;
  g_autoptr(AetherDiskImageInfo) info = NULL;
  g_autoptr(JsonNode) source = NULL;
  g_autoptr(GError) error = NULL;

  if (lacks ("qemu-img"))
    return;

  qemu_img ("create", "-q", "-f", "qcow2", from, "1M");
  layer = aether_disk_layer_open (place, fixture->folder, "from.qcow2", NULL, &error);
  g_assert_no_error (error);
  source = aether_disk_layer_source (layer);
  g_assert_true (aether_disk_convert (source, "from", to, "qcow2", NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (aether_disk_enlarge (to, 2 * 1024 * 1024, NULL, &error));
  g_assert_no_error (error);
  info = query (to, "qcow2", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info->virtual_size, ==, 2 * 1024 * 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/disk-image/create/and-query", test_create_and_query);
  ADD ("/disk-image/create/never-overwrites", test_create_never_overwrites);
  ADD ("/disk-image/create/fails-in-words", test_create_fails_in_words);
  ADD ("/disk-image/create/on-a-full-disk", test_create_on_a_full_disk);
  ADD ("/disk-image/cancelled", test_cancelled);
  ADD ("/disk-image/without-qemu-img", test_without_qemu_img);
  ADD ("/disk-image/detect", test_detect);
  ADD ("/disk-image/query/not-a-disk", test_not_a_disk);
  ADD ("/disk-image/query/other-files-are-reported-not-opened", test_other_files_are_reported_not_opened);
  ADD ("/disk-image/query/hostile-headers", test_hostile_headers);
  ADD ("/disk-image/query/in-use", test_in_use);
  ADD ("/disk-image/convert/without-a-cancellable", test_convert_without_a_cancellable);

  return g_test_run ();
}
