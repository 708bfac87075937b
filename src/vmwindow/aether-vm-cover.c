/* aether-vm-cover.c - what covers the picture when there is none, or it stands still
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

static const char *
get_off_title (AetherVmWindow *self, gboolean has_sentence)
{
  if (!has_sentence)
    /* Translators: the name of a machine */
    return _("%s is off");

  return aether_vm_link_get_start_failed (self->link) ? _("Could not start %s") : _("%s stopped");
}

static void
draw_off (AetherVmWindow *self)
{
  const char *problem = aether_bundle_get_problem (aether_vm_link_get_bundle (self->link));
  const char *sentence = aether_vm_link_get_sentence (self->link);
  const char *output = aether_vm_link_get_output (self->link);
  g_autofree char *title = NULL;

  if (aether_vm_suspend_is_saved (self) && !problem)
    {
      aether_vm_suspend_draw_saved (self, sentence);
      return;
    }

  title = g_strdup_printf (get_off_title (self, sentence != NULL), aether_vm_window_get_name (self));
  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = problem || sentence ? "dialog-warning-symbolic" : "system-shutdown-symbolic",
    .title = title,
    .description = problem ? problem : sentence,
    .button = problem ? NULL : _("Start"),
    .action = "vm.start",
    .details = output && *output ? _("Show output") : NULL,
    .details_action = "vm.show-output",
  });
}

/* Returns: whether the picture is covered */
static gboolean
draw_curtain (AetherVmWindow *self)
{
  if (aether_vm_suspend_is_saving (self))
    {
      aether_vm_suspend_draw_saving (self);
      return TRUE;
    }

  switch (aether_vm_link_get_state (self->link))
    {
    case AETHER_VM_LINK_OFF:
      draw_off (self);
      return TRUE;

    case AETHER_VM_LINK_STARTING:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
        .title = aether_vm_link_get_resuming (self->link) ? _("Resuming…") : _("Starting…"),
      });
      return TRUE;

    case AETHER_VM_LINK_CONNECTING:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) { .title = _("Connecting…") });
      return TRUE;

    case AETHER_VM_LINK_ELSEWHERE:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
        .icon = "view-restore-symbolic",
        .title = _("Shown in another window"),
        .description = _("One window at a time shows the screen of a machine."),
        .button = _("Show here"),
        .action = "vm.show-here",
      });
      return TRUE;

    case AETHER_VM_LINK_BROKEN:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
        .icon = "dialog-warning-symbolic",
        .title = _("The screen cannot be shown"),
        .description = aether_vm_link_get_sentence (self->link),
        .button = _("Try again"),
        .action = "vm.show-here",
      });
      return TRUE;

    case AETHER_VM_LINK_LIVE:
    default:
      break;
    }

  if (aether_vm_window_get_state (self) != AETHER_STATE_PAUSED)
    return FALSE;

  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = "media-playback-pause-symbolic",
    .title = _("Paused"),
    .button = _("Resume"),
    .action = "vm.resume",
  });
  return TRUE;
}

/* @button: (nullable): what of the curtain has the focus. Returns: (nullable): what it does */
static const char *
get_action (GtkWidget *button)
{
  return GTK_IS_ACTIONABLE (button) ? gtk_actionable_get_action_name (GTK_ACTIONABLE (button)) : NULL;
}

void
aether_vm_cover_update (AetherVmWindow *self)
{
  gboolean was_covered = gtk_widget_get_visible (GTK_WIDGET (self->curtain));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *button = focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->curtain)) ? focus : NULL;
  g_autofree char *action = g_strdup (get_action (button));
  gboolean covered;

  /* A button that goes while it has the focus leaves it to the bar. The one that cancels stays while each step
   * is shown, and is not to be read out at each. */
  if (button && !(aether_vm_suspend_is_saving (self) && g_strcmp0 (action, "vm.cancel-suspend") == 0))
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  covered = draw_curtain (self);

  /* Who looks at the picture, types into it; who looks at a button, presses it: the one that had the focus, while
   * it does the same. */
  if (covered)
    {
      focus = gtk_window_get_focus (GTK_WINDOW (self));
      if (focus == NULL && action && gtk_widget_get_visible (button) && g_strcmp0 (action, get_action (button)) == 0 &&
          gtk_widget_grab_focus (button))
        return;
      if (focus == NULL || focus == GTK_WIDGET (self->view) || !gtk_widget_get_mapped (focus))
        gtk_widget_grab_focus (GTK_WIDGET (self->curtain));
    }
  else if (was_covered)
    {
      aether_vm_curtain_open (self->curtain);
      gtk_widget_grab_focus (GTK_WIDGET (self->view));
    }
}
