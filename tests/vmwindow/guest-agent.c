/* guest-agent.c - runs in a guest and shares its clipboard, as spice-vdagent does
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is copied outside it takes at once, and copies inside with "guest: "
 * before it. Says AGENT-READY on each agreement with the host.
 */

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORT_NAME "com.redhat.spice.0"
#define PREFIX "guest: "
#define CHUNK_MAX 2048
#define MESSAGE_MAX (8 << 20)

/* The agent's protocol: chunks, of which messages are made */
enum { CLIPBOARD = 4, ANNOUNCE_CAPABILITIES = 6, GRAB = 7, REQUEST = 8 };
enum { BY_DEMAND = 5, SELECTION = 6, GRAB_SERIAL = 17 };
#define CLIENT_PORT 1
#define UTF8_TEXT 1

struct chunk { uint32_t port, size; };
struct message { uint32_t protocol, type; uint64_t opaque; uint32_t size; } __attribute__ ((packed));

static int      port;
static uint32_t serial;
static char    *text;       /* what is copied here */
static size_t   text_size;

static int
open_port (void)
{
  glob_t found;
  int fd = -1;

  if (glob ("/sys/class/virtio-ports/*/name", 0, NULL, &found) != 0)
    return -1;

  for (size_t i = 0; i < found.gl_pathc && fd < 0; i++)
    {
      char name[64] = "", path[64];
      FILE *file = fopen (found.gl_pathv[i], "r");

      if (file && fgets (name, sizeof name, file) && strncmp (name, PORT_NAME, strlen (PORT_NAME)) == 0)
        {
          snprintf (path, sizeof path, "/dev/%.32s", found.gl_pathv[i] + strlen ("/sys/class/virtio-ports/"));
          *strrchr (path, '/') = '\0';
          fd = open (path, O_RDWR);
        }
      if (file)
        fclose (file);
    }
  globfree (&found);

  return fd;
}

/* Both return whether the host is still there. */
static int
read_all (void *to, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      ssize_t n = read (port, (char *) to + done, size - done);

      if (n <= 0)
        return 0;
      done += (size_t) n;
    }

  return 1;
}

static int
write_all (const void *from, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      ssize_t n = write (port, (const char *) from + done, size - done);

      if (n <= 0)
        return 0;
      done += (size_t) n;
    }

  return 1;
}

static int
send_message (uint32_t type, const void *data, size_t size, const void *more, size_t more_size)
{
  const struct message head = { 1, type, 0, (uint32_t) (size + more_size) };
  size_t total = sizeof head + size + more_size;
  char *whole = malloc (total);
  int sent = 1;

  memcpy (whole, &head, sizeof head);
  memcpy (whole + sizeof head, data, size);
  if (more_size > 0)
    memcpy (whole + sizeof head + size, more, more_size);

  for (size_t done = 0; sent && done < total;)
    {
      const struct chunk chunk = {
        CLIENT_PORT, (uint32_t) (total - done < CHUNK_MAX ? total - done : CHUNK_MAX)
      };

      sent = write_all (&chunk, sizeof chunk) && write_all (whole + done, chunk.size);
      done += chunk.size;
    }
  free (whole);

  return sent;
}

static int
take (const char *data, size_t size)
{
  const uint32_t grab[] = { 0, ++serial, UTF8_TEXT };

  free (text);
  text_size = strlen (PREFIX) + size;
  text = malloc (text_size);
  memcpy (text, PREFIX, strlen (PREFIX));
  memcpy (text + strlen (PREFIX), data, size);

  return send_message (GRAB, grab, sizeof grab, NULL, 0);
}

/* Each message about the clipboard begins with which one it is about. */
static int
handle (uint32_t type, const char *data, size_t size)
{
  const uint32_t wanted[] = { 0, UTF8_TEXT };
  uint32_t words[3] = { 0 };

  memcpy (words, data, size < sizeof words ? size : sizeof words);
  if (type == ANNOUNCE_CAPABILITIES && words[0])
    {
      const uint32_t ours[] = { 0, 1u << BY_DEMAND | 1u << SELECTION | 1u << GRAB_SERIAL };

      serial = 0;
      puts ("AGENT-READY");
      return send_message (ANNOUNCE_CAPABILITIES, ours, sizeof ours, NULL, 0);
    }
  if (type == GRAB && size >= sizeof words)
    {
      serial = words[1];
      return send_message (REQUEST, wanted, sizeof wanted, NULL, 0);
    }
  if (type == REQUEST)
    return send_message (CLIPBOARD, wanted, sizeof wanted, text, text_size);
  if (type == CLIPBOARD && size >= sizeof wanted)
    return take (data + sizeof wanted, size - sizeof wanted);

  return 1;
}

static int
serve (void)
{
  static char message[MESSAGE_MAX];
  struct message head;
  struct chunk chunk;
  size_t have = 0;

  for (;;)
    {
      if (!read_all (&chunk, sizeof chunk) || chunk.size > sizeof message - have ||
          !read_all (message + have, chunk.size))
        return 0;

      have += chunk.size;
      if (have < sizeof head)
        continue;
      memcpy (&head, message, sizeof head);
      if (have < sizeof head + head.size)
        continue;
      if (!handle (head.type, message + sizeof head, head.size))
        return 0;
      have = 0;
    }
}

/* The host hangs up when it wants to begin anew. */
int
main (void)
{
  setvbuf (stdout, NULL, _IOLBF, 0);

  for (;;)
    {
      port = open_port ();
      if (port >= 0)
        {
          serve ();
          close (port);
        }
      usleep (100000);
    }
}
