/* aether-finding.c - something the user should know before or while a machine runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-finding.h"

#include <glib/gi18n-lib.h>

struct _AetherFinding
{
  GObject         parent_instance;

  AetherSeverity  severity;
  char           *id;
  char           *sentence;
  char           *fix;
};

enum { PROP_0, PROP_SEVERITY, PROP_ID, PROP_SENTENCE, PROP_FIX, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (AetherFinding, aether_finding, G_TYPE_OBJECT)

static const GEnumValue severities[] = {
  { AETHER_SEVERITY_NOTE, "AETHER_SEVERITY_NOTE", "note" },
  { AETHER_SEVERITY_WARNING, "AETHER_SEVERITY_WARNING", "warning" },
  { AETHER_SEVERITY_ERROR, "AETHER_SEVERITY_ERROR", "error" },
  { 0, NULL, NULL },
};

GType
aether_severity_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("AetherSeverity", severities));

  return type;
}

const char *
aether_severity_to_nick (AetherSeverity severity)
{
  g_return_val_if_fail (severity <= AETHER_SEVERITY_ERROR, "error");

  return severities[severity].value_nick;
}

/**
 * aether_severity_from_nick:
 *
 * Returns: the severity called @nick; an unknown one, from a newer peer, is a warning
 */
AetherSeverity
aether_severity_from_nick (const char *nick)
{
  for (const GEnumValue *value = severities; value->value_nick; value++)
    if (g_strcmp0 (value->value_nick, nick) == 0)
      return value->value;

  return AETHER_SEVERITY_WARNING;
}

static void
aether_finding_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherFinding *self = AETHER_FINDING (object);

  switch (id)
    {
    case PROP_SEVERITY:
      g_value_set_enum (value, self->severity);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_SENTENCE:
      g_value_set_string (value, self->sentence);
      break;
    case PROP_FIX:
      g_value_set_string (value, self->fix);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_finding_finalize (GObject *object)
{
  AetherFinding *self = AETHER_FINDING (object);

  g_free (self->id);
  g_free (self->sentence);
  g_free (self->fix);

  G_OBJECT_CLASS (aether_finding_parent_class)->finalize (object);
}

static void
aether_finding_class_init (AetherFindingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aether_finding_get_property;
  object_class->finalize = aether_finding_finalize;

  props[PROP_SEVERITY] = g_param_spec_enum ("severity", NULL, NULL, AETHER_TYPE_SEVERITY,
                                            AETHER_SEVERITY_NOTE, flags);
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  props[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL, flags);
  props[PROP_FIX] = g_param_spec_string ("fix", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
aether_finding_init (AetherFinding *self)
{
}

/**
 * aether_finding_new:
 * @id: dotted and stable, for programs
 * @sentence: for people
 * @fix: (nullable): a key=value for aether_part_set_from_string()
 */
AetherFinding *
aether_finding_new (AetherSeverity  severity,
                    const char     *id,
                    const char     *sentence,
                    const char     *fix)
{
  AetherFinding *self;

  g_return_val_if_fail (id != NULL && sentence != NULL, NULL);

  self = g_object_new (AETHER_TYPE_FINDING, NULL);
  self->severity = severity;
  self->id = g_strdup (id);
  self->sentence = g_strdup (sentence);
  self->fix = g_strdup (fix);

  return self;
}

AetherSeverity
aether_finding_get_severity (AetherFinding *self)
{
  g_return_val_if_fail (AETHER_IS_FINDING (self), AETHER_SEVERITY_NOTE);

  return self->severity;
}

const char *
aether_finding_get_id (AetherFinding *self)
{
  g_return_val_if_fail (AETHER_IS_FINDING (self), NULL);

  return self->id;
}

const char *
aether_finding_get_sentence (AetherFinding *self)
{
  g_return_val_if_fail (AETHER_IS_FINDING (self), NULL);

  return self->sentence;
}

const char *
aether_finding_get_fix (AetherFinding *self)
{
  g_return_val_if_fail (AETHER_IS_FINDING (self), NULL);

  return self->fix;
}

/**
 * aether_finding_new_disk_error:
 *
 * What to say of a disk that failed while the machine runs.
 */
AetherFinding *
aether_finding_new_disk_error (const char *drive, const char *operation, const char *reason, gboolean no_space)
{
  g_autofree char *sentence = NULL;

  if (no_space)
    sentence = g_strdup_printf (_("Disk %s cannot grow, because this computer's own disk is full. "
                                  "Free some space, then resume the machine."), drive);
  else if (g_str_equal (operation, "write"))
    /* Translators: a drive, and why */
    sentence = g_strdup_printf (_("Disk %s could not be written: %s"), drive, reason);
  else
    sentence = g_strdup_printf (_("Disk %s could not be read: %s"), drive, reason);

  return aether_finding_new (AETHER_SEVERITY_WARNING, no_space ? "drive.full" : "drive.failed", sentence, NULL);
}
