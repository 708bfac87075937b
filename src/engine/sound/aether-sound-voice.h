/* aether-sound-voice.h - one stream of sound, to or from this computer's devices
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint     bits, rate, channels;
  gboolean  is_signed, is_float, big_endian;
} AetherSoundFormat;

/* Never waits for a device. One that fails is tried again every two seconds;
 * what cannot be played meanwhile is lost, as it would be anyway. The device
 * is the one the desktop calls its default, also when that changes. */
typedef struct _AetherSoundVoice AetherSoundVoice;

/* @device: what GStreamer calls the last element, as "autoaudiosink".
 * Returns: (nullable): NULL when there is no such format */
AetherSoundVoice *aether_sound_voice_new         (gboolean                 records,
                                                  const AetherSoundFormat *format,
                                                  const char              *device);
void              aether_sound_voice_free        (AetherSoundVoice        *self);

void              aether_sound_voice_set_enabled (AetherSoundVoice        *self,
                                                  gboolean                 enabled);
/* @volume: 0 to 1 */
void              aether_sound_voice_set_volume  (AetherSoundVoice        *self,
                                                  double                   volume,
                                                  gboolean                 muted);
/* Takes @data. */
void              aether_sound_voice_write       (AetherSoundVoice        *self,
                                                  GBytes                  *data);
/* At most @size bytes of what was recorded; (transfer full) */
GBytes           *aether_sound_voice_read        (AetherSoundVoice        *self,
                                                  gsize                    size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherSoundVoice, aether_sound_voice_free)

G_END_DECLS
