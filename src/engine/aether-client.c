/* aether-client.c - a running machine, seen from a window or the command line
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-client-private.h"

#include <glib/gi18n-lib.h>

enum { PROP_0, PROP_STATE, PROP_ACCELERATOR, PROP_NAME, PROP_UUID, PROP_SINCE, PROP_END, PROP_END_SENTENCE, PROP_CHANNELS, PROP_DISPLAY_TAKEN,
       PROP_CAN_SUSPEND, PROP_SUSPEND_PROGRESS,
       N_PROPS };
static GParamSpec *props[N_PROPS];

enum { LOG_LINE, FINDING, GUEST_PANIC, DISK_ERROR, HAPPENED, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherClient, aether_client, G_TYPE_OBJECT)

static double
get_suspend_fraction (AetherClient *self)
{
  guint64 done, total;

  return aether_client_get_suspend_progress (self, &done, &total) ? MIN (1, (double) done / total) : -1;
}

static void
aether_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherClient *self = AETHER_CLIENT (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, aether_client_get_state (self));
      break;
    case PROP_ACCELERATOR:
      g_value_set_string (value, aether_client_get_accelerator (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, aether_client_get_name (self));
      break;
    case PROP_UUID:
      g_value_set_string (value, aether_client_get_uuid (self));
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, aether_client_get_since (self));
      break;
    case PROP_END:
      g_value_set_enum (value, self->end);
      break;
    case PROP_END_SENTENCE:
      g_value_set_string (value, self->end_sentence);
      break;
    case PROP_CHANNELS:
      g_value_set_boxed (value, aether_client_get_channels (self));
      break;
    case PROP_DISPLAY_TAKEN:
      g_value_set_boolean (value, aether_client_get_display_taken (self));
      break;
    case PROP_CAN_SUSPEND:
      g_value_set_boolean (value, aether_client_get_can_suspend (self));
      break;
    case PROP_SUSPEND_PROGRESS:
      g_value_set_double (value, get_suspend_fraction (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_client_dispose (GObject *object)
{
  AetherClient *self = AETHER_CLIENT (object);

  if (self->machine)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      if (!self->closed)
        g_dbus_connection_close (self->connection, NULL, NULL, NULL);
    }
  g_clear_object (&self->machine);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (aether_client_parent_class)->dispose (object);
}

static void
aether_client_finalize (GObject *object)
{
  g_free (AETHER_CLIENT (object)->end_sentence);
  g_strfreev (AETHER_CLIENT (object)->channels);

  G_OBJECT_CLASS (aether_client_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n, GType a, GType b, GType c, GType d)
{
  return g_signal_new (name, AETHER_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n, a, b, c, d);
}

static void
aether_client_class_init (AetherClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aether_client_get_property;
  object_class->dispose = aether_client_dispose;
  object_class->finalize = aether_client_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, AETHER_TYPE_STATE, AETHER_STATE_STOPPED, flags);
  props[PROP_ACCELERATOR] = g_param_spec_string ("accelerator", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, flags);
  props[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_END] = g_param_spec_enum ("end", NULL, NULL, AETHER_TYPE_END, AETHER_END_NONE, flags);
  props[PROP_END_SENTENCE] = g_param_spec_string ("end-sentence", NULL, NULL, NULL, flags);
  props[PROP_CHANNELS] = g_param_spec_boxed ("channels", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_DISPLAY_TAKEN] = g_param_spec_boolean ("display-taken", NULL, NULL, FALSE, flags);
  props[PROP_CAN_SUSPEND] = g_param_spec_boolean ("can-suspend", NULL, NULL, FALSE, flags);
  props[PROP_SUSPEND_PROGRESS] = g_param_spec_double ("suspend-progress", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[LOG_LINE] = add_signal ("log-line", 1, G_TYPE_STRING, 0, 0, 0);
  signals[FINDING] = add_signal ("finding", 1, AETHER_TYPE_FINDING, 0, 0, 0);
  signals[GUEST_PANIC] = add_signal ("guest-panic", 1, G_TYPE_STRING, 0, 0, 0);
  signals[DISK_ERROR] = add_signal ("disk-error", 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[HAPPENED] = add_signal ("happened", 2, G_TYPE_STRING, G_TYPE_STRING, 0, 0);
  signals[CLOSED] = add_signal ("closed", 0, 0, 0, 0, 0);
}

static void
aether_client_init (AetherClient *self)
{
}

/* --- what the machine says ----------------------------------------------- */

/* The proxy forgets its own copy only after we are told. */
static void
read_channels (AetherClient *self)
{
  g_autoptr(GVariant) value = g_dbus_proxy_get_cached_property (G_DBUS_PROXY (self->machine), "Channels");

  g_strfreev (self->channels);
  self->channels = value && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY) ? g_variant_dup_strv (value, NULL)
                                                                                     : g_new0 (char *, 1);
}

static void
properties_changed_cb (AetherClient *self, GVariant *changed, const char * const *invalidated)
{
  static const struct { const char *member; guint prop; } mirrored[] = {
    { "State", PROP_STATE },
    { "Accelerator", PROP_ACCELERATOR },
    { "Name", PROP_NAME },
    { "Since", PROP_SINCE },
    { "Channels", PROP_CHANNELS },
    { "DisplayTaken", PROP_DISPLAY_TAKEN },
    { "CanSuspend", PROP_CAN_SUSPEND },
    { "SuspendObstacle", PROP_CAN_SUSPEND },
    { "SuspendProgress", PROP_SUSPEND_PROGRESS },
  };

  read_channels (self);
  for (guint i = 0; i < G_N_ELEMENTS (mirrored); i++)
    {
      g_autoptr(GVariant) value = g_variant_lookup_value (changed, mirrored[i].member, NULL);

      if (value)
        g_object_notify_by_pspec (G_OBJECT (self), props[mirrored[i].prop]);
    }
}

static void
log_line_cb (AetherClient *self, const char *line)
{
  g_signal_emit (self, signals[LOG_LINE], 0, line);
}

static AetherFinding *
make_finding (const char *severity, const char *id, const char *sentence, const char *fix)
{
  return aether_finding_new (aether_severity_from_nick (severity), id, sentence, *fix ? fix : NULL);
}

static void
finding_cb (AetherClient *self, const char *severity, const char *id, const char *sentence, const char *fix)
{
  g_autoptr(AetherFinding) finding = make_finding (severity, id, sentence, fix);

  g_signal_emit (self, signals[FINDING], 0, finding);
}

static void
guest_panicked_cb (AetherClient *self, const char *sentence)
{
  g_signal_emit (self, signals[GUEST_PANIC], 0, sentence);
}

static void
disk_error_cb (AetherClient *self, const char *drive, const char *operation, const char *reason, gboolean no_space)
{
  g_signal_emit (self, signals[DISK_ERROR], 0, drive, operation, reason, no_space);
}

static void
happened_cb (AetherClient *self, const char *kind, const char *subject)
{
  g_signal_emit (self, signals[HAPPENED], 0, kind, subject);
}

static void
set_end (AetherClient *self, AetherEnd end, const char *sentence)
{
  self->has_end = TRUE;
  self->end = end;
  g_set_str (&self->end_sentence, sentence);
}

static void
ended_cb (AetherClient *self, const char *end, const char *sentence, const char *output)
{
  set_end (self, aether_end_from_nick (end), sentence);
}

static void
closed_cb (AetherClient *self, gboolean remote_peer_vanished, GError *error)
{
  g_autoptr(AetherClient) alive = g_object_ref (self);

  if (self->closed)
    return;

  self->closed = TRUE;
  if (!self->has_end)
    {
      g_autofree char *sentence = g_strdup_printf (_("“%s” went away without a word: its process was "
                                                     "ended from outside."), aether_client_get_name (self));

      set_end (self, AETHER_END_KILLED, sentence);
    }

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_END]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_END_SENTENCE]);
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
closed_already_cb (gpointer user_data)
{
  closed_cb (user_data, TRUE, NULL);

  return G_SOURCE_REMOVE;
}

AetherClient *
aether_client_new (AetherMachine1 *machine)
{
  AetherClient *self = g_object_new (AETHER_TYPE_CLIENT, NULL);

  self->machine = g_object_ref (machine);
  self->connection = g_object_ref (g_dbus_proxy_get_connection (G_DBUS_PROXY (machine)));

  read_channels (self);
  g_signal_connect_swapped (machine, "g-properties-changed", G_CALLBACK (properties_changed_cb), self);
  g_signal_connect_swapped (machine, "log-line", G_CALLBACK (log_line_cb), self);
  g_signal_connect_swapped (machine, "finding-added", G_CALLBACK (finding_cb), self);
  g_signal_connect_swapped (machine, "guest-panicked", G_CALLBACK (guest_panicked_cb), self);
  g_signal_connect_swapped (machine, "disk-error", G_CALLBACK (disk_error_cb), self);
  g_signal_connect_swapped (machine, "happened", G_CALLBACK (happened_cb), self);
  g_signal_connect_swapped (machine, "ended", G_CALLBACK (ended_cb), self);
  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (closed_cb), self);
  if (g_dbus_connection_is_closed (self->connection))
    g_idle_add_full (G_PRIORITY_DEFAULT, closed_already_cb, g_object_ref (self), g_object_unref);

  return self;
}

/* --- what is known ------------------------------------------------------- */

AetherState
aether_client_get_state (AetherClient *self)
{
  AetherState state = AETHER_STATE_RUNNING;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), AETHER_STATE_STOPPED);

  if (self->closed)
    return AETHER_STATE_STOPPED;

  aether_state_from_nick (aether_machine1_get_state (self->machine), &state);
  return state;
}

/* Returns: (nullable): %NULL before the first vCPU runs */
const char *
aether_client_get_accelerator (AetherClient *self)
{
  const char *accelerator;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), NULL);

  accelerator = aether_machine1_get_accelerator (self->machine);

  return accelerator && *accelerator ? accelerator : NULL;
}

const char *
aether_client_get_name (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), NULL);

  return aether_machine1_get_name (self->machine);
}

const char *
aether_client_get_uuid (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), NULL);

  return aether_machine1_get_uuid (self->machine);
}

/* Returns: seconds since the epoch: when the state became what it is */
gint64
aether_client_get_since (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), 0);

  return aether_machine1_get_since (self->machine);
}

/**
 * aether_client_get_end:
 * @sentence: (out) (optional) (nullable) (transfer none): how it ended, for people
 *
 * Returns: %AETHER_END_NONE while it runs
 */
AetherEnd
aether_client_get_end (AetherClient *self, const char **sentence)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), AETHER_END_NONE);

  if (sentence)
    *sentence = self->end_sentence;

  return self->end;
}

const char * const *
aether_client_get_channels (AetherClient *self)
{
  static const char * const none[] = { NULL };

  g_return_val_if_fail (AETHER_IS_CLIENT (self), none);

  return self->closed ? none : (const char * const *) self->channels;
}

gboolean
aether_client_get_display_taken (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), FALSE);

  return aether_machine1_get_display_taken (self->machine) && !self->closed;
}

gboolean
aether_client_get_can_suspend (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), FALSE);

  return aether_machine1_get_can_suspend (self->machine) && !self->closed;
}

gboolean
aether_client_get_suspend_progress (AetherClient *self, guint64 *done, guint64 *total)
{
  guint64 bytes[2] = { 0, 0 };
  GVariant *progress;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), FALSE);

  progress = self->closed ? NULL : aether_machine1_get_suspend_progress (self->machine);
  if (progress)
    g_variant_get (progress, "(tt)", &bytes[0], &bytes[1]);
  if (done)
    *done = bytes[0];
  if (total)
    *total = bytes[1];

  return bytes[1] > 0;
}

guint
aether_client_get_n_serials (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), 0);

  return aether_machine1_get_serial_ports (self->machine);
}

GPtrArray *
aether_client_list_findings (AetherClient *self)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_object_unref);
  const char *severity, *id, *sentence, *fix;
  GVariantIter iter;
  GVariant *value;

  g_return_val_if_fail (AETHER_IS_CLIENT (self), findings);

  value = aether_machine1_get_findings (self->machine);
  if (!value)
    return findings;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&s&s&s&s)", &severity, &id, &sentence, &fix))
    g_ptr_array_add (findings, make_finding (severity, id, sentence, fix));

  return findings;
}

double
aether_client_get_volume (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), 1);

  return aether_machine1_get_volume (self->machine);
}

gboolean
aether_client_get_muted (AetherClient *self)
{
  g_return_val_if_fail (AETHER_IS_CLIENT (self), FALSE);

  return aether_machine1_get_muted (self->machine);
}
