/* aether-qemu-command-saved.c - what a saved state asks of the command line of QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-command.h"

#include <string.h>

/* QEMU refuses to save and to load a machine with its clipboard, so the port in the machine is
 * connected to nothing meanwhile. */
char **
aether_qemu_command_make_incoming (char **argv)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; argv[i]; i++)
    g_strv_builder_add (builder, g_str_has_prefix (argv[i], "qemu-vdagent,") ? "null,id=" AETHER_QEMU_CLIPBOARD : argv[i]);
  g_strv_builder_add_many (builder, "-incoming", "defer", NULL);
  g_strfreev (argv);

  return g_strv_builder_end (builder);
}

static char *
remove_all (const char *text, const char *part)
{
  g_auto(GStrv) pieces = g_strsplit (text, part, -1);

  return g_strjoinv ("", pieces);
}

/* What has a value after it, always */
static gboolean
has_value (const char * const *argv, guint i)
{
  return argv[i][0] == '-' && argv[i + 1] && argv[i + 1][0] != '-';
}

/**
 * aether_qemu_command_list_hardware:
 *
 * Leaves out what the system in the machine never sees: where files lie, how
 * the machine is called, who talks to QEMU over what.
 *
 * Returns: (transfer full): the rest, in its order
 */
char **
aether_qemu_command_list_hardware (const char * const *argv, const char *bundle_path)
{
  static const char * const outside[] = {
    "-action", "-audiodev", "-chardev", "-display", "-incoming", "-mon", "-name", "-netdev", "-no-user-config",
    "-nodefaults", "-S", "-sandbox", "-vnc", NULL
  };
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 1; argv[i]; i++)
    {
      const char *flag = argv[i];
      const char *value = has_value (argv, i) ? argv[++i] : NULL;
      g_autofree char *text = NULL;
      g_autofree char *inside = NULL;
      char *file;

      if (g_strv_contains (outside, flag))
        continue;

      text = value ? g_strconcat (flag, " ", value, NULL) : g_strdup (flag);
      file = g_str_equal (flag, "-blockdev") ? strstr (text, ",file.filename=") : NULL;
      if (file)
        *file = '\0';   /* the last of its keys; the disks themselves are looked at */
      inside = remove_all (text, bundle_path);
      g_strv_builder_add (builder, inside);
    }

  return g_strv_builder_end (builder);
}
