# test-input.py - keys, pointer and fingers on the window, as a Linux in the machine has them
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import random
import sys
import time

import atspi
import rig
import xkb
from gui import app
from linux_guest import open_linux
from rig import equal, wait_for
from screen import Screen
from touch import Touch

# Pangrams with what needs Shift, AltGr and dead keys
PANGRAMS = {
    "us": "The quick brown fox jumps over the lazy dog: ~!@#$%^&*()_+{}|\"<>?`-=[]\\;',./0123456789",
    "de": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich! @€{[]}\\|~µ^° é",
    "fr": "Portez ce vieux whisky au juge blond qui fume: àâéèêëïîôùûç #{[|\\^@]} € 0123456789",
}


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
