/* test-thumbnail.c - pictures from bundles, good and hostile
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-thumbnail.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "app-fixture.h"

typedef struct
{
  GdkTexture *texture;
  GError     *error;
  gboolean    done;
} Outcome;

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->texture = aether_thumbnail_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static void
outcome_clear (Outcome *outcome)
{
  g_clear_object (&outcome->texture);
  g_clear_error (&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static char *
picture_path (AetherBundle *bundle)
{
  return g_build_filename (aether_bundle_get_path (bundle), "thumbnail.png", NULL);
}

static void
load (const char *path, int width, int height, Outcome *outcome)
{
  aether_thumbnail_load_async (path, width, height, NULL, done_cb, outcome);
  app_fixture_wait (&outcome->done);
}

static void
test_fits_the_box (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("wide");
  g_autofree char *path = picture_path (bundle);
  g_auto(Outcome) outcome = { NULL };

  app_fixture_add_picture (bundle, 640, 320);
  load (path, 128, 80, &outcome);

  g_assert_no_error (outcome.error);
  g_assert_cmpint (gdk_texture_get_width (outcome.texture), ==, 128);
  g_assert_cmpint (gdk_texture_get_height (outcome.texture), ==, 64);
}

static void
test_kept_until_the_file_changes (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("kept");
  g_autofree char *path = picture_path (bundle);
  g_auto(Outcome) first = { NULL }, again = { NULL }, changed = { NULL };
  struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };

  app_fixture_add_picture (bundle, 64, 40);
  load (path, 128, 80, &first);
  load (path, 128, 80, &again);
  g_assert_true (first.texture == again.texture);

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  load (path, 128, 80, &changed);
  g_assert_true (first.texture != changed.texture);
}

static void
test_more_than_are_kept (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("many");
  g_autofree char *path = picture_path (bundle);

  app_fixture_add_picture (bundle, 64, 40);

  /* another size is another picture */
  for (int i = 0; i < 400; i++)
    {
      g_auto(Outcome) outcome = { NULL };

      load (path, 10 + i % 200, 10 + i, &outcome);
      g_assert_no_error (outcome.error);
    }
}

static void
test_missing (void)
{
  g_auto(Outcome) outcome = { NULL };

  load ("/nonexistent/thumbnail.png", 64, 40, &outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Opening a FIFO would wait for a writer for ever. */
static void
test_not_a_file (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("fifo");
  g_autofree char *path = picture_path (bundle);
  g_auto(Outcome) outcome = { NULL };

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  load (path, 64, 40, &outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_not_a_picture (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("garbage");
  g_autofree char *path = picture_path (bundle);
  g_auto(Outcome) outcome = { NULL };

  g_assert_true (g_file_set_contents (path, "\211PNG\r\n\032\n and then nothing of the kind", -1, NULL));
  load (path, 64, 40, &outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* A few bytes that ask for 16 GB of pixels. */
static void
test_enormous (void)
{
  static const guchar png[] = {
    0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R',
    0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 2, 0, 0, 0, 0x6f, 0x30, 0xd2, 0x41,
    0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82,
  };
  g_autoptr(GBytes) bytes = g_bytes_new_static (png, sizeof png);
  g_auto(Outcome) outcome = { NULL };

  aether_thumbnail_decode_async (bytes, 640, 400, NULL, done_cb, &outcome);
  app_fixture_wait (&outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_cancelled_while_loading (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("cancelled");
  g_autofree char *path = picture_path (bundle);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Outcome) outcome = { NULL };

  app_fixture_add_picture (bundle, 640, 400);
  aether_thumbnail_load_async (path, 64, 40, cancellable, done_cb, &outcome);
  g_cancellable_cancel (cancellable);
  app_fixture_wait (&outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancelled_while_decoding (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("decoded");
  g_autofree char *path = picture_path (bundle);
  g_autofree char *data = NULL;
  gsize size;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Outcome) outcome = { NULL };

  app_fixture_add_picture (bundle, 640, 400);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  bytes = g_bytes_new_take (g_steal_pointer (&data), size);

  aether_thumbnail_decode_async (bytes, 64, 40, cancellable, done_cb, &outcome);
  g_cancellable_cancel (cancellable);
  app_fixture_wait (&outcome.done);
  g_assert_null (outcome.texture);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  app_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/thumbnail/fits-the-box", test_fits_the_box);
  g_test_add_func ("/aether/thumbnail/kept-until-the-file-changes", test_kept_until_the_file_changes);
  g_test_add_func ("/aether/thumbnail/more-than-are-kept", test_more_than_are_kept);
  g_test_add_func ("/aether/thumbnail/missing", test_missing);
  g_test_add_func ("/aether/thumbnail/not-a-file", test_not_a_file);
  g_test_add_func ("/aether/thumbnail/not-a-picture", test_not_a_picture);
  g_test_add_func ("/aether/thumbnail/enormous", test_enormous);
  g_test_add_func ("/aether/thumbnail/cancelled-while-loading", test_cancelled_while_loading);
  g_test_add_func ("/aether/thumbnail/cancelled-while-decoding", test_cancelled_while_decoding);

  return g_test_run ();
}
