/* aether-touch-map.h - fingers on the picture, and what the machine gets of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-input-sink.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_TOUCH_MODE_AUTO,      /* what fits the machine; not for the map */
  AETHER_TOUCH_MODE_DIRECT,    /* fingers are the machine's own */
  AETHER_TOUCH_MODE_ABSOLUTE,  /* the pointer is under the finger */
  AETHER_TOUCH_MODE_TRACKPAD,  /* the picture is a touchpad */
} AetherTouchMode;

#define AETHER_TYPE_TOUCH_MODE (aether_touch_mode_get_type ())
GType aether_touch_mode_get_type (void);

/* @finger: below AETHER_N_TOUCHES; x, y: coordinates of the widget; time: ms */
typedef struct
{
  AetherTouchKind kind;
  guint           finger;
  double          x, y;
  gint64          time;
} AetherTouchEvent;

typedef enum
{
  AETHER_TOUCH_FINGER,    /* touch, finger, x, y: on the machine's touch screen */
  AETHER_TOUCH_POINT,     /* x, y: the pointer goes there */
  AETHER_TOUCH_MOVE,      /* x, y: the pointer goes on by so much */
  AETHER_TOUCH_BUTTON,    /* button, down */
  AETHER_TOUCH_SCROLL,    /* x, y: clicks of a wheel, rightwards and downwards */
  AETHER_TOUCH_MAGNIFY,   /* factor, x, y: the picture on our side, around there */
  AETHER_TOUCH_PAN,       /* x, y: the picture on our side moves by so much */
} AetherTouchActionKind;

typedef struct
{
  AetherTouchActionKind kind;
  double                x, y;
  AetherTouchKind       touch;
  guint                 finger;
  AetherButton          button;
  gboolean              down;
  double                factor;
} AetherTouchAction;

/**
 * AetherTouchMap:
 *
 * Events in, actions out: no display, no clock of its own, nothing else.
 *
 * Absolute: a tap is a click where the finger is, a second one near it a
 * double click; a drag has the left button; resting half a second is a right
 * click. Trackpad: a finger moves the pointer, the faster the further; a tap
 * is a click, and a tap followed by a drag drags. In both, two fingers tapping
 * are a right click, moving a wheel, pinching the size of the picture on our
 * side; three fingers push the picture about.
 */
typedef struct _AetherTouchMap AetherTouchMap;

AetherTouchMap *aether_touch_map_new          (AetherTouchMode         mode);
void            aether_touch_map_free         (AetherTouchMap         *self);

/* @actions: of AetherTouchAction, appended to */
void            aether_touch_map_set_mode     (AetherTouchMap         *self,
                                               AetherTouchMode         mode,
                                               GArray                 *actions);
void            aether_touch_map_event        (AetherTouchMap         *self,
                                               const AetherTouchEvent *event,
                                               GArray                 *actions);
/* Returns: when aether_touch_map_advance() has something to do; -1: never */
gint64          aether_touch_map_get_deadline (AetherTouchMap         *self);
void            aether_touch_map_advance      (AetherTouchMap         *self,
                                               gint64                  now,
                                               GArray                 *actions);
/* All fingers are gone, and nothing stays pressed. */
void            aether_touch_map_cancel       (AetherTouchMap         *self,
                                               GArray                 *actions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherTouchMap, aether_touch_map_free)

G_END_DECLS
