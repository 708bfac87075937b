/* aether-finding.h - something the user should know before or while a machine runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  AETHER_SEVERITY_NOTE,      /* "note": worth knowing */
  AETHER_SEVERITY_WARNING,   /* "warning": starts, but not as asked */
  AETHER_SEVERITY_ERROR,     /* "error": does not start */
} AetherSeverity;

#define AETHER_TYPE_SEVERITY (aether_severity_get_type ())
GType       aether_severity_get_type (void);
const char *aether_severity_to_nick  (AetherSeverity severity);
AetherSeverity aether_severity_from_nick (const char *nick);

/* A finding has an id that programs may match ("memory.too-large",
 * "drive.locked"), a sentence for people, and optionally a fix the window can
 * apply: a `key=value` for aether_part_set_from_string(). */
#define AETHER_TYPE_FINDING (aether_finding_get_type ())
G_DECLARE_FINAL_TYPE (AetherFinding, aether_finding, AETHER, FINDING, GObject)

AetherFinding  *aether_finding_new          (AetherSeverity  severity,
                                             const char     *id,
                                             const char     *sentence,
                                             const char     *fix);
AetherSeverity  aether_finding_get_severity (AetherFinding  *self);
const char     *aether_finding_get_id       (AetherFinding  *self);
const char     *aether_finding_get_sentence (AetherFinding  *self);
const char     *aether_finding_get_fix      (AetherFinding  *self);   /* (nullable) */

/* "drive.full", which pauses the machine, or "drive.failed"; @operation: "read" or "write" */
AetherFinding  *aether_finding_new_disk_error (const char  *drive,
                                               const char  *operation,
                                               const char  *reason,
                                               gboolean     no_space);

G_END_DECLS
