/* painter.c - the guest whose screen the benchmarks look at
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "painter.h"

#include <string.h>

#define LOOK_US    100000
#define MOST_LOOKS 1200

static QemuDisplay *
boot (const char *folder, const char *how, const char *serial, const char * const *arguments)
{
  g_autoptr(GStrvBuilder) all = g_strv_builder_new ();
  g_autofree char *kernel = g_build_filename (folder, "vmlinuz", NULL);
  g_autofree char *initrd = g_build_filename (folder, "initrd", NULL);
  g_autofree char *cmdline_path = g_build_filename (folder, "cmdline", NULL);
  g_autofree char *log = g_strdup_printf ("file:%s", serial);
  g_autofree char *cmdline = NULL, *append = NULL;
  g_auto(GStrv) argv = NULL;

  if (!g_file_get_contents (cmdline_path, &cmdline, NULL, NULL))
    return NULL;

  append = g_strdup_printf ("%s aether.run=paint,%s", g_strchomp (cmdline), how);
  g_strv_builder_add_many (all, "-m", "256", "-vga", "virtio", "-kernel", kernel, "-initrd", initrd,
                           "-append", append, "-serial", log, NULL);
  g_strv_builder_addv (all, (const char **) arguments);
  argv = g_strv_builder_end (all);

  return qemu_display_new ((const char * const *) argv);
}

QemuDisplay *
painter_start (const char *folder, const char *how, const char *serial, const char *ready,
               const char * const *arguments)
{
  g_autoptr(QemuDisplay) qemu = boot (folder, how, serial, arguments);

  for (guint i = 0; qemu && i < MOST_LOOKS; i++)
    {
      g_autofree char *log = NULL;

      if (g_file_get_contents (serial, &log, NULL, NULL) && strstr (log, ready))
        return g_steal_pointer (&qemu);
      g_usleep (LOOK_US);
    }

  return NULL;
}
