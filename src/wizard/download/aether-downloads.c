/* aether-downloads.c - the queue of downloads
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-downloads.h"

#include "aether-download-item-private.h"
#include "aether-http.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define LOOK_EVERY 1000   /* ms, while another process is at work */
#define YOUNG      3      /* seconds: who wrote a record then may be about to begin */

struct _AetherDownloads
{
  GObject          parent_instance;

  GListStore      *items;
  guint            most;
  guint64          limit;
  gboolean         closed;
  GNetworkMonitor *network;
  gboolean         was_online;
  GFileMonitor    *monitor;    /* (nullable) */
  guint            look_timer;
};

static void aether_downloads_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherDownloads, aether_downloads, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, aether_downloads_list_model_init))

enum { PROP_MOST = 1, PROP_LIMIT, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { FINISHED, CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
count (AetherDownloads *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->items));
}

/* Borrowed: the list keeps it. */
static AetherDownloadItem *
get (AetherDownloads *self, guint i)
{
  g_autoptr(AetherDownloadItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

  return item;
}

static AetherDownloadItem *
find (AetherDownloads *self, const char *path)
{
  for (guint i = 0; i < count (self); i++)
    if (g_str_equal (aether_download_item_get_path (get (self, i)), path))
      return get (self, i);

  return NULL;
}

static guint
count_state (AetherDownloads *self, AetherDownloadItemState state)
{
  guint n = 0;

  for (guint i = 0; i < count (self); i++)
    n += aether_download_item_get_state (get (self, i)) == state;

  return n;
}

/* --- whose turn it is ------------------------------------------------------------ */

static void
share_limit (AetherDownloads *self)
{
  guint running = count_state (self, AETHER_DOWNLOAD_ITEM_RUNNING);
  guint64 share = self->limit ? MAX (self->limit / MAX (running, 1), 1) : 0;

  for (guint i = 0; i < count (self); i++)
    aether_download_item_set_limit (get (self, i), share);
}

static void
pump (AetherDownloads *self)
{
  guint running = count_state (self, AETHER_DOWNLOAD_ITEM_RUNNING);

  for (guint i = 0; i < count (self) && running < self->most && !self->closed; i++)
    {
      g_autoptr(AetherDownloadItem) item = g_object_ref (get (self, i));

      if (aether_download_item_get_state (item) != AETHER_DOWNLOAD_ITEM_QUEUED)
        continue;
      aether_download_item_run (item);
      running = count_state (self, AETHER_DOWNLOAD_ITEM_RUNNING);
    }
  share_limit (self);
}

static void
take_out (AetherDownloads *self, AetherDownloadItem *item)
{
  guint position;

  if (g_list_store_find (self->items, item, &position))
    g_list_store_remove (self->items, position);
}

static void look (AetherDownloads *self);

static void
changed_cb (AetherDownloads *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ended_cb (AetherDownloads *self, AetherDownloadItem *item)
{
  g_autoptr(AetherDownloadItem) kept = g_object_ref (item);

  if (aether_download_item_get_state (item) == AETHER_DOWNLOAD_ITEM_DONE)
    g_signal_emit (self, signals[FINISHED], 0, item);
  else if (aether_download_item_is_leaving (item))
    take_out (self, item);
  if (aether_download_item_get_state (item) == AETHER_DOWNLOAD_ITEM_ELSEWHERE)
    look (self);
  pump (self);
}

/* The numbers in the records follow the order of the list. */
static void
save_order (AetherDownloads *self)
{
  for (guint i = 0; i < count (self); i++)
    {
      AetherDownloadRecord *record = aether_download_item_get_record (get (self, i));

      if (record->position == i || aether_download_item_get_state (get (self, i)) == AETHER_DOWNLOAD_ITEM_DONE ||
          aether_download_item_get_state (get (self, i)) == AETHER_DOWNLOAD_ITEM_ELSEWHERE)
        continue;
      record->position = i;
      aether_download_record_save (record, NULL);
    }
}

static AetherDownloadItem *
append (AetherDownloads *self, AetherDownloadRecord *record)
{
  g_autoptr(AetherDownloadItem) item = aether_download_item_new (record);

  g_signal_connect_object (item, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->items, item);
  return item;
}

/* --- other processes ------------------------------------------------------------ */

static gboolean
look_cb (gpointer user_data)
{
  AetherDownloads *self = user_data;

  self->look_timer = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

/* What of it is known on the disk, for one that does not run here. */
static void
look_at (AetherDownloads *self, AetherDownloadItem *item)
{
  AetherDownloadItemState state = aether_download_item_get_state (item);
  g_autoptr(AetherDownloadRecord) record = aether_download_record_load (aether_download_item_get_path (item));
  AetherDownloadRecord *ours = aether_download_item_get_record (item);

  if (aether_download_item_look (item))
    {
      aether_download_item_set_state (item, AETHER_DOWNLOAD_ITEM_ELSEWHERE);
      return;
    }
  if (record == NULL)
    {
      /* Done, or removed by somebody. */
      take_out (self, item);
      return;
    }
  if (state != AETHER_DOWNLOAD_ITEM_ELSEWHERE || g_get_real_time () / G_USEC_PER_SEC - record->saved < YOUNG)
    return;

  ours->paused = record->paused;
  g_set_str (&ours->error, record->error);
  if (record->paused)
    state = AETHER_DOWNLOAD_ITEM_PAUSED;
  else
    state = record->error ? AETHER_DOWNLOAD_ITEM_FAILED : AETHER_DOWNLOAD_ITEM_QUEUED;
  aether_download_item_set_state (item, state);
}

static void
look (AetherDownloads *self)
{
  g_autoptr(GPtrArray) records = NULL;

  if (self->closed)
    return;

  for (guint i = count (self); i-- > 0;)
    {
      g_autoptr(AetherDownloadItem) item = g_object_ref (get (self, i));
      AetherDownloadItemState state = aether_download_item_get_state (item);

      if (state != AETHER_DOWNLOAD_ITEM_RUNNING && state != AETHER_DOWNLOAD_ITEM_DONE)
        look_at (self, item);
    }

  records = aether_download_record_list ();
  while (records->len > 0)
    {
      g_autoptr(AetherDownloadRecord) record = g_ptr_array_steal_index (records, 0);
      AetherDownloadItem *item = find (self, record->path);
      gboolean young = g_get_real_time () / G_USEC_PER_SEC - record->saved < YOUNG;

      if (item)
        continue;
      item = append (self, g_steal_pointer (&record));
      if (young && aether_download_item_get_state (item) == AETHER_DOWNLOAD_ITEM_QUEUED)
        aether_download_item_set_state (item, AETHER_DOWNLOAD_ITEM_ELSEWHERE);
    }

  if (count_state (self, AETHER_DOWNLOAD_ITEM_ELSEWHERE) > 0 && self->look_timer == 0)
    self->look_timer = g_timeout_add (LOOK_EVERY, look_cb, self);
  pump (self);
}

static void
folder_changed_cb (AetherDownloads *self)
{
  if (self->look_timer == 0 && !self->closed)
    self->look_timer = g_timeout_add (LOOK_EVERY / 4, look_cb, self);
}

static void
watch_folder (AetherDownloads *self)
{
  g_autofree char *path = aether_download_record_dup_folder ();
  g_autoptr(GFile) folder = g_file_new_for_path (path);

  g_mkdir_with_parents (path, 0700);
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (folder_changed_cb), self, G_CONNECT_SWAPPED);
}

/* --- the network ------------------------------------------------------------------ */

static void
network_cb (AetherDownloads *self, gboolean available)
{
  gboolean back = available && !self->was_online;

  self->was_online = available;
  if (!back || self->closed)
    return;

  for (guint i = 0; i < count (self); i++)
    if (aether_download_item_may_recover (get (self, i)))
      aether_download_item_set_state (get (self, i), AETHER_DOWNLOAD_ITEM_QUEUED);
  pump (self);
}

/* --- what the user says ------------------------------------------------------------- */

AetherDownloadItem *
aether_downloads_add (AetherDownloads *self, AetherDownloadRecord *record, GError **error)
{
  g_autoptr(AetherDownloadRecord) owned = record;
  g_autofree char *clean = aether_http_check_url (record->url, NULL, NULL, error);
  AetherDownloadItem *item = find (self, record->path);

  if (clean == NULL)
    return NULL;
  if (access (record->path, F_OK) == 0)
    {
      g_autofree char *name = g_path_get_basename (record->path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("“%s” is there already. Remove it first to fetch it again."), name);
      return NULL;
    }
  if (item && aether_download_item_get_state (item) == AETHER_DOWNLOAD_ITEM_DONE)
    {
      take_out (self, item);
      item = NULL;
    }
  if (item)
    {
      if (!g_str_equal (aether_download_item_get_url (item), clean))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                       _("“%s” is on the list already, from another address. Remove that first."),
                       aether_download_item_get_name (item));
          return NULL;
        }
      aether_downloads_resume (self, item);
      return item;
    }

  owned->position = count (self);
  if (!aether_download_record_save (owned, error))
    return NULL;
  item = append (self, g_steal_pointer (&owned));
  pump (self);
  return item;
}

AetherDownloadItem *
aether_downloads_add_url (AetherDownloads *self, const char *url, GError **error)
{
  g_autofree char *clean = aether_http_check_url (url, NULL, NULL, error);
  g_autofree char *path = NULL;
  AetherDownloadRecord *record;
  gboolean unpack = TRUE;

  if (clean)
    path = aether_download_choose_path (clean, &unpack, error);
  if (path == NULL)
    return NULL;

  record = aether_download_record_new (url, path);
  record->unpack = unpack;
  return aether_downloads_add (self, record, error);
}

void
aether_downloads_pause (AetherDownloads *self, AetherDownloadItem *item)
{
  AetherDownloadItemState state = aether_download_item_get_state (item);

  if (state == AETHER_DOWNLOAD_ITEM_RUNNING || state == AETHER_DOWNLOAD_ITEM_QUEUED)
    aether_download_item_stop (item, AETHER_DOWNLOAD_ITEM_PAUSE);
}

void
aether_downloads_resume (AetherDownloads *self, AetherDownloadItem *item)
{
  AetherDownloadItemState state = aether_download_item_get_state (item);

  if (state == AETHER_DOWNLOAD_ITEM_PAUSED || state == AETHER_DOWNLOAD_ITEM_FAILED)
    aether_download_item_stop (item, AETHER_DOWNLOAD_ITEM_WAIT);
  pump (self);
}

void
aether_downloads_remove (AetherDownloads *self, AetherDownloadItem *item)
{
  AetherDownloadItemState state = aether_download_item_get_state (item);
  g_autoptr(AetherDownloadItem) kept = g_object_ref (item);

  if (state == AETHER_DOWNLOAD_ITEM_ELSEWHERE)
    return;

  if (state != AETHER_DOWNLOAD_ITEM_DONE)
    aether_download_item_stop (item, AETHER_DOWNLOAD_ITEM_DISCARD);
  if (state != AETHER_DOWNLOAD_ITEM_RUNNING)
    take_out (self, item);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
aether_downloads_move (AetherDownloads *self, AetherDownloadItem *item, int step)
{
  g_autoptr(AetherDownloadItem) kept = g_object_ref (item);
  guint position;

  if (!g_list_store_find (self->items, item, &position) || (step < 0 && position == 0) ||
      (step > 0 && position + 1 == count (self)))
    return;

  g_list_store_remove (self->items, position);
  g_list_store_insert (self->items, step < 0 ? position - 1 : position + 1, item);
  save_order (self);
}

void
aether_downloads_set_most (AetherDownloads *self, guint most)
{
  if (self->most == MAX (most, 1))
    return;

  self->most = MAX (most, 1);
  pump (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MOST]);
}

void
aether_downloads_set_limit (AetherDownloads *self, guint64 limit)
{
  if (self->limit == limit)
    return;

  self->limit = limit;
  share_limit (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LIMIT]);
}

guint
aether_downloads_get_active (AetherDownloads *self, double *fraction)
{
  double received = 0, size = 0;
  guint n = 0;

  for (guint i = 0; i < count (self); i++)
    {
      AetherDownloadItemState state = aether_download_item_get_state (get (self, i));
      AetherDownloadProgress progress;

      if (state != AETHER_DOWNLOAD_ITEM_RUNNING && state != AETHER_DOWNLOAD_ITEM_QUEUED &&
          state != AETHER_DOWNLOAD_ITEM_ELSEWHERE)
        continue;
      n++;
      aether_download_item_get_progress (get (self, i), &progress);
      if (progress.size == G_MAXUINT64)
        continue;
      received += progress.received;
      size += progress.size;
    }

  if (fraction)
    *fraction = size > 0 ? MIN (received / size, 1) : 0;
  return n;
}

void
aether_downloads_close (AetherDownloads *self)
{
  self->closed = TRUE;
  g_clear_handle_id (&self->look_timer, g_source_remove);
  for (guint i = 0; i < count (self); i++)
    if (aether_download_item_get_state (get (self, i)) == AETHER_DOWNLOAD_ITEM_RUNNING)
      aether_download_item_stop (get (self, i), AETHER_DOWNLOAD_ITEM_WAIT);
  while (count_state (self, AETHER_DOWNLOAD_ITEM_RUNNING) > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* --- the object ------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return AETHER_TYPE_DOWNLOAD_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return count (AETHER_DOWNLOADS (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (AETHER_DOWNLOADS (model)->items), position);
}

static void
aether_downloads_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
aether_downloads_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherDownloads *self = AETHER_DOWNLOADS (object);

  switch (id)
    {
    case PROP_MOST:
      g_value_set_uint (value, self->most);
      break;
    case PROP_LIMIT:
      g_value_set_uint64 (value, self->limit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_downloads_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AetherDownloads *self = AETHER_DOWNLOADS (object);

  switch (id)
    {
    case PROP_MOST:
      aether_downloads_set_most (self, g_value_get_uint (value));
      break;
    case PROP_LIMIT:
      aether_downloads_set_limit (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_downloads_dispose (GObject *object)
{
  AetherDownloads *self = AETHER_DOWNLOADS (object);

  g_clear_handle_id (&self->look_timer, g_source_remove);
  g_clear_object (&self->monitor);
  g_clear_object (&self->items);

  G_OBJECT_CLASS (aether_downloads_parent_class)->dispose (object);
}

static void
aether_downloads_class_init (AetherDownloadsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_downloads_dispose;
  object_class->get_property = aether_downloads_get_property;
  object_class->set_property = aether_downloads_set_property;

  props[PROP_MOST] = g_param_spec_uint ("most", NULL, NULL, 1, 32, 2,
                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_LIMIT] = g_param_spec_uint64 ("limit", NULL, NULL, 0, G_MAXUINT64, 0,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[FINISHED] = g_signal_new ("finished", AETHER_TYPE_DOWNLOADS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, AETHER_TYPE_DOWNLOAD_ITEM);
  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_DOWNLOADS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
aether_downloads_init (AetherDownloads *self)
{
  self->most = 2;
  self->items = g_list_store_new (AETHER_TYPE_DOWNLOAD_ITEM);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
  self->network = g_network_monitor_get_default ();
  self->was_online = g_network_monitor_get_network_available (self->network);
  g_signal_connect_object (self->network, "network-changed", G_CALLBACK (network_cb), self, G_CONNECT_SWAPPED);
}

AetherDownloads *
aether_downloads_new (void)
{
  AetherDownloads *self = g_object_new (AETHER_TYPE_DOWNLOADS, NULL);

  watch_folder (self);
  look (self);

  return self;
}
