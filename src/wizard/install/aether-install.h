/* aether-install.h - the answers to what an installer asks, written beforehand
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who reads the answers. Nicks: "cloud-init", "preseed", "kickstart", "autoinstall",
 * "autoyast", "unattend", "script". */
typedef enum
{
  AETHER_INSTALL_NONE,
  AETHER_INSTALL_CLOUD_INIT,    /* a disk image that is set up at its first start */
  AETHER_INSTALL_PRESEED,       /* the installer of Debian */
  AETHER_INSTALL_KICKSTART,     /* of Fedora, RHEL and their kin */
  AETHER_INSTALL_AUTOINSTALL,   /* of Ubuntu */
  AETHER_INSTALL_AUTOYAST,      /* of openSUSE Leap 15 and Tumbleweed */
  AETHER_INSTALL_UNATTEND,      /* of Windows */
  AETHER_INSTALL_SCRIPT,        /* whatever libosinfo has a script for */
} AetherInstallKind;

const char *aether_install_kind_to_nick (AetherInstallKind kind);

/**
 * AetherInstallOptions:
 * @password: wiped when the options are freed; NULL or "": log in with @ssh_key only
 * @time_zone: as "Europe/Berlin"
 * @keyboard: as xkb has it: "de", "de+nodeadkeys"
 * @language: a locale: "de_DE.UTF-8"
 * @mac: of the network card that gets its address by DHCP; NULL: the guest chooses one
 * @product_key: (nullable): Windows; without it one of Microsoft's that choose an edition only
 * @medium_language: the language that the Windows medium is in, "en-US"
 * @drivers: there is a medium with virtio drivers beside the answers (Windows)
 * @uefi: the machine starts so (Windows partitions the disk by it)
 * @bypass_requirements: Windows 11 is not to ask for a TPM, Secure Boot and 4 GB
 * @ssh_key: (nullable): one line of an authorized_keys file
 * @packages: (nullable): besides the least there is; the names are the system's own
 * @arch: as machines have it
 * @os: id of the system, as libosinfo has it; only for %AETHER_INSTALL_SCRIPT, as is
 * @disk: where it is installed: "/dev/vda"
 *
 * All strings may be NULL where not said otherwise; aether_install_options_complete() then
 * takes what this computer has.
 */
typedef struct
{
  char     *user_name;
  char     *real_name;
  char     *password;
  char     *host_name;
  char     *time_zone;
  char     *keyboard;
  char     *language;
  char     *mac;
  char     *product_key;
  char     *medium_language;
  char     *ssh_key;
  GStrv     packages;
  char     *arch;
  char     *os;
  char     *disk;
  gboolean  drivers;
  gboolean  uefi;
  gboolean  bypass_requirements;
} AetherInstallOptions;

AetherInstallOptions *aether_install_options_new      (void);
AetherInstallOptions *aether_install_options_copy     (const AetherInstallOptions *self);
void                  aether_install_options_free     (AetherInstallOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherInstallOptions, aether_install_options_free)

/* @machine: its name gives the host name when none was set. */
void                  aether_install_options_complete (AetherInstallOptions *self,
                                                       const char           *machine);
/* Whether that installer can be told so. Errors: G_IO_ERROR_INVALID_ARGUMENT, a sentence
 * without the password. */
gboolean              aether_install_options_check    (const AetherInstallOptions *self,
                                                       AetherInstallKind           kind,
                                                       GError                    **error);

typedef struct
{
  char   *name;
  GBytes *contents;
} AetherInstallFile;

/**
 * AetherInstallPlan:
 * @label: what the medium with the files must be called; NULL: they go into the initial
 *   ram disk instead
 * @append: (nullable): the kernel's command line, when the installer must be started with
 *   one; else the medium starts by itself
 * @powers_off: at its end, else it restarts into the new system
 */
typedef struct
{
  AetherInstallKind  kind;
  const char        *label;
  GPtrArray         *files;    /* of AetherInstallFile */
  char              *append;
  gboolean           powers_off;
} AetherInstallPlan;

/* Touches nothing outside. @options: complete. Errors: those of the check. */
AetherInstallPlan *aether_install_plan_new  (AetherInstallKind           kind,
                                             const AetherInstallOptions *options,
                                             GError                    **error);
void               aether_install_plan_free (AetherInstallPlan          *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherInstallPlan, aether_install_plan_free)

G_END_DECLS
