/* aether-display-source.c - where a picture comes from and input goes, whatever the protocol
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-display-source.h"

G_DEFINE_INTERFACE (AetherDisplaySource, aether_display_source, AETHER_TYPE_INPUT_SINK)

enum { CHANGED, CLOSED, TEXT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
aether_display_source_default_init (AetherDisplaySourceInterface *iface)
{
  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_DISPLAY_SOURCE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", AETHER_TYPE_DISPLAY_SOURCE, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[TEXT] = g_signal_new ("text", AETHER_TYPE_DISPLAY_SOURCE, G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

/**
 * aether_display_source_get_framebuffer:
 *
 * Returns: (transfer none)
 */
AetherFramebuffer *
aether_display_source_get_framebuffer (AetherDisplaySource *self)
{
  return AETHER_DISPLAY_SOURCE_GET_IFACE (self)->get_framebuffer (self);
}

AetherDisplayState
aether_display_source_get_state (AetherDisplaySource *self)
{
  return AETHER_DISPLAY_SOURCE_GET_IFACE (self)->get_state (self);
}

AetherDisplayFeatures
aether_display_source_get_features (AetherDisplaySource *self)
{
  AetherDisplaySourceInterface *iface = AETHER_DISPLAY_SOURCE_GET_IFACE (self);

  return iface->get_features ? iface->get_features (self) : 0;
}

void
aether_display_source_offer_text (AetherDisplaySource *self, const char *text)
{
  AetherDisplaySourceInterface *iface = AETHER_DISPLAY_SOURCE_GET_IFACE (self);

  if (iface->offer_text)
    iface->offer_text (self, text);
}

void
aether_display_source_close (AetherDisplaySource *self)
{
  AETHER_DISPLAY_SOURCE_GET_IFACE (self)->close (self);
}

void
aether_display_source_changed (AetherDisplaySource *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
aether_display_source_closed (AetherDisplaySource *self, GError *error)
{
  g_signal_emit (self, signals[CLOSED], 0, error);
}

void
aether_display_source_text (AetherDisplaySource *self, const char *text)
{
  g_signal_emit (self, signals[TEXT], 0, text);
}
