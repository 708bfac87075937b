/* aether-machine.c - what a machine is made of: the contents of machine.json
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine.h"

#include "aether-json.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>

/* --- enumerations: the nicks are the words in the file ------------------ */

#define DEFINE_ENUM(type_name, TypeName, ...) \
  GType type_name##_get_type (void) \
  { \
    static gsize type = 0; \
    static const GEnumValue values[] = { __VA_ARGS__, { 0, NULL, NULL } }; \
    if (g_once_init_enter (&type)) \
      g_once_init_leave (&type, g_enum_register_static (g_intern_static_string (#TypeName), values)); \
    return type; \
  }

#define VALUE(v, nick) { v, #v, nick }

DEFINE_ENUM (aether_firmware_kind, AetherFirmwareKind,
             VALUE (AETHER_FIRMWARE_BIOS, "bios"),
             VALUE (AETHER_FIRMWARE_UEFI, "uefi"))

DEFINE_ENUM (aether_drive_kind, AetherDriveKind,
             VALUE (AETHER_DRIVE_DISK, "disk"),
             VALUE (AETHER_DRIVE_CDROM, "cdrom"))

DEFINE_ENUM (aether_drive_interface, AetherDriveInterface,
             VALUE (AETHER_DRIVE_VIRTIO, "virtio"),
             VALUE (AETHER_DRIVE_SATA, "sata"),
             VALUE (AETHER_DRIVE_NVME, "nvme"),
             VALUE (AETHER_DRIVE_SCSI, "scsi"),
             VALUE (AETHER_DRIVE_USB, "usb"))

DEFINE_ENUM (aether_network_mode, AetherNetworkMode,
             VALUE (AETHER_NETWORK_NONE, "none"),
             VALUE (AETHER_NETWORK_USER, "user"))

DEFINE_ENUM (aether_protocol, AetherProtocol,
             VALUE (AETHER_PROTOCOL_TCP, "tcp"),
             VALUE (AETHER_PROTOCOL_UDP, "udp"))

DEFINE_ENUM (aether_clipboard_mode, AetherClipboardMode,
             VALUE (AETHER_CLIPBOARD_BOTH, "both"),
             VALUE (AETHER_CLIPBOARD_TO_MACHINE, "to-machine"),
             VALUE (AETHER_CLIPBOARD_FROM_MACHINE, "from-machine"),
             VALUE (AETHER_CLIPBOARD_OFF, "off"))

DEFINE_ENUM (aether_sound_card, AetherSoundCard,
             VALUE (AETHER_SOUND_CARD_HDA, "hda"),
             VALUE (AETHER_SOUND_CARD_NONE, "none"))

DEFINE_ENUM (aether_accelerator, AetherAccelerator,
             VALUE (AETHER_ACCELERATOR_AUTO, "auto"),
             VALUE (AETHER_ACCELERATOR_KVM, "kvm"),
             VALUE (AETHER_ACCELERATOR_TCG, "tcg"))

DEFINE_ENUM (aether_backend, AetherBackend,
             VALUE (AETHER_BACKEND_AUTO, "auto"),
             VALUE (AETHER_BACKEND_KVM, "kvm"),
             VALUE (AETHER_BACKEND_UNICORN, "unicorn"))

/* --- parts: one table each ---------------------------------------------- */

#define DEFINE_PART(TypeName, type_name, table) \
  G_DEFINE_FINAL_TYPE (TypeName, type_name, AETHER_TYPE_PART) \
  static void type_name##_class_init (TypeName##Class *klass) \
  { \
    aether_part_class_set_fields (AETHER_PART_CLASS (klass), table, G_N_ELEMENTS (table)); \
  } \
  static void type_name##_init (TypeName *self) {}

static const AetherField cpu_fields[] = {
  AETHER_FIELD_UINT (AetherCpu, count, "count", 1, 512, 2),
  AETHER_FIELD_STRING (AetherCpu, model, "model", NULL),
};
DEFINE_PART (AetherCpu, aether_cpu, cpu_fields)

static const AetherField memory_fields[] = {
  AETHER_FIELD_UINT (AetherMemory, size, "size", 1, 16777216, 2048),
  AETHER_FIELD_BOOLEAN (AetherMemory, balloon, "balloon", TRUE),
};
DEFINE_PART (AetherMemory, aether_memory, memory_fields)

static const AetherField firmware_fields[] = {
  AETHER_FIELD_ENUM (AetherFirmware, kind, "kind", aether_firmware_kind_get_type, AETHER_FIRMWARE_BIOS),
  AETHER_FIELD_STRING (AetherFirmware, kernel, "kernel", NULL),
  AETHER_FIELD_STRING (AetherFirmware, initrd, "initrd", NULL),
  AETHER_FIELD_STRING (AetherFirmware, append, "append", NULL),
  AETHER_FIELD_BOOLEAN (AetherFirmware, once, "once", FALSE),
};
DEFINE_PART (AetherFirmware, aether_firmware, firmware_fields)

static const AetherField drive_fields[] = {
  AETHER_FIELD_STRING (AetherDrive, id, "id", NULL),
  AETHER_FIELD_ENUM (AetherDrive, kind, "kind", aether_drive_kind_get_type, AETHER_DRIVE_DISK),
  AETHER_FIELD_ENUM (AetherDrive, interface, "interface", aether_drive_interface_get_type, AETHER_DRIVE_VIRTIO),
  AETHER_FIELD_STRING (AetherDrive, file, "file", NULL),
  AETHER_FIELD_STRING (AetherDrive, format, "format", NULL),
  AETHER_FIELD_BOOLEAN (AetherDrive, read_only, "read-only", FALSE),
  AETHER_FIELD_BOOLEAN (AetherDrive, once, "once", FALSE),
};
DEFINE_PART (AetherDrive, aether_drive, drive_fields)

static const AetherField port_forward_fields[] = {
  AETHER_FIELD_ENUM (AetherPortForward, protocol, "protocol", aether_protocol_get_type, AETHER_PROTOCOL_TCP),
  AETHER_FIELD_STRING (AetherPortForward, host_address, "host-address", "127.0.0.1"),
  AETHER_FIELD_UINT (AetherPortForward, host_port, "host-port", 1, 65535, 2222),
  AETHER_FIELD_UINT (AetherPortForward, guest_port, "guest-port", 1, 65535, 22),
};
DEFINE_PART (AetherPortForward, aether_port_forward, port_forward_fields)

static const AetherField network_fields[] = {
  AETHER_FIELD_ENUM (AetherNetwork, mode, "mode", aether_network_mode_get_type, AETHER_NETWORK_USER),
  AETHER_FIELD_STRING (AetherNetwork, model, "model", "virtio"),
  AETHER_FIELD_STRING (AetherNetwork, mac, "mac", NULL),
  AETHER_FIELD_LIST (AetherNetwork, forwards, "forwards", aether_port_forward_get_type, 256),
};
DEFINE_PART (AetherNetwork, aether_network, network_fields)

static const AetherField display_fields[] = {
  AETHER_FIELD_STRING (AetherDisplay, model, "model", "virtio"),
  AETHER_FIELD_UINT (AetherDisplay, width, "width", 0, 16384, 0),
  AETHER_FIELD_UINT (AetherDisplay, height, "height", 0, 16384, 0),
};
DEFINE_PART (AetherDisplay, aether_display, display_fields)

static const AetherField input_fields[] = {
  AETHER_FIELD_BOOLEAN (AetherInput, touch, "touch", FALSE),
};
DEFINE_PART (AetherInput, aether_input, input_fields)

static const AetherField serial_fields[] = {
  AETHER_FIELD_BOOLEAN (AetherSerial, log, "log", TRUE),
};
DEFINE_PART (AetherSerial, aether_serial, serial_fields)

static const AetherField sound_fields[] = {
  AETHER_FIELD_ENUM (AetherSound, card, "card", aether_sound_card_get_type, AETHER_SOUND_CARD_HDA),
  AETHER_FIELD_BOOLEAN (AetherSound, microphone, "microphone", FALSE),
};
DEFINE_PART (AetherSound, aether_sound, sound_fields)

static const AetherField sharing_fields[] = {
  AETHER_FIELD_ENUM (AetherSharing, clipboard, "clipboard", aether_clipboard_mode_get_type, AETHER_CLIPBOARD_BOTH),
};
DEFINE_PART (AetherSharing, aether_sharing, sharing_fields)

static const AetherField qemu_options_fields[] = {
  AETHER_FIELD_ENUM (AetherQemuOptions, accelerator, "accelerator", aether_accelerator_get_type, AETHER_ACCELERATOR_AUTO),
  AETHER_FIELD_STRING (AetherQemuOptions, type, "type", NULL),
  AETHER_FIELD_STRV (AetherQemuOptions, arguments, "arguments"),
};
DEFINE_PART (AetherQemuOptions, aether_qemu_options, qemu_options_fields)

static const AetherField vmm_options_fields[] = {
  AETHER_FIELD_ENUM (AetherVmmOptions, backend, "backend", aether_backend_get_type, AETHER_BACKEND_AUTO),
};
DEFINE_PART (AetherVmmOptions, aether_vmm_options, vmm_options_fields)

static const AetherField machine_fields[] = {
  AETHER_FIELD_UINT (AetherMachine, schema, "schema", 0, G_MAXINT, AETHER_MACHINE_SCHEMA),
  AETHER_FIELD_STRING (AetherMachine, uuid, "uuid", NULL),
  AETHER_FIELD_STRING (AetherMachine, name, "name", NULL),
  AETHER_FIELD_STRING (AetherMachine, arch, "arch", NULL),
  AETHER_FIELD_STRING (AetherMachine, engine, "engine", "qemu"),
  AETHER_FIELD_STRING (AetherMachine, os, "os", NULL),
  AETHER_FIELD_STRING (AetherMachine, notes, "notes", NULL),
  AETHER_FIELD_PART (AetherMachine, cpu, "cpu", aether_cpu_get_type),
  AETHER_FIELD_PART (AetherMachine, memory, "memory", aether_memory_get_type),
  AETHER_FIELD_PART (AetherMachine, firmware, "firmware", aether_firmware_get_type),
  AETHER_FIELD_LIST (AetherMachine, drives, "drives", aether_drive_get_type, 64),
  AETHER_FIELD_LIST (AetherMachine, networks, "networks", aether_network_get_type, 16),
  AETHER_FIELD_LIST (AetherMachine, displays, "displays", aether_display_get_type, 8),
  AETHER_FIELD_PART (AetherMachine, input, "input", aether_input_get_type),
  AETHER_FIELD_LIST (AetherMachine, serials, "serials", aether_serial_get_type, 4),
  AETHER_FIELD_PART (AetherMachine, sound, "sound", aether_sound_get_type),
  AETHER_FIELD_PART (AetherMachine, sharing, "sharing", aether_sharing_get_type),
  AETHER_FIELD_PART (AetherMachine, qemu, "qemu", aether_qemu_options_get_type),
  AETHER_FIELD_PART (AetherMachine, aether, "aether", aether_vmm_options_get_type),
};
DEFINE_PART (AetherMachine, aether_machine, machine_fields)

/* --- making and reading ------------------------------------------------- */

/**
 * aether_machine_canonical_arch:
 * @name: an architecture as people and kernels call it, such as "arm64" or "i686"
 *
 * Returns: (transfer none): the word that #AetherMachine.arch has for it, or
 *   @name interned when there is no other
 */
const char *
aether_machine_canonical_arch (const char *name)
{
  static const struct { const char *other, *ours; } names[] = {
    { "amd64", "x86_64" }, { "x64", "x86_64" }, { "x86-64", "x86_64" },
    { "x86", "i386" }, { "i486", "i386" }, { "i586", "i386" }, { "i686", "i386" },
    { "arm64", "aarch64" },
  };
  g_autofree char *lower = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  lower = g_ascii_strdown (name, -1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (lower, names[i].other) == 0)
      return names[i].ours;

  return g_intern_string (lower);
}

/**
 * aether_machine_knows_arch:
 * @arch: as aether_machine_canonical_arch() gives it
 *
 * Returns: whether an engine can have a machine of it
 */
gboolean
aether_machine_knows_arch (const char *arch)
{
  static const char * const known[] = { "x86_64", "i386", "aarch64", "riscv64", NULL };

  return g_strv_contains (known, arch);
}

/**
 * aether_machine_host_arch:
 *
 * Returns: (transfer none): this computer's architecture in the words of
 *   #AetherMachine.arch
 */
const char *
aether_machine_host_arch (void)
{
  static const char *arch;

  if (g_once_init_enter (&arch))
    {
      struct utsname name = { 0 };

      uname (&name);
      g_once_init_leave (&arch, aether_machine_canonical_arch (name.machine));
    }

  return arch;
}

/**
 * aether_machine_random_mac:
 *
 * Returns: (transfer full): an address for a network card: QEMU's own prefix,
 *   the rest by chance so that two machines hardly ever share one
 */
char *
aether_machine_random_mac (void)
{
  return g_strdup_printf ("52:54:00:%02x:%02x:%02x",
                          g_random_int_range (0, 256), g_random_int_range (0, 256), g_random_int_range (0, 256));
}

/**
 * aether_machine_new:
 * @name: see aether_machine_check_name()
 * @arch: as "x86_64"
 *
 * A machine with defaults that suit a desktop system: a screen, a network
 * card, a serial port, no drive. It is nowhere on disk.
 */
AetherMachine *
aether_machine_new (const char *name, const char *arch)
{
  AetherMachine *self;
  g_autoptr(AetherNetwork) network = g_object_new (AETHER_TYPE_NETWORK, NULL);
  g_autoptr(AetherDisplay) display = g_object_new (AETHER_TYPE_DISPLAY, NULL);
  g_autoptr(AetherSerial) serial = g_object_new (AETHER_TYPE_SERIAL, NULL);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *mac = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (arch != NULL, NULL);

  self = g_object_new (AETHER_TYPE_MACHINE, "name", name, "arch", arch, "uuid", uuid, NULL);

  mac = aether_machine_random_mac ();
  g_object_set (network, "mac", mac, NULL);

  /* The "virt" boards have no firmware of their own */
  if (strcmp (arch, "aarch64") == 0 || strcmp (arch, "riscv64") == 0)
    g_object_set (self->firmware, "kind", AETHER_FIRMWARE_UEFI, NULL);

  g_list_store_append (self->networks, network);
  g_list_store_append (self->displays, display);
  g_list_store_append (self->serials, serial);

  return self;
}

/* One step for each schema there was: upgrades[n] turns schema n into n + 1.
 * Schema 0 is a file written by hand without the key; its words are those of 1. */
typedef void (*UpgradeFunc) (JsonObject *object);

static void
upgrade_from_0 (JsonObject *object)
{
  json_object_set_int_member (object, "schema", 1);
}

static const UpgradeFunc upgrades[] = { upgrade_from_0 };
G_STATIC_ASSERT (G_N_ELEMENTS (upgrades) == AETHER_MACHINE_SCHEMA);

/* Schema 1 once chose the backend of aether-vmm by "qemu.accelerator". No number of its own: whoever
 * writes "aether" knows better, and an older version loses nothing by a file without it. */
static void
move_backend (JsonObject *object)
{
  JsonObject *qemu = aether_json_get_object (object, "qemu");
  const char *accelerator = aether_json_get_string (qemu, "accelerator");
  gboolean kvm = g_strcmp0 (accelerator, "kvm") == 0;
  JsonObject *options;

  if (g_strcmp0 (aether_json_get_string (object, "engine"), "aether") != 0 ||
      json_object_has_member (object, "aether") || (!kvm && g_strcmp0 (accelerator, "tcg") != 0))
    return;

  options = json_object_new ();
  json_object_set_string_member (options, "backend", kvm ? "kvm" : "unicorn");
  json_object_set_object_member (object, "aether", options);
  json_object_remove_member (qemu, "accelerator");
}

static gboolean
upgrade (JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, "schema");
  gint64 schema = 0;

  if (node != NULL)
    {
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 ||
          json_node_get_int (node) < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("“%s” must be %s"), "schema", _("a whole number"));
          return FALSE;
        }
      schema = json_node_get_int (node);
    }

  if (schema > AETHER_MACHINE_SCHEMA)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("it was made by a newer version of Aether (schema %" PRId64
                     "; this version reads up to %d). Update Aether to use it"),
                   schema, AETHER_MACHINE_SCHEMA);
      return FALSE;
    }

  for (; schema < AETHER_MACHINE_SCHEMA; schema++)
    upgrades[schema] (object);
  move_backend (object);

  return TRUE;
}

/**
 * aether_machine_new_from_data:
 * @data: (array length=length): contents of a machine.json
 * @length: bytes, or -1 when @data ends with NUL
 *
 * Reads and validates. The message of the error is half a sentence, in lower
 * case, to stand behind "… cannot be read: ". Errors:
 * %G_IO_ERROR_NOT_SUPPORTED for a newer schema, else %G_IO_ERROR_INVALID_DATA.
 *
 * Returns: (transfer full): a machine of the current schema
 */
AetherMachine *
aether_machine_new_from_data (const char *data, gssize length, GError **error)
{
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(AetherMachine) self = NULL;

  root = aether_json_parse (data, length < 0 ? strlen (data) : (gsize) length, error);
  if (root == NULL)
    return NULL;

  self = g_object_new (AETHER_TYPE_MACHINE, NULL);
  if (!upgrade (json_node_get_object (root), error) ||
      !aether_part_load (AETHER_PART (self), json_node_get_object (root), "", error) ||
      !aether_machine_validate (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * aether_machine_to_data:
 * @length: (out) (optional): bytes, without the closing NUL
 *
 * Returns: (transfer full): text for machine.json, ended by a newline
 */
char *
aether_machine_to_data (AetherMachine *self, gsize *length)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(JsonNode) node = json_node_alloc ();
  g_autofree char *text = NULL;
  char *data;

  g_return_val_if_fail (AETHER_IS_MACHINE (self), NULL);

  object = aether_part_save (AETHER_PART (self));
  json_node_init_object (node, object);
  text = json_to_string (node, TRUE);
  data = g_strconcat (text, "\n", NULL);
  if (length)
    *length = strlen (data);

  return data;
}

/**
 * aether_machine_copy:
 *
 * Returns: (transfer full): an equal machine, unknown keys included
 */
AetherMachine *
aether_machine_copy (AetherMachine *self)
{
  AetherMachine *copy = g_object_new (AETHER_TYPE_MACHINE, NULL);
  g_autoptr(JsonObject) object = aether_part_save (AETHER_PART (self));
  g_autoptr(GError) error = NULL;

  if (!aether_part_load (AETHER_PART (copy), object, "", &error))
    g_critical ("A saved machine does not load: %s", error->message);

  return copy;
}

/* --- validity ------------------------------------------------------------ */

/**
 * aether_machine_check_name:
 * @name: (nullable): what the user typed
 *
 * A name is 1 to 255 bytes of UTF-8 without control characters; anything else
 * may stand in it, slashes and quotes included.
 */
gboolean
aether_machine_check_name (const char *name, GError **error)
{
  if (name == NULL || *name == '\0' || strspn (name, " ") == strlen (name))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The name is empty. Give the machine a name."));
      return FALSE;
    }
  if (!g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The name is not valid UTF-8 text. Choose another name."));
      return FALSE;
    }
  if (strlen (name) > AETHER_MACHINE_NAME_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The name is too long: %zu bytes, and %d is the most. Choose a shorter name."),
                   strlen (name), AETHER_MACHINE_NAME_MAX);
      return FALSE;
    }
  for (const char *p = name; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (g_unichar_iscntrl (c) || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("The name holds a line break or another control character. Choose a name of one line."));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
invalid (GError **error, const char *key, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” %s"), key, why);
  return FALSE;
}

static gboolean
validate_drive (AetherMachine *self, guint index, GHashTable *ids, GError **error)
{
  g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (self->drives), index);
  g_autofree char *key = g_strdup_printf ("drives.%u.id", index);

  if (drive->id == NULL || !g_regex_match_simple ("^[a-z][a-z0-9-]{0,30}$", drive->id, 0, 0))
    return invalid (error, key, _("must be lower case letters, digits and hyphens, and begin with a letter"));
  if (!g_hash_table_add (ids, g_strdup (drive->id)))
    return invalid (error, key, _("is the id of another drive too"));

  if (drive->file == NULL && drive->kind == AETHER_DRIVE_DISK)
    {
      g_free (key);
      key = g_strdup_printf ("drives.%u.file", index);
      return invalid (error, key, _("must name the disk's file"));
    }
  if (drive->format != NULL && !g_regex_match_simple ("^[a-z0-9-]{1,20}$", drive->format, 0, 0))
    {
      g_free (key);
      key = g_strdup_printf ("drives.%u.format", index);
      return invalid (error, key, _("must be the name of a disk format, as “qcow2” or “raw”"));
    }

  return TRUE;
}

static gboolean
validate_network (AetherMachine *self, guint index, GError **error)
{
  g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (self->networks), index);
  g_autofree char *key = g_strdup_printf ("networks.%u", index);

  if (network->mac != NULL)
    {
      if (!g_regex_match_simple ("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$", network->mac, 0, 0))
        return invalid (error, key, _("has a “mac” that is not six pairs of hexadecimal digits with colons between"));
      if (g_ascii_xdigit_value (network->mac[1]) & 1)
        return invalid (error, key, _("has a “mac” that is a group address; its second digit must be even"));
    }

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (network->forwards)); i++)
    {
      g_autoptr(AetherPortForward) forward = g_list_model_get_item (G_LIST_MODEL (network->forwards), i);

      if (forward->host_address != NULL && !g_hostname_is_ip_address (forward->host_address))
        return invalid (error, key, _("has a forward whose “host-address” is not an IP address"));
    }

  return TRUE;
}

/**
 * aether_machine_validate:
 *
 * Checks what one field alone cannot say. The message of the error is half a
 * sentence that names the key.
 *
 * Returns: %FALSE with %G_IO_ERROR_INVALID_DATA
 */
gboolean
aether_machine_validate (AetherMachine *self, GError **error)
{
  g_autoptr(GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GError) cause = NULL;

  g_return_val_if_fail (AETHER_IS_MACHINE (self), FALSE);

  if (self->schema != AETHER_MACHINE_SCHEMA)
    return invalid (error, "schema", _("is the file format's own number and cannot be changed"));
  if (!aether_machine_check_name (self->name, &cause))
    {
      /* Half a sentence, as all that is said here */
      if (g_str_has_suffix (cause->message, "."))
        cause->message[strlen (cause->message) - 1] = '\0';
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“name” is not right: %s"), cause->message);
      return FALSE;
    }
  if (self->uuid == NULL || !g_uuid_string_is_valid (self->uuid))
    return invalid (error, "uuid", _("must be a UUID, as 01234567-89ab-4cde-8f01-23456789abcd"));
  for (char *p = self->uuid; *p; p++)
    *p = g_ascii_tolower (*p);   /* one spelling, as it names a folder */
  if (self->arch == NULL || !g_regex_match_simple ("^[a-z0-9_]{1,32}$", self->arch, 0, 0))
    return invalid (error, "arch", _("must be the name of an architecture, as “x86_64” or “aarch64”"));
  if (self->engine == NULL || !g_regex_match_simple ("^[a-z0-9-]{1,32}$", self->engine, 0, 0))
    return invalid (error, "engine", _("must be the name of an engine, as “qemu” or “aether”"));
  if (self->os != NULL && !g_regex_match_simple ("^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$", self->os, 0, 0))
    return invalid (error, "os", _("must be the ID of a system, as “debian13”"));
  if (self->firmware->kernel == NULL && (self->firmware->initrd || self->firmware->append))
    return invalid (error, "firmware", _("names an initrd or a command line, but no kernel"));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->drives)); i++)
    if (!validate_drive (self, i, ids, error))
      return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->networks)); i++)
    if (!validate_network (self, i, error))
      return FALSE;

  return TRUE;
}

/**
 * aether_machine_next_drive_id:
 *
 * Returns: (transfer full): "disk0", "cdrom0"...: the first that no drive has
 */
char *
aether_machine_next_drive_id (AetherMachine *self, AetherDriveKind kind)
{
  const char *stem = kind == AETHER_DRIVE_CDROM ? "cdrom" : "disk";
  guint n_drives = g_list_model_get_n_items (G_LIST_MODEL (self->drives));

  for (guint n = 0; ; n++)
    {
      g_autofree char *id = g_strdup_printf ("%s%u", stem, n);
      gboolean taken = FALSE;

      for (guint i = 0; i < n_drives && !taken; i++)
        {
          g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (self->drives), i);

          taken = g_strcmp0 (drive->id, id) == 0;
        }
      if (!taken)
        return g_steal_pointer (&id);
    }
}
