/* aether-qemu-command.c - the command line of QEMU for a machine
 *
 * A pure function: it opens nothing and asks nobody. Names we give to nodes
 * and devices have a dot in them ("firmware.vars"), which a drive's id cannot
 * have, so the two never collide.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define AHCI_PORTS 6
#define ISA_SERIAL_PORTS 4

typedef enum
{
  BOARD_Q35,
  BOARD_PC,
  BOARD_VIRT,     /* also what we know nothing about: PCI and no legacy */
} Board;

typedef struct
{
  GPtrArray          *argv;
  AetherMachine      *machine;
  AetherBundle       *bundle;
  AetherCapabilities *capabilities;
  Board               board;
  gboolean            kvm;

  guint               bootindex;
  guint               n_sata;
  gboolean            has_scsi;
} Command;

/* --- words --------------------------------------------------------------- */

/* Appends @flag and "head,key=value,…": commas are doubled as QEMU wants
 * them. Pairs whose value is NULL are left out. Works on bytes: paths need not
 * be UTF-8, so no JSON here. */
G_GNUC_NULL_TERMINATED
static void
command_add (Command *self, const char *flag, const char *head, ...)
{
  GString *text = g_string_new (head);
  const char *key;
  va_list args;

  va_start (args, head);
  while ((key = va_arg (args, const char *)))
    {
      const char *value = va_arg (args, const char *);

      if (value == NULL)
        continue;
      if (text->len > 0)
        g_string_append_c (text, ',');
      g_string_append_printf (text, "%s=", key);
      for (; *value; value++)
        g_string_append_len (text, *value == ',' ? ",," : value, *value == ',' ? 2 : 1);
    }
  va_end (args);

  g_ptr_array_add (self->argv, g_strdup (flag));
  g_ptr_array_add (self->argv, g_string_free (text, FALSE));
}

static void
command_add_plain (Command *self, const char *flag, const char *value)
{
  g_ptr_array_add (self->argv, g_strdup (flag));
  if (value)
    g_ptr_array_add (self->argv, g_strdup (value));
}

static void
command_add_number (Command *self, const char *flag, const char *key, guint value)
{
  g_autofree char *text = g_strdup_printf ("%u", value);

  command_add (self, flag, NULL, key, text, NULL);
}

/**
 * aether_qemu_command_is_id:
 *
 * Whether @text can name a device, machine type or the like without saying
 * anything else to QEMU.
 */
gboolean
aether_qemu_command_is_id (const char *text)
{
  if (!g_ascii_isalnum (text[0]))
    return FALSE;

  return text[strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == '\0';
}

static gboolean
check_id (const char *text, const char *key, GError **error)
{
  if (aether_qemu_command_is_id (text))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("“%s” cannot be used for “%s”: QEMU's names have only letters, digits, dots, dashes and underscores."),
               text, key);
  return FALSE;
}

static const char *
string_or (const char *text, const char *fallback)
{
  return text && *text ? text : fallback;
}

static gboolean
has_device (Command *self, const char *device)
{
  return aether_capabilities_has (self->capabilities, "device.%s.%s", self->machine->arch, device);
}

static const char *
capability_value (Command *self, const char *format)
{
  const AetherCapability *capability = aether_capabilities_lookup (self->capabilities, format, self->machine->arch);

  return capability && capability->available ? capability->value : NULL;
}

gboolean
aether_qemu_command_is_x86 (AetherMachine *machine)
{
  return g_str_equal (machine->arch, "x86_64") || g_str_equal (machine->arch, "i386");
}

static Board
find_board (AetherMachine *machine)
{
  const char *type = machine->qemu->type;

  if (!aether_qemu_command_is_x86 (machine))
    return BOARD_VIRT;
  if (type == NULL || *type == '\0')
    return g_str_equal (machine->arch, "i386") ? BOARD_PC : BOARD_Q35;
  if (g_str_equal (type, "q35") || g_str_has_prefix (type, "pc-q35"))
    return BOARD_Q35;
  if (g_str_equal (type, "pc") || g_str_has_prefix (type, "pc-i440fx"))
    return BOARD_PC;

  return BOARD_VIRT;
}

/* --- the computer -------------------------------------------------------- */

static gboolean
add_board (Command *self, GError **error)
{
  AetherMachine *machine = self->machine;
  static const char * const defaults[] = { [BOARD_Q35] = "q35", [BOARD_PC] = "pc", [BOARD_VIRT] = "virt" };
  const char *type = string_or (machine->qemu->type, defaults[self->board]);
  gboolean uefi = machine->firmware->kind == AETHER_FIRMWARE_UEFI;

  if (!check_id (type, "qemu.type", error))
    return FALSE;

  command_add (self, "-machine", type,
               /* One pointer for the guest, the tablet: not VMware's as well */
               "vmport", self->board != BOARD_VIRT ? "off" : NULL,
               "gic-version", g_str_equal (machine->arch, "aarch64") && g_str_has_prefix (type, "virt") ? "max" : NULL,
               "pflash0", uefi ? "firmware.code" : NULL,
               "pflash1", uefi ? "firmware.vars" : NULL,
               NULL);
  return TRUE;
}

static void
add_accelerator (Command *self)
{
  /* A strongly ordered guest on a weakly ordered host: QEMU knows best */
  gboolean multi = !aether_qemu_command_is_x86 (self->machine) ||
                   g_strv_contains ((const char *[]) { "x86_64", "i386", NULL }, aether_machine_host_arch ());

  if (self->kvm)
    command_add (self, "-accel", "kvm", NULL);
  else
    command_add (self, "-accel", "tcg", "thread", multi ? "multi" : NULL, NULL);
}

static gboolean
add_cpu (Command *self, GError **error)
{
  AetherCpu *cpu = self->machine->cpu;
  const char *model = cpu->model;

  if (model == NULL || *model == '\0')
    {
      if (self->kvm)
        model = "host";
      else if (g_str_equal (self->machine->arch, "aarch64"))
        model = "max,pauth-impdef=on";   /* real pointer authentication costs a third of the speed */
      else
        model = "max";
    }
  else if (model[strspn (model, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=,")] != '\0')
    return check_id (model, "cpu.model", error);

  command_add_plain (self, "-cpu", model);
  command_add_number (self, "-smp", "cpus", cpu->count);
  return TRUE;
}

static gboolean
add_firmware (Command *self, GError **error)
{
  AetherFirmware *firmware = self->machine->firmware;
  g_autofree char *vars = NULL;

  if (firmware->kind == AETHER_FIRMWARE_UEFI)
    {
      const char *code = capability_value (self, "firmware.%s.uefi");

      if (code == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("There is no UEFI firmware for %s guests on this computer."), self->machine->arch);
          return FALSE;
        }

      vars = aether_bundle_resolve (self->bundle, AETHER_BUNDLE_VARS);
      command_add (self, "-blockdev", NULL,
                   "driver", string_or (capability_value (self, "firmware.%s.uefi-format"), "raw"),
                   "node-name", "firmware.code", "read-only", "on",
                   "file.driver", "file", "file.filename", code, NULL);
      command_add (self, "-blockdev", NULL,
                   "driver", "qcow2", "node-name", "firmware.vars",
                   "file.driver", "file", "file.locking", "auto", "file.filename", vars, NULL);
    }

  if (firmware->kernel && *firmware->kernel)
    {
      g_autofree char *kernel = aether_bundle_resolve (self->bundle, firmware->kernel);

      command_add_plain (self, "-kernel", kernel);
      if (firmware->initrd && *firmware->initrd)
        {
          g_autofree char *initrd = aether_bundle_resolve (self->bundle, firmware->initrd);

          command_add_plain (self, "-initrd", initrd);
        }
      if (firmware->append && *firmware->append)
        command_add_plain (self, "-append", firmware->append);
    }

  /* Only what has a place in the order: nobody waits for a network boot */
  command_add (self, "-boot", NULL, "strict", "on", NULL);
  return TRUE;
}

/* --- drives -------------------------------------------------------------- */

/* Places of one disk controller after the other. Returns: the bus; @unit: on it, -1 when it has no units */
static char *
next_sata_port (Command *self, int *unit)
{
  guint port = self->n_sata++;
  g_autofree char *controller = NULL;
  guint n;

  *unit = -1;
  if (self->board == BOARD_Q35 && port < AHCI_PORTS)
    return g_strdup_printf ("ide.%u", port);
  if (self->board == BOARD_PC && port < 4)
    {
      /* "sata" on a board of before SATA: its own two IDE channels */
      *unit = port % 2;
      return g_strdup_printf ("ide.%u", port / 2);
    }

  n = port - (self->board == BOARD_Q35 ? AHCI_PORTS : self->board == BOARD_PC ? 4 : 0);
  controller = g_strdup_printf ("sata.%u", n / AHCI_PORTS);
  if (n % AHCI_PORTS == 0)
    command_add (self, "-device", "ich9-ahci", "id", controller, NULL);

  return g_strdup_printf ("%s.%u", controller, n % AHCI_PORTS);
}

static AetherDriveInterface
find_interface (Command *self, AetherDrive *drive)
{
  /* No CD drive is a virtio disk: take what installers know without a driver disk */
  if (drive->kind == AETHER_DRIVE_CDROM &&
      (drive->interface == AETHER_DRIVE_VIRTIO || drive->interface == AETHER_DRIVE_NVME))
    return self->board == BOARD_VIRT ? AETHER_DRIVE_SCSI : AETHER_DRIVE_SATA;

  return drive->interface;
}

static gboolean
add_drive_image (Command *self, AetherDrive *drive, gboolean read_only, GError **error)
{
  g_autofree char *path = aether_bundle_resolve (self->bundle, drive->file);
  const char *format = string_or (drive->format, drive->kind == AETHER_DRIVE_CDROM ? "raw" : NULL);

  if (format == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The drive “%s” does not say which format its file has. "
                     "It is never guessed: set it, as “qcow2” or “raw”."), drive->id);
      return FALSE;
    }
  if (!check_id (format, "format", error))
    return FALSE;

  command_add (self, "-blockdev", NULL,
               "driver", format, "node-name", drive->id, "read-only", read_only ? "on" : "off",
               "discard", read_only ? NULL : "unmap",
               "file.driver", "file", "file.locking", "auto", "file.filename", path, NULL);
  return TRUE;
}

static gboolean
add_drive (Command *self, AetherDrive *drive, GError **error)
{
  gboolean cdrom = drive->kind == AETHER_DRIVE_CDROM;
  gboolean has_image = drive->file && *drive->file;
  gboolean read_only = cdrom || drive->read_only;
  const char *image = has_image ? drive->id : NULL;
  g_autofree char *index = NULL;
  g_autofree char *bus = NULL;
  g_autofree char *unit = NULL;
  int n;

  if (!has_image && !cdrom)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The disk “%s” has no file."), drive->id);
      return FALSE;
    }
  if (has_image && !add_drive_image (self, drive, read_only, error))
    return FALSE;

  index = g_strdup_printf ("%u", ++self->bootindex);

  switch (find_interface (self, drive))
    {
    case AETHER_DRIVE_VIRTIO:
      command_add (self, "-device", "virtio-blk-pci", "id", drive->id, "drive", image, "bootindex", index, NULL);
      return TRUE;

    case AETHER_DRIVE_NVME:
      command_add (self, "-device", "nvme", "id", drive->id, "serial", drive->id,
                   "drive", image, "bootindex", index, NULL);
      return TRUE;

    case AETHER_DRIVE_SATA:
      if (read_only && !cdrom)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("The disk “%s” is read-only, which a SATA disk cannot be. "
                         "Use the interface “virtio” or “scsi” for it."), drive->id);
          return FALSE;
        }
      bus = next_sata_port (self, &n);
      unit = n >= 0 ? g_strdup_printf ("%d", n) : NULL;
      command_add (self, "-device", cdrom ? "ide-cd" : "ide-hd", "id", drive->id,
                   "bus", bus, "unit", unit, "drive", image, "bootindex", index, NULL);
      return TRUE;

    case AETHER_DRIVE_SCSI:
      if (!self->has_scsi)
        command_add (self, "-device", "virtio-scsi-pci", "id", "scsi.0", NULL);
      self->has_scsi = TRUE;
      command_add (self, "-device", cdrom ? "scsi-cd" : "scsi-hd", "id", drive->id,
                   "bus", "scsi.0.0", "drive", image, "bootindex", index, NULL);
      return TRUE;

    case AETHER_DRIVE_USB:
      bus = g_strdup_printf ("usb.%s", drive->id);
      unit = g_strdup_printf ("%s.0", bus);
      command_add (self, "-device", "usb-bot", "id", bus, "bus", "usb.0", NULL);
      command_add (self, "-device", cdrom ? "scsi-cd" : "scsi-hd", "id", drive->id,
                   "bus", unit, "drive", image, "bootindex", index, NULL);
      return TRUE;

    default:
      g_return_val_if_reached (FALSE);
    }
}

/* --- network ------------------------------------------------------------- */

static char *
forward_to_option (AetherPortForward *forward, GError **error)
{
  const char *address = string_or (forward->host_address, "127.0.0.1");
  g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string (address);

  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV4)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is no address that a port can be forwarded from. "
                     "Use an IPv4 address of this computer, as 127.0.0.1."), address);
      return NULL;
    }

  return g_strdup_printf ("%s:%s:%u-:%u", forward->protocol == AETHER_PROTOCOL_UDP ? "udp" : "tcp",
                          address, forward->host_port, forward->guest_port);
}

static gboolean
add_network (Command *self, AetherNetwork *network, guint n, GError **error)
{
  const char * const with_rom[] = { "virtio-net-pci", "e1000", "e1000e", "rtl8139", "vmxnet3", NULL };
  g_autofree char *id = g_strdup_printf ("network.%u", n);
  const char *model = string_or (network->model, "virtio");

  if (g_str_equal (model, "virtio"))
    model = "virtio-net-pci";
  else if (!check_id (model, "networks.model", error))
    return FALSE;

  if (network->mode == AETHER_NETWORK_USER)
    {
      GListModel *forwards = G_LIST_MODEL (network->forwards);
      g_autofree char *netdev = NULL;
      g_autoptr(GString) text = g_string_new (NULL);

      g_string_printf (text, "user,id=%s", id);
      for (guint i = 0; i < g_list_model_get_n_items (forwards); i++)
        {
          g_autoptr(AetherPortForward) forward = g_list_model_get_item (forwards, i);
          g_autofree char *option = forward_to_option (forward, error);

          if (option == NULL)
            return FALSE;
          g_string_append_printf (text, ",hostfwd=%s", option);
        }
      command_add_plain (self, "-netdev", text->str);
    }

  /* Without its boot ROM, which takes a while and is a package of its own */
  command_add (self, "-device", model, "id", id,
               "netdev", network->mode == AETHER_NETWORK_USER ? id : NULL,
               "mac", network->mac && *network->mac ? network->mac : NULL,
               "romfile", g_strv_contains (with_rom, model) ? "" : NULL, NULL);
  return TRUE;
}

/* --- display and input --------------------------------------------------- */

static const char *
find_display_model (Command *self, const char *model, guint n)
{
  gboolean x86 = self->board != BOARD_VIRT;

  if (model == NULL || *model == '\0' || g_str_equal (model, "virtio"))
    {
      if (x86 && n == 0 && has_device (self, "virtio-vga"))
        return "virtio-vga";
      if ((!x86 || n > 0) && has_device (self, "virtio-gpu-pci"))
        return "virtio-gpu-pci";
      model = "std";   /* its module is not installed */
    }

  if (g_str_equal (model, "std"))
    {
      if (!x86)
        return n == 0 ? "ramfb" : "bochs-display";
      return n == 0 ? "VGA" : "secondary-vga";
    }

  return model;
}

static gboolean
add_display (Command *self, AetherDisplay *display, guint n, GError **error)
{
  g_autofree char *id = g_strdup_printf ("display.%u", n);
  g_autofree char *width = display->width ? g_strdup_printf ("%u", display->width) : NULL;
  g_autofree char *height = display->height ? g_strdup_printf ("%u", display->height) : NULL;
  const char *model = find_display_model (self, display->model, n);
  const char * const sized[] = { "virtio-vga", "virtio-gpu-pci", "VGA", "secondary-vga", "bochs-display",
                                 "virtio-vga-gl", "virtio-gpu-gl-pci", "qxl", "qxl-vga", NULL };
  gboolean has_size = width && height && g_strv_contains (sized, model);

  if (!check_id (model, "displays.model", error))
    return FALSE;

  command_add (self, "-device", model, "id", id,
               "xres", has_size ? width : NULL, "yres", has_size ? height : NULL, NULL);
  return TRUE;
}

gboolean
aether_qemu_command_has_display (AetherMachine *machine, AetherCapabilities *capabilities)
{
  return g_list_model_get_n_items (G_LIST_MODEL (machine->displays)) > 0 &&
         aether_capabilities_has (capabilities, "display.%s.dbus", machine->arch);
}

/* VNC is a second way to the same screen; without D-Bus it is the only one. */
gboolean
aether_qemu_command_has_vnc (AetherMachine *machine, AetherCapabilities *capabilities)
{
  return g_list_model_get_n_items (G_LIST_MODEL (machine->displays)) > 0 &&
         aether_capabilities_has (capabilities, "display.%s.vnc", machine->arch);
}

/* Whose sound is played is asked of the D-Bus display, which knows of one sound. */
gboolean
aether_qemu_command_has_sound (AetherMachine *machine, AetherCapabilities *capabilities)
{
  return machine->sound->card != AETHER_SOUND_CARD_NONE &&
         aether_qemu_command_has_display (machine, capabilities) &&
         aether_capabilities_has (capabilities, "feature.%s.sound", machine->arch);
}

/* Events go to the device that the guest began to use last, and before that
 * to the first one: PS/2 where the board has it, so USB comes before virtio,
 * and the tablet after the touch screen, which takes buttons too. */
static void
add_input (Command *self)
{
  command_add (self, "-device", "qemu-xhci", "id", "usb", NULL);
  if (self->board == BOARD_VIRT)
    command_add (self, "-device", "usb-kbd", "id", "keyboard.usb", "bus", "usb.0", NULL);
  command_add (self, "-device", "usb-tablet", "id", "tablet.usb", "bus", "usb.0", NULL);
  command_add (self, "-device", "virtio-keyboard-pci", "id", "keyboard.virtio", NULL);
  if (self->machine->input->touch)
    command_add (self, "-device", "virtio-multitouch-pci", "id", "touch.virtio", NULL);
  command_add (self, "-device", "virtio-tablet-pci", "id", "tablet.virtio", NULL);
}

/* --- everything else ----------------------------------------------------- */

static void
add_socket (Command *self, const char *id, int fd)
{
  g_autofree char *number = g_strdup_printf ("%d", fd);

  command_add (self, "-chardev", "socket", "id", id, "fd", number, NULL);
}

static void
add_serials (Command *self)
{
  guint on_board = self->board == BOARD_VIRT ? 1 : ISA_SERIAL_PORTS;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->machine->serials)); i++)
    {
      g_autofree char *id = g_strdup_printf ("serial.%u", i);
      g_autofree char *chardev = g_strconcat ("chardev:", id, NULL);

      add_socket (self, id, AETHER_QEMU_FD_SERIAL ((int) i));
      if (i < on_board)
        command_add_plain (self, "-serial", chardev);
      else
        command_add (self, "-device", "pci-serial", "chardev", id, NULL);
    }
}

gboolean
aether_qemu_command_has_clipboard (AetherMachine *machine, AetherCapabilities *capabilities)
{
  return machine->sharing->clipboard != AETHER_CLIPBOARD_OFF &&
         aether_qemu_command_has_display (machine, capabilities) &&
         aether_capabilities_has (capabilities, "feature.%s.clipboard", machine->arch);
}

static gboolean
has_sound (Command *self)
{
  return aether_qemu_command_has_sound (self->machine, self->capabilities);
}

static void
add_sound (Command *self)
{
  if (!has_sound (self))
    return;

  command_add (self, "-audiodev", "dbus", "id", "sound", NULL);
  command_add (self, "-device", self->board == BOARD_Q35 ? "ich9-intel-hda" : "intel-hda", "id", "sound.0", NULL);
  command_add (self, "-device", self->machine->sound->microphone ? "hda-duplex" : "hda-output",
               "bus", "sound.0.0", "audiodev", "sound", NULL);
}

static void
add_clipboard (Command *self)
{
  if (!aether_qemu_command_has_clipboard (self->machine, self->capabilities))
    return;

  command_add (self, "-chardev", "qemu-vdagent", "id", AETHER_QEMU_CLIPBOARD, "clipboard", "on", NULL);
  command_add (self, "-device", "virtserialport", "id", "channel.clipboard", "bus", "channels.0.0",
               "chardev", AETHER_QEMU_CLIPBOARD, "name", "com.redhat.spice.0", NULL);
}

static void
add_channels (Command *self)
{
  add_socket (self, "agent", AETHER_QEMU_FD_AGENT);
  command_add (self, "-device", "virtio-serial-pci", "id", "channels.0", NULL);
  command_add (self, "-device", "virtserialport", "id", "channel.agent", "bus", "channels.0.0", "chardev", "agent",
               "name", "org.qemu.guest_agent.0", NULL);
  add_clipboard (self);
}

static void
add_helpers (Command *self)
{
  command_add (self, "-device", "virtio-rng-pci", NULL);
  if (self->machine->memory->balloon)
    command_add (self, "-device", "virtio-balloon-pci", "id", "balloon.0", "deflate-on-oom", "on",
                 "free-page-reporting", "on", NULL);
  if (has_device (self, "pvpanic-pci"))
    command_add (self, "-device", "pvpanic-pci", NULL);

  /* A guest that panics goes on as it likes: some restart themselves, and the
   * others' last words stay on the screen. We are told either way. */
  command_add (self, "-action", NULL, "panic", "none", NULL);
  /* An installer that restarts means the new system, not itself again */
  if (self->machine->firmware->once && self->machine->firmware->kernel)
    command_add (self, "-action", NULL, "reboot", "shutdown", NULL);
}

static gboolean
add_lists (Command *self, GError **error)
{
  GListModel *drives = G_LIST_MODEL (self->machine->drives);
  GListModel *networks = G_LIST_MODEL (self->machine->networks);
  GListModel *displays = G_LIST_MODEL (self->machine->displays);

  for (guint i = 0; i < g_list_model_get_n_items (displays); i++)
    {
      g_autoptr(AetherDisplay) display = g_list_model_get_item (displays, i);

      if (!add_display (self, display, i, error))
        return FALSE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (!add_drive (self, drive, error))
        return FALSE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (networks); i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (networks, i);

      if (!add_network (self, network, i, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * aether_qemu_command_build:
 * @bundle: for the paths of files
 * @capabilities: of QEMU, probed for the machine's architecture
 * @accelerator: "kvm" or "tcg"
 *
 * The command line under which @machine runs in QEMU. It starts with vCPUs
 * stopped and expects the descriptors AETHER_QEMU_FD_* to be open.
 *
 * Returns: (transfer full): arguments, beginning with the program's path.
 *   Errors are sentences: %G_IO_ERROR_NOT_FOUND when a program or firmware is
 *   missing, %G_IO_ERROR_INVALID_ARGUMENT or %G_IO_ERROR_NOT_SUPPORTED when the
 *   configuration asks for what QEMU cannot do
 */
char **
aether_qemu_command_build (AetherMachine       *machine,
                           AetherBundle        *bundle,
                           AetherCapabilities  *capabilities,
                           const char          *accelerator,
                           GError             **error)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  const AetherCapability *program = aether_capabilities_lookup (capabilities, "arch.%s", machine->arch);
  g_autofree char *memory = g_strdup_printf ("%uM", machine->memory->size);
  Command self = {
    .argv = argv,
    .machine = machine,
    .bundle = bundle,
    .capabilities = capabilities,
    .board = find_board (machine),
    .kvm = g_str_equal (accelerator, "kvm"),
  };

  if (program == NULL || !program->available)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                   program ? program->reason : _("QEMU knows no guests of this architecture."));
      return NULL;
    }

  g_ptr_array_add (argv, g_strdup (program->value));
  command_add (&self, "-name", NULL, "guest", machine->name, "debug-threads", "on", NULL);
  command_add (&self, "-uuid", machine->uuid, NULL);
  command_add_plain (&self, "-no-user-config", NULL);
  command_add_plain (&self, "-nodefaults", NULL);
  command_add_plain (&self, "-S", NULL);
  if (aether_capabilities_has (capabilities, "feature.%s.sandbox", machine->arch))
    command_add (&self, "-sandbox", "on", "obsolete", "deny", "elevateprivileges", "deny",
                 "spawn", "deny", "resourcecontrol", "deny", NULL);
  add_socket (&self, "qmp", AETHER_QEMU_FD_QMP);
  command_add (&self, "-mon", NULL, "chardev", "qmp", "mode", "control", NULL);
  if (aether_qemu_command_has_display (machine, capabilities))
    command_add (&self, "-display", "dbus", "p2p", "on", "audiodev", has_sound (&self) ? "sound" : NULL, NULL);
  else
    command_add_plain (&self, "-display", "none");
  if (aether_qemu_command_has_vnc (machine, capabilities))
    command_add_plain (&self, "-vnc", "none");   /* listens nowhere: peers are handed over by QMP */

  if (!add_board (&self, error))
    return NULL;
  add_accelerator (&self);
  if (!add_cpu (&self, error))
    return NULL;
  command_add (&self, "-m", NULL, "size", memory, NULL);
  command_add (&self, "-rtc", NULL, "base", "utc", NULL);
  if (!add_firmware (&self, error))
    return NULL;

  add_input (&self);
  if (!add_lists (&self, error))
    return NULL;
  add_sound (&self);
  add_serials (&self);
  add_channels (&self);
  add_helpers (&self);

  for (char **argument = machine->qemu->arguments; argument && *argument; argument++)
    g_ptr_array_add (argv, g_strdup (*argument));
  g_ptr_array_add (argv, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/**
 * aether_qemu_command_accelerator:
 * @reason: (out) (nullable): why nothing better, %NULL when it is the best
 *
 * Returns: what @machine shall run with: "kvm" or "tcg"
 */
const char *
aether_qemu_command_accelerator (AetherMachine       *machine,
                                 AetherCapabilities  *capabilities,
                                 const char         **reason)
{
  const AetherCapability *kvm = aether_capabilities_lookup (capabilities, "accelerator.%s.kvm", machine->arch);

  *reason = NULL;
  if (machine->qemu->accelerator == AETHER_ACCELERATOR_TCG)
    return "tcg";
  if (machine->qemu->accelerator == AETHER_ACCELERATOR_KVM || (kvm && kvm->available))
    return "kvm";

  *reason = kvm ? kvm->reason : NULL;
  return "tcg";
}
