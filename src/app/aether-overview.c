/* aether-overview.c - one machine in detail: its screen and its facts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-overview.h"

#include <glib/gi18n.h>

#include "aether-disk-image.h"
#include "aether-machine-facts.h"
#include "aether-menu-names.h"
#include "aether-preview.h"
#include "aether-words.h"

#define REFRESH_SECONDS 20

struct _AetherOverview
{
  AdwNavigationPage   parent_instance;

  AetherBundle       *bundle;
  AetherMachineFacts *facts;         /* NULL while loading */
  GCancellable       *cancellable;   /* of what is loading */
  GPtrArray          *drive_rows;    /* not owned: in drives_group */
  guint               refresh_id;
  gboolean            compact;
  gboolean            saving;        /* as shown */
  gboolean            can_suspend;   /* likewise */

  GtkWidget          *menu_button;
  GtkWidget          *start_button;
  GtkWidget          *pause_button;
  GtkStack           *stack;
  AdwStatusPage      *problem_page;
  GtkWidget          *problem_button;
  GtkWidget          *open_button;
  AetherPreview      *preview;
  GtkWidget          *end_group;
  AdwActionRow       *end_row;
  GtkWidget          *log_button;
  AdwActionRow       *state_row;
  AdwActionRow       *cpu_row;
  AdwActionRow       *memory_row;
  AdwActionRow       *firmware_row;
  AdwActionRow       *network_row;
  AdwActionRow       *engine_row;
  AdwPreferencesGroup *drives_group;
};

G_DEFINE_FINAL_TYPE (AetherOverview, aether_overview, ADW_TYPE_NAVIGATION_PAGE)

enum { PROP_0, PROP_COMPACT, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* --- header: title, buttons, menu ---------------------------------------- */

static void
set_action (GtkWidget *button, const char *action, const char *path)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", path);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
menu_add (GMenu *menu, const char *label, const char *action, const char *path)
{
  g_autoptr(GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", path);
  g_menu_append_item (menu, item);
}

static void
menu_add_section (GMenu *menu, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static GMenuModel *
make_menu (AetherOverview *self)
{
  AetherBundle *bundle = self->bundle;
  const char *path = aether_bundle_get_path (bundle);
  AetherState state = aether_bundle_get_state (bundle);
  gboolean readable = aether_bundle_get_problem (bundle) == NULL;
  GMenu *menu = g_menu_new ();
  GMenu *power = g_menu_new ();
  GMenu *change = g_menu_new ();
  GMenu *look = g_menu_new ();
  GMenu *end = g_menu_new ();

  gboolean saving = aether_preview_get_suspend_progress (self->preview) >= 0;

  if (aether_bundle_get_suspended (bundle) && readable)
    menu_add (power, _("Start anew…"), "machine.start-anew", path);
  if (saving)
    menu_add (power, _("Cancel suspending"), "machine.cancel-suspend", path);
  if (state == AETHER_STATE_RUNNING && !saving)
    menu_add (power, _("Shut down"), "machine.shut-down", path);
  if ((state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED) && !saving &&
      aether_preview_get_can_suspend (self->preview))
    menu_add (power, _("Suspend"), "machine.suspend", path);
  if (!saving && (state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED))
    menu_add (power, _("Restart…"), "machine.reset", path);
  if (state != AETHER_STATE_STOPPED)
    menu_add (power, _("Force off…"), "machine.force-off", path);

  if (readable)
    {
      menu_add (change, _("Settings"), "machine.settings", path);
      if (state == AETHER_STATE_STOPPED && !aether_bundle_get_suspended (bundle))
        menu_add (change, _("Devices"), "machine.devices", path);
      menu_add (change, _("Rename…"), "machine.rename", path);
      if (state == AETHER_STATE_STOPPED)
        menu_add (change, _("Clone…"), "machine.clone", path);
    }

  menu_add (look, _("Show log"), "machine.log", path);
  menu_add (look, _("Show in folder"), "machine.show-folder", path);
  if (state == AETHER_STATE_STOPPED)
    menu_add (end, _("Move to the trash"), "machine.delete", path);

  menu_add_section (menu, power);
  menu_add_section (menu, change);
  menu_add_section (menu, look);
  menu_add_section (menu, end);

  return G_MENU_MODEL (menu);
}

static void
show_pause (AetherOverview *self, const char *icon, const char *tip, const char *action)
{
  gtk_widget_set_visible (self->pause_button, icon != NULL);
  if (icon == NULL)
    return;

  gtk_button_set_icon_name (GTK_BUTTON (self->pause_button), icon);
  gtk_widget_set_tooltip_text (self->pause_button, tip);
  set_action (self->pause_button, action, aether_bundle_get_path (self->bundle));
}

static void
show_state (AetherOverview *self)
{
  double progress = aether_preview_get_suspend_progress (self->preview);
  g_autofree char *text = NULL;

  if (progress >= 0)
    /* Translators: %d is a percentage */
    text = g_strdup_printf (_("Suspending… %d %%"), (int) (progress * 100));
  else
    text = aether_words_machine (self->bundle, g_get_real_time () / G_USEC_PER_SEC);

  adw_action_row_set_subtitle (self->state_row, text);
}

static void
name_start_button (AetherOverview *self)
{
  const char *label = self->bundle && aether_bundle_get_suspended (self->bundle) ? _("Resume") : _("Start");

  gtk_widget_set_tooltip_text (self->start_button, label);
  if (!self->compact)
    {
      gtk_button_set_label (GTK_BUTTON (self->start_button), label);
      return;
    }

  gtk_button_set_icon_name (GTK_BUTTON (self->start_button), "media-playback-start-symbolic");
  /* the label that is gone still names it */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->start_button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->start_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_controls (AetherOverview *self)
{
  const char *path = aether_bundle_get_path (self->bundle);
  const char *problem = aether_bundle_get_problem (self->bundle);
  AetherState state = aether_bundle_get_state (self->bundle);
  g_autoptr(GMenuModel) menu = make_menu (self);

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), aether_bundle_get_name (self->bundle));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), menu);
  gtk_widget_set_visible (self->menu_button, TRUE);

  gtk_widget_set_visible (self->start_button, problem == NULL && state <= AETHER_STATE_STARTING);
  gtk_widget_set_sensitive (self->start_button, state == AETHER_STATE_STOPPED);
  set_action (self->start_button, "machine.start", path);
  name_start_button (self);

  if (aether_preview_get_suspend_progress (self->preview) >= 0)
    show_pause (self, NULL, NULL, NULL);
  else if (state == AETHER_STATE_RUNNING)
    show_pause (self, "media-playback-pause-symbolic", _("Pause"), "machine.pause");
  else if (state == AETHER_STATE_PAUSED)
    show_pause (self, "media-playback-start-symbolic", _("Resume"), "machine.resume");
  else
    show_pause (self, NULL, NULL, NULL);

  set_action (self->open_button, "machine.open", path);
  set_action (self->log_button, "machine.log", path);
  set_action (self->problem_button, "machine.show-folder", path);

  if (problem != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (problem, -1);

      adw_status_page_set_description (self->problem_page, escaped);
    }
  gtk_stack_set_visible_child_name (self->stack, problem != NULL ? "problem" : "machine");
  show_state (self);
}

/* --- facts --------------------------------------------------------------- */

static void
drive_size_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AdwActionRow) row = user_data;
  g_autoptr(AetherDiskImageInfo) info = aether_disk_image_query_finish (result, NULL);
  g_autofree char *used = NULL, *size = NULL, *text = NULL;

  /* in use by the running machine, or no image: the row keeps what it says */
  if (info == NULL)
    return;

  used = aether_words_size (info->actual_size);
  size = aether_words_size (info->virtual_size);
  /* Translators: how full a disk is, as in "18 GB of 64 GB used" */
  text = g_strdup_printf (_("%1$s of %2$s used"), used, size);
  adw_action_row_set_subtitle (row, text);
}

static void
add_drive (AetherOverview *self, AetherDriveFacts *drive)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  gboolean disc = drive->path != NULL && g_strcmp0 (drive->format, "raw") == 0 && g_str_has_suffix (drive->path, ".iso");
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", disc ? "media-optical-symbolic" : "drive-harddisk-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  g_autofree char *used = NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), drive->file != NULL ? drive->file : drive->title);
  adw_action_row_add_prefix (row, icon);
  adw_preferences_group_add (self->drives_group, GTK_WIDGET (row));
  g_ptr_array_add (self->drive_rows, row);

  if (drive->file == NULL)
    {
      adw_action_row_set_subtitle (row, _("Empty"));
    }
  else if (drive->missing)
    {
      adw_action_row_set_subtitle (row, _("The file is missing"));
    }
  else
    {
      g_autofree char *size = aether_words_size (drive->used);

      /* Translators: %s is a size, as in "18 GB used" */
      used = disc ? g_strdup (size) : g_strdup_printf (_("%s used"), size);
      adw_action_row_set_subtitle (row, used);
      if (drive->format != NULL && !disc && aether_bundle_get_state (self->bundle) == AETHER_STATE_STOPPED)
        aether_disk_image_query_async (drive->path, drive->format, self->cancellable,
                                       drive_size_cb, g_object_ref (row));
    }
}

static void
show_drives (AetherOverview *self)
{
  for (guint i = 0; i < self->drive_rows->len; i++)
    adw_preferences_group_remove (self->drives_group, g_ptr_array_index (self->drive_rows, i));
  g_ptr_array_set_size (self->drive_rows, 0);

  for (guint i = 0; self->facts != NULL && i < self->facts->drives->len; i++)
    add_drive (self, g_ptr_array_index (self->facts->drives, i));

  gtk_widget_set_visible (GTK_WIDGET (self->drives_group), self->drive_rows->len > 0);
}

static char *
describe_network (AetherMachine *machine)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->networks)); i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (machine->networks), i);
      guint n = g_list_model_get_n_items (G_LIST_MODEL (network->forwards));

      if (text->len > 0)
        g_string_append_c (text, '\n');
      if (network->mode == AETHER_NETWORK_NONE)
        g_string_append (text, _("Cable not plugged in"));
      else if (n == 0)
        g_string_append (text, _("Shared with this computer"));
      else
        g_string_append_printf (text, ngettext ("Shared with this computer, %u port forwarded",
                                                "Shared with this computer, %u ports forwarded", n), n);
    }

  return text->len > 0 ? g_string_free (text, FALSE) : (g_string_free (text, TRUE), g_strdup (_("None")));
}

static void
show_engine (AetherOverview *self)
{
  const char *engine = aether_bundle_get_engine (self->bundle);
  const char *accelerator = aether_preview_get_accelerator (self->preview);
  g_autofree char *text = NULL;

  if (g_strcmp0 (engine, "qemu") == 0)
    engine = "QEMU";
  else if (g_strcmp0 (engine, "aether") == 0)
    engine = "Aether";
  else if (engine == NULL)
    engine = _("Unknown");

  if (g_strcmp0 (accelerator, "tcg") == 0 || g_strcmp0 (accelerator, "unicorn") == 0)
    /* Translators: %s is an engine's name; the processor is imitated in software */
    text = g_strdup_printf (_("%s, emulated"), engine);
  else if (accelerator != NULL && *accelerator != '\0')
    /* Translators: %1$s is an engine's name, %2$s an accelerator's, as in "QEMU, accelerated by KVM" */
    text = g_ascii_strcasecmp (accelerator, "kvm") == 0
             ? g_strdup_printf (_("%1$s, accelerated by %2$s"), engine, "KVM")
             : g_strdup_printf (_("%1$s, accelerated by %2$s"), engine, accelerator);

  adw_action_row_set_subtitle (self->engine_row, text != NULL ? text : engine);
}

static void
show_end (AetherOverview *self)
{
  AetherEnd end = self->facts != NULL ? self->facts->end : AETHER_END_NONE;
  gboolean bad = end == AETHER_END_KILLED || end == AETHER_END_CRASHED || end == AETHER_END_FAILED;

  gtk_widget_set_visible (self->end_group, bad && aether_bundle_get_state (self->bundle) == AETHER_STATE_STOPPED);
  if (!bad)
    return;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->end_row),
                                 end == AETHER_END_FAILED ? _("It did not start last time")
                                                          : _("It ended unexpectedly last time"));
  adw_action_row_set_subtitle (self->end_row, self->facts->sentence != NULL ? self->facts->sentence : "");
}

static void
show_facts (AetherOverview *self)
{
  AetherMachine *machine = self->facts->machine;
  g_autofree char *memory = aether_words_size ((guint64) machine->memory->size * 1024 * 1024);
  g_autofree char *network = describe_network (machine);
  g_autofree char *cores = g_strdup_printf (ngettext ("%u core", "%u cores", machine->cpu->count),
                                            machine->cpu->count);
  /* Translators: %1$s is a number of cores, %2$s a kind of computer: "2 cores, 64-bit PC (x86_64)" */
  g_autofree char *cpu = g_strdup_printf (_("%1$s, %2$s"), cores, aether_words_arch (machine->arch));

  adw_action_row_set_subtitle (self->cpu_row, cpu);
  adw_action_row_set_subtitle (self->memory_row, memory);
  adw_action_row_set_subtitle (self->network_row, network);
  /* an Aether guest knows of none */
  gtk_widget_set_visible (GTK_WIDGET (self->firmware_row), g_strcmp0 (machine->engine, "aether") != 0);
  if (machine->firmware->kernel != NULL)
    adw_action_row_set_subtitle (self->firmware_row, _("None: the kernel is started directly"));
  else
    adw_action_row_set_subtitle (self->firmware_row,
                                 machine->firmware->kind == AETHER_FIRMWARE_UEFI ? "UEFI" : "BIOS");
}

static void
facts_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherOverview) self = user_data;
  g_autoptr(GError) error = NULL;
  AetherMachineFacts *facts = aether_machine_facts_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_pointer (&self->facts, aether_machine_facts_free);
  self->facts = facts;
  if (facts != NULL)
    {
      show_facts (self);
    }
  else if (aether_bundle_get_problem (self->bundle) == NULL)
    {
      /* its head could be read, all of it cannot */
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_status_page_set_description (self->problem_page, escaped);
      gtk_stack_set_visible_child_name (self->stack, "problem");
      gtk_widget_set_visible (self->start_button, FALSE);
    }
  show_end (self);
  show_drives (self);
}

static void
leave (AetherOverview *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
load_facts (AetherOverview *self)
{
  leave (self);
  self->cancellable = g_cancellable_new ();
  aether_machine_facts_load_async (self->bundle, self->cancellable, facts_cb, g_object_ref (self));
}

static void
bundle_notify_cb (AetherOverview *self)
{
  show_controls (self);
  load_facts (self);
}

/* What the machine says of itself: whether it can be suspended, and how far that is. */
static void
client_notify_cb (AetherOverview *self)
{
  double progress = aether_preview_get_suspend_progress (self->preview);
  gboolean saving = progress >= 0;
  gboolean can_suspend = aether_preview_get_can_suspend (self->preview);

  if (self->bundle == NULL)
    return;

  /* A menu that is open would close under the pointer each time */
  if (saving != self->saving || can_suspend != self->can_suspend)
    {
      self->saving = saving;
      self->can_suspend = can_suspend;
      show_controls (self);
    }
  else if (saving)
    show_state (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  AetherOverview *self = user_data;

  if (self->bundle != NULL)
    show_state (self);

  return G_SOURCE_CONTINUE;
}

/* --- the page ------------------------------------------------------------ */

static void
aether_overview_map (GtkWidget *widget)
{
  AetherOverview *self = AETHER_OVERVIEW (widget);

  GTK_WIDGET_CLASS (aether_overview_parent_class)->map (widget);
  refresh_cb (self);
  self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
}

static void
aether_overview_unmap (GtkWidget *widget)
{
  AetherOverview *self = AETHER_OVERVIEW (widget);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  GTK_WIDGET_CLASS (aether_overview_parent_class)->unmap (widget);
}

static void
set_compact (AetherOverview *self, gboolean compact)
{
  if (self->compact == compact)
    return;

  self->compact = compact;
  name_start_button (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPACT]);
}

static void
aether_overview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherOverview *self = AETHER_OVERVIEW (object);

  switch (id)
    {
    case PROP_COMPACT: g_value_set_boolean (value, self->compact); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_overview_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AetherOverview *self = AETHER_OVERVIEW (object);

  switch (id)
    {
    case PROP_COMPACT: set_compact (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_overview_dispose (GObject *object)
{
  AetherOverview *self = AETHER_OVERVIEW (object);

  leave (self);
  if (self->bundle != NULL)
    g_signal_handlers_disconnect_by_data (self->bundle, self);
  g_clear_object (&self->bundle);
  g_clear_pointer (&self->facts, aether_machine_facts_free);
  g_ptr_array_set_size (self->drive_rows, 0);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_OVERVIEW);

  G_OBJECT_CLASS (aether_overview_parent_class)->dispose (object);
}

static void
aether_overview_finalize (GObject *object)
{
  AetherOverview *self = AETHER_OVERVIEW (object);

  g_ptr_array_unref (self->drive_rows);

  G_OBJECT_CLASS (aether_overview_parent_class)->finalize (object);
}

static void
aether_overview_class_init (AetherOverviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_overview_dispose;
  object_class->finalize = aether_overview_finalize;
  object_class->get_property = aether_overview_get_property;
  object_class->set_property = aether_overview_set_property;
  widget_class->map = aether_overview_map;
  widget_class->unmap = aether_overview_unmap;

  properties[PROP_COMPACT] =
    g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (AETHER_TYPE_PREVIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-overview.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, start_button);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, pause_button);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, problem_page);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, problem_button);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, open_button);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, preview);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, end_group);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, end_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, log_button);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, state_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, cpu_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, memory_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, firmware_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, network_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, engine_row);
  gtk_widget_class_bind_template_child (widget_class, AetherOverview, drives_group);
}

static void
aether_overview_init (AetherOverview *self)
{
  self->drive_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_menu_names_attach (GTK_MENU_BUTTON (self->menu_button));
  g_signal_connect_object (self->preview, "notify::client", G_CALLBACK (client_notify_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->preview, "notify::accelerator", G_CALLBACK (show_engine), self, G_CONNECT_SWAPPED);
}

static void
show_nothing (AetherOverview *self)
{
  gtk_stack_set_visible_child_name (self->stack, "nothing");
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _("Machine"));
  gtk_widget_set_visible (self->menu_button, FALSE);
  gtk_widget_set_visible (self->start_button, FALSE);
  gtk_widget_set_visible (self->pause_button, FALSE);
}

/**
 * aether_overview_set_bundle:
 * @self: the page
 * @bundle: (nullable): the machine to show
 */
void
aether_overview_set_bundle (AetherOverview *self, AetherBundle *bundle)
{
  g_return_if_fail (AETHER_IS_OVERVIEW (self));

  if (bundle == self->bundle && bundle != NULL)
    return;

  leave (self);
  if (self->bundle != NULL)
    g_signal_handlers_disconnect_by_data (self->bundle, self);
  g_set_object (&self->bundle, bundle);
  g_clear_pointer (&self->facts, aether_machine_facts_free);
  aether_preview_set_bundle (self->preview, bundle);

  if (bundle == NULL)
    {
      show_nothing (self);
      return;
    }

  g_signal_connect_object (bundle, "notify", G_CALLBACK (bundle_notify_cb), self, G_CONNECT_SWAPPED);
  show_controls (self);
  show_engine (self);
  load_facts (self);
}

AetherOverview *
aether_overview_new (void)
{
  return g_object_new (AETHER_TYPE_OVERVIEW, NULL);
}
