/* cmd-handover.c - waits until a browser has saved the disc of a system
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include "aether-handover.h"

#include <stdio.h>
#include <unistd.h>

typedef struct
{
  char    *path;    /* found */
  guint64  shown;
  AetherHandover *handover;
} Wait;

static void
found_cb (AetherHandover *handover, const char *path, const char *edition, Wait *wait)
{
  wait->path = g_strdup (path);
}

static void
clear_line (Wait *wait)
{
  if (wait->shown)
    fputs ("\r\033[K", stderr);
  wait->shown = 0;
}

static void
other_cb (AetherHandover *handover, const char *path, const char *sentence, Wait *wait)
{
  clear_line (wait);
  ctl_warn ("%s", sentence);
}

static gboolean
is_over (gpointer data)
{
  Wait *wait = data;
  guint64 growing = aether_handover_get_growing (wait->handover);

  if (isatty (STDERR_FILENO) && growing != wait->shown)
    {
      g_autofree char *size = g_format_size_full (growing, G_FORMAT_SIZE_IEC_UNITS);

      clear_line (wait);
      if (growing)
        fprintf (stderr, _("%s so far"), size);
      wait->shown = growing;
    }

  return wait->path != NULL;
}

char *
cmd_handover_wait (Ctl *ctl, AetherOs *os, const char *arch, const char *folder, GError **error)
{
  g_autoptr(AetherCatalogue) catalogue = NULL;
  g_autoptr(AetherHandover) handover = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *shown = NULL;
  Wait wait = { NULL };

  aether_catalogue_open_async (ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!(catalogue = aether_catalogue_open_finish (result, error)))
    return NULL;

  handover = wait.handover = aether_handover_new (catalogue, os, arch, folder);
  g_signal_connect (handover, "found", G_CALLBACK (found_cb), &wait);
  g_signal_connect (handover, "other", G_CALLBACK (other_cb), &wait);
  shown = ctl_escape (aether_handover_get_folder (handover));
  fprintf (stderr, _("Get %s for %s from %s\n"), aether_os_get_name (os), arch, aether_handover_get_page (handover));
  fprintf (stderr, _("It goes on when the file is in %s. Ctrl-C ends the wait.\n"), shown);

  aether_handover_start (handover);
  if (!ctl_wait_until (ctl, is_over, &wait, 500, -1, error))
    g_clear_pointer (&wait.path, g_free);
  clear_line (&wait);
  g_signal_handlers_disconnect_by_data (handover, &wait);

  return wait.path;
}
