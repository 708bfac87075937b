/* control.c - commands from the engine, on an inherited socket
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../avmm-png.h"
#include "dbus.h"

#define PACKET_MAX 1024   /* bytes */
#define RETRY_MS   20     /* a kick is repeated so often */
#define PATIENCE   250    /* times: 5 s */

struct avmm_control
{
  struct avmm_vm   *vm;
  struct avmm_dbus *dbus;
  pthread_t         thread;
  int               fd;
  int               wake_fd;      /* eventfd: the state changed, or the end */
  atomic_bool       ended;
  int               told;         /* the last event: -1 none, 0 running, 1 paused */
};

static void say (struct avmm_control *control, const char *format, ...)
  __attribute__ ((format (printf, 2, 3)));

static void
say (struct avmm_control *control, const char *format, ...)
{
  char packet[PACKET_MAX];
  va_list args;
  int length;

  va_start (args, format);
  length = vsnprintf (packet, sizeof packet, format, args);
  va_end (args);

  if (length > 0)
    send (control->fd, packet, (size_t) length < sizeof packet ? (size_t) length : sizeof packet - 1,
          MSG_NOSIGNAL);
}

static void
tell_state (struct avmm_control *control)
{
  int paused = atomic_load (&control->vm->paused);

  if (paused == control->told)
    return;

  control->told = paused;
  if (paused)
    say (control, "event paused");
  else
    say (control, "event running %s", control->vm->hv->name);
}

static void
set_paused (struct avmm_control *control, bool pause)
{
  struct avmm_vm *vm = control->vm;

  if (pause)
    avmm_vm_request (vm, AVMM_REQUEST_PAUSE);
  else
    avmm_vm_resume (vm);

  for (int i = 0; atomic_load (&vm->paused) != pause && i < PATIENCE; i++)
    {
      struct pollfd fd = { .fd = control->wake_fd, .events = POLLIN };
      uint64_t ignored;

      if (poll (&fd, 1, RETRY_MS) > 0 && read (control->wake_fd, &ignored, sizeof ignored) < 0)
        break;
      if (atomic_load (&control->ended))
        break;
      if (pause)
        avmm_vm_kick (vm);
    }

  tell_state (control);
  if (atomic_load (&vm->paused) == pause)
    say (control, "ok");
  else
    say (control, "error The machine does not answer.");
}

static void
take_screenshot (struct avmm_control *control, int fd)
{
  if (control->vm->display.slot.size == 0)
    say (control, "error This guest has no display.");
  else if (fd < 0 || !avmm_png_write (&control->vm->display, fd))
    say (control, "error The picture could not be written.");
  else
    say (control, "ok");
}

/* @fd: what came along, taken; -1: nothing */
static void
run_command (struct avmm_control *control, const char *command, int fd)
{
  struct avmm_vm *vm = control->vm;
  unsigned code, down;

  if (strcmp (command, "pause") == 0 || strcmp (command, "resume") == 0)
    set_paused (control, command[0] == 'p');
  else if (strcmp (command, "reset") == 0)
    {
      avmm_vm_request (vm, AVMM_REQUEST_RESET);
      say (control, "ok");
    }
  else if (strcmp (command, "stop") == 0)
    {
      avmm_vm_request (vm, AVMM_REQUEST_STOP);
      say (control, "ok");
    }
  else if (strcmp (command, "quit") == 0)
    {
      avmm_vm_post (vm, (struct aether_event) { .type = AETHER_EVENT_QUIT });
      if (vm->features & AETHER_FEATURE_INPUT)
        say (control, "ok");
      else
        say (control, "error This guest takes no input, so it cannot be asked.");
    }
  else if (sscanf (command, "key %u %u", &code, &down) == 2)
    {
      avmm_vm_post (vm, (struct aether_event) { .type = AETHER_EVENT_KEY, .code = code,
                                                .value = down != 0 });
      if (vm->features & AETHER_FEATURE_INPUT)
        say (control, "ok");
      else
        say (control, "error This guest takes no input.");
    }
  else if (strcmp (command, "statistics") == 0)
    say (control, "ok %llu %llu %llu %llu", (unsigned long long) vm->block.bytes_read,
         (unsigned long long) vm->block.bytes_written, (unsigned long long) vm->net_sent,
         (unsigned long long) vm->net_received);
  else if (strcmp (command, "screenshot") == 0)
    take_screenshot (control, fd);
  else if (strcmp (command, "display") == 0 && fd >= 0 && vm->display.slot.size > 0)
    {
      avmm_dbus_serve (control->dbus, fd);
      fd = -1;
      say (control, "ok");
    }
  else if (strcmp (command, "display") == 0)
    say (control, "error This guest has no display.");
  else
    say (control, "error There is no command “%.100s”.", command);

  if (fd >= 0)
    close (fd);
}

/* Returns: false when the peer has gone */
static bool
read_command (struct avmm_control *control)
{
  union { char bytes[CMSG_SPACE (4 * sizeof (int))]; struct cmsghdr align; } ancillary;
  char packet[PACKET_MAX];
  struct iovec iov = { packet, sizeof packet - 1 };
  struct msghdr message = {
    .msg_iov = &iov, .msg_iovlen = 1,
    .msg_control = ancillary.bytes, .msg_controllen = sizeof ancillary.bytes,
  };
  ssize_t n = recvmsg (control->fd, &message, MSG_CMSG_CLOEXEC);
  int fd = -1;

  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  if (n == 0)
    return false;

  for (struct cmsghdr *head = CMSG_FIRSTHDR (&message); head != NULL;
       head = CMSG_NXTHDR (&message, head))
    if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
      for (size_t i = 0; CMSG_LEN ((i + 1) * sizeof fd) <= head->cmsg_len; i++)
        {
          /* One is asked for; more are not kept */
          if (fd >= 0)
            close (fd);
          memcpy (&fd, CMSG_DATA (head) + i * sizeof fd, sizeof fd);
        }

  packet[n] = '\0';
  run_command (control, packet, fd);

  return true;
}

static void *
run_thread (void *data)
{
  struct avmm_control *control = data;
  struct avmm_vm *vm = control->vm;
  bool gone = false;
  uint64_t ignored;

  while (!atomic_load (&control->ended))
    {
      struct pollfd fds[] = {
        { .fd = control->wake_fd, .events = POLLIN },
        { .fd = gone ? -1 : control->fd, .events = POLLIN },
      };
      unsigned pending = atomic_load (&vm->requests) & ~(unsigned) AVMM_REQUEST_PAUSE;

      if (poll (fds, 2, pending ? RETRY_MS : -1) < 0 && errno != EINTR)
        break;
      if (fds[0].revents && read (control->wake_fd, &ignored, sizeof ignored) < 0
          && errno != EAGAIN && errno != EINTR)
        break;

      tell_state (control);
      if (fds[1].revents && !read_command (control))
        gone = true;

      /* Whoever started the machine is no more */
      if (gone)
        avmm_vm_request (vm, AVMM_REQUEST_STOP);
      else if (pending)
        avmm_vm_kick (vm);
    }

  return NULL;
}

struct avmm_control *
avmm_control_start (struct avmm_vm *vm, struct avmm_dbus *dbus, int fd, struct avmm_error *error)
{
  struct avmm_control *control = calloc (1, sizeof *control);

  if (control == NULL)
    {
      avmm_fail_errno (error, "The control socket could not be used");
      return NULL;
    }

  *control = (struct avmm_control) { .vm = vm, .dbus = dbus, .fd = fd, .told = -1 };
  if ((control->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0
      || pthread_create (&control->thread, NULL, run_thread, control) != 0)
    {
      avmm_fail_errno (error, "The control socket could not be used");
      free (control);
      return NULL;
    }

  return control;
}

void
avmm_control_notify (struct avmm_control *control)
{
  uint64_t one = 1;

  /* Fails only when the counter is full, which wakes as well */
  if (write (control->wake_fd, &one, sizeof one) < 0)
    return;
}

void
avmm_control_stop (struct avmm_control *control)
{
  static const char * const kinds[] = {
    [AVMM_END_NONE] = "failed", [AVMM_END_EXIT] = "exit", [AVMM_END_CRASH] = "crash",
    [AVMM_END_FAILED] = "failed", [AVMM_END_STOPPED] = "stopped",
    [AVMM_END_TIME_LIMIT] = "time-limit",
  };
  struct avmm_vm *vm = control->vm;

  atomic_store (&control->ended, true);
  avmm_control_notify (control);
  pthread_join (control->thread, NULL);

  /* A guest may end before our thread had its turn */
  if (control->told < 0)
    say (control, "event running %s", vm->hv->name);

  if (vm->end == AVMM_END_EXIT)
    say (control, "event ended exit %d %s", vm->exit_status, vm->end_sentence.sentence);
  else
    say (control, "event ended %s %s", kinds[vm->end], vm->end_sentence.sentence);
  close (control->wake_fd);
  close (control->fd);
  free (control);
}
