/* aether-locale-lists.c - what an installer can be told of time zones, keyboards and languages
 *
 * Zones are in tz's zone1970.tab (tzfile(5) has its neighbours), keyboards in the "layout" part of
 * xkeyboard-config's base.lst.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-locale-lists.h"

#include "aether-store.h"

#include <string.h>

#define MOST_FILE (1 << 20)

static const struct { const char *value, *title; } languages[] = {
  { "ar_EG.UTF-8", "العربية (مصر)" }, { "bg_BG.UTF-8", "Български" }, { "ca_ES.UTF-8", "Català" },
  { "cs_CZ.UTF-8", "Čeština" }, { "da_DK.UTF-8", "Dansk" }, { "de_AT.UTF-8", "Deutsch (Österreich)" },
  { "de_CH.UTF-8", "Deutsch (Schweiz)" }, { "de_DE.UTF-8", "Deutsch (Deutschland)" }, { "el_GR.UTF-8", "Ελληνικά" },
  { "en_AU.UTF-8", "English (Australia)" }, { "en_CA.UTF-8", "English (Canada)" }, { "en_GB.UTF-8", "English (United Kingdom)" },
  { "en_IE.UTF-8", "English (Ireland)" }, { "en_IN.UTF-8", "English (India)" }, { "en_US.UTF-8", "English (United States)" },
  { "es_AR.UTF-8", "Español (Argentina)" }, { "es_ES.UTF-8", "Español (España)" }, { "es_MX.UTF-8", "Español (México)" },
  { "et_EE.UTF-8", "Eesti" }, { "fa_IR.UTF-8", "فارسی" }, { "fi_FI.UTF-8", "Suomi" }, { "fr_BE.UTF-8", "Français (Belgique)" },
  { "fr_CA.UTF-8", "Français (Canada)" }, { "fr_CH.UTF-8", "Français (Suisse)" }, { "fr_FR.UTF-8", "Français (France)" },
  { "he_IL.UTF-8", "עברית" }, { "hi_IN.UTF-8", "हिन्दी" }, { "hr_HR.UTF-8", "Hrvatski" }, { "hu_HU.UTF-8", "Magyar" },
  { "id_ID.UTF-8", "Bahasa Indonesia" }, { "is_IS.UTF-8", "Íslenska" }, { "it_IT.UTF-8", "Italiano" }, { "ja_JP.UTF-8", "日本語" },
  { "ko_KR.UTF-8", "한국어" }, { "lt_LT.UTF-8", "Lietuvių" }, { "lv_LV.UTF-8", "Latviešu" }, { "nb_NO.UTF-8", "Norsk bokmål" },
  { "nl_BE.UTF-8", "Nederlands (België)" }, { "nl_NL.UTF-8", "Nederlands (Nederland)" }, { "pl_PL.UTF-8", "Polski" },
  { "pt_BR.UTF-8", "Português (Brasil)" }, { "pt_PT.UTF-8", "Português (Portugal)" }, { "ro_RO.UTF-8", "Română" },
  { "ru_RU.UTF-8", "Русский" }, { "sk_SK.UTF-8", "Slovenčina" }, { "sl_SI.UTF-8", "Slovenščina" }, { "sr_RS.UTF-8", "Српски" },
  { "sv_SE.UTF-8", "Svenska" }, { "th_TH.UTF-8", "ไทย" }, { "tr_TR.UTF-8", "Türkçe" }, { "uk_UA.UTF-8", "Українська" },
  { "vi_VN.UTF-8", "Tiếng Việt" }, { "zh_CN.UTF-8", "中文（简体）" }, { "zh_TW.UTF-8", "中文（繁體）" },
};

typedef struct
{
  GStrvBuilder *values;
  GStrvBuilder *titles;
  gboolean      has_own;
  const char   *own;
} Builder;

static void
begin (Builder *builder, const char *own)
{
  *builder = (Builder) { .values = g_strv_builder_new (), .titles = g_strv_builder_new (), .own = own };
}

static void
add (Builder *builder, const char *value, const char *title)
{
  builder->has_own |= g_strcmp0 (value, builder->own) == 0;
  g_strv_builder_add (builder->values, value);
  g_strv_builder_add (builder->titles, title);
}

static AetherLocaleList *
end (Builder *builder)
{
  AetherLocaleList *list = g_new0 (AetherLocaleList, 1);

  if (!builder->has_own && builder->own != NULL)
    add (builder, builder->own, builder->own);
  list->values = g_strv_builder_unref_to_strv (builder->values);
  list->titles = g_strv_builder_unref_to_strv (builder->titles);

  return list;
}

static char **
read_lines (const char *path)
{
  g_autofree char *text = aether_store_read (path, MOST_FILE, NULL, NULL);

  return g_strsplit (text != NULL && g_utf8_validate (text, -1, NULL) ? text : "", "\n", -1);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

AetherLocaleList *
aether_locale_list_zones (const char *own)
{
  g_auto(GStrv) lines = read_lines ("/usr/share/zoneinfo/zone1970.tab");
  g_autoptr(GPtrArray) zones = g_ptr_array_new_with_free_func (g_free);
  Builder builder;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) fields = g_strsplit (lines[i], "\t", 4);

      if (*lines[i] != '#' && g_strv_length (fields) >= 3)
        g_ptr_array_add (zones, g_strdup (fields[2]));
    }
  g_ptr_array_sort (zones, compare);

  begin (&builder, own);
  for (guint i = 0; i < zones->len; i++)
    {
      /* "America/New_York" reads better with a space */
      g_autofree char *title = g_strdelimit (g_strdup (zones->pdata[i]), "_", ' ');

      add (&builder, zones->pdata[i], title);
    }
  add (&builder, "UTC", "UTC");

  return end (&builder);
}

AetherLocaleList *
aether_locale_list_keyboards (const char *own)
{
  g_auto(GStrv) lines = read_lines ("/usr/share/X11/xkb/rules/base.lst");
  gboolean inside = FALSE;
  Builder builder;

  begin (&builder, own);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      gsize length = strcspn (line, " \t");
      g_autofree char *value = g_strndup (line, length);

      if (*line == '!')
        inside = g_str_has_prefix (line, "! layout");
      else if (inside && length > 0 && line[length] != '\0' && strcmp (value, "custom") != 0)
        add (&builder, value, g_strstrip (line + length));
    }

  return end (&builder);
}

AetherLocaleList *
aether_locale_list_languages (const char *own)
{
  Builder builder;

  begin (&builder, own);
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    add (&builder, languages[i].value, languages[i].title);

  return end (&builder);
}

void
aether_locale_list_free (AetherLocaleList *self)
{
  g_strfreev (self->values);
  g_strfreev (self->titles);
  g_free (self);
}

guint
aether_locale_list_find (AetherLocaleList *self, const char *value)
{
  for (guint i = 0; self->values[i] != NULL; i++)
    if (g_strcmp0 (self->values[i], value) == 0)
      return i;

  return 0;
}
