/* avmm-options.h - the command line of aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>

#include "avmm-error.h"
#include "avmm-image.h"
#include "avmm-net.h"

enum avmm_display_kind
{
  AVMM_DISPLAY_NONE,
  AVMM_DISPLAY_PNG,    /* written when the guest has ended */
  AVMM_DISPLAY_DBUS,   /* org.qemu.Display1 on an inherited socket */
};

struct avmm_options
{
  const char             *image;          /* path, or demo:NAME */
  unsigned                memory;         /* MiB; 0: what the image wishes */
  const char             *backend;        /* "auto", "kvm", "unicorn" */
  bool                    has_arch;
  enum avmm_arch          arch;           /* refuse images of another */
  const char             *disk;           /* (nullable) */
  bool                    read_only;      /* the disk */
  bool                    network;
  struct avmm_forward     forwards[AVMM_FORWARDS_MAX];
  unsigned                n_forwards;
  enum avmm_display_kind  display;
  const char             *png;            /* path */
  int                     dbus_fd;
  int                     console_in;     /* descriptors; -1: none */
  int                     console_out;
  unsigned                time_limit;     /* seconds; 0: none */
  bool                    confine;
  int                     control_fd;     /* -1: none */
  bool                    paused;         /* wait for "resume" on the control socket */
  const char             *cmdline;        /* for the guest */
  bool                    verbose;

  bool                    list_demos;
  bool                    list_backends;
  bool                    help;
  bool                    version;
};

/* Returns: false with a sentence */
bool        avmm_options_parse (struct avmm_options *options, int argc, char *argv[],
                                struct avmm_error *error);
const char *avmm_options_help  (void);
