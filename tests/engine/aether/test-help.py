#!/usr/bin/env python3
# test-help.py - the help, the manual and the program know the same options
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-help.py AETHER_VMM MANUAL OPTIONS.C. Output is TAP."""

import re
import subprocess
import sys
from pathlib import Path

vmm, manual, source = sys.argv[1:]
said = subprocess.run([vmm, '--help'], capture_output=True, text=True, timeout=30, check=True).stdout

known = set(re.findall(r'{ "([a-z-]+)", (?:no|required)_argument', Path(source).read_text('utf-8')))
helped = set(re.findall(r'--([a-z-]+)', said))
written = set(re.findall(r'--([a-z-]+)', Path(manual).read_text('utf-8').replace('\\-', '-')))

failed = 0
for number, (name, options) in enumerate((('the help', helped), ('the manual', written)), 1):
    right = known and known <= options
    failed += not right
    print(f'{"ok" if right else "not ok"} {number} - {name} has every option')
    if not right:
        print(f'# lacks {sorted(known - options)}')
right = helped <= known
failed += not right
print(f'{"ok" if right else "not ok"} 3 - the help has no other\n1..3')
sys.exit(1 if failed else 0)
