# linux_guest.py - a machine with the small Linux, for tests of what arrives in it
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import base64
import os
import pwd
import re
import shutil

import xkb
from rig import Skip, equal

GUESTS = os.environ.get("AETHER_GUESTS_DIR") or os.path.join(
    pwd.getpwuid(os.getuid()).pw_dir, ".cache", "aether", "guests")


class Guest:
    """The Linux, by a shell on its serial port."""

    def __init__(self, home):
        self.home, self.n = home, 0

    def run(self, command):
        """What it prints."""
        self.n += 1
        # The tty echoes the command, but not what is put together here
        line = f"BEGIN=begin-{self.n}- END=end-{self.n}-; echo ${{BEGIN}}; {command}; echo ${{END}}\n"
        out = self.home.ok("serial", "Demo", "--no-replay", f"--until=end-{self.n}-\r", "--timeout=240",
                           stdin=line.encode(), timeout=90).raw.decode("utf-8", "replace")
        return out.split(f"begin-{self.n}-\r\n", 1)[1].rsplit(f"end-{self.n}-", 1)[0]

    def record(self, name):
        """From now on keeps what the input devices of that name tell."""
        self.run("for e in /sys/class/input/event*; do case $(cat $e/device/name) in "
                 f"*{name}*) cat /dev/input/${{e##*/}} > /tmp/${{e##*/}} & echo $! >> /tmp/pids;; esac; done; sleep 1")

    def recorded(self):
        """(type, code, value) of all of them, one device after the other."""
        out = self.run("sleep 1; kill $(cat /tmp/pids); rm /tmp/pids; "
                       "for f in /tmp/event*; do base64 $f; echo .; done; rm /tmp/event*")
        files = re.findall(r"((?:[A-Za-z0-9+/=]+\r\n)*)\.\r\n", out)
        return xkb.events(b"".join(base64.b64decode(file) for file in files))

    def keys(self):
        return [(code, value > 0) for kind, code, value in self.recorded() if kind == xkb.EV_KEY and value < 2]


def open_linux(home, arguments="[]"):
    """Starts it, until it has its input devices; @arguments: of QEMU, besides."""
    if not os.path.isdir(os.path.join(GUESTS, "x86_64")):
        raise Skip(f"there is no demo guest in {GUESTS}")
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed")
    home.env["AETHER_GUESTS_DIR"] = GUESTS
    home.env["AETHER_DEMOS_DIR"] = home.path("nowhere")
    equal(home.run("create", "Demo", "--demo", "--set=input.touch=true",
                   f"--set=qemu.arguments={arguments}").code, 0)   # it says that this is a Linux
    equal(home.run("start", "Demo", timeout=120).code, 0)
    home.ok("serial", "Demo", "--until=AETHER-READY", "--timeout=12m", timeout=200)
    guest = Guest(home)
    guest.run("modprobe evdev; modprobe virtio_input; sleep 1; dmesg -n 1")
    return guest
