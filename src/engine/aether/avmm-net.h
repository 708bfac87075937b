/* avmm-net.h - the guest's network
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avmm-error.h"

#define AVMM_NET_MTU   1500u                 /* bytes */
#define AVMM_NET_FRAME (AVMM_NET_MTU + 14u)  /* bytes: with the Ethernet header */

#define AVMM_FORWARDS_MAX 16u   /* each takes one of the descriptors that WAIT looks at */

/* A port of this computer that leads to one of the guest's. */
struct avmm_forward
{
  bool           udp;          /* else TCP */
  struct in_addr address;      /* of this computer */
  uint16_t       port;
  uint16_t       guest_port;
};

/* Through this computer, without rights of its own (libslirp). All on the vCPU
 * thread: the network moves while the guest sends, receives or waits. */
struct avmm_net;

struct avmm_net *avmm_net_new       (const struct avmm_forward *forwards, unsigned n_forwards,
                                     struct avmm_error *error);
void             avmm_net_free      (struct avmm_net *net);
bool             avmm_net_send      (struct avmm_net *net, const void *frame, size_t length);
size_t           avmm_net_receive   (struct avmm_net *net, void *frame, size_t size);  /* 0: none */
bool             avmm_net_ready     (const struct avmm_net *net);

/* Around ppoll(): fds from @used on, at most @size in all; shortens @timeout (ns).
 * Returns: fds used */
unsigned         avmm_net_prepare   (struct avmm_net *net, struct pollfd *fds, unsigned used,
                                     unsigned size, uint64_t *timeout);
void             avmm_net_dispatch  (struct avmm_net *net, bool failed);
