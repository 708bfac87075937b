/* aether-install-zones.c - what Windows calls time zones and keyboards
 *
 * Time zones: the table windowsZones of Unicode's CLDR 46, with the names that
 * the tz database has since then linked to each other.
 * Keyboards: “Windows language pack default values”, by xkb's names.
 *
 * Copyright 2026 The Aether authors
 * Copyright 1991-2024 Unicode, Inc. (the table; Unicode License v3)
 * SPDX-License-Identifier: GPL-2.0-or-later AND Unicode-3.0
 */

#include "aether-install-private.h"

#include <string.h>

/* Each name has a blank before or the beginning, and a blank behind */
static const struct
{
  const char *windows;
  const char *olson;
} zones[] = {
  { "Dateline Standard Time",
    "Etc/GMT+12 " },
  { "UTC-11",
    "Etc/GMT+11 Pacific/Pago_Pago Pacific/Niue Pacific/Midway Pacific/Samoa " },
  { "Aleutian Standard Time",
    "America/Adak America/Atka " },
  { "Hawaiian Standard Time",
    "Pacific/Honolulu Pacific/Rarotonga Pacific/Tahiti Etc/GMT+10 Pacific/Johnston " },
  { "Marquesas Standard Time",
    "Pacific/Marquesas " },
  { "Alaskan Standard Time",
    "America/Anchorage America/Juneau America/Metlakatla America/Nome America/Sitka America/Yakutat " },
  { "UTC-09",
    "Etc/GMT+9 Pacific/Gambier " },
  { "Pacific Standard Time (Mexico)",
    "America/Tijuana America/Ensenada America/Santa_Isabel " },
  { "UTC-08",
    "Etc/GMT+8 Pacific/Pitcairn " },
  { "Pacific Standard Time",
    "America/Los_Angeles America/Vancouver " },
  { "US Mountain Standard Time",
    "America/Phoenix America/Creston America/Dawson_Creek America/Fort_Nelson America/Hermosillo "
    "Etc/GMT+7 " },
  { "Mountain Standard Time (Mexico)",
    "America/Mazatlan " },
  { "Mountain Standard Time",
    "America/Denver America/Edmonton America/Cambridge_Bay America/Inuvik America/Ciudad_Juarez "
    "America/Boise America/Shiprock America/Yellowknife " },
  { "Yukon Standard Time",
    "America/Whitehorse America/Dawson " },
  { "Central America Standard Time",
    "America/Guatemala America/Belize America/Costa_Rica Pacific/Galapagos America/Tegucigalpa "
    "America/Managua America/El_Salvador Etc/GMT+6 " },
  { "Central Standard Time",
    "America/Chicago America/Winnipeg America/Rankin_Inlet America/Resolute America/Matamoros "
    "America/Ojinaga America/Indiana/Knox America/Indiana/Tell_City America/Menominee "
    "America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem "
    "America/Knox_IN America/Rainy_River " },
  { "Easter Island Standard Time",
    "Pacific/Easter " },
  { "Central Standard Time (Mexico)",
    "America/Mexico_City America/Bahia_Banderas America/Merida America/Monterrey America/Chihuahua " },
  { "Canada Central Standard Time",
    "America/Regina America/Swift_Current " },
  { "SA Pacific Standard Time",
    "America/Bogota America/Rio_Branco America/Eirunepe America/Coral_Harbour America/Guayaquil "
    "America/Jamaica America/Cayman America/Panama America/Lima Etc/GMT+5 America/Porto_Acre "
    "America/Atikokan " },
  { "Eastern Standard Time (Mexico)",
    "America/Cancun " },
  { "Eastern Standard Time",
    "America/New_York America/Nassau America/Toronto America/Iqaluit America/Detroit "
    "America/Indiana/Petersburg America/Indiana/Vincennes America/Indiana/Winamac "
    "America/Kentucky/Monticello America/Louisville America/Kentucky/Louisville America/Montreal "
    "America/Nipigon America/Pangnirtung America/Thunder_Bay " },
  { "Haiti Standard Time",
    "America/Port-au-Prince " },
  { "Cuba Standard Time",
    "America/Havana " },
  { "US Eastern Standard Time",
    "America/Indianapolis America/Indiana/Marengo America/Indiana/Vevay America/Indiana/Indianapolis "
    "America/Fort_Wayne " },
  { "Turks And Caicos Standard Time",
    "America/Grand_Turk " },
  { "Paraguay Standard Time",
    "America/Asuncion " },
  { "Atlantic Standard Time",
    "America/Halifax Atlantic/Bermuda America/Glace_Bay America/Goose_Bay America/Moncton America/Thule " },
  { "Venezuela Standard Time",
    "America/Caracas " },
  { "Central Brazilian Standard Time",
    "America/Cuiaba America/Campo_Grande " },
  { "SA Western Standard Time",
    "America/La_Paz America/Antigua America/Anguilla America/Aruba America/Barbados America/St_Barthelemy "
    "America/Kralendijk America/Manaus America/Boa_Vista America/Porto_Velho America/Blanc-Sablon "
    "America/Curacao America/Dominica America/Santo_Domingo America/Grenada America/Guadeloupe "
    "America/Guyana America/St_Kitts America/St_Lucia America/Marigot America/Martinique "
    "America/Montserrat America/Puerto_Rico America/Lower_Princes America/Port_of_Spain "
    "America/St_Vincent America/Tortola America/St_Thomas Etc/GMT+4 America/Virgin " },
  { "Pacific SA Standard Time",
    "America/Santiago " },
  { "Newfoundland Standard Time",
    "America/St_Johns " },
  { "Tocantins Standard Time",
    "America/Araguaina " },
  { "E. South America Standard Time",
    "America/Sao_Paulo " },
  { "SA Eastern Standard Time",
    "America/Cayenne Antarctica/Rothera Antarctica/Palmer America/Fortaleza America/Belem America/Maceio "
    "America/Recife America/Santarem Atlantic/Stanley America/Paramaribo Etc/GMT+3 " },
  { "Argentina Standard Time",
    "America/Buenos_Aires America/Argentina/La_Rioja America/Argentina/Rio_Gallegos "
    "America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis "
    "America/Argentina/Tucuman America/Argentina/Ushuaia America/Catamarca America/Cordoba America/Jujuy "
    "America/Mendoza America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/Cordoba "
    "America/Argentina/Jujuy America/Argentina/Mendoza America/Argentina/ComodRivadavia America/Rosario " },
  { "Greenland Standard Time",
    "America/Godthab America/Nuuk " },
  { "Montevideo Standard Time",
    "America/Montevideo " },
  { "Magallanes Standard Time",
    "America/Punta_Arenas " },
  { "Saint Pierre Standard Time",
    "America/Miquelon " },
  { "Bahia Standard Time",
    "America/Bahia " },
  { "UTC-02",
    "Etc/GMT+2 America/Noronha Atlantic/South_Georgia " },
  { "Azores Standard Time",
    "Atlantic/Azores America/Scoresbysund " },
  { "Cape Verde Standard Time",
    "Atlantic/Cape_Verde Etc/GMT+1 " },
  { "UTC",
    "Etc/UTC Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/Universal Etc/Zulu UTC " },
  { "GMT Standard Time",
    "Europe/London Atlantic/Canary Atlantic/Faeroe Europe/Guernsey Europe/Dublin Europe/Isle_of_Man "
    "Europe/Jersey Europe/Lisbon Atlantic/Madeira Europe/Belfast Atlantic/Faroe " },
  { "Greenwich Standard Time",
    "Atlantic/Reykjavik Africa/Ouagadougou Africa/Abidjan Africa/Accra America/Danmarkshavn Africa/Banjul "
    "Africa/Conakry Africa/Bissau Africa/Monrovia Africa/Bamako Africa/Nouakchott Atlantic/St_Helena "
    "Africa/Freetown Africa/Dakar Africa/Lome Africa/Timbuktu " },
  { "Sao Tome Standard Time",
    "Africa/Sao_Tome " },
  { "Morocco Standard Time",
    "Africa/Casablanca Africa/El_Aaiun " },
  { "W. Europe Standard Time",
    "Europe/Berlin Europe/Andorra Europe/Vienna Europe/Zurich Europe/Busingen Europe/Gibraltar "
    "Europe/Rome Europe/Vaduz Europe/Luxembourg Europe/Monaco Europe/Malta Europe/Amsterdam Europe/Oslo "
    "Europe/Stockholm Arctic/Longyearbyen Europe/San_Marino Europe/Vatican Atlantic/Jan_Mayen " },
  { "Central Europe Standard Time",
    "Europe/Budapest Europe/Tirane Europe/Prague Europe/Podgorica Europe/Belgrade Europe/Ljubljana "
    "Europe/Bratislava " },
  { "Romance Standard Time",
    "Europe/Paris Europe/Brussels Europe/Copenhagen Europe/Madrid Africa/Ceuta " },
  { "Central European Standard Time",
    "Europe/Warsaw Europe/Sarajevo Europe/Zagreb Europe/Skopje " },
  { "W. Central Africa Standard Time",
    "Africa/Lagos Africa/Luanda Africa/Porto-Novo Africa/Kinshasa Africa/Bangui Africa/Brazzaville "
    "Africa/Douala Africa/Algiers Africa/Libreville Africa/Malabo Africa/Niamey Africa/Ndjamena "
    "Africa/Tunis Etc/GMT-1 " },
  { "Jordan Standard Time",
    "Asia/Amman " },
  { "GTB Standard Time",
    "Europe/Bucharest Asia/Nicosia Asia/Famagusta Europe/Athens Europe/Nicosia " },
  { "Middle East Standard Time",
    "Asia/Beirut " },
  { "Egypt Standard Time",
    "Africa/Cairo " },
  { "E. Europe Standard Time",
    "Europe/Chisinau Europe/Tiraspol " },
  { "Syria Standard Time",
    "Asia/Damascus " },
  { "West Bank Standard Time",
    "Asia/Hebron Asia/Gaza " },
  { "South Africa Standard Time",
    "Africa/Johannesburg Africa/Bujumbura Africa/Gaborone Africa/Lubumbashi Africa/Maseru Africa/Blantyre "
    "Africa/Maputo Africa/Kigali Africa/Mbabane Africa/Lusaka Africa/Harare Etc/GMT-2 " },
  { "FLE Standard Time",
    "Europe/Kiev Europe/Mariehamn Europe/Sofia Europe/Tallinn Europe/Helsinki Europe/Vilnius Europe/Riga "
    "Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye " },
  { "Israel Standard Time",
    "Asia/Jerusalem Asia/Tel_Aviv " },
  { "South Sudan Standard Time",
    "Africa/Juba " },
  { "Kaliningrad Standard Time",
    "Europe/Kaliningrad " },
  { "Sudan Standard Time",
    "Africa/Khartoum " },
  { "Libya Standard Time",
    "Africa/Tripoli " },
  { "Namibia Standard Time",
    "Africa/Windhoek " },
  { "Arabic Standard Time",
    "Asia/Baghdad " },
  { "Turkey Standard Time",
    "Europe/Istanbul Asia/Istanbul " },
  { "Arab Standard Time",
    "Asia/Riyadh Asia/Bahrain Asia/Kuwait Asia/Qatar Asia/Aden " },
  { "Belarus Standard Time",
    "Europe/Minsk " },
  { "Russian Standard Time",
    "Europe/Moscow Europe/Kirov Europe/Simferopol " },
  { "E. Africa Standard Time",
    "Africa/Nairobi Antarctica/Syowa Africa/Djibouti Africa/Asmera Africa/Addis_Ababa Indian/Comoro "
    "Indian/Antananarivo Africa/Mogadishu Africa/Dar_es_Salaam Africa/Kampala Indian/Mayotte Etc/GMT-3 "
    "Africa/Asmara " },
  { "Iran Standard Time",
    "Asia/Tehran " },
  { "Arabian Standard Time",
    "Asia/Dubai Asia/Muscat Etc/GMT-4 " },
  { "Astrakhan Standard Time",
    "Europe/Astrakhan Europe/Ulyanovsk " },
  { "Azerbaijan Standard Time",
    "Asia/Baku " },
  { "Russia Time Zone 3",
    "Europe/Samara " },
  { "Mauritius Standard Time",
    "Indian/Mauritius Indian/Reunion Indian/Mahe " },
  { "Saratov Standard Time",
    "Europe/Saratov " },
  { "Georgian Standard Time",
    "Asia/Tbilisi " },
  { "Volgograd Standard Time",
    "Europe/Volgograd " },
  { "Caucasus Standard Time",
    "Asia/Yerevan " },
  { "Afghanistan Standard Time",
    "Asia/Kabul " },
  { "West Asia Standard Time",
    "Asia/Tashkent Antarctica/Mawson Asia/Oral Asia/Almaty Asia/Aqtau Asia/Aqtobe Asia/Atyrau "
    "Asia/Qostanay Indian/Maldives Indian/Kerguelen Asia/Dushanbe Asia/Ashgabat Asia/Samarkand Etc/GMT-5 "
    "Asia/Ashkhabad " },
  { "Ekaterinburg Standard Time",
    "Asia/Yekaterinburg " },
  { "Pakistan Standard Time",
    "Asia/Karachi " },
  { "Qyzylorda Standard Time",
    "Asia/Qyzylorda " },
  { "India Standard Time",
    "Asia/Calcutta Asia/Kolkata " },
  { "Sri Lanka Standard Time",
    "Asia/Colombo " },
  { "Nepal Standard Time",
    "Asia/Katmandu Asia/Kathmandu " },
  { "Central Asia Standard Time",
    "Asia/Bishkek Antarctica/Vostok Asia/Urumqi Indian/Chagos Etc/GMT-6 Asia/Kashgar " },
  { "Bangladesh Standard Time",
    "Asia/Dhaka Asia/Thimphu Asia/Dacca Asia/Thimbu " },
  { "Omsk Standard Time",
    "Asia/Omsk " },
  { "Myanmar Standard Time",
    "Asia/Rangoon Indian/Cocos Asia/Yangon " },
  { "SE Asia Standard Time",
    "Asia/Bangkok Antarctica/Davis Indian/Christmas Asia/Jakarta Asia/Pontianak Asia/Phnom_Penh "
    "Asia/Vientiane Asia/Saigon Etc/GMT-7 Asia/Ho_Chi_Minh " },
  { "Altai Standard Time",
    "Asia/Barnaul " },
  { "W. Mongolia Standard Time",
    "Asia/Hovd " },
  { "North Asia Standard Time",
    "Asia/Krasnoyarsk Asia/Novokuznetsk " },
  { "N. Central Asia Standard Time",
    "Asia/Novosibirsk " },
  { "Tomsk Standard Time",
    "Asia/Tomsk " },
  { "China Standard Time",
    "Asia/Shanghai Asia/Hong_Kong Asia/Macau Asia/Chongqing Asia/Harbin Asia/Chungking Asia/Macao " },
  { "North Asia East Standard Time",
    "Asia/Irkutsk " },
  { "Singapore Standard Time",
    "Asia/Singapore Asia/Brunei Asia/Makassar Asia/Kuala_Lumpur Asia/Kuching Asia/Manila Etc/GMT-8 "
    "Asia/Ujung_Pandang " },
  { "W. Australia Standard Time",
    "Australia/Perth Australia/West " },
  { "Taipei Standard Time",
    "Asia/Taipei " },
  { "Ulaanbaatar Standard Time",
    "Asia/Ulaanbaatar Asia/Choibalsan Asia/Ulan_Bator " },
  { "Aus Central W. Standard Time",
    "Australia/Eucla " },
  { "Transbaikal Standard Time",
    "Asia/Chita " },
  { "Tokyo Standard Time",
    "Asia/Tokyo Asia/Jayapura Pacific/Palau Asia/Dili Etc/GMT-9 " },
  { "North Korea Standard Time",
    "Asia/Pyongyang " },
  { "Korea Standard Time",
    "Asia/Seoul " },
  { "Yakutsk Standard Time",
    "Asia/Yakutsk Asia/Khandyga " },
  { "Cen. Australia Standard Time",
    "Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna " },
  { "AUS Central Standard Time",
    "Australia/Darwin Australia/North " },
  { "E. Australia Standard Time",
    "Australia/Brisbane Australia/Lindeman Australia/Queensland " },
  { "AUS Eastern Standard Time",
    "Australia/Sydney Australia/Melbourne Australia/ACT Australia/NSW Australia/Victoria "
    "Australia/Canberra " },
  { "West Pacific Standard Time",
    "Pacific/Port_Moresby Antarctica/DumontDUrville Pacific/Truk Pacific/Guam Pacific/Saipan Etc/GMT-10 "
    "Pacific/Yap Pacific/Chuuk " },
  { "Tasmania Standard Time",
    "Australia/Hobart Antarctica/Macquarie Australia/Tasmania Australia/Currie " },
  { "Vladivostok Standard Time",
    "Asia/Vladivostok Asia/Ust-Nera " },
  { "Lord Howe Standard Time",
    "Australia/Lord_Howe Australia/LHI " },
  { "Bougainville Standard Time",
    "Pacific/Bougainville " },
  { "Russia Time Zone 10",
    "Asia/Srednekolymsk " },
  { "Magadan Standard Time",
    "Asia/Magadan " },
  { "Norfolk Standard Time",
    "Pacific/Norfolk " },
  { "Sakhalin Standard Time",
    "Asia/Sakhalin " },
  { "Central Pacific Standard Time",
    "Pacific/Guadalcanal Antarctica/Casey Pacific/Ponape Pacific/Kosrae Pacific/Noumea Pacific/Efate "
    "Etc/GMT-11 Pacific/Pohnpei " },
  { "Russia Time Zone 11",
    "Asia/Kamchatka Asia/Anadyr " },
  { "New Zealand Standard Time",
    "Pacific/Auckland Antarctica/McMurdo Antarctica/South_Pole " },
  { "UTC+12",
    "Etc/GMT-12 Pacific/Tarawa Pacific/Majuro Pacific/Kwajalein Pacific/Nauru Pacific/Funafuti "
    "Pacific/Wake Pacific/Wallis " },
  { "Fiji Standard Time",
    "Pacific/Fiji " },
  { "Chatham Islands Standard Time",
    "Pacific/Chatham " },
  { "UTC+13",
    "Etc/GMT-13 Pacific/Enderbury Pacific/Fakaofo Pacific/Kanton " },
  { "Tonga Standard Time",
    "Pacific/Tongatapu " },
  { "Samoa Standard Time",
    "Pacific/Apia " },
  { "Line Islands Standard Time",
    "Pacific/Kiritimati Etc/GMT-14 " },
};

const char *
_aether_install_windows_zone (const char *olson)
{
  gsize length = strlen (olson);

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    for (const char *p = zones[i].olson; (p = strstr (p, olson)); p += length)
      if (p[length] == ' ' && (p == zones[i].olson || p[-1] == ' '))
        return zones[i].windows;

  return "UTC";
}

const char *
_aether_install_windows_keyboard (const char *layout)
{
  static const char * const keyboards[][2] = {
    { "us", "00000409" }, { "gb", "00000809" }, { "de", "00000407" }, { "at", "00000407" },
    { "ch", "00000807" }, { "fr", "0000040c" }, { "be", "0000080c" }, { "ca", "00001009" },
    { "es", "0000040a" }, { "latam", "0000080a" }, { "it", "00000410" }, { "pt", "00000816" },
    { "br", "00000416" }, { "nl", "00000413" }, { "dk", "00000406" }, { "no", "00000414" },
    { "se", "0000041d" }, { "fi", "0000040b" }, { "is", "0000040f" }, { "pl", "00000415" },
    { "cz", "00000405" }, { "sk", "0000041b" }, { "hu", "0000040e" }, { "si", "00000424" },
    { "hr", "0000041a" }, { "rs", "00000c1a" }, { "ba", "0000041a" }, { "ro", "00010418" },
    { "bg", "00030402" }, { "gr", "00000408" }, { "tr", "0000041f" }, { "ru", "00000419" },
    { "ua", "00000422" }, { "by", "00000423" }, { "ee", "00000425" }, { "lv", "00000426" },
    { "lt", "00010427" }, { "il", "0000040d" }, { "ara", "00000401" }, { "ir", "00000429" },
    { "th", "0000041e" }, { "vn", "0000042a" }, { "jp", "00000411" }, { "kr", "00000412" },
    { "cn", "00000804" }, { "tw", "00000404" }, { "ie", "00001809" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keyboards); i++)
    if (strcmp (keyboards[i][0], layout) == 0)
      return keyboards[i][1];

  return NULL;
}
