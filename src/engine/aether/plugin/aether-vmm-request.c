/* aether-vmm-request.c - what a new machine of the engine "aether" is made of
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-request.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-vmm-command.h"
#include "avmm-image.h"

#define MIB            (G_GUINT64_CONSTANT (1) << 20)
#define DEFAULT_MEMORY 32   /* MiB, as aether-vmm has it */

/* Whether a setting, applied last, names the image */
static gboolean
is_set_later (AetherCreateRequest *request)
{
  for (guint i = 0; i < request->settings->len; i++)
    if (g_str_has_prefix (request->settings->pdata[i], "firmware"))
      return TRUE;

  return FALSE;
}

static gboolean
take_image (AetherCreateRequest *request, const struct avmm_image *image, GError **error)
{
  const char *arch = image->arch == AVMM_ARCH_ARM64 ? "aarch64" : "x86_64";
  guint least = (image->end + MIB - 1) / MIB;

  if (request->arch && !g_str_equal (aether_machine_canonical_arch (request->arch), arch))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The Aether image is for %s, the machine is %s."), arch, request->arch);
      return FALSE;
    }

  if (request->arch == NULL)
    request->arch = g_strdup (arch);
  if (request->memory == 0)
    request->memory = CLAMP (image->manifest.ram ? (image->manifest.ram + MIB - 1) / MIB : DEFAULT_MEMORY,
                             MAX (least, AETHER_VMM_MEMORY_MIN), AETHER_VMM_MEMORY_MAX);

  return TRUE;
}

gboolean
aether_vmm_request_complete (AetherCreateRequest *request, GError **error)
{
  struct avmm_error cause;
  struct avmm_image image;
  g_autofree char *sentence = NULL;
  gboolean taken;

  /* It reads raw disks, and has one processor */
  if (request->disk_format == NULL)
    request->disk_format = g_strdup ("raw");
  if (request->cpus == 0)
    request->cpus = 1;

  if (request->initrd)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("An Aether image takes no initial ramdisk. Leave it out."));
      return FALSE;
    }
  if (request->kernel == NULL)
    {
      if (is_set_later (request))
        return TRUE;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("A machine of Aether's own engine runs an Aether image. Name one as its kernel."));
      return FALSE;
    }

  if (!avmm_image_open (&image, request->kernel, &cause))
    {
      sentence = g_utf8_make_valid (cause.sentence, -1);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
      return FALSE;
    }

  taken = take_image (request, &image, error);
  avmm_image_close (&image);

  return taken;
}

gboolean
aether_vmm_request_uses (const char *key)
{
  static const char * const unused[] = {
    "cpu", "memory.balloon", "firmware.kind", "firmware.initrd", "input",
    "drives.interface", "networks.model",
    "networks.mac", "displays.model", "displays.width", "displays.height", "sound",
    "sharing", "qemu",
  };

  for (guint i = 0; i < G_N_ELEMENTS (unused); i++)
    {
      gsize length = strlen (unused[i]);

      if (strncmp (key, unused[i], length) == 0 && (key[length] == '\0' || key[length] == '.'))
        return FALSE;
    }

  return TRUE;
}
