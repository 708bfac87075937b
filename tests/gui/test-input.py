# test-input.py - keys, pointer and fingers on the window, as a Linux in the machine has them
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import base64
import os
import pwd
import random
import re
import shutil
import sys
import time

import atspi
import rig
import xkb
from gui import app
from rig import Skip, equal, wait_for
from screen import Screen, serial
from touch import Touch

GUESTS = os.environ.get("AETHER_GUESTS_DIR") or os.path.join(
    pwd.getpwuid(os.getuid()).pw_dir, ".cache", "aether", "guests")

# Pangrams with what needs Shift, AltGr and dead keys
PANGRAMS = {
    "us": "The quick brown fox jumps over the lazy dog: ~!@#$%^&*()_+{}|\"<>?`-=[]\\;',./0123456789",
    "de": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich! @€{[]}\\|~µ^° é",
    "fr": "Portez ce vieux whisky au juge blond qui fume: àâéèêëïîôùûç #{[|\\^@]} € 0123456789",
}


class Guest:
    """The Linux, by a shell on its serial port."""

    def __init__(self, home):
        self.home, self.n = home, 0

    def run(self, command):
        """What it prints."""
        self.n += 1
        # The tty echoes the command, but not what is put together here
        line = f"BEGIN=begin-{self.n}- END=end-{self.n}-; echo ${{BEGIN}}; {command}; echo ${{END}}\n"
        out = self.home.ok("serial", "Demo", "--no-replay", f"--until=end-{self.n}-\r", "--timeout=60",
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


def open_linux(home, **env):
    if not os.path.isdir(os.path.join(GUESTS, "x86_64")):
        raise Skip(f"there is no demo guest in {GUESTS}")
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed")
    home.env["AETHER_GUESTS_DIR"] = GUESTS
    home.env["AETHER_DEMOS_DIR"] = home.path("nowhere")
    equal(home.run("create", "Demo", "--demo", "--set=input.touch=true").code, 0)   # it says that this is a Linux
    equal(home.run("start", "Demo", timeout=120).code, 0)
    home.ok("serial", "Demo", "--until=AETHER-READY", "--timeout=3m", timeout=200)
    guest = Guest(home)
    guest.run("modprobe evdev; modprobe virtio_input; sleep 1; dmesg -n 1")
    return guest


def held(keys):
    down = set()
    for code, pressed in keys:
        (down.add if pressed else down.discard)(code)
    return down


def test_typing_arrives(home):
    guest = open_linux(home)

    # by aetherctl, on three keyboards
    for layout, words in PANGRAMS.items():
        guest.record("eyboard")
        home.ok("type", "Demo", words, f"--layout={layout}", timeout=120)
        keys = guest.keys()
        equal(xkb.text(keys, layout), words)
        equal(held(keys), set())

    with app(home, "Demo", title="Demo") as opened:
        screen = Screen(home, opened.program, opened.window)
        wait_for(screen.is_shown, "the guest's picture in the window", 60)

        # on the window
        opened.window.focus()
        opened.program.click("image", "Screen of Demo", window=opened.window)
        guest.record("eyboard")
        opened.window.type(PANGRAMS["us"])
        equal(xkb.text(guest.keys(), "us"), PANGRAMS["us"])

        # keys and focus at random: in the end nothing is down
        guest.record("eyboard")
        names = ["a", "Shift_L", "Control_L", "Super_L", "F5", "Tab", "Return", "KP_Enter", "Alt_R"]
        chance = random.Random(4)
        for _ in range(150):
            act = chance.choice(["keydown", "keyup", "keydown", "focus"])
            if act == "focus":
                opened.program.click("image", "Screen of Demo", window=opened.window)
                atspi.xdotool("key", "--delay", "5", "Control_L+Alt_L")
            else:
                atspi.xdotool(act, chance.choice(names))
        for name in names:
            atspi.xdotool("keyup", name)
        opened.window.focus()
        atspi.xdotool("key", "--delay", "5", "Control_L+Alt_L")
        keys = guest.keys()
        assert len(keys) > 40, f"only {keys} arrived"
        equal(held(keys), set())


def slots(events):
    """The fingers of a touch screen: what each slot's tracking number was, in order."""
    slot, told = 0, []
    for kind, code, value in events:
        if kind == xkb.EV_ABS and code == 0x2f:
            slot = value
        elif kind == xkb.EV_ABS and code == 0x39:
            told.append((slot, value >= 0))
    return told


def buttons(events):
    names = {0x110: "left", 0x111: "right"}
    return [(names[code], value == 1) for kind, code, value in events if kind == xkb.EV_KEY and code in names]


def test_fingers_arrive(home):
    guest = open_linux(home)
    touch = Touch()

    with app(home, "Demo", title="Demo") as opened:
        screen = Screen(home, opened.program, opened.window)
        wait_for(screen.is_shown, "the guest's picture in the window", 60)
        opened.window.focus()
        x, y = screen.on_display(200, 200)

        # the machine's own touch screen, because it has one
        guest.record("")   # also what QEMU gives to another device
        touch.pinch(x, y, 20, 60)
        events = guest.recorded()
        told = slots(events)
        assert {slot for slot, _ in told} == {0, 1}, told
        equal([down for _, down in told].count(True), [down for _, down in told].count(False))
        equal(sum(1 if value else -1 for kind, code, value in events if kind == xkb.EV_KEY and code == 0x14a), 0)

        # a pointer under the finger
        opened.program.click("toggle button", "Machine menu")
        opened.program.click("menu item", "Input", window=opened.window)
        opened.program.click("radio menu item", "Pointer under the finger", window=opened.window)
        time.sleep(0.5)
        for act, expected in (
                (lambda: touch.tap(x, y), ["left"]),
                (lambda: touch.tap(x, y, 0.9), ["right"]),
                (lambda: touch.drag((x, y), (x + 100, y + 50)), ["left"]),
                (lambda: touch.pinch(x, y, 20, 60), [])):
            guest.record("Tablet")
            act()
            time.sleep(0.5)
            events = guest.recorded()
            equal(buttons(events), [(name, down) for name in expected for down in (True, False)])
    touch.close()


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
