/* aether-import-vmx.c - the .vmx of VMware
 *
 * Lines of KEY = "VALUE"; a byte in a value may be written |XX.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_LINES   20000
#define MOST_BUSES   4
#define MOST_UNITS   30
#define MOST_CARDS   10

static const struct { const char *prefix; AetherImportBus bus; } controllers[] = {
  { "nvme", AETHER_IMPORT_BUS_NVME }, { "sata", AETHER_IMPORT_BUS_SATA },
  { "scsi", AETHER_IMPORT_BUS_SCSI }, { "ide", AETHER_IMPORT_BUS_IDE },
};

static const AetherImportWord modes[] = {
  { "nat", AETHER_IMPORT_NETWORK_SHARED }, { "bridged", AETHER_IMPORT_NETWORK_BRIDGED },
  { "hostonly", AETHER_IMPORT_NETWORK_PRIVATE }, { "pvn", AETHER_IMPORT_NETWORK_PRIVATE },
  { "custom", AETHER_IMPORT_NETWORK_BRIDGED },
};

/* --- the text ------------------------------------------------------------------ */

static char *
unescape (const char *from, gsize length)
{
  g_autoptr(GString) value = g_string_new (NULL);
  char *valid;

  for (gsize i = 0; i < length; i++)
    {
      int high = from[i] == '|' && i + 2 < length ? g_ascii_xdigit_value (from[i + 1]) : -1;
      int low = high >= 0 ? g_ascii_xdigit_value (from[i + 2]) : -1;
      char c = from[i];

      if (low >= 0)
        {
          c = (char) (high << 4 | low);
          i += 2;
        }
      /* A value ends at a NUL, however it is written */
      if (c == '\0')
        break;
      g_string_append_c (value, c);
    }

  valid = g_utf8_make_valid (value->str, value->len);
  return valid;
}

static GHashTable *
read_keys (const char *text)
{
  GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) lines = g_strsplit (text, "\n", MOST_LINES);

  for (guint i = 0; lines[i]; i++)
    {
      char *equals = strchr (lines[i], '=');
      char *key = lines[i], *value, *end;

      if (equals == NULL || *g_strchug (key) == '#')
        continue;
      *equals = '\0';
      value = g_strstrip (equals + 1);
      end = strrchr (value, '"');
      if (*value != '"' || end == value)
        continue;
      g_hash_table_replace (keys, g_ascii_strdown (g_strstrip (key), -1), unescape (value + 1, end - value - 1));
    }

  return keys;
}

/* What was written in a code page of its own, as the file says. */
static char *
decode (const char *data, gsize length, GError **error)
{
  g_autofree char *text = aether_import_text (data, length, error);
  g_autoptr(GHashTable) keys = NULL;
  const char *encoding;
  char *converted;

  if (text == NULL || g_utf8_validate (data, length, NULL))
    return g_steal_pointer (&text);

  keys = read_keys (text);
  encoding = g_hash_table_lookup (keys, ".encoding");
  converted = encoding ? g_convert (data, length, "UTF-8", encoding, NULL, NULL, NULL) : NULL;

  return converted ? converted : g_steal_pointer (&text);
}

static const char *
get (GHashTable *keys, const char *format, ...) G_GNUC_PRINTF (2, 3);

static const char *
get (GHashTable *keys, const char *format, ...)
{
  g_autofree char *key = NULL;
  va_list args;

  va_start (args, format);
  key = g_strdup_vprintf (format, args);
  va_end (args);

  return g_hash_table_lookup (keys, key);
}

/* --- what it says ----------------------------------------------------------------- */

static void
read_drive (AetherImportMachine *machine, GHashTable *keys, const char *unit, AetherImportBus bus)
{
  const char *file = get (keys, "%s.filename", unit), *type = get (keys, "%s.devicetype", unit);
  gboolean disc = type && (strstr (type, "cdrom") || strstr (type, "CDROM"));
  gboolean image = type && strcmp (type, "cdrom-image") == 0;
  AetherImportDrive *drive;

  if (!aether_import_is_true (get (keys, "%s.present", unit)))
    return;
  if (file && g_str_has_prefix (file, "/dev/"))
    file = NULL;
  if (!disc && type && strcmp (type, "rawDisk") == 0)
    {
      aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.raw-disk",
                                  _("A disk of the computer that it used directly is not taken over."));
      return;
    }
  if (!disc && file == NULL)
    return;

  drive = aether_import_machine_add_drive (machine, disc ? AETHER_DRIVE_CDROM : AETHER_DRIVE_DISK, bus,
                                           disc && !image ? NULL : file);
  if (drive && !disc)
    drive->read_only = FALSE;
}

static void
read_drives (AetherImportMachine *machine, GHashTable *keys)
{
  for (guint c = 0; c < G_N_ELEMENTS (controllers); c++)
    for (guint n = 0; n < MOST_BUSES; n++)
      for (guint i = 0; i < MOST_UNITS; i++)
        {
          g_autofree char *unit = g_strdup_printf ("%s%u:%u", controllers[c].prefix, n, i);

          read_drive (machine, keys, unit, controllers[c].bus);
        }

  if (aether_import_is_true (get (keys, "floppy0.present")) && get (keys, "floppy0.filename"))
    aether_import_machine_lose (machine, "floppy");
}

static void
read_networks (AetherImportMachine *machine, GHashTable *keys)
{
  for (guint i = 0; i < MOST_CARDS; i++)
    {
      const char *model = get (keys, "ethernet%u.virtualdev", i), *type = get (keys, "ethernet%u.connectiontype", i);
      const char *mac = get (keys, "ethernet%u.address", i);

      if (!aether_import_is_true (get (keys, "ethernet%u.present", i)))
        continue;
      if (mac == NULL)
        mac = get (keys, "ethernet%u.generatedaddress", i);
      aether_import_machine_add_network (machine,
                                         aether_import_look_up (modes, G_N_ELEMENTS (modes), type, AETHER_IMPORT_NETWORK_BRIDGED),
                                         model ? model : "vlance", mac);
    }
}

static void
read_losses (AetherImportMachine *machine, GHashTable *keys)
{
  const char *state = get (keys, "checkpoint.vmstate");

  if (state && *state)
    aether_import_machine_lose (machine, "suspended");
  if (aether_import_is_true (get (keys, "vtpm.present")))
    aether_import_machine_lose (machine, "tpm");
  if (aether_import_is_true (get (keys, "uefi.secureboot.enabled")))
    aether_import_machine_lose (machine, "secure-boot");
  if (aether_import_is_true (get (keys, "sharedfolder0.present")))
    aether_import_machine_lose (machine, "shared-folders");
  if (aether_import_is_true (get (keys, "mks.enable3d")))
    aether_import_machine_lose (machine, "3d");
  if (aether_import_is_true (get (keys, "pcipassthru0.present")))
    aether_import_machine_lose (machine, "usb");
}

static void
read_rest (AetherImportMachine *machine, GHashTable *keys)
{
  const char *os = get (keys, "guestos"), *firmware = get (keys, "firmware");

  aether_import_take_text (&machine->name, get (keys, "displayname"), G_MAXUINT16);
  aether_import_take_text (&machine->notes, get (keys, "annotation"), G_MAXUINT16);
  aether_import_take_os (machine, os);
  aether_import_take_count (&machine->memory, get (keys, "memsize"), 16777216);
  aether_import_take_count (&machine->cpus, get (keys, "numvcpus"), 512);
  if (machine->cpus == 0)
    machine->cpus = 1;

  g_set_str (&machine->arch, os && g_str_has_prefix (os, "arm") ? "aarch64" : "x86_64");
  g_set_str (&machine->firmware, strcmp (machine->arch, "aarch64") == 0 || (firmware && g_ascii_strcasecmp (firmware, "efi") == 0)
                                   ? "uefi" : "bios");
  g_set_str (&machine->display, "vmware");
  machine->sound = aether_import_is_true (get (keys, "sound.present"));
}

GPtrArray *
aether_import_parse_vmx (const char *data, gsize length, GError **error)
{
  g_autoptr(AetherImportMachine) machine = aether_import_machine_new ();
  g_autofree char *text = decode (data, length, error);
  g_autoptr(GHashTable) keys = NULL;

  if (text == NULL)
    return NULL;

  keys = read_keys (text);
  if (get (keys, "encryption.keysafe") || get (keys, "encryption.data"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("It is encrypted. Take the encryption off in VMware, then import it."));
      return NULL;
    }
  if (!get (keys, "config.version") && !get (keys, "virtualhw.version") && !get (keys, "guestos"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("It has none of the settings of a machine of VMware."));
      return NULL;
    }

  read_rest (machine, keys);
  read_drives (machine, keys);
  read_networks (machine, keys);
  read_losses (machine, keys);
  return aether_import_machines_new (g_steal_pointer (&machine));
}
