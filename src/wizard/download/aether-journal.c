/* aether-journal.c - what a download knows after its process was killed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-journal.h"

#include "aether-json.h"
#include "aether-lock.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#ifdef FALLOC_FL_KEEP_SIZE
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

/* The journal: the facts as JSON, then blocks. Each kind of block has two places, written in
 * turn, so that one of them is whole whenever the writer is killed. */
#define FACTS_SIZE  8192
#define BLOCK_SIZE  4096
#define NOTED       FACTS_SIZE
#define SYNCED      (NOTED + 2 * BLOCK_SIZE)
#define JOURNAL_END (SYNCED + 2 * BLOCK_SIZE)
#define MAGIC       0x4a444541u   /* "AEDJ"; another byte order is another magic */

typedef struct
{
  guint32 magic;
  guint32 n;
  guint64 sum;        /* of all that follows */
  guint64 sequence;
  guint64 size;
  guint64 frontier;
  char    boot_id[40];
  struct
  {
    guint64 start, pos, end;
  }       segments[AETHER_SEGMENTS_MOST];
} Block;

G_STATIC_ASSERT (sizeof (Block) <= BLOCK_SIZE);

struct _AetherJournal
{
  char   *path;
  char   *part_path;
  char   *boot_id;
  int     fd;         /* of the journal, locked */
  int     part_fd;
  gboolean begun;     /* it is of some file; what came of none is not noted */
  guint64 noted;      /* sequence numbers */
  guint64 synced;

  GMutex  mutex;      /* a sync that is late must not write into a journal begun anew */
  guint   rounds;     /* times it was begun */
};

void
aether_journal_facts_clear (AetherJournalFacts *facts)
{
  g_clear_pointer (&facts->url, g_free);
  g_clear_pointer (&facts->host, g_free);
  g_clear_pointer (&facts->etag, g_free);
  g_clear_pointer (&facts->last_modified, g_free);
  facts->size = G_MAXUINT64;
}

char *
aether_journal_dup_part_path (const char *path)
{
  return g_strconcat (path, ".aether-part", NULL);
}

char *
aether_journal_dup_path (const char *path)
{
  return g_strconcat (path, ".aether-journal", NULL);
}

/* --- blocks ---------------------------------------------------------------- */

/* FNV-1a: a torn write is to be found, not an attack */
static guint64
sum_block (const Block *block)
{
  const guint8 *bytes = (const guint8 *) &block->sequence;
  guint64 sum = 0xcbf29ce484222325u ^ block->n;

  for (gsize i = 0; i < sizeof *block - G_STRUCT_OFFSET (Block, sequence); i++)
    sum = (sum ^ bytes[i]) * 0x100000001b3u;

  return sum;
}

static gboolean
read_block (int fd, off_t where, Block *block)
{
  return pread (fd, block, sizeof *block, where) == sizeof *block && block->magic == MAGIC &&
         block->n <= AETHER_SEGMENTS_MOST && block->sum == sum_block (block);
}

/* The newer of the two at @where. Returns: %FALSE when there is none */
static gboolean
read_newest (int fd, off_t where, Block *block)
{
  Block other;
  gboolean have = read_block (fd, where, block);

  if (read_block (fd, where + BLOCK_SIZE, &other) && (!have || other.sequence > block->sequence))
    {
      *block = other;
      have = TRUE;
    }

  return have;
}

gboolean
aether_journal_write_at (int fd, const void *data, gsize length, guint64 where)
{
  const char *bytes = data;

  while (length > 0)
    {
      gssize n = pwrite (fd, bytes, length, where);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      length -= n;
      where += n;
    }

  return TRUE;
}

static gboolean
write_block (AetherJournal *self, off_t where, guint64 *sequence, const AetherSegments *segments)
{
  Block block = {
    .magic = MAGIC,
    .n = segments->n,
    .sequence = ++*sequence,
    .size = segments->size,
    .frontier = segments->frontier,
  };

  g_strlcpy (block.boot_id, self->boot_id, sizeof block.boot_id);
  for (guint i = 0; i < segments->n; i++)
    {
      block.segments[i].start = segments->all[i].start;
      block.segments[i].pos = segments->all[i].pos;
      block.segments[i].end = segments->all[i].end;
    }
  block.sum = sum_block (&block);

  return aether_journal_write_at (self->fd, &block, sizeof block, where + (*sequence % 2) * BLOCK_SIZE);
}

static gboolean
unpack_block (const Block *block, AetherSegments *segments)
{
  aether_segments_init (segments, block->size);
  segments->n = block->n;
  segments->frontier = block->frontier;
  for (guint i = 0; i < block->n; i++)
    {
      segments->all[i].start = block->segments[i].start;
      segments->all[i].pos = block->segments[i].pos;
      segments->all[i].end = block->segments[i].end;
    }

  return aether_segments_check (segments);
}

/* --- reading ---------------------------------------------------------------- */

static char *
read_boot_id (void)
{
  char *id = aether_store_read ("/proc/sys/kernel/random/boot_id", 64, NULL, NULL);

  return id ? g_strstrip (id) : g_strdup ("");
}

static gboolean
read_facts (int fd, AetherJournalFacts *facts)
{
  g_autoptr(JsonNode) node = NULL;
  char text[FACTS_SIZE + 1];
  JsonObject *object;
  gssize n = pread (fd, text, FACTS_SIZE, 0);

  if (n <= 0)
    return FALSE;
  text[n] = '\0';
  node = aether_json_parse (text, strlen (text), NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;

  object = json_node_get_object (node);
  facts->url = g_strdup (aether_json_get_string (object, "url"));
  facts->host = g_strdup (aether_json_get_string (object, "host"));
  facts->etag = g_strdup (aether_json_get_string (object, "etag"));
  facts->last_modified = g_strdup (aether_json_get_string (object, "last-modified"));
  facts->size = json_object_has_member (object, "size") ? (guint64) aether_json_get_int (object, "size")
                                                        : G_MAXUINT64;
  return facts->url != NULL;
}

/* What the computer lost with its power is not in the part file, whatever the journal noted. */
static gboolean
read_state (int fd, const char *boot_id, AetherSegments *segments)
{
  Block block;

  if (read_newest (fd, NOTED, &block) && *boot_id && g_str_equal (block.boot_id, boot_id) &&
      unpack_block (&block, segments))
    return TRUE;

  return read_newest (fd, SYNCED, &block) && unpack_block (&block, segments);
}

static guint64
newest_sequence (int fd, off_t where)
{
  Block block;

  return read_newest (fd, where, &block) ? block.sequence : 0;
}

/* --- opening ---------------------------------------------------------------- */

static int
open_part (const char *path, GError **error)
{
  struct stat status;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

  if (fd < 0)
    {
      aether_store_set_error (error, errno);
      return -1;
    }
  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("“%s” is not a regular file."), path);
      close (fd);
      return -1;
    }

  return fd;
}

AetherJournal *
aether_journal_open (const char *path, AetherJournalFacts *facts, AetherSegments *segments,
                     GError **error)
{
  g_autoptr(GError) cause = NULL;
  AetherJournal *self = g_new0 (AetherJournal, 1);
  struct stat status;

  memset (facts, 0, sizeof *facts);
  facts->size = G_MAXUINT64;
  self->path = aether_journal_dup_path (path);
  self->part_path = aether_journal_dup_part_path (path);
  self->boot_id = read_boot_id ();
  self->part_fd = -1;
  g_mutex_init (&self->mutex);

  self->fd = aether_lock_take (self->path, &cause);
  if (self->fd < 0)
    {
      if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                     _("“%s” is being downloaded already."), path);
      else
        g_propagate_prefixed_error (error, g_steal_pointer (&cause), _("“%s” cannot be made. "), path);
      aether_journal_close (self);
      return NULL;
    }

  self->part_fd = open_part (self->part_path, error);
  if (self->part_fd < 0)
    {
      aether_journal_close (self);
      return NULL;
    }

  self->begun = fstat (self->fd, &status) == 0 && status.st_size > 0;
  self->noted = newest_sequence (self->fd, NOTED);
  self->synced = newest_sequence (self->fd, SYNCED);
  if (!read_facts (self->fd, facts) || !read_state (self->fd, self->boot_id, segments) ||
      segments->size != facts->size ||
      fstat (self->part_fd, &status) < 0 || (guint64) status.st_size < aether_segments_contiguous (segments))
    {
      aether_journal_facts_clear (facts);
      aether_segments_init (segments, G_MAXUINT64);
    }

  return self;
}

/* Where nothing came at all, nothing stays. */
static void
remove_empty (int fd, const char *path)
{
  struct stat status, there;

  if (fd >= 0 && fstat (fd, &status) == 0 && status.st_size == 0 &&
      stat (path, &there) == 0 && there.st_dev == status.st_dev && there.st_ino == status.st_ino)
    unlink (path);
}

void
aether_journal_close (AetherJournal *self)
{
  if (self->fd >= 0)
    {
      remove_empty (self->part_fd, self->part_path);
      remove_empty (self->fd, self->path);
    }
  if (self->part_fd >= 0)
    close (self->part_fd);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->part_path);
  g_free (self->boot_id);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* The journal goes first: a part file alone is never believed. */
void
aether_journal_discard (AetherJournal *self)
{
  unlink (self->path);
  unlink (self->part_path);
  aether_journal_close (self);
}

int
aether_journal_get_fd (AetherJournal *self)
{
  return self->part_fd;
}

const char *
aether_journal_get_part (AetherJournal *self)
{
  return self->part_path;
}

/* --- writing ---------------------------------------------------------------- */

static char *
format_facts (const AetherJournalFacts *facts)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  json_object_set_string_member (object, "url", facts->url);
  if (facts->host)
    json_object_set_string_member (object, "host", facts->host);
  if (facts->etag)
    json_object_set_string_member (object, "etag", facts->etag);
  if (facts->last_modified)
    json_object_set_string_member (object, "last-modified", facts->last_modified);
  if (facts->size != G_MAXUINT64)
    json_object_set_int_member (object, "size", facts->size);

  return json_to_string (node, FALSE);
}

gboolean
aether_journal_begin (AetherJournal *self, const AetherJournalFacts *facts, GError **error)
{
  g_autofree char *text = format_facts (facts);
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  AetherSegments none;
  gsize length = strlen (text);

  /* Too long for its place: then it cannot be resumed, which is no error. */
  if (length >= FACTS_SIZE)
    length = 0;
  __atomic_fetch_add (&self->rounds, 1, __ATOMIC_RELAXED);

  /* The old state must be gone from the disk before the part file gets other bytes. */
  if (ftruncate (self->fd, 0) < 0 || fdatasync (self->fd) < 0 || ftruncate (self->part_fd, 0) < 0 ||
      !aether_journal_write_at (self->fd, text, length, 0) || ftruncate (self->fd, JOURNAL_END) < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }

  self->begun = TRUE;
  aether_segments_init (&none, facts->size);
  return aether_journal_note (self, &none, error);
}

#ifdef FALLOC_FL_KEEP_SIZE
static gboolean
is_in_memory (int fd)
{
  struct statfs disk;

  return fstatfs (fd, &disk) == 0 && disk.f_type == TMPFS_MAGIC;
}
#endif

gboolean
aether_journal_reserve (AetherJournal *self, guint64 size, GError **error)
{
  struct statvfs disk;
  struct stat status;
  g_autofree char *missing = NULL;
  guint64 have, room;

  if (size == 0 || size > G_MAXINT64)
    return TRUE;

#ifdef FALLOC_FL_KEEP_SIZE
  if (is_in_memory (self->part_fd))
    ;   /* to reserve it is to write it, and all of it would be written twice */
  else if (fallocate (self->part_fd, 0, 0, size) == 0)
    return TRUE;
  else if (errno != ENOSPC && errno != EOPNOTSUPP && errno != ENOSYS)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }
#endif

  if (fstatvfs (self->part_fd, &disk) < 0 || fstat (self->part_fd, &status) < 0)
    return TRUE;
  have = (guint64) status.st_blocks * 512;
  room = (guint64) disk.f_bavail * disk.f_frsize;
  if (have >= size || room >= size - have)
    return TRUE;

  missing = g_format_size_full (size - have - room, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               /* Translators: an amount, as in "4.2 GiB" */
               _("There is not enough room on the disk: %s more is needed. Free some space, then go on."), missing);
  return FALSE;
}

gboolean
aether_journal_note (AetherJournal *self, const AetherSegments *segments, GError **error)
{
  if (!self->begun || write_block (self, NOTED, &self->noted, segments))
    return TRUE;

  aether_store_set_error (error, errno);
  return FALSE;
}

guint
aether_journal_get_round (AetherJournal *self)
{
  return __atomic_load_n (&self->rounds, __ATOMIC_RELAXED);
}

gboolean
aether_journal_sync (AetherJournal *self, const AetherSegments *segments, guint round, GError **error)
{
  gboolean good = fdatasync (self->part_fd) == 0;

  g_mutex_lock (&self->mutex);
  if (good && round == self->rounds)
    good = write_block (self, SYNCED, &self->synced, segments) && fdatasync (self->fd) == 0;
  if (!good)
    aether_store_set_error (error, errno);
  g_mutex_unlock (&self->mutex);

  return good;
}

gboolean
aether_journal_peek (const char *path, AetherJournalFacts *facts, AetherSegments *segments,
                     gboolean *active)
{
  g_autofree char *journal = aether_journal_dup_path (path);
  g_autofree char *boot_id = read_boot_id ();
  gboolean found;
  int fd = open (journal, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  memset (facts, 0, sizeof *facts);
  facts->size = G_MAXUINT64;
  if (fd < 0)
    return FALSE;

  found = read_facts (fd, facts) && read_state (fd, boot_id, segments);
  close (fd);
  *active = aether_lock_is_held (journal);
  if (!found)
    aether_journal_facts_clear (facts);
  return found;
}
