/* cmd-create.c - aetherctl create
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create.h"
#include "aether-demo.h"
#include "aether-disk-image.h"
#include "aether-engine.h"
#include "aether-media.h"
#include "cmd.h"
#include "ctl-output.h"

#include <string.h>

/* What is smaller is a unit forgotten */
#define LEAST_DISK (1024 * 1024)

static char *demo;          /* (nullable): which one; "": the usual one */
static gboolean json;
static char *arch;
static char *memory;
static char *cpus;
static char *firmware;
static char **disks;
static char **cdroms;
static char *kernel;
static char *initrd;
static char *append;
static char *engine;
static char **settings;

static gboolean
demo_cb (const char *name, const char *value, gpointer data, GError **error)
{
  g_set_str (&demo, value ? value : "");
  return TRUE;
}

const GOptionEntry cmd_create_options[] = {
  { "arch", 0, 0, G_OPTION_ARG_FILENAME, &arch, N_("x86_64, i386, aarch64 or riscv64 (default: this computer's)"), N_("ARCH") },
  { "memory", 0, 0, G_OPTION_ARG_FILENAME, &memory, N_("Memory in MiB (default: 2048, at most half of this computer's)"), N_("MB") },
  { "cpus", 0, 0, G_OPTION_ARG_FILENAME, &cpus, N_("Virtual processors (default: 4, at most this computer's)"), N_("NUMBER") },
  { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &firmware, N_("bios or uefi (default: as the architecture has it)"), N_("KIND") },
  { "disk", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &disks, N_("A new disk of this size, as 20G, or an image that is there; may be repeated"), N_("SIZE|FILE") },
  { "cdrom", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &cdroms, N_("The image of a CD or DVD; may be repeated"), N_("ISO") },
  { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &kernel, N_("Start this kernel instead of what the drives hold"), N_("FILE") },
  { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &initrd, N_("Initial ramdisk of the kernel"), N_("FILE") },
  { "append", 0, 0, G_OPTION_ARG_FILENAME, &append, N_("Command line of the kernel"), N_("TEXT") },
  { "engine", 0, 0, G_OPTION_ARG_FILENAME, &engine, N_("What runs the machine: qemu or aether (default: qemu)"), N_("ENGINE") },
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &settings, N_("Any other setting, as “aetherctl set” takes it; may be repeated"), N_("KEY=VALUE") },
  { "demo", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, demo_cb, N_("A guest that is ready to run: console, paint, life, … or linux; NAME may be left out"), N_("GUEST") },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
check_usage (const char *name, GError **error)
{
  const char *texts[] = { firmware, append, engine, demo };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] && !ctl_parse_text (_("The value of an option"), texts[i], error))
      return FALSE;
  if (!ctl_parse_arch (&arch, error))
    return FALSE;

  if (name == NULL && !demo)
    return ctl_usage (error, _("Give the machine a name."));
  if (demo && (disks || cdroms || kernel || initrd || append || engine))
    return ctl_usage (error, _("--demo brings its own system: it takes no disk, CD, kernel or engine."));
  if (kernel == NULL && (initrd || append))
    return ctl_usage (error, _("--initrd and --append need --kernel."));
  if (firmware && strcmp (firmware, "bios") != 0 && strcmp (firmware, "uefi") != 0)
    return ctl_usage (error, _("--firmware must be bios or uefi."));

  return TRUE;
}

/* A size, or else the name of a file. A file called "20G" is ./20G. */
static gboolean
add_disk (AetherCreateRequest *request, const char *value, GError **error)
{
  g_autofree char *shown = NULL;
  g_autoptr(GError) cause = NULL;
  guint64 size;

  if (aether_parse_size (value, &size, &cause))
    {
      if (size < LEAST_DISK)
        return ctl_usage (error, _("A disk of “%s” is too small for anything. Give the size a unit, as in 20G."), value);
      aether_create_request_add_disk (request, size);
      return TRUE;
    }
  if (strchr (value, '/') || g_file_test (value, G_FILE_TEST_EXISTS))
    {
      aether_create_request_add_image (request, value);
      return TRUE;
    }

  /* Meant as a size: what is wrong with it? */
  if (g_ascii_isdigit (*value))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  shown = g_filename_display_name (value);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("“%s” is neither a size, as 20G, nor a disk image that exists."), shown);
  return FALSE;
}

/* A medium for another CPU is said now, not by a black screen. What cannot be read is for the
 * creation to complain of. */
static gboolean
check_medium (AetherCreateRequest *request, const char *path, GError **error)
{
  g_autoptr(AetherMedia) media = aether_media_detect (path, NULL);
  const char *wanted = request->arch ? request->arch : aether_machine_host_arch ();
  const char *own = media ? aether_media_get_arch (media) : NULL;
  g_autofree char *shown = g_filename_display_name (path);

  if (media == NULL || aether_media_suits (media, wanted))
    return TRUE;

  if (own)
    return ctl_usage (error,
                      /* Translators: a file, then architectures as "aarch64" */
                      _("“%1$s” is for computers with %2$s, the machine would be one with %3$s. "
                        "With --arch=%2$s it is made for that."), shown, own, wanted);

  return ctl_usage (error,
                    /* Translators: a file, then an architecture as "aarch64" */
                    _("“%1$s” has nothing to start on a machine with %2$s. Another --arch may suit it."), shown, wanted);
}

static gboolean
check_media (AetherCreateRequest *request, GError **error)
{
  for (guint i = 0; cdroms && cdroms[i]; i++)
    if (!check_medium (request, cdroms[i], error))
      return FALSE;
  for (guint i = 0; disks && disks[i]; i++)
    if (g_file_test (disks[i], G_FILE_TEST_IS_REGULAR) && !check_medium (request, disks[i], error))
      return FALSE;

  return kernel == NULL || check_medium (request, kernel, error);
}

/* An engine that is not there, or that could never run this, is found out now, not at the first start. */
static gboolean
ask_engine (AetherCreateRequest *request, GError **error)
{
  g_autoptr(AetherEngine) found = aether_engine_lookup (request->engine, error);

  return found && aether_engine_complete_request (found, request, error);
}

static gboolean
fill_request (AetherCreateRequest *request, GError **error)
{
  if (memory && !ctl_parse_uint ("--memory", memory, 1, 16777216, &request->memory, error))
    return FALSE;
  if (cpus && !ctl_parse_uint ("--cpus", cpus, 1, 512, &request->cpus, error))
    return FALSE;
  if (engine)
    request->engine = g_strdup (engine);
  if (firmware)
    request->firmware = g_strdup (firmware);
  if (kernel)
    {
      request->kernel = g_strdup (kernel);
      request->initrd = g_strdup (initrd);
      request->append = g_strdup (append);
    }

  if (!check_media (request, error))
    return FALSE;

  for (guint i = 0; disks && disks[i]; i++)
    if (!add_disk (request, disks[i], error))
      return FALSE;
  for (guint i = 0; cdroms && cdroms[i]; i++)
    aether_create_request_add_cdrom (request, cdroms[i]);
  for (guint i = 0; settings && settings[i]; i++)
    g_ptr_array_add (request->settings, g_strdup (settings[i]));

  /* A demo's request is whole */
  return engine == NULL || ask_engine (request, error);
}

/* The one asked for, else the one that runs here.
 * Returns: (nullable) */
static const char *
choose_demo (Ctl *ctl, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  const char *guest, *why;

  if (*demo)
    return demo;

  aether_demo_choose_async (arch, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  guest = aether_demo_choose_finish (result, &why, error);
  if (guest && why)
    ctl_warn ("%s", why);

  return guest;
}

static AetherCreateRequest *
make_request (Ctl *ctl, const char *name, GError **error)
{
  g_autoptr(AetherCreateRequest) request = NULL;

  if (demo)
    {
      const char *guest = choose_demo (ctl, error);

      if (guest)
        request = aether_demo_request_new (guest, name, arch, error);
    }
  else
    {
      request = aether_create_request_new (name);
      request->arch = g_strdup (arch);
    }

  return request && fill_request (request, error) ? g_steal_pointer (&request) : NULL;
}

gboolean
cmd_create_run (Ctl *ctl, char **args, GError **error)
{
  const char *name = args[0];
  g_autoptr(AetherCreateRequest) request = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherBundle) bundle = NULL;

  if (!check_usage (name, error) ||
      (name && !aether_machine_check_name (name, error)) ||
      (name && !ctl_check_name_free (name, NULL, error)) ||
      !(request = make_request (ctl, name, error)))
    return FALSE;

  aether_create_async (g_steal_pointer (&request), ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  bundle = aether_create_finish (result, error);
  if (bundle == NULL)
    return FALSE;

  if (json)
    ctl_print_machine_json (bundle, NULL);
  else
    ctl_print (CTL_STYLE_PLAIN, _("“%s” was made in %s."), aether_bundle_get_name (bundle),
               aether_bundle_get_path (bundle));

  return TRUE;
}
