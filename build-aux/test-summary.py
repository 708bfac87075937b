#!/usr/bin/env python3
"""Count what meson's test log tells: every TAP test, not every program.

Usage: test-summary.py testlog.json STATUS

Prints the reason of each skip and each failure, then the one closing line.
STATUS is how meson ended; the exit status is 0 when all that ran passed.

Copyright 2026 The Aether authors
SPDX-License-Identifier: GPL-2.0-or-later
"""

import json
import re
import sys

LINE = re.compile(r'^(not )?ok\b\s*\d*\s*(?:- )?(.*?)(?:\s*#\s*(SKIP|TODO)\S*\s*(.*))?$', re.I)
PLAN = re.compile(r'^1\.\.(\d+)\s*(?:#\s*SKIP\S*\s*(.*))?', re.I)

REMARK = re.compile(r'#(?!.*-DEBUG:)|Bail out!')
MOST_REMARKS = 30   # lines


def read(test):
    """Yields (outcome, name, reason) of each thing that one program tested."""
    outcome = test['result']
    count = failed = 0
    planned = None
    remarks = []

    for line in (test.get('stdout') or '').splitlines():
        # What a test says of its failure comes before its line, and meson does not show it
        if REMARK.match(line):
            remarks.append(line.lstrip('# '))
            continue
        plan = PLAN.match(line)
        if plan:
            planned = int(plan[1])
            if planned == 0:
                count += 1
                yield 'skipped', test['name'], plan[2] or 'no reason given'
            continue
        found = LINE.match(line)
        if not found:
            continue
        count += 1
        name = f"{test['name']} {found[2]}"
        why, remarks = remarks[-MOST_REMARKS:], []
        if found[3]:
            yield 'skipped', name, found[4] or found[3].lower()
        elif found[1]:
            failed += 1
            yield 'failed', name, '\n  '.join(why) if why else 'see above'
        else:
            yield 'passed', name, ''

    if outcome in ('OK', 'EXPECTEDFAIL'):
        if count == 0:
            yield 'passed', test['name'], ''
    elif outcome == 'SKIP':
        if count == 0:
            yield 'skipped', test['name'], 'no reason given'
    elif failed == 0:
        # A crash, a timeout, a plan not kept: the program itself failed
        told = f', after {count} of {planned} tests' if planned else ''
        yield 'failed', test['name'], '\n  '.join([outcome.lower() + told, *remarks[-MOST_REMARKS:]])


def main():
    path, status = sys.argv[1], int(sys.argv[2])
    results = []

    try:
        with open(path, encoding='utf-8', errors='replace') as log:
            for line in log:
                results += read(json.loads(line))
    except FileNotFoundError:
        print('No test ran.')

    for outcome in 'skipped', 'failed':
        for kind, name, reason in results:
            if kind == outcome:
                print(f'{outcome}: {name}: {reason}')

    number = {kind: sum(1 for r in results if r[0] == kind)
              for kind in ('passed', 'failed', 'skipped')}
    print(f"{number['passed']} passed, {number['failed']} failed, {number['skipped']} skipped")
    return 1 if status or number['failed'] or not number['passed'] else 0


sys.exit(main())
