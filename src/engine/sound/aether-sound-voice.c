/* aether-sound-voice.c - one stream of sound, to or from this computer's devices
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-sound-voice.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>
#include <gst/base/gstadapter.h>

#define RETRY_SECONDS 2
#define BUFFERED_MS 200   /* more is late: the oldest is dropped */
#define READ_MOST 65536

struct _AetherSoundVoice
{
  gboolean    records;
  GstCaps    *caps;
  guint       bytes_per_second;
  char       *device;
  gboolean    enabled;
  double      volume;
  gboolean    muted;

  GstElement *pipeline;   /* (nullable): disabled, or its device failed */
  GstElement *end;        /* appsrc or appsink */
  guint       watch;
  guint       retry;
  GstAdapter *recorded;
};

static void start (AetherSoundVoice *self);

static void
stop (AetherSoundVoice *self)
{
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->pipeline)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->end, gst_object_unref);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  gst_adapter_clear (self->recorded);
}

static gboolean
retry_cb (gpointer user_data)
{
  AetherSoundVoice *self = user_data;

  self->retry = 0;
  start (self);

  return G_SOURCE_REMOVE;
}

static void
fail (AetherSoundVoice *self, const char *why)
{
  g_message ("The sound device failed, it is tried again: %s", why);
  stop (self);
  self->retry = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
}

static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  AetherSoundVoice *self = user_data;
  g_autoptr(GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;

  gst_message_parse_error (message, &error, NULL);
  self->watch = 0;   /* this very source */
  fail (self, error->message);

  return G_SOURCE_REMOVE;
}

static void
apply_volume (AetherSoundVoice *self)
{
  g_autoptr(GstElement) volume = self->pipeline ? gst_bin_get_by_name (GST_BIN (self->pipeline), "volume") : NULL;

  if (volume)
    g_object_set (volume, "volume", self->volume, "mute", self->muted, NULL);
}

static void
start (AetherSoundVoice *self)
{
  g_autofree char *description = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GstBus) bus = NULL;

  if (self->pipeline || !self->enabled)
    return;

  description = g_strdup_printf (self->records
                                   ? "%s ! audioconvert ! audioresample ! volume name=volume ! "
                                     "appsink name=end sync=false max-buffers=64 drop=true"
                                   : "appsrc name=end ! audioconvert ! audioresample ! volume name=volume ! %s",
                                 self->device);
  self->pipeline = gst_parse_launch (description, &error);
  if (self->pipeline == NULL || error)
    {
      fail (self, error ? error->message : "");
      return;
    }

  self->end = gst_bin_get_by_name (GST_BIN (self->pipeline), "end");
  if (self->records)
    gst_app_sink_set_caps (GST_APP_SINK (self->end), self->caps);
  else
    g_object_set (self->end, "caps", self->caps, "format", GST_FORMAT_TIME, "is-live", TRUE, "do-timestamp", TRUE,
                  "block", FALSE, "max-bytes", (guint64) self->bytes_per_second * BUFFERED_MS / 1000,
                  "leaky-type", GST_APP_LEAKY_TYPE_DOWNSTREAM, NULL);
  apply_volume (self);

  bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->watch = gst_bus_add_watch (bus, message_cb, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

AetherSoundVoice *
aether_sound_voice_new (gboolean records, const AetherSoundFormat *format, const char *device)
{
  GstAudioFormat raw = GST_AUDIO_FORMAT_UNKNOWN;
  int endian = format->big_endian ? G_BIG_ENDIAN : G_LITTLE_ENDIAN;
  AetherSoundVoice *self;

  if (format->is_float && format->bits == 32)
    raw = format->big_endian ? GST_AUDIO_FORMAT_F32BE : GST_AUDIO_FORMAT_F32LE;
  else if (!format->is_float && (format->bits == 8 || format->bits == 16 || format->bits == 32))
    raw = gst_audio_format_build_integer (format->is_signed, endian, format->bits, format->bits);
  if (raw == GST_AUDIO_FORMAT_UNKNOWN || format->rate < 1000 || format->rate > 384000 ||
      format->channels < 1 || format->channels > 8)
    return NULL;

  self = g_new0 (AetherSoundVoice, 1);
  self->records = records;
  self->device = g_strdup (device);
  self->volume = 1;
  self->bytes_per_second = format->rate * format->channels * format->bits / 8;
  self->recorded = gst_adapter_new ();
  self->caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, gst_audio_format_to_string (raw),
                                    "layout", G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, (int) format->rate,
                                    "channels", G_TYPE_INT, (int) format->channels, NULL);
  if (format->channels > 2)
    gst_caps_set_simple (self->caps, "channel-mask", GST_TYPE_BITMASK,
                         gst_audio_channel_get_fallback_mask (format->channels), NULL);

  return self;
}

void
aether_sound_voice_free (AetherSoundVoice *self)
{
  stop (self);
  gst_caps_unref (self->caps);
  g_object_unref (self->recorded);
  g_free (self->device);
  g_free (self);
}

void
aether_sound_voice_set_enabled (AetherSoundVoice *self, gboolean enabled)
{
  if (self->enabled == enabled)
    return;

  self->enabled = enabled;
  if (enabled)
    start (self);
  else
    stop (self);
}

void
aether_sound_voice_set_volume (AetherSoundVoice *self, double volume, gboolean muted)
{
  self->volume = CLAMP (volume, 0, 1);
  self->muted = muted;
  apply_volume (self);
}

void
aether_sound_voice_write (AetherSoundVoice *self, GBytes *data)
{
  if (self->end && !self->records)
    gst_app_src_push_buffer (GST_APP_SRC (self->end), gst_buffer_new_wrapped_bytes (data));
  g_bytes_unref (data);
}

GBytes *
aether_sound_voice_read (AetherSoundVoice *self, gsize size)
{
  GstSample *sample;
  gsize available;

  while (self->end && self->records && (sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->end), 0)))
    {
      gst_adapter_push (self->recorded, gst_buffer_ref (gst_sample_get_buffer (sample)));
      gst_sample_unref (sample);
    }

  available = MIN (gst_adapter_available (self->recorded), MIN (size, READ_MOST));

  return available > 0 ? g_bytes_new_take (gst_adapter_take (self->recorded, available), available)
                       : g_bytes_new (NULL, 0);
}
