/* aether-session.c - one run of a machine in an engine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-session.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "aether-layout.h"

typedef struct
{
  AetherState  state;
  char        *accelerator;
  int          pid;
  GStrv        channels;
  gboolean     ended;
  GPtrArray   *ending;        /* of GTask: wait until it has */
} AetherSessionPrivate;

enum { PROP_0, PROP_STATE, PROP_ACCELERATOR, PROP_PID, PROP_CHANNELS, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { LOG_LINE, FINDING, GUEST_PANIC, DISK_ERROR, HAPPENED, SERIAL_DATA, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (AetherSession, aether_session, G_TYPE_OBJECT)

#define PRIVATE(self) ((AetherSessionPrivate *) aether_session_get_instance_private (self))

static const GEnumValue controls[] = {
  { AETHER_CONTROL_PAUSE, "AETHER_CONTROL_PAUSE", "pause" },
  { AETHER_CONTROL_RESUME, "AETHER_CONTROL_RESUME", "resume" },
  { AETHER_CONTROL_RESET, "AETHER_CONTROL_RESET", "reset" },
  { AETHER_CONTROL_REQUEST_SHUTDOWN, "AETHER_CONTROL_REQUEST_SHUTDOWN", "request-shutdown" },
  { AETHER_CONTROL_FORCE_OFF, "AETHER_CONTROL_FORCE_OFF", "force-off" },
  { 0, NULL, NULL },
};

GType
aether_control_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("AetherControl", controls));

  return type;
}

const char *
aether_control_to_nick (AetherControl control)
{
  g_return_val_if_fail (control <= AETHER_CONTROL_FORCE_OFF, NULL);

  return controls[control].value_nick;
}

/* Returns: %FALSE when no control is called @nick; @control is untouched then */
gboolean
aether_control_from_nick (const char *nick, AetherControl *control)
{
  for (const GEnumValue *value = controls; value->value_nick; value++)
    {
      if (g_strcmp0 (value->value_nick, nick) != 0)
        continue;

      *control = value->value;
      return TRUE;
    }

  return FALSE;
}

/* --- what an engine that lacks an operation answers ---------------------- */

static void
refuse (AetherSession       *self,
        GCancellable        *cancellable,
        GAsyncReadyCallback  callback,
        gpointer             user_data,
        const char          *sentence)
{
  g_task_report_new_error (self, callback, user_data, refuse,
                           G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", sentence);
}

static void
default_start_async (AetherSession *self, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, cancellable, callback, user_data, _("This engine cannot start machines."));
}

static void
default_control_async (AetherSession *self, AetherControl control, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *sentence = g_strdup_printf (_("This engine does not know how to do “%s”."),
                                               aether_control_to_nick (control));

  refuse (self, cancellable, callback, user_data, sentence);
}

static void
default_send_keys_async (AetherSession *self, const char * const *keys, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, cancellable, callback, user_data, _("This engine cannot send keys to a machine."));
}

static void
default_screenshot_async (AetherSession *self, guint display, int fd, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, cancellable, callback, user_data, _("This engine cannot take screenshots."));
}

static void
default_open_display_async (AetherSession *self, int fd, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_close (fd, NULL);
  refuse (self, cancellable, callback, user_data, _("This engine cannot show a machine's display."));
}

static void
default_open_vnc_async (AetherSession *self, int fd, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_close (fd, NULL);
  refuse (self, cancellable, callback, user_data, _("This engine does not show displays by VNC."));
}

static void
default_statistics_async (AetherSession *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, cancellable, callback, user_data, _("This engine keeps no statistics."));
}

static gboolean
default_set_sound (AetherSession *self, double volume, gboolean muted)
{
  return FALSE;
}

static void
default_list_drives_async (AetherSession *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, cancellable, callback, user_data, _("This engine has no drives that can be changed."));
}

static void
default_change_medium_async (AetherSession *self, const char *drive, const char *file, gboolean force,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, cancellable, callback, user_data, _("This engine has no drives that can be changed."));
}

static void
default_write_serial (AetherSession *self, guint port, GBytes *data)
{
}

/* --- the class ----------------------------------------------------------- */

static void
aether_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherSessionPrivate *priv = PRIVATE (AETHER_SESSION (object));

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case PROP_ACCELERATOR:
      g_value_set_string (value, priv->accelerator);
      break;
    case PROP_PID:
      g_value_set_int (value, priv->pid);
      break;
    case PROP_CHANNELS:
      g_value_set_boxed (value, priv->channels);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_session_finalize (GObject *object)
{
  AetherSessionPrivate *priv = PRIVATE (AETHER_SESSION (object));

  g_free (priv->accelerator);
  g_strfreev (priv->channels);
  g_ptr_array_unref (priv->ending);

  G_OBJECT_CLASS (aether_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n, GType a, GType b, GType c, GType d)
{
  return g_signal_new (name, AETHER_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n, a, b, c, d);
}

static void
aether_session_class_init (AetherSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aether_session_get_property;
  object_class->finalize = aether_session_finalize;

  klass->start_async = default_start_async;
  klass->control_async = default_control_async;
  klass->send_keys_async = default_send_keys_async;
  klass->screenshot_async = default_screenshot_async;
  klass->open_display_async = default_open_display_async;
  klass->open_vnc_async = default_open_vnc_async;
  klass->statistics_async = default_statistics_async;
  klass->set_sound = default_set_sound;
  klass->list_drives_async = default_list_drives_async;
  klass->change_medium_async = default_change_medium_async;
  klass->write_serial = default_write_serial;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, AETHER_TYPE_STATE,
                                         AETHER_STATE_STOPPED, flags);
  props[PROP_ACCELERATOR] = g_param_spec_string ("accelerator", NULL, NULL, NULL, flags);
  props[PROP_PID] = g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_CHANNELS] = g_param_spec_boxed ("channels", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[LOG_LINE] = add_signal ("log-line", 1, G_TYPE_STRING, 0, 0, 0);
  signals[FINDING] = add_signal ("finding", 1, AETHER_TYPE_FINDING, 0, 0, 0);
  signals[GUEST_PANIC] = add_signal ("guest-panic", 1, G_TYPE_STRING, 0, 0, 0);
  signals[DISK_ERROR] = add_signal ("disk-error", 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[HAPPENED] = add_signal ("happened", 2, G_TYPE_STRING, G_TYPE_STRING, 0, 0);
  signals[SERIAL_DATA] = add_signal ("serial-data", 2, G_TYPE_UINT, G_TYPE_BYTES, 0, 0);
  signals[ENDED] = add_signal ("ended", 3, AETHER_TYPE_END, G_TYPE_STRING, G_TYPE_STRING, 0);
}

static void
aether_session_init (AetherSession *self)
{
  PRIVATE (self)->channels = g_new0 (char *, 1);
  PRIVATE (self)->ending = g_ptr_array_new_with_free_func (g_object_unref);
}

/* --- for users ----------------------------------------------------------- */

AetherState
aether_session_get_state (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), AETHER_STATE_STOPPED);

  return PRIVATE (self)->state;
}

/* Returns: (nullable): "kvm", "tcg", "unicorn"; %NULL before the start */
const char *
aether_session_get_accelerator (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), NULL);

  return PRIVATE (self)->accelerator;
}

int
aether_session_get_pid (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), 0);

  return PRIVATE (self)->pid;
}

/* What cannot be asked before the start, or after the end. */
static gboolean
check_runs (AetherSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  if (PRIVATE (self)->state != AETHER_STATE_STOPPED)
    return TRUE;

  g_task_report_new_error (self, callback, user_data, check_runs,
                           G_IO_ERROR, G_IO_ERROR_CLOSED, _("The machine is not running."));
  return FALSE;
}

/**
 * aether_session_start_async:
 * @cancellable: (nullable): cancelling kills the half-started machine
 *
 * Completes when the first vCPU runs, which is not when the guest OS has booted.
 * To be called once.
 */
void
aether_session_start_async (AetherSession *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  aether_session_set_state (self, AETHER_STATE_STARTING);
  AETHER_SESSION_GET_CLASS (self)->start_async (self, cancellable, callback, user_data);
}

void
aether_session_control_async (AetherSession *self, AetherControl control, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->control_async (self, control, cancellable, callback, user_data);
}

void
aether_session_send_keys_async (AetherSession *self, const char * const *keys, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));
  g_return_if_fail (keys != NULL);

  if (g_strv_length ((GStrv) keys) > AETHER_KEYS_MAX)
    {
      g_task_report_new_error (self, callback, user_data, aether_session_send_keys_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("At most %d keys can be held at once."), AETHER_KEYS_MAX);
      return;
    }

  for (guint i = 0; keys[i]; i++)
    {
      if (aether_keys_is_key (keys[i]))
        continue;

      g_task_report_new_error (self, callback, user_data, aether_session_send_keys_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("“%.64s” is not the name of a key."), keys[i]);
      return;
    }

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->send_keys_async (self, keys, cancellable, callback, user_data);
}

/* Typing: one chord after the other, each sent when the one before is released. The state is
 * where in the text we are. */

typedef struct
{
  char         *text;
  const char   *next;
  AetherLayout *layout;
  AetherChord   chords[AETHER_LAYOUT_MOST_CHORDS];   /* of the character before next */
  guint         n_chords, chord;
} Typing;

static void
typing_free (gpointer data)
{
  Typing *typing = data;

  g_clear_pointer (&typing->layout, aether_layout_free);
  g_free (typing->text);
  g_free (typing);
}

static void type_next (GTask *task);

static void
type_sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_session_finish (AETHER_SESSION (object), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    type_next (g_steal_pointer (&task));
}

/* Takes @task. */
static void
type_next (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Typing *typing = g_task_get_task_data (task);
  const AetherChord *chord;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (typing->chord == typing->n_chords)
    {
      /* "\r\n" is one Return */
      if (typing->next[0] == '\r' && typing->next[1] == '\n')
        typing->next++;

      if (*typing->next == '\0')
        {
          g_task_return_boolean (task, TRUE);
          return;
        }

      typing->chord = 0;
      typing->n_chords = aether_layout_find (typing->layout, g_utf8_get_char (typing->next),
                                             typing->chords);
      typing->next = g_utf8_next_char (typing->next);
    }

  chord = &typing->chords[typing->chord++];
  aether_session_send_keys_async (g_task_get_source_object (task), chord->keys,
                                  g_task_get_cancellable (task),
                                  type_sent_cb, g_steal_pointer (&owned));
}

static gboolean
check_typeable (AetherLayout *layout, const char *name, const char *text, GError **error)
{
  g_autofree char *missing = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The text cannot be typed: it is not UTF-8."));
      return FALSE;
    }

  missing = aether_layout_find_missing (layout, text);
  if (missing == NULL)
    return TRUE;

  if (name == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("Nothing was typed: no key of a US keyboard gives “%s”."), missing);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("Nothing was typed: no key of the layout “%s” gives “%s”."), name, missing);
  return FALSE;
}

/**
 * aether_session_type_text_in_layout_async:
 * @text: UTF-8
 * @layout: (nullable): which keyboard the guest believes in, as of
 *   aether_layout_new(); %NULL: a US one
 * @cancellable: (nullable): cancelling stops after the key that is down now
 *
 * Types @text. Completes when the last key is released.
 *
 * Fails with %G_IO_ERROR_INVALID_ARGUMENT, naming the characters, when no key
 * gives one of them, and with %G_IO_ERROR_NOT_FOUND when there is no such
 * layout; nothing is typed then.
 */
void
aether_session_type_text_in_layout_async (AetherSession *self, const char *text, const char *layout,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(AetherLayout) keyboard = NULL;
  g_autoptr(GError) error = NULL;
  Typing *typing;

  g_return_if_fail (AETHER_IS_SESSION (self));
  g_return_if_fail (text != NULL);

  if (!check_runs (self, cancellable, callback, user_data))
    return;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_session_type_text_in_layout_async);

  keyboard = aether_layout_new (layout ? layout : AETHER_LAYOUT_DEFAULT, &error);
  if (keyboard == NULL || !check_typeable (keyboard, layout, text, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  typing = g_new0 (Typing, 1);
  typing->layout = g_steal_pointer (&keyboard);
  typing->text = g_strdup (text);
  typing->next = typing->text;
  g_task_set_task_data (task, typing, typing_free);
  type_next (g_steal_pointer (&task));
}

/**
 * aether_session_type_text_async:
 *
 * aether_session_type_text_in_layout_async() on a US keyboard.
 */
void
aether_session_type_text_async (AetherSession *self, const char *text, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  aether_session_type_text_in_layout_async (self, text, NULL, cancellable, callback, user_data);
}

void
aether_session_screenshot_async (AetherSession *self, guint display, int fd, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->screenshot_async (self, display, fd, cancellable, callback, user_data);
}

void
aether_session_open_display_async (AetherSession *self, int fd, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->open_display_async (self, fd, cancellable, callback, user_data);
  else
    g_close (fd, NULL);
}

void
aether_session_open_vnc_async (AetherSession *self, int fd, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->open_vnc_async (self, fd, cancellable, callback, user_data);
  else
    g_close (fd, NULL);
}

void
aether_session_statistics_async (AetherSession *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->statistics_async (self, cancellable, callback, user_data);
}

gboolean
aether_session_set_sound (AetherSession *self, double volume, gboolean muted)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), FALSE);

  return PRIVATE (self)->state != AETHER_STATE_STOPPED &&
         AETHER_SESSION_GET_CLASS (self)->set_sound (self, CLAMP (volume, 0, 1), muted);
}

void
aether_session_list_drives_async (AetherSession *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->list_drives_async (self, cancellable, callback, user_data);
}

/**
 * aether_session_change_medium_async:
 * @drive: id of a drive
 * @file: (nullable): absolute path of what shall be in it; %NULL: nothing
 * @force: also when the guest holds on to what is in it
 *
 * Fails with %G_IO_ERROR_NOT_FOUND when there is no such drive or file, and
 * %G_IO_ERROR_BUSY when the guest does not let go.
 */
void
aether_session_change_medium_async (AetherSession *self, const char *drive, const char *file, gboolean force,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));
  g_return_if_fail (drive != NULL);

  if (file && !g_path_is_absolute (file))
    {
      g_task_report_new_error (self, callback, user_data, aether_session_change_medium_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("“%.256s” is no absolute path of a file."), file);
      return;
    }

  if (check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->change_medium_async (self, drive, file, force, cancellable, callback, user_data);
}

/* Returns: (transfer none): names, sorted; empty when nobody listens */
const char * const *
aether_session_get_channels (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), NULL);

  return (const char * const *) PRIVATE (self)->channels;
}

void
aether_session_write_serial (AetherSession *self, guint port, GBytes *data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (PRIVATE (self)->state != AETHER_STATE_STOPPED)
    AETHER_SESSION_GET_CLASS (self)->write_serial (self, port, data);
}

gboolean
aether_session_finish (AetherSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Returns: (transfer full): a{sv} */
GVariant *
aether_session_statistics_finish (AetherSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- for implementations ------------------------------------------------- */

void
aether_session_set_state (AetherSession *self, AetherState state)
{
  AetherSessionPrivate *priv = PRIVATE (self);

  if (priv->state == state || priv->ended)
    return;

  priv->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
aether_session_set_accelerator (AetherSession *self, const char *accelerator)
{
  if (g_set_str (&PRIVATE (self)->accelerator, accelerator))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACCELERATOR]);
}

void
aether_session_set_pid (AetherSession *self, int pid)
{
  AetherSessionPrivate *priv = PRIVATE (self);

  if (priv->pid == pid)
    return;

  priv->pid = pid;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PID]);
}

void
aether_session_log (AetherSession *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);

  g_signal_emit (self, signals[LOG_LINE], 0, line);
}

void
aether_session_add_finding (AetherSession  *self,
                            AetherSeverity  severity,
                            const char     *id,
                            const char     *sentence)
{
  g_autoptr(AetherFinding) finding = aether_finding_new (severity, id, sentence, NULL);

  g_signal_emit (self, signals[FINDING], 0, finding);
}

void
aether_session_happened (AetherSession *self, const char *kind, const char *subject)
{
  g_signal_emit (self, signals[HAPPENED], 0, kind, subject);
}

void
aether_session_set_channel (AetherSession *self, const char *name, gboolean open)
{
  static const char * const names[] = { "agent", "clipboard" };
  AetherSessionPrivate *priv = PRIVATE (self);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  if (g_strv_contains ((const char * const *) priv->channels, name) == open)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name) ? open : g_strv_contains ((const char * const *) priv->channels, names[i]))
      g_strv_builder_add (builder, names[i]);

  g_strfreev (priv->channels);
  priv->channels = g_strv_builder_end (builder);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHANNELS]);
}

void
aether_session_serial_data (AetherSession *self, guint port, GBytes *data)
{
  g_signal_emit (self, signals[SERIAL_DATA], 0, port, data);
}

void
aether_session_guest_panic (AetherSession *self, const char *sentence)
{
  g_signal_emit (self, signals[GUEST_PANIC], 0, sentence);
}

void
aether_session_disk_error (AetherSession *self,
                           const char    *drive_id,
                           const char    *operation,
                           const char    *reason,
                           gboolean       no_space)
{
  g_signal_emit (self, signals[DISK_ERROR], 0, drive_id, operation, reason, no_space);
}

void
aether_session_wait_ended (AetherSession *self, GTask *task)
{
  AetherSessionPrivate *priv = PRIVATE (self);

  if (priv->ended)
    g_task_return_boolean (task, TRUE);
  else
    g_ptr_array_add (priv->ending, g_object_ref (task));
}

gboolean
aether_session_check_answers (AetherSession *self, gboolean connected, GTask *task)
{
  if (g_task_return_error_if_cancelled (task))
    return FALSE;
  if (connected && PRIVATE (self)->state != AETHER_STATE_STARTING)
    return TRUE;

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("The machine is still starting. Try again in a moment."));
  return FALSE;
}

/**
 * aether_session_ended:
 * @sentence: (nullable): how it ended, for people
 * @output: (nullable): the engine's last lines when it crashed
 *
 * Says that the engine is gone: the state becomes STOPPED, then "ended" is
 * emitted. Only the first call counts.
 */
void
aether_session_ended (AetherSession *self, AetherEnd end, const char *sentence, const char *output)
{
  AetherSessionPrivate *priv = PRIVATE (self);
  g_autoptr(AetherSession) alive = NULL;

  if (priv->ended)
    return;

  alive = g_object_ref (self);
  aether_session_set_pid (self, 0);
  aether_session_set_state (self, AETHER_STATE_STOPPED);
  priv->ended = TRUE;
  g_signal_emit (self, signals[ENDED], 0, end, sentence, output);

  for (guint i = 0; i < priv->ending->len; i++)
    g_task_return_boolean (priv->ending->pdata[i], TRUE);
  g_ptr_array_set_size (priv->ending, 0);
}
