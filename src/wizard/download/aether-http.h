/* aether-http.h - what a server answered, and how that is said
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AetherHttpAnswer:
 * @total: size of the whole file by Content-Range or Content-Length; -1 unknown
 * @first: offset of the first byte that follows
 * @length: bytes that follow; -1 unknown
 * @packed: they are not the file's own, but packed for their way
 * @page: they are a web page
 * @contradictory: it says two lengths
 *
 * The headers of one response (RFC 9110); those of redirects before it are forgotten.
 */
typedef struct
{
  long    status;
  gint64  total;
  gint64  first;
  gint64  last;
  gint64  length;
  gboolean has_range;
  gboolean chunked;
  gboolean packed;
  gboolean page;
  gboolean contradictory;
  char   *etag;            /* (nullable) */
  char   *last_modified;   /* (nullable) */
} AetherHttpAnswer;

void     aether_http_answer_clear   (AetherHttpAnswer *self);
/* One line as CURLOPT_HEADERFUNCTION gives it. */
void     aether_http_answer_add     (AetherHttpAnswer *self,
                                     const char       *line,
                                     gsize             length);

/* Whether two answers are about the same bytes: equal ETags, else equal dates; TRUE when there
 * is nothing to compare. */
gboolean aether_http_same_file      (const char       *etag,
                                     const char       *last_modified,
                                     const char       *other_etag,
                                     const char       *other_last_modified);
/* (nullable): what may stand in If-Range: a strong ETag, else the date */
const char *aether_http_if_range    (const char       *etag,
                                     const char       *last_modified);

/* An https or http address; user and password are split off, so that they are never shown or
 * kept. Errors: G_IO_ERROR_INVALID_ARGUMENT */
char    *aether_http_check_url      (const char       *url,
                                     char            **user,
                                     char            **password,
                                     GError          **error);
/* The same of what may be no address at all, for messages. */
char    *aether_http_hide_user      (const char       *text);
char    *aether_http_dup_host       (const char       *url);
/* The last part of its path, fit to be a file's name; NULL when there is none. */
char    *aether_http_dup_name       (const char       *url);

/* What is common to all our requests. */
CURL    *aether_http_new_request    (const char       *url,
                                     const char       *user,
                                     const char       *password,
                                     gboolean          allow_plain);

/* Whether it is worth trying again. */
gboolean aether_http_is_passing     (CURLcode          code,
                                     long              status);
/* @detail: curl's own words */
void     aether_http_set_error      (GError          **error,
                                     const char       *url,
                                     CURLcode          code,
                                     long              status,
                                     const char       *detail);

/* A small file, such as a list of checksums, in the calling thread. */
GBytes  *aether_http_fetch          (const char       *url,
                                     gsize             limit,
                                     GCancellable     *cancellable,
                                     GError          **error);
/* What was fetched as a text; "" of no bytes. */
char    *aether_http_dup_text       (GBytes           *bytes);

G_END_DECLS
