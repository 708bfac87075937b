/* aeg-input.c - events, and what a US keyboard means by them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

static const char plain[58] =
  "\0\0" "1234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[58] =
  "\0\0" "!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

enum { KEY_ESC = 1, KEY_LEFTCTRL = 29, KEY_LEFTSHIFT = 42, KEY_RIGHTSHIFT = 54, KEY_CAPSLOCK = 58,
       KEY_F1 = 59, KEY_F10 = 68, KEY_F11 = 87, KEY_F12 = 88, KEY_KPENTER = 96, KEY_RIGHTCTRL = 97,
       KEY_HOME = 102, KEY_DELETE = 111 };

/* KEY_HOME to KEY_DELETE */
static const int navigation[] = {
  AEG_KEY_HOME, AEG_KEY_UP, AEG_KEY_PAGE_UP, AEG_KEY_LEFT, AEG_KEY_RIGHT, AEG_KEY_END,
  AEG_KEY_DOWN, AEG_KEY_PAGE_DOWN, AEG_KEY_INSERT, AEG_KEY_DELETE,
};

static struct { bool shift, control, caps; } modifiers;

bool
aeg_wait_event (struct aether_event *event, uint64_t deadline)
{
  volatile struct aether_input_ring *ring = (void *) (uintptr_t) aeg_boot->input_ring;
  struct aether_call_wait args = { .deadline = deadline, .events = AETHER_WAIT_INPUT };

  if (ring == NULL)
    {
      args.events = 0;
      AEG_CALL (AETHER_CALL_WAIT, &args);
      return false;
    }

  if (ring->head == ring->tail)
    AEG_CALL (AETHER_CALL_WAIT, &args);
  if (ring->head == ring->tail)
    return false;

  *event = *(struct aether_event *) &ring->events[ring->tail % aeg_boot->input_size];
  ring->tail++;

  return true;
}

bool
aeg_poll_event (struct aether_event *event)
{
  return aeg_wait_event (event, 0);
}

static bool
track_modifier (const struct aether_event *event)
{
  bool down = event->value != 0;

  if (event->code == KEY_LEFTSHIFT || event->code == KEY_RIGHTSHIFT)
    modifiers.shift = down;
  else if (event->code == KEY_LEFTCTRL || event->code == KEY_RIGHTCTRL)
    modifiers.control = down;
  else if (event->code == KEY_CAPSLOCK)
    modifiers.caps ^= event->value == 1;
  else
    return false;

  return true;
}

static int
key_character (uint32_t code)
{
  bool shift = modifiers.shift;
  int character;

  if (code >= sizeof plain)
    return AEG_KEY_NONE;

  character = plain[code];
  if (character >= 'a' && character <= 'z')
    shift ^= modifiers.caps;
  if (shift)
    character = shifted[code];
  if (modifiers.control && character >= '@' && character <= '~')
    character &= 0x1f;

  return character != '\0' ? character : AEG_KEY_NONE;
}

int
aeg_key_of (const struct aether_event *event)
{
  if (event->type == AETHER_EVENT_TEXT)
    return event->code == '\r' ? '\n' : event->code == 127 ? '\b'
           : event->code == 27 ? AEG_KEY_ESCAPE : (int) event->code;

  if (event->type != AETHER_EVENT_KEY || track_modifier (event) || event->value == 0)
    return AEG_KEY_NONE;

  if (event->code == KEY_ESC)
    return AEG_KEY_ESCAPE;
  if (event->code == KEY_KPENTER)
    return '\n';
  if (event->code >= KEY_F1 && event->code <= KEY_F10)
    return (int) (AEG_KEY_F1 + event->code - KEY_F1);
  if (event->code == KEY_F11 || event->code == KEY_F12)
    return (int) (AEG_KEY_F1 + 10 + event->code - KEY_F11);
  if (event->code >= KEY_HOME && event->code <= KEY_DELETE)
    return navigation[event->code - KEY_HOME];

  return key_character (event->code);
}

int
aeg_read_key (void)
{
  struct aether_event event;

  while (aeg_wait_event (&event, AETHER_FOREVER))
    {
      int key = event.type == AETHER_EVENT_QUIT ? AEG_KEY_QUIT : aeg_key_of (&event);

      if (key != AEG_KEY_NONE)
        return key;
    }

  return AEG_KEY_QUIT;
}
