/* aether-os.c - an operating system of the catalogue, and how to get it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-os-private.h"

#include "aether-machine.h"

#include <string.h>

struct _AetherOs
{
  GObject      parent_instance;

  GVariant    *entry;      /* owns all the strings */
  const char  *id;
  const char  *short_id;
  const char  *name;
  const char  *version;
  const char  *vendor;
  const char  *family;
  const char  *distro;
  const char  *codename;
  const char  *release_date;
  const char  *eol_date;
  const char  *page;
  const char  *haystack;
  guint32      flags;
  gboolean     current;

  GArray      *media;      /* of AetherOsMedia; NULL until asked for */
  GPtrArray   *arches;     /* likewise, of const char *, ended by NULL */
  const char **scripts;
};

G_DEFINE_FINAL_TYPE (AetherOs, aether_os, G_TYPE_OBJECT)

static void
aether_os_finalize (GObject *object)
{
  AetherOs *self = AETHER_OS (object);

  g_clear_pointer (&self->media, g_array_unref);
  g_clear_pointer (&self->arches, g_ptr_array_unref);
  g_free (self->scripts);
  g_variant_unref (self->entry);

  G_OBJECT_CLASS (aether_os_parent_class)->finalize (object);
}

static void
aether_os_class_init (AetherOsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_os_finalize;
}

static void
aether_os_init (AetherOs *self)
{
}

AetherOs *
_aether_os_new (GVariant *entry)
{
  AetherOs *self = g_object_new (AETHER_TYPE_OS, NULL);
  g_autoptr(GVariant) head = g_variant_get_child_value (entry, 0);

  /* The bytes belong to the whole, so they outlive @head */
  self->entry = g_variant_ref (entry);
  g_variant_get (head, "(&s&s&s&s&s&s&s&s&s&s&s&su)", &self->id, &self->short_id, &self->name, &self->version,
                 &self->vendor, &self->family, &self->distro, &self->codename, &self->release_date,
                 &self->eol_date, &self->page, &self->haystack, &self->flags);
  return self;
}

/* --- what it is ------------------------------------------------------------------ */

const char *
aether_os_get_id (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->id;
}

const char *
aether_os_get_short_id (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->short_id;
}

const char *
aether_os_get_name (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->name;
}

const char *
aether_os_get_version (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->version;
}

const char *
aether_os_get_vendor (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->vendor;
}

const char *
aether_os_get_family (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->family;
}

const char *
aether_os_get_distro (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->distro;
}

const char *
aether_os_get_codename (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->codename;
}

const char *
aether_os_get_release_date (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->release_date;
}

const char *
aether_os_get_eol_date (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->eol_date;
}

const char *
aether_os_get_page (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  return self->page;
}

gboolean
aether_os_has_id (AetherOs *self, const char *id)
{
  g_autoptr(GVariant) all = NULL;
  const char *short_id;
  GVariantIter iter;

  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  if (strcmp (self->id, id) == 0)
    return TRUE;

  all = g_variant_get_child_value (self->entry, 1);
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "&s", &short_id))
    if (strcmp (short_id, id) == 0)
      return TRUE;

  return FALSE;
}

gboolean
aether_os_is_rolling (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  return (self->flags & AETHER_OS_ROLLING) != 0;
}

gboolean
aether_os_is_prerelease (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  return (self->flags & AETHER_OS_PRERELEASE) != 0;
}

gboolean
aether_os_is_supported (AetherOs *self)
{
  g_autoptr(GDateTime) now = NULL;
  g_autofree char *today = NULL;

  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  if (self->eol_date[0] == '\0')
    return self->current;

  now = g_date_time_new_now_utc ();
  today = g_date_time_format (now, "%F");
  return strcmp (self->eol_date, today) >= 0;
}

gboolean
aether_os_is_current (AetherOs *self)
{
  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  return self->current;
}

void
_aether_os_set_current (AetherOs *self, gboolean current)
{
  self->current = current;
}

const char *
_aether_os_get_haystack (AetherOs *self)
{
  return self->haystack;
}

gboolean
_aether_os_is_ours (AetherOs *self)
{
  return (self->flags & AETHER_OS_OURS) != 0;
}

/* --- how to get it --------------------------------------------------------------- */

/* Places in AETHER_OS_MEDIA */
enum { MEDIA_ARCH = 0, MEDIA_URL = 3, MEDIA_PAGE = 9 };

static gboolean
is_machine_arch (const char *arch)
{
  return aether_machine_knows_arch (arch) || g_str_equal (arch, "all");
}

static void
read_media (AetherOs *self)
{
  g_autoptr(GVariant) all = g_variant_get_child_value (self->entry, 2);
  gsize n = g_variant_n_children (all);

  self->media = g_array_sized_new (FALSE, TRUE, sizeof (AetherOsMedia), n);
  for (gsize i = 0; i < n; i++)
    {
      AetherOsMedia media;
      guint32 flags, restarts;

      g_variant_get_child (all, i, "(&s&s&s&s&s&s&s&s&s&s&s&s&s&s&st&s&suu)", &media.arch, &media.variant,
                           &media.edition, &media.url, &media.checksums, &media.signature, &media.key,
                           &media.pattern, &media.checksum, &media.page, &media.format, &media.volume_id,
                           &media.system_id, &media.publisher_id, &media.application_id, &media.volume_size,
                           &media.kernel, &media.initrd, &flags, &restarts);
      media.flags = flags;
      media.restarts = restarts;
      g_array_append_val (self->media, media);
    }
}

/* By itself, because this is all that is asked of most systems when the catalogue is opened, and to
 * read all of their media was most of that. */
static void
read_arches (AetherOs *self)
{
  g_autoptr(GVariant) all = g_variant_get_child_value (self->entry, 2);

  self->arches = g_ptr_array_new_null_terminated (4, NULL, TRUE);
  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      g_autoptr(GVariant) media = g_variant_get_child_value (all, i);
      const char *arch, *url, *page;

      g_variant_get_child (media, MEDIA_ARCH, "&s", &arch);
      g_variant_get_child (media, MEDIA_URL, "&s", &url);
      g_variant_get_child (media, MEDIA_PAGE, "&s", &page);
      if ((*url || *page) && is_machine_arch (arch) &&
          !g_ptr_array_find_with_equal_func (self->arches, arch, g_str_equal, NULL))
        g_ptr_array_add (self->arches, (gpointer) arch);
    }
}

const AetherOsMedia *
aether_os_get_media (AetherOs *self, guint *n)
{
  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  if (self->media == NULL)
    read_media (self);

  *n = self->media->len;
  return (const AetherOsMedia *) (gpointer) self->media->data;
}

const char * const *
aether_os_get_arches (AetherOs *self)
{
  static const char * const none[] = { NULL };

  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  if (self->arches == NULL)
    read_arches (self);

  return self->arches->len > 0 ? (const char * const *) self->arches->pdata : none;
}

gboolean
aether_os_has_arch (AetherOs *self, const char *arch)
{
  const char * const *arches = aether_os_get_arches (self);

  return g_strv_contains (arches, arch) || g_strv_contains (arches, "all");
}

gboolean
aether_os_get_resources (AetherOs *self, const char *arch, AetherOsResources *minimum,
                         AetherOsResources *recommended)
{
  g_autoptr(GVariant) all = NULL;
  gboolean found = FALSE;

  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  memset (minimum, 0, sizeof *minimum);
  memset (recommended, 0, sizeof *recommended);
  all = g_variant_get_child_value (self->entry, 3);
  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      const char *own;
      AetherOsResources least, good;

      g_variant_get_child (all, i, "(&sttuttu)", &own, &least.memory, &least.storage, &least.cpus,
                           &good.memory, &good.storage, &good.cpus);
      /* What is said of one arch counts more than what is said of all */
      if (strcmp (own, arch) != 0 && (found || strcmp (own, "all") != 0))
        continue;
      *minimum = least;
      *recommended = good;
      found = TRUE;
      if (strcmp (own, arch) == 0)
        break;
    }

  return found;
}

gboolean
aether_os_suits_firmware (AetherOs *self, const char *arch, const char *firmware)
{
  g_autoptr(GVariant) all = NULL;
  const char *type = strcmp (firmware, "uefi") == 0 ? "efi" : firmware;

  g_return_val_if_fail (AETHER_IS_OS (self), TRUE);

  all = g_variant_get_child_value (self->entry, 4);
  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      const char *own, *kind;
      gboolean works;

      g_variant_get_child (all, i, "(&s&sb)", &own, &kind, &works);
      if ((strcmp (own, arch) == 0 || strcmp (own, "all") == 0) && strcmp (kind, type) == 0)
        return works;
    }

  return TRUE;
}

gboolean
aether_os_has_device (AetherOs *self, const char *name)
{
  g_autoptr(GVariant) all = NULL;
  const char *own;
  GVariantIter iter;

  g_return_val_if_fail (AETHER_IS_OS (self), FALSE);

  all = g_variant_get_child_value (self->entry, 5);
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "&s", &own))
    if (strcmp (own, name) == 0)
      return TRUE;

  return FALSE;
}

const char * const *
aether_os_get_scripts (AetherOs *self)
{
  g_autoptr(GVariant) all = NULL;

  g_return_val_if_fail (AETHER_IS_OS (self), NULL);

  if (self->scripts == NULL)
    {
      all = g_variant_get_child_value (self->entry, 6);
      self->scripts = g_variant_get_strv (all, NULL);
    }

  return (const char * const *) self->scripts;
}

/* --- the newest of a list --------------------------------------------------------- */

/* "13.10.0" is newer than "13.9.0". */
static int
compare_versions (const char *a, const char *b)
{
  while (*a && *b)
    {
      if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b))
        {
          guint64 x = g_ascii_strtoull (a, (char **) &a, 10), y = g_ascii_strtoull (b, (char **) &b, 10);

          if (x != y)
            return x < y ? -1 : 1;
          continue;
        }
      if (*a != *b)
        return (guchar) *a < (guchar) *b ? -1 : 1;
      a++;
      b++;
    }

  return (*a != '\0') - (*b != '\0');
}

char *
aether_os_media_find_latest (const AetherOsMedia *media, const char *list)
{
  g_autofree char *whole = g_strdup_printf ("^(?:%s)\\z", media->pattern);
  g_autoptr(GRegex) regex = NULL;
  g_auto(GStrv) words = NULL;
  const char *slash = strrchr (media->checksums, '/');
  const char *best = NULL;

  if (media->pattern[0] == '\0' || slash == NULL)
    return NULL;
  regex = g_regex_new (whole, 0, 0, NULL);
  if (regex == NULL || !g_utf8_validate (list, -1, NULL))
    return NULL;

  /* sha256sum writes "HEX *NAME", BSD "SHA256 (NAME) = HEX" */
  words = g_strsplit_set (list, " \t\r\n*()=", -1);
  for (guint i = 0; words[i]; i++)
    {
      const char *name = g_str_has_prefix (words[i], "./") ? words[i] + 2 : words[i];

      if (*name && !strchr (name, '/') && g_regex_match (regex, name, 0, NULL) &&
          (best == NULL || compare_versions (name, best) > 0))
        best = name;
    }

  return best ? g_strdup_printf ("%.*s%s", (int) (slash + 1 - media->checksums), media->checksums, best) : NULL;
}
