/* aether-import-scan.c - what there is to import in a folder, by content
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-private.h"

#include "aether-import-ova.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_DEPTH   6
#define MOST_ENTRIES 20000
#define MOST_ITEMS   500
#define HEAD_SIZE    4096

typedef struct
{
  char         **paths;
  gboolean       allow_outside;
  char          *root;         /* of the path at hand */
  guint          n_entries;
  GPtrArray     *items;        /* of AetherImportItem */
  GPtrArray     *disks;        /* of char *: disks and discs by themselves, looked at last */
  GHashTable    *used;         /* real paths of files that an item has */
  GCancellable  *cancellable;
} Scan;

static void
scan_free (gpointer data)
{
  Scan *self = data;

  g_strfreev (self->paths);
  g_free (self->root);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->disks);
  g_hash_table_unref (self->used);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* --- what a file is ------------------------------------------------------------- */

static gboolean
has_line (const char *head, const char *begin)
{
  gsize length = strlen (begin);

  for (const char *line = head; line; line = strchr (line, '\n') ? strchr (line, '\n') + 1 : NULL)
    if (g_ascii_strncasecmp (line + strspn (line, " \t\r"), begin, length) == 0)
      return TRUE;

  return FALSE;
}

/* The first element's name without its prefix. */
static char *
root_element (const char *head)
{
  static const char end[] = " \t\r\n/>";

  while ((head = strchr (head, '<')))
    {
      const char *name = head + 1;
      gsize length = strcspn (name, end);
      const char *colon = memchr (name, ':', length);

      if (g_ascii_isalpha (*name))
        return colon ? g_strndup (colon + 1, length - (colon + 1 - name)) : g_strndup (name, length);
      /* A comment may hold anything that looks like one */
      head = g_str_has_prefix (name, "!--") && strstr (name, "-->") ? strstr (name, "-->") : name;
    }

  return NULL;
}

static gboolean
is_tar (const char *head, gsize length)
{
  return length >= 512 && memcmp (head + 257, "ustar", 5) == 0;
}

typedef struct
{
  AetherImportFormat  format;
  const char         *element;   /* XML with this root, or */
  const char         *lines[3];  /* text with one of these lines */
  AetherImportParser  parse;
} Kind;

static const Kind kinds[] = {
  { AETHER_IMPORT_VIRTUALBOX, "VirtualBox", { NULL }, aether_import_parse_vbox },
  { AETHER_IMPORT_OVF, "Envelope", { NULL }, aether_import_parse_ovf },
  { AETHER_IMPORT_LIBVIRT, "domain", { NULL }, aether_import_parse_libvirt },
  { AETHER_IMPORT_VMWARE, NULL, { "config.version", "virtualHW.version", NULL }, aether_import_parse_vmx },
  { AETHER_IMPORT_QUICKEMU, NULL, { "disk_img=", "guest_os=", NULL }, aether_import_parse_quickemu },
};

static const Kind *
find_kind (const char *head)
{
  g_autofree char *element = *(head + strspn (head, "\xef\xbb\xbf \t\r\n")) == '<' ? root_element (head) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (kinds[i].element ? g_strcmp0 (kinds[i].element, element) == 0 : FALSE)
        return &kinds[i];
      for (guint n = 0; element == NULL && n < G_N_ELEMENTS (kinds[i].lines) && kinds[i].lines[n]; n++)
        if (has_line (head, kinds[i].lines[n]))
          return &kinds[i];
    }

  return NULL;
}

/* --- items ----------------------------------------------------------------------- */

static void
note_used (Scan *self, const AetherDiskLayer *image)
{
  for (; image; image = image->backing)
    {
      g_hash_table_add (self->used, g_strdup (image->path));
      for (guint i = 0; i < image->extents->len; i++)
        g_hash_table_add (self->used, g_strdup (image->extents->pdata[i]));
    }
}

static AetherImportItem *
add_item (Scan *self, AetherImportFormat format, const char *path, const char *base)
{
  AetherImportItem *item = _aether_import_item_new (format, path, base,
                                                    aether_disk_place_new (self->root, self->allow_outside));

  item->machine = aether_import_machine_new ();
  g_ptr_array_add (self->items, item);

  return item;
}

static void
finish_item (Scan *self, AetherImportItem *item)
{
  _aether_import_resolve (item, self->cancellable);
  for (guint i = 0; i < item->pieces->len; i++)
    note_used (self, ((AetherImportPiece *) item->pieces->pdata[i])->image);
}

/* What cannot be read is listed, too, with the reason. @machines (nullable): taken */
static void
add_machines (Scan *self, AetherImportFormat format, const char *path, const char *base, GPtrArray *machines,
              GHashTable *parts, const char *manifest, const GError *error)
{
  for (guint i = 0; i < (machines ? machines->len : 1) && self->items->len < MOST_ITEMS; i++)
    {
      AetherImportItem *item = add_item (self, format, path, base);

      if (machines)
        {
          aether_import_machine_free (item->machine);
          item->machine = machines->pdata[i];
          machines->pdata[i] = NULL;
        }
      else
        _aether_import_item_set_problem (item, error ? error->message : "?");
      if (parts)
        {
          item->place->archive = g_strdup (path);
          item->place->parts = g_hash_table_ref (parts);
        }
      item->manifest = g_strdup (manifest);
      finish_item (self, item);
    }

  /* More than are listed */
  for (guint i = 0; machines && i < machines->len; i++)
    g_clear_pointer ((AetherImportMachine **) &machines->pdata[i], aether_import_machine_free);
  if (machines)
    {
      g_ptr_array_set_free_func (machines, NULL);
      g_ptr_array_unref (machines);
    }
}

/* The .mf beside an OVF. */
static char *
read_manifest (const char *path)
{
  g_autofree char *stem = g_strndup (path, strlen (path) - (g_str_has_suffix (path, ".ovf") ? 4 : 0));
  g_autofree char *manifest = g_strconcat (stem, ".mf", NULL);

  return aether_store_read (manifest, AETHER_IMPORT_MOST_TEXT, NULL, NULL);
}

static void
add_description (Scan *self, const Kind *kind, const char *path)
{
  g_autofree char *base = g_path_get_dirname (path);
  g_autofree char *manifest = kind->format == AETHER_IMPORT_OVF ? read_manifest (path) : NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *data = aether_store_read (path, AETHER_IMPORT_MOST_TEXT, &length, &error);
  GPtrArray *machines = data ? kind->parse (data, length, &error) : NULL;

  add_machines (self, kind->format, path, base, machines, NULL, manifest, error);
}

/* A tar without a description is just some archive, unless the user named it. */
static void
add_archive (Scan *self, const char *path, gboolean named)
{
  g_autofree char *base = g_path_get_dirname (path);
  g_autofree char *description = NULL, *manifest = NULL;
  g_autoptr(GHashTable) parts = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *machines = NULL;
  gsize length;

  if (aether_import_ova_index (path, &parts, &description, &length, &manifest, self->cancellable, &error))
    machines = aether_import_parse_ovf (description, length, &error);
  if (machines || named || g_str_has_suffix (path, ".ova"))
    add_machines (self, AETHER_IMPORT_OVA, path, base, machines, parts, manifest, error);
}

static void
add_utm (Scan *self, const char *folder, const char *plist)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *data = aether_store_read (plist, AETHER_IMPORT_MOST_TEXT, &length, &error);
  GPtrArray *machines = data ? aether_import_parse_utm (data, length, &error) : NULL;

  add_machines (self, AETHER_IMPORT_UTM, folder, folder, machines, NULL, NULL, error);
}

/* --- walking ---------------------------------------------------------------------- */

static gboolean
is_disk_kind (const AetherMedia *media)
{
  return media->kind == AETHER_MEDIA_DISK || media->kind == AETHER_MEDIA_DISK_IMAGE || media->kind == AETHER_MEDIA_DISC;
}

static void
look_at_file (Scan *self, const char *path, gboolean named)
{
  g_autofree char *head = g_malloc0 (HEAD_SIZE + 1);
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gssize length = fd >= 0 ? pread (fd, head, HEAD_SIZE, 0) : -1;
  const Kind *kind;

  if (length <= 0)
    return;
  kind = memchr (head, '\0', length) == NULL ? find_kind (head) : NULL;
  if (kind)
    add_description (self, kind, path);
  else if (is_tar (head, length))
    add_archive (self, path, named);
  else
    g_ptr_array_add (self->disks, g_strdup (path));
}

static gboolean
is_file_in (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat st;

  return lstat (path, &st) == 0 && S_ISREG (st.st_mode);
}

static void look_into (Scan *self, const char *folder, guint depth);

static void
look_at (Scan *self, const char *path, const struct stat *st, guint depth, gboolean named)
{
  if (S_ISREG (st->st_mode))
    look_at_file (self, path, named);
  else if (S_ISDIR (st->st_mode) && depth > 0)
    look_into (self, path, depth);
}

static void
look_into (Scan *self, const char *folder, guint depth)
{
  g_autofree char *plist = g_build_filename (folder, "config.plist", NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (g_str_has_suffix (folder, ".aether") && is_file_in (folder, "machine.json"))
    {
      _aether_import_resolve_bundle (add_item (self, AETHER_IMPORT_AETHER, folder, folder));
      return;
    }
  if (is_file_in (folder, "config.plist"))
    {
      add_utm (self, folder, plist);
      return;
    }

  dir = g_dir_open (folder, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)) && self->n_entries++ < MOST_ENTRIES)
    if (*name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);

  for (guint i = 0; i < names->len && !g_cancellable_is_cancelled (self->cancellable); i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
      struct stat st;

      /* Never through a link: it may lead anywhere, and round in circles */
      if (self->items->len < MOST_ITEMS && lstat (path, &st) == 0)
        look_at (self, path, &st, depth - 1, FALSE);
    }
}

/* --- disks by themselves ------------------------------------------------------------ */

static void
add_disk (Scan *self, const char *path, gboolean named)
{
  g_autoptr(AetherMedia) media = aether_media_detect (path, NULL);
  g_autofree char *base = g_path_get_dirname (path);
  gboolean disc = media && media->kind == AETHER_MEDIA_DISC;
  AetherImportItem *item;

  if (media == NULL || !is_disk_kind (media) || self->items->len >= MOST_ITEMS)
    return;

  item = add_item (self, disc ? AETHER_IMPORT_DISC : AETHER_IMPORT_DISK, path, base);
  aether_import_machine_free (item->machine);
  item->machine = _aether_import_disk_machine (path, disc);
  item->suggested = named;
  finish_item (self, item);
}

/* Those that are the parts of others go: an extent alone is damaged, a layer is in the one above. */
static void
drop_parts (Scan *self, guint first)
{
  for (guint i = self->items->len; i-- > first; )
    {
      AetherImportItem *item = self->items->pdata[i];
      gboolean part = FALSE;

      for (guint k = first; k < self->items->len && !part; k++)
        {
          AetherImportItem *other = self->items->pdata[k];
          AetherImportPiece *piece = other->pieces->len > 0 ? other->pieces->pdata[0] : NULL;
          AetherDiskLayer *image = other != item && piece ? piece->image : NULL;

          for (AetherDiskLayer *layer = image; layer && !part; layer = layer->backing)
            part = (layer != image && g_str_equal (layer->path, item->path)) ||
                   g_ptr_array_find_with_equal_func (layer->extents, item->path, g_str_equal, NULL);
        }
      if (part)
        g_ptr_array_remove_index (self->items, i);
    }
}

static void
add_disks (Scan *self, gboolean named)
{
  guint first = self->items->len;

  for (guint i = 0; i < self->disks->len && !g_cancellable_is_cancelled (self->cancellable); i++)
    if (!g_hash_table_contains (self->used, self->disks->pdata[i]))
      add_disk (self, self->disks->pdata[i], named);
  drop_parts (self, first);

  /* Without a machine that uses them the disks are what was meant; a folder of discs is a collection */
  for (guint i = 0; i < self->items->len && first == 0; i++)
    {
      AetherImportItem *item = self->items->pdata[i];

      if (item->format == AETHER_IMPORT_DISK)
        item->suggested = TRUE;
    }
  g_ptr_array_set_size (self->disks, 0);
}

/* --- all ------------------------------------------------------------------------------ */

static gboolean
scan_path (Scan *self, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *shown = g_filename_display_name (path);
  char *real = realpath (absolute, NULL);
  struct stat st;

  /* A link that the user named is meant as what it leads to */
  if (real == NULL || stat (real, &st) < 0)
    {
      aether_store_set_error (error, errno);
      g_prefix_error (error, _("“%s” cannot be read. "), shown);
      free (real);
      return FALSE;
    }
  if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("“%s” is neither a file nor a folder. Devices are not imported."), shown);
      free (real);
      return FALSE;
    }

  g_free (self->root);
  self->root = S_ISDIR (st.st_mode) ? g_strdup (real) : g_path_get_dirname (real);
  /* The settings of UTM stand for their folder */
  if (S_ISREG (st.st_mode) && g_str_has_suffix (real, "/config.plist"))
    look_into (self, self->root, 1);
  else
    look_at (self, real, &st, MOST_DEPTH, TRUE);
  add_disks (self, S_ISREG (st.st_mode));
  free (real);

  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static void
scan_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Scan *self = data;
  GListStore *found;
  GError *error = NULL;

  for (guint i = 0; self->paths[i]; i++)
    if (!scan_path (self, self->paths[i], &error))
      {
        g_task_return_error (task, error);
        return;
      }

  found = g_list_store_new (AETHER_TYPE_IMPORT_ITEM);
  for (guint i = 0; i < self->items->len; i++)
    g_list_store_append (found, self->items->pdata[i]);
  g_task_return_pointer (task, found, g_object_unref);
}

void
aether_import_scan_async (const char * const *paths, gboolean allow_outside, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Scan *self = g_new0 (Scan, 1);

  self->paths = g_strdupv ((char **) paths);
  self->allow_outside = allow_outside;
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->disks = g_ptr_array_new_with_free_func (g_free);
  self->used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_set_object (&self->cancellable, cancellable);

  g_task_set_source_tag (task, aether_import_scan_async);
  g_task_set_task_data (task, self, scan_free);
  g_task_run_in_thread (task, scan_thread);
}

GListModel *
aether_import_scan_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
