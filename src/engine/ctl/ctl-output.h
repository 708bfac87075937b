/* ctl-output.h - text, tables and JSON on the standard output
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-client.h"
#include "aether-finding.h"

G_BEGIN_DECLS

typedef enum
{
  CTL_STYLE_PLAIN,
  CTL_STYLE_BOLD,
  CTL_STYLE_DIM,
  CTL_STYLE_GREEN,
  CTL_STYLE_YELLOW,
  CTL_STYLE_RED,
} CtlStyle;

/* Lines for people. Control characters and bytes that are no UTF-8 come out as
 * \xNN: a name or a log must not drive the terminal. */
void      ctl_print        (CtlStyle style, const char *format, ...) G_GNUC_PRINTF (2, 3);
void      ctl_warn         (const char *format, ...) G_GNUC_PRINTF (1, 2);   /* on stderr, "aetherctl: " in front */
char     *ctl_escape       (const char *text);
/* All is written out. FALSE when it could not be: *broken_pipe when the reader has gone */
gboolean  ctl_flush        (gboolean *broken_pipe, GError **error);

/* A table is a list of rows of @n_columns cells; the first row is its head. */
typedef struct _CtlTable CtlTable;
CtlTable *ctl_table_new    (guint n_columns);
void      ctl_table_cell   (CtlTable *table, CtlStyle style, const char *text);
void      ctl_table_print  (CtlTable *table);
void      ctl_table_free   (CtlTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlTable, ctl_table_free)

guint     ctl_text_width   (const char *text);   /* in columns of a terminal */
char     *ctl_describe_since (gint64 since);     /* "2 hours ago"; "" when 0 */
const char *ctl_describe_state (AetherState state);
const char *ctl_describe_bundle (AetherBundle *bundle);   /* its state, or "suspended" */
CtlStyle  ctl_state_style  (AetherState state);

/* Takes @node. Written with an indent and a newline */
void      ctl_print_json   (JsonNode *node);

/* What every command says of a machine; keys documented in aetherctl(1) */
void      ctl_json_machine (JsonBuilder *builder, AetherBundle *bundle, AetherClient *client);
void      ctl_json_findings (JsonBuilder *builder, GPtrArray *findings);
void      ctl_json_string  (JsonBuilder *builder, const char *key, const char *value);   /* null for NULL */
/* The above as the whole output of a command that did something */
void      ctl_print_machine_json (AetherBundle *bundle, AetherClient *client);

void      ctl_print_findings (GPtrArray *findings);
void      ctl_warn_findings (GPtrArray *findings);

G_END_DECLS
