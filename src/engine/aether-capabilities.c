/* aether-capabilities.c - what an engine can do on this computer, and why not
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-capabilities.h"

#include <stdarg.h>

struct _AetherCapabilities
{
  GObject     parent_instance;

  GPtrArray  *list;     /* of AetherCapability, in the order they were added */
  GHashTable *by_id;    /* borrows id and capability from list */
};

G_DEFINE_FINAL_TYPE (AetherCapabilities, aether_capabilities, G_TYPE_OBJECT)

static void
capability_free (gpointer data)
{
  AetherCapability *capability = data;

  g_free ((char *) capability->id);
  g_free ((char *) capability->value);
  g_free ((char *) capability->reason);
  g_free (capability);
}

static void
aether_capabilities_finalize (GObject *object)
{
  AetherCapabilities *self = AETHER_CAPABILITIES (object);

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->list);

  G_OBJECT_CLASS (aether_capabilities_parent_class)->finalize (object);
}

static void
aether_capabilities_class_init (AetherCapabilitiesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_capabilities_finalize;
}

static void
aether_capabilities_init (AetherCapabilities *self)
{
  self->list = g_ptr_array_new_with_free_func (capability_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

AetherCapabilities *
aether_capabilities_new (void)
{
  return g_object_new (AETHER_TYPE_CAPABILITIES, NULL);
}

/**
 * aether_capabilities_add:
 * @value: (nullable): what was found
 * @reason: (nullable): a sentence, when not @available
 *
 * Adds what was learnt about @id. What was known of it before is replaced.
 */
void
aether_capabilities_add (AetherCapabilities *self,
                         const char         *id,
                         gboolean            available,
                         const char         *value,
                         const char         *reason)
{
  AetherCapability *capability;

  g_return_if_fail (AETHER_IS_CAPABILITIES (self));
  g_return_if_fail (id != NULL);

  if (!(capability = g_hash_table_lookup (self->by_id, id)))
    {
      capability = g_new0 (AetherCapability, 1);
      capability->id = g_strdup (id);
      g_ptr_array_add (self->list, capability);
      g_hash_table_insert (self->by_id, (gpointer) capability->id, capability);
    }

  capability->available = available != FALSE;   /* a GVariant takes no other TRUE than 1 */
  g_set_str ((char **) &capability->value, value);
  g_set_str ((char **) &capability->reason, reason);
}

static const AetherCapability *
lookup_valist (AetherCapabilities *self, const char *id_format, va_list args)
{
  g_autofree char *id = g_strdup_vprintf (id_format, args);

  return g_hash_table_lookup (self->by_id, id);
}

const AetherCapability *
aether_capabilities_lookup (AetherCapabilities *self, const char *id_format, ...)
{
  const AetherCapability *capability;
  va_list args;

  g_return_val_if_fail (AETHER_IS_CAPABILITIES (self), NULL);

  va_start (args, id_format);
  capability = lookup_valist (self, id_format, args);
  va_end (args);

  return capability;
}

gboolean
aether_capabilities_has (AetherCapabilities *self, const char *id_format, ...)
{
  const AetherCapability *capability;
  va_list args;

  g_return_val_if_fail (AETHER_IS_CAPABILITIES (self), FALSE);

  va_start (args, id_format);
  capability = lookup_valist (self, id_format, args);
  va_end (args);

  return capability && capability->available;
}

guint
aether_capabilities_get_n (AetherCapabilities *self)
{
  g_return_val_if_fail (AETHER_IS_CAPABILITIES (self), 0);

  return self->list->len;
}

const AetherCapability *
aether_capabilities_get (AetherCapabilities *self, guint index)
{
  g_return_val_if_fail (AETHER_IS_CAPABILITIES (self), NULL);
  g_return_val_if_fail (index < self->list->len, NULL);

  return g_ptr_array_index (self->list, index);
}

/**
 * aether_capabilities_serialize:
 *
 * Returns: (transfer floating): a(sbss) of id, available, value, reason; the
 *   empty string stands for none
 */
GVariant *
aether_capabilities_serialize (AetherCapabilities *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (AETHER_IS_CAPABILITIES (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sbss)"));
  for (guint i = 0; i < self->list->len; i++)
    {
      const AetherCapability *capability = g_ptr_array_index (self->list, i);

      g_variant_builder_add (&builder, "(sbss)", capability->id, capability->available,
                             capability->value ? capability->value : "",
                             capability->reason ? capability->reason : "");
    }

  return g_variant_builder_end (&builder);
}

/**
 * aether_capabilities_deserialize:
 * @variant: from aether_capabilities_serialize(), perhaps by way of a file
 *
 * Returns: (transfer full) (nullable): %NULL when @variant is something else
 */
AetherCapabilities *
aether_capabilities_deserialize (GVariant *variant)
{
  g_autoptr(AetherCapabilities) self = NULL;
  const char *id, *value, *reason;
  gboolean available;
  GVariantIter iter;

  g_return_val_if_fail (variant != NULL, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE ("a(sbss)")))
    return NULL;

  self = aether_capabilities_new ();
  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "(&sb&s&s)", &id, &available, &value, &reason))
    aether_capabilities_add (self, id, available,
                             *value ? value : NULL, *reason ? reason : NULL);

  return g_steal_pointer (&self);
}
