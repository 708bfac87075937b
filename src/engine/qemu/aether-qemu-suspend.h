/* aether-qemu-suspend.h - what saving a machine's state and loading it share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-qemu-session-private.h"
#include "aether-qmp-list.h"

G_BEGIN_DECLS

void        _aether_qemu_suspend_switch_clipboard (AetherQmpList      *list,
                                                   gboolean            on,
                                                   gboolean            stopped);
JsonObject *_aether_qemu_suspend_describe_fit     (AetherQemuSession  *self,
                                                   JsonObject         *media,
                                                   GError            **error);
void        _aether_qemu_suspend_apply_media      (AetherMachine      *machine,
                                                   JsonObject         *media);   /* (nullable) */

/* aether-qemu-resume.c */
void        _aether_qemu_resume_prepare_async     (AetherQemuSession  *self,
                                                   GCancellable       *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer            user_data);
void        _aether_qemu_resume_load_async        (AetherQemuSession  *self,
                                                   GAsyncReadyCallback callback,
                                                   gpointer            user_data);
void        _aether_qemu_resume_settle            (AetherQemuSession  *self);
void        _aether_qemu_resume_set_clock         (AetherQemuSession  *self);

G_END_DECLS
