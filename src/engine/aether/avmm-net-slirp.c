/* avmm-net-slirp.c - the guest's network through this computer, by libslirp
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-net.h"

#include <arpa/inet.h>
#include <libslirp.h>
#include <stdlib.h>
#include <string.h>

#include "avmm-clock.h"

#define QUEUE      64   /* frames for a guest that does not take them */
#define MAX_TIMERS 8

struct SlirpTimer
{
  SlirpTimerCb  cb;        /* NULL: a free place */
  void         *opaque;
  int64_t       due;       /* ms; -1: not set */
};

struct frame
{
  uint16_t length;
  uint8_t  bytes[AVMM_NET_FRAME];
};

struct avmm_net
{
  Slirp             *slirp;
  struct SlirpTimer  timers[MAX_TIMERS];

  struct frame       queue[QUEUE];
  unsigned           first, count;

  /* While in prepare and dispatch */
  struct pollfd     *fds;
  unsigned           used, size;
};

/* Returns: bytes taken; a full queue loses the frame, as a wire would */
static slirp_ssize_t
send_packet_cb (const void *bytes, size_t length, void *opaque)
{
  struct avmm_net *net = opaque;
  struct frame *frame = &net->queue[(net->first + net->count) % QUEUE];

  if (net->count == QUEUE || length > sizeof frame->bytes)
    return (slirp_ssize_t) length;

  memcpy (frame->bytes, bytes, length);
  frame->length = (uint16_t) length;
  net->count++;

  return (slirp_ssize_t) length;
}

static void
guest_error_cb (const char *message, void *opaque)
{
}

static int64_t
now_ns_cb (void *opaque)
{
  return (int64_t) avmm_clock_host_now ();
}

static void *
timer_new_cb (SlirpTimerCb cb, void *cb_opaque, void *opaque)
{
  struct avmm_net *net = opaque;

  for (unsigned i = 0; i < MAX_TIMERS; i++)
    if (net->timers[i].cb == NULL)
      {
        net->timers[i] = (struct SlirpTimer) { cb, cb_opaque, -1 };
        return &net->timers[i];
      }

  return NULL;
}

static void
timer_free_cb (void *timer, void *opaque)
{
  if (timer != NULL)
    *(struct SlirpTimer *) timer = (struct SlirpTimer) { NULL, NULL, -1 };
}

static void
timer_mod_cb (void *timer, int64_t due, void *opaque)
{
  if (timer != NULL)
    ((struct SlirpTimer *) timer)->due = due;
}

static void
poll_fd_cb (int fd, void *opaque)
{
}

static void
notify_cb (void *opaque)
{
}

static const SlirpCb callbacks = {
  .send_packet = send_packet_cb,
  .guest_error = guest_error_cb,
  .clock_get_ns = now_ns_cb,
  .timer_new = timer_new_cb,
  .timer_free = timer_free_cb,
  .timer_mod = timer_mod_cb,
  .register_poll_fd = poll_fd_cb,
  .unregister_poll_fd = poll_fd_cb,
  .notify = notify_cb,
};

void
avmm_net_free (struct avmm_net *net)
{
  if (net == NULL)
    return;

  slirp_cleanup (net->slirp);
  free (net);
}

static bool
add_forward (struct avmm_net *net, const struct avmm_forward *forward, struct avmm_error *error)
{
  const struct in_addr guest = { 0 };   /* the only one */
  char address[INET_ADDRSTRLEN];

  if (slirp_add_hostfwd (net->slirp, forward->udp, forward->address, forward->port, guest,
                         forward->guest_port) == 0)
    return true;

  return avmm_fail_errno (error, "%s port %u of %s cannot be forwarded to the guest. Choose another one",
                          forward->udp ? "UDP" : "TCP", forward->port,
                          inet_ntop (AF_INET, &forward->address, address, sizeof address));
}

/* 10.0.2.0/24: the guest is .15, this computer .2, its name server .3 */
struct avmm_net *
avmm_net_new (const struct avmm_forward *forwards, unsigned n_forwards, struct avmm_error *error)
{
  SlirpConfig config = { .version = 1, .in_enabled = true };
  struct avmm_net *net = calloc (1, sizeof *net);

  inet_pton (AF_INET, "10.0.2.0", &config.vnetwork);
  inet_pton (AF_INET, "255.255.255.0", &config.vnetmask);
  inet_pton (AF_INET, "10.0.2.2", &config.vhost);
  inet_pton (AF_INET, "10.0.2.15", &config.vdhcp_start);
  inet_pton (AF_INET, "10.0.2.3", &config.vnameserver);

  if (net == NULL || (net->slirp = slirp_new (&config, &callbacks, net)) == NULL)
    {
      avmm_fail (error, "The network could not be made.");
      free (net);
      return NULL;
    }

  for (unsigned i = 0; i < n_forwards; i++)
    if (!add_forward (net, &forwards[i], error))
      {
        avmm_net_free (net);
        return NULL;
      }

  return net;
}

bool
avmm_net_send (struct avmm_net *net, const void *frame, size_t length)
{
  slirp_input (net->slirp, frame, (int) length);

  return true;
}

bool
avmm_net_ready (const struct avmm_net *net)
{
  return net->count > 0;
}

size_t
avmm_net_receive (struct avmm_net *net, void *to, size_t size)
{
  struct frame *frame = &net->queue[net->first];

  if (net->count == 0 || frame->length > size)
    return 0;

  memcpy (to, frame->bytes, frame->length);
  net->first = (net->first + 1) % QUEUE;
  net->count--;

  return frame->length;
}

static int
add_poll_cb (int fd, int events, void *opaque)
{
  struct avmm_net *net = opaque;
  short wanted = 0;

  if (net->used == net->size)
    return -1;

  if (events & SLIRP_POLL_IN)
    wanted |= POLLIN;
  if (events & SLIRP_POLL_OUT)
    wanted |= POLLOUT;
  if (events & SLIRP_POLL_PRI)
    wanted |= POLLPRI;
  net->fds[net->used] = (struct pollfd) { .fd = fd, .events = wanted };

  return (int) net->used++;
}

static int
get_revents_cb (int index, void *opaque)
{
  struct avmm_net *net = opaque;
  short seen = index >= 0 ? net->fds[index].revents : 0;

  return (seen & POLLIN ? SLIRP_POLL_IN : 0) | (seen & POLLOUT ? SLIRP_POLL_OUT : 0)
         | (seen & POLLPRI ? SLIRP_POLL_PRI : 0) | (seen & POLLERR ? SLIRP_POLL_ERR : 0)
         | (seen & POLLHUP ? SLIRP_POLL_HUP : 0);
}

unsigned
avmm_net_prepare (struct avmm_net *net, struct pollfd *fds, unsigned used, unsigned size,
                  uint64_t *timeout)
{
  uint32_t wait = UINT32_MAX;
  int64_t now = (int64_t) (avmm_clock_host_now () / 1000000);

  net->fds = fds;
  net->used = used;
  net->size = size;
  slirp_pollfds_fill (net->slirp, &wait, add_poll_cb, net);

  for (unsigned i = 0; i < MAX_TIMERS; i++)
    if (net->timers[i].cb != NULL && net->timers[i].due >= 0)
      {
        int64_t left = net->timers[i].due > now ? net->timers[i].due - now : 0;

        if (left < (int64_t) wait)
          wait = (uint32_t) left;
      }

  if (wait != UINT32_MAX && *timeout > (uint64_t) wait * 1000000)
    *timeout = (uint64_t) wait * 1000000;

  return net->used;
}

void
avmm_net_dispatch (struct avmm_net *net, bool failed)
{
  int64_t now = (int64_t) (avmm_clock_host_now () / 1000000);

  slirp_pollfds_poll (net->slirp, failed, get_revents_cb, net);

  for (unsigned i = 0; i < MAX_TIMERS; i++)
    {
      struct SlirpTimer *timer = &net->timers[i];

      if (timer->cb == NULL || timer->due < 0 || timer->due > now)
        continue;
      timer->due = -1;
      timer->cb (timer->opaque);
    }
}
