/* avmm-options.c - the command line of aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "avmm-layout.h"

enum
{
  OPT_ARCH = 256, OPT_BACKEND, OPT_CMDLINE, OPT_CONFINE, OPT_CONSOLE, OPT_CONTROL, OPT_CPUS,
  OPT_DISK, OPT_DISPLAY, OPT_FORWARD, OPT_HELP, OPT_LIST_BACKENDS, OPT_LIST_DEMOS, OPT_MEMORY, OPT_NET,
  OPT_PAUSED, OPT_READ_ONLY, OPT_TIME_LIMIT, OPT_VERBOSE, OPT_VERSION,
};

static const struct option long_options[] = {
  { "append", required_argument, NULL, OPT_CMDLINE },
  { "arch", required_argument, NULL, OPT_ARCH },
  { "backend", required_argument, NULL, OPT_BACKEND },
  { "confine", required_argument, NULL, OPT_CONFINE },
  { "console", required_argument, NULL, OPT_CONSOLE },
  { "control-fd", required_argument, NULL, OPT_CONTROL },
  { "cpus", required_argument, NULL, OPT_CPUS },
  { "disk", required_argument, NULL, OPT_DISK },
  { "display", required_argument, NULL, OPT_DISPLAY },
  { "forward", required_argument, NULL, OPT_FORWARD },
  { "help", no_argument, NULL, OPT_HELP },
  { "list-backends", no_argument, NULL, OPT_LIST_BACKENDS },
  { "list-demos", no_argument, NULL, OPT_LIST_DEMOS },
  { "memory", required_argument, NULL, OPT_MEMORY },
  { "net", required_argument, NULL, OPT_NET },
  { "paused", no_argument, NULL, OPT_PAUSED },
  { "read-only", no_argument, NULL, OPT_READ_ONLY },
  { "time-limit", required_argument, NULL, OPT_TIME_LIMIT },
  { "verbose", no_argument, NULL, OPT_VERBOSE },
  { "version", no_argument, NULL, OPT_VERSION },
  { NULL, 0, NULL, 0 },
};

const char *
avmm_options_help (void)
{
  return
    "Usage: aether-vmm [OPTION]... IMAGE\n"
    "       aether-vmm [OPTION]... demo:NAME\n"
    "Runs an Aether guest.\n"
    "\n"
    "  --memory MB              memory of the machine, 2 to 3072 (default: the image's wish, or 32)\n"
    "  --cpus 1                 virtual processors\n"
    "  --backend NAME           auto, kvm or unicorn (default: auto, the best that a trial has shown to work)\n"
    "  --arch ARCH              refuse images that are not for x86_64, or arm64\n"
    "  --disk FILE              the machine's disk: a file of plain bytes; read-only where the file is\n"
    "  --read-only              write nothing to the disk\n"
    "  --net user|none          network through this computer (default: none)\n"
    "  --forward [udp:]ADDRESS:PORT:GUESTPORT\n"
    "                           let others reach a port of the guest by one of this computer; may be repeated\n"
    "  --display dbus-fd=N|png=FILE|none\n"
    "                           serve org.qemu.Display1 on socket N; write the last picture to FILE\n"
    "  --console stdio|fd=N|none\n"
    "                           where the guest writes and reads characters (default: stdio)\n"
    "  --append TEXT            command line for the guest\n"
    "  --time-limit SECONDS     stop the guest then\n"
    "  --control-fd N           take commands on socket N\n"
    "  --paused                 wait for “resume” on the control socket\n"
    "  --confine yes|no         give up the right to open files and more before the guest runs (default: yes)\n"
    "  --list-demos             name the installed demos and where they are\n"
    "  --list-backends          try each backend and say what it can do here\n"
    "  --verbose                say on standard error what was chosen\n"
    "  --help, --version\n"
    "\n"
    "In a terminal every key goes to the guest, arrows too, but Ctrl+C and Ctrl+\\: they stop the\n"
    "machine, as SIGTERM and SIGHUP do, and the terminal is as before.\n"
    "\n"
    "Exit status: 0 the guest ended well; 1 it ended with another status; 2 the image or the\n"
    "command line was refused, nothing was started; 3 the guest crashed; 4 this computer could\n"
    "not run it; 5 it was stopped from outside; 124 the time limit came.\n";
}

static bool
parse_number (const char *name, const char *text, unsigned long min, unsigned long max,
              unsigned long *number, struct avmm_error *error)
{
  char *end;

  errno = 0;
  *number = strtoul (text, &end, 10);
  if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || *number < min || *number > max)
    return avmm_fail (error, "--%s takes a number from %lu to %lu, not “%s”.", name, min, max, text);

  return true;
}

/* Returns: false unless @text is @yes or @no */
static bool
parse_choice (const char *name, const char *text, const char *yes, const char *no, bool *choice,
              struct avmm_error *error)
{
  *choice = strcmp (text, yes) == 0;
  if (!*choice && strcmp (text, no) != 0)
    return avmm_fail (error, "--%s takes “%s” or “%s”, not “%s”.", name, yes, no, text);

  return true;
}

static bool
parse_arch (struct avmm_options *options, const char *text, struct avmm_error *error)
{
  options->has_arch = true;

  if (strcmp (text, "x86_64") == 0)
    options->arch = AVMM_ARCH_X86_64;
  else if (strcmp (text, "arm64") == 0 || strcmp (text, "aarch64") == 0)
    options->arch = AVMM_ARCH_ARM64;
  else
    return avmm_fail (error, "--arch takes “x86_64” or “arm64”, not “%s”.", text);

  return true;
}

/* A descriptor that was left open for us, of a socket where @socket */
static bool
parse_descriptor (const char *name, const char *text, bool socket, int *fd, struct avmm_error *error)
{
  unsigned long number;
  struct stat st;

  if (!parse_number (name, text, 3, 1 << 20, &number, error))
    return false;
  if (fstat ((int) number, &st) < 0)
    return avmm_fail (error, "--%s names descriptor %lu, which is not open.", name, number);
  if (socket && !S_ISSOCK (st.st_mode))
    return avmm_fail (error, "--%s names descriptor %lu, which is no socket.", name, number);

  *fd = (int) number;

  return true;
}

static bool
parse_display (struct avmm_options *options, const char *text, struct avmm_error *error)
{
  if (strcmp (text, "none") == 0)
    options->display = AVMM_DISPLAY_NONE;
  else if (strncmp (text, "png=", 4) == 0 && text[4] != '\0')
    {
      options->display = AVMM_DISPLAY_PNG;
      options->png = text + 4;
    }
  else if (strncmp (text, "dbus-fd=", 8) == 0)
    {
      options->display = AVMM_DISPLAY_DBUS;
      return parse_descriptor ("display dbus-fd", text + 8, true, &options->dbus_fd, error);
    }
  else
    return avmm_fail (error, "--display takes “none”, “png=FILE” or “dbus-fd=N”, not “%s”.", text);

  return true;
}

static bool
parse_console (struct avmm_options *options, const char *text, struct avmm_error *error)
{
  if (strcmp (text, "stdio") == 0)
    return true;

  options->console_in = options->console_out = -1;
  if (strcmp (text, "none") == 0)
    return true;

  if (strncmp (text, "fd=", 3) != 0)
    return avmm_fail (error, "--console takes “stdio”, “fd=N” or “none”, not “%s”.", text);
  if (!parse_descriptor ("console fd", text + 3, false, &options->console_in, error))
    return false;
  options->console_out = options->console_in;

  return true;
}

/* "[tcp:|udp:]127.0.0.1:8080:80" */
static bool
parse_forward (struct avmm_options *options, const char *text, struct avmm_error *error)
{
  struct avmm_forward forward = { .udp = strncmp (text, "udp:", 4) == 0 };
  const char *at = forward.udp || strncmp (text, "tcp:", 4) == 0 ? text + 4 : text;
  unsigned host_port, guest_port;
  char address[16];
  int length = 0;

  if (options->n_forwards == AVMM_FORWARDS_MAX)
    return avmm_fail (error, "At most %u ports can be forwarded.", AVMM_FORWARDS_MAX);

  if (sscanf (at, "%15[0-9.]:%5u:%5u%n", address, &host_port, &guest_port, &length) != 3
      || at[length] != '\0' || inet_pton (AF_INET, address, &forward.address) != 1
      || host_port < 1 || host_port > 65535 || guest_port < 1 || guest_port > 65535)
    return avmm_fail (error, "--forward takes [udp:]ADDRESS:PORT:GUESTPORT, as "
                      "“127.0.0.1:8080:80”, not “%s”.", text);

  forward.port = (uint16_t) host_port;
  forward.guest_port = (uint16_t) guest_port;
  options->forwards[options->n_forwards++] = forward;

  return true;
}

static bool
parse_option (struct avmm_options *options, int option, struct avmm_error *error)
{
  unsigned long number;

  switch (option)
    {
    case OPT_ARCH:
      return parse_arch (options, optarg, error);

    case OPT_BACKEND:
      options->backend = optarg;
      return true;

    case OPT_CMDLINE:
      options->cmdline = optarg;
      if (strlen (optarg) > AVMM_CMDLINE_MAX)
        return avmm_fail (error, "--append takes at most %u bytes.", AVMM_CMDLINE_MAX);
      return true;

    case OPT_CONFINE:
      return parse_choice ("confine", optarg, "yes", "no", &options->confine, error);

    case OPT_CONSOLE:
      return parse_console (options, optarg, error);

    case OPT_CONTROL:
      return parse_descriptor ("control-fd", optarg, true, &options->control_fd, error);

    case OPT_CPUS:
      return parse_number ("cpus", optarg, 1, 1, &number, error);

    case OPT_DISK:
      options->disk = optarg;
      return true;

    case OPT_DISPLAY:
      return parse_display (options, optarg, error);

    case OPT_FORWARD:
      return parse_forward (options, optarg, error);

    case OPT_MEMORY:
      if (!parse_number ("memory", optarg, 2, AETHER_RAM_MAX >> 20, &number, error))
        return false;
      options->memory = (unsigned) number;
      return true;

    case OPT_NET:
      return parse_choice ("net", optarg, "user", "none", &options->network, error);

    case OPT_TIME_LIMIT:
      if (!parse_number ("time-limit", optarg, 1, 1000000, &number, error))
        return false;
      options->time_limit = (unsigned) number;
      return true;

    case OPT_HELP:
      options->help = true;
      return true;

    case OPT_LIST_BACKENDS:
      options->list_backends = true;
      return true;

    case OPT_LIST_DEMOS:
      options->list_demos = true;
      return true;

    case OPT_PAUSED:
      options->paused = true;
      return true;

    case OPT_READ_ONLY:
      options->read_only = true;
      return true;

    case OPT_VERBOSE:
      options->verbose = true;
      return true;

    case OPT_VERSION:
      options->version = true;
      return true;

    default:
      return avmm_fail (error, "The command line could not be understood. Try --help.");
    }
}

bool
avmm_options_parse (struct avmm_options *options, int argc, char *argv[],
                    struct avmm_error *error)
{
  int option;

  *options = (struct avmm_options) {
    .backend = "auto", .console_in = 0, .console_out = 1, .confine = true, .control_fd = -1, .dbus_fd = -1,
    .cmdline = "",
  };

  opterr = 0;
  optind = 1;
  while ((option = getopt_long (argc, argv, "", long_options, NULL)) != -1)
    {
      if (option == '?')
        return avmm_fail (error, "“%s” is not an option of aether-vmm, or lacks its value. "
                          "Try --help.", argv[optind - 1]);
      if (!parse_option (options, option, error))
        return false;
    }

  if (options->help || options->version || options->list_demos || options->list_backends)
    return true;

  if (optind + 1 != argc)
    return avmm_fail (error, optind == argc ? "Which image? Try --help."
                                            : "Only one image can be run. Try --help.");
  options->image = argv[optind];

  if (options->n_forwards > 0 && !options->network)
    return avmm_fail (error, "--forward needs --net user: without a network nothing can be reached.");

  if (options->paused && options->control_fd < 0)
    return avmm_fail (error, "--paused needs --control-fd: nothing could resume the machine.");

  return true;
}
