/* aether-touch-map.c - fingers on the picture, and what the machine gets of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-touch-map.h"

#include <math.h>

/* Distances in coordinates of the widget, times in ms */
#define SLOP           8.0    /* a finger that rests moves this far */
#define DOUBLE_SLOP    24.0   /* and comes down again this near */
#define PINCH_SLOP     16.0
#define LONE_SLOP      48.0   /* of two fingers, this far for one to move alone */
#define SCROLL_STEP    30.0   /* of a click of the wheel */
#define LONG_PRESS     500
#define TAP            300    /* two fingers longer than this are no tap */
#define DOUBLE_TAP     300
#define TAP_DRAG       180    /* how long a tap waits for a drag to follow */

/* Trackpad: slow is for aiming, fast is for crossing the screen */
#define SLOWEST        0.7
#define FASTEST        3.5
#define ACCELERATION   1.4    /* per coordinate and ms */

G_DEFINE_ENUM_TYPE (AetherTouchMode, aether_touch_mode,
                    G_DEFINE_ENUM_VALUE (AETHER_TOUCH_MODE_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (AETHER_TOUCH_MODE_DIRECT, "direct"),
                    G_DEFINE_ENUM_VALUE (AETHER_TOUCH_MODE_ABSOLUTE, "absolute"),
                    G_DEFINE_ENUM_VALUE (AETHER_TOUCH_MODE_TRACKPAD, "trackpad"))

typedef enum
{
  IDLE,
  RESTING,    /* one finger, nothing decided */
  DRAGGING,   /* absolute: left button down */
  MOVING,     /* trackpad */
  TAPPED,     /* trackpad: no finger, left button still down */
  TAP_RESTING,  /* trackpad: down again, still down */
  TWO,        /* two fingers, nothing decided */
  SCROLLING,
  PINCHING,
  PANNING,    /* three */
  OVER,       /* what the fingers still do has no meaning */
} State;

typedef struct
{
  gboolean down;
  gboolean moved;   /* since the gesture began */
  double   x, y;
} Finger;

struct _AetherTouchMap
{
  AetherTouchMode mode;
  State           state;
  Finger          fingers[AETHER_N_TOUCHES];
  guint           n_fingers;

  guint           first;              /* the finger that came down first */
  double          start_x, start_y;   /* where it or the middle of two began */
  gint64          start;
  double          last_x, last_y;     /* of it, or of the middle of all */
  gint64          last;
  double          start_spread, spread;
  gboolean        left_down;
  gint64          deadline;           /* -1: none */

  double          tap_x, tap_y;       /* absolute: of the tap before */
  gint64          tap;                /* -1: none */
};

AetherTouchMap *
aether_touch_map_new (AetherTouchMode mode)
{
  AetherTouchMap *self = g_new0 (AetherTouchMap, 1);

  self->mode = mode;
  self->deadline = self->tap = -1;

  return self;
}

void
aether_touch_map_free (AetherTouchMap *self)
{
  g_free (self);
}

static void
emit (GArray *actions, AetherTouchActionKind kind, double x, double y)
{
  AetherTouchAction action = { .kind = kind, .x = x, .y = y };

  g_array_append_val (actions, action);
}

static void
press (AetherTouchMap *self, AetherButton button, gboolean down, GArray *actions)
{
  AetherTouchAction action = { .kind = AETHER_TOUCH_BUTTON, .button = button, .down = down };

  if (button == AETHER_BUTTON_LEFT)
    {
      if (self->left_down == down)
        return;
      self->left_down = down;
    }
  g_array_append_val (actions, action);
}

static void
click (AetherTouchMap *self, AetherButton button, GArray *actions)
{
  press (self, button, TRUE, actions);
  press (self, button, FALSE, actions);
}

static void
pass_finger (GArray *actions, AetherTouchKind kind, guint finger, double x, double y)
{
  AetherTouchAction action = {
    .kind = AETHER_TOUCH_FINGER, .touch = kind, .finger = finger, .x = x, .y = y,
  };

  g_array_append_val (actions, action);
}

/* The middle of all fingers, and how far they are from it */
static void
measure (AetherTouchMap *self, double *x, double *y, double *spread)
{
  *x = *y = *spread = 0;

  for (guint i = 0; i < AETHER_N_TOUCHES; i++)
    if (self->fingers[i].down)
      {
        *x += self->fingers[i].x / self->n_fingers;
        *y += self->fingers[i].y / self->n_fingers;
      }

  for (guint i = 0; i < AETHER_N_TOUCHES; i++)
    if (self->fingers[i].down)
      *spread += hypot (self->fingers[i].x - *x, self->fingers[i].y - *y) * 2 / self->n_fingers;
}

/* From here on, movement is measured anew. */
static void
begin (AetherTouchMap *self, State state, gint64 time)
{
  measure (self, &self->start_x, &self->start_y, &self->start_spread);
  self->state = state;
  self->last_x = self->start_x;
  self->last_y = self->start_y;
  self->spread = self->start_spread;
  self->start = self->last = time;
  self->deadline = -1;
  for (guint i = 0; i < AETHER_N_TOUCHES; i++)
    self->fingers[i].moved = FALSE;
}

static void
first_finger (AetherTouchMap *self, const AetherTouchEvent *event, GArray *actions)
{
  gboolean tapped = self->state == TAPPED;

  self->first = event->finger;
  begin (self, tapped ? TAP_RESTING : RESTING, event->time);
  if (self->mode == AETHER_TOUCH_MODE_TRACKPAD)
    return;

  /* Nobody hits the same spot twice, and a double click must */
  if (self->tap >= 0 && event->time - self->tap <= DOUBLE_TAP &&
      hypot (event->x - self->tap_x, event->y - self->tap_y) <= DOUBLE_SLOP)
    {
      self->start_x = self->tap_x;
      self->start_y = self->tap_y;
    }
  self->deadline = event->time + LONG_PRESS;
  emit (actions, AETHER_TOUCH_POINT, self->start_x, self->start_y);
}

static void
finger_down (AetherTouchMap *self, const AetherTouchEvent *event, GArray *actions)
{
  if (self->n_fingers == 1)
    {
      first_finger (self, event, actions);
      return;
    }

  switch (self->state)
    {
    case RESTING:
      begin (self, TWO, self->start);
      break;

    case MOVING:
      /* The second finger is often late, but a drag needs none */
      if (!self->left_down)
        begin (self, TWO, event->time - TAP - 1);
      break;

    case TAP_RESTING:
      press (self, AETHER_BUTTON_LEFT, FALSE, actions);
      begin (self, TWO, self->start);
      break;

    case TWO:
    case SCROLLING:
    case PINCHING:
    case PANNING:
      begin (self, PANNING, event->time);
      break;

    case IDLE:
    case DRAGGING:
    case TAPPED:
    case OVER:
    default:
      break;
    }
}

static void
move_pointer (AetherTouchMap *self, const AetherTouchEvent *event, GArray *actions)
{
  double dx = event->x - self->last_x;
  double dy = event->y - self->last_y;
  double speed = hypot (dx, dy) / MAX (event->time - self->last, 1);
  double factor = CLAMP (SLOWEST + speed * ACCELERATION, SLOWEST, FASTEST);

  if (dx != 0 || dy != 0)
    emit (actions, AETHER_TOUCH_MOVE, dx * factor, dy * factor);
}

static void
one_moved (AetherTouchMap *self, const AetherTouchEvent *event, GArray *actions)
{
  double way = hypot (event->x - self->start_x, event->y - self->start_y);

  if (event->finger != self->first)
    return;

  if ((self->state == RESTING || self->state == TAP_RESTING) && way <= SLOP)
    return;

  switch (self->state)
    {
    case RESTING:
      self->deadline = -1;
      self->state = self->mode == AETHER_TOUCH_MODE_TRACKPAD ? MOVING : DRAGGING;
      if (self->state == DRAGGING)
        press (self, AETHER_BUTTON_LEFT, TRUE, actions);   /* where it came down */
      break;

    case TAP_RESTING:
      self->state = MOVING;   /* with the button held */
      break;

    case IDLE:
    case DRAGGING:
    case MOVING:
    case TAPPED:
    case TWO:
    case SCROLLING:
    case PINCHING:
    case PANNING:
    case OVER:
    default:
      break;
    }

  if (self->state == MOVING)
    move_pointer (self, event, actions);
  else if (self->state == DRAGGING)
    emit (actions, AETHER_TOUCH_POINT, event->x, event->y);

  self->last_x = event->x;
  self->last_y = event->y;
  self->last = event->time;
}

/* Fingers are heard of one by one: after the first one's step the two seem to
 * part, also when they go together. */
static void
decide (AetherTouchMap *self, double x, double y, double spread)
{
  double parted = fabs (spread - self->start_spread);
  guint n_moved = 0;

  for (guint i = 0; i < AETHER_N_TOUCHES; i++)
    n_moved += self->fingers[i].down && self->fingers[i].moved;

  if (parted > (n_moved > 1 ? PINCH_SLOP : LONE_SLOP))
    self->state = PINCHING;
  else if (n_moved > 1 && hypot (x - self->start_x, y - self->start_y) > SLOP)
    self->state = SCROLLING;
}

static void
several_moved (AetherTouchMap *self, GArray *actions)
{
  double x, y, spread;

  measure (self, &x, &y, &spread);
  if (self->state == TWO)
    decide (self, x, y, spread);

  switch (self->state)
    {
    case SCROLLING:
      /* The contents follow the fingers */
      emit (actions, AETHER_TOUCH_SCROLL, (self->last_x - x) / SCROLL_STEP,
            (self->last_y - y) / SCROLL_STEP);
      break;

    case PINCHING:
      emit (actions, AETHER_TOUCH_MAGNIFY, x, y);
      g_array_index (actions, AetherTouchAction, actions->len - 1).factor =
        spread / MAX (self->spread, 1);
      if (x != self->last_x || y != self->last_y)
        emit (actions, AETHER_TOUCH_PAN, x - self->last_x, y - self->last_y);
      break;

    case PANNING:
      emit (actions, AETHER_TOUCH_PAN, x - self->last_x, y - self->last_y);
      break;

    case TWO:
      return;   /* what came before the decision counts too */

    case IDLE:
    case RESTING:
    case DRAGGING:
    case MOVING:
    case TAPPED:
    case TAP_RESTING:
    case OVER:
    default:
      break;
    }

  self->last_x = x;
  self->last_y = y;
  self->spread = spread;
}

/* One finger that did nothing but come and go. */
static void
tapped (AetherTouchMap *self, gint64 time, GArray *actions)
{
  if (self->mode == AETHER_TOUCH_MODE_TRACKPAD)
    {
      press (self, AETHER_BUTTON_LEFT, FALSE, actions);   /* of the tap before */
      press (self, AETHER_BUTTON_LEFT, TRUE, actions);
      self->state = TAPPED;
      self->deadline = time + TAP_DRAG;
      return;
    }

  click (self, AETHER_BUTTON_LEFT, actions);
  self->tap = time;
  self->tap_x = self->start_x;
  self->tap_y = self->start_y;
  self->state = IDLE;
  self->deadline = -1;
}

static void
finger_up (AetherTouchMap *self, const AetherTouchEvent *event, GArray *actions)
{
  gboolean gone = self->n_fingers == 0;

  switch (self->state)
    {
    case RESTING:
    case TAP_RESTING:
      if (event->kind == AETHER_TOUCH_END && event->time - self->start < LONG_PRESS)
        {
          tapped (self, event->time, actions);
          return;
        }
      press (self, AETHER_BUTTON_LEFT, FALSE, actions);
      break;

    case TWO:
      if (event->kind == AETHER_TOUCH_END && event->time - self->start <= TAP)
        click (self, AETHER_BUTTON_RIGHT, actions);
      break;

    case DRAGGING:
    case MOVING:
      if (event->finger == self->first)
        press (self, AETHER_BUTTON_LEFT, FALSE, actions);
      else if (!gone)
        return;   /* an idle finger left */
      break;

    case IDLE:
    case TAPPED:
    case SCROLLING:
    case PINCHING:
    case PANNING:
    case OVER:
    default:
      break;
    }

  self->state = gone ? IDLE : OVER;
  self->deadline = -1;
}

/**
 * aether_touch_map_event:
 * @event: fingers that began unseen, and those beyond the last, are ignored
 */
void
aether_touch_map_event (AetherTouchMap *self, const AetherTouchEvent *event, GArray *actions)
{
  gboolean begins = event->kind == AETHER_TOUCH_BEGIN;
  gboolean ends = event->kind == AETHER_TOUCH_END || event->kind == AETHER_TOUCH_CANCEL;
  Finger *finger;

  if (event->finger >= AETHER_N_TOUCHES || self->fingers[event->finger].down == begins)
    return;

  aether_touch_map_advance (self, event->time, actions);

  finger = &self->fingers[event->finger];
  finger->down = !ends;
  finger->moved = finger->moved || finger->x != event->x || finger->y != event->y;
  finger->x = event->x;
  finger->y = event->y;
  if (begins)
    self->n_fingers++;
  else if (ends)
    self->n_fingers--;

  if (self->mode == AETHER_TOUCH_MODE_DIRECT)
    pass_finger (actions, event->kind, event->finger, event->x, event->y);
  else if (begins)
    finger_down (self, event, actions);
  else if (ends)
    finger_up (self, event, actions);
  else if (self->n_fingers == 1 || self->state == DRAGGING || self->state == MOVING)
    one_moved (self, event, actions);
  else
    several_moved (self, actions);
}

gint64
aether_touch_map_get_deadline (AetherTouchMap *self)
{
  return self->deadline;
}

/* @now: ms, of the clock of the events */
void
aether_touch_map_advance (AetherTouchMap *self, gint64 now, GArray *actions)
{
  if (self->deadline < 0 || now < self->deadline)
    return;

  self->deadline = -1;
  if (self->state == RESTING)
    {
      click (self, AETHER_BUTTON_RIGHT, actions);
      self->state = OVER;
    }
  else if (self->state == TAPPED)
    {
      press (self, AETHER_BUTTON_LEFT, FALSE, actions);
      self->state = IDLE;
    }
}

void
aether_touch_map_cancel (AetherTouchMap *self, GArray *actions)
{
  for (guint i = 0; i < AETHER_N_TOUCHES; i++)
    {
      if (self->fingers[i].down && self->mode == AETHER_TOUCH_MODE_DIRECT)
        pass_finger (actions, AETHER_TOUCH_CANCEL, i, self->fingers[i].x, self->fingers[i].y);
      self->fingers[i].down = FALSE;
    }

  press (self, AETHER_BUTTON_LEFT, FALSE, actions);
  self->n_fingers = 0;
  self->state = IDLE;
  self->deadline = self->tap = -1;
}

void
aether_touch_map_set_mode (AetherTouchMap *self, AetherTouchMode mode, GArray *actions)
{
  if (self->mode == mode)
    return;

  aether_touch_map_cancel (self, actions);
  self->mode = mode;
}
