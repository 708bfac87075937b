/* aether-session-type.c - typing a text into a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-session-private.h"

#include "aether-layout.h"

#include <glib/gi18n-lib.h>

/* Typing: one chord after the other, each sent when the one before is released. The state is
 * where in the text we are. */

typedef struct
{
  char         *text;
  const char   *next;
  AetherLayout *layout;
  AetherChord   chords[AETHER_LAYOUT_MOST_CHORDS];   /* of the character before next */
  guint         n_chords, chord;
} Typing;

static void
typing_free (gpointer data)
{
  Typing *typing = data;

  g_clear_pointer (&typing->layout, aether_layout_free);
  g_free (typing->text);
  g_free (typing);
}

static void type_next (GTask *task);

static void
type_sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_session_finish (AETHER_SESSION (object), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    type_next (g_steal_pointer (&task));
}

/* Takes @task. */
static void
type_next (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Typing *typing = g_task_get_task_data (task);
  const AetherChord *chord;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (typing->chord == typing->n_chords)
    {
      /* "\r\n" is one Return */
      if (typing->next[0] == '\r' && typing->next[1] == '\n')
        typing->next++;

      if (*typing->next == '\0')
        {
          g_task_return_boolean (task, TRUE);
          return;
        }

      typing->chord = 0;
      typing->n_chords = aether_layout_find (typing->layout, g_utf8_get_char (typing->next),
                                             typing->chords);
      typing->next = g_utf8_next_char (typing->next);
    }

  chord = &typing->chords[typing->chord++];
  aether_session_send_keys_async (g_task_get_source_object (task), chord->keys,
                                  g_task_get_cancellable (task),
                                  type_sent_cb, g_steal_pointer (&owned));
}

static gboolean
check_typeable (AetherLayout *layout, const char *name, const char *text, GError **error)
{
  g_autofree char *missing = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The text cannot be typed: it is not UTF-8."));
      return FALSE;
    }

  missing = aether_layout_find_missing (layout, text);
  if (missing == NULL)
    return TRUE;

  if (name == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("Nothing was typed: no key of a US keyboard gives “%s”."), missing);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("Nothing was typed: no key of the layout “%s” gives “%s”."), name, missing);
  return FALSE;
}

/**
 * aether_session_type_text_in_layout_async:
 * @text: UTF-8
 * @layout: (nullable): which keyboard the guest believes in, as of
 *   aether_layout_new(); %NULL: a US one
 * @cancellable: (nullable): cancelling stops after the key that is down now
 *
 * Types @text. Completes when the last key is released.
 *
 * Fails with %G_IO_ERROR_INVALID_ARGUMENT, naming the characters, when no key
 * gives one of them, and with %G_IO_ERROR_NOT_FOUND when there is no such
 * layout; nothing is typed then.
 */
void
aether_session_type_text_in_layout_async (AetherSession *self, const char *text, const char *layout,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(AetherLayout) keyboard = NULL;
  g_autoptr(GError) error = NULL;
  Typing *typing;

  g_return_if_fail (AETHER_IS_SESSION (self));
  g_return_if_fail (text != NULL);

  if (!_aether_session_check_runs (self, cancellable, callback, user_data))
    return;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_session_type_text_in_layout_async);

  keyboard = aether_layout_new (layout ? layout : AETHER_LAYOUT_DEFAULT, &error);
  if (keyboard == NULL || !check_typeable (keyboard, layout, text, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  typing = g_new0 (Typing, 1);
  typing->layout = g_steal_pointer (&keyboard);
  typing->text = g_strdup (text);
  typing->next = typing->text;
  g_task_set_task_data (task, typing, typing_free);
  type_next (g_steal_pointer (&task));
}

/**
 * aether_session_type_text_async:
 *
 * aether_session_type_text_in_layout_async() on a US keyboard.
 */
void
aether_session_type_text_async (AetherSession *self, const char *text, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  aether_session_type_text_in_layout_async (self, text, NULL, cancellable, callback, user_data);
}
