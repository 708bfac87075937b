/* aether-handover.c - a system that a browser must fetch, and the file that comes of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-handover.h"

#include "aether-media-file-private.h"
#include "aether-media-library.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_EVERY 1000    /* ms while a file may still grow */
#define SCAN_EVERY 5       /* of those looks, when nothing is said to have changed */
#define STILL      2       /* looks that a file was the same at */
#define MOST_CUT   8       /* times that a file may be so */
#define MOST_FILES 4096    /* in the folder */

/* A file of the folder. */
typedef struct
{
  guint64  size;
  gint64   mtime;
  guint    still;      /* looks since it changed */
  guint    cut;        /* times that it was still, but shorter than it says */
  gboolean old;        /* was there at the start */
  gboolean grows;      /* it did, since then */
  gboolean done;       /* looked at, as it is now */
  gboolean is_idle;    /* nobody held it open for writing at the last scan */
  gboolean seen;       /* in the scan under way */
} Entry;

struct _AetherHandover
{
  GObject          parent_instance;

  AetherCatalogue *catalogue;
  AetherOs        *os;
  char            *arch;
  char            *folder;
  GHashTable      *entries;     /* name -> Entry */
  GFileMonitor    *monitor;     /* (nullable) */
  GSource         *timer;       /* (nullable): while it is started */
  GCancellable    *scan;        /* (nullable): the folder is looked at */
  GCancellable    *look;        /* (nullable): a file is looked at */
  guint            quiet;       /* looks since the last scan */
};

G_DEFINE_FINAL_TYPE (AetherHandover, aether_handover, G_TYPE_OBJECT)

enum { FOUND, OTHER, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
is_for (const AetherOsMedia *media, const char *arch)
{
  return strcmp (media->arch, arch) == 0 || strcmp (media->arch, "all") == 0;
}

const char *
aether_handover_find_page (AetherOs *os, const char *arch)
{
  const char *page = aether_os_get_page (os);
  const AetherOsMedia *all;
  guint n;

  all = aether_os_get_media (os, &n);
  for (guint i = 0; i < n; i++)
    {
      if (!is_for (&all[i], arch))
        continue;
      if (*all[i].url)
        return NULL;
      if (*all[i].page)
        page = all[i].page;
    }

  return *page ? page : NULL;
}

/* --- what came of a file ------------------------------------------------------------ */

/* One look, in a thread: a folder of downloads may be far away. */
typedef struct
{
  char            *name;
  char            *path;
  gboolean         old;
  AetherMedia     *media;
  AetherDigestKind kind;
  char            *wanted;    /* (nullable): its checksum */
  char            *edition;
  guint64          read;
} Look;

static void
look_free (Look *look)
{
  g_free (look->name);
  g_free (look->path);
  g_clear_pointer (&look->media, aether_media_free);
  g_free (look->wanted);
  g_free (look->edition);
  g_free (look);
}

static void
take_find (AetherHandover *self, Look *look, gboolean verified)
{
  g_autoptr(GError) error = NULL;

  aether_handover_stop (self);
  if (!aether_media_file_note (look->path, look->kind, verified ? look->wanted : NULL, verified,
                               aether_handover_get_page (self), &error))
    g_message ("%s", error->message);
  g_signal_emit (self, signals[FOUND], 0, look->path, look->edition);
}

static void G_GNUC_PRINTF (3, 4)
tell_other (AetherHandover *self, const Look *look, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  if (look->old)
    return;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_signal_emit (self, signals[OTHER], 0, look->path, sentence);
}

static void
compare_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GError *error = NULL;
  char *hex = aether_media_file_read_digest (look->path, look->kind, &look->read, cancellable, &error);

  if (hex)
    g_task_return_pointer (task, hex, g_free);
  else
    g_task_return_error (task, error);
}

static void
compared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherHandover *self = AETHER_HANDOVER (object);
  Look *look = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  g_autofree char *hex = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->look);
  if (hex == NULL)
    tell_other (self, look, _("“%s” cannot be read. %s"), look->name, error->message);
  else if (strcmp (hex, look->wanted) != 0)
    tell_other (self, look, _("“%s” is damaged, or not what its maker hands out: it does not have the checksum that it "
                              "should. Fetch it again."), look->name);
  else
    take_find (self, look, TRUE);
}

/* With the checksum that the catalogue has, if any. */
static void
accept (AetherHandover *self, Look *look, const AetherOsMedia *edition)
{
  g_autoptr(GTask) task = NULL;

  look->edition = g_strdup (edition && *edition->edition ? edition->edition : aether_os_get_name (self->os));
  if (edition == NULL || *edition->checksum == '\0' ||
      !aether_digest_parse (edition->checksum, &look->kind, &look->wanted, NULL))
    {
      take_find (self, look, FALSE);
      look_free (look);
      return;
    }

  self->look = g_cancellable_new ();
  task = g_task_new (self, self->look, compared_cb, NULL);
  g_task_set_task_data (task, look, (GDestroyNotify) look_free);
  g_task_run_in_thread (task, compare_thread);
}

/* Whether the labels of any of its media are known */
static gboolean
has_labels (AetherOs *os)
{
  const AetherOsMedia *all;
  guint n;

  all = aether_os_get_media (os, &n);
  for (guint i = 0; i < n; i++)
    if (*all[i].volume_id || *all[i].application_id)
      return TRUE;

  return FALSE;
}

/* Takes @look. */
static void
judge (AetherHandover *self, Look *look)
{
  AetherMedia *media = look->media;
  const AetherOsMedia *edition = NULL;
  g_autoptr(AetherOs) os = aether_catalogue_identify (self->catalogue, media, &edition);
  const AetherOsMedia *match = aether_catalogue_match (self->os, media);
  gboolean is_it = os ? strcmp (aether_os_get_id (os), aether_os_get_id (self->os)) == 0 : match != NULL;
  const char *wanted = aether_os_get_name (self->os);

  /* Nobody knows its labels: what comes new, and starts there, must be it */
  if (os == NULL && !has_labels (self->os) && !look->old)
    is_it = TRUE;

  if (is_it && aether_media_suits (media, self->arch))
    {
      accept (self, look, os ? edition : match);
      return;
    }
  if (is_it)
    tell_other (self, look, _("“%s” is %s, but for %s. The machine is %s."), look->name, wanted,
                aether_media_get_arch (media) ? aether_media_get_arch (media) : _("other processors"), self->arch);
  else if (os)
    tell_other (self, look, _("“%s” is %s, not %s."), look->name, aether_os_get_name (os), wanted);
  else
    tell_other (self, look, _("“%s” is a disc, but not one of %s that Aether knows."), look->name, wanted);
  look_free (look);
}

static void
detect_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GError *error = NULL;

  look->media = aether_media_detect (look->path, &error);
  if (look->media)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
detected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherHandover *self = AETHER_HANDOVER (object);
  Look *look = user_data;
  g_autoptr(GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);
  g_autofree char *name = g_path_get_basename (look->path);
  Entry *entry;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      look_free (look);
      return;
    }

  g_clear_object (&self->look);
  entry = g_hash_table_lookup (self->entries, name);
  /* A label that says it has more: whoever writes it has paused */
  if (good && look->media->kind == AETHER_MEDIA_DISC && entry && look->media->size < look->media->volume_size)
    {
      if (++entry->cut < MOST_CUT)
        {
          entry->done = FALSE;
          entry->still = 0;
        }
      else
        tell_other (self, look, _("“%s” is not whole: its end is missing. Fetch it again."), look->name);
      look_free (look);
    }
  else if (good && look->media->kind == AETHER_MEDIA_DISC)
    judge (self, look);
  else
    look_free (look);   /* a picture, a letter: none of ours */
}

static void
look_at (AetherHandover *self, const char *name, const Entry *entry)
{
  Look *look = g_new0 (Look, 1);
  g_autoptr(GTask) task = NULL;

  look->name = g_filename_display_name (name);
  look->path = g_build_filename (self->folder, name, NULL);
  look->old = entry->old && !entry->grows;
  self->look = g_cancellable_new ();
  task = g_task_new (self, self->look, detected_cb, look);
  g_task_set_task_data (task, look, NULL);
  g_task_run_in_thread (task, detect_thread);
}

/* --- the folder --------------------------------------------------------------------- */

/* Names that browsers and others give to what is not finished */
static gboolean
is_unfinished (const char *name)
{
  static const char * const endings[] = { ".part", ".crdownload", ".download", ".partial", ".opdownload", ".tmp", ".aria2",
                                          ".aether-part", ".aether-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return TRUE;

  return FALSE;
}

/* aria2 and old browsers write under the last name, and keep another file beside it */
static gboolean
has_companion (AetherHandover *self, const char *name)
{
  static const char * const endings[] = { ".part", ".aria2", ".aether-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *other = g_strconcat (name, endings[i], NULL);

      if (g_hash_table_contains (self->entries, other))
        return TRUE;
    }

  return FALSE;
}

/* One look at the whole folder, in a thread too. */
typedef struct
{
  char       *folder;
  gboolean    first;
  GHashTable *ask;      /* names: whether somebody writes them */
  GArray     *found;    /* of Found */
} Scan;

typedef struct
{
  char    *name;
  guint64  size;
  gint64   mtime;
  gboolean is_idle;     /* it was asked, and nobody writes it */
} Found;

static void
found_clear (gpointer data)
{
  g_free (((Found *) data)->name);
}

static void
scan_free (gpointer data)
{
  Scan *scan = data;

  g_free (scan->folder);
  g_hash_table_unref (scan->ask);
  g_array_unref (scan->found);
  g_free (scan);
}

/* A lease for reading is not given while a file is open for writing. */
static gboolean
is_written (const char *path)
{
  gboolean written = FALSE;
#ifdef F_SETLEASE
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0)
    return FALSE;
  /* Who opens it just now breaks the lease; the signal for that must be one that does nothing */
  fcntl (fd, F_SETSIG, SIGURG);
  if (fcntl (fd, F_SETLEASE, F_RDLCK) == 0)
    fcntl (fd, F_SETLEASE, F_UNLCK);
  else
    written = errno == EAGAIN;
  close (fd);
#endif
  return written;
}

static void
scan_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Scan *scan = data;
  g_autoptr(GDir) dir = g_dir_open (scan->folder, 0, NULL);
  const char *name;

  while (dir && scan->found->len < MOST_FILES && (name = g_dir_read_name (dir)) &&
         !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *path = g_build_filename (scan->folder, name, NULL);
      struct stat status;
      Found found;

      if (name[0] == '.' || stat (path, &status) < 0 || !S_ISREG (status.st_mode))
        continue;

      found.name = g_strdup (name);
      found.size = status.st_size;
      found.mtime = (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000;
      found.is_idle = g_hash_table_contains (scan->ask, name) && !is_written (path);
      g_array_append_val (scan->found, found);
    }

  g_task_return_boolean (task, TRUE);
}

static void
note (AetherHandover *self, const Found *found, gboolean first)
{
  Entry *entry = g_hash_table_lookup (self->entries, found->name);

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->old = first;
      g_hash_table_insert (self->entries, g_strdup (found->name), entry);
    }
  else if (entry->size == found->size && entry->mtime == found->mtime)
    entry->still++;
  else
    {
      entry->still = 0;
      entry->cut = 0;
      entry->done = FALSE;
      entry->grows = TRUE;
    }
  entry->size = found->size;
  entry->mtime = found->mtime;
  entry->is_idle = found->is_idle;
  entry->seen = TRUE;
}

static gboolean
is_gone (gpointer name, gpointer value, gpointer user_data)
{
  Entry *entry = value;
  gboolean gone = !entry->seen;

  entry->seen = FALSE;
  return gone;
}

static gboolean
may_be_it (const char *name, const Entry *entry)
{
  return !entry->done && entry->size > 0 && !is_unfinished (name);
}

/* Returns: whether there is a file that may be it, or become it */
static gboolean
choose (AetherHandover *self)
{
  GHashTableIter iter;
  gpointer key, value;
  gboolean waiting = FALSE;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      Entry *entry = value;

      if (!may_be_it (key, entry))
        continue;
      waiting = TRUE;
      if (self->look || entry->still < STILL || has_companion (self, key) || !entry->is_idle)
        continue;
      entry->done = TRUE;
      look_at (self, key, entry);
    }

  return waiting;
}

static void
scanned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherHandover *self = AETHER_HANDOVER (object);
  Scan *scan = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;   /* stopped, and maybe started anew */

  g_clear_object (&self->scan);
  for (guint i = 0; i < scan->found->len; i++)
    note (self, &g_array_index (scan->found, Found, i), scan->first);
  g_hash_table_foreach_remove (self->entries, is_gone, NULL);
  if (choose (self) || self->look)
    self->quiet = 0;
}

static void
scan (AetherHandover *self, gboolean first)
{
  g_autoptr(GTask) task = NULL;
  GHashTableIter iter;
  gpointer key, value;
  Scan *scan;

  scan = g_new0 (Scan, 1);
  scan->folder = g_strdup (self->folder);
  scan->first = first;
  scan->ask = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  scan->found = g_array_new (FALSE, FALSE, sizeof (Found));
  g_array_set_clear_func (scan->found, found_clear);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (may_be_it (key, value) && ((Entry *) value)->still + 1 >= STILL)
      g_hash_table_add (scan->ask, g_strdup (key));

  self->quiet = SCAN_EVERY;   /* before it starts: what changes meanwhile counts */
  self->scan = g_cancellable_new ();
  task = g_task_new (self, self->scan, scanned_cb, NULL);
  g_task_set_task_data (task, scan, scan_free);
  g_task_run_in_thread (task, scan_thread);
}

static gboolean
look_cb (gpointer user_data)
{
  AetherHandover *self = user_data;

  if (self->scan)
    return G_SOURCE_CONTINUE;   /* a slow folder */

  if (self->quiet == 0 || --self->quiet == 0)
    scan (self, FALSE);

  return G_SOURCE_CONTINUE;
}

static void
changed_cb (AetherHandover *self)
{
  self->quiet = 0;
}

void
aether_handover_start (AetherHandover *self)
{
  g_autoptr(GFile) folder = NULL;

  g_return_if_fail (AETHER_IS_HANDOVER (self));

  if (self->timer)
    return;

  folder = g_file_new_for_path (self->folder);
  g_hash_table_remove_all (self->entries);
  self->quiet = 0;
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  scan (self, TRUE);
  self->timer = g_timeout_source_new (LOOK_EVERY);
  g_source_set_callback (self->timer, look_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

void
aether_handover_stop (AetherHandover *self)
{
  g_return_if_fail (AETHER_IS_HANDOVER (self));

  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  for (guint i = 0; i < 2; i++)
    {
      GCancellable **work = i == 0 ? &self->scan : &self->look;

      g_cancellable_cancel (*work);
      g_clear_object (work);
    }
  g_clear_object (&self->monitor);
}

guint64
aether_handover_get_growing (AetherHandover *self)
{
  GHashTableIter iter;
  gpointer value;
  guint64 most = 0;

  g_return_val_if_fail (AETHER_IS_HANDOVER (self), 0);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (entry->grows && !entry->done && entry->still <= SCAN_EVERY)
        most = MAX (most, entry->size);
    }

  return most;
}

/* --- the object --------------------------------------------------------------------- */

static void
aether_handover_dispose (GObject *object)
{
  aether_handover_stop (AETHER_HANDOVER (object));

  G_OBJECT_CLASS (aether_handover_parent_class)->dispose (object);
}

static void
aether_handover_finalize (GObject *object)
{
  AetherHandover *self = AETHER_HANDOVER (object);

  g_object_unref (self->catalogue);
  g_object_unref (self->os);
  g_free (self->arch);
  g_free (self->folder);
  g_hash_table_unref (self->entries);

  G_OBJECT_CLASS (aether_handover_parent_class)->finalize (object);
}

static void
aether_handover_class_init (AetherHandoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aether_handover_dispose;
  object_class->finalize = aether_handover_finalize;

  signals[FOUND] = g_signal_new ("found", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                 G_TYPE_STRING);
  signals[OTHER] = g_signal_new ("other", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                 G_TYPE_STRING);
}

static void
aether_handover_init (AetherHandover *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

AetherHandover *
aether_handover_new (AetherCatalogue *catalogue, AetherOs *os, const char *arch, const char *folder)
{
  AetherHandover *self = g_object_new (AETHER_TYPE_HANDOVER, NULL);
  const char *downloads = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  self->catalogue = g_object_ref (catalogue);
  self->os = g_object_ref (os);
  self->arch = g_strdup (arch);
  if (folder || downloads)
    self->folder = g_canonicalize_filename (folder ? folder : downloads, NULL);
  else
    self->folder = g_build_filename (g_get_home_dir (), "Downloads", NULL);

  return self;
}

const char *
aether_handover_get_page (AetherHandover *self)
{
  g_return_val_if_fail (AETHER_IS_HANDOVER (self), NULL);

  return aether_handover_find_page (self->os, self->arch);
}

const char *
aether_handover_get_folder (AetherHandover *self)
{
  g_return_val_if_fail (AETHER_IS_HANDOVER (self), NULL);

  return self->folder;
}
