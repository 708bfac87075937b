/* aether-library-watch.c - tells when the library must look again
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library-watch.h"

#include "aether-paths.h"
#include "aether-source.h"

#include <glib/gstdio.h>

#define SETTLE_TIME   50   /* ms: one look for many events */
#define POLL_TIME      2   /* s */
#define MOST_PARENTS 256   /* folders around added bundles; what lies in more is seen on a rescan */

struct _AetherLibraryWatch
{
  GObject       parent_instance;

  GMainContext *context;
  GFileMonitor *folder;
  GFileMonitor *runtime_root;
  GHashTable   *parents;      /* path -> GFileMonitor */
  GHashTable   *running;      /* uuid -> GFileMonitor */

  GSource      *settle;
  GSource      *poll;
  gboolean      bundles_dirty;
};

enum { BUNDLES_CHANGED, STATES_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherLibraryWatch, aether_library_watch, G_TYPE_OBJECT)

static void
clear_monitor (gpointer monitor)
{
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

static void
aether_library_watch_dispose (GObject *object)
{
  AetherLibraryWatch *self = AETHER_LIBRARY_WATCH (object);

  aether_clear_source (&self->settle);
  aether_clear_source (&self->poll);
  g_clear_pointer (&self->folder, clear_monitor);
  g_clear_pointer (&self->runtime_root, clear_monitor);
  g_clear_pointer (&self->parents, g_hash_table_unref);
  g_clear_pointer (&self->running, g_hash_table_unref);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (aether_library_watch_parent_class)->dispose (object);
}

static void
aether_library_watch_class_init (AetherLibraryWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_library_watch_dispose;

  signals[BUNDLES_CHANGED] = g_signal_new ("bundles-changed", AETHER_TYPE_LIBRARY_WATCH, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STATES_CHANGED] = g_signal_new ("states-changed", AETHER_TYPE_LIBRARY_WATCH, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aether_library_watch_init (AetherLibraryWatch *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, clear_monitor);
  self->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, clear_monitor);
}

static gboolean
settled_cb (gpointer user_data)
{
  g_autoptr(AetherLibraryWatch) self = g_object_ref (user_data);
  gboolean bundles = self->bundles_dirty;

  aether_clear_source (&self->settle);
  self->bundles_dirty = FALSE;
  g_signal_emit (self, signals[bundles ? BUNDLES_CHANGED : STATES_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
schedule (AetherLibraryWatch *self, gboolean bundles)
{
  self->bundles_dirty |= bundles;
  if (self->settle != NULL)
    return;

  self->settle = g_timeout_source_new (SETTLE_TIME);
  g_source_set_callback (self->settle, settled_cb, self, NULL);
  g_source_attach (self->settle, self->context);
}

static void
bundles_event_cb (AetherLibraryWatch *self)
{
  schedule (self, TRUE);
}

static void
states_event_cb (AetherLibraryWatch *self)
{
  schedule (self, FALSE);
}

/* NULL where nothing can be watched (some network file systems): a rescan shows it all the same. */
static GFileMonitor *
monitor (AetherLibraryWatch *self, const char *path, void (*callback) (AetherLibraryWatch *))
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  GFileMonitor *found = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, NULL);

  if (found != NULL)
    g_signal_connect_object (found, "changed", G_CALLBACK (callback), self, G_CONNECT_SWAPPED);

  return found;
}

AetherLibraryWatch *
aether_library_watch_new (const char *folder)
{
  AetherLibraryWatch *self = g_object_new (AETHER_TYPE_LIBRARY_WATCH, NULL);
  g_autofree char *root = aether_paths_dup_runtime_root ();

  /* What is not there cannot be watched */
  g_mkdir_with_parents (folder, 0700);
  g_mkdir_with_parents (root, 0700);
  self->folder = monitor (self, folder, bundles_event_cb);
  self->runtime_root = monitor (self, root, states_event_cb);

  return self;
}

void
aether_library_watch_set_added (AetherLibraryWatch *self, GPtrArray *added)
{
  GHashTable *parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, clear_monitor);

  for (guint i = 0; i < added->len && g_hash_table_size (parents) < MOST_PARENTS; i++)
    {
      g_autofree char *parent = g_path_get_dirname (g_ptr_array_index (added, i));
      gpointer key, found;

      if (g_hash_table_contains (parents, parent))
        continue;
      if (!g_hash_table_steal_extended (self->parents, parent, &key, &found))
        {
          key = NULL;
          found = monitor (self, parent, bundles_event_cb);
        }
      g_free (key);
      if (found != NULL)
        g_hash_table_insert (parents, g_steal_pointer (&parent), found);
    }

  g_hash_table_unref (self->parents);
  self->parents = parents;
}

static gboolean
poll_cb (gpointer user_data)
{
  states_event_cb (user_data);

  return G_SOURCE_CONTINUE;
}

/* A process that is killed writes nothing: only its lock tells. So while a machine runs, look
 * from time to time. */
static void
set_polling (AetherLibraryWatch *self, gboolean wanted)
{
  if (!wanted)
    {
      aether_clear_source (&self->poll);
    }
  else if (self->poll == NULL)
    {
      self->poll = g_timeout_source_new_seconds (POLL_TIME);
      g_source_set_callback (self->poll, poll_cb, self, NULL);
      g_source_attach (self->poll, self->context);
    }
}

void
aether_library_watch_set_running (AetherLibraryWatch *self, GHashTable *running)
{
  GHashTableIter iter;
  gpointer uuid;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    if (!g_hash_table_contains (running, uuid))
      g_hash_table_iter_remove (&iter);

  g_hash_table_iter_init (&iter, running);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    if (!g_hash_table_contains (self->running, uuid))
      {
        g_autofree char *folder = aether_paths_dup_runtime (uuid);
        GFileMonitor *found = monitor (self, folder, states_event_cb);

        if (found != NULL)
          g_hash_table_insert (self->running, g_strdup (uuid), found);
      }

  set_polling (self, g_hash_table_size (running) > 0);
}
