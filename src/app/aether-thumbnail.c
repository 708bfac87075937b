/* aether-thumbnail.c - small pictures of machines, loaded aside and kept for a while
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-thumbnail.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/* A picture in a bundle comes from who knows where: 64 MiB of pixels at most,
 * and a file no bigger than that. */
#define MOST_PIXELS (16 * 1024 * 1024)
#define MOST_BYTES  (32 * 1024 * 1024)
/* Only what a list row shows is kept: 256 x 128 x 80 x 4 bytes are 10 MB. */
#define KEPT        256
#define KEPT_WIDTH  256

typedef struct
{
  char       *path;     /* NULL: from data */
  GBytes     *data;
  int         width, height;

  gint64      mtime;    /* microseconds; of the file that was read */
} Job;

typedef struct
{
  GdkTexture *texture;
  gint64      mtime;
  GList       link;     /* in the queue of use, newest first; data: the key */
} Kept;

static GHashTable *kept;       /* "WIDTHxHEIGHT:PATH" -> Kept */
static GQueue      kept_order = G_QUEUE_INIT;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_clear_pointer (&job->data, g_bytes_unref);
  g_free (job);
}

static void
kept_free (gpointer data)
{
  Kept *entry = data;

  g_queue_unlink (&kept_order, &entry->link);
  g_object_unref (entry->texture);
  g_free (entry);
}

static char *
kept_key (Job *job)
{
  return g_strdup_printf ("%dx%d:%s", job->width, job->height, job->path);
}

static void
keep (Job *job, GdkTexture *texture)
{
  Kept *entry;

  if (job->path == NULL || job->width > KEPT_WIDTH)
    return;

  if (kept == NULL)
    kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);

  while (g_hash_table_size (kept) >= KEPT)
    g_hash_table_remove (kept, g_queue_peek_tail (&kept_order));

  char *key = kept_key (job);

  g_hash_table_remove (kept, key);
  entry = g_new0 (Kept, 1);
  entry->texture = g_object_ref (texture);
  entry->mtime = job->mtime;
  entry->link.data = key;
  g_hash_table_insert (kept, key, entry);
  g_queue_push_head_link (&kept_order, &entry->link);
}

static gint64
stat_mtime (const struct stat *st)
{
  return (gint64) st->st_mtim.tv_sec * G_USEC_PER_SEC + st->st_mtim.tv_nsec / 1000;
}

/* Sets the size to decode to; refuses what would not fit in memory. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  Job *job = user_data;

  if (width <= 0 || height <= 0 || (gint64) width * height > MOST_PIXELS)
    {
      gdk_pixbuf_loader_set_size (loader, 0, 0);
      return;
    }

  double scale = MIN (1.0, MIN ((double) job->width / width, (double) job->height / height));

  gdk_pixbuf_loader_set_size (loader, MAX (1, width * scale), MAX (1, height * scale));
}

static GdkTexture *
texture_from_pixbuf (GdkPixbuf *pixbuf)
{
  g_autoptr(GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8,
                                 bytes, gdk_pixbuf_get_rowstride (pixbuf));
}

static void
decode (GTask *task, Job *job, GBytes *data)
{
  g_autoptr(GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type ("png", NULL);
  GdkPixbuf *pixbuf = NULL;

  if (loader != NULL)
    {
      g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), job);

      /* close in any case, or the loader warns */
      gboolean written = gdk_pixbuf_loader_write_bytes (loader, data, NULL);
      gboolean closed = gdk_pixbuf_loader_close (loader, NULL);

      if (written && closed)
        pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
    }

  if (pixbuf == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The picture cannot be read."));
  else
    g_task_return_pointer (task, texture_from_pixbuf (pixbuf), g_object_unref);
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  g_autofree char *contents = NULL;
  g_autoptr(GBytes) data = NULL;
  g_autoptr(GError) error = NULL;
  struct stat st;
  gsize length;

  if (job->data != NULL)
    {
      decode (task, job, job->data);
      return;
    }

  if (stat (job->path, &st) < 0 || !S_ISREG (st.st_mode) || st.st_size > MOST_BYTES)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no picture."));
      return;
    }

  job->mtime = stat_mtime (&st);
  if (!g_file_get_contents (job->path, &contents, &length, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  data = g_bytes_new_take (g_steal_pointer (&contents), length);
  decode (task, job, data);
}

static void
run_job (Job *job, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, run_job);
  g_task_set_task_data (task, job, job_free);

  if (job->path != NULL && kept != NULL)
    {
      g_autofree char *key = kept_key (job);
      Kept *entry = g_hash_table_lookup (kept, key);
      struct stat st;

      if (entry != NULL && stat (job->path, &st) == 0 && stat_mtime (&st) == entry->mtime)
        {
          g_queue_unlink (&kept_order, &entry->link);
          g_queue_push_head_link (&kept_order, &entry->link);
          g_task_return_pointer (task, g_object_ref (entry->texture), g_object_unref);
          return;
        }
    }

  /* rows that scroll by do not hold up those that stay */
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_run_in_thread (task, load_thread);
}

/**
 * aether_thumbnail_load_async:
 * @path: a PNG
 * @width: at most so many device pixels
 * @height: at most so many device pixels
 * @cancellable: (nullable): ends the wait with %G_IO_ERROR_CANCELLED
 * @callback: called on the thread-default main context
 * @user_data: data for @callback
 *
 * Loads a picture, from memory when it was loaded before and has not changed.
 */
void
aether_thumbnail_load_async (const char          *path,
                             int                  width,
                             int                  height,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (path);
  job->width = width;
  job->height = height;
  run_job (job, cancellable, callback, user_data);
}

/**
 * aether_thumbnail_decode_async:
 * @data: a PNG
 * @width: at most so many device pixels
 * @height: at most so many device pixels
 * @cancellable: (nullable): ends the wait with %G_IO_ERROR_CANCELLED
 * @callback: called on the thread-default main context
 * @user_data: data for @callback
 *
 * Decodes a picture that is already in memory.
 */
void
aether_thumbnail_decode_async (GBytes              *data,
                               int                  width,
                               int                  height,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  Job *job = g_new0 (Job, 1);

  job->data = g_bytes_ref (data);
  job->width = width;
  job->height = height;
  run_job (job, cancellable, callback, user_data);
}

/**
 * aether_thumbnail_finish:
 * @result: as given to the callback
 * @error: (out)
 *
 * Returns: (transfer full): the picture
 */
GdkTexture *
aether_thumbnail_finish (GAsyncResult *result, GError **error)
{
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  if (texture != NULL)
    keep (g_task_get_task_data (G_TASK (result)), texture);

  return texture;
}
