/* avmm-net-none.c - no network in this program
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-net.h"

struct avmm_net *
avmm_net_new (const struct avmm_forward *forwards, unsigned n_forwards, struct avmm_error *error)
{
  avmm_fail (error, "This aether-vmm was built without libslirp, so it has no network.");

  return NULL;
}

void
avmm_net_free (struct avmm_net *net)
{
}

bool
avmm_net_send (struct avmm_net *net, const void *frame, size_t length)
{
  return false;
}

size_t
avmm_net_receive (struct avmm_net *net, void *frame, size_t size)
{
  return 0;
}

bool
avmm_net_ready (const struct avmm_net *net)
{
  return false;
}

unsigned
avmm_net_prepare (struct avmm_net *net, struct pollfd *fds, unsigned used, unsigned size,
                  uint64_t *timeout)
{
  return used;
}

void
avmm_net_dispatch (struct avmm_net *net, bool failed)
{
}
