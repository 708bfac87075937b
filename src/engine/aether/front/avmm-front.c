/* avmm-front.c - what looks at a machine from outside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-front.h"

#include <stdlib.h>

#include "control.h"
#include "dbus.h"

/* One of each, made before the guest runs. */
struct fronts
{
  struct avmm_dbus    *dbus;
  struct avmm_control *control;
};

static void
notify (void *data, unsigned notices)
{
  struct fronts *fronts = data;

  if (fronts->dbus != NULL && (notices & (AVMM_NOTICE_DAMAGE | AVMM_NOTICE_MODE)))
    avmm_dbus_notify (fronts->dbus);
  if (fronts->control != NULL && (notices & AVMM_NOTICE_STATE))
    avmm_control_notify (fronts->control);
}

bool
avmm_front_start (struct avmm_vm *vm, struct avmm_error *error)
{
  const struct avmm_options *options = vm->options;
  bool wants_display = options->display == AVMM_DISPLAY_DBUS || options->control_fd >= 0;
  struct fronts *fronts;

  if (!wants_display)
    return true;

  if ((fronts = calloc (1, sizeof *fronts)) == NULL)
    return avmm_fail_errno (error, "The display could not be made");
  vm->front = (struct avmm_front) { notify, fronts };

  if (vm->display.slot.size > 0 && (fronts->dbus = avmm_dbus_start (vm, error)) == NULL)
    return false;
  if (fronts->dbus != NULL && options->display == AVMM_DISPLAY_DBUS)
    avmm_dbus_serve (fronts->dbus, options->dbus_fd);

  if (options->control_fd >= 0
      && (fronts->control = avmm_control_start (vm, fronts->dbus, options->control_fd, error)) == NULL)
    return false;

  return true;
}

void
avmm_front_stop (struct avmm_vm *vm)
{
  struct fronts *fronts = vm->front.data;

  if (fronts == NULL)
    return;

  vm->front = (struct avmm_front) { NULL, NULL };
  if (fronts->control != NULL)
    avmm_control_stop (fronts->control);
  if (fronts->dbus != NULL)
    avmm_dbus_stop (fronts->dbus);
  free (fronts);
}
