/* aether-medium-check.c - what a chosen file is, and on which computers it starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-medium-check.h"

#include <glib/gi18n-lib.h>

#include "aether-machine.h"
#include "aether-words.h"

static void
detect_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  AetherMedia *media = aether_media_detect (g_file_peek_path (source), &error);

  if (media != NULL)
    g_task_return_pointer (task, media, (GDestroyNotify) aether_media_free);
  else
    g_task_return_error (task, error);
}

void
aether_medium_detect_async (GFile               *file,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (g_file_peek_path (file) != NULL);

  task = g_task_new (file, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_medium_detect_async);
  g_task_run_in_thread (task, detect_thread);
}

AetherMedia *
aether_medium_detect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aether_medium_detect_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char * const *
aether_medium_arches (void)
{
  static const char * const arches[] = { "x86_64", "aarch64", "riscv64", "i386", NULL };

  return arches;
}

gboolean
aether_medium_is_native (const char *arch)
{
  const char *host = aether_machine_host_arch ();

  return g_str_equal (arch, host) || (g_str_equal (arch, "i386") && g_str_equal (host, "x86_64"));
}

gboolean
aether_medium_suits (const AetherMedia *media, const char *arch)
{
  return aether_media_suits (media, arch)
         || (g_str_equal (arch, "x86_64") && aether_media_suits (media, "i386"));
}

const char *
aether_medium_choose_arch (const AetherMedia *media, const char * const *arches)
{
  const char *host = aether_machine_host_arch ();

  if (g_strv_contains (arches, host) && aether_medium_suits (media, host))
    return host;

  for (guint i = 0; arches[i] != NULL; i++)
    {
      if (aether_media_suits (media, arches[i]))
        return arches[i];
    }

  return NULL;
}

char *
aether_medium_explain (const char *arch)
{
  if (arch == NULL)
    return g_strdup (_("This medium is for a processor that machines here do not have. Choose another one."));
  if (aether_medium_is_native (arch))
    /* Translators: a kind of computer */
    return g_strdup_printf (_("This medium starts on this kind of computer only: %s."), aether_words_arch (arch));

  /* Translators: a kind of computer */
  return g_strdup_printf (_("This medium starts on another kind of computer only: %s. It can be emulated, many times slower than this computer is."),
                          aether_words_arch (arch));
}
