/* test-capabilities.c - capabilities, findings, and the engines there are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-engine.h"

#include <string.h>

static void
test_add_and_look_up (void)
{
  AetherCapabilities *capabilities = aether_capabilities_new ();
  const AetherCapability *found;

  aether_capabilities_add (capabilities, "arch.x86_64", TRUE, "/usr/bin/qemu", NULL);
  aether_capabilities_add (capabilities, "accelerator.x86_64.kvm", TRUE, NULL, NULL);
  aether_capabilities_add (capabilities, "accelerator.x86_64.kvm", FALSE, NULL, "It died.");

  g_assert_cmpuint (aether_capabilities_get_n (capabilities), ==, 2);
  g_assert_true (aether_capabilities_has (capabilities, "arch.%s", "x86_64"));
  g_assert_false (aether_capabilities_has (capabilities, "accelerator.%s.kvm", "x86_64"));
  g_assert_false (aether_capabilities_has (capabilities, "arch.vax"));
  g_assert_null (aether_capabilities_lookup (capabilities, "arch.vax"));

  found = aether_capabilities_lookup (capabilities, "accelerator.%s.%s", "x86_64", "kvm");
  g_assert_cmpstr (found->reason, ==, "It died.");
  g_assert_true (found == aether_capabilities_get (capabilities, 1));

  g_assert_finalize_object (capabilities);
}

static void
test_serialize (void)
{
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
  g_autoptr(AetherCapabilities) copy = NULL;
  g_autoptr(GVariant) variant = NULL;
  g_autoptr(GVariant) other = g_variant_ref_sink (g_variant_new_string ("else"));

  /* What flags & MASK gives is TRUE too, but not in a GVariant */
  aether_capabilities_add (capabilities, "a", 4, "value", NULL);
  aether_capabilities_add (capabilities, "b", FALSE, NULL, "reason");

  variant = g_variant_ref_sink (aether_capabilities_serialize (capabilities));
  g_assert_true (g_variant_is_normal_form (variant));

  copy = aether_capabilities_deserialize (variant);
  g_assert_cmpuint (aether_capabilities_get_n (copy), ==, 2);
  g_assert_true (aether_capabilities_has (copy, "a"));
  g_assert_cmpstr (aether_capabilities_lookup (copy, "a")->value, ==, "value");
  g_assert_null (aether_capabilities_lookup (copy, "a")->reason);
  g_assert_cmpstr (aether_capabilities_lookup (copy, "b")->reason, ==, "reason");

  g_assert_null (aether_capabilities_deserialize (other));
}

static void
test_hostile_cache (void)
{
  /* Bytes that are no serialized capabilities: whatever comes out, nothing breaks */
  for (guint round = 0; round < 200; round++)
    {
      gsize size = g_test_rand_int_range (0, 200);
      guint8 *data = g_malloc (size + 1);
      g_autoptr(GVariant) variant = NULL;
      g_autoptr(AetherCapabilities) capabilities = NULL;

      for (gsize i = 0; i < size; i++)
        data[i] = g_test_rand_int_range (0, 256);
      variant = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE ("a(sbss)"), data, size, FALSE,
                                                             g_free, data));
      capabilities = aether_capabilities_deserialize (variant);
      g_assert_nonnull (capabilities);
    }
}

static void
test_finding (void)
{
  AetherFinding *finding = aether_finding_new (AETHER_SEVERITY_WARNING, "memory.large", "It is large.", "memory.size=1");
  g_autofree char *sentence = NULL;
  AetherSeverity severity;

  g_object_get (finding, "sentence", &sentence, "severity", &severity, NULL);
  g_assert_cmpstr (sentence, ==, "It is large.");
  g_assert_cmpint (severity, ==, AETHER_SEVERITY_WARNING);
  g_assert_cmpstr (aether_finding_get_fix (finding), ==, "memory.size=1");
  g_assert_finalize_object (finding);

  g_assert_cmpstr (aether_severity_to_nick (AETHER_SEVERITY_ERROR), ==, "error");
  g_assert_cmpint (aether_severity_from_nick ("note"), ==, AETHER_SEVERITY_NOTE);
  g_assert_cmpint (aether_severity_from_nick ("fatal, from a newer peer"), ==, AETHER_SEVERITY_WARNING);
}

static void
store_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* The mock engine does not probe: it has no capabilities, and says so at once. */
static void
test_engine (void)
{
  g_autoptr(GPtrArray) all = aether_engine_list ();
  g_autoptr(GPtrArray) again = aether_engine_list ();
  g_autoptr(AetherEngine) engine = NULL;
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (all->len, ==, 1);
  engine = aether_engine_lookup ("test", &error);
  g_assert_no_error (error);
  g_assert_true (engine == all->pdata[0] && engine == again->pdata[0]);
  g_assert_cmpstr (aether_engine_get_id (engine), ==, "test");
  g_assert_cmpstr (aether_engine_get_title (engine), ==, "Test");

  aether_engine_probe_async (engine, NULL, FALSE, NULL, store_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  capabilities = aether_engine_probe_finish (engine, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (aether_capabilities_get_n (capabilities), ==, 0);

  g_assert_null (aether_engine_dup_command (engine, NULL, NULL, NULL, &error));
  g_assert_no_error (error);

  g_assert_null (aether_engine_lookup ("../../evil", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "test"));
}

static void
test_probe_cancelled (void)
{
  g_autoptr(AetherEngine) engine = aether_engine_lookup ("test", NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_engine_probe_async (engine, NULL, FALSE, cancellable, store_cb, &result);
  g_cancellable_cancel (cancellable);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (aether_engine_probe_finish (engine, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/capabilities/add-and-look-up", test_add_and_look_up);
  g_test_add_func ("/capabilities/serialize", test_serialize);
  g_test_add_func ("/capabilities/hostile-cache", test_hostile_cache);
  g_test_add_func ("/finding/new-destroy", test_finding);
  g_test_add_func ("/engine/look-up", test_engine);
  g_test_add_func ("/engine/probe-cancelled", test_probe_cancelled);

  return g_test_run ();
}
