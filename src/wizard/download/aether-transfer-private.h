/* aether-transfer-private.h - what a transfer and its connections share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-http.h"
#include "aether-transfer.h"

G_BEGIN_DECLS

#define FIRST_CHUNK   ((guint64) 2 << 20)   /* bytes of the first question of all */
#define GROW_AFTER    G_TIME_SPAN_SECOND    /* one more connection is tried, or a broken one again */

/* One place of the file. */
typedef struct
{
  char   *url;            /* clean */
  char   *user;
  char   *password;
  char   *host;           /* that answered last, behind redirects */
  char   *behind;         /* where that is: (nullable): asked next, so that all comes from one place */
  char   *etag;
  char   *last_modified;
  gboolean known;         /* has answered */
  gboolean gone;          /* is of no more use */
  guint   failures;       /* in a row */
  gint64  not_before;     /* monotonic: when it may be asked again */
  double  wait;           /* seconds from a question to its answer, the least seen; 0: not seen */
} Source;

typedef enum
{
  VERDICT_NONE,           /* as curl says */
  VERDICT_COMPLETE,       /* its segment is whole */
  VERDICT_CHANGED,        /* the file is another one */
  VERDICT_NO_RANGES,      /* the server gives all or nothing */
  VERDICT_STATUS,         /* an error of the server's */
  VERDICT_STRANGE,        /* an answer to another question, or to two */
  VERDICT_PACKED,         /* not the file's own bytes */
  VERDICT_PAGE,           /* not the file, but words about it */
  VERDICT_DISK,           /* could not be written: self->error */
  VERDICT_SLOW,           /* given up for a fresh connection */
} Verdict;

typedef struct
{
  AetherTransfer  *transfer;
  Source          *source;
  CURL            *easy;           /* NULL: idle */
  struct curl_slist *headers;
  guint64          start;          /* names its segment */
  guint64          asked_from;
  guint64          asked;          /* bytes; G_MAXUINT64 all */
  gboolean         ranged;         /* asked for a range */
  gboolean         behind;         /* asked where the source had led to */
  gboolean         judged;         /* its answer was looked at */
  Verdict          verdict;
  guint64          bytes;          /* that came */
  guint64          unnoted;
  gint64           begun;
  double           speed;          /* bytes a second of what it did last */
  AetherHttpAnswer answer;
  char             detail[CURL_ERROR_SIZE];
} Connection;

struct _AetherTransfer
{
  AetherTransferOptions options;
  AetherJournal      *journal;
  AetherJournalFacts  facts;
  Source             *sources;
  guint               n_sources;
  guint               next_source;

  CURLM              *multi;
  Connection          connections[AETHER_SEGMENTS_MOST_CONNECTIONS];
  guint               wanted;        /* connections that the servers bear */
  gint64              grow_at;       /* monotonic: when one more is tried */
  gboolean            limited;       /* the connections know a limit */
  gboolean            ranges;        /* until a server says otherwise */
  guint64             most;          /* ever received */
  GError             *error;
  gint64              ticked;
  guint64             ticked_received;

  GMutex              mutex;         /* of what follows */
  GCond               grown;         /* up to this: */
  guint64             awaited;       /* bytes without a gap */
  AetherSegments      segments;
  double              speed;
  guint               active;
  guint               restarts;
  gboolean            over;

  GThread            *syncer;
  GCond               sync_now;
  gboolean            sync_ended;
};

/* The first error counts. */
void     aether_transfer_fail          (AetherTransfer      *self,
                                        int                  errnum);
/* Writes down in the journal what is there. */
void     aether_transfer_note          (AetherTransfer      *self);
/* Everything from the start, of a file with what @source says of it. */
gboolean aether_transfer_begin         (AetherTransfer      *self,
                                        Source              *source,
                                        guint64              size);

/* aether-transfer-sources.c */
guint    aether_transfer_count_sources (AetherTransfer      *self);   /* that are of use */
/* Returns: (nullable): the next to ask; @now: monotonic */
Source  *aether_transfer_choose_source (AetherTransfer      *self,
                                        gint64               now);
void     aether_connection_learn_wait  (Connection          *connection);
/* @status: of the server; @code: of curl, when that did not say it */
void     aether_connection_failed      (Connection          *connection,
                                        CURLcode             code,
                                        long                 status);
/* Its source has another file now. */
void     aether_connection_changed     (Connection          *connection);

/* aether-connection.c */
void     aether_connection_ask         (Connection          *connection,
                                        Source              *source,
                                        const AetherSegment *segment);
/* An answer that had no body was not judged when it came. */
void     aether_connection_judge_empty (Connection          *connection,
                                        CURLcode             code);
void     aether_connection_close       (Connection          *connection);

G_END_DECLS
