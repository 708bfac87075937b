/* aether-journal.h - what a download knows after its process was killed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aether-segments.h"

G_BEGIN_DECLS

/**
 * AetherJournal:
 *
 * Two files beside the one that is wanted, FILE.aether-part and FILE.aether-journal. The
 * journal is locked while it is open. It says what the part file is (source,
 * validators, size: a text that changes seldom) and which of its bytes are there
 * (a block that is written often, in two places in turn, each with a checksum).
 * Bytes that were written survive the process; only those that were synced survive
 * the computer, and the journal tells the two apart by the boot id.
 * Not thread safe, but for aether_journal_sync().
 */
typedef struct _AetherJournal AetherJournal;

typedef struct
{
  char    *url;             /* without user and password */
  char    *host;            /* (nullable): that answered, behind redirects */
  char    *etag;            /* (nullable) */
  char    *last_modified;   /* (nullable) */
  guint64  size;            /* G_MAXUINT64: unknown */
} AetherJournalFacts;

void           aether_journal_facts_clear (AetherJournalFacts   *facts);

/* Opens or makes both files. @facts and @segments are filled when there is something to go
 * on with, otherwise facts->url is %NULL.
 * Errors: G_IO_ERROR_BUSY when another process is at it, and what open gives. */
AetherJournal *aether_journal_open        (const char           *path,
                                           AetherJournalFacts   *facts,
                                           AetherSegments       *segments,
                                           GError              **error);
/* Closes; the files stay, but for empty ones. */
void           aether_journal_close       (AetherJournal        *self);
/* Closes and removes the journal, and the part file if it still has its name. */
void           aether_journal_discard     (AetherJournal        *self);

/* All of it, at an offset of any file; errno tells why not. */
gboolean       aether_journal_write_at     (int                   fd,
                                            const void           *data,
                                            gsize                 length,
                                            guint64               where);

int            aether_journal_get_fd      (AetherJournal        *self);   /* of the part file */
const char    *aether_journal_get_part    (AetherJournal        *self);   /* its path */

/* Begins anew: the part file is empty afterwards. */
gboolean       aether_journal_begin       (AetherJournal        *self,
                                           const AetherJournalFacts *facts,
                                           GError              **error);
/* Room on the disk for the whole file. G_IO_ERROR_NO_SPACE says how much is missing. */
gboolean       aether_journal_reserve     (AetherJournal        *self,
                                           guint64               size,
                                           GError              **error);
/* Notes what is in the part file. Cheap: no sync. */
gboolean       aether_journal_note        (AetherJournal        *self,
                                           const AetherSegments *segments,
                                           GError              **error);
/* For a thread of its own: @segments survive a power cut afterwards. @round is what
 * aether_journal_get_round() gave together with them: when it was begun anew since,
 * nothing is written. */
guint          aether_journal_get_round   (AetherJournal        *self);
gboolean       aether_journal_sync        (AetherJournal        *self,
                                           const AetherSegments *segments,
                                           guint                 round,
                                           GError              **error);

/* What a journal beside @path says, without touching it; FALSE when there is none. For lists. */
gboolean       aether_journal_peek        (const char           *path,
                                           AetherJournalFacts   *facts,
                                           AetherSegments       *segments,
                                           gboolean             *active);

char          *aether_journal_dup_part_path (const char         *path);
char          *aether_journal_dup_path      (const char         *path);

G_END_DECLS
