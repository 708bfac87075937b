/* main.c - the aether program
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

#include "aether-application.h"
#include "aether-config.h"

int
main (int argc, char *argv[])
{
  g_autoptr(AetherApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, AETHER_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* A file that may grow no more is an error like others */
  signal (SIGXFSZ, SIG_IGN);
  application = aether_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
