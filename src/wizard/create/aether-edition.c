/* aether-edition.c - the discs and disk images that a system can be fetched as
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-edition.h"

#include "aether-digest.h"
#include "aether-http.h"
#include "aether-media-library.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>


gboolean
aether_edition_is_verified (const AetherOsMedia *self)
{
  return *self->checksum || *self->checksums;
}

gboolean
aether_edition_is_image (const AetherOsMedia *self)
{
  return strcmp (self->format, "iso") != 0;
}

static int
rank (const AetherOsMedia *media, gboolean unattended)
{
  int rank = media->flags & AETHER_OS_MEDIA_INSTALLER ? 2 : 1;

  if (media->flags & AETHER_OS_MEDIA_CLOUD_INIT && unattended)
    rank = 3;

  return aether_edition_is_verified (media) ? rank + 10 : rank;
}

/* Those of one rank stay in the order of the catalogue: sorting is stable. */
static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  gboolean unattended = GPOINTER_TO_INT (data);

  return rank (*(const AetherOsMedia * const *) b, unattended) - rank (*(const AetherOsMedia * const *) a, unattended);
}

GPtrArray *
aether_edition_list (AetherOs *os, const char *arch, gboolean unattended)
{
  GPtrArray *list = g_ptr_array_new ();
  guint n;
  const AetherOsMedia *all = aether_os_get_media (os, &n);

  for (guint i = 0; i < n; i++)
    {
      if (*all[i].url == '\0' || (strcmp (all[i].arch, arch) != 0 && strcmp (all[i].arch, "all") != 0) ||
          (all[i].flags & AETHER_OS_MEDIA_CLOUD_INIT && !unattended))
        continue;
      g_ptr_array_add (list, (gpointer) &all[i]);
    }
  g_ptr_array_sort_with_data (list, compare, GINT_TO_POINTER (unattended));

  return list;
}

/* Installers by who makes the system. A live disc has another one, or none. */
AetherInstallKind
aether_edition_guess_kind (const AetherOsMedia *self, AetherOs *os)
{
  static const struct { const char *distro; AetherInstallKind kind; } installers[] = {
    { "debian", AETHER_INSTALL_PRESEED },
    { "ubuntu", AETHER_INSTALL_AUTOINSTALL },
    { "fedora", AETHER_INSTALL_KICKSTART }, { "rhel", AETHER_INSTALL_KICKSTART },
    { "centos", AETHER_INSTALL_KICKSTART }, { "centos-stream", AETHER_INSTALL_KICKSTART },
    { "almalinux", AETHER_INSTALL_KICKSTART }, { "rocky", AETHER_INSTALL_KICKSTART },
    { "ol", AETHER_INSTALL_KICKSTART },
    { "opensuse", AETHER_INSTALL_AUTOYAST },
  };
  const char *distro = aether_os_get_distro (os);

  if (self->flags & AETHER_OS_MEDIA_CLOUD_INIT)
    return AETHER_INSTALL_CLOUD_INIT;
  if (aether_edition_is_image (self) || self->flags & AETHER_OS_MEDIA_LIVE)
    return AETHER_INSTALL_NONE;
  if (strcmp (aether_os_get_family (os), "winnt") == 0)
    return AETHER_INSTALL_UNATTEND;
  if (strcmp (distro, "opensuse") == 0 && atoi (aether_os_get_version (os)) >= 16)
    return AETHER_INSTALL_NONE;   /* Agama, not YaST */

  for (guint i = 0; i < G_N_ELEMENTS (installers); i++)
    if (strcmp (distro, installers[i].distro) == 0)
      return installers[i].kind;

  return AETHER_INSTALL_NONE;
}

/* --- ordering it ------------------------------------------------------------------- */

typedef struct
{
  const AetherOsMedia *edition;
  AetherOs            *os;
} Order;

static void
order_free (Order *order)
{
  g_object_unref (order->os);
  g_free (order);
}

static char *
find_latest (const AetherOsMedia *edition, GCancellable *cancellable)
{
  g_autoptr(GBytes) list = NULL;
  g_autofree char *text = NULL;

  if (*edition->checksums == '\0' || *edition->pattern == '\0')
    return NULL;

  list = aether_http_fetch (edition->checksums, AETHER_DIGEST_LIST_LIMIT, cancellable, NULL);
  text = list != NULL ? aether_http_dup_text (list) : NULL;

  return text != NULL ? aether_os_media_find_latest (edition, text) : NULL;
}

static AetherDownloadRecord *
make_record (const AetherOsMedia *edition, const char *url, GError **error)
{
  g_autofree char *keyring = *edition->key ? aether_catalogue_dup_keyring (edition->key) : NULL;
  g_autofree char *path = NULL;
  AetherDownloadRecord *record;
  gboolean unpack = TRUE;

  if (!(path = aether_download_choose_path (url, &unpack, error)))
    return NULL;

  record = aether_download_record_new (url, path);
  record->unpack = unpack;
  record->checksum = *edition->checksum ? g_strdup (edition->checksum) : NULL;
  record->checksum_url = *edition->checksums ? g_strdup (edition->checksums) : NULL;
  if (*edition->checksums && keyring)
    {
      record->signature_url = *edition->signature ? g_strdup (edition->signature) : NULL;
      record->keyring = g_steal_pointer (&keyring);
    }

  return record;
}

/* A medium that is there already may be used in the place of fetching it, unless it is known to be damaged. */
static gboolean
check_there (const char *path, GError **error)
{
  g_autoptr(AetherMediaLibrary) library = aether_media_library_new (NULL, FALSE);
  g_autoptr(AetherMediaFile) file = aether_media_library_find (library, path, NULL);
  AetherMediaFileState state = file != NULL ? aether_media_file_get_state (file) : AETHER_MEDIA_FILE_UNCHECKED;

  if (state != AETHER_MEDIA_FILE_DAMAGED && state != AETHER_MEDIA_FILE_CHANGED)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” is not what was downloaded any more. Remove it from the media, then it is fetched anew."), path);
  return FALSE;
}

static void
order_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const AetherOsMedia *edition = ((Order *) data)->edition;
  g_autofree char *latest = find_latest (edition, cancellable);
  GError *error = NULL;
  AetherDownloadRecord *record;

  if (g_task_return_error_if_cancelled (task))
    return;

  record = make_record (edition, latest != NULL ? latest : edition->url, &error);
  if (record != NULL && !check_there (record->path, &error))
    g_clear_pointer (&record, aether_download_record_free);
  if (record != NULL)
    g_task_return_pointer (task, record, (GDestroyNotify) aether_download_record_free);
  else
    g_task_return_error (task, error);
}

void
aether_edition_order_async (const AetherOsMedia *self, AetherOs *os, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Order *order = g_new0 (Order, 1);

  order->edition = self;
  order->os = g_object_ref (os);
  g_task_set_source_tag (task, aether_edition_order_async);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  g_task_run_in_thread (task, order_thread);
}

AetherDownloadRecord *
aether_edition_order_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aether_edition_order_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
