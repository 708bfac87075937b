/* aether-disk-layers.c - a disk that may be made of several files, each looked at before anything opens it
 *
 * An image may name others: the layer below it, the files that have its data. A hostile one names
 * the user's own. So the names are read here, and must be files of a folder of their own or asked
 * about, and qemu-img is told each file and its format. Layouts: docs/interop/qcow2.txt of QEMU, VMware's Virtual Disk
 * Format 5.0, Microsoft's VHD specification, QEMU's block/vdi.c.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-layers.h"

#include "aether-disk-probe.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_LAYERS     32
#define MOST_EXTENTS    4096
#define MOST_DESCRIPTOR ((1 << 20) - 1)          /* bytes: what QEMU reads; VMware's have a few hundred */
#define HINT_SIZE       (20 * SECTOR)
#define SECTOR          512
#define MOST_CLUSTER    (2 << 20)                /* bytes: the header of a qcow2 lies in one */
#define BACKING_FORMAT  0xe2792acau              /* qcow2.txt: the extension that names it */

/* --- the place --------------------------------------------------------------- */

AetherDiskPlace *
aether_disk_place_new (const char *folder, gboolean allow_outside)
{
  AetherDiskPlace *self = g_new0 (AetherDiskPlace, 1);
  char *real = realpath (folder, NULL);

  self->folder = g_strdup (real ? real : folder);
  self->allow_outside = allow_outside;
  self->outside = g_ptr_array_new_with_free_func (g_free);
  free (real);

  return self;
}

void
aether_disk_place_free (AetherDiskPlace *self)
{
  g_free (self->folder);
  g_free (self->archive);
  g_clear_pointer (&self->parts, g_hash_table_unref);
  g_ptr_array_unref (self->outside);
  g_free (self);
}

/* What is hidden in it was not meant: the folder may be the home folder, with its keys. */
static gboolean
is_inside (AetherDiskPlace *self, const char *path)
{
  gsize length = g_str_equal (self->folder, "/") ? 0 : strlen (self->folder);

  return strncmp (path, self->folder, length) == 0 && path[length] == '/' && strstr (path + length, "/.") == NULL;
}

/* As named; else, for a folder that came from another computer, the file of that name in it. */
static char *
find_file (AetherDiskPlace *self, const char *base, const char *name)
{
  g_autofree char *slashes = g_strdelimit (g_strdup (name), "\\", '/');
  g_autofree char *last = g_path_get_basename (slashes);
  const char *tries[] = { name, slashes, last };

  for (guint i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autofree char *path = NULL;
      char *real;

      if (i == 2 && !g_path_is_absolute (slashes) && !(g_ascii_isalpha (name[0]) && name[1] == ':'))
        break;
      if (!self->as_named)
        path = g_canonicalize_filename (tries[i], base);
      else if (g_path_is_absolute (tries[i]))
        path = g_strdup (tries[i]);
      else
        path = g_build_filename (base, tries[i], NULL);   /* ".." behind a link is not what it looks like */
      real = realpath (path, NULL);
      if (real)
        {
          g_autofree char *found = g_strdup (real);

          free (real);
          return g_steal_pointer (&found);
        }
    }

  return NULL;
}

char *
aether_disk_place_resolve (AetherDiskPlace *self, const char *base, const char *name, GError **error)
{
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *real = find_file (self, base, name);
  struct stat st;

  if (real == NULL || stat (real, &st) < 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("Its file “%s” is not there."), shown);
  else if (!S_ISREG (st.st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                 _("“%s” is no file that could be a disk. Devices and folders are not taken over."), shown);
  else if (!is_inside (self, real) && !self->allow_outside)
    {
      g_autofree char *where = g_filename_display_name (real);

      if (!g_ptr_array_find_with_equal_func (self->outside, real, g_str_equal, NULL))
        g_ptr_array_add (self->outside, g_strdup (real));
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("It uses “%s”, which lies outside of the chosen folder, or is hidden in it. That is only taken when "
                     "you allow it."), where);
    }
  else
    {
      if (!is_inside (self, real) && !g_ptr_array_find_with_equal_func (self->outside, real, g_str_equal, NULL))
        g_ptr_array_add (self->outside, g_strdup (real));
      return g_steal_pointer (&real);
    }

  return NULL;
}

/* --- reading ------------------------------------------------------------------- */

void
aether_disk_layer_free (AetherDiskLayer *self)
{
  g_free (self->path);
  g_free (self->beside);
  g_free (self->shown);
  g_free (self->format);
  g_ptr_array_unref (self->extents);
  g_clear_pointer (&self->backing, aether_disk_layer_free);
  g_free (self);
}

static gboolean
refuse (const AetherDiskLayer *self, const char *format, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, format, self->shown);
  return FALSE;
}

/* Zeros where there is nothing. */
static void
read_at (const AetherDiskLayer *self, int fd, guint64 offset, void *buffer, gsize length)
{
  memset (buffer, 0, length);
  if (offset > self->size)
    return;

  length = MIN (length, self->size - offset);
  for (gsize n = 0; n < length; )
    {
      gssize got = pread (fd, (char *) buffer + n, length - n, self->start + offset + n);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return;
      n += got;
    }
}

static guint64
little (const guint8 *bytes, guint n)
{
  guint64 value = 0;

  while (n-- > 0)
    value = value << 8 | bytes[n];

  return value;
}

static guint64
big (const guint8 *bytes, guint n)
{
  guint64 value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 8 | bytes[i];

  return value;
}

/* --- what an image names --------------------------------------------------------- */

static AetherDiskLayer *image_open (AetherDiskPlace *place, const char *base, const char *name,
                                      const char *format, guint depth, GError **error);

/* @format: (nullable): what it says that the layer below is */
static gboolean
open_backing (AetherDiskLayer *self, AetherDiskPlace *place, const char *name, const char *format, guint depth,
              GError **error)
{
  /* "nbd:...", "json:{...}": no file. A name that is not known cannot be looked at. */
  if (*name == '\0' || strchr (name, ':') || self->in_archive)
    return refuse (self, _("“%s” is only a part of a disk, and the rest is not in a file beside it."), error);
  /* QEMU would look what it is, and may see something else than we do */
  if (place->as_named && (format == NULL || *format == '\0'))
    return refuse (self, _("“%s” does not say of which kind the rest of it is."), error);
  if (depth >= MOST_LAYERS)
    return refuse (self, _("“%s” has too many layers."), error);

  self->backing = image_open (place, self->beside, name, place->as_named ? format : NULL, depth + 1, error);
  return self->backing != NULL;
}

/* Returns: (transfer full) (nullable): what the header says; of several words QEMU takes the last */
static char *
read_backing_format (const AetherDiskLayer *self, int fd, const guint8 *head)
{
  guint64 end = big (head + 8, 8);
  guint64 offset = big (head + 4, 4) >= 3 ? big (head + 100, 4) : 72;
  char *format = NULL;

  while (end <= MOST_CLUSTER && offset < end)
    {
      guint8 extension[8];
      guint64 length;

      read_at (self, fd, offset, extension, sizeof extension);
      length = big (extension + 4, 4);
      if (big (extension, 4) == 0)
        break;
      if (big (extension, 4) == BACKING_FORMAT)
        {
          g_free (format);
          format = g_malloc0 (16);
          read_at (self, fd, offset + 8, format, MIN (length, 15));
        }
      offset += 8 + (length + 7) / 8 * 8;
    }

  return format;
}

static gboolean
look_qcow2 (AetherDiskLayer *self, AetherDiskPlace *place, int fd, const AetherDiskProbe *probe, guint depth, GError **error)
{
  guint8 head[104];
  g_autofree char *format = NULL;

  read_at (self, fd, 0, head, sizeof head);
  if (head[32] | head[33] | head[34] | head[35])
    return refuse (self, _("“%s” is encrypted. Take the encryption off first."), error);
  if (probe->is_elsewhere)
    return refuse (self, _("“%s” does not hold its data but names another file for them."), error);

  if (!probe->has_backing)
    return TRUE;

  format = read_backing_format (self, fd, head);
  return open_backing (self, place, probe->backing, format, depth, error);
}

typedef struct
{
  char access[11];
  char kind[11];
  char name[512];
} Extent;

/* 'RW 4192256 SPARSE "disk-s001.vmdk"'. As QEMU reads it, in its block/vmdk.c, or it would see some that
 * we do not: between the words may be any white space, and the end of a line is some. */
static gboolean
parse_extent (const char *text, Extent *extent)
{
  int64_t sectors;

  return sscanf (text, "%10s %" SCNd64 " %10s \"%511[^\n\r\"]\"",
                 extent->access, &sectors, extent->kind, extent->name) == 4 &&
         (strcmp (extent->access, "RW") == 0 || strcmp (extent->access, "RDONLY") == 0 ||
          strcmp (extent->access, "NOACCESS") == 0);
}

/* One that is a list again could name anything in it. */
static gboolean
is_list (const char *kind, const char *path)
{
  AetherDiskProbe probe;

  return g_str_has_suffix (kind, "SPARSE") && strcmp (kind, "SESPARSE") != 0 &&
         (!aether_disk_probe (path, &probe, NULL) || probe.is_elsewhere);
}

/* qemu-img opens it by this name, from beside the description: so it must be just that. */
static gboolean
add_extent (AetherDiskLayer *self, AetherDiskPlace *place, const char *kind, const char *name, GError **error)
{
  static const char * const kinds[] = { "FLAT", "VMFS", "SPARSE", "VMFSSPARSE", "SESPARSE", NULL };
  g_autofree char *path = NULL;

  if (strcmp (kind, "ZERO") == 0)
    return TRUE;
  if (!g_strv_contains (kinds, kind) || strpbrk (name, "/\\:") || self->in_archive)
    return refuse (self, _("“%s” has its data in something else than files beside it."), error);

  path = aether_disk_place_resolve (place, self->beside, name, error);
  if (path == NULL)
    return FALSE;
  if (is_list (kind, path))
    return refuse (self, _("“%s” has its data in something else than files beside it."), error);

  g_ptr_array_add (self->extents, g_steal_pointer (&path));
  return TRUE;
}

static gboolean
add_extents (AetherDiskLayer *self, AetherDiskPlace *place, const char *text, GError **error)
{
  guint n = 0;
  Extent extent;

  for (const char *line = text; line; line = strchr (line, '\n') ? strchr (line, '\n') + 1 : NULL)
    {
      const char *word = line + strspn (line, " \t\r\v\f");

      if (*word != 'R' && *word != 'N')
        continue;
      if (n++ >= MOST_EXTENTS)
        return refuse (self, _("“%s” has its data in something else than files beside it."), error);
      if (parse_extent (word, &extent) && !add_extent (self, place, extent.kind, extent.name, error))
        return FALSE;
    }

  return self->extents->len > 0 || refuse (self, _("“%s” is damaged: it names no file with the disk’s data."), error);
}

/* KEY=VALUE or KEY = "VALUE" */
static char *
value_of (const char *line, const char *key)
{
  gsize length = strlen (key);
  g_autofree char *value = NULL;
  char *end;

  if (g_ascii_strncasecmp (line, key, length) != 0 || line[length + strspn (line + length, " ")] != '=')
    return NULL;

  value = g_strstrip (g_strdup (strchr (line, '=') + 1));
  if (*value == '"' && (end = strrchr (value, '"')) > value)
    return g_strndup (value + 1, end - value - 1);

  return g_steal_pointer (&value);
}

static gboolean
read_description (AetherDiskLayer *self, AetherDiskPlace *place, const char *text, gboolean extents, guint depth, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *parent = NULL, *hint = NULL;

  for (guint i = 0; lines[i]; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *value;

      if ((value = value_of (line, "parentCID")))
        g_set_str (&parent, value);
      else if ((value = value_of (line, "parentFileNameHint")))
        g_set_str (&hint, value);
      g_free (value);
    }

  if (extents && !add_extents (self, place, text, error))
    return FALSE;
  if (parent == NULL || g_ascii_strcasecmp (parent, "ffffffff") == 0)
    return TRUE;

  return open_backing (self, place, hint ? hint : "", NULL, depth, error);
}

/* A machine that uses it where it is would take what QEMU finds there for the layer below, whatever
 * else the description says. */
static gboolean
check_hint (AetherDiskLayer *self, int fd, guint64 start, GError **error)
{
  g_autofree char *text = g_malloc0 (HINT_SIZE + 1);

  read_at (self, fd, start, text, HINT_SIZE);
  return self->backing || !strstr (text, "parentFileNameHint") ||
         refuse (self, _("“%s” is only a part of a disk, and the rest is not in a file beside it."), error);
}

static gboolean
look_vmdk (AetherDiskLayer *self, AetherDiskPlace *place, int fd, guint depth, GError **error)
{
  guint8 head[SECTOR];
  guint64 offset = 0, length = MOST_DESCRIPTOR;
  gboolean listed;
  g_autofree char *text = NULL;

  read_at (self, fd, 0, head, sizeof head);
  if (memcmp (head, "COWD", 4) == 0)
    return check_hint (self, fd, SECTOR, error);

  /* A text by itself, or in the sparse file that has the data */
  listed = head[0] == '#';
  if (!listed)
    {
      offset = little (head + 28, 8) * SECTOR;
      listed = little (head + 12, 8) == 0;
      if (!listed)
        length = MIN (little (head + 36, 8), MOST_DESCRIPTOR / SECTOR) * SECTOR;
      self->compressed = little (head + 77, 2) != 0;
      if (offset == 0 && !listed)
        return check_hint (self, fd, SECTOR, error);
    }

  text = g_malloc0 (length + 1);
  read_at (self, fd, offset, text, length);
  return read_description (self, place, text, listed, depth, error) &&
         ((listed && !place->as_named) || check_hint (self, fd, head[0] == '#' ? 0 : SECTOR, error));
}

static gboolean
look_vdi (AetherDiskLayer *self, int fd, GError **error)
{
  guint8 type[4];

  read_at (self, fd, 76, type, sizeof type);
  if (little (type, 4) <= 2)
    return TRUE;

  return refuse (self, _("“%s” holds only what was changed since a snapshot. Delete the machine’s snapshots in VirtualBox, "
                         "which keeps its present state, then import it."), error);
}

static gboolean
look_vpc (AetherDiskLayer *self, int fd, GError **error)
{
  guint8 head[SECTOR];

  read_at (self, fd, 0, head, sizeof head);
  if (memcmp (head, "conectix", 8) != 0 || head[63] != 4)
    return TRUE;

  return refuse (self, _("“%s” holds only what was changed since a checkpoint. Delete the machine’s checkpoints, "
                         "which keeps its present state, then import it."), error);
}

static gboolean
look (AetherDiskLayer *self, AetherDiskPlace *place, int fd, const AetherDiskProbe *probe, guint depth, GError **error)
{
  static const char * const known[] = { "raw", "qcow2", "vmdk", "vdi", "vhdx", "vpc", "parallels", NULL };

  if (!g_strv_contains (known, self->format))
    return refuse (self, _("“%s” is of a kind of disk that is not taken over. Convert it by qemu-img."), error);
  /* What it says of itself cannot hurt when it is taken for bytes */
  if (strcmp (self->format, "raw") == 0)
    return TRUE;
  if (strcmp (self->format, probe->format) != 0)
    return refuse (self, _("“%s” is damaged: it is not what the machine’s settings say."), error);

  if (strcmp (self->format, "qcow2") == 0)
    return look_qcow2 (self, place, fd, probe, depth, error);
  if (strcmp (self->format, "vmdk") == 0)
    return look_vmdk (self, place, fd, depth, error);
  if (strcmp (self->format, "vdi") == 0)
    return look_vdi (self, fd, error);
  if (strcmp (self->format, "vpc") == 0)
    return look_vpc (self, fd, error);

  return TRUE;
}

static gboolean
set_place (AetherDiskLayer *self, AetherDiskPlace *place, const char *base, const char *name, GError **error)
{
  AetherDiskPart *part;

  self->shown = g_filename_display_basename (name);
  if (place->archive == NULL)
    {
      g_autofree char *named = g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (base, name, NULL);

      self->path = aether_disk_place_resolve (place, base, name, error);
      if (self->path)
        self->beside = g_path_get_dirname (place->as_named ? named : self->path);
      return self->path != NULL;
    }

  part = g_hash_table_lookup (place->parts, name);
  if (part == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("Its file “%s” is not in the archive."), self->shown);
      return FALSE;
    }

  self->path = g_strdup (place->archive);
  self->start = part->start;
  self->size = part->size;
  self->in_archive = TRUE;
  return TRUE;
}

static AetherDiskLayer *
image_open (AetherDiskPlace *place, const char *base, const char *name, const char *format, guint depth, GError **error)
{
  g_autoptr(AetherDiskLayer) self = g_new0 (AetherDiskLayer, 1);
  AetherDiskProbe probe = { 0 };
  g_autofd int fd = -1;

  self->extents = g_ptr_array_new_with_free_func (g_free);
  if (!set_place (self, place, base, name, error))
    return NULL;

  fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat (fd, &probe.st) < 0)
    {
      aether_store_set_error (error, errno);
      g_prefix_error (error, _("Could not open the disk image “%s”. "), self->shown);
      return NULL;
    }
  if (!self->in_archive)
    self->size = probe.st.st_size;
  if (!S_ISREG (probe.st.st_mode) || !aether_disk_probe_part (fd, self->start, self->size, &probe))
    {
      refuse (self, _("“%s” cannot be read as a disk."), error);
      return NULL;
    }

  self->format = g_strdup (format ? format : probe.format);
  return look (self, place, fd, &probe, depth, error) ? g_steal_pointer (&self) : NULL;
}

AetherDiskLayer *
aether_disk_layer_open (AetherDiskPlace *place, const char *base, const char *name, const char *format, GError **error)
{
  return image_open (place, base, name, format, 0, error);
}

/* --- for qemu-img ------------------------------------------------------------------ */

static JsonNode *
file_source (AetherDiskLayer *self)
{
  JsonObject *file = json_object_new (), *part;
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (file, "driver", "file");
  json_object_set_string_member (file, "filename", self->path);
  if (self->in_archive)
    {
      part = json_object_new ();
      json_object_set_string_member (part, "driver", "raw");
      json_object_set_int_member (part, "offset", (gint64) self->start);
      /* A tar is filled up to this with zeros */
      json_object_set_int_member (part, "size", (gint64) ((self->size + SECTOR - 1) / SECTOR * SECTOR));
      json_object_set_object_member (part, "file", file);
      file = part;
    }

  json_node_take_object (node, file);
  return node;
}

JsonNode *
aether_disk_layer_source (AetherDiskLayer *self)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "driver", self->format);
  json_object_set_member (object, "file", file_source (self));
  if (strcmp (self->format, "qcow2") == 0 || strcmp (self->format, "vmdk") == 0)
    json_object_set_member (object, "backing", self->backing ? aether_disk_layer_source (self->backing)
                                                             : json_node_new (JSON_NODE_NULL));

  json_node_take_object (node, object);
  return node;
}

gboolean
aether_disk_layer_is_plain (AetherDiskLayer *self)
{
  return strcmp (self->format, "qcow2") == 0 && self->backing == NULL && !self->in_archive;
}

gboolean
aether_disk_layer_is_usable (AetherDiskLayer *self)
{
  return self->backing == NULL && self->extents->len == 0 && !self->in_archive && !self->compressed;
}
