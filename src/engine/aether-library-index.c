/* aether-library-index.c - what machine.json of many bundles said when last read
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library-index.h"

#include "aether-paths.h"
#include "aether-store.h"

#include <glib/gstdio.h>
#include <string.h>

/* Format, entries: path, stamp (mtime, size, inode), uuid, name, arch, engine, os.
 * In this computer's byte order: from another one the format is another number. */
#define INDEX_TYPE   "(ua(ayxttsssss))"
#define INDEX_FORMAT 2u
#define MOST_INDEX   (128 * 1024 * 1024)   /* bytes: some 500,000 machines */

/* A file that was written again within this time may have its old stamp, as
 * the clock of a file system is coarse: what is younger is not kept. */
#define COARSEST_CLOCK (G_GINT64_CONSTANT (100) * 1000 * 1000)   /* ns */

struct _AetherLibraryIndex
{
  GVariant   *entries;
  GHashTable *by_path;   /* path in @entries -> index in it */
};

static char *
index_path (void)
{
  g_autofree char *cache = aether_paths_dup_cache ();

  return g_build_filename (cache, "library.index", NULL);
}

/* Read, not mapped: a mapped file that somebody cuts short would kill us. */
static GVariant *
read_entries (void)
{
  g_autofree char *path = index_path ();
  g_autoptr(GVariant) index = NULL;
  guint32 format;
  gsize length;
  char *data;

  data = aether_store_read (path, MOST_INDEX, &length, NULL);
  if (data == NULL)
    return NULL;

  /* Not trusted: every access checks what it touches, and gives zeros instead of nonsense */
  index = g_variant_new_from_data (G_VARIANT_TYPE (INDEX_TYPE), data, length, FALSE, g_free, data);
  g_variant_ref_sink (index);
  g_variant_get_child (index, 0, "u", &format);

  return format == INDEX_FORMAT ? g_variant_get_child_value (index, 1) : NULL;
}

AetherLibraryIndex *
aether_library_index_open (void)
{
  AetherLibraryIndex *self = g_new0 (AetherLibraryIndex, 1);
  gsize n;

  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->entries = read_entries ();

  n = self->entries != NULL ? g_variant_n_children (self->entries) : 0;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr(GVariant) entry = g_variant_get_child_value (self->entries, i);
      const char *path;

      /* The bytes belong to the whole, so they outlive @entry */
      g_variant_get_child (entry, 0, "^&ay", &path);
      if (*path == '/')
        g_hash_table_insert (self->by_path, (gpointer) path, GSIZE_TO_POINTER (i));
    }

  return self;
}

void
aether_library_index_free (AetherLibraryIndex *self)
{
  g_hash_table_unref (self->by_path);
  g_clear_pointer (&self->entries, g_variant_unref);
  g_free (self);
}

/* The same that reading machine.json would refuse: the uuid becomes a folder's name. */
static gboolean
is_sane (const AetherBundleHead *head)
{
  return g_uuid_string_is_valid (head->uuid) &&
         aether_machine_check_name (head->name, NULL) &&
         *head->arch != '\0' && strlen (head->arch) <= 32 &&
         *head->engine != '\0' && strlen (head->engine) <= 32 &&
         (head->os == NULL || strlen (head->os) <= 64);
}

gboolean
aether_library_index_lookup (AetherLibraryIndex *self, const char *path, const AetherBundleStamp *stamp,
                             AetherBundleHead *head)
{
  g_autoptr(GVariant) entry = NULL;
  gpointer at;

  if (!g_hash_table_lookup_extended (self->by_path, path, NULL, &at))
    return FALSE;

  *head = (AetherBundleHead) { 0 };
  entry = g_variant_get_child_value (self->entries, GPOINTER_TO_SIZE (at));
  g_variant_get (entry, "(^&ayxtt&s&s&s&s&s)", NULL,
                 &head->stamp.mtime, &head->stamp.size, &head->stamp.inode,
                 &head->uuid, &head->name, &head->arch, &head->engine, &head->os);
  if (*head->os == '\0')
    head->os = NULL;

  return memcmp (&head->stamp, stamp, sizeof *stamp) == 0 && is_sane (head);
}

/**
 * aether_library_index_save:
 * @bundles: (element-type AetherBundle): all there are
 *
 * Failure is no error: the next one reads the bundles themselves.
 */
void
aether_library_index_save (GPtrArray *bundles)
{
  g_autofree char *path = index_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GVariant) index = NULL;
  gint64 now = g_get_real_time () * 1000;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (INDEX_TYPE));
  g_variant_builder_add (&builder, "u", INDEX_FORMAT);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(ayxttsssss)"));
  for (guint i = 0; i < bundles->len; i++)
    {
      AetherBundle *bundle = g_ptr_array_index (bundles, i);
      AetherBundleHead head;

      _aether_bundle_get_head (bundle, &head);
      if (head.problem == NULL && ABS (now - head.stamp.mtime) > COARSEST_CLOCK)
        g_variant_builder_add (&builder, "(^ayxttsssss)", aether_bundle_get_path (bundle),
                               head.stamp.mtime, head.stamp.size, head.stamp.inode,
                               head.uuid, head.name, head.arch, head.engine, head.os ? head.os : "");
    }
  g_variant_builder_close (&builder);
  index = g_variant_ref_sink (g_variant_builder_end (&builder));

  if (g_mkdir_with_parents (folder, 0700) == 0)
    aether_store_write (path, g_variant_get_data (index), g_variant_get_size (index), AETHER_STORE_QUICK, NULL);
  aether_store_clean (folder);
}
