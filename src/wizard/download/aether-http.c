/* aether-http.c - what a server answered, and how that is said
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-http.h"

#include "aether-config.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define MOST_REDIRECTS  10
#define CONNECT_TIMEOUT 20L   /* seconds */
#define FETCH_TIMEOUT   60L   /* for a small file */
#define FETCH_RETRIES   2     /* after one second, and two */
#define MOST_VALUE      1024  /* bytes of a header worth keeping */

/* --- headers ------------------------------------------------------------------ */

void
aether_http_answer_clear (AetherHttpAnswer *self)
{
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
  self->status = 0;
  self->total = -1;
  self->first = self->last = 0;
  self->length = -1;
  self->has_range = self->chunked = self->packed = self->page = self->contradictory = FALSE;
}

static gboolean
read_number (const char **text, gint64 *number)
{
  char *end;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  *number = g_ascii_strtoll (*text, &end, 10);
  *text = end;
  return *number < G_MAXINT64;
}

/* "bytes 0-1023/4096", "bytes 0-1023/X" with X a star, "bytes X/4096" */
static void
read_content_range (AetherHttpAnswer *self, const char *value)
{
  gint64 first = 0, last = 0, total = -1;

  if (g_ascii_strncasecmp (value, "bytes ", 6) != 0)
    return;
  value += 6;
  if (*value == '*')
    value++;
  else if (!read_number (&value, &first) || *value++ != '-' || !read_number (&value, &last) || last < first)
    return;
  if (*value++ != '/')
    return;
  if (*value != '*' && (!read_number (&value, &total) || (last > 0 && last >= total)))
    return;

  self->first = first;
  self->last = last;
  self->total = total;
  self->has_range = TRUE;
}

static void
read_length (AetherHttpAnswer *self, const char *value)
{
  gint64 length = -1;

  if (!read_number (&value, &length))
    length = -1;
  self->contradictory |= self->length >= 0 && length != self->length;
  self->length = length;
}

/* Where there are chunks, they say where the body ends (RFC 9112, section 6.3). */
static void
end_headers (AetherHttpAnswer *self)
{
  if (self->chunked)
    {
      self->length = -1;
      self->contradictory = FALSE;
    }
  if (!self->has_range)
    self->total = self->length;
  else if (self->status == 206 && self->length >= 0 && self->length != self->last - self->first + 1)
    self->contradictory = TRUE;
}

void
aether_http_answer_add (AetherHttpAnswer *self, const char *line, gsize length)
{
  g_autofree char *text = NULL;
  char *value;

  if (length > MOST_VALUE)
    return;
  text = g_strstrip (g_strndup (line, length));
  if (g_str_has_prefix (text, "HTTP/"))
    {
      aether_http_answer_clear (self);
      value = strchr (text, ' ');
      self->status = value ? strtol (value, NULL, 10) : 0;
      return;
    }

  if (*text == '\0')
    end_headers (self);
  value = strchr (text, ':');
  if (value == NULL)
    return;
  *value++ = '\0';
  value = g_strstrip (value);
  if (g_ascii_strcasecmp (text, "etag") == 0)
    g_set_str (&self->etag, value);
  else if (g_ascii_strcasecmp (text, "last-modified") == 0)
    g_set_str (&self->last_modified, value);
  else if (g_ascii_strcasecmp (text, "content-range") == 0)
    read_content_range (self, value);
  else if (g_ascii_strcasecmp (text, "content-length") == 0)
    read_length (self, value);
  else if (g_ascii_strcasecmp (text, "transfer-encoding") == 0)
    self->chunked = TRUE;
  else if (g_ascii_strcasecmp (text, "content-type") == 0)
    self->page = g_ascii_strncasecmp (value, "text/html", 9) == 0;
  else if (g_ascii_strcasecmp (text, "content-encoding") == 0)
    self->packed = *value != '\0' && g_ascii_strcasecmp (value, "identity") != 0;
}

gboolean
aether_http_same_file (const char *etag, const char *last_modified,
                       const char *other_etag, const char *other_last_modified)
{
  if (etag && other_etag)
    return g_str_equal (etag, other_etag);
  if (last_modified && other_last_modified)
    return g_str_equal (last_modified, other_last_modified);

  return TRUE;
}

const char *
aether_http_if_range (const char *etag, const char *last_modified)
{
  return etag && !g_str_has_prefix (etag, "W/") ? etag : last_modified;
}

/* --- addresses ----------------------------------------------------------------- */

char *
aether_http_hide_user (const char *text)
{
  const char *host = strstr (text, "://");
  const char *end = host ? host + 3 + strcspn (host + 3, "/?#") : NULL;
  const char *at = host ? g_strrstr_len (host + 3, end - (host + 3), "@") : NULL;

  return at ? g_strdup_printf ("%.*s%s", (int) (host + 3 - text), text, at + 1) : g_strdup (text);
}

char *
aether_http_check_url (const char *url, char **user, char **password, GError **error)
{
  g_autoptr(GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL;

  if (user)
    *user = NULL;
  if (password)
    *password = NULL;
  if (uri == NULL || (!g_str_equal (scheme, "https") && !g_str_equal (scheme, "http")) ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      g_autofree char *shown = aether_http_hide_user (url);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” is not an address to download from. It begins with https:// or http://."), shown);
      return NULL;
    }

  if (user && g_uri_get_user (uri))
    *user = g_uri_unescape_string (g_uri_get_user (uri), NULL);
  if (password && g_uri_get_password (uri))
    *password = g_uri_unescape_string (g_uri_get_password (uri), NULL);

  return g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO | G_URI_HIDE_FRAGMENT);
}

/* For messages; all of @url where it names no host. */
char *
aether_http_dup_host (const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  return g_strdup (uri && g_uri_get_host (uri) ? g_uri_get_host (uri) : url);
}

char *
aether_http_dup_name (const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *path = uri ? g_uri_unescape_string (g_uri_get_path (uri), "/") : NULL;
  const char *slash = path ? strrchr (path, '/') : NULL;
  const char *name = slash ? slash + 1 : path;

  if (name == NULL || *name == '\0' || *name == '.' || strlen (name) > 200 ||
      !g_utf8_validate (name, -1, NULL))
    return NULL;
  /* Neither what a terminal obeys, nor what turns the writing around */
  for (const char *p = name; *p; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return NULL;

  return g_strdup (name);
}

/* --- requests ------------------------------------------------------------------- */

/* The desktop's proxy, where it has one of its own; curl knows the environment's. */
static void
set_proxy (CURL *easy, const char *url)
{
  g_auto(GStrv) proxies = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), url, NULL, NULL);

  g_autofree char *socks = NULL;

  if (proxies == NULL || proxies[0] == NULL || g_str_equal (proxies[0], "direct://"))
    return;

  /* GIO's word for any version of SOCKS is curl's for the fourth. */
  if (g_str_has_prefix (proxies[0], "socks://"))
    socks = g_strconcat ("socks5h", proxies[0] + strlen ("socks"), NULL);
  curl_easy_setopt (easy, CURLOPT_PROXY, socks ? socks : proxies[0]);
}

CURL *
aether_http_new_request (const char *url, const char *user, const char *password,
                         gboolean allow_plain)
{
  gboolean plain = allow_plain || g_str_has_prefix (url, "http://");
  CURL *easy;

  curl_global_init (CURL_GLOBAL_DEFAULT);
  easy = curl_easy_init ();
  if (easy == NULL)
    return NULL;

  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "Aether/" AETHER_VERSION);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  /* From https to http only when that was asked for. */
  curl_easy_setopt (easy, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
  /* Never packed on its way: parts and checksums are of the file itself. */
  curl_easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, "identity");
  curl_easy_setopt (easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (easy, CURLOPT_MAXREDIRS, (long) MOST_REDIRECTS);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT);
  /* Several connections, not several streams in one. */
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  curl_easy_setopt (easy, CURLOPT_BUFFERSIZE, 512L * 1024);
  if (user)
    {
      curl_easy_setopt (easy, CURLOPT_USERNAME, user);
      curl_easy_setopt (easy, CURLOPT_PASSWORD, password ? password : "");
    }
  set_proxy (easy, url);
  return easy;
}

gboolean
aether_http_is_passing (CURLcode code, long status)
{
  switch (code)
    {
    case CURLE_OK:
      return status == 408 || status == 425 || status == 429 || status >= 500;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_REMOTE_FILE_NOT_FOUND:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_LOGIN_DENIED:
    case CURLE_OUT_OF_MEMORY:
      return FALSE;
    default:
      return TRUE;
    }
}

static char *
say_status (const char *host, long status)
{
  switch (status)
    {
    case 401:
    case 403:
    case 407:
      return g_strdup_printf (_("%s refuses to hand out this file (HTTP %ld)."), host, status);
    case 404:
    case 410:
      return g_strdup_printf (_("%s does not have this file any more (HTTP %ld). Check the address."), host, status);
    case 429:
    case 503:
      return g_strdup_printf (_("%s is too busy (HTTP %ld). Try again later."), host, status);
    default:
      return g_strdup_printf (_("%s answered with an error (HTTP %ld)."), host, status);
    }
}

static char *
say_code (const char *host, CURLcode code, long status, const char *detail)
{
  /* curl's word for an answer that is no HTTP, too */
  if (code == CURLE_UNSUPPORTED_PROTOCOL && status / 100 != 3)
    code = CURLE_WEIRD_SERVER_REPLY;

  switch (code)
    {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return g_strdup (_("The proxy was not found. Check the network settings."));
    case CURLE_COULDNT_RESOLVE_HOST:
      return g_strdup_printf (_("The name %s was not found. Check the network connection and the address."), host);
    case CURLE_COULDNT_CONNECT:
      return g_strdup_printf (_("%s cannot be reached. Check the network connection."), host);
    case CURLE_OPERATION_TIMEDOUT:
      return g_strdup_printf (_("%s stopped sending. Try again later."), host);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      /* Translators: %2$s is the reason, in English */
      return g_strdup_printf (_("%1$s could not prove that it is %1$s: %2$s."), host, detail);
    case CURLE_TOO_MANY_REDIRECTS:
      return g_strdup_printf (_("%s sends in circles: the address leads to no file."), host);
    case CURLE_UNSUPPORTED_PROTOCOL:
      return g_strdup_printf (_("%s leads to an address that is not safe to follow: only https is."), host);
    case CURLE_WEIRD_SERVER_REPLY:
      return g_strdup_printf (_("%s does not answer as a web server does. Check the address."), host);
    case CURLE_RANGE_ERROR:
      return g_strdup_printf (_("%s sends other parts of the file than it says or was asked for. Try another address."), host);
    case CURLE_BAD_CONTENT_ENCODING:
      return g_strdup_printf (_("%s sends the file packed, which changes it. Try another address."), host);
    case CURLE_REMOTE_FILE_NOT_FOUND:
      return g_strdup_printf (_("%s answers with a web page in place of the file. Open the address in a browser: it may ask you to log in."), host);
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return g_strdup_printf (_("%s broke off the connection. Try again later."), host);
    default:
      /* Translators: %2$s is the reason, in English */
      return g_strdup_printf (_("Downloading from %1$s failed: %2$s."), host, detail);
    }
}

void
aether_http_set_error (GError **error, const char *url, CURLcode code, long status,
                       const char *detail)
{
  g_autofree char *host = aether_http_dup_host (url);
  g_autofree char *words = g_strdup (detail && *detail ? detail : curl_easy_strerror (code));
  g_autofree char *sentence = NULL;
  GIOErrorEnum kind = status == 404 || status == 410 ? G_IO_ERROR_NOT_FOUND : G_IO_ERROR_FAILED;

  if (g_str_has_suffix (words, "."))
    words[strlen (words) - 1] = '\0';
  sentence = code == CURLE_OK ? say_status (host, status) : say_code (host, code, status, words);
  g_set_error_literal (error, G_IO_ERROR, kind, sentence);
}

/* --- small files ---------------------------------------------------------------- */

typedef struct
{
  GByteArray   *bytes;
  gsize         limit;
  GCancellable *cancellable;
} Fetch;

static gsize
fetch_write_cb (char *data, gsize size, gsize n, gpointer user_data)
{
  Fetch *fetch = user_data;

  if (size * n > fetch->limit - fetch->bytes->len)
    return CURL_WRITEFUNC_ERROR;
  g_byte_array_append (fetch->bytes, (const guint8 *) data, size * n);
  return size * n;
}

static int
fetch_progress_cb (gpointer user_data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
  Fetch *fetch = user_data;

  return g_cancellable_is_cancelled (fetch->cancellable);
}

static CURLcode
fetch_once (Fetch *fetch, const char *url, const char *user, const char *password, long *status, char *detail)
{
  CURL *easy = aether_http_new_request (url, user, password, FALSE);
  CURLcode code;

  if (easy == NULL)
    return CURLE_OUT_OF_MEMORY;

  g_byte_array_set_size (fetch->bytes, 0);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT, FETCH_TIMEOUT);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, fetch_write_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, fetch);
  curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (easy, CURLOPT_XFERINFOFUNCTION, fetch_progress_cb);
  curl_easy_setopt (easy, CURLOPT_XFERINFODATA, fetch);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, detail);
  code = curl_easy_perform (easy);
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, status);
  curl_easy_cleanup (easy);

  return code;
}

/* Sleeps, but for who cancels. */
static void
wait_seconds (guint seconds, GCancellable *cancellable)
{
  for (guint i = 0; i < 10 * seconds && !g_cancellable_is_cancelled (cancellable); i++)
    g_usleep (G_USEC_PER_SEC / 10);
}

GBytes *
aether_http_fetch (const char *url, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autofree char *user = NULL, *password = NULL, *clean = NULL;
  Fetch fetch = { bytes, limit, cancellable };
  char detail[CURL_ERROR_SIZE] = "";
  CURLcode code;
  long status = 0;

  clean = aether_http_check_url (url, &user, &password, error);
  if (clean == NULL)
    return NULL;

  code = fetch_once (&fetch, clean, user, password, &status, detail);
  for (guint i = 0; i < FETCH_RETRIES && code != CURLE_WRITE_ERROR && !(code == CURLE_OK && status == 200) &&
                    aether_http_is_passing (code, status) && !g_cancellable_is_cancelled (cancellable); i++)
    {
      wait_seconds (1 << i, cancellable);
      code = fetch_once (&fetch, clean, user, password, &status, detail);
    }

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (code == CURLE_WRITE_ERROR)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” is too large for what it should be."), clean);
      return NULL;
    }
  if (code != CURLE_OK || status != 200)
    {
      aether_http_set_error (error, clean, code, status, detail);
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

char *
aether_http_dup_text (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return length > 0 ? g_strndup (data, length) : g_strdup ("");
}
