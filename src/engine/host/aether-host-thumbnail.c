/* aether-host-thumbnail.c - the picture of a machine in the library
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host-thumbnail.h"

#include "aether-store.h"

#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES (64 * 1024 * 1024)

struct _AetherHostThumbnail
{
  GObject        parent_instance;

  AetherSession *session;
  char          *path;
  char          *digest;    /* of the one written last */
  gboolean       busy;
};

/* What a task carries. */
typedef struct
{
  int   fd;
  char *digest;
} Taking;

G_DEFINE_FINAL_TYPE (AetherHostThumbnail, aether_host_thumbnail, G_TYPE_OBJECT)

static void
taking_free (gpointer data)
{
  Taking *taking = data;

  g_clear_fd (&taking->fd, NULL);
  g_free (taking->digest);
  g_free (taking);
}

static void
aether_host_thumbnail_finalize (GObject *object)
{
  AetherHostThumbnail *self = AETHER_HOST_THUMBNAIL (object);

  g_object_unref (self->session);
  g_free (self->path);
  g_free (self->digest);

  G_OBJECT_CLASS (aether_host_thumbnail_parent_class)->finalize (object);
}

static void
aether_host_thumbnail_class_init (AetherHostThumbnailClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_host_thumbnail_finalize;
}

static void
aether_host_thumbnail_init (AetherHostThumbnail *self)
{
}

AetherHostThumbnail *
aether_host_thumbnail_new (AetherSession *session, const char *bundle_path)
{
  AetherHostThumbnail *self = g_object_new (AETHER_TYPE_HOST_THUMBNAIL, NULL);

  self->session = g_object_ref (session);
  self->path = g_build_filename (bundle_path, "thumbnail.png", NULL);

  return self;
}

/* Returns: (nullable): what was written to @fd, mapped */
static GBytes *
map_file (int fd)
{
  g_autoptr(GMappedFile) map = NULL;
  struct stat st;

  if (fstat (fd, &st) < 0 || st.st_size == 0 || st.st_size > MOST_BYTES)
    return NULL;

  map = g_mapped_file_new_from_fd (fd, FALSE, NULL);

  return map ? g_mapped_file_get_bytes (map) : NULL;
}

static void
shot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherHostThumbnail *self = g_task_get_source_object (task);
  Taking *taking = g_task_get_task_data (task);
  g_autoptr(GBytes) bytes = NULL;

  if (aether_session_finish (AETHER_SESSION (object), result, NULL))
    bytes = map_file (taking->fd);
  if (bytes)
    taking->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);

  /* Nothing waits for the disk: a lost thumbnail is soon taken again */
  if (bytes && g_strcmp0 (taking->digest, self->digest) != 0 &&
      aether_store_write (self->path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                          AETHER_STORE_QUICK, NULL))
    g_set_str (&self->digest, taking->digest);

  self->busy = FALSE;
  g_task_return_boolean (task, TRUE);
}

static int
open_scratch (void)
{
#ifdef __linux__
  return memfd_create ("aether-thumbnail", MFD_CLOEXEC);
#else
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("aether-XXXXXX", &path, NULL);

  if (fd >= 0)
    g_unlink (path);

  return fd;
#endif
}

void
aether_host_thumbnail_take_async (AetherHostThumbnail *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  int fd;

  g_task_set_source_tag (task, aether_host_thumbnail_take_async);
  if (self->busy || (fd = open_scratch ()) < 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->busy = TRUE;
  g_task_set_task_data (task, g_new0 (Taking, 1), taking_free);
  ((Taking *) g_task_get_task_data (task))->fd = fd;
  aether_session_screenshot_async (self->session, 0, fd, cancellable, shot_cb, g_steal_pointer (&task));
}

void
aether_host_thumbnail_take_finish (AetherHostThumbnail *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}
