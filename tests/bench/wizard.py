# wizard.py - from the click on "Create a machine" to the list of systems on the screen
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""wizard.py AETHER, on an X server of its own with a window manager: a click by XTest, then the screen
is read until there is a colour where the first system's logo comes. Without animations."""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time

from demo import PATIENCE, Screen, here, wait_windows

ROUNDS = 9
ALLOWED = 100   # ms


@contextlib.contextmanager
def program(path, folder, accessible=False):
    """Its caches are there; its library is empty."""
    env = dict(os.environ, GTK_A11Y="atspi" if accessible else "none")
    for name in "DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR":
        env["XDG_" + name] = os.path.join(folder, name)
        os.makedirs(env["XDG_" + name], 0o700, exist_ok=True)
    os.makedirs(os.path.join(folder, "CONFIG_HOME/gtk-4.0"), exist_ok=True)
    with open(os.path.join(folder, "CONFIG_HOME/gtk-4.0/settings.ini"), "w", encoding="ascii") as file:
        file.write("[Settings]\ngtk-enable-animations=false\n")
    process = subprocess.Popen([path], env=env, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def find_places(path, folder):
    """The middle of the button, and the corner of the first system's row: the same in each round."""
    sys.path.insert(0, os.path.join(here, "../gui"))
    import atspi

    with program(path, folder, accessible=True) as process:
        library = atspi.Window("Machines")
        seen = atspi.Program("aether", process.pid)
        left, top, width, height = seen.extents(seen.wait("button", "Create a machine"))
        x, y = library.geometry()[:2]
        seen.click("button", "Create a machine")
        end = time.monotonic() + PATIENCE
        while not (rows := list(seen.all("list item"))):
            if time.monotonic() > end:
                sys.exit("wizard.py: no list of systems came")
            time.sleep(0.1)
        time.sleep(1)
        row = seen.extents(rows[0])
        return (x + left + width // 2, y + top + height // 2), (x + row[0], y + row[1])


def has_color(screen, place):
    return screen.any_pixel(*place, 60, 40, lambda r, g, b: max(r, g, b) - min(r, g, b) > 60)


def processor_ms(process):
    """What all its threads have had of the processor: unlike the clock it does not count others' work."""
    total = 0
    for task in os.listdir(f"/proc/{process.pid}/task"):
        with contextlib.suppress(OSError), open(f"/proc/{process.pid}/task/{task}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e6


def row_of(what, values):
    median = statistics.median(values)
    print(f"{what}\t{median:.2f}\tallowed\t{ALLOWED}\t{median / ALLOWED:.2f}\tms\t{len(values)}")
    print("wizard.py: " + " ".join(f"{value:.0f}" for value in values), file=sys.stderr)


def main():
    path = sys.argv[1]
    screen = Screen()
    times, work = [], []

    with tempfile.TemporaryDirectory(prefix="ab-") as folder:
        button, row = find_places(path, folder)
        for _ in range(ROUNDS):
            with program(path, folder) as process:
                wait_windows(1)
                time.sleep(1)
                if has_color(screen, row):
                    sys.exit("wizard.py: there is a colour where none should be yet")
                before = processor_ms(process)
                screen.click(*button)
                began = time.monotonic()
                while not has_color(screen, row):
                    if time.monotonic() > began + PATIENCE:
                        sys.exit("wizard.py: the list did not show itself")
                    time.sleep(0.002)
                times.append((time.monotonic() - began) * 1000)
                work.append(processor_ms(process) - before)

    row_of("create a machine, click to the list of systems", times)
    row_of("the same, processor time", work)


main()
