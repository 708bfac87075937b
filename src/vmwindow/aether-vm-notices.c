/* aether-vm-notices.c - what is to be known about the running machine, one at a time
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

static void
show_notice (AetherVmWindow *self)
{
  if (self->notices->len > 0)
    adw_banner_set_title (self->banner,
                          aether_finding_get_sentence (g_ptr_array_index (self->notices, 0)));
  adw_banner_set_revealed (self->banner, self->notices->len > 0);
}

static void
add_notice (AetherVmWindow *self, AetherFinding *finding)
{
  for (guint i = 0; i < self->notices->len; i++)
    if (g_str_equal (aether_finding_get_sentence (g_ptr_array_index (self->notices, i)),
                     aether_finding_get_sentence (finding)))
      return;

  g_ptr_array_add (self->notices, g_object_ref (finding));
  show_notice (self);
}

static void
banner_dismissed_cb (AetherVmWindow *self)
{
  if (self->notices->len > 0)
    g_ptr_array_remove_index (self->notices, 0);
  show_notice (self);
}

static void
guest_panicked_cb (AetherVmWindow *self, const char *sentence)
{
  g_autoptr(AetherFinding) finding =
    aether_finding_new (AETHER_SEVERITY_WARNING, "guest-panic", sentence, NULL);

  add_notice (self, finding);
}

static void
disk_error_cb (AetherVmWindow *self, const char *drive, const char *operation, const char *reason,
               gboolean no_space)
{
  g_autoptr(AetherFinding) finding = aether_finding_new_disk_error (drive, operation, reason, no_space);

  add_notice (self, finding);
}

void
aether_vm_notices_follow (AetherVmWindow *self, AetherClient *client)
{
  g_autoptr(GPtrArray) findings = NULL;

  g_ptr_array_set_size (self->notices, 0);
  show_notice (self);
  if (client == NULL)
    return;

  g_signal_connect_swapped (client, "finding", G_CALLBACK (add_notice), self);
  g_signal_connect_swapped (client, "guest-panic", G_CALLBACK (guest_panicked_cb), self);
  g_signal_connect_swapped (client, "disk-error", G_CALLBACK (disk_error_cb), self);
  findings = aether_client_list_findings (client);
  for (guint i = 0; i < findings->len; i++)
    add_notice (self, g_ptr_array_index (findings, i));
}

void
aether_vm_notices_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, banner_dismissed_cb);
}

void
aether_vm_notices_init (AetherVmWindow *self)
{
  self->notices = g_ptr_array_new_with_free_func (g_object_unref);
}
