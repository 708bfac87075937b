/* aether-install-private.h - what the writers of answers share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-install-disc.h"

#include <osinfo/osinfo.h>

G_BEGIN_DECLS

/* Each adds its files to a plan; the options were checked. FALSE: no password hash could be made. */
gboolean    _aether_install_write_cloud_init  (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_autoinstall (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_preseed     (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_kickstart   (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_autoyast    (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_unattend    (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_script      (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error);
gboolean    _aether_install_write_script_from (AetherInstallPlan *plan, const AetherInstallOptions *options, OsinfoDb *db,
                                               GError **error);
/* What such a script cannot be told. */
gboolean    _aether_install_check_script      (const AetherInstallOptions *options, GError **error);
/* Sets @kernel and @initrd of an installer that takes a script of libosinfo's in its ram disk; leaves
 * them NULL where there is none. */
gboolean    _aether_install_look_for_kernel   (AetherInstallMedium *self, const char *path, const char *arch,
                                               GCancellable *cancellable, GError **error);

/* Takes @contents, and wipes it when the plan goes. */
void        _aether_install_plan_add          (AetherInstallPlan *plan, const char *name, GString *contents);

/* A salted SHA-512 crypt(3) hash, which every Linux of the last fifteen years reads; "!" for no
 * password: nobody can log in with one. NULL with @error when the library has none. */
char       *_aether_install_hash              (const char *password, GError **error);
gboolean    _aether_install_has_password      (const AetherInstallOptions *options);
/* A YAML scalar in double quotes. */
char       *_aether_install_yaml              (const char *text);
char       *_aether_install_xml               (const char *text);
/* "de+nodeadkeys" -> "de", and "nodeadkeys" or "" */
char       *_aether_install_layout            (const char *keyboard, const char **variant);
/* "de_DE.UTF-8" -> "de-DE" */
char       *_aether_install_language_tag      (const char *language);

/* "Europe/Berlin" -> "W. Europe Standard Time"; "UTC" when nothing is known */
const char *_aether_install_windows_zone      (const char *olson);
/* "de" -> "00000407"; NULL when nothing is known */
const char *_aether_install_windows_keyboard  (const char *layout);

G_END_DECLS
