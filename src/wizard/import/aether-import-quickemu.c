/* aether-import-quickemu.c - the .conf of quickemu
 *
 * Such a file is a shell script that quickemu runs. Here it is data: KEY="VALUE" lines, of which
 * none is run, and what only a shell could work out is left out.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-disk-image.h"

#define DEFAULT_DISK (16 * G_GUINT64_CONSTANT (1073741824))
#define MOST_LINES   10000

/* Systems whose disk quickemu puts elsewhere than on virtio. */
static const AetherImportWord systems[] = {
  { "windows-server", AETHER_IMPORT_BUS_SATA }, { "macos", AETHER_IMPORT_BUS_SATA }, { "kolibrios", AETHER_IMPORT_BUS_IDE },
  { "reactos", AETHER_IMPORT_BUS_IDE }, { "freedos", AETHER_IMPORT_BUS_IDE }, { "haiku", AETHER_IMPORT_BUS_SATA },
};

/* --- the text ----------------------------------------------------------------- */

/* One word of a shell, without its quotes; *p goes behind it. Sets *shell when a shell would make
 * something else of it. */
static char *
read_word (const char **p, gboolean *shell)
{
  g_autoptr(GString) word = g_string_new (NULL);
  char quote = '\0';

  for (; **p && (quote || !strchr (" \t)#;", **p)); (*p)++)
    if (**p == quote)
      quote = '\0';
    else if (!quote && (**p == '"' || **p == '\''))
      quote = **p;
    else if (quote != '\'' && **p == '\\' && (*p)[1])
      g_string_append_c (word, *++(*p));
    else
      {
        *shell |= quote != '\'' && (**p == '$' || **p == '`' || **p == '~');
        g_string_append_c (word, **p);
      }

  *shell |= quote != '\0';
  return g_string_free_and_steal (g_steal_pointer (&word));
}

/* A value, or the values of ("a" "b"). */
static GStrv
read_values (const char *text, gboolean *shell)
{
  g_autoptr(GStrvBuilder) words = g_strv_builder_new ();
  gboolean list = *text == '(';

  if (!list)
    {
      g_strv_builder_take (words, read_word (&text, shell));
      return g_strv_builder_end (words);
    }

  for (text++; *text && *text != ')' && *text != '#'; )
    if (strchr (" \t;", *text))
      text++;
    else
      g_strv_builder_take (words, read_word (&text, shell));

  *shell |= *text != ')';
  return g_strv_builder_end (words);
}

/* KEY -> GStrv */
static GHashTable *
read_keys (const char *text, AetherImportMachine *machine)
{
  GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  g_auto(GStrv) lines = g_strsplit (text, "\n", MOST_LINES);

  for (guint i = 0; lines[i]; i++)
    {
      const char *line = g_strstrip (lines[i]);
      gsize length = strspn (line, "abcdefghijklmnopqrstuvwxyz_0123456789");
      g_auto(GStrv) values = NULL;
      gboolean shell = FALSE;

      if (length == 0 || line[length] != '=')
        continue;
      values = read_values (line + length + 1, &shell);
      if (shell)
        aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.shell",
                                    _("“%.*s” is left out: its value is worked out by a shell, and nothing of such a file is run here."),
                                    (int) MIN (length, 64), line);
      else
        g_hash_table_replace (keys, g_strndup (line, length), g_steal_pointer (&values));
    }

  return keys;
}

static const char *
get (GHashTable *keys, const char *key)
{
  char **values = g_hash_table_lookup (keys, key);

  return values && values[0] && *values[0] ? values[0] : NULL;
}

/* --- what it says ---------------------------------------------------------------- */

static void
read_drives (AetherImportMachine *machine, GHashTable *keys)
{
  static const char * const discs[] = { "iso", "fixed_iso" };
  const char *os = get (keys, "guest_os"), *size = get (keys, "disk_size");
  int bus = aether_import_look_up (systems, G_N_ELEMENTS (systems), os, AETHER_IMPORT_BUS_VIRTIO);
  AetherImportDrive *drive;

  if (get (keys, "disk_img"))
    {
      drive = aether_import_machine_add_drive (machine, AETHER_DRIVE_DISK, bus, get (keys, "disk_img"));
      drive->size = DEFAULT_DISK;
      if (size)
        aether_parse_size (size, &drive->size, NULL);
      if (get (keys, "disk_format"))
        drive->format = g_strdup (get (keys, "disk_format"));
    }
  /* A disk to install from, which macOS has */
  if (get (keys, "img"))
    aether_import_machine_add_drive (machine, AETHER_DRIVE_DISK, bus, get (keys, "img"));
  for (guint i = 0; i < G_N_ELEMENTS (discs); i++)
    if (get (keys, discs[i]))
      aether_import_machine_add_drive (machine, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_SATA, get (keys, discs[i]));
  if (get (keys, "floppy"))
    aether_import_machine_lose (machine, "floppy");
}

static void
read_network (AetherImportMachine *machine, GHashTable *keys)
{
  const char *mode = get (keys, "network"), *os = get (keys, "guest_os");
  gboolean old = g_strcmp0 (os, "reactos") == 0 || g_strcmp0 (os, "freedos") == 0 || g_strcmp0 (os, "kolibrios") == 0;
  char **forwards = g_hash_table_lookup (keys, "port_forwards");
  AetherImportNetwork *network;
  AetherImportNetworkMode kind = AETHER_IMPORT_NETWORK_SHARED;

  if (g_strcmp0 (mode, "none") == 0)
    kind = AETHER_IMPORT_NETWORK_NONE;
  else if (g_strcmp0 (mode, "restrict") == 0)
    kind = AETHER_IMPORT_NETWORK_PRIVATE;
  else if (mode && *mode)
    kind = AETHER_IMPORT_NETWORK_BRIDGED;

  network = aether_import_machine_add_network (machine, kind, old ? "rtl8139" : "virtio", get (keys, "macaddr"));
  if (get (keys, "ssh_port"))
    aether_import_machine_add_forward (machine, network, "tcp", NULL, get (keys, "ssh_port"), "22");
  for (guint i = 0; forwards && forwards[i]; i++)
    {
      g_auto(GStrv) ports = g_strsplit (forwards[i], ":", 3);

      aether_import_machine_add_forward (machine, network, "tcp", NULL, ports[0], ports[0] ? ports[1] : NULL);
    }
}

static void
read_rest (AetherImportMachine *machine, GHashTable *keys)
{
  const char *boot = get (keys, "boot"), *ram = get (keys, "ram"), *sound = get (keys, "sound_card");
  guint64 bytes;

  if (get (keys, "arch"))
    g_set_str (&machine->arch, aether_machine_canonical_arch (get (keys, "arch")));
  else
    g_set_str (&machine->arch, "x86_64");
  g_set_str (&machine->firmware, boot && (g_ascii_strcasecmp (boot, "legacy") == 0 || g_ascii_strcasecmp (boot, "bios") == 0)
                                   ? "bios" : "uefi");
  aether_import_take_count (&machine->cpus, get (keys, "cpu_cores"), 512);
  if (ram && aether_parse_size (ram, &bytes, NULL) && bytes >= 1024 * 1024 && bytes / (1024 * 1024) <= 16777216)
    machine->memory = (guint) (bytes / (1024 * 1024));
  machine->sound = sound == NULL || g_ascii_strcasecmp (sound, "none") != 0;

  if (aether_import_is_true (get (keys, "tpm")))
    aether_import_machine_lose (machine, "tpm");
  if (aether_import_is_true (get (keys, "secureboot")))
    aether_import_machine_lose (machine, "secure-boot");
  if (g_hash_table_contains (keys, "extra_args"))
    aether_import_machine_lose (machine, "arguments");
  if (get (keys, "usb_devices"))
    aether_import_machine_lose (machine, "usb");
  aether_import_take_os (machine, get (keys, "guest_os"));
  if (g_strcmp0 (get (keys, "guest_os"), "macos") == 0)
    aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.macos",
                                _("macOS needs parts of an Apple computer that Aether does not imitate. It will hardly start."));
}

GPtrArray *
aether_import_parse_quickemu (const char *data, gsize length, GError **error)
{
  g_autoptr(AetherImportMachine) machine = aether_import_machine_new ();
  g_autofree char *text = aether_import_text (data, length, error);
  g_autoptr(GHashTable) keys = NULL;

  if (text == NULL)
    return NULL;

  keys = read_keys (text, machine);
  if (!get (keys, "disk_img") && !get (keys, "guest_os"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("It names neither a disk nor a system, as a file of quickemu does."));
      return NULL;
    }

  read_rest (machine, keys);
  read_drives (machine, keys);
  read_network (machine, keys);
  return aether_import_machines_new (g_steal_pointer (&machine));
}
