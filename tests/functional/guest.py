# guest.py - the small Linux guest in a home of its own, for the tests that boot it
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ctl"))

import png
import rig
from rig import Skip, equal

# Limits for hangs: emulation on a busy computer takes its time
BOOT = "1200"
ANSWER = "480"


class Guest(rig.Home):
    """One home with one machine for all tests of the file."""

    def __init__(self, arch):
        guests = os.environ.get("AETHER_GUESTS_DIR") or os.path.join(
            os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "aether/guests")
        super().__init__()
        self.env["AETHER_GUESTS_DIR"] = guests
        self.missing = None
        if not os.path.isdir(os.path.join(guests, arch)):
            self.missing = f"the guest for {arch} is not here: ./run makes it"
        elif not shutil.which("qemu-system-" + arch):
            self.missing = f"qemu-system-{arch} is not installed"

    def close(self):
        """The next test uses it too; end() is the end."""

    def end(self):
        super().close()

    def status(self):
        return self.ok("status", "--json", "Demo").json

    def boot(self):
        """Starts it and waits until it is up. Starting may warn that it is slow."""
        started = self.run("start", "Demo", timeout=120)
        equal(started.code, 0)
        self.ok("serial", "Demo", "--until=AETHER-READY", "--timeout=" + BOOT, timeout=1600)

    def answer(self, command, pattern):
        """Runs a command on the serial port's shell; returns what the pattern finds in its answer.
        The answer ends with a word that the echo of the command does not hold."""
        script = f"{command}; echo do''ne\n"
        out = self.ok("serial", "Demo", "--no-replay", "--until=done", "--timeout=" + ANSWER,
                      stdin=script.encode(), timeout=200).out
        match = re.search(pattern, out)
        if not match:
            raise AssertionError(f"{out!r} has no {pattern!r}")
        return match.group(1)

    def picture(self, name):
        path = self.path(name)
        self.ok("screenshot", "Demo", path)
        return png.read(path)


def needs_guest(test):
    def run(home):
        if home.missing:
            raise Skip(home.missing)
        test(home)
    return run


def is_gone(pid):
    """Ended; its parent may not have noticed."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
