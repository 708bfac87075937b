/* aether-draft.c - a machine that somebody is about to make
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-draft.h"

#include "aether-cost.h"
#include "aether-edition.h"
#include "aether-install-script.h"
#include "aether-medium-check.h"

#include <glib/gi18n-lib.h>
#include <string.h>


G_DEFINE_FINAL_TYPE (AetherDraft, aether_draft, G_TYPE_OBJECT)

/* --- what is known ----------------------------------------------------------------- */

static gboolean
is_windows (AetherOs *os)
{
  return os != NULL && strcmp (aether_os_get_family (os), "winnt") == 0;
}

gboolean
aether_draft_is_windows (AetherDraft *self)
{
  return is_windows (self->os);
}

gboolean
aether_draft_is_image (AetherDraft *self)
{
  if (self->source == AETHER_DRAFT_NOTHING)
    return FALSE;
  if (self->media != NULL)
    return self->media->kind == AETHER_MEDIA_DISK || self->media->kind == AETHER_MEDIA_DISK_IMAGE;

  return self->edition != NULL && aether_edition_is_image (self->edition);
}

gboolean
aether_draft_is_guest (AetherDraft *self)
{
  return self->source == AETHER_DRAFT_FILE && self->media != NULL && self->media->kind == AETHER_MEDIA_AETHER_GUEST;
}

AetherInstallKind
aether_draft_get_kind (AetherDraft *self)
{
  AetherInstallKind kind = AETHER_INSTALL_NONE;

  if (self->source == AETHER_DRAFT_NOTHING || aether_draft_is_guest (self))
    return AETHER_INSTALL_NONE;
  if (self->looked)
    kind = self->found.kind;
  else if (self->edition != NULL && self->os != NULL)
    kind = aether_edition_guess_kind (self->edition, self->os);

  /* Only a copy is ours to be set up, and only Linux has cloud-init */
  if (kind == AETHER_INSTALL_CLOUD_INIT &&
      (self->disk != AETHER_DRAFT_DISK_COPY || (self->os != NULL && strcmp (aether_os_get_family (self->os), "linux") != 0)))
    return AETHER_INSTALL_NONE;

  return kind;
}

/* --- filling in -------------------------------------------------------------------- */

static gboolean
may_offer (AetherDraft *self, AetherDraftChoices what)
{
  return (self->chosen & what) == 0;
}

static void
offer_firmware (AetherDraft *self)
{
  const AetherMedia *media = self->media;
  const char *firmware = self->defaults.firmware;

  if (media != NULL && media->boots_bios != media->boots_uefi)
    firmware = media->boots_bios ? "bios" : "uefi";
  else if (firmware == NULL && aether_draft_is_windows (self))
    firmware = "uefi";

  g_set_str (&self->firmware, firmware);
}

static void
offer_disk (AetherDraft *self)
{
  gboolean image = aether_draft_is_image (self);
  gboolean of_medium = self->disk == AETHER_DRAFT_DISK_COPY ||
                       (self->disk == AETHER_DRAFT_DISK_IMAGE && g_strcmp0 (self->image, self->medium) == 0);

  /* A choice that the medium has made void */
  if (!image && of_medium && self->medium != NULL)
    self->chosen &= ~AETHER_DRAFT_CHOSE_DISK;
  if (!may_offer (self, AETHER_DRAFT_CHOSE_DISK))
    return;

  g_clear_pointer (&self->image, g_free);
  if (!image)
    {
      self->disk = AETHER_DRAFT_DISK_NEW;
      return;
    }
  /* What was fetched is for other machines, too; a file of one's own is the disk itself */
  self->disk = self->edition != NULL || self->shared ? AETHER_DRAFT_DISK_COPY : AETHER_DRAFT_DISK_IMAGE;
  if (self->disk == AETHER_DRAFT_DISK_IMAGE)
    g_set_str (&self->image, self->medium);
}

/* What a medium is called says little, but more than nothing. */
static char *
dup_name (AetherDraft *self)
{
  g_autofree char *base = NULL;

  if (self->os != NULL)
    return g_strdup (aether_os_get_name (self->os));
  if (self->source != AETHER_DRAFT_FILE)
    return g_strdup (_("New machine"));

  base = g_filename_display_basename (self->medium);
  if (strchr (base, '.') != NULL && base[0] != '.')
    *(aether_draft_is_image (self) ? strchr (base, '.') : strrchr (base, '.')) = '\0';

  return g_steal_pointer (&base);
}

void
aether_draft_offer (AetherDraft *self)
{
  g_autofree char *name = dup_name (self);

  aether_os_defaults_init (&self->defaults, self->os, self->arch, aether_cost_host_memory (), g_get_num_processors ());
  if (may_offer (self, AETHER_DRAFT_CHOSE_NAME))
    g_set_str (&self->name, name);
  if (may_offer (self, AETHER_DRAFT_CHOSE_MEMORY))
    self->memory = self->defaults.memory;
  if (may_offer (self, AETHER_DRAFT_CHOSE_CPUS))
    self->cpus = self->defaults.cpus;
  if (may_offer (self, AETHER_DRAFT_CHOSE_SIZE))
    self->disk_size = self->defaults.disk;
  if (may_offer (self, AETHER_DRAFT_CHOSE_FIRMWARE))
    offer_firmware (self);
  if (may_offer (self, AETHER_DRAFT_CHOSE_START))
    self->start = self->source != AETHER_DRAFT_NOTHING;
  offer_disk (self);

  /* Nobody could log in to such an image without answers */
  if (aether_draft_get_kind (self) == AETHER_INSTALL_NONE)
    self->unattended = FALSE;
  else if (self->edition != NULL && self->edition->flags & AETHER_OS_MEDIA_CLOUD_INIT)
    self->unattended = TRUE;
}

static void
forget_medium (AetherDraft *self)
{
  self->source = AETHER_DRAFT_NOTHING;
  self->edition = NULL;
  g_clear_pointer (&self->medium, g_free);
  g_clear_pointer (&self->media, aether_media_free);
  aether_install_medium_clear (&self->found);
  self->found = (AetherInstallMedium) { 0 };
  self->looked = FALSE;
  self->shared = FALSE;
}

void
aether_draft_set_nothing (AetherDraft *self)
{
  forget_medium (self);
  aether_draft_offer (self);
}

void
aether_draft_set_os (AetherDraft *self, AetherOs *os)
{
  const char *arch;

  /* An edition is one of its system */
  if (self->edition != NULL && self->os != os)
    forget_medium (self);

  g_set_object (&self->os, os);
  if (os != NULL && may_offer (self, AETHER_DRAFT_CHOSE_ARCH) && self->media == NULL)
    {
      arch = aether_os_choose_arch (os, aether_medium_arches (), aether_machine_host_arch ());
      g_set_str (&self->arch, arch != NULL ? arch : aether_machine_host_arch ());
    }
  aether_draft_offer (self);
}

void
aether_draft_set_arch (AetherDraft *self, const char *arch)
{
  g_set_str (&self->arch, arch);
  self->chosen |= AETHER_DRAFT_CHOSE_ARCH;
  aether_draft_offer (self);
}

void
aether_draft_set_edition (AetherDraft *self, const AetherOsMedia *edition)
{
  g_return_if_fail (self->os != NULL);

  forget_medium (self);
  self->source = AETHER_DRAFT_FETCH;
  self->edition = edition;
  aether_draft_offer (self);
}

void
aether_draft_set_file (AetherDraft *self, const char *path, AetherMedia *media)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *fetched = self->medium != NULL ? g_canonicalize_filename (self->medium, NULL) : NULL;
  /* What the user has chosen in the place of an edition is another thing */
  const AetherOsMedia *edition = g_strcmp0 (absolute, fetched) == 0 ? self->edition : NULL;

  forget_medium (self);
  self->source = AETHER_DRAFT_FILE;
  self->edition = edition;
  self->medium = g_steal_pointer (&absolute);
  self->media = media;
  aether_draft_offer (self);
}

void
aether_draft_set_installer (AetherDraft *self, AetherInstallMedium *found)
{
  aether_install_medium_clear (&self->found);
  self->found = *found;
  *found = (AetherInstallMedium) { 0 };
  self->looked = TRUE;
  aether_draft_offer (self);
}

/* --- looking at the file ------------------------------------------------------------- */

void
aether_draft_look_free (AetherDraftLook *look)
{
  g_clear_pointer (&look->media, aether_media_free);
  aether_install_medium_clear (&look->found);
  g_free (look);
}

AetherDraftLook *
aether_draft_look (const char *path, const char *arch, AetherOs *os, GCancellable *cancellable, GError **error)
{
  g_autoptr(AetherDraftLook) look = g_new0 (AetherDraftLook, 1);
  g_autoptr(GError) cause = NULL;

  look->media = aether_media_detect (path, error);
  if (look->media == NULL)
    {
      g_prefix_error (error, _("“%s” cannot be read. "), path);
      return NULL;
    }
  /* A disc that libarchive cannot read starts all the same: it only takes no answers */
  if ((!aether_install_medium_look (&look->found, path, arch, is_windows (os), cancellable, &cause) ||
       (os != NULL && !aether_install_script_offer (&look->found, path, os, arch, cancellable, &cause))) &&
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  return g_steal_pointer (&look);
}

typedef struct
{
  char     *path;
  char     *arch;
  AetherOs *os;     /* (nullable) */
} Place;

static void
place_free (Place *place)
{
  g_free (place->path);
  g_free (place->arch);
  g_clear_object (&place->os);
  g_free (place);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Place *place = data;
  GError *error = NULL;
  AetherDraftLook *look = aether_draft_look (place->path, place->arch, place->os, cancellable, &error);

  if (look != NULL)
    g_task_return_pointer (task, look, (GDestroyNotify) aether_draft_look_free);
  else
    g_task_return_error (task, error);
}

void
aether_draft_look_async (const char *path, const char *arch, AetherOs *os, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Place *place = g_new0 (Place, 1);

  place->path = g_strdup (path);
  place->arch = g_strdup (arch);
  place->os = os != NULL ? g_object_ref (os) : NULL;
  /* Its lists are read on one thread: this one */
  if (os != NULL)
    aether_os_get_scripts (os);
  g_task_set_source_tag (task, aether_draft_look_async);
  g_task_set_task_data (task, place, (GDestroyNotify) place_free);
  g_task_run_in_thread (task, look_thread);
}

AetherDraftLook *
aether_draft_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aether_draft_look_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the object ---------------------------------------------------------------------- */

static void
aether_draft_finalize (GObject *object)
{
  AetherDraft *self = AETHER_DRAFT (object);

  forget_medium (self);
  g_free (self->name);
  g_clear_object (&self->os);
  g_free (self->arch);
  g_free (self->engine);
  g_free (self->firmware);
  g_free (self->image);
  aether_install_options_free (self->options);
  g_free (self->drivers);
  g_ptr_array_unref (self->settings);

  G_OBJECT_CLASS (aether_draft_parent_class)->finalize (object);
}

static void
aether_draft_class_init (AetherDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_draft_finalize;
}

static void
aether_draft_init (AetherDraft *self)
{
  self->arch = g_strdup (aether_machine_host_arch ());
  self->options = aether_install_options_new ();
  self->settings = g_ptr_array_new_with_free_func (g_free);
  aether_draft_offer (self);
}

AetherDraft *
aether_draft_new (void)
{
  return g_object_new (AETHER_TYPE_DRAFT, NULL);
}
