/* aether-os-logo.c - a small picture for an operating system
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-os-logo.h"

#include "aether-os-look.h"

#define CORNER 0.22f   /* of the size */
#define SQUARE 32.f    /* that marks are drawn in */

struct _AetherOsLogo
{
  GtkWidget           parent_instance;

  char               *os;
  int                 size;
  const AetherOsLook *look;
  GdkPaintable       *icon;   /* (nullable): of the user's theme */
};

G_DEFINE_FINAL_TYPE (AetherOsLogo, aether_os_logo, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_OS, PROP_SIZE, N_PROPS };
static GParamSpec *properties[N_PROPS];

static GdkRGBA
rgba (guint32 color, float alpha)
{
  return (GdkRGBA) { (color >> 16 & 0xff) / 255.f, (color >> 8 & 0xff) / 255.f, (color & 0xff) / 255.f, alpha };
}

/* --- the tile ---------------------------------------------------------------------- */

static void
draw_letters (AetherOsLogo *self, GtkSnapshot *snapshot, const GdkRGBA *ink)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->look->letters);
  g_autoptr(PangoFontDescription) font = pango_font_description_copy (
    pango_context_get_font_description (gtk_widget_get_pango_context (GTK_WIDGET (self))));
  PangoRectangle box;

  pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_font_description_set_absolute_size (font, self->size * 0.46 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_get_pixel_extents (layout, &box, NULL);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((self->size - box.width) / 2.f - box.x,
                                                          (self->size - box.height) / 2.f - box.y));
  gtk_snapshot_append_layout (snapshot, layout, ink);
  gtk_snapshot_restore (snapshot);
}

static void
draw_mark (AetherOsLogo *self, GtkSnapshot *snapshot, const GdkRGBA *ink)
{
  g_autoptr(GskPath) path = gsk_path_parse (self->look->path);

  g_return_if_fail (path != NULL);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_scale (snapshot, self->size / SQUARE, self->size / SQUARE);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_EVEN_ODD, ink);
  gtk_snapshot_restore (snapshot);
}

static void
draw_tile (AetherOsLogo *self, GtkSnapshot *snapshot)
{
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, self->size, self->size);
  const GdkRGBA color = rgba (self->look->color, 1), ink = rgba (aether_os_look_ink (self->look->color), 1);
  const GdkRGBA edge = rgba (0xffffff, 0.14f);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &bounds, self->size * CORNER);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &color, &bounds);
  if (self->look->letters)
    draw_letters (self, snapshot, &ink);
  else
    draw_mark (self, snapshot, &ink);
  gtk_snapshot_pop (snapshot);

  /* Against a window as dark as itself */
  gtk_snapshot_append_border (snapshot, &outline, (float[]) { 1, 1, 1, 1 }, (GdkRGBA[]) { edge, edge, edge, edge });
}

static void
aether_os_logo_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AetherOsLogo *self = AETHER_OS_LOGO (widget);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((gtk_widget_get_width (widget) - self->size) / 2,
                                                          (gtk_widget_get_height (widget) - self->size) / 2));
  if (self->icon)
    gdk_paintable_snapshot (self->icon, snapshot, self->size, self->size);
  else
    draw_tile (self, snapshot);
  gtk_snapshot_restore (snapshot);
}

/* --- what it shows ----------------------------------------------------------------- */

static GdkPaintable *
find_icon (AetherOsLogo *self)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autofree char *name = g_strconcat ("distributor-logo-", self->look->name, NULL);

  if (self->look == aether_os_look_generic () || !gtk_icon_theme_has_icon (theme, name))
    return NULL;

  return GDK_PAINTABLE (gtk_icon_theme_lookup_icon (theme, name, NULL, self->size,
                                                    gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                                    gtk_widget_get_direction (GTK_WIDGET (self)), 0));
}

static void
look_up (AetherOsLogo *self)
{
  const AetherOsLook *look = self->os ? aether_os_look_find (self->os) : NULL;

  self->look = look ? look : aether_os_look_generic ();
  g_clear_object (&self->icon);
  self->icon = find_icon (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
aether_os_logo_knows (const char *os)
{
  return os != NULL && aether_os_look_find (os) != NULL;
}

void
aether_os_logo_set_os (AetherOsLogo *self, const char *os)
{
  g_return_if_fail (AETHER_IS_OS_LOGO (self));

  if (!g_set_str (&self->os, os))
    return;

  look_up (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OS]);
}

void
aether_os_logo_show (AetherOsLogo *self, AetherOs *os)
{
  const char *id = aether_os_get_short_id (os);

  aether_os_logo_set_os (self, aether_os_logo_knows (id) ? id : aether_os_get_distro (os));
}

/* --- the widget --------------------------------------------------------------------- */

static void
aether_os_logo_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = AETHER_OS_LOGO (widget)->size;
}

static void
aether_os_logo_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherOsLogo *self = AETHER_OS_LOGO (object);

  switch (id)
    {
    case PROP_OS: g_value_set_string (value, self->os); break;
    case PROP_SIZE: g_value_set_int (value, self->size); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_os_logo_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AetherOsLogo *self = AETHER_OS_LOGO (object);

  switch (id)
    {
    case PROP_OS:
      aether_os_logo_set_os (self, g_value_get_string (value));
      break;
    case PROP_SIZE:
      self->size = g_value_get_int (value);
      look_up (self);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_os_logo_finalize (GObject *object)
{
  AetherOsLogo *self = AETHER_OS_LOGO (object);

  g_free (self->os);
  g_clear_object (&self->icon);

  G_OBJECT_CLASS (aether_os_logo_parent_class)->finalize (object);
}

static void
aether_os_logo_class_init (AetherOsLogoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = aether_os_logo_get_property;
  object_class->set_property = aether_os_logo_set_property;
  object_class->finalize = aether_os_logo_finalize;
  widget_class->measure = aether_os_logo_measure;
  widget_class->snapshot = aether_os_logo_snapshot;

  properties[PROP_OS] = g_param_spec_string ("os", NULL, NULL, NULL,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 8, 512, 32, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "os-logo");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
aether_os_logo_init (AetherOsLogo *self)
{
  self->size = 32;
  self->look = aether_os_look_generic ();
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (look_up), NULL);
}

GtkWidget *
aether_os_logo_new (int size)
{
  return g_object_new (AETHER_TYPE_OS_LOGO, "size", size, NULL);
}
