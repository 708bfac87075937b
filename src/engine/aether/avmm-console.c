/* avmm-console.c - characters from and to the guest, on standard input and output
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-console.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define CHUNK 4096u   /* bytes: what a pipe that is ready takes without blocking */
#define REPLACEMENT 0xfffdu

/* Put back at exit, however we end; one process has one terminal. */
static struct termios saved_terminal;

static void
restore_terminal (void)
{
  tcsetattr (STDIN_FILENO, TCSANOW, &saved_terminal);
}

static bool
make_raw (void)
{
  struct termios raw;

  if (tcgetattr (STDIN_FILENO, &saved_terminal) < 0)
    return false;

  raw = saved_terminal;
  raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);   /* Ctrl+C still stops the machine */
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (tcsetattr (STDIN_FILENO, TCSANOW, &raw) < 0)
    return false;
  atexit (restore_terminal);

  return true;
}

void
avmm_console_init (struct avmm_console *console, int in, int out)
{
  struct stat st;

  *console = (struct avmm_console) { .in = -1, .out = out };
  console->out_waits = out >= 0 && (fstat (out, &st) < 0 || !S_ISREG (st.st_mode));

  if (in >= 0 && fstat (in, &st) == 0)
    {
      console->in = in;
      if (in == STDIN_FILENO && S_ISCHR (st.st_mode) && isatty (in))
        console->raw = make_raw ();
    }
}

void
avmm_console_clear (struct avmm_console *console)
{
  if (console->raw)
    restore_terminal ();
  *console = (struct avmm_console) { .in = -1, .out = -1 };
}

size_t
avmm_console_write (struct avmm_console *console, const void *bytes, size_t length, int wake_fd)
{
  size_t done = 0;

  while (done < length && console->out >= 0)
    {
      struct pollfd fds[] = {
        { .fd = console->out, .events = POLLOUT },
        { .fd = wake_fd, .events = POLLIN },
      };
      size_t chunk = length - done < CHUNK ? length - done : CHUNK;
      ssize_t n;

      /* A kick must end the wait for a slow reader: write() alone could sleep on */
      if (console->out_waits && poll (fds, 2, -1) < 0 && errno != EINTR)
        break;
      if (console->out_waits && !(fds[0].revents & (POLLOUT | POLLERR | POLLHUP)))
        break;

      n = write (console->out, (const char *) bytes + done, chunk);
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        console->out = -1;   /* its reader is gone, its disk full: the guest goes on without */
      else if (n > 0)
        done += (size_t) n;
    }

  return done;
}

/* Returns: whether a character is complete */
static bool
decode (struct avmm_console *console, uint8_t byte, uint32_t *character)
{
  if ((byte & 0xc0) == 0x80)
    {
      if (console->partial_left == 0)
        {
          *character = REPLACEMENT;
          return true;
        }
      console->partial = console->partial << 6 | (byte & 0x3f);
      *character = console->partial;
      return --console->partial_left == 0;
    }

  console->partial_left = byte < 0xc0 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf8 ? 3 : 0;
  console->partial = byte & (0x3fu >> console->partial_left);
  *character = byte < 0x80 ? byte : REPLACEMENT;

  return console->partial_left == 0;
}

/* A terminal sends a few characters for a key that has none: ESC [ A, ESC O A, ESC [ 3 ~. Only
 * where all came at once: the key Esc is a character itself.
 *
 * Returns: how many bytes they are; 0: none of those */
static size_t
decode_key (const uint8_t *bytes, size_t length, uint32_t *character)
{
  static const struct { char final; uint8_t code; } letters[] = {
    { 'A', KEY_UP }, { 'B', KEY_DOWN }, { 'C', KEY_RIGHT }, { 'D', KEY_LEFT }, { 'H', KEY_HOME },
    { 'F', KEY_END },
  };
  static const uint8_t numbers[] = {
    0, KEY_HOME, KEY_INSERT, KEY_DELETE, KEY_END, KEY_PAGEUP, KEY_PAGEDOWN, KEY_HOME, KEY_END,
  };

  if (length < 3 || bytes[0] != 0x1b || (bytes[1] != '[' && bytes[1] != 'O'))
    return 0;

  for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
    if (bytes[2] == letters[i].final)
      {
        *character = AVMM_CONSOLE_KEY | letters[i].code;
        return 3;
      }

  if (bytes[1] == '[' && length >= 4 && bytes[2] >= '1' && bytes[2] <= '8' && bytes[3] == '~')
    {
      *character = AVMM_CONSOLE_KEY | numbers[bytes[2] - '0'];
      return 4;
    }

  return 0;
}

unsigned
avmm_console_read (struct avmm_console *console, uint32_t characters[AVMM_CONSOLE_IN_MAX])
{
  struct pollfd fd = { .fd = console->in, .events = POLLIN };
  uint8_t bytes[AVMM_CONSOLE_IN_MAX];
  unsigned count = 0;
  ssize_t n;

  if (console->in < 0 || poll (&fd, 1, 0) <= 0 || fd.revents == 0)
    return 0;

  n = read (console->in, bytes, sizeof bytes);
  if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
    console->in = -1;

  for (ssize_t i = 0; i < n; )
    {
      size_t used = decode_key (bytes + i, (size_t) (n - i), &characters[count]);

      if (used > 0 || decode (console, bytes[i], &characters[count]))
        count++;
      i += used > 0 ? (ssize_t) used : 1;
    }

  return count;
}
