/* test-state-watch.c - the watch hears of every machine that starts or stops
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-state-watch.h"

#include "aether-run.h"
#include "app-fixture.h"

typedef struct
{
  guint        n;
  AetherState  before, now;
} Heard;

static void
state_changed_cb (AetherStateWatch *watch, AetherBundle *bundle, AetherState before, Heard *heard)
{
  heard->n++;
  heard->before = before;
  heard->now = aether_bundle_get_state (bundle);
}

static void
test_start_and_stop (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("watched");
  g_autoptr(GListStore) store = g_list_store_new (AETHER_TYPE_BUNDLE);
  g_autoptr(AetherStateWatch) watch = aether_state_watch_new (G_LIST_MODEL (store));
  g_autoptr(GError) error = NULL;
  Heard heard = { 0 };
  AetherRun *run;

  g_signal_connect (watch, "state-changed", G_CALLBACK (state_changed_cb), &heard);
  g_list_store_append (store, bundle);
  g_assert_cmpuint (heard.n, ==, 0);

  run = aether_run_begin (bundle, &error);
  g_assert_no_error (error);
  g_assert_true (aether_run_set_status (run, AETHER_STATE_RUNNING, "tcg", 0, &error));
  aether_bundle_refresh (bundle);
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpint (heard.before, ==, AETHER_STATE_STOPPED);
  g_assert_cmpint (heard.now, ==, AETHER_STATE_RUNNING);

  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, &error));
  aether_bundle_refresh (bundle);
  g_assert_cmpuint (heard.n, ==, 2);
  g_assert_cmpint (heard.before, ==, AETHER_STATE_RUNNING);

  /* nothing new, nothing said */
  aether_bundle_refresh (bundle);
  g_assert_cmpuint (heard.n, ==, 2);
}

static void
test_left_the_library (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("left");
  g_autoptr(GListStore) store = g_list_store_new (AETHER_TYPE_BUNDLE);
  g_autoptr(AetherStateWatch) watch = NULL;
  Heard heard = { 0 };
  AetherRun *run;

  g_list_store_append (store, bundle);
  watch = aether_state_watch_new (G_LIST_MODEL (store));
  g_signal_connect (watch, "state-changed", G_CALLBACK (state_changed_cb), &heard);
  g_list_store_remove_all (store);

  run = aether_run_begin (bundle, NULL);
  g_assert_nonnull (run);
  aether_bundle_refresh (bundle);
  g_assert_cmpuint (heard.n, ==, 0);
  aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL);
}

static void
test_new_destroy (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("gone");
  GListStore *store = g_list_store_new (AETHER_TYPE_BUNDLE);
  AetherStateWatch *watch;

  g_list_store_append (store, bundle);
  watch = aether_state_watch_new (G_LIST_MODEL (store));
  g_assert_finalize_object (watch);
  g_list_store_remove_all (store);
  g_assert_finalize_object (store);
}

int
main (int argc, char *argv[])
{
  app_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/state-watch/start-and-stop", test_start_and_stop);
  g_test_add_func ("/aether/state-watch/left-the-library", test_left_the_library);
  g_test_add_func ("/aether/state-watch/new-destroy", test_new_destroy);

  return g_test_run ();
}
