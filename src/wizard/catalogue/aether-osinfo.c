/* aether-osinfo.c - libosinfo's database and ours, made one list
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-osinfo.h"

#include "aether-os-private.h"
#include "aether-overlay.h"

#include <glib/gi18n-lib.h>
#include <osinfo/osinfo.h>
#include <string.h>

typedef struct
{
  OsinfoDb   *base;
  OsinfoDb   *ours;
  GHashTable *items;     /* of ours */
} Sources;

static const char *
text (const char *value)
{
  return value ? value : "";
}

/* As machines have it. */
static const char *
machine_arch (const char *arch)
{
  static const struct
  {
    const char *theirs, *ours;
  } names[] = {
    { "i486", "i386" }, { "i586", "i386" }, { "i686", "i386" },
    { "armv6l", "arm" }, { "armv7l", "arm" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (arch, names[i].theirs) == 0)
      return names[i].ours;

  return arch ? arch : "all";
}

/* --- media ------------------------------------------------------------------------ */

/* The names of its variants are what a user would call it: "Fedora Workstation 43". */
static void
get_variant (OsinfoOs *os, OsinfoOsVariantList *list, const char **id, const char **name)
{
  *id = "";
  *name = text (osinfo_product_get_name (OSINFO_PRODUCT (os)));
  if (list && osinfo_list_get_length (OSINFO_LIST (list)) > 0)
    {
      OsinfoEntity *variant = osinfo_list_get_nth (OSINFO_LIST (list), 0);

      *id = osinfo_entity_get_id (variant);
      if (osinfo_os_variant_get_name (OSINFO_OS_VARIANT (variant)))
        *name = osinfo_os_variant_get_name (OSINFO_OS_VARIANT (variant));
    }
  if (list)
    g_object_unref (list);
}

/* Where ours has a disc or image of that kind, a database's address of it does not count: ours is
 * looked after. Its labels do. */
static gboolean
is_replaced (OsinfoList *ours, const char *arch, const char *variant)
{
  for (int i = 0; ours && i < osinfo_list_get_length (ours); i++)
    {
      OsinfoEntity *entity = osinfo_list_get_nth (ours, i);
      OsinfoOsVariantList *variants;
      gboolean same;

      if (OSINFO_IS_MEDIA (entity))
        {
          variants = osinfo_media_get_os_variants (OSINFO_MEDIA (entity));
          same = g_strcmp0 (arch, osinfo_media_get_architecture (OSINFO_MEDIA (entity))) == 0;
        }
      else
        {
          variants = osinfo_image_get_os_variants (OSINFO_IMAGE (entity));
          same = g_strcmp0 (arch, osinfo_image_get_architecture (OSINFO_IMAGE (entity))) == 0;
        }
      if (same && variants)
        same = osinfo_list_get_length (OSINFO_LIST (variants)) > 0
                 ? g_str_equal (variant, osinfo_entity_get_id (osinfo_list_get_nth (OSINFO_LIST (variants), 0)))
                 : variant[0] == '\0';
      g_clear_object (&variants);
      if (same)
        return TRUE;
    }

  return FALSE;
}

/* libosinfo wants it asked of installers only */
static guint32
count_restarts (OsinfoMedia *media)
{
  return osinfo_media_get_installer (media) ? MAX (osinfo_media_get_installer_reboots (media), 0) : 0;
}

static void
add_media (GVariantBuilder *builder, OsinfoOs *os, OsinfoMediaList *list, GHashTable *items, OsinfoList *replacement)
{
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoMedia *media = OSINFO_MEDIA (osinfo_list_get_nth (OSINFO_LIST (list), i));
      g_autofree char *key = g_strdup_printf ("%s media %d", osinfo_entity_get_id (OSINFO_ENTITY (os)), i);
      const AetherOverlayItem *item = items ? g_hash_table_lookup (items, key) : NULL;
      const char *variant, *edition, *url = text (osinfo_media_get_url (media));
      guint32 flags = 0;

      get_variant (os, osinfo_media_get_os_variants (media), &variant, &edition);
      if (is_replaced (replacement, osinfo_media_get_architecture (media), variant))
        url = "";
      if (osinfo_media_get_live (media))
        flags |= AETHER_OS_MEDIA_LIVE;
      if (osinfo_media_get_installer (media))
        flags |= AETHER_OS_MEDIA_INSTALLER;
      if (osinfo_media_supports_installer_script (media))
        flags |= AETHER_OS_MEDIA_SCRIPTS;
      if (osinfo_media_get_eject_after_install (media))
        flags |= AETHER_OS_MEDIA_EJECT;
      g_variant_builder_add (builder, AETHER_OS_MEDIA,
                             machine_arch (osinfo_media_get_architecture (media)), variant, edition, url,
                             text (item ? item->checksums : NULL), text (item ? item->signature : NULL),
                             text (item ? item->key : NULL), text (item ? item->pattern : NULL),
                             text (item ? item->checksum : NULL), text (item ? item->page : NULL), "iso",
                             text (osinfo_media_get_volume_id (media)), text (osinfo_media_get_system_id (media)),
                             text (osinfo_media_get_publisher_id (media)),
                             text (osinfo_media_get_application_id (media)),
                             (guint64) MAX (osinfo_media_get_volume_size (media), 0),
                             text (osinfo_media_get_kernel_path (media)), text (osinfo_media_get_initrd_path (media)),
                             flags, count_restarts (media));
    }
}

static void
add_images (GVariantBuilder *builder, OsinfoOs *os, OsinfoImageList *list, GHashTable *items, OsinfoList *replacement)
{
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoImage *image = OSINFO_IMAGE (osinfo_list_get_nth (OSINFO_LIST (list), i));
      g_autofree char *key = g_strdup_printf ("%s image %d", osinfo_entity_get_id (OSINFO_ENTITY (os)), i);
      const AetherOverlayItem *item = items ? g_hash_table_lookup (items, key) : NULL;
      const char *variant, *edition, *url = osinfo_image_get_url (image);
      const char *format = osinfo_image_get_format (image);

      get_variant (os, osinfo_image_get_os_variants (image), &variant, &edition);
      if (url == NULL || is_replaced (replacement, osinfo_image_get_architecture (image), variant))
        continue;
      g_variant_builder_add (builder, AETHER_OS_MEDIA,
                             machine_arch (osinfo_image_get_architecture (image)), variant, edition, url,
                             text (item ? item->checksums : NULL), text (item ? item->signature : NULL),
                             text (item ? item->key : NULL), text (item ? item->pattern : NULL),
                             text (item ? item->checksum : NULL), text (item ? item->page : NULL),
                             format && *format ? format : "raw", "", "", "", "", (guint64) 0, "", "",
                             osinfo_image_get_cloud_init (image) ? (guint32) AETHER_OS_MEDIA_CLOUD_INIT : 0u, 0u);
    }
}

static void
add_all_media (GVariantBuilder *builder, OsinfoOs *ours, OsinfoOs *base, GHashTable *items)
{
  g_autoptr(OsinfoMediaList) our_media = ours ? osinfo_os_get_media_list (ours) : NULL;
  g_autoptr(OsinfoMediaList) base_media = base ? osinfo_os_get_media_list (base) : NULL;
  g_autoptr(OsinfoImageList) our_images = ours ? osinfo_os_get_image_list (ours) : NULL;
  g_autoptr(OsinfoImageList) base_images = base ? osinfo_os_get_image_list (base) : NULL;

  g_variant_builder_open (builder, G_VARIANT_TYPE ("a" AETHER_OS_MEDIA));
  if (our_media)
    add_media (builder, ours, our_media, items, NULL);
  if (base_media)
    add_media (builder, base, base_media, NULL, OSINFO_LIST (our_media));
  if (our_images)
    add_images (builder, ours, our_images, items, NULL);
  if (base_images)
    add_images (builder, base, base_images, NULL, OSINFO_LIST (our_images));
  g_variant_builder_close (builder);
}

/* --- what it needs ---------------------------------------------------------------- */

static OsinfoResources *
find_resources (OsinfoResourcesList *list, const char *arch)
{
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoResources *resources = OSINFO_RESOURCES (osinfo_list_get_nth (OSINFO_LIST (list), i));

      if (g_strcmp0 (osinfo_resources_get_architecture (resources), arch) == 0)
        return resources;
    }

  return NULL;
}

/* -1 stands for what is not known */
static void
get_numbers (OsinfoResources *resources, guint64 *memory, guint64 *storage, guint32 *cpus)
{
  *memory = resources ? MAX (osinfo_resources_get_ram (resources), 0) : 0;
  *storage = resources ? MAX (osinfo_resources_get_storage (resources), 0) : 0;
  *cpus = resources ? MAX (osinfo_resources_get_n_cpus (resources), 0) : 0;
}

static void
add_resources (GVariantBuilder *builder, OsinfoOs *os)
{
  g_autoptr(OsinfoResourcesList) minimum = osinfo_os_get_minimum_resources (os);
  g_autoptr(OsinfoResourcesList) recommended = osinfo_os_get_recommended_resources (os);
  OsinfoList *lists[] = { OSINFO_LIST (minimum), OSINFO_LIST (recommended) };
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_variant_builder_open (builder, G_VARIANT_TYPE ("a" AETHER_OS_RESOURCES));
  for (guint list = 0; list < G_N_ELEMENTS (lists); list++)
    for (int i = 0; i < osinfo_list_get_length (lists[list]); i++)
      {
        OsinfoResources *one = OSINFO_RESOURCES (osinfo_list_get_nth (lists[list], i));
        const char *arch = osinfo_resources_get_architecture (one);
        guint64 memory, storage, good_memory, good_storage;
        guint32 cpus, good_cpus;

        if (arch == NULL || !g_hash_table_add (seen, (gpointer) arch))
          continue;
        get_numbers (find_resources (minimum, arch), &memory, &storage, &cpus);
        get_numbers (find_resources (recommended, arch), &good_memory, &good_storage, &good_cpus);
        g_variant_builder_add (builder, AETHER_OS_RESOURCES, machine_arch (arch), memory, storage, cpus,
                               MAX (memory, good_memory), MAX (storage, good_storage), MAX (cpus, good_cpus));
      }
  g_variant_builder_close (builder);
}

static gboolean
has_resources (OsinfoOs *os)
{
  g_autoptr(OsinfoResourcesList) minimum = osinfo_os_get_minimum_resources (os);
  g_autoptr(OsinfoResourcesList) recommended = osinfo_os_get_recommended_resources (os);

  return osinfo_list_get_length (OSINFO_LIST (minimum)) + osinfo_list_get_length (OSINFO_LIST (recommended)) > 0;
}

static gboolean
has_firmware (OsinfoOs *os)
{
  g_autoptr(OsinfoFirmwareList) list = osinfo_os_get_complete_firmware_list (os, NULL);

  return osinfo_list_get_length (OSINFO_LIST (list)) > 0;
}

static void
add_firmware (GVariantBuilder *builder, OsinfoOs *os)
{
  g_autoptr(OsinfoFirmwareList) list = osinfo_os_get_complete_firmware_list (os, NULL);

  g_variant_builder_open (builder, G_VARIANT_TYPE ("a" AETHER_OS_FIRMWARE));
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoFirmware *firmware = OSINFO_FIRMWARE (osinfo_list_get_nth (OSINFO_LIST (list), i));

      g_variant_builder_add (builder, AETHER_OS_FIRMWARE, machine_arch (osinfo_firmware_get_architecture (firmware)),
                             text (osinfo_firmware_get_firmware_type (firmware)),
                             osinfo_firmware_is_supported (firmware));
    }
  g_variant_builder_close (builder);
}

static void
add_device_names (OsinfoOs *os, GHashTable *names)
{
  g_autoptr(OsinfoDeviceList) list = osinfo_os_get_all_devices (os, NULL);

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      const char *name = osinfo_device_get_name (OSINFO_DEVICE (osinfo_list_get_nth (OSINFO_LIST (list), i)));

      if (name)
        g_hash_table_add (names, (gpointer) name);
    }
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static void
add_strings (GVariantBuilder *builder, GHashTable *set)
{
  guint n;
  g_autofree const char **words = (const char **) g_hash_table_get_keys_as_array (set, &n);

  qsort (words, n, sizeof *words, compare_strings);
  g_variant_builder_add_value (builder, g_variant_new_strv (words, n));
}

static void
add_devices (GVariantBuilder *builder, OsinfoOs *ours, OsinfoOs *relative)
{
  g_autoptr(GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  if (ours)
    add_device_names (ours, names);
  if (relative)
    add_device_names (relative, names);
  add_strings (builder, names);
}

static void
add_scripts (GVariantBuilder *builder, OsinfoOs *os)
{
  g_autoptr(OsinfoInstallScriptList) list = osinfo_os_get_install_script_list (os);
  g_autoptr(GHashTable) profiles = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoInstallScript *script = OSINFO_INSTALL_SCRIPT (osinfo_list_get_nth (OSINFO_LIST (list), i));

      if (osinfo_install_script_get_profile (script))
        g_hash_table_add (profiles, (gpointer) osinfo_install_script_get_profile (script));
    }
  add_strings (builder, profiles);
}

/* --- the system -------------------------------------------------------------------- */

typedef const char *(*Getter) (OsinfoProduct *product);

static const char *
get (OsinfoOs *ours, OsinfoOs *base, Getter getter)
{
  const char *value = ours ? getter (OSINFO_PRODUCT (ours)) : NULL;

  return text (value || base == NULL ? value : getter (OSINFO_PRODUCT (base)));
}

static const char *
get_param (OsinfoOs *ours, OsinfoOs *base, const char *key)
{
  const char *value = ours ? osinfo_entity_get_param_value (OSINFO_ENTITY (ours), key) : NULL;

  return text (value || base == NULL ? value : osinfo_entity_get_param_value (OSINFO_ENTITY (base), key));
}

static GPtrArray *
list_short_ids (OsinfoOs *ours, OsinfoOs *base)
{
  OsinfoOs *both[] = { ours, base };
  GPtrArray *ids = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      g_autoptr(GList) list = both[i] ? osinfo_product_get_short_id_list (OSINFO_PRODUCT (both[i])) : NULL;

      for (GList *l = list; l; l = l->next)
        if (!g_ptr_array_find_with_equal_func (ids, l->data, g_str_equal, NULL))
          g_ptr_array_add (ids, l->data);
    }

  return ids;
}

static void
add_head (GVariantBuilder *builder, const char *id, OsinfoOs *ours, OsinfoOs *base, GPtrArray *short_ids,
          const AetherOverlayItem *item)
{
  const char *name = get (ours, base, osinfo_product_get_name);
  const char *vendor = get (ours, base, osinfo_product_get_vendor);
  const char *codename = get (ours, base, osinfo_product_get_codename);
  const char *distro = get_param (ours, base, OSINFO_OS_PROP_DISTRO);
  const char *status = get_param (ours, base, OSINFO_OS_PROP_RELEASE_STATUS);
  g_autoptr(GString) all = g_string_new (name);
  g_autofree char *haystack = NULL;
  guint32 flags = ours ? AETHER_OS_OURS : 0;

  g_string_append_printf (all, "\n%s\n%s\n%s", vendor, codename, distro);
  for (guint i = 0; i < short_ids->len; i++)
    g_string_append_printf (all, "\n%s", (char *) short_ids->pdata[i]);
  haystack = g_utf8_casefold (all->str, -1);

  if (strcmp (status, "rolling") == 0)
    flags |= AETHER_OS_ROLLING;
  else if (strcmp (status, "prerelease") == 0 || strcmp (status, "snapshot") == 0)
    flags |= AETHER_OS_PRERELEASE;

  g_variant_builder_add (builder, AETHER_OS_HEAD, id, short_ids->len ? short_ids->pdata[0] : "", name,
                         get (ours, base, osinfo_product_get_version), vendor,
                         get_param (ours, base, OSINFO_OS_PROP_FAMILY), distro, codename,
                         get (ours, base, osinfo_product_get_release_date_string),
                         get (ours, base, osinfo_product_get_eol_date_string),
                         text (item ? item->page : NULL), haystack, flags);
}

/* One of @ours and @base may be NULL. */
static void
add_os (GVariantBuilder *builder, Sources *sources, OsinfoOs *ours, OsinfoOs *base)
{
  const char *id = osinfo_entity_get_id (OSINFO_ENTITY (ours ? ours : base));
  g_autoptr(GPtrArray) short_ids = list_short_ids (ours, base);
  const AetherOverlayItem *item = ours ? g_hash_table_lookup (sources->items, id) : NULL;
  OsinfoOs *relative = base == NULL && item && item->like ? osinfo_db_get_os (sources->base, item->like) : base;

  g_variant_builder_open (builder, G_VARIANT_TYPE (AETHER_OS_ENTRY));
  add_head (builder, id, ours, base, short_ids, item);
  g_variant_builder_add_value (builder, g_variant_new_strv ((const char * const *) short_ids->pdata, short_ids->len));
  add_all_media (builder, ours, base, sources->items);
  add_resources (builder, ours && has_resources (ours) ? ours : relative ? relative : ours);
  add_firmware (builder, ours && has_firmware (ours) ? ours : relative ? relative : ours);
  add_devices (builder, ours, relative);
  add_scripts (builder, relative ? relative : ours);
  g_variant_builder_close (builder);
}

/* --- loading ------------------------------------------------------------------------ */

static OsinfoLoader *
load (const char * const *folders)
{
  OsinfoLoader *loader = osinfo_loader_new ();

  for (guint i = 0; folders[i]; i++)
    {
      g_autoptr(GError) error = NULL;

      /* One bad database must not hide the others */
      if (g_file_test (folders[i], G_FILE_TEST_IS_DIR))
        osinfo_loader_process_path (loader, folders[i], &error);
      if (error)
        g_debug ("%s: %s", folders[i], error->message);
    }

  return loader;
}

static void
read_overlay (GHashTable *items, const char *folder, guint depth)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, ".xml"))
        aether_overlay_read (items, path);
      else if (depth < 2 && g_file_test (path, G_FILE_TEST_IS_DIR))
        read_overlay (items, path, depth + 1);
    }
}

static GVariant *
make_list (Sources *sources)
{
  g_autoptr(OsinfoOsList) base = osinfo_db_get_os_list (sources->base);
  g_autoptr(OsinfoOsList) ours = osinfo_db_get_os_list (sources->ours);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a" AETHER_OS_ENTRY));
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (ours)); i++)
    {
      OsinfoOs *os = OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (ours), i));

      /* One that is only named as what another comes from has no name */
      if (osinfo_product_get_name (OSINFO_PRODUCT (os)))
        add_os (&builder, sources, os, osinfo_db_get_os (sources->base, osinfo_entity_get_id (OSINFO_ENTITY (os))));
    }
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (base)); i++)
    {
      OsinfoOs *os = OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (base), i));
      OsinfoOs *same = osinfo_db_get_os (sources->ours, osinfo_entity_get_id (OSINFO_ENTITY (os)));

      if (osinfo_product_get_name (OSINFO_PRODUCT (os)) &&
          !(same && osinfo_product_get_name (OSINFO_PRODUCT (same))))
        add_os (&builder, sources, NULL, os);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GVariant *
aether_osinfo_load (const char * const *folders, const char *overlay, GCancellable *cancellable, GError **error)
{
  const char *overlays[] = { overlay, NULL };
  g_autoptr(OsinfoLoader) base = load (folders);
  g_autoptr(OsinfoLoader) ours = load (overlays);
  g_autoptr(GHashTable) items = aether_overlay_new ();
  g_autoptr(GVariant) tree = NULL;
  g_autoptr(GBytes) bytes = NULL;
  Sources sources = { osinfo_loader_get_db (base), osinfo_loader_get_db (ours), items };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  read_overlay (items, overlay, 0);
  tree = make_list (&sources);
  if (g_variant_n_children (tree) == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("There is no catalogue of operating systems. Install the package osinfo-db."));
      return NULL;
    }

  /* As bytes, so that strings taken from it live as long as it does */
  bytes = g_variant_get_data_as_bytes (tree);
  return g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (tree), bytes, TRUE));
}
