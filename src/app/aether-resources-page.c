/* aether-resources-page.c - what of this computer a new machine gets
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-resources-page.h"

#include <glib/gi18n.h>

#include "aether-engine.h"
#include "aether-size-row.h"

#define MIB (1024ull * 1024)

enum { FIRMWARE_AUTOMATIC, FIRMWARE_UEFI, FIRMWARE_BIOS };

struct _AetherResourcesPage
{
  AetherWizardPage parent_instance;

  GPtrArray       *engines;       /* (nullable): of AetherEngine: those that can run it */

  AdwSpinRow      *memory_row;
  AdwSpinRow      *cpus_row;
  AdwComboRow     *firmware_row;
  AdwComboRow     *engine_row;
  GtkLabel        *cost_label;
  GtkLabel        *warning_label;
};

G_DEFINE_FINAL_TYPE (AetherResourcesPage, aether_resources_page, AETHER_TYPE_WIZARD_PAGE)

static void
show_cost (AetherResourcesPage *self)
{
  AetherWizardPage *page = AETHER_WIZARD_PAGE (self);
  g_autofree char *cost = aether_cost_say_memory (aether_wizard_page_get_draft (page), aether_wizard_page_get_host (page));
  g_autofree char *warning = aether_cost_warn_memory (aether_wizard_page_get_draft (page),
                                                      aether_wizard_page_get_host (page));

  aether_wizard_page_say (self->cost_label, cost);
  aether_wizard_page_say (self->warning_label, warning);
}

/* --- the engine: a choice only where there is one -------------------------------------- */

static void
show_engines (AetherResourcesPage *self, AetherDraft *draft)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = 0;

  g_clear_pointer (&self->engines, g_ptr_array_unref);
  self->engines = aether_draft_list_engines (draft);
  for (guint i = 0; i < self->engines->len; i++)
    {
      gtk_string_list_append (titles, aether_engine_get_title (self->engines->pdata[i]));
      if (g_strcmp0 (aether_engine_get_id (self->engines->pdata[i]), draft->engine) == 0)
        selected = i;
    }

  adw_combo_row_set_model (self->engine_row, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (self->engine_row, selected);
  gtk_widget_set_visible (GTK_WIDGET (self->engine_row), self->engines->len > 1);
}

static void
on_engine_changed (AetherResourcesPage *self)
{
  AetherWizardPage *page = AETHER_WIZARD_PAGE (self);
  guint selected = adw_combo_row_get_selected (self->engine_row);

  if (aether_wizard_page_is_filling (page) || self->engines == NULL || selected >= self->engines->len)
    return;

  g_set_str (&aether_wizard_page_get_draft (page)->engine, aether_engine_get_id (self->engines->pdata[selected]));
  aether_wizard_page_changed (page);
}

/* --- the rest -------------------------------------------------------------------------- */

static void
aether_resources_page_fill (AetherWizardPage *page, AetherDraft *draft)
{
  AetherResourcesPage *self = AETHER_RESOURCES_PAGE (page);
  guint firmware = FIRMWARE_AUTOMATIC;

  if (draft->firmware != NULL)
    firmware = g_str_equal (draft->firmware, "uefi") ? FIRMWARE_UEFI : FIRMWARE_BIOS;

  adw_spin_row_set_value (self->memory_row, draft->memory);
  adw_spin_row_set_value (self->cpus_row, draft->cpus);
  adw_combo_row_set_selected (self->firmware_row, firmware);
  /* Only PCs have two; a guest without a system needs none */
  gtk_widget_set_visible (GTK_WIDGET (self->firmware_row), !aether_draft_is_guest (draft));
  gtk_widget_set_visible (GTK_WIDGET (self->cpus_row), !aether_draft_is_guest (draft));
  show_engines (self, draft);
  show_cost (self);
}

static void
on_memory_changed (AetherResourcesPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  draft->memory = adw_spin_row_get_value (self->memory_row);
  draft->chosen |= AETHER_DRAFT_CHOSE_MEMORY;
  show_cost (self);
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_cpus_changed (AetherResourcesPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  draft->cpus = adw_spin_row_get_value (self->cpus_row);
  draft->chosen |= AETHER_DRAFT_CHOSE_CPUS;
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_firmware_changed (AetherResourcesPage *self)
{
  static const char * const firmwares[] = { NULL, "uefi", "bios" };
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  g_set_str (&draft->firmware, firmwares[MIN (adw_combo_row_get_selected (self->firmware_row), FIRMWARE_BIOS)]);
  draft->chosen |= AETHER_DRAFT_CHOSE_FIRMWARE;
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

/* --- the page ------------------------------------------------------------------------ */

static void
aether_resources_page_dispose (GObject *object)
{
  AetherResourcesPage *self = AETHER_RESOURCES_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_RESOURCES_PAGE);
  g_clear_pointer (&self->engines, g_ptr_array_unref);

  G_OBJECT_CLASS (aether_resources_page_parent_class)->dispose (object);
}

static void
aether_resources_page_class_init (AetherResourcesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_resources_page_dispose;
  AETHER_WIZARD_PAGE_CLASS (klass)->fill = aether_resources_page_fill;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-resources-page.ui");
  aether_wizard_page_class_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, AetherResourcesPage, memory_row);
  gtk_widget_class_bind_template_child (widget_class, AetherResourcesPage, cpus_row);
  gtk_widget_class_bind_template_child (widget_class, AetherResourcesPage, firmware_row);
  gtk_widget_class_bind_template_child (widget_class, AetherResourcesPage, engine_row);
  gtk_widget_class_bind_template_child (widget_class, AetherResourcesPage, cost_label);
  gtk_widget_class_bind_template_child (widget_class, AetherResourcesPage, warning_label);
  gtk_widget_class_bind_template_callback (widget_class, on_memory_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_cpus_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_firmware_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_engine_changed);
}

static void
aether_resources_page_init (AetherResourcesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_size_row_set_unit (self->memory_row, MIB);
}
