/* wait.h - tests that wait for a state, however slow the computer is
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

#define PATIENCE 240   /* seconds; who waits longer hangs */

/* For what is only seen by nothing happening, and what is on its way and need not be waited for. */
static inline void
iterate (guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

/* @until: 0 at first. Returns: %FALSE when that was long enough */
static inline gboolean
wait_on (gint64 *until)
{
  if (*until == 0)
    *until = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  iterate (5);

  return g_get_monotonic_time () < *until;
}

#define AWAIT(condition) \
  G_STMT_START { \
    gint64 until_ = 0; \
    while (!(condition)) \
      if (!wait_on (&until_)) \
        g_error ("waited for %s in vain", #condition); \
  } G_STMT_END
