/* aether-qemu-sound.c - the program that plays a machine's sound
 *
 * It has the display for a moment, before any window: the listener that it
 * registers there lasts when the display goes on to somebody else, so the
 * sound does not hang on windows.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-session-private.h"

#include "aether-paths.h"
#include "aether-qemu-command.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define DISPLAY_FD 3
#define CONTROL_FD 4

static void
line_cb (AetherQemuSession *self, const char *line)
{
  aether_session_log (AETHER_SESSION (self), "sound: %s", line);
}

static gboolean
tell (AetherQemuSession *self)
{
  gssize length = strlen (self->sound_lines);

  return send (self->sound_control, self->sound_lines, length, MSG_DONTWAIT | MSG_NOSIGNAL) == length;
}

/* Whether a window may be at the display: our copy of QEMU's end tells when the other has gone. */
static gboolean
display_is_used (AetherQemuSession *self)
{
  struct pollfd display = { .fd = self->display, .events = POLLIN };

  return self->display >= 0 && !(poll (&display, 1, 0) > 0 && display.revents & POLLHUP);
}

/* It may begin anew once; who crashes again has a reason. Beside a window it waits for the next,
 * because it needs the display for a moment. */
static void
exited_cb (AetherQemuSession *self, int status)
{
  g_autofree char *ending = aether_child_dup_ending (self->sound);
  AetherState state = aether_session_get_state (AETHER_SESSION (self));

  _aether_qemu_session_release_sound (self);
  if (state == AETHER_STATE_STOPPING || state == AETHER_STATE_STOPPED)
    return;

  if (self->sound_again)
    {
      aether_session_log (AETHER_SESSION (self), "The sound program %s again. The machine is silent until it is "
                          "started anew.", ending ? ending : "ended");
      return;
    }

  self->sound_again = self->sound_waits = TRUE;
  aether_session_log (AETHER_SESSION (self), "The sound program %s. It is started again%s.", ending ? ending : "ended",
                      display_is_used (self) ? " when the next window opens" : "");
  if (!display_is_used (self))
    _aether_qemu_session_mend_sound (self);
}

void
_aether_qemu_session_mend_sound (AetherQemuSession *self)
{
  if (!self->sound_waits)
    return;

  self->sound_waits = FALSE;
  _aether_qemu_session_start_sound (self);
  if (self->sound_control >= 0 && self->sound_lines)
    tell (self);
}

void
_aether_qemu_session_start_sound (AetherQemuSession *self)
{
  g_autofree char *program = aether_paths_dup_sound_program ();
  const char *argv[] = { program, self->machine->sound->microphone ? "--microphone" : NULL, NULL };
  g_autoptr(GError) error = NULL;
  AetherChildFd theirs[2];
  int display[2], control[2];

  if (self->sound || !aether_qemu_command_has_sound (self->machine, self->capabilities))
    return;

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    {
      aether_session_log (AETHER_SESSION (self), "There is no sound: %s is not installed.", program);
      return;
    }

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, display) != 0)
    return;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0)
    {
      close (display[0]);
      close (display[1]);
      return;
    }

  theirs[0] = (AetherChildFd) { display[1], DISPLAY_FD };
  theirs[1] = (AetherChildFd) { control[1], CONTROL_FD };
  self->sound = aether_child_spawn (argv, theirs, G_N_ELEMENTS (theirs), &error);
  if (self->sound == NULL)
    {
      close (display[0]);
      close (control[0]);
      aether_session_log (AETHER_SESSION (self), "There is no sound: %s", error->message);
      return;
    }

  self->sound_control = control[0];
  g_signal_connect_object (self->sound, "line", G_CALLBACK (line_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sound, "exited", G_CALLBACK (exited_cb), self, G_CONNECT_SWAPPED);
  aether_session_open_display_async (AETHER_SESSION (self), display[0], NULL, NULL, NULL);
}

void
_aether_qemu_session_release_sound (AetherQemuSession *self)
{
  if (self->sound)
    g_signal_handlers_disconnect_by_data (self->sound, self);
  g_clear_fd (&self->sound_control, NULL);
  g_clear_object (&self->sound);   /* kills it */
}

/* The virtual function */
gboolean
_aether_qemu_session_set_sound (AetherSession *session, double volume, gboolean muted)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->sound_control < 0)
    return FALSE;

  g_free (self->sound_lines);
  self->sound_lines = g_strdup_printf ("volume %s\nmute %d\n", g_ascii_dtostr (number, sizeof number, volume),
                                       muted ? 1 : 0);

  return tell (self);
}
