/* aether-demo.c - the demo machine: a small Linux that needs no download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-demo.h"
#include "aether-library.h"
#include "aether-paths.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DEMO_MEMORY 512   /* MiB */
/* One: it is enough, and QEMU 10.0 emulating two can end on an assertion of its own
 * (iotlb_to_section) when the guest moves a device while the other vCPU runs. */
#define DEMO_CPUS 1

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

AetherCreateRequest *
aether_demo_request_new (const char *name, const char *arch, GError **error)
{
  static const char * const others[] = { "x86_64", "aarch64" };
  g_autoptr(AetherCreateRequest) request = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *cmdline = NULL;
  g_autofree char *found_name = name ? g_strdup (name) : free_name ();
  const char *found_arch = arch ? arch : aether_machine_host_arch ();

  folder = aether_paths_find_guest (found_arch);
  for (guint i = 0; folder == NULL && arch == NULL && i < G_N_ELEMENTS (others); i++)
    if ((folder = aether_paths_find_guest (others[i])))
      found_arch = others[i];
  if (folder == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("The demo's guest system for %s is not on this computer. "
                     "Run “./run” once in Aether's source folder, or install Aether again, to get it."), found_arch);
      return NULL;
    }

  cmdline = g_build_filename (folder, "cmdline", NULL);
  request = aether_create_request_new (found_name);
  if (!g_file_get_contents (cmdline, &request->append, NULL, error))
    return NULL;

  g_strstrip (request->append);
  request->arch = g_strdup (found_arch);
  request->memory = MIN (DEMO_MEMORY, aether_create_default_memory ());
  request->cpus = DEMO_CPUS;
  request->kernel = g_build_filename (folder, "vmlinuz", NULL);
  request->initrd = g_build_filename (folder, "initrd", NULL);
  request->copy_boot = TRUE;
  g_ptr_array_add (request->settings, g_strdup ("displays.0.width=1280"));
  g_ptr_array_add (request->settings, g_strdup ("displays.0.height=800"));

  return g_steal_pointer (&request);
}

AetherBundle *
aether_demo_create (const char *directory, const char *name, const char *arch, GError **error)
{
  g_autoptr(AetherCreateRequest) request = aether_demo_request_new (name, arch, error);

  if (request == NULL)
    return NULL;

  request->directory = g_strdup (directory);
  return aether_create (request, NULL, error);
}

void
aether_demo_create_async (const char *directory, const char *name, const char *arch,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  AetherCreateRequest *request;
  GError *error = NULL;

  /* Two small files and the names in the library: not worth a thread of its own */
  request = aether_demo_request_new (name, arch, &error);
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
