/* aether-library-find.c - which machine a person means
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_NAMED 5   /* machines in the message that several fit */

/* From the surest to the vaguest; the first that fits any decides. */
typedef enum
{
  FIT_UUID,
  FIT_NAME,
  FIT_NAME_ANY_CASE,
  FIT_START,            /* of the name or the uuid */
  FIT_START_ANY_CASE,
  N_FITS
} Fit;

static Fit
fit (AetherBundle *bundle, const char *which, const char *folded)
{
  const char *name = aether_bundle_get_name (bundle);
  const char *uuid = aether_bundle_get_uuid (bundle);
  g_autofree char *name_folded = NULL;

  if (uuid != NULL && g_ascii_strcasecmp (uuid, which) == 0)
    return FIT_UUID;
  if (strcmp (name, which) == 0)
    return FIT_NAME;

  name_folded = g_utf8_casefold (name, -1);
  if (strcmp (name_folded, folded) == 0)
    return FIT_NAME_ANY_CASE;
  if (g_str_has_prefix (name, which) ||
      (uuid != NULL && g_ascii_strncasecmp (uuid, which, strlen (which)) == 0))
    return FIT_START;
  if (g_str_has_prefix (name_folded, folded))
    return FIT_START_ANY_CASE;

  return N_FITS;
}

static void
append_quoted (GString *text, const char *item)
{
  /* Translators: one of several machines in a list */
  g_string_append_printf (text, text->len > 0 ? _(", “%s”") : _("“%s”"), item);
}

static void
set_ambiguous (GError **error, const char *which, GPtrArray *found, Fit how)
{
  g_autoptr(GString) list = g_string_new (NULL);
  AetherBundle *first = g_ptr_array_index (found, 0);

  for (guint i = 0; i < MIN (found->len, MOST_NAMED); i++)
    {
      AetherBundle *bundle = g_ptr_array_index (found, i);
      g_autofree char *path = g_filename_display_name (aether_bundle_get_path (bundle));

      if (how == FIT_UUID)
        append_quoted (list, path);
      else if (how == FIT_NAME)
        append_quoted (list, aether_bundle_get_uuid (bundle) ? aether_bundle_get_uuid (bundle) : path);
      else
        append_quoted (list, aether_bundle_get_name (bundle));
    }
  if (found->len > MOST_NAMED)
    g_string_append (list, "…");

  if (how == FIT_UUID)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("Several folders are the machine %s, as copies made by hand are: %s. Remove all but one from "
                   "the library, and use Clone to copy machines."), aether_bundle_get_uuid (first), list->str);
  else if (how == FIT_NAME)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("%u machines are called “%s”. Name one by its UUID: %s."), found->len, which, list->str);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("“%s” fits %u machines: %s. Give more of the name, or the UUID."), which, found->len, list->str);
}

/**
 * aether_library_find:
 * @which: what the user typed
 *
 * A whole uuid goes before a whole name, a whole name before the start of one;
 * upper and lower case count only while that decides. Copies made by hand have the uuid of
 * their original: the uuid then names none of them, and the message gives their folders.
 *
 * Returns: (transfer full): the one machine that fits
 */
AetherBundle *
aether_library_find (AetherLibrary *self, const char *which, GError **error)
{
  GListModel *model = G_LIST_MODEL (self);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *valid = NULL;
  g_autofree char *folded = NULL;
  Fit best = N_FITS;

  g_return_val_if_fail (AETHER_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (which != NULL, NULL);

  valid = g_utf8_make_valid (which, -1);
  folded = g_utf8_casefold (valid, -1);
  for (guint i = 0; *which != '\0' && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (model, i);
      Fit how = fit (bundle, which, folded);

      if (how < best)
        g_ptr_array_set_size (found, 0);
      if (how <= best && how < N_FITS)
        {
          best = how;
          g_ptr_array_add (found, g_steal_pointer (&bundle));
        }
    }

  if (found->len == 1)
    return g_ptr_array_steal_index (found, 0);
  if (found->len > 1)
    set_ambiguous (error, valid, found, best);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no machine “%s”."), valid);

  return NULL;
}
