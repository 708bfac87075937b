#!/usr/bin/env python3
# test-console.py - a terminal as the guest's console: keys without a character, and afterwards
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-console.py AETHER_VMM CONSOLE_DEMO. Output is TAP."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

vmm, image = sys.argv[1:]
number = 0
failed = 0


def report(right, name, detail=''):
    global number, failed
    number += 1
    failed += not right
    print(f'{"ok" if right else "not ok"} {number} - {name}', flush=True)
    if not right:
        print(f'# {detail!r}')


class Terminal:
    def __init__(self):
        self.main, self.end = pty.openpty()
        self.before = termios.tcgetattr(self.end)
        self.seen = b''
        self.process = subprocess.Popen([vmm, '--backend', 'unicorn', image], stdin=self.end,
                                        stdout=self.end, stderr=subprocess.DEVNULL)

    def wait_for(self, text, count=1):
        until = time.monotonic() + 60
        while self.seen.count(text) < count and time.monotonic() < until:
            if select.select([self.main], [], [], 1)[0]:
                self.seen += os.read(self.main, 4096)
        return self.seen.count(text) >= count

    def type(self, keys):
        os.write(self.main, keys)

    def end_well(self):
        status = self.process.wait(300)
        return status, termios.tcgetattr(self.end) == self.before


terminal = Terminal()
report(terminal.wait_for(b'>\x1b[0m'), 'the demo begins', terminal.seen)
raw = termios.tcgetattr(terminal.end)[3]
report(not raw & (termios.ICANON | termios.ECHO), 'keys go to the guest one by one', raw)
terminal.type(b'echo one two\n')
report(terminal.wait_for(b'one two', 2), 'a line', terminal.seen)
terminal.type(b'\x1b[A\n')
report(terminal.wait_for(b'one two', 4), 'the arrow brings it back', terminal.seen)
terminal.type(b'\x1bOA\x1b[Bexit 7\n')
report(terminal.wait_for(b'Goodbye'), 'arrows up and down, and the end', terminal.seen)
status, restored = terminal.end_well()
report(status == 1 and restored, 'the terminal is as before', (status, restored))

for name in ('SIGTERM', 'SIGQUIT', 'SIGHUP'):
    terminal = Terminal()
    terminal.wait_for(b'>')
    terminal.process.send_signal(getattr(signal, name))
    status, restored = terminal.end_well()
    report(status == 5 and restored, f'so it is after {name}', (status, restored))

for character, name in ((b'\x03', 'Ctrl+C'), (b'\x1c', 'Ctrl+\\')):
    main, end = pty.openpty()
    before = termios.tcgetattr(end)
    child = subprocess.Popen(['setsid', '--ctty', '--wait', vmm, '--backend', 'unicorn', image],
                             stdin=end, stdout=end, stderr=subprocess.DEVNULL)
    os.read(main, 1)
    os.write(main, character)
    status = child.wait(300)
    report(status == 5 and termios.tcgetattr(end) == before, f'{name} stops it', status)

print(f'1..{number}')
sys.exit(1 if failed else 0)
