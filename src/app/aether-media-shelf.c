/* aether-media-shelf.c - which of the media that are here are of which system
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-shelf.h"

#include <glib/gi18n.h>

#include "aether-medium-check.h"

struct _AetherMediaShelf
{
  GObject             parent_instance;

  AetherMediaLibrary *media;
  AetherCatalogue    *catalogue;     /* (nullable) */
  GHashTable         *known;         /* path -> AetherMedia */
  GHashTable         *asked;         /* set of paths that are looked at */
  GCancellable       *cancellable;
};

G_DEFINE_FINAL_TYPE (AetherMediaShelf, aether_media_shelf, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
detected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMediaShelf) self = user_data;
  g_autoptr(GError) error = NULL;
  AetherMedia *media = aether_medium_detect_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* One that cannot be read is no medium */
  if (media != NULL)
    g_hash_table_insert (self->known, g_file_get_path (G_FILE (object)), media);
  if (self->catalogue != NULL)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
look (AetherMediaShelf *self)
{
  GListModel *list = G_LIST_MODEL (self->media);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(AetherMediaFile) file = g_list_model_get_item (list, i);
      g_autoptr(GFile) handle = g_file_new_for_path (aether_media_file_get_path (file));

      if (g_hash_table_add (self->asked, g_strdup (aether_media_file_get_path (file))))
        aether_medium_detect_async (handle, self->cancellable, detected_cb, g_object_ref (self));
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* By its labels, or by where it came from. */
static gboolean
is_of (AetherMediaShelf *self, AetherMediaFile *file, const AetherMedia *media, AetherOs *os)
{
  g_autoptr(AetherOs) found = self->catalogue != NULL ? aether_catalogue_identify (self->catalogue, media, NULL) : NULL;
  const char *url = aether_media_file_get_url (file);
  guint n;
  const AetherOsMedia *all = aether_os_get_media (os, &n);

  if (found != NULL)
    return g_str_equal (aether_os_get_id (found), aether_os_get_id (os));
  if (aether_catalogue_match (os, media) != NULL)
    return TRUE;
  for (guint i = 0; url != NULL && i < n; i++)
    if (g_str_equal (all[i].url, url))
      return TRUE;

  return FALSE;
}

GPtrArray *
aether_media_shelf_find (AetherMediaShelf *self, AetherOs *os, const char *arch)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *list = G_LIST_MODEL (self->media);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(AetherMediaFile) file = g_list_model_get_item (list, i);
      const AetherMedia *media = g_hash_table_lookup (self->known, aether_media_file_get_path (file));

      AetherMediaFileState state = aether_media_file_get_state (file);

      if (media == NULL || aether_media_file_is_missing (file) ||
          state == AETHER_MEDIA_FILE_DAMAGED || state == AETHER_MEDIA_FILE_CHANGED ||
          (media->kind != AETHER_MEDIA_DISC && media->kind != AETHER_MEDIA_DISK && media->kind != AETHER_MEDIA_DISK_IMAGE) ||
          !aether_medium_suits (media, arch) || (os != NULL && !is_of (self, file, media, os)))
        continue;
      g_ptr_array_add (found, g_steal_pointer (&file));
    }

  return found;
}

gboolean
aether_media_shelf_has (AetherMediaShelf *self, const char *path)
{
  return aether_media_library_has (self->media, path);
}

char *
aether_media_shelf_describe (AetherMediaFile *file)
{
  g_autofree char *size = g_format_size (aether_media_file_get_size (file));
  const char *state;

  switch (aether_media_file_get_state (file))
    {
    case AETHER_MEDIA_FILE_VERIFIED:
      state = _("verified");
      break;
    case AETHER_MEDIA_FILE_UNCHANGED:
      state = _("unchanged since it was first read");
      break;
    default:
      state = _("not verified");
    }

  /* Translators: %1$s is a size, %2$s what is known of it, as “verified” */
  return g_strdup_printf (_("%1$s, %2$s"), size, state);
}

void
aether_media_shelf_set_catalogue (AetherMediaShelf *self, AetherCatalogue *catalogue)
{
  g_set_object (&self->catalogue, catalogue);
  look (self);
}

static void
aether_media_shelf_dispose (GObject *object)
{
  AetherMediaShelf *self = AETHER_MEDIA_SHELF (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->media);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (aether_media_shelf_parent_class)->dispose (object);
}

static void
aether_media_shelf_finalize (GObject *object)
{
  AetherMediaShelf *self = AETHER_MEDIA_SHELF (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->asked);

  G_OBJECT_CLASS (aether_media_shelf_parent_class)->finalize (object);
}

static void
aether_media_shelf_class_init (AetherMediaShelfClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_media_shelf_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_media_shelf_finalize;

  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_MEDIA_SHELF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
aether_media_shelf_init (AetherMediaShelf *self)
{
  self->cancellable = g_cancellable_new ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) aether_media_free);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

AetherMediaShelf *
aether_media_shelf_new (AetherMediaLibrary *media)
{
  AetherMediaShelf *self = g_object_new (AETHER_TYPE_MEDIA_SHELF, NULL);

  self->media = g_object_ref (media);
  g_signal_connect_object (media, "items-changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);

  return self;
}
