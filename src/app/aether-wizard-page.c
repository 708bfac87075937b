/* aether-wizard-page.c - one question of the wizard that makes a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-wizard-page.h"

#include <glib/gi18n.h>

#define NEXT_BUTTON "next_button"   /* in the template of each page */

typedef struct
{
  AetherDraft   *draft;
  AetherCostHost host;
  char          *next_label;
  gboolean       ready;
  gboolean       filling;
} AetherWizardPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AetherWizardPage, aether_wizard_page, ADW_TYPE_NAVIGATION_PAGE)

enum { PROP_READY = 1, PROP_NEXT_LABEL, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { NEXT, CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

#define PRIVATE(self) ((AetherWizardPagePrivate *) aether_wizard_page_get_instance_private (self))

void
aether_wizard_page_class_bind (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, aether_wizard_page_next);
  gtk_widget_class_bind_template_child_full (widget_class, NEXT_BUTTON, FALSE, 0);
}

AetherDraft *
aether_wizard_page_get_draft (AetherWizardPage *self)
{
  return PRIVATE (self)->draft;
}

const AetherCostHost *
aether_wizard_page_get_host (AetherWizardPage *self)
{
  return &PRIVATE (self)->host;
}

gboolean
aether_wizard_page_is_filling (AetherWizardPage *self)
{
  return PRIVATE (self)->filling || PRIVATE (self)->draft == NULL;
}

void
aether_wizard_page_fill (AetherWizardPage *self)
{
  AetherWizardPagePrivate *priv = PRIVATE (self);

  if (priv->draft == NULL)
    return;

  priv->filling = TRUE;
  AETHER_WIZARD_PAGE_GET_CLASS (self)->fill (self, priv->draft);
  priv->filling = FALSE;
}

void
aether_wizard_page_set_draft (AetherWizardPage *self, AetherDraft *draft)
{
  g_set_object (&PRIVATE (self)->draft, draft);
}

void
aether_wizard_page_set_host (AetherWizardPage *self, const AetherCostHost *host)
{
  PRIVATE (self)->host = *host;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    aether_wizard_page_fill (self);
}

void
aether_wizard_page_changed (AetherWizardPage *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
aether_wizard_page_next (AetherWizardPage *self)
{
  if (PRIVATE (self)->ready)
    g_signal_emit (self, signals[NEXT], 0);
}

GtkWidget *
aether_wizard_page_get_button (AetherWizardPage *self)
{
  return GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (self), G_OBJECT_TYPE (self), NEXT_BUTTON));
}

void
aether_wizard_page_set_ready (AetherWizardPage *self, gboolean ready)
{
  if (PRIVATE (self)->ready == ready)
    return;

  PRIVATE (self)->ready = ready;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
}

void
aether_wizard_page_say (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

/* --- the object ---------------------------------------------------------------------- */

static void
aether_wizard_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherWizardPagePrivate *priv = PRIVATE (AETHER_WIZARD_PAGE (object));

  switch (id)
    {
    case PROP_READY:
      g_value_set_boolean (value, priv->ready);
      break;
    case PROP_NEXT_LABEL:
      g_value_set_string (value, priv->next_label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_wizard_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AetherWizardPagePrivate *priv = PRIVATE (AETHER_WIZARD_PAGE (object));

  switch (id)
    {
    case PROP_READY:
      priv->ready = g_value_get_boolean (value);
      break;
    case PROP_NEXT_LABEL:
      g_set_str (&priv->next_label, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_wizard_page_finalize (GObject *object)
{
  AetherWizardPagePrivate *priv = PRIVATE (AETHER_WIZARD_PAGE (object));

  g_clear_object (&priv->draft);
  g_free (priv->next_label);

  G_OBJECT_CLASS (aether_wizard_page_parent_class)->finalize (object);
}

static void
aether_wizard_page_class_init (AetherWizardPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = aether_wizard_page_get_property;
  object_class->set_property = aether_wizard_page_set_property;
  object_class->finalize = aether_wizard_page_finalize;

  props[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_NEXT_LABEL] = g_param_spec_string ("next-label", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[NEXT] = g_signal_new ("next", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aether_wizard_page_init (AetherWizardPage *self)
{
  AetherWizardPagePrivate *priv = PRIVATE (self);

  priv->ready = TRUE;
  /* Translators: to the next page */
  priv->next_label = g_strdup (_("_Next"));
}
