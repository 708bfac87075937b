/* input.c - what is typed on the console comes as TEXT events, in order
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-test.h"

AETHER_GUEST (AETHER_FEATURE_INPUT, 0, 4 << 20, 0, 0);

int
main (void)
{
  struct aether_call_input args;
  struct aether_event event;
  uint64_t last = 0;
  int key;

  /* The test types: aé€😀, a broken byte, and a line's end */
  static const uint32_t expected[] = { 'a', 0xe9, 0x20ac, 0x1f600, 0xfffd, '\n' };

  for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
    {
      CHECK (aeg_wait_event (&event, AETHER_FOREVER));
      CHECK (event.type == AETHER_EVENT_TEXT && event.code == expected[i]);
      CHECK (event.time >= last);
      last = event.time;
    }

  CHECK (AEG_CALL (AETHER_CALL_INPUT, &args) == AETHER_OK);
  CHECK (args.pending == 0 && args.dropped == 0);
  CHECK (!aeg_poll_event (&event));

  /* Keys, as a US keyboard means them */
  event = (struct aether_event) { .type = AETHER_EVENT_KEY, .code = 42, .value = 1 };
  CHECK (aeg_key_of (&event) == AEG_KEY_NONE);
  event.code = 30;
  key = aeg_key_of (&event);
  CHECK (key == 'A');
  event = (struct aether_event) { .type = AETHER_EVENT_KEY, .code = 42, .value = 0 };
  aeg_key_of (&event);
  event = (struct aether_event) { .type = AETHER_EVENT_KEY, .code = 103, .value = 1 };
  CHECK (aeg_key_of (&event) == AEG_KEY_UP);

  return success ();
}
