# test-demo.py - the demo guests in their windows: by keyboard, pointer and touch
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

import atspi
import rig
from gui import app, get_touch
from rig import equal, wait_for
from screen import Screen, brightness, serial, size_of

PAPER = (0xfa, 0xf9, 0xf6)
INK = (0x24, 0x1f, 0x31)
RED = (0xe0, 0x1b, 0x24)


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

        # the same line on its console, on its screen and in the window
        window.type("echo Typed, it is 6x7.")
        window.key("Return")
        wait_for(lambda: "\nTyped, it is 6x7.\n" in serial(home).replace("\r", ""), "the typed line's answer")
        wait_for(lambda: screen.is_shown() and brightness(home.path("there.png")) > before, "the line in the window")

        # keys that are no letters: the line before comes again
        window.key("Up", "BackSpace", "exclam", "Return")
        wait_for(lambda: "\nTyped, it is 6x7!\n" in serial(home).replace("\r", ""), "the line from the history")

        # a small window shows the whole screen, smaller
        window.resize(360, 520)
        wait_for(screen.is_shown, "the picture in a small window")
        opened.check_fits()

        # it is the machine there is that is shown again
        opened.window.focus()
        opened.wait("button", "Pause Demo")
        equal(len(home.ok("list", "--names").out.splitlines()), 1)
        opened.kill()

    equal(home.ok("status", "--json", "Demo").json["state"], "running")


def test_console_that_ends_says_so_in_its_window(home):
    home.ok("create", "--demo=console")
    equal(home.run("start", "Demo").code, 0)
    with app(home, "Demo", title="Demo") as opened:
        Screen(home, opened.program, opened.window)
        opened.window.resize(360, 520)
        # no menu of what such a machine cannot have, and none wider than the window
        opened.click("toggle button", "Machine menu")
        opened.wait("menu item", "View")
        equal([name for name in ("Sound", "Clipboard: agent missing") if opened.find("menu item", name)], [])
        widths = [opened.program.extents(node)[2] for node in opened.program.all("menu item")]
        assert max(widths) < 340, f"the menu's items are {max(widths)} wide"
        opened.click("toggle button", "Machine menu")
        opened.gone("menu item", "View")

        # after a menu, keys go to the machine again
        opened.window.type("exit")
        opened.window.key("Return")
        opened.wait("label", "Demo is off")
        opened.click("button", "Start")
        opened.wait("image", "Screen of Demo")
        wait_for(lambda: serial(home).count("Type") > 1 or "Goodbye" not in serial(home), "the new greeting")


def paint(home, opened):
    screen = Screen(home, opened.program, opened.window, "Paper")
    wait_for(lambda: "ready" in serial(home, "Paper"), "the paper")
    wait_for(screen.is_shown, "the paper in the window")
    # not in the middle, where the pointer may lie and the guest draws its cursor
    wait_for(lambda: {screen.pixel(300, 300), screen.pixel(450, 350)} == {PAPER}, "the empty paper")
    return screen


def start_paint(home):
    home.ok("create", "--demo=paint", "Paper")
    equal(home.run("start", "Paper").code, 0)


def test_paint_by_pointer(home):
    start_paint(home)
    with app(home, "Paper", title="Paper") as opened:
        screen = paint(home, opened)
        start, end = screen.on_display(200, 300), screen.on_display(500, 300)
        opened.window.focus()
        atspi.xdotool("mousemove", *start, "sleep", 0.2, "mousedown", 1, "sleep", 0.1,
                      "mousemove", (start[0] + end[0]) // 2, start[1], "sleep", 0.1, "mousemove", *end, "sleep", 0.1,
                      "mouseup", 1)
        wait_for(lambda: screen.pixel(490, 300) == INK, "the end of the stroke")
        equal([screen.pixel(x, 300) for x in (210, 300, 400)], [INK] * 3)
        equal([screen.pixel(x, 300) for x in (180, 520)], [PAPER] * 2)
        equal([screen.pixel(350, y) for y in (280, 320)], [PAPER] * 2)

        # the second colour of the bar, then a dot
        atspi.xdotool("mousemove", *screen.on_display(4 + 36 + 16, 20), "sleep", 0.1, "click", 1,
                      "mousemove", *screen.on_display(300, 500), "sleep", 0.1, "click", 1)
        wait_for(lambda: screen.pixel(300, 500) == RED, "the red dot")
        wait_for(screen.is_shown, "the painting in the window")


def test_paint_by_touch(home):
    touch = get_touch()
    start_paint(home)
    with app(home, "Paper", title="Paper") as opened:
        screen = paint(home, opened)
        opened.window.focus()

        # a stroke
        touch.drag(screen.on_display(200, 200), screen.on_display(500, 200))
        wait_for(lambda: screen.pixel(490, 200) == INK, "the finger's stroke")
        equal([screen.pixel(x, 200) for x in (210, 300, 400)], [INK] * 3)
        equal([screen.pixel(x, 200) for x in (180, 520)], [PAPER] * 2)

        # a colour, then a stroke in it that does not begin where the last one ended
        touch.tap(*screen.on_display(4 + 36 + 16, 20))
        touch.drag(screen.on_display(250, 300), screen.on_display(250, 500))
        wait_for(lambda: screen.pixel(250, 490) == RED, "the second stroke")
        equal([screen.pixel(375, y) for y in (250, 300, 400)], [PAPER] * 3)
        wait_for(screen.is_shown, "the painting in the window")


rig.main(sys.modules[__name__])
