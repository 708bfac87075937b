/* aether-state-watch.c - tells when any machine of a library changes its state
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-state-watch.h"

struct _AetherStateWatch
{
  GObject     parent_instance;

  GListModel *library;
  GPtrArray  *bundles;    /* mirrors the model, to know what left it */
  GHashTable *states;     /* AetherBundle -> AetherState when last seen, plus 1 */
};

G_DEFINE_FINAL_TYPE (AetherStateWatch, aether_state_watch, G_TYPE_OBJECT)

enum { STATE_CHANGED, RENAMED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
state_cb (AetherBundle *bundle, GParamSpec *pspec, AetherStateWatch *self)
{
  AetherState state = aether_bundle_get_state (bundle);
  AetherState before = GPOINTER_TO_UINT (g_hash_table_lookup (self->states, bundle)) - 1;

  if (state == before)
    return;

  g_hash_table_insert (self->states, bundle, GUINT_TO_POINTER (state + 1));
  g_signal_emit (self, signals[STATE_CHANGED], 0, bundle, before);
}

static void
name_cb (AetherBundle *bundle, GParamSpec *pspec, AetherStateWatch *self)
{
  g_signal_emit (self, signals[RENAMED], 0, bundle);
}

static void
forget (AetherStateWatch *self, AetherBundle *bundle)
{
  g_signal_handlers_disconnect_by_data (bundle, self);
  g_hash_table_remove (self->states, bundle);
}

static void
items_changed_cb (AetherStateWatch *self, guint position, guint removed, guint added, GListModel *library)
{
  for (guint i = 0; i < removed; i++)
    forget (self, g_ptr_array_index (self->bundles, position + i));
  if (removed > 0)
    g_ptr_array_remove_range (self->bundles, position, removed);

  for (guint i = 0; i < added; i++)
    {
      AetherBundle *bundle = g_list_model_get_item (library, position + i);

      g_ptr_array_insert (self->bundles, position + i, bundle);
      g_hash_table_insert (self->states, bundle, GUINT_TO_POINTER (aether_bundle_get_state (bundle) + 1));
      g_signal_connect (bundle, "notify::state", G_CALLBACK (state_cb), self);
      g_signal_connect (bundle, "notify::name", G_CALLBACK (name_cb), self);
    }
}

static void
aether_state_watch_dispose (GObject *object)
{
  AetherStateWatch *self = AETHER_STATE_WATCH (object);

  for (guint i = 0; i < self->bundles->len; i++)
    forget (self, g_ptr_array_index (self->bundles, i));
  g_ptr_array_set_size (self->bundles, 0);

  if (self->library != NULL)
    g_signal_handlers_disconnect_by_data (self->library, self);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (aether_state_watch_parent_class)->dispose (object);
}

static void
aether_state_watch_finalize (GObject *object)
{
  AetherStateWatch *self = AETHER_STATE_WATCH (object);

  g_ptr_array_unref (self->bundles);
  g_hash_table_unref (self->states);

  G_OBJECT_CLASS (aether_state_watch_parent_class)->finalize (object);
}

static void
aether_state_watch_class_init (AetherStateWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_state_watch_dispose;
  object_class->finalize = aether_state_watch_finalize;

  signals[STATE_CHANGED] = g_signal_new ("state-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                         AETHER_TYPE_BUNDLE, AETHER_TYPE_STATE);
  signals[RENAMED] = g_signal_new ("renamed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_BUNDLE);
}

static void
aether_state_watch_init (AetherStateWatch *self)
{
  self->bundles = g_ptr_array_new_with_free_func (g_object_unref);
  self->states = g_hash_table_new (NULL, NULL);
}

/**
 * aether_state_watch_new:
 * @library: a model of #AetherBundle
 *
 * Returns: (transfer full): follows @library until it is disposed
 */
AetherStateWatch *
aether_state_watch_new (GListModel *library)
{
  AetherStateWatch *self = g_object_new (AETHER_TYPE_STATE_WATCH, NULL);

  self->library = g_object_ref (library);
  g_signal_connect_swapped (library, "items-changed", G_CALLBACK (items_changed_cb), self);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (library), library);

  return self;
}
