/* aether-application.h - the program: command line, windows, notifications
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * AetherApplication:
 *
 * One per user session. Actions: "open-machine" (s: path of a bundle),
 * "show-machine" (s: the same, in the library), "shortcuts", "about", "quit".
 */
#define AETHER_TYPE_APPLICATION (aether_application_get_type ())
G_DECLARE_FINAL_TYPE (AetherApplication, aether_application, AETHER, APPLICATION, AdwApplication)

AetherApplication *aether_application_new (void);

G_END_DECLS
