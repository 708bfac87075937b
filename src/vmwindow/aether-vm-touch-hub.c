/* aether-vm-touch-hub.c - the keys a tablet does not have, in a bar below the picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-touch-hub.h"

#include <glib/gi18n.h>

#include "aether-keymap.h"
#include "aether-keys.h"
#include "aether-layout.h"

typedef enum
{
  OFF,
  ONCE,     /* for the next key */
  LOCKED,
} Stick;

#define N_MODIFIERS 4

struct _AetherVmTouchHub
{
  AdwBin             parent_instance;

  GtkBox            *keys;
  GtkToggleButton   *keyboard_button;
  GtkToggleButton   *modifiers[N_MODIFIERS];
  Stick              sticks[N_MODIFIERS];
  gboolean           updating;

  AetherDisplayView *view;        /* borrowed: the window has us both */
  GtkWidget         *root;        /* the same */
  GtkIMContext      *im;
  char              *layout_name;
  AetherLayout      *layout;      /* (nullable): loaded when first typed in */
};

G_DEFINE_FINAL_TYPE (AetherVmTouchHub, aether_vm_touch_hub, ADW_TYPE_BIN)

enum { PROP_0, PROP_LAYOUT, N_PROPS };
static GParamSpec *props[N_PROPS];

static const struct { const char *label, *key; } modifiers[N_MODIFIERS] = {
  { NC_("keys", "Ctrl"), "ctrl" },
  { NC_("keys", "Alt"), "alt" },
  { NC_("keys", "Shift"), "shift" },
  { NC_("keys", "Super"), "meta_l" },
};

/* icon, or what is written on it; name: for screen readers; NULL: what is written */
static const struct { const char *icon, *label, *name, *keys; } buttons[] = {
  { NULL, NC_("keys", "Esc"), NC_("keys", "Escape"), "esc" },
  { NULL, NC_("keys", "Tab"), NULL, "tab" },
  { "go-previous-symbolic", NULL, NC_("keys", "Left"), "left" },
  { "go-up-symbolic", NULL, NC_("keys", "Up"), "up" },
  { "go-down-symbolic", NULL, NC_("keys", "Down"), "down" },
  { "go-next-symbolic", NULL, NC_("keys", "Right"), "right" },
  { NULL, NC_("keys", "Ctrl + Alt + Del"), NC_("keys", "Ctrl + Alt + Delete"), "ctrl-alt-delete" },
  { NULL, NC_("keys", "Home"), NULL, "home" },
  { NULL, NC_("keys", "End"), NULL, "end" },
  { NULL, NC_("keys", "PgUp"), NC_("keys", "Page up"), "pgup" },
  { NULL, NC_("keys", "PgDn"), NC_("keys", "Page down"), "pgdn" },
  { NULL, NC_("keys", "Ins"), NC_("keys", "Insert"), "insert" },
  { NULL, NC_("keys", "Del"), NC_("keys", "Delete"), "delete" },
  { "edit-clear-symbolic", NULL, NC_("keys", "Backspace"), "backspace" },
  { NULL, NC_("keys", "Enter"), NULL, "ret" },
};

#define N_FUNCTION_KEYS 12

/* Modifiers */

static void
send (AetherVmTouchHub *self, const char *key, gboolean down)
{
  if (self->view)
    aether_view_input_qnum (aether_display_view_get_input (self->view),
                            aether_keymap_name_to_qnum (key), down);
}

static void
stick (AetherVmTouchHub *self, guint i, Stick how)
{
  GtkWidget *widget = GTK_WIDGET (self->modifiers[i]);

  if (self->sticks[i] == how)
    return;

  self->sticks[i] = how;
  self->updating = TRUE;
  gtk_toggle_button_set_active (self->modifiers[i], how != OFF);
  self->updating = FALSE;
  if (how == LOCKED)
    gtk_widget_add_css_class (widget, "suggested-action");
  else
    gtk_widget_remove_css_class (widget, "suggested-action");
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  how == LOCKED ? _("Held until pressed again")
                                  : how == ONCE ? _("Held for the next key") : "", -1);
}

static void
modifier_toggled_cb (GtkToggleButton *button, AetherVmTouchHub *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "modifier"));

  if (self->updating)
    return;

  if (self->sticks[i] == OFF)
    {
      send (self, modifiers[i].key, TRUE);
      stick (self, i, ONCE);
    }
  else if (self->sticks[i] == ONCE)
    {
      stick (self, i, LOCKED);
    }
  else
    {
      send (self, modifiers[i].key, FALSE);
      stick (self, i, OFF);
    }
}

static void
release_once (AetherVmTouchHub *self)
{
  for (guint i = 0; i < N_MODIFIERS; i++)
    if (self->sticks[i] == ONCE)
      {
        send (self, modifiers[i].key, FALSE);
        stick (self, i, OFF);
      }
}

/* The machine heard that nothing is held. */
static void
let_go_cb (AetherVmTouchHub *self)
{
  for (guint i = 0; i < N_MODIFIERS; i++)
    stick (self, i, OFF);
}

/* Keys */

static void
key_clicked_cb (GtkButton *button, AetherVmTouchHub *self)
{
  g_auto(GStrv) keys = aether_keys_parse (g_object_get_data (G_OBJECT (button), "keys"), NULL);
  guint n = keys ? g_strv_length (keys) : 0;

  for (guint i = 0; i < n; i++)
    send (self, keys[i], TRUE);
  for (guint i = n; i > 0; i--)
    send (self, keys[i - 1], FALSE);
  release_once (self);
}

void
aether_vm_touch_hub_type (AetherVmTouchHub *self, const char *text)
{
  if (self->layout == NULL)
    self->layout = aether_layout_new (self->layout_name, NULL);
  if (self->layout == NULL)
    self->layout = aether_layout_new (AETHER_LAYOUT_DEFAULT, NULL);

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      AetherChord chords[AETHER_LAYOUT_MOST_CHORDS];
      guint n = aether_layout_find (self->layout, g_utf8_get_char (p), chords);

      for (guint i = 0; i < n; i++)
        {
          guint length = g_strv_length ((char **) chords[i].keys);

          for (guint key = 0; key < length; key++)
            send (self, chords[i].keys[key], TRUE);
          for (guint key = length; key > 0; key--)
            send (self, chords[i].keys[key - 1], FALSE);
        }
    }
  release_once (self);
}

/* The on-screen keyboard types into an input method that belongs to the view,
 * so that the focus stays there. Those that press keys need none. */

static void
commit_cb (AetherVmTouchHub *self, const char *text)
{
  aether_vm_touch_hub_type (self, text);
}

static gboolean
surrounding_cb (AetherVmTouchHub *self, int offset, int n_chars)
{
  for (int i = 0; i < MIN (n_chars, 256); i++)
    {
      send (self, "backspace", TRUE);
      send (self, "backspace", FALSE);
    }

  return TRUE;
}

static void
keyboard_toggled_cb (AetherVmTouchHub *self)
{
  if (!gtk_toggle_button_get_active (self->keyboard_button))
    {
      gtk_im_context_focus_out (self->im);
      return;
    }

  if (self->view)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  gtk_im_context_focus_in (self->im);
  gtk_im_context_activate_osk (self->im, NULL);
}

/* A sticky key must not outlive the window's focus. */
static void
active_changed_cb (GtkWindow *window, GParamSpec *pspec, AetherVmTouchHub *self)
{
  if (!gtk_window_is_active (window) && self->view)
    aether_view_input_release_all (aether_display_view_get_input (self->view));
}

static void
aether_vm_touch_hub_root (GtkWidget *widget)
{
  AetherVmTouchHub *self = AETHER_VM_TOUCH_HUB (widget);

  GTK_WIDGET_CLASS (aether_vm_touch_hub_parent_class)->root (widget);

  self->root = GTK_WIDGET (gtk_widget_get_root (widget));
  if (GTK_IS_WINDOW (self->root))
    g_signal_connect_object (self->root, "notify::is-active", G_CALLBACK (active_changed_cb), self, 0);
}

static void
aether_vm_touch_hub_unroot (GtkWidget *widget)
{
  AetherVmTouchHub *self = AETHER_VM_TOUCH_HUB (widget);

  if (self->root)
    g_signal_handlers_disconnect_by_data (self->root, self);
  self->root = NULL;

  GTK_WIDGET_CLASS (aether_vm_touch_hub_parent_class)->unroot (widget);
}

static void
aether_vm_touch_hub_unmap (GtkWidget *widget)
{
  AetherVmTouchHub *self = AETHER_VM_TOUCH_HUB (widget);

  gtk_toggle_button_set_active (self->keyboard_button, FALSE);
  for (guint i = 0; i < N_MODIFIERS; i++)
    if (self->sticks[i] != OFF)
      {
        send (self, modifiers[i].key, FALSE);
        stick (self, i, OFF);
      }

  GTK_WIDGET_CLASS (aether_vm_touch_hub_parent_class)->unmap (widget);
}

/* Making */

static void
add_button (AetherVmTouchHub *self, GtkWidget *button, const char *name)
{
  gtk_widget_set_focus_on_click (button, FALSE);
  if (name)
    {
      const char *shown = g_dpgettext2 (NULL, "keys", name);

      gtk_widget_set_tooltip_text (button, shown);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      shown, -1);
    }
  gtk_box_append (self->keys, button);
}

static void
add_key (AetherVmTouchHub *self, const char *icon, const char *label, const char *name,
         const char *keys)
{
  GtkWidget *button = icon ? gtk_button_new_from_icon_name (icon)
                           : gtk_button_new_with_label (g_dpgettext2 (NULL, "keys", label));

  g_object_set_data_full (G_OBJECT (button), "keys", g_strdup (keys), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (key_clicked_cb), self);
  add_button (self, button, name);
}

static void
add_modifier (AetherVmTouchHub *self, guint i)
{
  GtkWidget *button =
    gtk_toggle_button_new_with_label (g_dpgettext2 (NULL, "keys", modifiers[i].label));

  self->modifiers[i] = GTK_TOGGLE_BUTTON (button);
  g_object_set_data (G_OBJECT (button), "modifier", GUINT_TO_POINTER (i));
  g_signal_connect (button, "toggled", G_CALLBACK (modifier_toggled_cb), self);
  add_button (self, button, NULL);
}

static void
add_keys (AetherVmTouchHub *self)
{
  /* Esc and Tab before what sticks, the rest behind it */
  for (guint i = 0; i < 2; i++)
    add_key (self, buttons[i].icon, buttons[i].label, buttons[i].name, buttons[i].keys);
  for (guint i = 0; i < N_MODIFIERS; i++)
    add_modifier (self, i);
  for (guint i = 2; i < G_N_ELEMENTS (buttons); i++)
    add_key (self, buttons[i].icon, buttons[i].label, buttons[i].name, buttons[i].keys);
  for (guint i = 1; i <= N_FUNCTION_KEYS; i++)
    {
      g_autofree char *label = g_strdup_printf ("F%u", i);
      g_autofree char *key = g_strdup_printf ("f%u", i);

      add_key (self, NULL, label, NULL, key);
    }
}

void
aether_vm_touch_hub_set_view (AetherVmTouchHub *self, AetherDisplayView *view)
{
  self->view = view;
  gtk_im_context_set_client_widget (self->im, GTK_WIDGET (view));
  g_signal_connect_object (aether_display_view_get_input (view), "let-go", G_CALLBACK (let_go_cb),
                           self, G_CONNECT_SWAPPED);
}

static void
aether_vm_touch_hub_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_LAYOUT)
    g_value_set_string (value, AETHER_VM_TOUCH_HUB (object)->layout_name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
aether_vm_touch_hub_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  AetherVmTouchHub *self = AETHER_VM_TOUCH_HUB (object);

  if (id != PROP_LAYOUT)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      return;
    }

  g_set_str (&self->layout_name, g_value_get_string (value));
  g_clear_pointer (&self->layout, aether_layout_free);
}

static void
aether_vm_touch_hub_dispose (GObject *object)
{
  AetherVmTouchHub *self = AETHER_VM_TOUCH_HUB (object);

  self->view = NULL;
  if (self->im)
    gtk_im_context_set_client_widget (self->im, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_VM_TOUCH_HUB);

  G_OBJECT_CLASS (aether_vm_touch_hub_parent_class)->dispose (object);
}

static void
aether_vm_touch_hub_finalize (GObject *object)
{
  AetherVmTouchHub *self = AETHER_VM_TOUCH_HUB (object);

  g_clear_object (&self->im);
  g_clear_pointer (&self->layout, aether_layout_free);
  g_free (self->layout_name);

  G_OBJECT_CLASS (aether_vm_touch_hub_parent_class)->finalize (object);
}

static void
aether_vm_touch_hub_class_init (AetherVmTouchHubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_vm_touch_hub_dispose;
  object_class->finalize = aether_vm_touch_hub_finalize;
  object_class->get_property = aether_vm_touch_hub_get_property;
  object_class->set_property = aether_vm_touch_hub_set_property;
  widget_class->root = aether_vm_touch_hub_root;
  widget_class->unroot = aether_vm_touch_hub_unroot;
  widget_class->unmap = aether_vm_touch_hub_unmap;

  props[PROP_LAYOUT] = g_param_spec_string ("layout", NULL, NULL, AETHER_LAYOUT_DEFAULT,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/aether/Aether/ui/aether-vm-touch-hub.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherVmTouchHub, keys);
  gtk_widget_class_bind_template_child (widget_class, AetherVmTouchHub, keyboard_button);
  gtk_widget_class_bind_template_callback (widget_class, keyboard_toggled_cb);
}

static void
aether_vm_touch_hub_init (AetherVmTouchHub *self)
{
  self->layout_name = g_strdup (AETHER_LAYOUT_DEFAULT);
  self->im = gtk_im_multicontext_new ();
  g_signal_connect_object (self->im, "commit", G_CALLBACK (commit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->im, "delete-surrounding", G_CALLBACK (surrounding_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_keys (self);
}
