/* aether-display-source.h - where a picture comes from and input goes, whatever the protocol
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-framebuffer.h"
#include "aether-input-sink.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_DISPLAY_CONNECTING,
  AETHER_DISPLAY_LIVE,         /* frames come, input goes */
  AETHER_DISPLAY_CLOSED,       /* for good; the last picture stays in the framebuffer */
} AetherDisplayState;

/* What the other side can do just now */
typedef enum
{
  AETHER_DISPLAY_CAN_RESIZE     = 1 << 0,   /* takes aether_input_sink_resize() */
  AETHER_DISPLAY_CAN_SHARE_TEXT = 1 << 1,   /* has a clipboard */
  AETHER_DISPLAY_CAN_TOUCH      = 1 << 2,
} AetherDisplayFeatures;

/**
 * AetherDisplaySource:
 *
 * One screen of a machine and its #AetherInputSink. Belongs to the main
 * context it was made on; nothing here blocks it. The machine's pointer is in
 * the framebuffer.
 *
 * Signals, on that context:
 *  - "changed": state or features
 *  - "closed" (GError *): once, when that was not our wish: the machine hung
 *    up (%G_IO_ERROR_CONNECTION_CLOSED) or sent what cannot be
 *    (%G_IO_ERROR_INVALID_DATA). The message is a sentence.
 *  - "text" (const char *): somebody copied that inside; valid UTF-8, bounded
 */
#define AETHER_TYPE_DISPLAY_SOURCE (aether_display_source_get_type ())
G_DECLARE_INTERFACE (AetherDisplaySource, aether_display_source, AETHER, DISPLAY_SOURCE, GObject)

struct _AetherDisplaySourceInterface
{
  GTypeInterface parent_iface;

  AetherFramebuffer     *(*get_framebuffer) (AetherDisplaySource *self);
  AetherDisplayState     (*get_state)       (AetherDisplaySource *self);
  /* The rest may be left out: nothing of the kind */
  AetherDisplayFeatures  (*get_features)    (AetherDisplaySource *self);
  void                   (*offer_text)      (AetherDisplaySource *self, const char *text);
  void                   (*close)           (AetherDisplaySource *self);
};

AetherFramebuffer     *aether_display_source_get_framebuffer (AetherDisplaySource *self);
AetherDisplayState     aether_display_source_get_state       (AetherDisplaySource *self);
AetherDisplayFeatures  aether_display_source_get_features    (AetherDisplaySource *self);
/* Puts @text on the machine's clipboard, or offers to */
void                   aether_display_source_offer_text      (AetherDisplaySource *self,
                                                              const char          *text);
/* Hangs up; "closed" does not come. For a second time does nothing. */
void                   aether_display_source_close           (AetherDisplaySource *self);

/* For implementations */
void                   aether_display_source_changed         (AetherDisplaySource *self);
void                   aether_display_source_closed          (AetherDisplaySource *self,
                                                              GError              *error);
void                   aether_display_source_text            (AetherDisplaySource *self,
                                                              const char          *text);

G_END_DECLS
