/* aether-choice-row.c - one of several things to start a machine from
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-choice-row.h"

struct _AetherChoiceRow
{
  AdwActionRow         parent_instance;

  GtkCheckButton      *check;
  const AetherOsMedia *edition;   /* (nullable) */
  char                *path;      /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AetherChoiceRow, aether_choice_row, ADW_TYPE_ACTION_ROW)

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

void
aether_choice_row_join (AetherChoiceRow *self, AetherChoiceRow *other)
{
  gtk_check_button_set_group (self->check, other->check);
}

void
aether_choice_row_choose (AetherChoiceRow *self)
{
  gtk_check_button_set_active (self->check, TRUE);
}

void
aether_choice_row_set_edition (AetherChoiceRow *self, const AetherOsMedia *edition)
{
  self->edition = edition;
}

const AetherOsMedia *
aether_choice_row_get_edition (AetherChoiceRow *self)
{
  return self->edition;
}

void
aether_choice_row_set_path (AetherChoiceRow *self, const char *path)
{
  g_set_str (&self->path, path);
}

const char *
aether_choice_row_get_path (AetherChoiceRow *self)
{
  return self->path;
}

static void
toggled_cb (AetherChoiceRow *self)
{
  if (gtk_check_button_get_active (self->check))
    g_signal_emit (self, signals[CHOSEN], 0);
}

static void
title_cb (AetherChoiceRow *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), -1);
}

static void
aether_choice_row_finalize (GObject *object)
{
  g_free (AETHER_CHOICE_ROW (object)->path);

  G_OBJECT_CLASS (aether_choice_row_parent_class)->finalize (object);
}

static void
aether_choice_row_class_init (AetherChoiceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_choice_row_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", AETHER_TYPE_CHOICE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
aether_choice_row_init (AetherChoiceRow *self)
{
  self->check = GTK_CHECK_BUTTON (gtk_check_button_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->check), GTK_ALIGN_CENTER);
  g_signal_connect_object (self->check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::title", G_CALLBACK (title_cb), NULL);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), GTK_WIDGET (self->check));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->check));
}

GtkWidget *
aether_choice_row_new (const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (AETHER_TYPE_CHOICE_ROW, NULL);

  /* Not while it is made: its label would get them before it knows that they are no markup */
  g_object_set (row, "title", title, "subtitle", subtitle, NULL);

  return row;
}
