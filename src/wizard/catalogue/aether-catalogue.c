/* aether-catalogue.c - the operating systems that there are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-catalogue-private.h"

#include "aether-catalogue-index.h"
#include "aether-config.h"
#include "aether-os-private.h"
#include "aether-osinfo.h"
#include "aether-store.h"

#include <string.h>

#define MOST_VERSION 32   /* bytes of the file that says it */

struct _AetherCatalogue
{
  GObject    parent_instance;

  GPtrArray *systems;   /* of AetherOs, sorted */
  char      *version;
};

static void aether_catalogue_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherCatalogue, aether_catalogue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, aether_catalogue_list_model_init))

static GType
aether_catalogue_get_item_type (GListModel *model)
{
  return AETHER_TYPE_OS;
}

static guint
aether_catalogue_get_n_items (GListModel *model)
{
  return AETHER_CATALOGUE (model)->systems->len;
}

static gpointer
aether_catalogue_get_item (GListModel *model, guint position)
{
  GPtrArray *systems = AETHER_CATALOGUE (model)->systems;

  return position < systems->len ? g_object_ref (g_ptr_array_index (systems, position)) : NULL;
}

static void
aether_catalogue_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = aether_catalogue_get_item_type;
  iface->get_n_items = aether_catalogue_get_n_items;
  iface->get_item = aether_catalogue_get_item;
}

static void
aether_catalogue_finalize (GObject *object)
{
  AetherCatalogue *self = AETHER_CATALOGUE (object);

  g_ptr_array_unref (self->systems);
  g_free (self->version);

  G_OBJECT_CLASS (aether_catalogue_parent_class)->finalize (object);
}

static void
aether_catalogue_class_init (AetherCatalogueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_catalogue_finalize;
}

static void
aether_catalogue_init (AetherCatalogue *self)
{
  self->systems = g_ptr_array_new_with_free_func (g_object_unref);
}

/* --- where it comes from ------------------------------------------------------------ */

char *
_aether_catalogue_dup_overlay (void)
{
  const char *folder = g_getenv ("AETHER_CATALOGUE_DIR");

  return g_strdup (folder && *folder ? folder : AETHER_DATADIR "/catalogue");
}

char *
_aether_catalogue_dup_updates (void)
{
  return g_build_filename (g_get_user_data_dir (), "aether", "catalogue", NULL);
}

char *
_aether_catalogue_dup_version (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "VERSION", NULL);
  g_autofree char *text = aether_store_read (path, MOST_VERSION, NULL, NULL);
  char *version = text ? g_strstrip (text) : NULL;

  if (version == NULL || *version == '\0' || strspn (version, "0123456789") != strlen (version))
    return NULL;

  return g_strdup (version);
}

/* As libosinfo has it. */
static char *
find_system (void)
{
  const char *folder = g_getenv ("OSINFO_SYSTEM_DIR");
  const char * const *dirs = g_get_system_data_dirs ();

  if (folder)
    return g_strdup (folder);
  for (guint i = 0; dirs[i]; i++)
    {
      g_autofree char *path = g_build_filename (dirs[i], "osinfo", NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }

  return g_strdup ("/usr/share/osinfo");
}

/* Returns: (nullable): folder of the newest that was fetched */
static char *
find_update (char **version)
{
  g_autofree char *updates = _aether_catalogue_dup_updates ();
  g_autoptr(GDir) dir = g_dir_open (updates, 0, NULL);
  g_autofree char *best = NULL;
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (updates, name, NULL);
      g_autofree char *own = _aether_catalogue_dup_version (path);

      /* A folder has its version's name once it is whole */
      if (g_strcmp0 (own, name) == 0 && (*version == NULL || strcmp (own, *version) > 0))
        {
          g_set_str (version, own);
          g_set_str (&best, path);
        }
    }

  return g_steal_pointer (&best);
}

char **
_aether_catalogue_list_folders (char **version)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  const char *local = g_getenv ("OSINFO_LOCAL_DIR"), *own = g_getenv ("OSINFO_USER_DIR");
  char *system = find_system (), *update;

  *version = _aether_catalogue_dup_version (system);
  update = find_update (version);
  if (update)
    g_free (system);
  g_strv_builder_take (builder, update ? update : system);
  /* What the administrator and the user have added */
  g_strv_builder_add (builder, local ? local : "/etc/osinfo");
  g_strv_builder_take (builder, own ? g_strdup (own) : g_build_filename (g_get_user_config_dir (), "osinfo", NULL));
  if (*version == NULL)
    *version = g_strdup ("");

  return g_strv_builder_end (builder);
}

char **
aether_catalogue_list_databases (void)
{
  g_autofree char *version = NULL;

  return _aether_catalogue_list_folders (&version);
}

char *
aether_catalogue_dup_keyring (const char *key)
{
  g_autofree char *overlay = _aether_catalogue_dup_overlay ();
  g_autofree char *parent = g_path_get_dirname (overlay);
  g_autofree char *ours = g_build_filename (parent, "keys", NULL);
  const char *folders[] = { ours, "/usr/share/keyrings" };

  g_return_val_if_fail (key != NULL, NULL);

  for (guint i = 0; *key && !strchr (key, '/') && i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], key, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

/* --- order ---------------------------------------------------------------------------- */

/* Rolling ones have no date and are always new. */
static const char *
get_date (AetherOs *os)
{
  return aether_os_is_rolling (os) ? "9999" : aether_os_get_release_date (os);
}

/* Those that are current: what we describe ourselves, and the newest of each kind that has
 * something to start and is not out of support. */
static void
find_current (GPtrArray *systems)
{
  g_autoptr(GHashTable) newest = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *today = g_date_time_format (now, "%F");

  for (guint i = 0; i < systems->len; i++)
    {
      AetherOs *os = g_ptr_array_index (systems, i);
      AetherOs *other = g_hash_table_lookup (newest, aether_os_get_distro (os));
      const char *eol = aether_os_get_eol_date (os);

      if (_aether_os_is_ours (os) && !aether_os_is_prerelease (os))
        _aether_os_set_current (os, *eol == '\0' || strcmp (eol, today) >= 0);
      if ((*eol && strcmp (eol, today) < 0) || aether_os_is_prerelease (os))
        continue;
      if (aether_os_get_arches (os)[0] == NULL || *aether_os_get_distro (os) == '\0')
        continue;
      if (*get_date (os) && (other == NULL || strcmp (get_date (os), get_date (other)) > 0))
        g_hash_table_replace (newest, (gpointer) aether_os_get_distro (os), os);
    }

  for (guint i = 0; i < systems->len; i++)
    {
      AetherOs *os = g_ptr_array_index (systems, i);

      if (g_hash_table_lookup (newest, aether_os_get_distro (os)) == os)
        _aether_os_set_current (os, TRUE);
    }
}

/* Current ones, those that can be fetched, the rest; in each by kind, the newest first. */
static int
compare_systems (gconstpointer a, gconstpointer b)
{
  AetherOs *x = (AetherOs *) a, *y = (AetherOs *) b;
  int order = aether_os_is_current (y) - aether_os_is_current (x);

  if (order == 0)
    order = (aether_os_get_arches (y)[0] != NULL) - (aether_os_get_arches (x)[0] != NULL);
  if (order == 0)
    order = g_ascii_strcasecmp (aether_os_get_distro (x), aether_os_get_distro (y));
  if (order == 0)
    order = strcmp (get_date (y), get_date (x));
  if (order == 0)
    order = strcmp (aether_os_get_name (y), aether_os_get_name (x));

  return order != 0 ? order : strcmp (aether_os_get_id (x), aether_os_get_id (y));
}

/* --- opening --------------------------------------------------------------------------- */

AetherCatalogue *
aether_catalogue_open (GCancellable *cancellable, GError **error)
{
  g_autoptr(AetherCatalogue) self = g_object_new (AETHER_TYPE_CATALOGUE, NULL);
  g_auto(GStrv) folders = _aether_catalogue_list_folders (&self->version);
  g_autofree char *overlay = _aether_catalogue_dup_overlay ();
  const char *all[] = { folders[0], folders[1], folders[2], overlay, NULL };
  g_autofree char *key = NULL;
  g_autoptr(GVariant) entries = NULL;
  gboolean safe;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  key = aether_catalogue_index_dup_key (all, &safe);
  entries = aether_catalogue_index_load (key);
  if (entries == NULL)
    {
      entries = aether_osinfo_load ((const char * const *) folders, overlay, cancellable, error);
      if (entries == NULL)
        return NULL;
      if (safe)
        aether_catalogue_index_save (key, entries);
    }

  for (gsize i = 0; i < g_variant_n_children (entries); i++)
    {
      g_autoptr(GVariant) entry = g_variant_get_child_value (entries, i);

      g_ptr_array_add (self->systems, _aether_os_new (entry));
    }
  find_current (self->systems);
  g_ptr_array_sort_values (self->systems, compare_systems);

  return g_steal_pointer (&self);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr(GError) error = NULL;
  AetherCatalogue *self = aether_catalogue_open (cancellable, &error);

  if (self)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
aether_catalogue_open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_catalogue_open_async);
  g_task_run_in_thread (task, open_thread);
}

AetherCatalogue *
aether_catalogue_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
aether_catalogue_get_version (AetherCatalogue *self)
{
  g_return_val_if_fail (AETHER_IS_CATALOGUE (self), NULL);

  return self->version;
}

/* --- finding ---------------------------------------------------------------------------- */

AetherOs *
aether_catalogue_lookup (AetherCatalogue *self, const char *id)
{
  g_return_val_if_fail (AETHER_IS_CATALOGUE (self), NULL);

  for (guint i = 0; i < self->systems->len; i++)
    {
      AetherOs *os = g_ptr_array_index (self->systems, i);

      if (aether_os_has_id (os, id))
        return g_object_ref (os);
    }

  return NULL;
}

static gboolean
has_all_words (const char *haystack, char **words)
{
  for (guint i = 0; words[i]; i++)
    if (strstr (haystack, words[i]) == NULL)
      return FALSE;

  return TRUE;
}

GListModel *
aether_catalogue_search (AetherCatalogue *self, const char *query, const char *arch)
{
  g_autofree char *folded = g_utf8_casefold (query, -1);
  g_auto(GStrv) words = g_strsplit_set (g_strstrip (folded), " \t", -1);
  g_autoptr(GPtrArray) best = g_ptr_array_new ();
  g_autoptr(GPtrArray) rest = g_ptr_array_new ();
  GListStore *found = g_list_store_new (AETHER_TYPE_OS);

  g_return_val_if_fail (AETHER_IS_CATALOGUE (self), G_LIST_MODEL (found));

  for (guint i = 0; i < self->systems->len; i++)
    {
      AetherOs *os = g_ptr_array_index (self->systems, i);
      const char *haystack = _aether_os_get_haystack (os);

      if (!has_all_words (haystack, words) || (arch && !aether_os_has_arch (os, arch)))
        continue;
      /* It begins with the name */
      if (*folded && (g_str_has_prefix (haystack, folded) || aether_os_has_id (os, folded)))
        g_ptr_array_add (best, os);
      else
        g_ptr_array_add (rest, os);
    }

  g_list_store_splice (found, 0, 0, best->pdata, best->len);
  g_list_store_splice (found, best->len, 0, rest->pdata, rest->len);
  return G_LIST_MODEL (found);
}

/* --- what a disc is ---------------------------------------------------------------------- */

static gboolean
fits (const char *pattern, const char *label)
{
  return pattern[0] == '\0' || g_regex_match_simple (pattern, label, 0, 0);
}

static AetherMediaCpus
cpus_of (const char *arch)
{
  static const struct
  {
    const char     *arch;
    AetherMediaCpus cpus;
  } all[] = {
    { "x86_64", AETHER_MEDIA_CPU_X86_64 | AETHER_MEDIA_CPU_I386 },   /* some start 32-bit code first */
    { "i386", AETHER_MEDIA_CPU_I386 },
    { "aarch64", AETHER_MEDIA_CPU_AARCH64 },
    { "arm", AETHER_MEDIA_CPU_ARM },
    { "riscv64", AETHER_MEDIA_CPU_RISCV64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (strcmp (arch, all[i].arch) == 0)
      return all[i].cpus;

  return AETHER_MEDIA_CPU_NONE;
}

/* "http://redhat.com/rhel/8-unknown", "http://nixos.org/nixos/unstable": for discs of a kind that no
 * release has the labels of */
static gboolean
is_stand_in (AetherOs *os)
{
  return aether_os_is_rolling (os) || g_str_has_suffix (aether_os_get_id (os), "unknown") ||
         g_str_has_suffix (aether_os_get_id (os), "unstable");
}

/* Returns: how much of the labels it names, 0 when they are others */
static guint
match (const AetherOsMedia *known, const AetherMedia *media)
{
  AetherMediaCpus cpus = cpus_of (known->arch);

  /* A maker's name alone says too little */
  if ((known->volume_id[0] == '\0' && known->application_id[0] == '\0') ||
      (known->volume_size && known->volume_size != media->volume_size) ||
      (media->cpus && cpus && !(media->cpus & cpus)))
    return 0;
  if (!fits (known->volume_id, media->volume_id) || !fits (known->system_id, media->system_id) ||
      !fits (known->publisher_id, media->publisher_id) || !fits (known->application_id, media->application_id))
    return 0;

  return 1 + (known->volume_id[0] != 0) + (known->system_id[0] != 0) + (known->publisher_id[0] != 0) +
         (known->application_id[0] != 0) + (known->volume_size ? 8 : 0);
}

/* Discs of both have the same labels. */
static gboolean
fits_build (AetherOs *os, const AetherMedia *media)
{
  static const struct { const char *id; guint first, last; } all[] = {
    { "http://microsoft.com/win/10", 10240, 21999 },
    { "http://microsoft.com/win/11", 22000, G_MAXUINT },
  };

  for (guint i = 0; media->windows_build && i < G_N_ELEMENTS (all); i++)
    if (strcmp (aether_os_get_id (os), all[i].id) == 0)
      return media->windows_build >= all[i].first && media->windows_build <= all[i].last;

  return TRUE;
}

const AetherOsMedia *
aether_catalogue_match (AetherOs *os, const AetherMedia *media)
{
  const AetherOsMedia *best = NULL, *all;
  guint n, best_score = 0;

  if (media->kind != AETHER_MEDIA_DISC || !fits_build (os, media))
    return NULL;

  all = aether_os_get_media (os, &n);
  for (guint i = 0; i < n; i++)
    if (match (&all[i], media) > best_score)
      {
        best = &all[i];
        best_score = match (best, media);
      }

  return best;
}

AetherOs *
aether_catalogue_identify (AetherCatalogue *self, const AetherMedia *media, const AetherOsMedia **edition)
{
  AetherOs *found = NULL;
  const AetherOsMedia *found_edition = NULL;
  gboolean several = FALSE;
  guint best = 0;

  g_return_val_if_fail (AETHER_IS_CATALOGUE (self), NULL);

  if (edition)
    *edition = NULL;
  if (media->kind != AETHER_MEDIA_DISC || media->volume_id[0] == '\0')
    return NULL;

  for (guint i = 0; i < self->systems->len; i++)
    {
      AetherOs *os = g_ptr_array_index (self->systems, i);
      const AetherOsMedia *all;
      guint n;

      all = aether_os_get_media (os, &n);
      for (guint k = 0; k < n && fits_build (os, media); k++)
        {
          guint score = 2 * match (&all[k], media);

          if (score > 0 && !is_stand_in (os))
            score++;
          if (score == 0 || score < best)
            continue;
          if (score > best)
            several = FALSE;
          else if (os != found)
            several = TRUE;
          else
            continue;
          best = score;
          found = os;
          found_edition = &all[k];
        }
    }

  if (found == NULL || several)
    return NULL;
  if (edition)
    *edition = found_edition;
  return g_object_ref (found);
}
