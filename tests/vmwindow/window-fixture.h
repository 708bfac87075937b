/* window-fixture.h - a window on a machine that only looks like one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-display-view.h"
#include "aether-vm-window.h"
#include "mock-machine.h"
#include "wait.h"

G_BEGIN_DECLS

typedef struct
{
  char              *folder;
  AetherBundle      *bundle;
  MockMachine       *machine;   /* NULL: is off */
  AetherVmWindow    *window;    /* NULL: none is open */
  AetherDisplayView *view;      /* in it */
  AetherViewInput   *input;
} Fixture;

/* For g_test_add(). A machine that is off, and no window */
void     fixture_set_up_off   (Fixture *fixture, gconstpointer unused);
/* A machine that runs, and its window. @finding: (nullable): something to know about it */
void     fixture_set_up       (Fixture *fixture, gconstpointer finding);
void     fixture_tear_down    (Fixture *fixture, gconstpointer unused);

void     fixture_open_window  (Fixture *fixture);
/* Nothing may hold on to it */
void     fixture_close_window (Fixture *fixture);

/* Returns: (nullable): @root or the first below it for which @match says so */
typedef gboolean (*FixtureMatch) (GtkWidget *widget, gconstpointer data);
gpointer fixture_find         (gpointer root, FixtureMatch match, gconstpointer data);
/* Of that type */
gpointer fixture_find_type    (gpointer root, GType type);

G_END_DECLS
