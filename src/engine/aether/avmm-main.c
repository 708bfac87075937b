/* avmm-main.c - aether-vmm: runs one Aether guest in one process
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "aether-config.h"
#include "avmm-confine.h"
#include "avmm-demos.h"
#include "avmm-options.h"
#include "avmm-png.h"
#include "avmm-probe.h"
#include "avmm-vm.h"
#ifdef AVMM_FULL
#include "front/avmm-front.h"
#endif

/* Two programs are made of these sources. aether-vmm has KVM, no picture on a socket
 * and no library: it starts fast and is small. What it cannot do it leaves, by
 * exec and with the same arguments, to aether-vmm-full. */
#define FULL_PROGRAM "aether-vmm-full"

#define KICK_US 50000   /* a request from outside is repeated so often */

enum status
{
  STATUS_OK = 0, STATUS_GUEST = 1, STATUS_REFUSED = 2, STATUS_CRASHED = 3, STATUS_HOST = 4,
  STATUS_STOPPED = 5, STATUS_TIME_LIMIT = 124,
};

#if defined __x86_64__
#define HOST_ARCH AVMM_ARCH_X86_64
#else
#define HOST_ARCH AVMM_ARCH_ARM64
#endif

/* A signal handler has no other way to the machine. */
static struct avmm_vm *signal_vm;

static int
refuse (enum status status, const struct avmm_error *error)
{
  fprintf (stderr, "aether-vmm: %s\n", error->sentence);

  return status;
}

static void
start_timer (long seconds, long microseconds)
{
  struct itimerval timer = {
    .it_value = { .tv_sec = seconds, .tv_usec = microseconds },
    .it_interval = { .tv_usec = KICK_US },
  };

  setitimer (ITIMER_REAL, &timer, NULL);
}

static void
handle_signal (int number)
{
  int saved = errno;

  if (number == SIGUSR1)
    avmm_vm_kick (signal_vm);
  else if (number == SIGALRM)
    {
      if (atomic_load (&signal_vm->requests) & AVMM_REQUEST_STOP)
        avmm_vm_kick (signal_vm);
      else
        avmm_vm_request (signal_vm, AVMM_REQUEST_TIME);
    }
  else
    {
      avmm_vm_request (signal_vm, AVMM_REQUEST_STOP);
      start_timer (0, KICK_US);
    }

  errno = saved;
}

static void
catch_signals (struct avmm_vm *vm)
{
  static const int numbers[] = { SIGUSR1, SIGALRM, SIGTERM, SIGINT, SIGQUIT, SIGHUP };
  struct sigaction action = { .sa_handler = handle_signal };

  signal_vm = vm;
  for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    sigaction (numbers[i], &action, NULL);
  signal (SIGPIPE, SIG_IGN);

  if (vm->options->time_limit > 0)
    start_timer (vm->options->time_limit, 0);
}

#ifndef AVMM_FULL
/* Comes back only when there is no such program. */
static void
become_full (char *argv[])
{
  char folder[AVMM_PATH_MAX];
  char path[AVMM_PATH_MAX + sizeof "/" AETHER_LIBEXEC_FROM_BIN "/" FULL_PROGRAM];

  if (!avmm_program_folder (folder, sizeof folder))
    return;

  snprintf (path, sizeof path, "%s/" FULL_PROGRAM, folder);
  execv (path, argv);
  snprintf (path, sizeof path, "%s/" AETHER_LIBEXEC_FROM_BIN "/" FULL_PROGRAM, folder);
  execv (path, argv);
}

static bool
needs_full (const struct avmm_options *options)
{
  return options->list_backends || options->network || options->control_fd >= 0
         || options->display == AVMM_DISPLAY_DBUS || strcmp (options->backend, "unicorn") == 0;
}
#endif

/* NAME ARCH yes FEATURE... | NAME ARCH no SENTENCE */
static void
list_backend (const struct avmm_hv_ops *hv, enum avmm_arch arch)
{
  struct avmm_vm vm = { .hv = hv, .image.arch = arch, .thread = pthread_self () };
  struct avmm_error error;
  bool ok;

  if (!hv->supports (arch))
    return;

  ok = hv->open (&vm, &error) && hv->mem_alloc (&vm, &vm.ram, 0, 2 << 20, false, &error)
       && avmm_probe (&vm, &error);
  if (ok)
    printf ("%s %s yes%s%s\n", hv->name, avmm_arch_name (arch),
            vm.hv_features & AETHER_FEATURE_SIMD ? " simd" : "",
            vm.hv_features & AETHER_FEATURE_EXCEPTIONS ? " exceptions" : "");
  else
    printf ("%s %s no %s\n", hv->name, avmm_arch_name (arch), error.sentence);

  hv->close (&vm);
  avmm_memslot_unmap (&vm.ram);
}

static void
list_backends (void)
{
  for (unsigned i = 0; avmm_hv_list[i] != NULL; i++)
    {
      list_backend (avmm_hv_list[i], AVMM_ARCH_X86_64);
      list_backend (avmm_hv_list[i], AVMM_ARCH_ARM64);
    }
}

/* A sanitizer maps memory and opens files at any time: with one, nothing is given up. */
#if defined __has_feature
#if __has_feature (address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define CAN_CONFINE false

/* Unicorn keeps a few bytes of each engine, which are not ours to free. */
const char *__lsan_default_options (void);
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_options (void)
{
  return "print_suppressions=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:libunicorn\n";
}
#else
#define CAN_CONFINE true
#endif

static unsigned
confine_flags (const struct avmm_vm *vm)
{
#ifdef AVMM_FULL
  unsigned flags = AVMM_CONFINE_LIBRARIES;
#else
  unsigned flags = 0;
#endif

  if (vm->options->display == AVMM_DISPLAY_DBUS || vm->options->control_fd >= 0)
    flags |= AVMM_CONFINE_THREADS;
  if (vm->net != NULL)
    flags |= AVMM_CONFINE_NETWORK;
  if (vm->hv != &avmm_hv_kvm)
    flags |= AVMM_CONFINE_TRANSLATE;

  return flags;
}

static int
end_status (const struct avmm_vm *vm)
{
  switch (vm->end)
    {
    case AVMM_END_EXIT:       return vm->exit_status == 0 ? STATUS_OK : STATUS_GUEST;
    case AVMM_END_STOPPED:    return STATUS_STOPPED;
    case AVMM_END_TIME_LIMIT: return STATUS_TIME_LIMIT;
    case AVMM_END_FAILED:     return STATUS_HOST;
    default:                  return STATUS_CRASHED;
    }
}

#ifdef AVMM_FULL
static bool
start_fronts (struct avmm_vm *vm, struct avmm_error *error)
{
  return avmm_front_start (vm, error);
}

static void
stop_fronts (struct avmm_vm *vm)
{
  avmm_front_stop (vm);
}

static bool
open_vm (struct avmm_vm *vm, const struct avmm_options *options, const char *path, char *argv[],
         struct avmm_error *error)
{
  return avmm_vm_open (vm, options, path, false, error);
}
#else
static bool
start_fronts (struct avmm_vm *vm, struct avmm_error *error)
{
  return true;
}

static void
stop_fronts (struct avmm_vm *vm)
{
}

/* With `auto`, a computer without KVM, or with one that merely interprets, is left to
 * the whole program, which may know better. */
static bool
open_vm (struct avmm_vm *vm, const struct avmm_options *options, const char *path, char *argv[],
         struct avmm_error *error)
{
  bool demand_all = strcmp (options->backend, "auto") == 0;

  if (avmm_vm_open (vm, options, path, demand_all, error))
    return true;
  if (!vm->no_backend || !demand_all)
    return false;

  become_full (argv);
  avmm_vm_close (vm);
  *vm = (struct avmm_vm) { .wake_fd = -1 };

  return avmm_vm_open (vm, options, path, false, error);
}
#endif

static int
run (struct avmm_vm *vm, const struct avmm_options *options, const char *path, char *argv[])
{
  struct avmm_error error;
  int png = -1, status;

  if (!open_vm (vm, options, path, argv, &error))
    return refuse (vm->no_backend ? STATUS_HOST : STATUS_REFUSED, &error);

  if (options->display == AVMM_DISPLAY_PNG
      && (png = open (options->png, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0)
    {
      avmm_fail_errno (&error, "The picture “%s” could not be made", options->png);
      return refuse (STATUS_REFUSED, &error);
    }

  if (options->paused)
    atomic_store (&vm->requests, AVMM_REQUEST_PAUSE);
  catch_signals (vm);
  if (!avmm_vm_boot (vm, &error) || !start_fronts (vm, &error)
      || (CAN_CONFINE && options->confine
          && !avmm_confine (confine_flags (vm), vm->ram.size + vm->display.slot.size, &error)))
    return refuse (STATUS_REFUSED, &error);

  if (options->verbose)
    fprintf (stderr, "aether-vmm: %s runs the %s guest “%s” in %llu MB.\n", vm->hv->name,
             avmm_arch_name (vm->image.arch), path, (unsigned long long) vm->ram.size >> 20);

  avmm_vm_run (vm);
  stop_fronts (vm);

  status = end_status (vm);
  if (status != STATUS_OK)
    fprintf (stderr, "aether-vmm: %s\n", vm->end_sentence.sentence);

  if (png >= 0 && vm->display.slot.size > 0 && !avmm_png_write (&vm->display, png))
    {
      avmm_fail (&error, "The picture “%s” could not be written.", options->png);
      status = refuse (STATUS_HOST, &error);
    }
  if (png >= 0)
    close (png);

  return status;
}

/* Where the standard ones are closed, the next file we open would be taken for one: the guest
 * would print into its disk. */
static void
fill_standard_descriptors (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) != fd)
      _exit (STATUS_HOST);
}

int
main (int argc, char *argv[])
{
  static struct avmm_vm vm;
  struct avmm_options options;
  struct avmm_error error;
  char demo[AVMM_PATH_MAX];
  const char *path;
  int status;

  fill_standard_descriptors ();
  signal (SIGXFSZ, SIG_IGN);   /* a file that may grow no more is an error like others */
  if (!avmm_options_parse (&options, argc, argv, &error))
    return refuse (STATUS_REFUSED, &error);

#ifndef AVMM_FULL
  if (needs_full (&options))
    {
      become_full (argv);
      avmm_fail (&error, "This needs the program " FULL_PROGRAM ", which is not installed.");
      return refuse (STATUS_HOST, &error);
    }
#endif

  if (options.help)
    fputs (avmm_options_help (), stdout);
  else if (options.version)
    puts ("aether-vmm " AETHER_VERSION);
  else if (options.list_demos && !avmm_demos_list (&error))
    return refuse (STATUS_REFUSED, &error);
  else if (options.list_backends)
    list_backends ();
  if (options.image == NULL)
    return STATUS_OK;

  path = options.image;
  if (strncmp (path, "demo:", 5) == 0)
    {
      if (!avmm_demos_find (path + 5, options.has_arch ? options.arch : HOST_ARCH, demo, &error))
        return refuse (STATUS_REFUSED, &error);
      path = demo;
    }

  status = run (&vm, &options, path, argv);
  avmm_vm_close (&vm);

  return status;
}
