/* aether-vm-link.c - the way from a window to its machine: start, attach, display
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-link.h"

#include "aether-consent.h"
#include "aether-dbus-source.h"
#include "aether-vnc-source.h"

/* A machine that just starts or ends is not reachable for a moment. */
#define RETRY_MS 200
#define MAX_RETRIES 150

struct _AetherVmLink
{
  GObject            parent_instance;

  AetherBundle      *bundle;
  AetherVmLinkState  state;
  AetherClient      *client;
  char              *way;
  AetherDisplaySource *source;
  AetherVncSource   *opening;       /* (nullable): a source that is not live yet */
  char              *lost;          /* (nullable): why VNC ended, while the machine is asked */
  char              *sentence;
  char              *output;

  gboolean           freed;         /* whoever took the display has left, while we had none */
  GCancellable      *cancellable;   /* of what is under way */
  guint              retry;         /* source */
  guint              n_retries;
  gboolean           resuming;      /* our own start goes on from a saved state */
  gboolean           start_failed;  /* off, and the sentence says why it did not start */
};

G_DEFINE_FINAL_TYPE (AetherVmLink, aether_vm_link, G_TYPE_OBJECT)

enum { CHANGED, CONSENT_NEEDED, N_SIGNALS };
static guint signals[N_SIGNALS];
static GParamSpec *way_property;

static void open_display (AetherVmLink *self);
static void attach (AetherVmLink *self);

static void
changed (AetherVmLink *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_state (AetherVmLink *self, AetherVmLinkState state, const char *sentence)
{
  self->state = state;
  g_set_str (&self->sentence, sentence);
  changed (self);
}

/* Whatever was under way does not matter any more. */
static GCancellable *
renew_cancellable (AetherVmLink *self)
{
  g_clear_handle_id (&self->retry, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  return self->cancellable;
}

static void
drop_source (AetherVmLink *self)
{
  if (self->opening)
    {
      g_signal_handlers_disconnect_by_data (self->opening, self);
      aether_display_source_close (AETHER_DISPLAY_SOURCE (self->opening));
    }
  g_clear_object (&self->opening);
  if (self->source == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->source, self);
  aether_display_source_close (self->source);
  g_clear_object (&self->source);
}

static void
drop_client (AetherVmLink *self)
{
  renew_cancellable (self);
  drop_source (self);
  if (self->client)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
}

/* Off, and what the bundle remembers of the end. */
static void
set_off (AetherVmLink *self)
{
  g_autofree char *sentence = NULL;
  AetherEnd end;

  drop_client (self);
  self->n_retries = 0;
  self->resuming = FALSE;
  g_clear_pointer (&self->output, g_free);
  end = aether_bundle_get_last_end (self->bundle, &sentence, &self->output);
  if (end == AETHER_END_NONE || end == AETHER_END_CLEAN || end == AETHER_END_FORCED || end == AETHER_END_SUSPENDED)
    g_clear_pointer (&sentence, g_free);

  self->start_failed = end == AETHER_END_FAILED;
  set_state (self, AETHER_VM_LINK_OFF, sentence);
  /* Whether it is suspended now is known before the library hears of the end */
  if (end == AETHER_END_SUSPENDED)
    aether_bundle_refresh (self->bundle);
}

static void
client_closed (AetherVmLink *self)
{
  set_off (self);
}

/* Whoever took the display from us has left: it is ours again, unless the user closes this window
 * meanwhile or another one was quicker. */
static void
display_taken_changed (AetherVmLink *self)
{
  self->freed = !aether_client_get_display_taken (self->client) && self->source == NULL;
  if (self->freed && self->state == AETHER_VM_LINK_ELSEWHERE)
    open_display (self);
}

static void
client_changed (AetherVmLink *self)
{
  AetherState state = aether_client_get_state (self->client);

  if (self->state == AETHER_VM_LINK_STARTING &&
      (state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED))
    open_display (self);
  else
    changed (self);
}

static void
take_client (AetherVmLink *self, AetherClient *client)
{
  drop_client (self);
  self->n_retries = 0;
  self->client = client;
  g_clear_pointer (&self->output, g_free);
  g_signal_connect_swapped (client, "notify", G_CALLBACK (client_changed), self);
  g_signal_connect_swapped (client, "notify::display-taken", G_CALLBACK (display_taken_changed), self);
  g_signal_connect_swapped (client, "closed", G_CALLBACK (client_closed), self);

  if (aether_client_get_state (client) == AETHER_STATE_STARTING)
    set_state (self, AETHER_VM_LINK_STARTING, NULL);
  else
    open_display (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  AetherVmLink *self = user_data;

  self->retry = 0;
  attach (self);
  return G_SOURCE_REMOVE;
}

static void
attached_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmLink) self = user_data;
  g_autoptr(GError) error = NULL;
  AetherClient *client = aether_client_open_finish (result, &error);

  if (client)
    take_client (self, client);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    set_off (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY) && self->n_retries++ < MAX_RETRIES)
    self->retry = g_timeout_add (RETRY_MS, retry_cb, self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_state (self, AETHER_VM_LINK_OFF, error->message);
}

static void
attach (AetherVmLink *self)
{
  GCancellable *cancellable = renew_cancellable (self);

  if (self->state != AETHER_VM_LINK_CONNECTING)
    set_state (self, AETHER_VM_LINK_CONNECTING, NULL);
  aether_client_attach_async (self->bundle, cancellable, attached_cb, g_object_ref (self));
}

/* Somebody started it. Our own starts are not off by then. */
static void
bundle_changed (AetherVmLink *self)
{
  if (self->state == AETHER_VM_LINK_OFF &&
      aether_bundle_get_state (self->bundle) != AETHER_STATE_STOPPED)
    attach (self);
  else
    changed (self);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmLink) self = user_data;
  g_autoptr(GError) error = NULL;
  AetherClient *client = aether_client_open_finish (result, &error);

  if (self->bundle == NULL)   /* disposed meanwhile */
    g_clear_object (&client);
  else if (client)
    take_client (self, client);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    attach (self);
  else
    {
      set_off (self);
      self->start_failed = TRUE;
      set_state (self, AETHER_VM_LINK_OFF, error->message);
      if (g_error_matches (error, AETHER_CONSENT_ERROR, AETHER_CONSENT_ERROR_MISSING))
        g_signal_emit (self, signals[CONSENT_NEEDED], 0);
    }
}

gboolean
aether_vm_link_get_start_failed (AetherVmLink *self)
{
  return self->start_failed;
}

gboolean
aether_vm_link_get_resuming (AetherVmLink *self)
{
  return self->resuming;
}

/**
 * aether_vm_link_start:
 *
 * Starts the machine when it is off. It goes on starting if the link is
 * dropped: closing a window ends no machine.
 */
void
aether_vm_link_start (AetherVmLink *self)
{
  if (self->state != AETHER_VM_LINK_OFF)
    return;

  g_clear_pointer (&self->output, g_free);
  self->resuming = aether_bundle_get_suspended (self->bundle);
  set_state (self, AETHER_VM_LINK_STARTING, NULL);
  aether_client_start_async (self->bundle, NULL, started_cb, g_object_ref (self));
}

/* The display hung up. When the machine still answers, another window took
 * it; otherwise the client is about to say how it ended. */
static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmLink) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) statistics =
    aether_client_statistics_finish (AETHER_CLIENT (object), result, &error);
  AetherState state = aether_client_get_state (AETHER_CLIENT (object));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->client == NULL)
    return;

  if ((statistics || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)) &&
      (state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED))
    {
      g_autofree char *lost = g_steal_pointer (&self->lost);

      if (lost)
        set_state (self, AETHER_VM_LINK_BROKEN, lost);
      else if (self->freed)
        open_display (self);
      else
        set_state (self, AETHER_VM_LINK_ELSEWHERE, NULL);
    }
}

/* @error: why there is no display, or no more */
static void
source_closed (AetherVmLink *self, GError *error)
{
  gboolean by_vnc = self->opening || AETHER_IS_VNC_SOURCE (self->source);

  drop_source (self);
  g_set_str (&self->lost, by_vnc ? error->message : NULL);   /* VNC is not taken by others */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    {
      set_state (self, AETHER_VM_LINK_BROKEN, error->message);
      return;
    }

  changed (self);
  aether_client_statistics_async (self->client, renew_cancellable (self), asked_cb,
                                  g_object_ref (self));
}

static void
source_opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmLink) self = user_data;
  g_autoptr(GError) error = NULL;
  AetherDbusSource *source = aether_dbus_source_open_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (source == NULL)
    {
      source_closed (self, error);
      return;
    }

  self->source = AETHER_DISPLAY_SOURCE (source);
  g_signal_connect_swapped (source, "closed", G_CALLBACK (source_closed), self);
  g_signal_connect_swapped (source, "changed", G_CALLBACK (changed), self);
  set_state (self, AETHER_VM_LINK_LIVE, NULL);
}

static void
vnc_changed (AetherVmLink *self)
{
  if (self->opening == NULL ||
      aether_display_source_get_state (AETHER_DISPLAY_SOURCE (self->opening)) != AETHER_DISPLAY_LIVE)
    return;

  self->source = AETHER_DISPLAY_SOURCE (g_steal_pointer (&self->opening));
  set_state (self, AETHER_VM_LINK_LIVE, NULL);
}

static void
vnc_opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmLink) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherFramebuffer) framebuffer = NULL;
  g_autoptr(GIOStream) stream = aether_client_open_vnc_finish (AETHER_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (stream == NULL)
    {
      set_state (self, AETHER_VM_LINK_BROKEN, error->message);
      return;
    }

  framebuffer = aether_framebuffer_new ();
  self->opening = aether_vnc_source_new_for_stream (G_SOCKET_CONNECTION (stream), framebuffer);
  g_signal_connect_swapped (self->opening, "changed", G_CALLBACK (vnc_changed), self);
  g_signal_connect_swapped (self->opening, "closed", G_CALLBACK (source_closed), self);
}

static void
display_opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmLink) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherFramebuffer) framebuffer = NULL;
  g_autoptr(GIOStream) stream =
    aether_client_open_display_finish (AETHER_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* A QEMU without its D-Bus display */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) && g_str_equal (self->way, "automatic"))
    {
      aether_client_open_vnc_async (self->client, self->cancellable, vnc_opened_cb, g_object_ref (self));
      return;
    }

  if (stream == NULL)
    {
      set_state (self, AETHER_VM_LINK_BROKEN, error->message);
      return;
    }

  framebuffer = aether_framebuffer_new ();
  aether_dbus_source_open_async (stream, framebuffer,
                                 g_str_equal (self->way, "copies") ? AETHER_DBUS_SOURCE_NO_MAPS
                                                                   : AETHER_DBUS_SOURCE_NONE,
                                 self->cancellable,
                                 source_opened_cb, g_object_ref (self));
}

static void
open_display (AetherVmLink *self)
{
  GCancellable *cancellable = renew_cancellable (self);

  drop_source (self);
  self->freed = FALSE;
  set_state (self, AETHER_VM_LINK_CONNECTING, NULL);
  if (g_str_equal (self->way, "vnc"))
    aether_client_open_vnc_async (self->client, cancellable, vnc_opened_cb, g_object_ref (self));
  else
    aether_client_open_display_async (self->client, cancellable, display_opened_cb,
                                      g_object_ref (self));
}

void
aether_vm_link_show (AetherVmLink *self)
{
  if (self->client &&
      (self->state == AETHER_VM_LINK_ELSEWHERE || self->state == AETHER_VM_LINK_BROKEN))
    open_display (self);
}

void
aether_vm_link_break (AetherVmLink *self, const char *sentence)
{
  drop_source (self);
  if (self->client)
    set_state (self, AETHER_VM_LINK_BROKEN, sentence);
}

AetherVmLinkState
aether_vm_link_get_state (AetherVmLink *self)
{
  return self->state;
}

AetherBundle *
aether_vm_link_get_bundle (AetherVmLink *self)
{
  return self->bundle;
}

AetherClient *
aether_vm_link_get_client (AetherVmLink *self)
{
  return self->client;
}

AetherDisplaySource *
aether_vm_link_get_source (AetherVmLink *self)
{
  return self->source;
}

const char *
aether_vm_link_get_sentence (AetherVmLink *self)
{
  return self->sentence;
}

const char *
aether_vm_link_get_output (AetherVmLink *self)
{
  return self->output;
}

static gboolean
is_way (const char *name)
{
  static const char *const ways[] = { "automatic", "memory", "copies", "vnc", NULL };

  return name && g_strv_contains (ways, name);
}

static void
set_way (AetherVmLink *self, const char *way)
{
  if (!is_way (way) || !g_set_str (&self->way, way))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), way_property);
  if (self->client &&
      (self->state == AETHER_VM_LINK_LIVE || self->state == AETHER_VM_LINK_BROKEN ||
       self->state == AETHER_VM_LINK_ELSEWHERE || self->state == AETHER_VM_LINK_CONNECTING))
    open_display (self);
}

static void
aether_vm_link_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, AETHER_VM_LINK (object)->way);
}

static void
aether_vm_link_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  set_way (AETHER_VM_LINK (object), g_value_get_string (value));
}

static void
aether_vm_link_dispose (GObject *object)
{
  AetherVmLink *self = AETHER_VM_LINK (object);

  drop_client (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->bundle);

  G_OBJECT_CLASS (aether_vm_link_parent_class)->dispose (object);
}

static void
aether_vm_link_finalize (GObject *object)
{
  AetherVmLink *self = AETHER_VM_LINK (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->way, g_free);
  g_clear_pointer (&self->lost, g_free);
  g_clear_pointer (&self->sentence, g_free);
  g_clear_pointer (&self->output, g_free);

  G_OBJECT_CLASS (aether_vm_link_parent_class)->finalize (object);
}

static void
aether_vm_link_class_init (AetherVmLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_vm_link_dispose;
  object_class->finalize = aether_vm_link_finalize;
  object_class->get_property = aether_vm_link_get_property;
  object_class->set_property = aether_vm_link_set_property;

  way_property = g_param_spec_string ("way", NULL, NULL, "automatic",
                                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (object_class, 1, way_property);

  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_VM_LINK, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* A start asked for what the user has not agreed to */
  signals[CONSENT_NEEDED] = g_signal_new ("consent-needed", AETHER_TYPE_VM_LINK, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aether_vm_link_init (AetherVmLink *self)
{
  self->way = g_strdup ("automatic");
}

AetherVmLink *
aether_vm_link_new (AetherBundle *bundle)
{
  AetherVmLink *self = g_object_new (AETHER_TYPE_VM_LINK, NULL);

  self->bundle = g_object_ref (bundle);
  g_signal_connect_object (bundle, "notify", G_CALLBACK (bundle_changed), self, G_CONNECT_SWAPPED);

  if (aether_bundle_get_state (bundle) == AETHER_STATE_STOPPED)
    set_off (self);
  else
    attach (self);

  return self;
}
