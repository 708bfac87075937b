# test-wayland.py - the windows on a Wayland desktop: pixels, keys, pointer, clipboard
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import subprocess
import sys
import time

import atspi
import rig
import sway
import xkb
from gui import app
from linux_guest import open_linux
from rig import Skip, equal, wait_for
from screen import Screen, brightness, serial, size_of
from tigervnc import PASSWORD, server

KEY_A, KEY_F9, KEY_LEFTMETA = 30, 67, 125
REL_X, REL_Y = 0, 1
EV_REL = 2


def choose(opened, *items):
    """Opens the machine's menu and goes down it."""
    opened.click("toggle button", "Machine menu")
    for kind, item in items:
        time.sleep(0.3)   # a menu slides in
        opened.click(kind, item)


def away(window):
    """The pointer lies where it shows in no picture."""
    window.focus()
    width, height, _ = sway.output()
    sway.get_seat().move_to(width - 2, height - 2, width, height)


def test_console_from_click_to_typed_line(home):
    with app(home) as opened:
        opened.wait("label", "No machines yet")
        opened.click("button", "Try the demo")
        window = atspi.Window("Demo")
        screen = Screen(home, opened.program, window)
        wait_for(lambda: "Type" in serial(home), "the guest's greeting")
        wait_for(screen.is_shown, "the guest's picture in the window")
        wait_for(lambda: screen.place()[2:] == size_of(home.path("there.png")), "a window as large as the screen in it")
        before = brightness(home.path("there.png"))
        opened.check_names()

        # shortcuts, capitals and signs of a keyboard that is where the desktop says
        window.type("echo Typed, it is 6x7.\n")
        wait_for(lambda: "\nTyped, it is 6x7.\n" in serial(home).replace("\r", ""), "the typed line's answer")
        wait_for(lambda: screen.is_shown() and brightness(home.path("there.png")) > before, "the line in the window")
        window.key("Up", "BackSpace", "exclam", "Return")
        wait_for(lambda: "\nTyped, it is 6x7!\n" in serial(home).replace("\r", ""), "the line from the history")

        # full screen and back
        size = window.geometry()[2:]
        window.key("F11")
        wait_for(lambda: window.geometry() == (0, 0, *sway.output()[:2]), "full screen")
        wait_for(screen.is_shown, "the picture on the full screen")
        opened.gone("button", "Leave full screen (F11)")

        # the keys that give back the keyboard bring the bar, also with the pointer elsewhere, and it stays
        window.click(300, 300)
        sway.get_seat().key("Control_L+Alt_L")
        opened.wait("button", "Leave full screen (F11)")
        wait_for(lambda: "Give the keyboard" in [atspi.name(node)[:17] for node in opened.program.all("toggle button")
                                                 if atspi.has_state(node, atspi.Atspi.StateType.FOCUSED)],
                 "the focus on the bar", 20)
        time.sleep(1)
        assert opened.find("button", "Leave full screen (F11)"), "the bar is gone again"
        window.click(300, 300)
        sway.get_seat().move_to(400, 400, *sway.output()[:2])
        opened.gone("button", "Leave full screen (F11)")
        window.key("F11")
        wait_for(lambda: window.geometry()[2:] == size, "the window as it was")

        # a small window shows the whole screen, smaller
        window.resize(360, 520)
        wait_for(screen.is_shown, "the picture in a small window")
        opened.check_fits()
        opened.kill()

    equal(home.ok("status", "--json", "Demo").json["state"], "running")


class Picture:
    """Pixels as rows of three bytes each."""

    def __init__(self, raw, width, height):
        self.width, self.height = width, height
        self.rows = [raw[y * width * 3:(y + 1) * width * 3] for y in range(height)]

    @classmethod
    def load(cls, path):
        width, height = size_of(path)
        raw = subprocess.run(["convert", path, "-alpha", "off", "-depth", "8", "rgb:-"], check=True,
                             stdout=subprocess.PIPE).stdout
        return cls(raw, width, height)

    def enlarged(self, times):
        rows = []
        for row in self.rows:
            row = b"".join(row[x:x + 3] * times for x in range(0, len(row), 3))
            rows += [row] * times
        return Picture(b"".join(rows), self.width * times, self.height * times)

    def find(self, other):
        """Where it holds exactly that, or None."""
        for top in range(self.height - other.height + 1):
            at = -1
            while (at := self.rows[top].find(other.rows[0], at + 1)) >= 0:
                if at % 3 == 0 and all(self.rows[top + y][at:at + len(row)] == row
                                       for y, row in enumerate(other.rows)):
                    return at // 3, top
        return None


def test_pixels_at_each_scale(home):
    """Pixel by pixel is just that, whatever the desktop's scale; multiples are sharp."""
    home.ok("create", "--demo=paint", "Paper")
    equal(home.run("start", "Paper").code, 0)
    try:
        with app(home, "Paper", title="Paper") as opened:
            screen = Screen(home, opened.program, opened.window, "Paper")
            wait_for(lambda: "ready" in serial(home, "Paper"), "the paper")
            # a screen that stays small in a window that is large: round corners hide nothing of it
            wait_for(lambda: opened.program.extents(screen.view)[2:] == size_of(screen.shot()), "a window that fits")
            opened.window.resize(533, 409)
            wait_for(lambda: size_of(screen.shot())[0] <= 533, "a screen as small as its window")
            choose(opened, ("menu item", "View"), ("check menu item", "Screen follows the window"))
            # filling the desktop it has no shadow, whose edge lies between two pixels: sway scales a
            # whole window for that
            opened.window.tell("floating disable")

            for item, largest in (("Pixel by pixel", 1), ("Whole multiples only", 9)):
                choose(opened, ("menu item", "View"), ("radio menu item", item))
                for scale in (1, 1.25, 1.5, 1.75, 2):
                    # both sizes without a rest: grim would scale what it takes
                    sway.swaymsg(f"output HEADLESS-1 mode --custom {1600 * scale:.0f}x{1000 * scale:.0f} scale {scale}")
                    wait_for(lambda: sway.output()[2] == scale, "the desktop's scale")
                    wait_for(lambda: opened.window.geometry() == (0, 0, 1600, 1000), "a window as large as the desktop")
                    away(opened.window)
                    guest = Picture.load(screen.shot())
                    view = opened.program.extents(screen.view)[2:]
                    times = min(largest, int(view[0] * scale / guest.width), int(view[1] * scale / guest.height))
                    wanted = guest.enlarged(times)
                    shown = home.path("desktop.png")

                    def is_exact():
                        subprocess.run(["grim", "-l", "0", shown], check=True)
                        return Picture.load(shown).find(wanted)

                    place = wait_for(is_exact, f"{item}, {times} times, at scale {scale}", 30)
                    print(f"# {item}, scale {scale}: {times} times, exact at {place}")
    finally:
        sway.swaymsg("output HEADLESS-1 mode --custom 1280x800 scale 1")


def shortcuts():
    with open(os.environ["SHORTCUT_LOG"], encoding="ascii") as file:
        return len(file.readlines())


def moved(events):
    """By how much, and how many times."""
    xs, ys = ([value for kind, code, value in events if (kind, code) == (EV_REL, axis)] for axis in (REL_X, REL_Y))
    return sum(xs), sum(ys), len(xs)


def capture(opened, screen):
    """By a click in the middle; the guest then has the keyboard and, having a mouse, the pointer."""
    x, y, width, height = screen.place()
    opened.window.focus()
    opened.window.click(x + width // 2, y + height // 2)
    opened.wait("toggle button", "The machine has the keyboard (Ctrl + Alt gives it back)")


def is_free(opened):
    """Whether the pointer goes where it is sent, and not to the machine."""
    opened.click("toggle button", "Machine menu")
    opened.wait("menu item", "View")
    opened.click("toggle button", "Machine menu")
    opened.gone("menu item", "View")
    frame = opened.program.find("toggle button", "Give the keyboard to the machine (Ctrl + Alt gives it back)")
    left, top, width, height = opened.program.extents(frame)
    opened.window.move_pointer(left + width // 2, top + height // 2)
    time.sleep(0.2)
    sway.get_seat().click()
    return opened.wait("toggle button", "The machine has the keyboard (Ctrl + Alt gives it back)")


def go_right(seat):
    """3000 of a desktop of 1280, and a little upwards."""
    for _ in range(60):
        seat.move_by(50, -3)
        time.sleep(0.02)


def test_captured_mouse(home):
    """Of a machine whose pointer is a mouse: it goes on where the desktop ends."""
    guest = open_linux(home, arguments='["-device","virtio-mouse-pci"]')
    seat = sway.get_seat()

    with app(home, "Demo", title="Demo") as opened:
        choose(opened, ("menu item", "Serial terminal"))
        other = atspi.Window("Demo: serial")
        opened.window.focus()
        screen = Screen(home, opened.program, opened.window)
        wait_for(screen.is_shown, "the guest's picture in the window", 60)
        capture(opened, screen)

        # farther than the desktop is wide
        scale = size_of(screen.shot())[0] / screen.place()[2]
        guest.record("Mouse")
        go_right(seat)
        x, y, n = moved(guest.recorded())
        print(f"# 3000, -180 on the desktop are {x}, {y} in {n} events for the machine, scaled by {scale}")
        assert abs(x - 3000 * scale) <= 60 and abs(y + 180 * scale) <= 60, (x, y)

        # the desktop's shortcut is the machine's
        guest.record("eyboard")
        seat.key("Super_L+F9")
        keys = guest.keys()
        equal([key for key in keys if key[0] in (KEY_F9, KEY_LEFTMETA)],
              [(KEY_LEFTMETA, True), (KEY_F9, True), (KEY_F9, False), (KEY_LEFTMETA, False)])
        equal(shortcuts(), 0)

        # the keys that give back keyboard and pointer
        seat.key("Control_L+Alt_L")
        opened.wait("toggle button", "Give the keyboard to the machine (Ctrl + Alt gives it back)")
        seat.key("Super_L+F9")
        wait_for(lambda: shortcuts() == 1, "the desktop's shortcut")
        is_free(opened)

        # another window: what is held is let go, and so is the pointer
        guest.record("eyboard")
        capture(opened, screen)
        seat.press("a")
        time.sleep(0.3)
        other.focus()
        opened.wait("toggle button", "Give the keyboard to the machine (Ctrl + Alt gives it back)")
        equal([key for key in guest.keys() if key[0] == KEY_A], [(KEY_A, True), (KEY_A, False)])
        seat.release("a")
        opened.window.focus()
        is_free(opened)

        # a machine that stands still
        capture(opened, screen)
        home.ok("pause", "Demo")
        opened.wait("button", "Resume")
        home.ok("resume", "Demo")
        opened.gone("button", "Resume")
        is_free(opened)

        # the desktop takes it back by a gesture of its own
        capture(opened, screen)
        sway.swaymsg("seat * pointer_constraint escape")
        opened.wait("toggle button", "Give the keyboard to the machine (Ctrl + Alt gives it back)")
        is_free(opened)
        seat.key("Control_L+Alt_L")

        # a desktop that does not give it: told in the window, and the pointer stops where the desktop ends
        sway.swaymsg("seat * pointer_constraint disable")
        capture(opened, screen)
        guest.record("Mouse")
        go_right(seat)
        x, _, _ = moved(guest.recorded())
        assert 0 < x < 1000, x

        def is_told():
            seat.move_by(-1, 0)
            return opened.find("label", re.compile("does not let the machine hold the pointer"))
        wait_for(is_told, "a sentence about the pointer", 20)
        opened.window.grab(home.path("told.png"))
        seat.key("Control_L+Alt_L")
        sway.swaymsg("seat * pointer_constraint enable")

        # a window that closes while it holds the pointer
        capture(opened, screen)
        opened.window.tell("kill")
        wait_for(lambda: not opened.window.is_there(), "the end of the window")

    with app(home) as opened:
        left, top, width, height = opened.program.extents(opened.wait("toggle button", "Main menu"))
        opened.window.click(left + width // 2, top + height // 2)
        opened.wait("menu item", re.compile("About"))


def test_clipboard_both_ways(home):
    for tool in "wl-copy", "xclip":
        if not shutil.which(tool):
            raise Skip(f"{tool} is not installed")
    with server(home) as (port, _), app(home, f"vnc://127.0.0.1:{port}", title=f"127.0.0.1:{port}") as opened:
        opened.wait("text", "Password")
        opened.window.type(PASSWORD)
        opened.window.key("Return")
        opened.window = atspi.Window("Far away")
        opened.wait("image", "Screen of the machine")
        opened.window.focus()

        there = {**home.env, "DISPLAY": f":{port - 5900}"}
        here = "Grüße von hier ✓"
        subprocess.run(["wl-copy", here], check=True)
        opened.window.focus()
        wait_for(lambda: subprocess.run(["timeout", "2", "xclip", "-selection", "clipboard", "-out"], env=there,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode() == here,
                 "what was copied here, there")

        # whoever copies there has touched the window after what was copied here: compositors
        # take nothing from a program that was not used since
        opened.window.key("Shift_L")
        answer = "Antwort von dort ✗"
        subprocess.run(["xclip", "-selection", "clipboard", "-in"], input=answer.encode(), env=there, check=True)
        wait_for(lambda: subprocess.run(["timeout", "2", "wl-paste", "--no-newline"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL).stdout.decode() == answer,
                 "what was copied there, here")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
