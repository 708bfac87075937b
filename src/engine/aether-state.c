/* aether-state.c - what a machine does now, and how its last run ended
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle.h"

#include <string.h>

/* By value: the nick at index N is that of value N. */
static const char * const state_nicks[] = { "stopped", "starting", "running", "paused", "stopping" };
static const char * const end_nicks[] = { "none", "clean", "forced", "killed", "crashed", "failed", "suspended" };

G_DEFINE_ENUM_TYPE (AetherState, aether_state,
                    G_DEFINE_ENUM_VALUE (AETHER_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (AETHER_STATE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (AETHER_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (AETHER_STATE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (AETHER_STATE_STOPPING, "stopping"))

G_DEFINE_ENUM_TYPE (AetherEnd, aether_end,
                    G_DEFINE_ENUM_VALUE (AETHER_END_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (AETHER_END_CLEAN, "clean"),
                    G_DEFINE_ENUM_VALUE (AETHER_END_FORCED, "forced"),
                    G_DEFINE_ENUM_VALUE (AETHER_END_KILLED, "killed"),
                    G_DEFINE_ENUM_VALUE (AETHER_END_CRASHED, "crashed"),
                    G_DEFINE_ENUM_VALUE (AETHER_END_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (AETHER_END_SUSPENDED, "suspended"))

const char *
aether_state_to_nick (AetherState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_nicks), NULL);

  return state_nicks[state];
}

/* Returns: %FALSE when no state is called @nick; @state is untouched then */
gboolean
aether_state_from_nick (const char *nick, AetherState *state)
{
  for (guint i = 0; nick && i < G_N_ELEMENTS (state_nicks); i++)
    {
      if (strcmp (state_nicks[i], nick) != 0)
        continue;

      *state = i;
      return TRUE;
    }

  return FALSE;
}

const char *
aether_end_to_nick (AetherEnd end)
{
  g_return_val_if_fail (end < G_N_ELEMENTS (end_nicks), NULL);

  return end_nicks[end];
}

/* Returns: the end called @nick; an unknown one, from a newer version, is a crash */
AetherEnd
aether_end_from_nick (const char *nick)
{
  for (guint i = 0; nick && i < G_N_ELEMENTS (end_nicks); i++)
    if (strcmp (end_nicks[i], nick) == 0)
      return i;

  return AETHER_END_CRASHED;
}
