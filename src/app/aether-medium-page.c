/* aether-medium-page.c - what a new machine starts from
 *
 * First what is here already, then what can be fetched, then a file of one's own, or nothing.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-medium-page.h"

#include <glib/gi18n.h>

#include "aether-choice-row.h"
#include "aether-choose-file.h"
#include "aether-edition.h"
#include "aether-handover-row.h"
#include "aether-os-logo.h"
#include "aether-media-shelf.h"
#include "aether-medium-check.h"
#include "aether-words.h"

#define FIRST_EDITIONS 3   /* more than those are one click away */

struct _AetherMediumPage
{
  AetherWizardPage     parent_instance;

  AetherCatalogue     *catalogue;      /* (nullable) */
  AetherMediaShelf    *shelf;          /* (nullable): what is here */
  GCancellable        *cancellable;
  gconstpointer        looking_at;     /* the GFile that is being looked at, which the task holds */
  GCancellable        *look;           /* (nullable): of the look for an installer */
  gboolean             user_chose;
  GPtrArray           *rows;           /* of GtkWidget: of what is here, and of editions, as they are shown */
  GPtrArray           *places;         /* what each of them is in; not owned */
  const char          *arches[8];      /* by the rows of the combo */

  AdwComboRow         *arch_row;
  AdwPreferencesGroup *here_group;
  AdwPreferencesGroup *fetch_group;
  AdwExpanderRow      *more_row;
  AdwPreferencesGroup *page_group;
  AetherHandoverRow   *handover_row;
  GtkWidget           *system_group;
  AetherOsLogo        *system_logo;
  GtkLabel            *system_label;
  AdwPreferencesGroup *other_group;
  AetherChoiceRow     *file_row;
  AetherChoiceRow     *nothing_row;
  AdwPreferencesGroup *foreign_group;
  AdwActionRow        *foreign_row;
  GtkButton           *foreign_button;
  GtkWidget           *spinner;
  GtkLabel            *error_label;
};

G_DEFINE_FINAL_TYPE (AetherMediumPage, aether_medium_page, AETHER_TYPE_WIZARD_PAGE)

static AetherDraft *
get_draft (AetherMediumPage *self)
{
  return aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));
}

/* --- whether it can start ------------------------------------------------------------ */

/* Says so when the medium cannot start on the machine. */
static void
show_foreign (AetherMediumPage *self, AetherDraft *draft)
{
  gboolean good = draft->media == NULL || aether_medium_suits (draft->media, draft->arch);
  g_autofree char *text = NULL;
  const char *arch;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->arch_row), aether_medium_is_native (draft->arch) ? ""
                               : _("Another processor than this computer’s: emulated, many times slower"));
  gtk_widget_set_visible (GTK_WIDGET (self->foreign_group), !good);
  aether_wizard_page_set_ready (AETHER_WIZARD_PAGE (self), good && self->looking_at == NULL);
  gtk_widget_set_visible (self->spinner, self->looking_at != NULL);
  if (good)
    return;

  arch = aether_medium_choose_arch (draft->media, aether_medium_arches ());
  text = aether_medium_explain (arch);
  adw_action_row_set_subtitle (self->foreign_row, text);
  gtk_button_set_label (self->foreign_button, arch == NULL || aether_medium_is_native (arch) ? _("Change") : _("Emulate"));
  gtk_widget_set_visible (GTK_WIDGET (self->foreign_button), arch != NULL);
}

static void
changed (AetherMediumPage *self)
{
  aether_wizard_page_fill (AETHER_WIZARD_PAGE (self));
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_foreign_clicked (AetherMediumPage *self)
{
  AetherDraft *draft = get_draft (self);
  const char *arch = draft->media != NULL ? aether_medium_choose_arch (draft->media, aether_medium_arches ()) : NULL;

  if (arch == NULL)
    return;

  aether_draft_set_arch (draft, arch);
  changed (self);
}

/* --- looking at a file --------------------------------------------------------------- */

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMediumPage) self = user_data;
  g_autoptr(AetherDraftLook) look = aether_draft_look_finish (result, NULL);
  AetherDraft *draft = get_draft (self);

  /* Another file since, or another computer to start it: another look is under way. A file that cannot
   * be read any more is found out when the machine is made. */
  if (look == NULL || self->arch_row == NULL || draft->source != AETHER_DRAFT_FILE)
    return;

  aether_draft_set_installer (draft, &look->found);
  changed (self);
}

static void
stop_looking (AetherMediumPage *self)
{
  if (self->look != NULL)
    g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
}

static void
look_for_installer (AetherMediumPage *self)
{
  AetherDraft *draft = get_draft (self);

  stop_looking (self);
  self->look = g_cancellable_new ();
  aether_draft_look_async (draft->medium, draft->arch, draft->os, self->look, looked_cb,
                           g_object_ref (self));
}

static gboolean
is_here (AetherMediumPage *self, const char *path)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_strcmp0 (aether_choice_row_get_path (self->rows->pdata[i]), path) == 0)
      return TRUE;

  return FALSE;
}

/* @media: (transfer full) */
static void
take_file (AetherMediumPage *self, GFile *file, AetherMedia *media)
{
  AetherDraft *draft = get_draft (self);
  g_autoptr(AetherOs) os = NULL;
  const char *arch = aether_media_get_arch (media);

  if (self->catalogue != NULL)
    os = aether_catalogue_identify (self->catalogue, media, NULL);
  /* Nobody has said a computer yet: the one that it is for, when that needs no emulation */
  if (arch != NULL && aether_medium_is_native (arch) && !aether_medium_suits (media, draft->arch))
    g_set_str (&draft->arch, arch);
  aether_draft_set_file (draft, g_file_peek_path (file), media);
  draft->shared = self->shelf != NULL && aether_media_shelf_has (self->shelf, draft->medium);
  aether_draft_offer (draft);
  /* Its own label says better what it is than what was chosen before */
  if (os != NULL)
    aether_draft_set_os (draft, os);
  look_for_installer (self);
  changed (self);
}

static void
refuse (AetherMediumPage *self, const char *text)
{
  aether_wizard_page_say (self->error_label, text);
  changed (self);
}

static void
detected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMediumPage) self = user_data;
  GFile *file = G_FILE (object);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherMedia) media = aether_medium_detect_finish (result, &error);
  g_autofree char *shown = g_filename_display_basename (g_file_peek_path (file));
  g_autofree char *text = NULL;

  /* gone, or another file was chosen since */
  if (self->arch_row == NULL || self->looking_at != file)
    return;

  self->looking_at = NULL;
  if (media == NULL)
    /* Translators: %1$s is the name of a file, %2$s says why */
    text = g_strdup_printf (_("“%1$s” cannot be read: %2$s"), shown, error->message);
  else if (media->kind == AETHER_MEDIA_KERNEL)
    /* Translators: %s is the name of a file */
    text = g_strdup_printf (_("“%s” is a kernel, which is started by itself: “aetherctl create” does that. Choose a disc or a disk image here."),
                            shown);
  else if (media->kind == AETHER_MEDIA_UNKNOWN)
    /* Translators: %s is the name of a file */
    text = g_strdup_printf (_("“%s” is neither a disc nor a disk image to start from. If you downloaded it, the download may be incomplete."),
                            shown);

  if (text != NULL)
    refuse (self, text);
  else
    take_file (self, file, g_steal_pointer (&media));
}

void
aether_medium_page_use_file (AetherMediumPage *self, GFile *file)
{
  g_return_if_fail (AETHER_IS_MEDIUM_PAGE (self));

  self->user_chose = TRUE;
  aether_wizard_page_say (self->error_label, NULL);
  if (g_file_peek_path (file) == NULL)
    {
      refuse (self, _("Only files on this computer can be used. Copy it here first."));
      return;
    }

  self->looking_at = file;
  show_foreign (self, get_draft (self));
  aether_medium_detect_async (file, self->cancellable, detected_cb, g_object_ref (self));
}

static void
file_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMediumPage) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (self->arch_row == NULL)
    return;
  if (file != NULL)
    aether_medium_page_use_file (self, file);
  else
    aether_wizard_page_fill (AETHER_WIZARD_PAGE (self));   /* what was chosen before is so again */
}

static void
on_file_clicked (AetherMediumPage *self)
{
  static const char * const suffixes[] = { "iso", "img", "qcow2", "raw", "vmdk", "vdi", "vhdx", "vhd", NULL };

  aether_choose_file (GTK_WIDGET (self), _("Choose a disc or disk image"), _("Discs and disk images"), suffixes,
                      self->cancellable, file_cb, g_object_ref (self));
}

/* --- what was chosen ----------------------------------------------------------------- */

static void
edition_chosen_cb (AetherMediumPage *self, AetherChoiceRow *row)
{
  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  self->user_chose = TRUE;
  self->looking_at = NULL;
  aether_wizard_page_say (self->error_label, NULL);
  aether_draft_set_edition (get_draft (self), aether_choice_row_get_edition (row));
  show_foreign (self, get_draft (self));
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
path_chosen_cb (AetherMediumPage *self, AetherChoiceRow *row)
{
  g_autoptr(GFile) file = g_file_new_for_path (aether_choice_row_get_path (row));

  if (!aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    aether_medium_page_use_file (self, file);
}

static void
on_file_chosen (AetherMediumPage *self)
{
  const char *path = aether_choice_row_get_path (self->file_row);

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;
  if (path != NULL)
    path_chosen_cb (self, self->file_row);
  else
    on_file_clicked (self);
}

static void
on_nothing_chosen (AetherMediumPage *self)
{
  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  self->user_chose = TRUE;
  self->looking_at = NULL;
  aether_wizard_page_say (self->error_label, NULL);
  aether_draft_set_nothing (get_draft (self));
  show_foreign (self, get_draft (self));
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_arch_changed (AetherMediumPage *self)
{
  AetherDraft *draft = get_draft (self);
  guint selected = adw_combo_row_get_selected (self->arch_row);

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)) || selected >= G_N_ELEMENTS (self->arches) ||
      self->arches[selected] == NULL || g_str_equal (self->arches[selected], draft->arch))
    return;

  aether_draft_set_arch (draft, self->arches[selected]);
  /* An edition is one for its processor */
  if (draft->source == AETHER_DRAFT_FETCH)
    {
      aether_draft_set_nothing (draft);
      self->user_chose = FALSE;
    }
  else if (draft->source == AETHER_DRAFT_FILE)
    look_for_installer (self);
  changed (self);
}

/* --- filling in ---------------------------------------------------------------------- */

static void
fill_arches (AetherMediumPage *self, AetherDraft *draft)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  const char * const *all = aether_medium_arches ();
  const char *arches[G_N_ELEMENTS (self->arches)] = { NULL };
  guint n = 0, selected = 0;

  for (guint i = 0; all[i] != NULL && n + 1 < G_N_ELEMENTS (arches); i++)
    {
      gboolean mine = g_str_equal (all[i], draft->arch);

      if (draft->os != NULL && aether_os_get_arches (draft->os)[0] != NULL && !aether_os_has_arch (draft->os, all[i]) &&
          !mine)
        continue;
      if (mine)
        selected = n;
      arches[n++] = all[i];
      gtk_string_list_append (names, aether_words_arch (all[i]));
    }

  /* Another model would close the list of a row that somebody is in */
  if (memcmp (arches, self->arches, sizeof arches) != 0)
    adw_combo_row_set_model (self->arch_row, G_LIST_MODEL (names));
  memcpy (self->arches, arches, sizeof arches);
  adw_combo_row_set_selected (self->arch_row, selected);
  gtk_widget_set_sensitive (GTK_WIDGET (self->arch_row), n > 1);
}

/* @old: the rows so far, of which the one for the same thing is taken again: it may have the focus.
 * @path, @edition: (nullable): what it is for */
static AetherChoiceRow *
add_row (AetherMediumPage *self, GPtrArray *old, GtkWidget *place, const char *path, const AetherOsMedia *edition,
         const char *title, const char *subtitle)
{
  AetherChoiceRow *row = NULL;

  for (guint i = 0; i < old->len && row == NULL; i++)
    if (g_strcmp0 (aether_choice_row_get_path (old->pdata[i]), path) == 0 &&
        aether_choice_row_get_edition (old->pdata[i]) == edition)
      row = old->pdata[i];
  if (row == NULL)
    {
      row = AETHER_CHOICE_ROW (aether_choice_row_new (title, subtitle));
      aether_choice_row_set_path (row, path);
      aether_choice_row_set_edition (row, edition);
      aether_choice_row_join (row, self->nothing_row);
      g_signal_connect_object (row, "chosen", path != NULL ? G_CALLBACK (path_chosen_cb) : G_CALLBACK (edition_chosen_cb),
                               self, G_CONNECT_SWAPPED);
    }
  g_object_set (row, "title", title, "subtitle", subtitle, NULL);
  g_ptr_array_add (self->rows, g_object_ref_sink (row));
  g_ptr_array_add (self->places, place);

  return row;
}

static char *
describe_edition (const AetherOsMedia *edition)
{
  const char *checked = aether_edition_is_verified (edition) ? _("verified by its maker’s checksum")
                                                             : _("cannot be verified: its maker names no checksum");
  g_autofree char *size = edition->volume_size > 0 ? g_format_size (edition->volume_size) : NULL;

  if (edition->flags & AETHER_OS_MEDIA_CLOUD_INIT)
    /* Translators: %s says how it is verified */
    return g_strdup_printf (_("Installed already, set up at the first start; %s"), checked);
  if (edition->flags & AETHER_OS_MEDIA_LIVE)
    /* Translators: %s says how it is verified */
    return g_strdup_printf (_("Starts without being installed; %s"), checked);
  if (aether_edition_is_image (edition))
    /* Translators: %s says how it is verified */
    return g_strdup_printf (_("Installed already; %s"), checked);
  if (size != NULL)
    /* Translators: %1$s is a size, %2$s says how it is verified */
    return g_strdup_printf (_("%1$s to be downloaded; %2$s"), size, checked);

  /* Translators: %s says how it is verified */
  return g_strdup_printf (_("Installer; %s"), checked);
}

/* What is installed, as everybody expects, comes before what is ready-made and wants answers first. */
static GPtrArray *
list_editions (AetherDraft *draft)
{
  g_autoptr(GPtrArray) all = NULL;
  GPtrArray *list;

  if (draft->os == NULL)
    return g_ptr_array_new ();

  list = aether_edition_list (draft->os, draft->arch, FALSE);
  all = aether_edition_list (draft->os, draft->arch, TRUE);
  for (guint i = 0; i < all->len; i++)
    if (!g_ptr_array_find (list, all->pdata[i], NULL))
      g_ptr_array_add (list, all->pdata[i]);

  return list;
}

/* Returns: the best there is, or NULL */
static AetherChoiceRow *
fill_editions (AetherMediumPage *self, AetherDraft *draft, GPtrArray *old)
{
  g_autoptr(GPtrArray) editions = list_editions (draft);
  AetherChoiceRow *best = NULL;

  for (guint i = 0; i < editions->len; i++)
    {
      const AetherOsMedia *edition = editions->pdata[i];
      g_autofree char *subtitle = describe_edition (edition);
      gboolean first = i < FIRST_EDITIONS || editions->len == FIRST_EDITIONS + 1;
      AetherChoiceRow *row = add_row (self, old, first ? GTK_WIDGET (self->fetch_group) : GTK_WIDGET (self->more_row), NULL,
                                      edition, edition->edition, subtitle);

      if (best == NULL)
        best = row;
      if (draft->source == AETHER_DRAFT_FETCH && draft->edition == edition)
        aether_choice_row_choose (row);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->more_row), editions->len > FIRST_EDITIONS + 1);
  gtk_widget_set_visible (GTK_WIDGET (self->fetch_group), editions->len > 0);

  return best;
}

static AetherChoiceRow *
fill_here (AetherMediumPage *self, AetherDraft *draft, GPtrArray *old)
{
  g_autoptr(GPtrArray) found = self->shelf != NULL ? aether_media_shelf_find (self->shelf, draft->os, draft->arch) : g_ptr_array_new ();
  AetherChoiceRow *first = NULL;

  for (guint i = 0; i < found->len; i++)
    {
      AetherMediaFile *file = found->pdata[i];
      g_autofree char *subtitle = aether_media_shelf_describe (file);
      AetherChoiceRow *row = add_row (self, old, GTK_WIDGET (self->here_group), aether_media_file_get_path (file), NULL,
                                      aether_media_file_get_name (file), subtitle);

      if (draft->source == AETHER_DRAFT_FILE && g_strcmp0 (draft->medium, aether_media_file_get_path (file)) == 0)
        aether_choice_row_choose (row);
      if (first == NULL)
        first = row;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->here_group), found->len > 0);

  return first;
}

static gboolean
is_own_file (AetherMediumPage *self, AetherDraft *draft)
{
  return draft->source == AETHER_DRAFT_FILE && !is_here (self, draft->medium);
}

static void
fill_others (AetherMediumPage *self, AetherDraft *draft)
{
  const char *path;

  if (is_own_file (self, draft))
    {
      aether_choice_row_set_path (self->file_row, draft->medium);
      aether_choice_row_choose (self->file_row);
    }
  path = aether_choice_row_get_path (self->file_row);
  if (path != NULL)
    {
      g_autofree char *shown = g_filename_display_basename (path);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->file_row), shown);
    }
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->file_row), _("A disc or disk image on this computer"));
  if (draft->source == AETHER_DRAFT_NOTHING)
    aether_choice_row_choose (self->nothing_row);
}

static void
put_in (GtkWidget *place, GtkWidget *row)
{
  if (ADW_IS_EXPANDER_ROW (place))
    adw_expander_row_add_row (ADW_EXPANDER_ROW (place), row);
  else
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (place), row);
}

static void
take_out (GtkWidget *place, GtkWidget *row)
{
  if (ADW_IS_EXPANDER_ROW (place))
    adw_expander_row_remove (ADW_EXPANDER_ROW (place), row);
  else
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (place), row);
}

/* In the place of @old. Only what comes after the first difference is touched. */
static void
show_rows (AetherMediumPage *self, GPtrArray *old, GPtrArray *old_places)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr(GtkWidget) focus = root != NULL && gtk_root_get_focus (root) != NULL ? g_object_ref (gtk_root_get_focus (root)) : NULL;
  guint same = 0;

  while (same < old->len && same < self->rows->len && old->pdata[same] == self->rows->pdata[same] &&
         old_places->pdata[same] == self->places->pdata[same])
    same++;
  if (same == old->len && same == self->rows->len)
    return;

  for (guint i = same; i < old->len; i++)
    take_out (old_places->pdata[i], old->pdata[i]);
  for (guint i = same; i < self->rows->len; i++)
    put_in (self->places->pdata[i], self->rows->pdata[i]);
  /* it stays the last one */
  g_object_ref (self->more_row);
  take_out (GTK_WIDGET (self->fetch_group), GTK_WIDGET (self->more_row));
  put_in (GTK_WIDGET (self->fetch_group), GTK_WIDGET (self->more_row));
  g_object_unref (self->more_row);
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) && gtk_root_get_focus (root) != focus)
    gtk_widget_grab_focus (focus);
}

static void
aether_medium_page_fill (AetherWizardPage *page, AetherDraft *draft)
{
  AetherMediumPage *self = AETHER_MEDIUM_PAGE (page);
  g_autoptr(GPtrArray) old = g_steal_pointer (&self->rows);
  g_autoptr(GPtrArray) old_places = g_steal_pointer (&self->places);
  AetherChoiceRow *here, *best;

  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->places = g_ptr_array_new ();
  gtk_widget_set_visible (self->system_group, draft->os != NULL);
  if (draft->os != NULL)
    {
      aether_os_logo_show (self->system_logo, draft->os);
      gtk_label_set_text (self->system_label, aether_os_get_name (draft->os));
    }
  fill_arches (self, draft);
  here = fill_here (self, draft, old);
  best = fill_editions (self, draft, old);
  show_rows (self, old, old_places);

  /* Something is chosen already, so that “Next” works at once */
  if (!self->user_chose && draft->source == AETHER_DRAFT_NOTHING && draft->os != NULL && here == NULL && best != NULL)
    {
      aether_draft_set_edition (draft, aether_choice_row_get_edition (best));
      aether_choice_row_choose (best);
    }
  fill_others (self, draft);
  gtk_widget_set_visible (GTK_WIDGET (self->page_group),
                          aether_handover_row_watch (self->handover_row, self->catalogue, draft->os, draft->arch));
  show_foreign (self, draft);
}

/* What is here already is taken in the place of fetching it again, unless the user has chosen. */
static void
prefer_here (AetherMediumPage *self)
{
  AetherDraft *draft = get_draft (self);
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GFile) file = NULL;

  if (draft == NULL || self->user_chose || draft->os == NULL || self->shelf == NULL || draft->source == AETHER_DRAFT_FILE)
    return;

  found = aether_media_shelf_find (self->shelf, draft->os, draft->arch);
  if (found->len == 0)
    return;

  file = g_file_new_for_path (aether_media_file_get_path (found->pdata[0]));
  aether_medium_page_use_file (self, file);
}

static void
shelf_changed_cb (AetherMediumPage *self)
{
  if (get_draft (self) == NULL)
    return;

  aether_wizard_page_fill (AETHER_WIZARD_PAGE (self));
  prefer_here (self);
}

static void
on_found (AetherMediumPage *self, const char *path)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);

  aether_medium_page_use_file (self, file);
}

void
aether_medium_page_begin (AetherMediumPage *self)
{
  g_return_if_fail (AETHER_IS_MEDIUM_PAGE (self));

  stop_looking (self);
  self->user_chose = FALSE;
  self->looking_at = NULL;
  aether_choice_row_set_path (self->file_row, NULL);
  aether_wizard_page_say (self->error_label, NULL);
  adw_expander_row_set_expanded (self->more_row, FALSE);
  aether_wizard_page_fill (AETHER_WIZARD_PAGE (self));
  prefer_here (self);
}

void
aether_medium_page_set_catalogue (AetherMediumPage *self, AetherCatalogue *catalogue)
{
  g_return_if_fail (AETHER_IS_MEDIUM_PAGE (self));

  g_set_object (&self->catalogue, catalogue);
  if (self->shelf != NULL)
    aether_media_shelf_set_catalogue (self->shelf, catalogue);

  /* A file that was taken before there was somebody to name what is on it */
  if (get_draft (self) != NULL && get_draft (self)->media != NULL)
    {
      g_autoptr(AetherOs) os = aether_catalogue_identify (catalogue, get_draft (self)->media, NULL);

      if (os != NULL)
        aether_draft_set_os (get_draft (self), os);
      changed (self);
    }
}

void
aether_medium_page_set_media (AetherMediumPage *self, AetherMediaLibrary *media)
{
  g_return_if_fail (AETHER_IS_MEDIUM_PAGE (self));
  g_return_if_fail (self->shelf == NULL);

  self->shelf = aether_media_shelf_new (media);
  g_signal_connect_object (self->shelf, "changed", G_CALLBACK (shelf_changed_cb), self, G_CONNECT_SWAPPED);
  if (self->catalogue != NULL)
    aether_media_shelf_set_catalogue (self->shelf, self->catalogue);
}

/* --- the page ------------------------------------------------------------------------ */

static void
aether_medium_page_dispose (GObject *object)
{
  AetherMediumPage *self = AETHER_MEDIUM_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  stop_looking (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_MEDIUM_PAGE);
  g_clear_object (&self->shelf);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (aether_medium_page_parent_class)->dispose (object);
}

static void
aether_medium_page_finalize (GObject *object)
{
  AetherMediumPage *self = AETHER_MEDIUM_PAGE (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->places);

  G_OBJECT_CLASS (aether_medium_page_parent_class)->finalize (object);
}

static void
aether_medium_page_class_init (AetherMediumPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_medium_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_medium_page_finalize;
  AETHER_WIZARD_PAGE_CLASS (klass)->fill = aether_medium_page_fill;

  g_type_ensure (AETHER_TYPE_CHOICE_ROW);
  g_type_ensure (AETHER_TYPE_HANDOVER_ROW);
  g_type_ensure (AETHER_TYPE_OS_LOGO);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-medium-page.ui");
  aether_wizard_page_class_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, system_group);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, system_logo);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, system_label);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, arch_row);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, here_group);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, fetch_group);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, more_row);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, page_group);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, handover_row);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, other_group);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, file_row);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, nothing_row);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, foreign_group);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, foreign_row);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, foreign_button);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, AetherMediumPage, error_label);
  gtk_widget_class_bind_template_callback (widget_class, on_arch_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_file_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_file_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_nothing_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_foreign_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_found);
}

static void
aether_medium_page_init (AetherMediumPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->places = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_choice_row_join (self->file_row, self->nothing_row);
}
