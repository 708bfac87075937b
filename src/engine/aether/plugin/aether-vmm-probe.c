/* aether-vmm-probe.c - what aether-vmm can do on this computer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-probe.h"

#include <glib/gi18n-lib.h>

#include "aether-capability-cache.h"
#include "aether-config.h"
#include "aether-vmm-command.h"

#define CACHE "aether-capabilities"

/* What is asked; another one whenever aether-vmm learns to answer more. */
#define PROBED "1"

/* Lists the libraries of this computer: Unicorn may come and go. */
#define LIBRARIES "/etc/ld.so.cache"

static const char * const archs[] = { "x86_64", "aarch64" };

static const char *
arch_of_backend (const char *name)
{
  return g_str_equal (name, "arm64") ? "aarch64" : name;
}

/* "kvm x86_64 yes simd exceptions", or "kvm x86_64 no SENTENCE" */
static void
add_line (AetherCapabilities *capabilities, const char *line)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 4);
  g_autofree char *id = NULL;
  gboolean available;

  if (g_strv_length (words) < 3)
    return;

  available = g_str_equal (words[2], "yes");
  id = g_strdup_printf ("accelerator.%s.%s", arch_of_backend (words[1]), words[0]);
  aether_capabilities_add (capabilities, id, available, available ? words[3] : NULL,
                           available ? NULL : words[3]);
}

static AetherCapabilities *
parse (const char *output, const char *failure)
{
  AetherCapabilities *capabilities = aether_capabilities_new ();
  g_autofree char *program = aether_vmm_command_dup_program ();
  g_auto(GStrv) lines = g_strsplit (output ? output : "", "\n", -1);

  for (guint i = 0; lines[i]; i++)
    add_line (capabilities, lines[i]);

  for (guint i = 0; i < G_N_ELEMENTS (archs); i++)
    {
      g_autofree char *arch_id = g_strdup_printf ("arch.%s", archs[i]);
      g_autofree char *display_id = g_strdup_printf ("display.%s.dbus", archs[i]);
      gboolean runs = aether_capabilities_has (capabilities, "accelerator.%s.kvm", archs[i]) ||
                      aether_capabilities_has (capabilities, "accelerator.%s.unicorn", archs[i]);
      const char *reason = runs ? NULL : failure ? failure
        : _("No backend of aether-vmm can run guests of this kind on this computer.");

      aether_capabilities_add (capabilities, arch_id, runs, runs ? program : NULL, reason);
      aether_capabilities_add (capabilities, display_id, runs, NULL, reason);
    }

  return capabilities;
}

static char *
dup_key (void)
{
  g_autofree char *program = aether_vmm_command_dup_program ();
  GString *key = g_string_new (AETHER_VERSION " " PROBED "\n");

  aether_capability_key_add_file (key, program);
  aether_capability_key_add_file (key, LIBRARIES);
  aether_capability_key_add_kvm (key);

  return g_string_free_and_steal (key);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *output = NULL;
  AetherCapabilities *capabilities;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, &output, NULL, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_subprocess_force_exit (G_SUBPROCESS (object));
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  capabilities = parse (output, error ? error->message : NULL);
  if (error == NULL && g_subprocess_get_successful (G_SUBPROCESS (object)))
    aether_capability_cache_save (CACHE, g_task_get_task_data (task), capabilities);
  g_task_return_pointer (task, capabilities, g_object_unref);
}

void
aether_vmm_probe_async (gboolean fresh, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *program = aether_vmm_command_dup_program ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(AetherCapabilities) known = aether_capabilities_new ();
  char *key = dup_key ();

  g_task_set_source_tag (task, aether_vmm_probe_async);
  g_task_set_task_data (task, key, g_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!fresh && aether_capability_cache_load (CACHE, key, known))
    {
      g_task_return_pointer (task, g_steal_pointer (&known), g_object_unref);
      return;
    }

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, program, "--list-backends", NULL);
  if (process == NULL)
    {
      g_autofree char *reason = g_strdup_printf (_("Aether's own engine is not installed: %s."),
                                                 error->message);

      g_task_return_pointer (task, parse (NULL, reason), g_object_unref);
      return;
    }

  g_subprocess_communicate_utf8_async (process, NULL, cancellable, listed_cb,
                                       g_steal_pointer (&task));
}

AetherCapabilities *
aether_vmm_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
