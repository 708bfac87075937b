/* ctl-terminal.c - the user's terminal handed to a guest, or a password typed on it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ctl-terminal.h"

#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define MOST_PASSWORD 1024

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

/* What @raw says, until ctl_terminal_restore() or the end. Whoever sees the change may
 * send a signal: the handlers are there before it is. */
static void
change (void)
{
  struct sigaction action = { .sa_handler = on_fatal_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };

  for (guint i = 0; i < G_N_ELEMENTS (fatal_signals); i++)
    sigaction (fatal_signals[i], &action, NULL);

  action.sa_flags = SA_RESTART;
  action.sa_handler = on_stop;
  sigaction (SIGTSTP, &action, NULL);
  action.sa_handler = on_continue;
  sigaction (SIGCONT, &action, NULL);

  is_raw = 1;
  if (tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) == 0)
    atexit (ctl_terminal_restore);
  else
    is_raw = 0;
}

void
ctl_terminal_make_raw (void)
{
  if (is_raw || tcgetattr (STDIN_FILENO, &cooked) < 0)
    return;

  raw = cooked;
  cfmakeraw (&raw);
  change ();
}

static void
hide_typing (void)
{
  static const int deadly[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { .sa_handler = on_fatal_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };

  if (is_raw || tcgetattr (STDIN_FILENO, &cooked) < 0)
    return;

  raw = cooked;
  raw.c_lflag &= ~(tcflag_t) ECHO;
  for (guint i = 0; i < G_N_ELEMENTS (deadly); i++)
    sigaction (deadly[i], &action, NULL);
  change ();
}

char *
ctl_terminal_read_password (GError **error)
{
  char *line = g_malloc0 (MOST_PASSWORD);
  gboolean is_terminal = isatty (STDIN_FILENO);
  gsize length = 0;

  ctl_signals_kill (TRUE);
  if (is_terminal)
    {
      fputs (_("Password: "), stderr);
      hide_typing ();
    }
  while (length < MOST_PASSWORD - 1 && read (STDIN_FILENO, line + length, 1) == 1 && line[length] != '\n')
    length++;
  if (is_terminal)
    {
      ctl_terminal_restore ();
      putc ('\n', stderr);
    }
  ctl_signals_kill (FALSE);

  line[length] = '\0';
  if (length > 0 && line[length - 1] == '\r')
    line[length - 1] = '\0';
  if (*line)
    return line;

  g_free (line);
  g_set_error_literal (error, CTL_ERROR, CTL_EXIT_USAGE, _("The standard input has no password."));
  return NULL;
}
