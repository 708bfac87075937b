/* aether-login-row.h - the password of a machine's user, as the wizard put it into the keyring
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define AETHER_TYPE_LOGIN_ROW (aether_login_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherLoginRow, aether_login_row, AETHER, LOGIN_ROW, AdwActionRow)

/* Shows the row when the keyring has a password for a user of the machine @uuid. The keyring is
 * asked to unlock only when the password is to be seen. */
void aether_login_row_look (AetherLoginRow *self,
                            const char     *uuid);

G_END_DECLS
