/* aether-install-keyring.h - the password of a machine's user, in the desktop's keyring
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-library.h"

G_BEGIN_DECLS

/* Who can log in to a machine. */
typedef struct
{
  char *user;
  char *password;   /* in memory that is not paged out; wiped when freed */
} AetherInstallLogin;

void                aether_install_login_free            (AetherInstallLogin   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherInstallLogin, aether_install_login_free)

/**
 * aether_install_keyring_keep_async:
 * @uuid: of the machine
 * @machine: its name, which the keyring's own programs show
 * @callback: called on the thread-default main context
 *
 * Keeps it, in the place of what was kept for that user of that machine. The desktop may ask
 * to unlock the keyring first.
 *
 * All functions here fail with %G_IO_ERROR_NOT_SUPPORTED where there is no keyring, and with
 * %G_IO_ERROR_PERMISSION_DENIED when it stays locked. The sentences never have the password.
 */
void                aether_install_keyring_keep_async    (const char           *uuid,
                                                          const char           *machine,
                                                          const char           *user,
                                                          const char           *password,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            aether_install_keyring_keep_finish   (GAsyncResult         *result,
                                                          GError              **error);

/* What is kept for @user; NULL: for any, the one that was kept last. Returns: (transfer full):
 * NULL without an error when nothing is. */
void                aether_install_keyring_lookup_async  (const char           *uuid,
                                                          const char           *user,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
AetherInstallLogin *aether_install_keyring_lookup_finish (GAsyncResult         *result,
                                                          GError              **error);

/* Whose password would be found, without asking to unlock. Returns: (transfer full): NULL without an
 * error when none is kept. */
void                aether_install_keyring_find_user_async  (const char          *uuid,
                                                             GCancellable        *cancellable,
                                                             GAsyncReadyCallback  callback,
                                                             gpointer             user_data);
char               *aether_install_keyring_find_user_finish (GAsyncResult        *result,
                                                             GError             **error);

/* Forgets @user's; NULL: all of the machine. TRUE when there was nothing, too. */
void                aether_install_keyring_clear_async   (const char           *uuid,
                                                          const char           *user,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            aether_install_keyring_clear_finish  (GAsyncResult         *result,
                                                          GError              **error);

/* @uuid: of a machine that is a copy, called @machine: whoever can log in to the one of @from can to it,
 * by the same password. TRUE when nothing was kept, too. */
void                aether_install_keyring_copy_async    (const char           *from,
                                                          const char           *uuid,
                                                          const char           *machine,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            aether_install_keyring_copy_finish   (GAsyncResult         *result,
                                                          GError              **error);

/* Before @bundle is deleted for good: the UUID to clear afterwards. NULL when the machine stays,
 * because only a link to it goes, or a copy of the folder in @library has the same UUID. */
char               *aether_install_keyring_dup_owner     (AetherLibrary        *library,
                                                          AetherBundle         *bundle);

G_END_DECLS
