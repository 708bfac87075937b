# test-library.py - the library window, driven over AT-SPI; the mock engine runs the machines
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import subprocess
import sys
import time

import atspi
import keyring
import make_media
import rig
from gui import APP, app
from rig import equal, holds, wait_for


def create(home, name="One", notes=""):
    home.ok("create", name, "--engine=test", "--arch=x86_64", f"--set=notes={notes}")


def state(home, name="One"):
    return home.ok("status", "--json", name).json["state"]


def wait_state(home, wanted, name="One"):
    wait_for(lambda: state(home, name) == wanted, f"{name} {wanted}", 30)


# --- what is shown --------------------------------------------------------------


def test_empty_library_offers_a_start(home):
    with app(home) as window:
        window.wait("label", "No machines yet")
        window.wait("button", "Create a machine")
        window.wait("button", "Try the demo")
        window.check_names()
        window.window.resize(360, 640)
        equal(window.window.geometry()[2:], (360, 640))
        window.check_fits()


def test_machines_made_elsewhere_appear(home):
    with app(home) as window:
        window.wait("label", "No machines yet")
        create(home, "From outside")
        window.wait("list item", "From outside")
        home.ok("delete", "--permanently", "--yes", "From outside")
        window.wait("label", "No machines yet")


def test_broken_machine_says_why(home):
    home.write("data/aether/machines/Broken.aether/machine.json", "{ nonsense")
    with app(home) as window:
        window.wait("list item", "Broken")
        window.wait("label", "This machine cannot be read")
        assert not window.find("button", "Start Broken")
        window.wait("button", "Show in folder")
        window.check_names()


# --- starting and stopping ------------------------------------------------------


def test_start_pause_resume_and_shut_down_by_buttons(home):
    create(home)
    create(home, "Two")
    with app(home) as window:
        window.click("button", "Start One")
        window.wait("button", "Pause One")
        equal(state(home), "running")
        window.wait("row header", "Running")
        window.wait("row header", "Off")
        window.check_names()

        window.click("button", "Pause One")
        window.wait("button", "Resume One")
        equal(state(home), "paused")
        window.click("button", "Resume One")
        window.wait("button", "Pause One")
        equal(state(home), "running")

        window.click("toggle button", "Machine menu")
        window.click("menu item", "Shut down")
        window.wait("button", "Start One")
        equal(state(home), "stopped")
        window.gone("row header", "Running")


def test_force_off_asks_first(home):
    create(home, notes="ignore-shutdown")
    home.ok("start", "One")
    with app(home) as window:
        window.click("toggle button", "Machine menu")
        window.click("menu item", "Force off…")
        window.wait("label", "Force off One?")
        window.wait("label", "Unsaved work in it is lost.")
        window.check_names()
        window.click("button", "Cancel")
        equal(state(home), "running")

        window.click("toggle button", "Machine menu")
        window.click("menu item", "Force off…")
        window.click("button", "Force off")
        wait_state(home, "stopped")


def test_start_that_fails_says_why(home):
    create(home, notes="start-fail")
    with app(home) as window:
        window.click("button", "Start One")
        window.wait("label", "Could not start One")
        window.wait("button", "Show log")
        window.check_names()
        window.click("button", "Close")
        window.wait("label", "It did not start last time")


def test_crash_is_told(home):
    create(home)
    with app(home) as window:
        window.click("button", "Start One")
        window.wait("button", "Pause One")
        os.kill(home.ok("status", "--json", "One").json["engine-pid"], 9)
        window.wait("label", "It ended unexpectedly last time")
        window.click("button", "Show log")
        text = window.wait("text", "Log")
        window.check_names()
        # a short one shows from its first line
        wait_for(lambda: text.get_character_extents(0, atspi.Atspi.CoordType.WINDOW).y >=
                 text.get_extents(atspi.Atspi.CoordType.WINDOW).y, "the first line", 20)
        window.click("button", "Copy")
        window.wait("label", "Copied")


def test_killed_window_leaves_the_machine(home):
    create(home)
    with app(home) as window:
        window.click("button", "Start One")
        window.wait("button", "Pause One")
        window.kill()
    equal(state(home), "running")
    with app(home) as window:
        window.wait("button", "Pause One")


def test_closed_window_leaves_the_machine(home):
    create(home)
    home.ok("start", "One")
    with app(home) as window:
        window.wait("button", "Pause One")
        window.window.key("ctrl+w")
        wait_for(lambda: window.process.poll() is not None, "the end of the program", 20)
    equal(window.process.returncode, 0)
    equal(state(home), "running")


# --- finding --------------------------------------------------------------------


def test_search_filters(home):
    for name in "Debian 13", "Windows 11", "Old debian":
        create(home, name)
    with app(home) as window:
        window.wait("list item", "Windows 11")
        window.window.key("ctrl+f")
        window.wait("entry", "Search machines")
        window.window.type("DEB")
        window.gone("list item", "Windows 11")
        window.wait("list item", "Debian 13")
        window.wait("list item", "Old debian")
        window.window.type("xyz")
        window.wait("label", "No machine found")
        window.check_names()
        window.window.key("Escape")
        window.wait("list item", "Windows 11")


# --- by keyboard ----------------------------------------------------------------


def test_everything_is_reached_by_keyboard(home):
    create(home)
    with app(home) as window:
        window.wait("button", "Start One")
        seen = set()
        for _ in range(24):
            window.window.key("Tab")
            node = window.program.focused()
            if node:
                seen.add(atspi.name(node) or atspi.name(node.get_parent()))
        for name in "Main menu", "Search", "New machine", "One", "Start One", "Machine menu", "Start", "Open window":
            assert name in seen, f"{name} is not reached; {seen} are"

        window.window.key("F10")
        window.wait("menu item", "About Aether")
        window.window.key("Escape")
        window.gone("menu item", "About Aether")

        window.window.key("ctrl+question")
        window.wait("list item", "Create a machine")
        window.check_names()
        window.window.key("Escape")
        window.gone("list item", "Create a machine")

        window.window.key("ctrl+q")
        wait_for(lambda: window.process.poll() is not None, "the end of the program", 20)
    equal(window.process.returncode, 0)


# --- creating and changing ------------------------------------------------------


def to_summary(window):
    """Each page has the focus on its way on."""
    while not window.find("button", "Create"):
        wait_for(lambda: window.find("button", "Create") or
                 (node := window.program.focused()) and atspi.name(node) == "Next", "the focus on the way on", 20)
        if not window.find("button", "Create"):
            window.window.key("Return")
            time.sleep(0.5)   # what slides in has come to rest


def test_create_by_keyboard(home):
    with app(home) as window:
        window.wait("label", "No machines yet")
        window.window.key("ctrl+n")
        window.wait("list item", re.compile("Linux"))
        window.check_names()
        window.window.key("alt+e")   # Empty machine
        to_summary(window)
        window.check_names()
        window.window.key("ctrl+a")
        window.window.type("Mine")
        window.window.key("Return")
        window.wait("list item", "Mine")
    made = home.machine_json("Mine")
    equal(made["name"], "Mine")
    assert os.path.getsize(os.path.join(home.bundle("Mine"), made["drives"][0]["file"])) < 1 << 20


def test_create_refuses_and_cancel_leaves_nothing(home):
    with app(home) as window:
        window.wait("label", "No machines yet")
        window.window.key("ctrl+n")
        window.click("button", "Empty machine")
        to_summary(window)
        create_button = window.wait("button", "Create")
        assert atspi.is_sensitive(create_button)
        window.window.key("ctrl+a", "BackSpace")
        wait_for(lambda: not atspi.is_sensitive(create_button), "a refusal", 10)
        window.window.key("Escape")
        window.wait("button", "Next")
        window.gone("button", "Create")
        for _ in range(6):
            if window.find("dialog", "Create a machine"):
                window.window.key("Escape")
                time.sleep(0.5)
        window.gone("dialog", "Create a machine")
        window.wait("label", "No machines yet")
    equal(os.listdir(home.machines) if os.path.exists(home.machines) else [], [])


# --- for a system of the catalogue ----------------------------------------------


def disc(home, name, volume, *cpus):
    make_media.iso(home.path(name), volume, bios="x86_64" in cpus, efi=cpus)
    return home.path(name)


def test_debian_from_the_catalogue_by_keyboard(home):
    path = disc(home, "anything.iso", "Debian 13.0.0 amd64 n", "x86_64")
    with app(home) as window:
        window.wait("label", "No machines yet")
        window.window.key("ctrl+n")
        window.wait("list item", "Arch Linux")
        window.window.type("debian 13")
        window.gone("list item", "Arch Linux")
        window.wait("list item", "Debian 13")
        window.check_names()
        window.window.key("Return")
        window.wait("radio button", "A file of your own")
        window.click("button", "Choose…")
        window.choose_file("Choose a disc or disk image", path)
        window.wait("label", "anything.iso")
        window.click("button", "Next")
        time.sleep(0.5)
        to_summary(window)
        window.click("check box", "Start when it is ready")   # there is no engine for it here
        window.window.key("alt+r")   # Create
        window.wait("list item", "Debian 13")
    made = home.machine_json("Debian 13")
    equal(made["name"], "Debian 13")
    equal([drive["file"] for drive in made["drives"] if drive["kind"] == "cdrom"], [path])
    equal([drive["kind"] for drive in made["drives"]], ["disk", "cdrom"])
    assert made["memory"]["size"] >= 512, made["memory"]


def test_file_that_is_no_medium_is_refused_in_words(home):
    home.write("vmlinuz", make_media.bzimage())
    with app(home) as window:
        window.wait("label", "No machines yet")
        window.window.key("ctrl+n")
        window.wait("button", "From a file…")
        window.window.key("alt+f")
        window.choose_file("Choose a disc or disk image", home.path("vmlinuz"))
        window.wait("label", re.compile("“vmlinuz” is a kernel"))
        window.window.key("Escape", "Escape")
        window.gone("dialog", "Create a machine")


def test_choosing_a_system_fits_a_small_screen(home):
    with app(home) as window:
        window.window.resize(360, 640)
        window.window.key("ctrl+n")
        window.wait("list item", re.compile("Linux"))
        window.check_fits()
        window.window.type("no such system")
        window.wait("label", "No system found")
        window.window.key("ctrl+a")
        window.window.type("windows 11")
        window.click("list item", "Microsoft Windows 11")
        window.wait("button", "Open page")
        window.check_fits()


# --- changing -------------------------------------------------------------------


def test_rename_and_settings(home):
    create(home)
    with app(home) as window:
        window.wait("button", "Start One")
        window.click("toggle button", "Machine menu")
        window.click("menu item", "Rename…")
        window.wait("label", "Rename machine")
        window.check_names()
        window.window.key("ctrl+a")
        window.window.type("Renamed")
        window.window.key("Return")
        window.wait("list item", "Renamed")

        window.click("toggle button", "Machine menu")
        window.click("menu item", "Settings")
        window.wait("list item", re.compile("Processor cores"))
        window.check_names()
        window.wait("combo box", "Sound card")
        window.wait("combo box", "Clipboard")
        # the row itself has no action, the switch in it has
        switch = [node for node in atspi.walk(window.wait("check box", "Microphone")) if "toggle" in atspi.actions(node)]
        switch[0].do_action(atspi.actions(switch[0]).index("toggle"))
        wait_for(lambda: home.machine_json("One").get("sound", {}).get("microphone"), "the microphone in the file", 20)
        window.window.key("Escape")
    equal(home.machine_json("One")["name"], "Renamed")


def test_disc_is_changed_while_the_machine_is_off(home):
    path = disc(home, "anything.iso", "Debian 13.0.0 amd64 n", "x86_64")
    home.ok("create", "One", "--engine=test", "--arch=x86_64", f"--cdrom={path}")

    def inside():
        return [drive.get("file") or None for drive in home.machine_json("One")["drives"]]
    equal(inside(), [path])
    with app(home) as window:
        window.click("toggle button", "Machine menu")
        window.click("menu item", "Devices")
        window.wait("label", "anything.iso")
        window.check_names()
        window.click("button", "Eject the disc from cdrom0")
        window.wait("label", "Empty")
        window.gone("button", "Eject the disc from cdrom0")
        equal(inside(), [None])
        window.click("button", "Insert a disc into cdrom0")
        window.choose_file("Insert a disc", path)
        window.wait("button", "Eject the disc from cdrom0")
        equal(inside(), [path])

        # it is of no use to a machine that runs
        home.ok("start", "One")
        window.gone("dialog", "Devices")


def test_kept_password_is_found_in_the_settings(home):
    create(home)
    with keyring.keyring(home, os.environ["DBUS_SESSION_BUS_ADDRESS"]):
        home.ok("password", "One", "--user=anna", "--keep", stdin=b"open sesame\n")
        with app(home) as window:
            window.click("toggle button", "Machine menu")
            window.click("menu item", "Settings")
            window.wait("label", "Password of anna")
            window.wait("label", "In the keyring")
            window.check_names()
            window.click("toggle button", "Show the password")
            window.wait("label", "open sesame")
            window.click("toggle button", "Show the password")
            window.gone("label", "open sesame")
            window.click("button", "Copy the password")
            window.wait("label", "Copied")


def test_delete_can_be_undone(home):
    create(home)
    create(home, "Two")
    with app(home) as window:
        window.wait("button", "Start One")
        window.click("toggle button", "Machine menu")
        window.click("menu item", "Move to the trash")
        window.gone("list item", "One")
        window.check_names()
        window.click("button", "Undo")
        window.wait("list item", "One")
    assert os.path.exists(home.bundle("One"))


# --- small screens --------------------------------------------------------------


def test_narrow_window_shows_one_page_at_a_time(home):
    create(home)
    create(home, "A machine with a name that is much longer than a small screen is wide")
    with app(home) as window:
        window.window.resize(360, 640)
        equal(window.window.geometry()[2:], (360, 640))
        window.check_fits()
        window.click("list item", "One")
        window.wait("button", "Open window")
        window.gone("list item", "One")
        window.check_fits()
        window.check_names()
        window.click("button", "Back")
        window.wait("list item", "One")


# --- the command line -----------------------------------------------------------


def run(home, *args):
    return subprocess.run([APP, *args], env=home.env, cwd=home.root, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)


def test_command_line(home):
    equal(run(home, "--version").returncode, 0)
    assert re.fullmatch(r"aether \d+\.\d+\.\d+\n", run(home, "--version").stdout)
    holds(run(home, "--help").stdout, "MACHINE")
    missing = run(home, "Nobody")
    equal(missing.returncode, 1)
    holds(missing.stderr, "Nobody")
    equal(run(home, "--nonsense").returncode, 1)


def test_machine_by_name_and_by_folder(home):
    create(home)
    create(home, "Two")
    with app(home, "One", title="One") as window:
        second = run(home, home.bundle("Two"))   # told to the first, which opens it
        equal((second.returncode, second.stderr), (0, ""))
        atspi.Window("Two")
        window.check_names()


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
