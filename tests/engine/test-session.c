/* test-session.c - names of keys, typing, and what a session without an engine answers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-session.h"

#include <string.h>

/* --- a mock session that notes the keys ------------------------------------ */

#define MOCK_TYPE_SESSION (mock_session_get_type ())
G_DECLARE_FINAL_TYPE (MockSession, mock_session, MOCK, SESSION, AetherSession)

struct _MockSession
{
  AetherSession  parent_instance;

  GString       *typed;
  guint          chords;
  GCancellable  *cancel;      /* cancelled at this chord */
  guint          cancel_at;
};

G_DEFINE_FINAL_TYPE (MockSession, mock_session, AETHER_TYPE_SESSION)

static void
mock_session_start_async (AetherSession *session, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (session, cancellable, callback, user_data);

  aether_session_set_state (session, AETHER_STATE_RUNNING);
  g_task_return_boolean (task, TRUE);
}

static void
mock_session_send_keys_async (AetherSession *session, const char * const *keys, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  MockSession *self = MOCK_SESSION (session);
  g_autoptr(GTask) task = g_task_new (session, NULL, callback, user_data);
  g_autofree char *chord = g_strjoinv ("-", (GStrv) keys);

  g_string_append_printf (self->typed, "%s ", chord);
  if (++self->chords == self->cancel_at)
    g_cancellable_cancel (self->cancel);
  g_task_return_boolean (task, TRUE);
}

static void
mock_session_finalize (GObject *object)
{
  MockSession *self = MOCK_SESSION (object);

  g_string_free (self->typed, TRUE);
  g_object_unref (self->cancel);

  G_OBJECT_CLASS (mock_session_parent_class)->finalize (object);
}

static void
mock_session_class_init (MockSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mock_session_finalize;
  AETHER_SESSION_CLASS (klass)->start_async = mock_session_start_async;
  AETHER_SESSION_CLASS (klass)->send_keys_async = mock_session_send_keys_async;
}

static void
mock_session_init (MockSession *self)
{
  self->typed = g_string_new (NULL);
  self->cancel = g_cancellable_new ();
}

static void
store_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
finish (AetherSession *session, GAsyncResult **result, GError **error)
{
  g_autoptr(GAsyncResult) owned = NULL;

  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  owned = g_steal_pointer (result);

  return aether_session_finish (session, owned, error);
}

static AetherSession *
make_running (void)
{
  AetherSession *session = g_object_new (MOCK_TYPE_SESSION, NULL);
  GAsyncResult *result = NULL;

  aether_session_start_async (session, NULL, store_cb, &result);
  g_assert_true (finish (session, &result, NULL));

  return session;
}

/* --- keys --------------------------------------------------------------------- */

static void
assert_keys (const char *words, const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) keys = aether_keys_parse (words, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = g_strjoinv (" ", keys);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_keys (void)
{
  assert_keys ("ctrl-alt-del", "ctrl alt delete");
  assert_keys ("Ctrl+Alt+F2", "ctrl alt f2");
  assert_keys ("a", "a");
  assert_keys ("A", "a");
  assert_keys ("shift-F10", "shift f10");
  assert_keys ("ctrl--", "ctrl minus");
  assert_keys ("-", "minus");
  assert_keys ("ctrl-+", "ctrl equal");
  assert_keys ("super-l", "meta_l l");
  assert_keys ("/", "slash");
  assert_keys ("kp_enter", "kp_enter");
}

static void
test_bad_keys (void)
{
  static const struct { const char *words, *names; } bad[] = {
    { "", "No key was named" },
    { "ctrl-bogus", "“bogus”" },
    { "ctrl- ", NULL },
    { "ctrl-", "“”" },
    { "\xff\xfe", "is not the name of a key" },
    { "é", "“é”" },
    { "!", "“!”" },
    { "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a", "At most 16" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;
      g_auto(GStrv) keys = aether_keys_parse (bad[i].words, &error);

      if (!bad[i].names)
        {
          g_assert_no_error (error);   /* a space is the space bar */
          continue;
        }
      g_assert_null (keys);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (!strstr (error->message, bad[i].names))
        g_error ("“%s” does not name “%s”", error->message, bad[i].names);
    }
}

/* Every printable ASCII character has a key, and every key that is given exists. */
static void
test_every_character (void)
{
  for (gunichar c = ' '; c < 0x7f; c++)
    {
      gboolean shift;
      const char *key = aether_keys_for_char (c, &shift);

      g_assert_nonnull (key);
      g_assert_true (aether_keys_is_key (key));
    }
}

/* --- typing --------------------------------------------------------------------- */

static void
test_type (void)
{
  AetherSession *session = make_running ();
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_type_text_async (session, "Hi ~\r\n\tx\n", NULL, store_cb, &result);
  g_assert_true (finish (session, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (MOCK_SESSION (session)->typed->str, ==,
                   "shift-h i spc shift-grave_accent ret tab x ret ");
  g_assert_finalize_object (session);
}

/* The same text on other keyboards: other keys, AltGr, and a dead key first. */
static void
test_type_layouts (void)
{
  static const struct { const char *layout, *text, *typed; } layouts[] = {
    { NULL, "zy@", "z y shift-2 " },
    { "us", "zy@", "z y shift-2 " },
    { "de", "zyß@€\n", "y z minus alt_r-q alt_r-e ret " },
    { "fr", "aq1@", "q a shift-1 alt_r-0 " },
    { "fr", "ê", "bracket_left e " },
    { "de", "é^", "equal e grave_accent spc " },
    { "es", "ñá", "semicolon apostrophe a " },
    { "br", "/ç", "ro semicolon " },
    { "jp", "\\_", "ro shift-ro " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autoptr(AetherSession) session = make_running ();
      GAsyncResult *result = NULL;
      g_autoptr(GError) error = NULL;

      aether_session_type_text_in_layout_async (session, layouts[i].text, layouts[i].layout, NULL,
                                                store_cb, &result);
      finish (session, &result, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (MOCK_SESSION (session)->typed->str, ==, layouts[i].typed);
    }
}

static void
test_type_no_layout (void)
{
  static const char * const wrong[] = {
    "", "nowhere", "de(nothing)", "../de", "de/../us", "de(", "de()", "(nodeadkeys)", "de(a)b", "d e",
  };
  g_autoptr(AetherSession) session = make_running ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      GAsyncResult *result = NULL;
      g_autoptr(GError) error = NULL;

      aether_session_type_text_in_layout_async (session, "a", wrong[i], NULL, store_cb, &result);
      g_assert_false (finish (session, &result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    }
  g_assert_cmpuint (MOCK_SESSION (session)->chords, ==, 0);
}

static void
test_type_impossible (void)
{
  static const struct { const char *text, *names; } impossible[] = {
    { "abcä", "“ä”" },
    { "abc\x01", "U+0001" },
    { "abc\xff", "not UTF-8" },
    { "日本語日", "“日 本 語”" },
  };
  g_autoptr(AetherSession) session = make_running ();

  for (guint i = 0; i < G_N_ELEMENTS (impossible); i++)
    {
      GAsyncResult *result = NULL;
      g_autoptr(GError) error = NULL;

      aether_session_type_text_async (session, impossible[i].text, NULL, store_cb, &result);
      g_assert_false (finish (session, &result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, impossible[i].names));
    }
  g_assert_cmpuint (MOCK_SESSION (session)->chords, ==, 0);
}

static void
test_type_cancelled (void)
{
  g_autoptr(AetherSession) session = make_running ();
  MockSession *mock = MOCK_SESSION (session);
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  mock->cancel_at = 3;
  aether_session_type_text_async (session, "abcdef", mock->cancel, store_cb, &result);
  g_assert_false (finish (session, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (mock->typed->str, ==, "a b c ");
}

static void
test_send_keys_checks (void)
{
  g_autoptr(AetherSession) session = make_running ();
  const char * const wrong[] = { "ctrl", "rm -rf", NULL };
  const char *many[18] = { NULL };
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_send_keys_async (session, wrong, NULL, store_cb, &result);
  g_assert_false (finish (session, &result, &error));
  g_assert_nonnull (strstr (error->message, "“rm -rf” is not the name of a key"));
  g_clear_error (&error);

  for (guint i = 0; i < 17; i++)
    many[i] = "a";
  aether_session_send_keys_async (session, many, NULL, store_cb, &result);
  g_assert_false (finish (session, &result, &error));
  g_assert_nonnull (strstr (error->message, "At most 16"));
  g_assert_cmpuint (MOCK_SESSION (session)->chords, ==, 0);
}

/* --- what every session does ---------------------------------------------------- */

static void
test_not_running (void)
{
  g_autoptr(AetherSession) session = g_object_new (MOCK_TYPE_SESSION, NULL);
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_type_text_async (session, "a", NULL, store_cb, &result);
  g_assert_false (finish (session, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_not_supported (void)
{
  g_autoptr(AetherSession) session = make_running ();
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_control_async (session, AETHER_CONTROL_RESET, NULL, store_cb, &result);
  g_assert_false (finish (session, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "“reset”"));
  g_clear_error (&error);

  aether_session_screenshot_async (session, 0, 1, NULL, store_cb, &result);
  g_assert_false (finish (session, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
ended_cb (AetherSession *session, AetherEnd end, const char *sentence, const char *output, guint *count)
{
  g_assert_cmpint (end, ==, AETHER_END_CRASHED);
  g_assert_cmpstr (sentence, ==, "It broke.");
  g_assert_null (output);
  g_assert_cmpint (aether_session_get_state (session), ==, AETHER_STATE_STOPPED);
  (*count)++;
}

static void
test_ends_once (void)
{
  g_autoptr(AetherSession) session = make_running ();
  guint count = 0;

  g_signal_connect (session, "ended", G_CALLBACK (ended_cb), &count);
  aether_session_ended (session, AETHER_END_CRASHED, "It broke.", NULL);
  aether_session_ended (session, AETHER_END_CLEAN, "Or did it?", NULL);
  aether_session_set_state (session, AETHER_STATE_RUNNING);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (aether_session_get_state (session), ==, AETHER_STATE_STOPPED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keys/parse", test_keys);
  g_test_add_func ("/keys/bad", test_bad_keys);
  g_test_add_func ("/keys/every-character", test_every_character);
  g_test_add_func ("/session/type", test_type);
  g_test_add_func ("/session/type-impossible", test_type_impossible);
  g_test_add_func ("/session/type-layouts", test_type_layouts);
  g_test_add_func ("/session/type-no-layout", test_type_no_layout);
  g_test_add_func ("/session/type-cancelled", test_type_cancelled);
  g_test_add_func ("/session/send-keys-checks", test_send_keys_checks);
  g_test_add_func ("/session/not-running", test_not_running);
  g_test_add_func ("/session/not-supported", test_not_supported);
  g_test_add_func ("/session/ends-once", test_ends_once);

  return g_test_run ();
}
