/* aether-host-news.h - what happens in a run, told to its log, its status and its clients
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-host.h"
#include "aether-machine1.h"

G_BEGIN_DECLS

/**
 * AetherHostNews:
 *
 * Until the host has a server, it is only written to the log.
 */
#define AETHER_TYPE_HOST_NEWS (aether_host_news_get_type ())
G_DECLARE_FINAL_TYPE (AetherHostNews, aether_host_news, AETHER, HOST_NEWS, GObject)

/* Tells what happens to @host, which has a run and a log by now and outlives it, by @machine. */
AetherHostNews *aether_host_news_new           (AetherHost       *host,
                                                AetherMachine1   *machine);
/* Tells all that @session, whose start is to come, says of itself, but its end. */
void            aether_host_news_follow        (AetherHostNews   *self,
                                                AetherSession    *session);

/* Each finding is kept once, for clients that come later. */
void            aether_host_news_add_finding   (AetherHostNews   *self,
                                                AetherFinding    *finding);
void            aether_host_news_find          (AetherHostNews   *self,
                                                AetherSeverity    severity,
                                                const char       *id,
                                                const char       *sentence);
/* @sentence: why some log is not written any more */
void            aether_host_news_log_failed    (AetherHostNews   *self,
                                                const char       *sentence);

/* The state as the session has it, but for the beginning and the end, where the host knows better.
 * Tells nothing once the run is recorded. */
void            aether_host_news_publish_state (AetherHostNews   *self);

G_END_DECLS
