/* aether-session.c - one run of a machine in an engine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-session-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  AetherState  state;
  char        *accelerator;
  int          pid;
  GStrv        channels;
  gboolean     can_suspend;
  char        *suspend_obstacle;
  guint64      suspend_done;
  guint64      suspend_total;
  GCancellable *suspending;   /* NULL: it is not being suspended */
  gboolean     ended;
  GPtrArray   *ending;        /* of GTask: wait until it has */
} AetherSessionPrivate;

enum { PROP_0, PROP_STATE, PROP_ACCELERATOR, PROP_PID, PROP_CHANNELS, PROP_CAN_SUSPEND, PROP_SUSPEND_OBSTACLE,
       PROP_SUSPEND_DONE, PROP_SUSPEND_TOTAL, N_PROPS };
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
  { AETHER_CONTROL_SUSPEND, "AETHER_CONTROL_SUSPEND", "suspend" },
  { AETHER_CONTROL_CANCEL_SUSPEND, "AETHER_CONTROL_CANCEL_SUSPEND", "cancel-suspend" },
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
  g_return_val_if_fail (control <= AETHER_CONTROL_CANCEL_SUSPEND, NULL);

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
    case PROP_CAN_SUSPEND:
      g_value_set_boolean (value, priv->can_suspend);
      break;
    case PROP_SUSPEND_OBSTACLE:
      g_value_set_string (value, priv->suspend_obstacle);
      break;
    case PROP_SUSPEND_DONE:
      g_value_set_uint64 (value, priv->suspend_done);
      break;
    case PROP_SUSPEND_TOTAL:
      g_value_set_uint64 (value, priv->suspend_total);
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
  g_free (priv->suspend_obstacle);
  g_clear_object (&priv->suspending);
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
  _aether_session_refuse_all (klass);

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, AETHER_TYPE_STATE,
                                         AETHER_STATE_STOPPED, flags);
  props[PROP_ACCELERATOR] = g_param_spec_string ("accelerator", NULL, NULL, NULL, flags);
  props[PROP_PID] = g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_CHANNELS] = g_param_spec_boxed ("channels", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_CAN_SUSPEND] = g_param_spec_boolean ("can-suspend", NULL, NULL, FALSE, flags);
  props[PROP_SUSPEND_OBSTACLE] = g_param_spec_string ("suspend-obstacle", NULL, NULL, NULL, flags);
  props[PROP_SUSPEND_DONE] = g_param_spec_uint64 ("suspend-done", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_SUSPEND_TOTAL] = g_param_spec_uint64 ("suspend-total", NULL, NULL, 0, G_MAXUINT64, 0, flags);
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

gboolean
_aether_session_is_suspending (AetherSession *self)
{
  return PRIVATE (self)->suspending != NULL;
}

/* What cannot be asked before the start, or after the end. */
gboolean
_aether_session_check_runs (AetherSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  if (PRIVATE (self)->state != AETHER_STATE_STOPPED)
    return TRUE;

  g_task_report_new_error (self, callback, user_data, _aether_session_check_runs,
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

static void
suspended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherSession *self = AETHER_SESSION (object);
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  g_clear_object (&PRIVATE (self)->suspending);
  aether_session_set_suspend_progress (self, 0, 0);
  if (aether_session_finish (self, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Whoever asked may cancel it, and so may whoever says so. */
static void
suspend (AetherSession *self, GTask *task)
{
  AetherSessionPrivate *priv = PRIVATE (self);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (priv->suspending)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _("The machine is being suspended already."));
      return;
    }
  if (!priv->can_suspend)
    {
      _aether_session_refuse_suspend_async (self, cancellable, suspended_cb, g_object_ref (task));
      return;
    }
  if (priv->suspend_obstacle)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", priv->suspend_obstacle);
      return;
    }

  priv->suspending = cancellable ? g_object_ref (cancellable) : g_cancellable_new ();
  g_task_set_check_cancellable (task, FALSE);   /* it may be too late */
  AETHER_SESSION_GET_CLASS (self)->suspend_async (self, priv->suspending, suspended_cb, g_object_ref (task));
}

/**
 * aether_session_control_async:
 *
 * While a machine is being suspended, it only takes %AETHER_CONTROL_CANCEL_SUSPEND
 * and %AETHER_CONTROL_FORCE_OFF; anything else fails with %G_IO_ERROR_BUSY.
 */
void
aether_session_control_async (AetherSession *self, AetherControl control, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  AetherSessionPrivate *priv;
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (AETHER_IS_SESSION (self));

  if (!_aether_session_check_runs (self, cancellable, callback, user_data))
    return;

  priv = PRIVATE (self);
  if (control == AETHER_CONTROL_FORCE_OFF ||
      (control < AETHER_CONTROL_SUSPEND && priv->suspending == NULL))
    {
      AETHER_SESSION_GET_CLASS (self)->control_async (self, control, cancellable, callback, user_data);
      return;
    }

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_session_control_async);
  if (control == AETHER_CONTROL_SUSPEND)
    suspend (self, task);
  else if (control != AETHER_CONTROL_CANCEL_SUSPEND)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                             _("The machine is being suspended. Cancel that first."));
  else if (priv->suspending == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The machine is not being suspended."));
  else
    {
      g_cancellable_cancel (priv->suspending);
      g_task_return_boolean (task, TRUE);
    }
}

gboolean
aether_session_get_can_suspend (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), FALSE);

  return PRIVATE (self)->can_suspend;
}

/* Returns: (nullable): why this machine cannot be suspended as it is */
const char *
aether_session_get_suspend_obstacle (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), NULL);

  return PRIVATE (self)->suspend_obstacle;
}

gboolean
aether_session_get_suspend_progress (AetherSession *self, guint64 *done, guint64 *total)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), FALSE);

  *done = PRIVATE (self)->suspend_done;
  *total = PRIVATE (self)->suspend_total;

  return *total > 0;
}

/* Returns: (transfer none): names, sorted; empty when nobody listens */
const char * const *
aether_session_get_channels (AetherSession *self)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), NULL);

  return (const char * const *) PRIVATE (self)->channels;
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
aether_session_set_can_suspend (AetherSession *self, const char *obstacle)
{
  PRIVATE (self)->can_suspend = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAN_SUSPEND]);
  if (g_set_str (&PRIVATE (self)->suspend_obstacle, obstacle))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUSPEND_OBSTACLE]);
}

void
aether_session_set_suspend_progress (AetherSession *self, guint64 done, guint64 total)
{
  AetherSessionPrivate *priv = PRIVATE (self);

  if (priv->suspend_done == done && priv->suspend_total == total)
    return;

  priv->suspend_done = done;
  priv->suspend_total = total;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUSPEND_DONE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUSPEND_TOTAL]);
  g_object_thaw_notify (G_OBJECT (self));
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
