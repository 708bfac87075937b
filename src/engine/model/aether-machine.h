/* aether-machine.h - what a machine is made of: the contents of machine.json
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-part.h"

G_BEGIN_DECLS

/* The schema this version writes. Older ones are upgraded when read, newer
 * ones are refused. */
#define AETHER_MACHINE_SCHEMA 1

#define AETHER_MACHINE_NAME_MAX 255  /* bytes of UTF-8 */

typedef enum
{
  AETHER_FIRMWARE_BIOS,   /* "bios": the machine type's own default firmware */
  AETHER_FIRMWARE_UEFI,   /* "uefi" */
} AetherFirmwareKind;

typedef enum
{
  AETHER_DRIVE_DISK,      /* "disk" */
  AETHER_DRIVE_CDROM,     /* "cdrom": read-only, may be empty */
} AetherDriveKind;

typedef enum
{
  AETHER_DRIVE_VIRTIO,    /* "virtio" */
  AETHER_DRIVE_SATA,      /* "sata" */
  AETHER_DRIVE_NVME,      /* "nvme" */
  AETHER_DRIVE_SCSI,      /* "scsi": virtio-scsi */
  AETHER_DRIVE_USB,       /* "usb" */
} AetherDriveInterface;

typedef enum
{
  AETHER_NETWORK_NONE,    /* "none": a card whose cable is not plugged in */
  AETHER_NETWORK_USER,    /* "user": out through this computer, in by port forwards only */
} AetherNetworkMode;

typedef enum
{
  AETHER_PROTOCOL_TCP,    /* "tcp" */
  AETHER_PROTOCOL_UDP,    /* "udp" */
} AetherProtocol;

typedef enum
{
  AETHER_ACCELERATOR_AUTO,   /* "auto": the best that a probe has seen work */
  AETHER_ACCELERATOR_KVM,    /* "kvm": or fail */
  AETHER_ACCELERATOR_TCG,    /* "tcg": emulate */
} AetherAccelerator;

typedef enum
{
  AETHER_BACKEND_AUTO,       /* "auto": the best that a trial has shown to work */
  AETHER_BACKEND_KVM,        /* "kvm": or fail */
  AETHER_BACKEND_UNICORN,    /* "unicorn": a CPU in software */
} AetherBackend;

typedef enum
{
  AETHER_CLIPBOARD_BOTH,           /* "both" */
  AETHER_CLIPBOARD_TO_MACHINE,     /* "to-machine": what is copied there stays there */
  AETHER_CLIPBOARD_FROM_MACHINE,   /* "from-machine" */
  AETHER_CLIPBOARD_OFF,            /* "off" */
} AetherClipboardMode;

typedef enum
{
  AETHER_SOUND_CARD_HDA,           /* "hda": what every system has a driver for */
  AETHER_SOUND_CARD_NONE,          /* "none" */
} AetherSoundCard;

#define AETHER_TYPE_CLIPBOARD_MODE  (aether_clipboard_mode_get_type ())
#define AETHER_TYPE_SOUND_CARD      (aether_sound_card_get_type ())
#define AETHER_TYPE_FIRMWARE_KIND   (aether_firmware_kind_get_type ())
#define AETHER_TYPE_DRIVE_KIND      (aether_drive_kind_get_type ())
#define AETHER_TYPE_DRIVE_INTERFACE (aether_drive_interface_get_type ())
#define AETHER_TYPE_NETWORK_MODE    (aether_network_mode_get_type ())
#define AETHER_TYPE_PROTOCOL        (aether_protocol_get_type ())
#define AETHER_TYPE_ACCELERATOR     (aether_accelerator_get_type ())
#define AETHER_TYPE_BACKEND         (aether_backend_get_type ())
GType aether_clipboard_mode_get_type  (void);
GType aether_sound_card_get_type      (void);
GType aether_firmware_kind_get_type   (void);
GType aether_drive_kind_get_type      (void);
GType aether_drive_interface_get_type (void);
GType aether_network_mode_get_type    (void);
GType aether_protocol_get_type        (void);
GType aether_accelerator_get_type     (void);
GType aether_backend_get_type         (void);

/* The parts. Read members freely; write them as properties. Strings are NULL
 * when unset. File names are relative to the bundle, or absolute. */

#define AETHER_TYPE_CPU (aether_cpu_get_type ())
G_DECLARE_FINAL_TYPE (AetherCpu, aether_cpu, AETHER, CPU, AetherPart)
struct _AetherCpu
{
  AetherPart  parent_instance;

  guint       count;          /* vCPUs, 1..512 */
  char       *model;          /* the engine's name for it; NULL: the best there is */
};

#define AETHER_TYPE_MEMORY (aether_memory_get_type ())
G_DECLARE_FINAL_TYPE (AetherMemory, aether_memory, AETHER, MEMORY, AetherPart)
struct _AetherMemory
{
  AetherPart  parent_instance;

  guint       size;           /* MiB, 1..16777216 */
  gboolean    balloon;        /* unused memory can be given back */
};

#define AETHER_TYPE_FIRMWARE (aether_firmware_get_type ())
G_DECLARE_FINAL_TYPE (AetherFirmware, aether_firmware, AETHER, FIRMWARE, AetherPart)
struct _AetherFirmware
{
  AetherPart          parent_instance;

  AetherFirmwareKind  kind;
  char               *kernel;   /* direct kernel boot: file; NULL: boot from the drives */
  char               *initrd;   /* file; only with kernel */
  char               *append;   /* kernel command line; only with kernel */
  gboolean            once;     /* kernel, initrd and append go when the guest has shut down: an installer's */
};

#define AETHER_TYPE_DRIVE (aether_drive_get_type ())
G_DECLARE_FINAL_TYPE (AetherDrive, aether_drive, AETHER, DRIVE, AetherPart)
struct _AetherDrive
{
  AetherPart            parent_instance;

  char                 *id;        /* [a-z][a-z0-9-]{0,30}, unique in the machine: "disk0" */
  AetherDriveKind       kind;
  AetherDriveInterface  interface;
  char                 *file;      /* NULL: an empty CD drive */
  char                 *format;    /* "qcow2", "raw"...: never guessed from the contents */
  gboolean              read_only;
  gboolean              once;      /* goes when the guest has shut down: an installer's answers */
};

#define AETHER_TYPE_PORT_FORWARD (aether_port_forward_get_type ())
G_DECLARE_FINAL_TYPE (AetherPortForward, aether_port_forward, AETHER, PORT_FORWARD, AetherPart)
struct _AetherPortForward
{
  AetherPart      parent_instance;

  AetherProtocol  protocol;
  char           *host_address;   /* default "127.0.0.1": this computer only */
  guint           host_port;      /* 1..65535 */
  guint           guest_port;     /* 1..65535 */
};

#define AETHER_TYPE_NETWORK (aether_network_get_type ())
G_DECLARE_FINAL_TYPE (AetherNetwork, aether_network, AETHER, NETWORK, AetherPart)
struct _AetherNetwork
{
  AetherPart         parent_instance;

  AetherNetworkMode  mode;
  char              *model;       /* "virtio", or the engine's name of a card */
  char              *mac;         /* "52:54:00:xx:xx:xx"; NULL: the engine's choice */
  GListStore        *forwards;    /* of AetherPortForward */
};

#define AETHER_TYPE_DISPLAY (aether_display_get_type ())
G_DECLARE_FINAL_TYPE (AetherDisplay, aether_display, AETHER, DISPLAY, AetherPart)
struct _AetherDisplay
{
  AetherPart  parent_instance;

  char       *model;          /* "virtio", "std", or the engine's name of a card */
  guint       width, height;  /* preferred mode in pixels; 0: the guest's choice */
};

#define AETHER_TYPE_INPUT (aether_input_get_type ())
G_DECLARE_FINAL_TYPE (AetherInput, aether_input, AETHER, INPUT, AetherPart)
struct _AetherInput
{
  AetherPart  parent_instance;

  gboolean    touch;          /* a touch screen besides keyboard and pointer */
};

#define AETHER_TYPE_SERIAL (aether_serial_get_type ())
G_DECLARE_FINAL_TYPE (AetherSerial, aether_serial, AETHER, SERIAL, AetherPart)
struct _AetherSerial
{
  AetherPart  parent_instance;

  gboolean    log;            /* keep what the guest prints in logs/serial-N.log */
};

#define AETHER_TYPE_SOUND (aether_sound_get_type ())
G_DECLARE_FINAL_TYPE (AetherSound, aether_sound, AETHER, SOUND, AetherPart)
struct _AetherSound
{
  AetherPart       parent_instance;

  AetherSoundCard  card;
  gboolean         microphone;    /* the machine may listen */
};

#define AETHER_TYPE_SHARING (aether_sharing_get_type ())
G_DECLARE_FINAL_TYPE (AetherSharing, aether_sharing, AETHER, SHARING, AetherPart)
struct _AetherSharing
{
  AetherPart           parent_instance;

  AetherClipboardMode  clipboard;
};

#define AETHER_TYPE_QEMU_OPTIONS (aether_qemu_options_get_type ())
G_DECLARE_FINAL_TYPE (AetherQemuOptions, aether_qemu_options, AETHER, QEMU_OPTIONS, AetherPart)
struct _AetherQemuOptions
{
  AetherPart         parent_instance;

  AetherAccelerator  accelerator;
  char              *type;        /* "q35", "virt", "pc"...; NULL: the architecture's default */
  GStrv              arguments;   /* the user's own, appended last */
};

/* What only the engine "aether" has */
#define AETHER_TYPE_VMM_OPTIONS (aether_vmm_options_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmmOptions, aether_vmm_options, AETHER, VMM_OPTIONS, AetherPart)
struct _AetherVmmOptions
{
  AetherPart     parent_instance;

  AetherBackend  backend;
};

/**
 * AetherMachine:
 *
 * The configuration of one machine, whether it runs or not: what
 * machine.json holds. Not thread-safe; belongs to the thread that made it.
 */
#define AETHER_TYPE_MACHINE (aether_machine_get_type ())
G_DECLARE_FINAL_TYPE (AetherMachine, aether_machine, AETHER, MACHINE, AetherPart)
struct _AetherMachine
{
  AetherPart          parent_instance;

  guint               schema;
  char               *uuid;       /* lower case, RFC 4122; made by aether_machine_new() */
  char               *name;       /* what the user calls it; may hold any character but controls */
  char               *notes;
  char               *os;         /* the short id of the catalogue: "debian13"; NULL: not known */
  char               *engine;     /* "qemu", "aether" */
  char               *arch;       /* "x86_64", "i386", "aarch64", "riscv64" */
  AetherCpu          *cpu;
  AetherMemory       *memory;
  AetherFirmware     *firmware;
  GListStore         *drives;     /* of AetherDrive, in boot order */
  GListStore         *networks;   /* of AetherNetwork */
  GListStore         *displays;   /* of AetherDisplay */
  AetherInput        *input;
  GListStore         *serials;    /* of AetherSerial, index = port */
  AetherSound        *sound;
  AetherSharing      *sharing;
  AetherQemuOptions  *qemu;       /* for that engine alone, */
  AetherVmmOptions   *aether;     /* as this one */
};

AetherMachine *aether_machine_new            (const char     *name,
                                              const char     *arch);
AetherMachine *aether_machine_new_from_data  (const char     *data,
                                              gssize          length,
                                              GError        **error);
char          *aether_machine_to_data        (AetherMachine  *self,
                                              gsize          *length);
AetherMachine *aether_machine_copy           (AetherMachine  *self);
gboolean       aether_machine_validate       (AetherMachine  *self,
                                              GError        **error);

gboolean       aether_machine_check_name     (const char     *name,
                                              GError        **error);
const char    *aether_machine_host_arch      (void);
const char    *aether_machine_canonical_arch (const char     *name);
gboolean       aether_machine_knows_arch     (const char     *arch);
char          *aether_machine_random_mac     (void);
char          *aether_machine_next_drive_id  (AetherMachine  *self,
                                              AetherDriveKind kind);

G_END_DECLS
