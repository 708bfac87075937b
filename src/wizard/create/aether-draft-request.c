/* aether-draft-request.c - what aether_create() is asked for a draft, or why it cannot be
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-draft.h"

#include "aether-engine.h"
#include "aether-medium-check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define USUAL_ENGINE "qemu"
#define GUEST_ENGINE "aether"


gboolean
aether_draft_check_medium (AetherDraft *self, GError **error)
{
  const AetherMedia *media = self->media;
  g_autofree char *why = NULL;

  if (media == NULL)
    return TRUE;
  if (media->kind != AETHER_MEDIA_DISC && !aether_draft_is_image (self) && !aether_draft_is_guest (self))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” is neither a disc nor a disk image to start from."), self->medium);
      return FALSE;
    }
  if (!aether_medium_suits (media, self->arch))
    {
      const char *arch = aether_medium_choose_arch (media, aether_medium_arches ());

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("“%s” does not start on %s, but on %s."), self->medium,
                   self->arch, arch != NULL ? arch : _("other processors"));
      return FALSE;
    }
  if (self->unattended && self->looked && aether_draft_get_kind (self) == AETHER_INSTALL_NONE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("Aether does not know how to answer the questions of “%s”."), self->medium);
      return FALSE;
    }

  return TRUE;
}

AetherInstallOptions *
aether_draft_make_options (AetherDraft *self, GError **error)
{
  g_autoptr(AetherInstallOptions) options = aether_install_options_copy (self->options);

  aether_install_options_complete (options, self->name);
  if (!aether_install_options_check (options, aether_draft_get_kind (self), error))
    return NULL;

  return g_steal_pointer (&options);
}

/* What Windows has no drivers for on its medium, it must do without. */
static void
suit_windows (AetherDraft *self, AetherCreateRequest *request)
{
  const char *x86[] = { "drives.0.interface=sata", "networks.0.model=e1000e" };
  const char *arm[] = { "drives.0.interface=nvme", "displays.0.model=ramfb" };
  const char **all = strcmp (self->arch, "aarch64") == 0 ? arm : x86;

  if (self->drivers != NULL)
    return;
  /* drives.0 is the disk, which comes first when there is one */
  for (guint i = self->disk == AETHER_DRAFT_DISK_NONE ? 1 : 0; i < 2; i++)
    g_ptr_array_add (request->settings, g_strdup (all[i]));
}

static AetherInstallJob *
make_job (AetherDraft *self, GError **error)
{
  g_autoptr(AetherInstallJob) job = aether_install_job_new (self->medium);

  job->drivers = g_strdup (self->drivers);
  job->is_image = aether_draft_is_image (self);
  job->disk_size = self->disk == AETHER_DRAFT_DISK_NEW || self->disk == AETHER_DRAFT_DISK_COPY ? self->disk_size : 0;
  if (!self->unattended)
    return g_steal_pointer (&job);

  job->found = self->found;
  job->found.language = g_strdup (self->found.language);
  job->found.os = g_strdup (self->found.os);
  job->options = aether_draft_make_options (self, error);
  return job->options ? g_steal_pointer (&job) : NULL;
}

/* An image that stays where it is, or nothing: then there is a drive to put a disc in all the same. */
static void
add_drives (AetherDraft *self, AetherCreateRequest *request)
{
  if (self->disk == AETHER_DRAFT_DISK_NEW)
    aether_create_request_add_disk (request, self->disk_size);
  aether_create_request_add_cdrom (request, NULL);
}

/* The image says how much memory it wants. */
static gboolean
add_guest (AetherDraft *self, AetherCreateRequest *request, GError **error)
{
  g_autoptr(AetherEngine) engine = NULL;

  g_set_str (&request->engine, GUEST_ENGINE);
  g_clear_pointer (&request->arch, g_free);
  request->kernel = g_strdup (self->medium);
  if ((self->chosen & AETHER_DRAFT_CHOSE_MEMORY) == 0)
    request->memory = 0;
  request->cpus = 0;
  engine = aether_engine_lookup (request->engine, error);

  return engine != NULL && aether_engine_complete_request (engine, request, error);
}

static gboolean
may_run (AetherDraft *self, AetherEngine *engine)
{
  g_autoptr(AetherCreateRequest) request = aether_create_request_new (self->name);

  /* Others do not look into it, and take it for a kernel */
  if (aether_draft_is_guest (self))
    return g_str_equal (aether_engine_get_id (engine), GUEST_ENGINE);

  request->arch = g_strdup (self->arch);
  return aether_engine_complete_request (engine, request, NULL);
}

GPtrArray *
aether_draft_list_engines (AetherDraft *self)
{
  g_autoptr(GPtrArray) all = aether_engine_list ();
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < all->len; i++)
    {
      AetherEngine *engine = all->pdata[i];

      if (may_run (self, engine))
        g_ptr_array_insert (list, g_str_equal (aether_engine_get_id (engine), USUAL_ENGINE) ? 0 : -1, g_object_ref (engine));
    }

  return list;
}

AetherCreateRequest *
aether_draft_make_request (AetherDraft *self, const char *folder, GError **error)
{
  g_autoptr(AetherCreateRequest) request = aether_create_request_new (self->name);
  gboolean guest = aether_draft_is_guest (self);
  g_autoptr(AetherInstallJob) job = NULL;

  if (!aether_machine_check_name (self->name, error) || !aether_draft_check_medium (self, error))
    return NULL;
  if (self->disk == AETHER_DRAFT_DISK_IMAGE && self->image == NULL && !guest)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("There is no disk image yet. Choose one."));
      return NULL;
    }

  request->directory = g_strdup (folder);
  request->arch = g_strdup (self->arch);
  request->os = self->os != NULL ? g_strdup (aether_os_get_short_id (self->os)) : NULL;
  request->engine = g_strdup (self->engine);
  request->memory = self->memory;
  request->cpus = self->cpus;
  if (guest)
    return add_guest (self, request, error) ? g_steal_pointer (&request) : NULL;

  request->firmware = g_strdup (self->firmware);
  if (self->disk == AETHER_DRAFT_DISK_IMAGE)
    aether_create_request_add_image (request, self->image);
  if (self->medium == NULL || (aether_draft_is_image (self) && self->disk != AETHER_DRAFT_DISK_COPY))
    add_drives (self, request);
  else if (!(job = make_job (self, error)))
    return NULL;

  if (aether_draft_is_windows (self))
    suit_windows (self, request);
  for (guint i = 0; i < self->settings->len; i++)
    g_ptr_array_add (request->settings, g_strdup (self->settings->pdata[i]));
  if (job != NULL)
    aether_install_job_add (g_steal_pointer (&job), request);

  return g_steal_pointer (&request);
}
