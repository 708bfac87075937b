/* main.c - aether-sound: plays, and when allowed records, the sound of one machine
 *
 * A process of its own, started by the engine and ended with the machine: a
 * sound system that hangs or crashes takes nothing along, and the sound goes on
 * when every window is closed. On descriptor 3 the machine speaks
 * org.qemu.Display1, which is left free for windows as soon as the listeners
 * are registered. On 4 come lines: "volume 0.5", "mute 1".
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aether-audio1.h"
#include "aether-sound-voice.h"

#define DISPLAY_FD 3
#define CONTROL_FD 4
#define MOST_VOICES 16
#define PATH "/org/qemu/Display1/"

typedef struct
{
  gboolean         records;
  const char      *device;
  GHashTable      *voices;        /* of AetherSoundVoice, by guint64 */
  GDBusConnection *connection;
  GMainLoop       *loop;
} Side;

static double volume = 1;
static gboolean muted;

static void
apply_volume (Side *side)
{
  GHashTableIter iter;
  gpointer voice;

  g_hash_table_iter_init (&iter, side->voices);
  while (g_hash_table_iter_next (&iter, NULL, &voice))
    aether_sound_voice_set_volume (voice, volume, muted);
}

/* The handlers are the same for both interfaces, and every call is answered at once: QEMU's main
 * loop waits for some. */

static gboolean
init_cb (Side *side, GDBusMethodInvocation *invocation, guint64 id, guchar bits, gboolean is_signed,
         gboolean is_float, guint rate, guchar channels, guint bytes_per_frame, guint bytes_per_second, gboolean be)
{
  const AetherSoundFormat format = { bits, rate, channels, is_signed, is_float, be };
  AetherSoundVoice *voice = NULL;

  if (g_hash_table_size (side->voices) < MOST_VOICES || g_hash_table_contains (side->voices, &id))
    voice = aether_sound_voice_new (side->records, &format, side->device);
  if (voice)
    {
      if (!side->records)
        aether_sound_voice_set_volume (voice, volume, muted);
      g_hash_table_replace (side->voices, g_memdup2 (&id, sizeof id), voice);
    }

  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static gboolean
fini_cb (Side *side, GDBusMethodInvocation *invocation, guint64 id)
{
  g_hash_table_remove (side->voices, &id);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static gboolean
set_enabled_cb (Side *side, GDBusMethodInvocation *invocation, guint64 id, gboolean enabled)
{
  AetherSoundVoice *voice = g_hash_table_lookup (side->voices, &id);

  if (voice)
    aether_sound_voice_set_enabled (voice, enabled);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

/* The guest's own mixer: QEMU has scaled the samples already. */
static gboolean
set_volume_cb (Side *side, GDBusMethodInvocation *invocation, guint64 id, gboolean mute, GVariant *levels)
{
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static gboolean
write_cb (Side *side, GDBusMethodInvocation *invocation, guint64 id, GVariant *data)
{
  AetherSoundVoice *voice = g_hash_table_lookup (side->voices, &id);

  if (voice)
    aether_sound_voice_write (voice, g_variant_get_data_as_bytes (data));
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static gboolean
read_cb (Side *side, GDBusMethodInvocation *invocation, guint64 id, guint64 size)
{
  AetherSoundVoice *voice = g_hash_table_lookup (side->voices, &id);
  g_autoptr(GBytes) data = voice ? aether_sound_voice_read (voice, size) : g_bytes_new (NULL, 0);

  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(@ay)", g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                                                                           data, TRUE)));
  return TRUE;
}

static void
closed_cb (Side *side)
{
  g_main_loop_quit (side->loop);
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* The main loop goes on meanwhile: QEMU asks the listener before this one something, and answers
 * nobody until it knows. */
static gboolean
register_listener (Side *side, AetherAudioAudio *audio, GUnixFDList *fds, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  if (side->records)
    aether_audio_audio_call_register_in_listener (audio, g_variant_new_handle (0), G_DBUS_CALL_FLAGS_NONE, -1, fds,
                                                  NULL, keep_result, &result);
  else
    aether_audio_audio_call_register_out_listener (audio, g_variant_new_handle (0), G_DBUS_CALL_FLAGS_NONE, -1, fds,
                                                   NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return side->records ? aether_audio_audio_call_register_in_listener_finish (audio, NULL, result, error)
                       : aether_audio_audio_call_register_out_listener_finish (audio, NULL, result, error);
}

/* Returns: whether the machine sends, or asks for, sound from now on */
static gboolean
listen_to (Side *side, AetherAudioAudio *audio, GError **error)
{
  static const struct { const char *signal; GCallback callback; } handlers[] = {
    { "handle-init", G_CALLBACK (init_cb) },
    { "handle-fini", G_CALLBACK (fini_cb) },
    { "handle-set-enabled", G_CALLBACK (set_enabled_cb) },
    { "handle-set-volume", G_CALLBACK (set_volume_cb) },
  };
  GDBusInterfaceSkeleton *listener = side->records
    ? G_DBUS_INTERFACE_SKELETON (aether_audio_audio_in_listener_skeleton_new ())
    : G_DBUS_INTERFACE_SKELETON (aether_audio_audio_out_listener_skeleton_new ());
  g_autoptr(GUnixFDList) fds = NULL;
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(GSocket) socket = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }

  socket = g_socket_new_from_fd (pair[0], NULL);
  stream = g_socket_connection_factory_create_connection (socket);
  fds = g_unix_fd_list_new_from_array (&pair[1], 1);
  if (!register_listener (side, audio, fds, error))
    return FALSE;

  side->connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL,
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING, NULL, NULL, error);
  if (side->connection == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (listener, handlers[i].signal, handlers[i].callback, side);
  if (side->records)
    g_signal_connect_swapped (listener, "handle-read", G_CALLBACK (read_cb), side);
  else
    g_signal_connect_swapped (listener, "handle-write", G_CALLBACK (write_cb), side);
  g_signal_connect_swapped (side->connection, "closed", G_CALLBACK (closed_cb), side);
  if (!g_dbus_interface_skeleton_export (listener, side->connection,
                                         side->records ? PATH "AudioInListener" : PATH "AudioOutListener", error))
    return FALSE;

  g_dbus_connection_start_message_processing (side->connection);
  return TRUE;
}

/* --- the window's hand on it ---------------------------------------------------------- */

static void
obey (Side *side, const char *line)
{
  if (g_str_has_prefix (line, "volume "))
    volume = CLAMP (g_ascii_strtod (line + strlen ("volume "), NULL), 0, 1);
  else if (g_str_has_prefix (line, "mute "))
    muted = line[strlen ("mute ")] == '1';
  apply_volume (side);
}

static gboolean
control_cb (int fd, GIOCondition condition, gpointer user_data)
{
  static GString *pending;
  Side *side = user_data;
  char buffer[256], *newline;
  gssize n = read (fd, buffer, sizeof buffer);

  if (n <= 0)
    {
      g_main_loop_quit (side->loop);   /* the machine is gone */
      return G_SOURCE_REMOVE;
    }

  if (pending == NULL)
    pending = g_string_new (NULL);
  g_string_append_len (pending, buffer, n);
  while ((newline = strchr (pending->str, '\n')))
    {
      *newline = '\0';
      obey (side, pending->str);
      g_string_erase (pending, 0, newline + 1 - pending->str);
    }
  if (pending->len > sizeof buffer)
    g_string_truncate (pending, 0);

  return G_SOURCE_CONTINUE;
}

static const char *
get_device (const char *variable, const char *fallback)
{
  const char *device = g_getenv (variable);

  return device && *device ? device : fallback;
}

int
main (int argc, char *argv[])
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GHashTable) out_voices = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                            (GDestroyNotify) aether_sound_voice_free);
  g_autoptr(GHashTable) in_voices = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                           (GDestroyNotify) aether_sound_voice_free);
  Side out = { FALSE, get_device ("AETHER_SOUND_SINK", "autoaudiosink"), out_voices, NULL, loop };
  Side in = { TRUE, get_device ("AETHER_SOUND_SOURCE", "autoaudiosrc"), in_voices, NULL, loop };
  gboolean microphone = argc > 1 && g_str_equal (argv[1], "--microphone");
  g_autoptr(GDBusConnection) display = NULL;
  g_autoptr(AetherAudioAudio) audio = NULL;
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GError) error = NULL;

  gst_init (NULL, NULL);

  if ((socket = g_socket_new_from_fd (DISPLAY_FD, &error)))
    stream = g_socket_connection_factory_create_connection (socket);
  if (stream)
    display = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                                          NULL, NULL, &error);
  if (display)
    audio = aether_audio_audio_proxy_new_sync (display, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL, PATH "Audio",
                                               NULL, &error);
  if (audio == NULL || !listen_to (&out, audio, &error) || (microphone && !listen_to (&in, audio, &error)))
    {
      g_printerr ("The machine's sound cannot be played: %s\n", error->message);
      return EXIT_FAILURE;
    }

  /* A window may have the display now */
  g_dbus_connection_close_sync (display, NULL, NULL);
  g_unix_fd_add (CONTROL_FD, G_IO_IN | G_IO_HUP, control_cb, &out);
  g_main_loop_run (loop);

  return EXIT_SUCCESS;
}
