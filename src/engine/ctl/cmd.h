/* cmd.h - the functions and options behind the table in ctl-commands.c
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "ctl.h"

#include "aether-download.h"
#include "aether-os.h"

G_BEGIN_DECLS

#define CTL_OPTION_JSON(variable) \
  { "json", 0, 0, G_OPTION_ARG_NONE, &(variable), N_("Print JSON instead of text"), NULL }

#define CTL_COMMAND(name) \
  extern const GOptionEntry name##_options[]; \
  gboolean name##_run (Ctl *ctl, char **args, GError **error)

CTL_COMMAND (cmd_add);
CTL_COMMAND (cmd_capabilities);
CTL_COMMAND (cmd_catalogue);
CTL_COMMAND (cmd_check);
CTL_COMMAND (cmd_clone);
CTL_COMMAND (cmd_command);
CTL_COMMAND (cmd_control);   /* pause, resume and reset */
CTL_COMMAND (cmd_create);
CTL_COMMAND (cmd_delete);
CTL_COMMAND (cmd_discard_state);
CTL_COMMAND (cmd_download);
CTL_COMMAND (cmd_downloads);
CTL_COMMAND (cmd_forget);
CTL_COMMAND (cmd_import);
CTL_COMMAND (cmd_key);
CTL_COMMAND (cmd_list);
CTL_COMMAND (cmd_log);
CTL_COMMAND (cmd_media);
CTL_COMMAND (cmd_new);
CTL_COMMAND (cmd_password);
CTL_COMMAND (cmd_rename);
CTL_COMMAND (cmd_screenshot);
CTL_COMMAND (cmd_serial);
CTL_COMMAND (cmd_set);
CTL_COMMAND (cmd_show);
CTL_COMMAND (cmd_start);
CTL_COMMAND (cmd_status);
CTL_COMMAND (cmd_stop);
CTL_COMMAND (cmd_suspend);
CTL_COMMAND (cmd_type);
CTL_COMMAND (cmd_wait);

#undef CTL_COMMAND

/* Of its signal "progress": one line on the terminal, gone at its end */
void cmd_download_show_progress (AetherDownload *download);

/* Tells where to get the system, and waits until it is in @folder (NULL: that of downloads).
 * Returns: (transfer full): the file's path. Fails when the user ends it. */
char *cmd_handover_wait (Ctl *ctl, AetherOs *os, const char *arch, const char *folder, GError **error);

G_END_DECLS
