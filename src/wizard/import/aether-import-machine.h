/* aether-import-machine.h - a machine as another program describes it, in words of no program
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-finding.h"
#include "aether-machine.h"

G_BEGIN_DECLS

/* What a description may have at most; what is more is left out. */
#define AETHER_IMPORT_MOST_TEXT   (4 * 1024 * 1024)   /* bytes of a description */
#define AETHER_IMPORT_MOST_DRIVES 32
#define AETHER_IMPORT_MOST_CARDS  8

typedef enum
{
  AETHER_IMPORT_BUS_UNKNOWN,
  AETHER_IMPORT_BUS_IDE,
  AETHER_IMPORT_BUS_SATA,
  AETHER_IMPORT_BUS_SCSI,          /* of a controller that Aether does not have */
  AETHER_IMPORT_BUS_VIRTIO_SCSI,
  AETHER_IMPORT_BUS_VIRTIO,
  AETHER_IMPORT_BUS_NVME,
  AETHER_IMPORT_BUS_USB,
} AetherImportBus;

typedef enum
{
  AETHER_IMPORT_NETWORK_SHARED,    /* out through the computer */
  AETHER_IMPORT_NETWORK_BRIDGED,   /* on the computer's own network */
  AETHER_IMPORT_NETWORK_PRIVATE,   /* with the computer or other machines alone */
  AETHER_IMPORT_NETWORK_NONE,      /* no cable */
} AetherImportNetworkMode;

typedef struct
{
  AetherDriveKind  kind;
  AetherImportBus  bus;
  char            *file;        /* (nullable): as it is written there; NULL: a new disk, an empty drive */
  char            *format;      /* (nullable): in QEMU's words, when the description says so */
  guint64          size;        /* bytes of a disk that is made when there is no file; 0: none is */
  gboolean         read_only;
} AetherImportDrive;

typedef struct
{
  AetherProtocol   protocol;
  char            *address;     /* (nullable): of this computer; NULL: all its addresses */
  guint            host_port;
  guint            guest_port;
} AetherImportForward;

typedef struct
{
  AetherImportNetworkMode mode;
  char            *model;       /* (nullable): the card's name there, in lower case */
  char            *mac;         /* (nullable): "52:54:00:12:34:56" */
  GPtrArray       *forwards;    /* of AetherImportForward */
} AetherImportNetwork;

/* Texts are valid UTF-8. What is not said is NULL or 0. */
typedef struct
{
  char      *name;
  char      *notes;
  char      *arch;         /* as machines have it, or one that Aether does not know */
  char      *os;           /* a short id of the catalogue, or the beginning of one: "debian12", "win" */
  char      *board;        /* "q35", "pc" or NULL */
  char      *firmware;     /* "bios", "uefi" */
  guint      memory;       /* MiB */
  guint      cpus;
  char      *kernel;       /* files, as drives have them */
  char      *initrd;
  char      *append;
  GPtrArray *drives;       /* of AetherImportDrive */
  GPtrArray *networks;     /* of AetherImportNetwork */
  char      *display;      /* the card's name there, in lower case; NULL: not said */
  gboolean   no_display;
  gboolean   sound;
  GPtrArray *findings;     /* of AetherFinding: what is not as it was */
} AetherImportMachine;

AetherImportMachine *aether_import_machine_new         (void);
void                 aether_import_machine_free        (AetherImportMachine     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherImportMachine, aether_import_machine_free)

/* NULL when there are too many, which is noted. */
AetherImportDrive   *aether_import_machine_add_drive   (AetherImportMachine     *self,
                                                        AetherDriveKind          kind,
                                                        AetherImportBus          bus,
                                                        const char              *file);
AetherImportNetwork *aether_import_machine_add_network (AetherImportMachine     *self,
                                                        AetherImportNetworkMode  mode,
                                                        const char              *model,
                                                        const char              *mac);
/* Leaves out, and notes, what is no forward. */
void                 aether_import_machine_add_forward (AetherImportMachine     *self,
                                                        AetherImportNetwork     *network,
                                                        const char              *protocol,
                                                        const char              *address,
                                                        const char              *host_port,
                                                        const char              *guest_port);
void                 aether_import_machine_note        (AetherImportMachine     *self,
                                                        AetherSeverity           severity,
                                                        const char              *id,
                                                        const char              *format,
                                                        ...) G_GNUC_PRINTF (4, 5);
/* "tpm", "shared-folders", "usb"...: what has one sentence wherever it comes from. Once each. */
void                 aether_import_machine_lose        (AetherImportMachine     *self,
                                                        const char              *what);

/* Whole decimal number up to @most, else FALSE and *number is left alone. */
gboolean             aether_import_number              (const char              *text,
                                                        guint64                  most,
                                                        guint64                 *number);
/* Sets *number in the unit of @bytes, when @text is one that a machine can have. */
void                 aether_import_take_count          (guint                   *number,
                                                        const char              *text,
                                                        guint                    most);
void                 aether_import_take_text           (char                   **to,
                                                        const char              *text,
                                                        gsize                    most);
/* The system, as they call it: "debian12-64", "Windows11_64", libosinfo's id; what means nothing is left out. */
void                 aether_import_take_os             (AetherImportMachine     *self,
                                                        const char              *theirs);
gboolean             aether_import_is_true             (const char              *text);

/* One entry of a format's table of words. */
typedef struct
{
  const char *theirs;
  int         ours;
} AetherImportWord;

int                  aether_import_look_up             (const AetherImportWord  *words,
                                                        guint                    n_words,
                                                        const char              *word,
                                                        int                      fallback);

/* Text of @data without a NUL, valid UTF-8, whatever it was. Errors: too long, or no text. */
char                *aether_import_text                (const char              *data,
                                                        gsize                    length,
                                                        GError                 **error);

/* The parsers: pure functions from bytes to a description. Each is safe with any bytes.
 * Returns: (transfer full) (element-type AetherImportMachine): one, or for OVF some */
typedef GPtrArray *(*AetherImportParser)               (const char              *data,
                                                        gsize                    length,
                                                        GError                 **error);
GPtrArray           *aether_import_parse_utm           (const char *data, gsize length, GError **error);
GPtrArray           *aether_import_parse_quickemu      (const char *data, gsize length, GError **error);
GPtrArray           *aether_import_parse_vmx           (const char *data, gsize length, GError **error);
GPtrArray           *aether_import_parse_vbox          (const char *data, gsize length, GError **error);
GPtrArray           *aether_import_parse_ovf           (const char *data, gsize length, GError **error);
GPtrArray           *aether_import_parse_libvirt       (const char *data, gsize length, GError **error);

GPtrArray           *aether_import_machines_new        (AetherImportMachine     *only);   /* takes it; NULL: none yet */

G_END_DECLS
