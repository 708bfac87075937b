/* aether-paths.h - where things lie
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *aether_paths_dup_library      (void);               /* $XDG_DATA_HOME/aether/machines */
char *aether_paths_dup_media        (void);               /* $XDG_DATA_HOME/aether/media: what was downloaded */
char *aether_paths_dup_consents     (void);               /* $XDG_DATA_HOME/aether/consents: what the user agreed to */
char *aether_paths_dup_config       (void);               /* $XDG_CONFIG_HOME/aether */
char *aether_paths_dup_cache        (void);               /* $XDG_CACHE_HOME/aether */
char *aether_paths_dup_runtime_root (void);               /* $XDG_RUNTIME_DIR/aether, 0700; not made */
char *aether_paths_dup_runtime      (const char *uuid);   /* its folder of one machine; not made */
char *aether_paths_dup_engines      (void);               /* plug-ins; $AETHER_ENGINES_DIR when set */
char *aether_paths_dup_machine_program (void);            /* aether-machine; $AETHER_MACHINE_PROGRAM when set */
char *aether_paths_dup_sound_program (void);            /* aether-sound; $AETHER_SOUND_PROGRAM when set */
char *aether_paths_find_guest       (const char *arch);   /* (nullable): folder with vmlinuz, initrd, cmdline of
                                                           * the small Linux: $AETHER_GUESTS_DIR/ARCH, cache/guests/ARCH,
                                                           * datadir/guests/ARCH: the first that exists */
char *aether_paths_find_demo        (const char *guest,   /* (nullable): the image of an Aether guest that comes with */
                                     const char *arch);   /* Aether: in $AETHER_DEMOS_DIR or datadir/demos */

G_END_DECLS
