/* aether-demo.c - machines that are ready to try and need no download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-demo.h"
#include "aether-engine.h"
#include "aether-library.h"
#include "aether-paths.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ENGINE "aether"
#define AETHER_MEMORY 16   /* MiB */
#define LINUX_MEMORY 512   /* MiB */
/* One: it is enough, and QEMU 10.0 emulating two can end on an assertion of its own
 * (iotlb_to_section) when the guest moves a device while the other vCPU runs. */
#define DEMO_CPUS 1

static const char * const archs[] = { "x86_64", "aarch64" };

static gboolean
is_taken (GListModel *library, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (library); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (library, i);

      if (strcmp (aether_bundle_get_name (bundle), name) == 0)
        return TRUE;
    }

  return FALSE;
}

static char *
free_name (void)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  /* Translators: the name of the first demo machine */
  char *name = g_strdup (_("Demo"));

  for (guint n = 2; is_taken (G_LIST_MODEL (library), name); n++)
    {
      g_free (name);
      /* Translators: the name of a further demo machine, as “Demo 2” */
      name = g_strdup_printf (_("Demo %u"), n);
    }

  return name;
}

static char *
find_image (const char *guest, const char *arch)
{
  return g_str_equal (guest, AETHER_DEMO_LINUX) ? aether_paths_find_guest (arch)
                                                : aether_paths_find_demo (guest, arch);
}

/* Of this computer's architecture when none is asked for, else of the first there is.
 * Returns: (nullable): where the guest lies */
static char *
find_guest (const char *guest, const char **arch)
{
  const char *asked = *arch;
  char *path;

  *arch = asked ? asked : aether_machine_host_arch ();
  path = find_image (guest, *arch);
  for (guint i = 0; path == NULL && asked == NULL && i < G_N_ELEMENTS (archs); i++)
    if ((path = find_image (guest, archs[i])))
      *arch = archs[i];

  return path;
}

static void
set_not_found (const char *guest, const char *arch, GError **error)
{
  if (g_str_equal (guest, AETHER_DEMO_LINUX))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The demo's guest system for %s is not on this computer. "
                   "Run “./run --demo linux” once in Aether's source folder, or install Aether again, to get it."), arch);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("There is no demo “%s” for %s. “aether-vmm --list-demos” names those there are, "
                   "and “linux” is a small Linux."), guest, arch);
}

/* The guest @image alone is the machine. */
static void
fill_aether (AetherCreateRequest *request, const char *image)
{
  request->engine = g_strdup (ENGINE);
  request->os = g_strdup ("aether");
  request->memory = AETHER_MEMORY;
  request->kernel = g_strdup (image);
}

static gboolean
fill_linux (AetherCreateRequest *request, const char *folder, GError **error)
{
  g_autofree char *cmdline = g_build_filename (folder, "cmdline", NULL);

  if (!g_file_get_contents (cmdline, &request->append, NULL, error))
    return FALSE;

  g_strstrip (request->append);
  request->memory = MIN (LINUX_MEMORY, aether_create_default_memory ());
  request->os = g_strdup ("linux");
  request->kernel = g_build_filename (folder, "vmlinuz", NULL);
  request->initrd = g_build_filename (folder, "initrd", NULL);
  g_ptr_array_add (request->settings, g_strdup ("displays.0.width=1280"));
  g_ptr_array_add (request->settings, g_strdup ("displays.0.height=800"));

  return TRUE;
}

AetherCreateRequest *
aether_demo_request_new (const char *guest, const char *name, const char *arch, GError **error)
{
  g_autoptr(AetherCreateRequest) request = NULL;
  g_autofree char *path = NULL;
  g_autofree char *found_name = NULL;

  g_return_val_if_fail (guest != NULL, NULL);

  path = find_guest (guest, &arch);
  if (path == NULL)
    {
      set_not_found (guest, arch, error);
      return NULL;
    }

  found_name = name ? g_strdup (name) : free_name ();
  request = aether_create_request_new (found_name);
  request->arch = g_strdup (arch);
  request->cpus = DEMO_CPUS;
  request->copy_boot = TRUE;   /* it outlives what it came with */
  if (!g_str_equal (guest, AETHER_DEMO_LINUX))
    fill_aether (request, path);
  else if (!fill_linux (request, path, error))
    return NULL;

  return g_steal_pointer (&request);
}

/* --- which one ------------------------------------------------------------- */

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  const char *arch = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCapabilities) capabilities = NULL;

  capabilities = aether_engine_probe_finish (AETHER_ENGINE (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, capabilities && aether_capabilities_has (capabilities, "arch.%s", arch));
}

void
aether_demo_choose_async (const char *arch, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *image = find_guest (AETHER_DEMO_CONSOLE, &arch);
  g_autoptr(AetherEngine) engine = image ? aether_engine_lookup (ENGINE, NULL) : NULL;

  g_task_set_source_tag (task, aether_demo_choose_async);
  g_task_set_task_data (task, g_strdup (arch), g_free);
  if (engine)
    aether_engine_probe_async (engine, arch, FALSE, cancellable, probed_cb, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, FALSE);
}

const char *
aether_demo_choose_finish (GAsyncResult *result, const char **why, GError **error)
{
  GError *cause = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  *why = NULL;
  if (g_task_propagate_boolean (G_TASK (result), &cause))
    return AETHER_DEMO_CONSOLE;

  if (cause)
    {
      g_propagate_error (error, cause);
      return NULL;
    }

  *why = _("Aether's own guests cannot run on this computer, so the demo is a small Linux.");
  return AETHER_DEMO_LINUX;
}

/* --- making it ------------------------------------------------------------- */

void
aether_demo_create_async (const char *directory, const char *guest, const char *name, const char *arch,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  AetherCreateRequest *request;
  GError *error = NULL;

  /* Two small files and the names in the library: not worth a thread of its own */
  request = aether_demo_request_new (guest, name, arch, &error);
  if (request == NULL)
    {
      g_task_report_error (NULL, callback, user_data, aether_create_async, error);
      return;
    }

  request->directory = g_strdup (directory);
  aether_create_async (request, cancellable, callback, user_data);
}

AetherBundle *
aether_demo_create_finish (GAsyncResult *result, GError **error)
{
  return aether_create_finish (result, error);
}
