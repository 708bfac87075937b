/* app-fixture.h - a home of its own with machines in it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

/* Makes a temporary home and points XDG_DATA_HOME, XDG_CONFIG_HOME,
 * XDG_CACHE_HOME and XDG_RUNTIME_DIR into it. Call before g_test_init(). */
void          app_fixture_init         (void);
void          app_fixture_clear        (void);   /* empties it again */

AetherBundle *app_fixture_add_machine  (const char *name);
/* A folder whose machine.json is not JSON. */
char         *app_fixture_add_broken   (const char *name);
/* A PNG of one colour as the machine's thumbnail. */
void          app_fixture_add_picture  (AetherBundle *bundle,
                                        int           width,
                                        int           height);

void          app_fixture_spin         (guint milliseconds);   /* runs the main loop */
/* Runs the main loop until what was cancelled came back, and nobody else holds @object. */
void          app_fixture_wait_alone   (gpointer object);
/* Runs the main loop until *@flag; fails the test when that is never. */
void          app_fixture_wait         (gboolean *flag);
