/* aether-create.h - a new machine from a wish
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/* Puts more files into a new machine, at @staged before anybody can see it, and says so in @machine,
 * which is saved afterwards. In the thread that creates. */
typedef gboolean (*AetherCreateFill) (AetherMachine  *machine,
                                      const char     *staged,
                                      gpointer        data,
                                      GCancellable   *cancellable,
                                      GError        **error);

/* What the user wishes for. Set the members; what is left NULL or 0 gets a
 * default that suits this computer. */
typedef struct
{
  char      *directory;   /* where the bundle goes; NULL: the library's folder */
  char      *name;
  char      *arch;        /* NULL: this computer's */
  char      *os;          /* (nullable): the short id of the system that it is for */
  char      *engine;      /* NULL: "qemu" */
  guint      memory;      /* MiB; 0: aether_create_default_memory() */
  guint      cpus;        /* 0: aether_create_default_cpus() */
  char      *firmware;    /* "bios", "uefi"; NULL: "bios" for a kernel, else what the architecture has */
  char      *kernel;      /* direct kernel boot; only with it initrd and append */
  char      *initrd;
  char      *append;
  gboolean   copy_boot;   /* copy kernel and initrd into the bundle instead of naming them there */
  char      *disk_format; /* of new disks: "qcow2" or "raw"; NULL: "qcow2" */
  GPtrArray *drives;      /* by the functions below */
  GPtrArray *settings;    /* of char *, "memory.balloon=false": applied last, in this order */
  AetherCreateFill fill;  /* comes after all that */
  gpointer   fill_data;
  GDestroyNotify fill_data_free;
} AetherCreateRequest;

AetherCreateRequest *aether_create_request_new        (const char          *name);
void                 aether_create_request_free       (AetherCreateRequest *self);
/* A new, empty disk of @size bytes in the bundle. */
void                 aether_create_request_add_disk   (AetherCreateRequest *self,
                                                       guint64              size);
/* A disk image that is there; stays where it is. */
void                 aether_create_request_add_image  (AetherCreateRequest *self,
                                                       const char          *path);
/* A CD image; NULL: an empty drive. */
void                 aether_create_request_add_cdrom  (AetherCreateRequest *self,
                                                       const char          *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherCreateRequest, aether_create_request_free)

guint                aether_create_default_memory     (void);   /* MiB: 2048, at most half of what is here */
guint                aether_create_default_cpus       (void);   /* 4, at most what is here */

/* Makes the bundle with its disks. Blocks; any thread. Errors are sentences; nothing is left
 * of a machine that was not finished. */
AetherBundle        *aether_create                    (AetherCreateRequest *request,
                                                       GCancellable        *cancellable,
                                                       GError             **error);
/* The same in a thread. Takes @request. */
void                 aether_create_async              (AetherCreateRequest *request,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
AetherBundle        *aether_create_finish             (GAsyncResult        *result,
                                                       GError             **error);

G_END_DECLS
