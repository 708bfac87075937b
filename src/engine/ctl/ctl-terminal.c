/* ctl-terminal.c - the user's terminal handed to a guest, and given back
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl-terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* The terminal belongs to the process as a whole, and a signal handler has no
 * other place to find these. */
static struct termios cooked;
static struct termios raw;
static volatile sig_atomic_t is_raw;

/* SIGINT, SIGTERM and SIGHUP come to the main loop, which ends in good order */
static const int fatal_signals[] = { SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL };

void
ctl_terminal_restore (void)
{
  if (is_raw)
    {
      tcsetattr (STDIN_FILENO, TCSADRAIN, &cooked);
      is_raw = 0;
    }
}

static void
on_fatal_signal (int number)
{
  if (is_raw)
    tcsetattr (STDIN_FILENO, TCSANOW, &cooked);

  /* SA_RESETHAND: the second time ends us */
  raise (number);
}

static void
on_stop (int number)
{
  if (is_raw)
    tcsetattr (STDIN_FILENO, TCSANOW, &cooked);

  raise (SIGSTOP);
}

/* Also after a SIGSTOP that nobody heard. In the background we would be stopped
 * again at once: SIGTTOU is blocked for the while. */
static void
on_continue (int number)
{
  sigset_t block, before;

  if (!is_raw || tcgetpgrp (STDIN_FILENO) != getpgrp ())
    return;

  sigemptyset (&block);
  sigaddset (&block, SIGTTOU);
  sigprocmask (SIG_BLOCK, &block, &before);
  tcsetattr (STDIN_FILENO, TCSANOW, &raw);
  sigprocmask (SIG_SETMASK, &before, NULL);
}

void
ctl_terminal_make_raw (void)
{
  struct sigaction action = { .sa_handler = on_fatal_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };

  if (is_raw || tcgetattr (STDIN_FILENO, &cooked) < 0)
    return;

  raw = cooked;
  cfmakeraw (&raw);
  if (tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) < 0)
    return;
  is_raw = 1;
  atexit (ctl_terminal_restore);

  for (guint i = 0; i < G_N_ELEMENTS (fatal_signals); i++)
    sigaction (fatal_signals[i], &action, NULL);

  action.sa_flags = SA_RESTART;
  action.sa_handler = on_stop;
  sigaction (SIGTSTP, &action, NULL);
  action.sa_handler = on_continue;
  sigaction (SIGCONT, &action, NULL);
}
