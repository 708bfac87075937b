# test-wizard.py - the wizard: from an empty library to a machine that runs, and the ways astray
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""The system is one of a catalogue of the test's own; its disc is fetched from a server on this
computer, and says a word on the serial port when a real QEMU starts it."""

import contextlib
import hashlib
import importlib
import json
import os
import re
import shutil
import sys
import time

import atspi
import make_media
import rig
from fault_server import Server
from gui import app, get_touch
from rig import Skip, equal, wait_for
from screen import serial

MIB = 1 << 20
WORD = "AETHER BOOTED"
NAME = "Tiny Test 1"

# Loaded to 0x7c00 by the BIOS: the word to the first serial port and to the screen, then silence
BOOT = bytes.fromhex("31c0 8ed8 be1d7c fc ac 08c0 740d baf803 ee b40e bb0700 cd10 ebee f4 ebfd") + WORD.encode() + b"\r\n\0"

OS = """<?xml version="1.0"?>
<libosinfo version="0.0.1" xmlns:aether="urn:org.aether.catalogue:1">
  <os id="http://tiny.test/tiny/1">
    <short-id>tiny1</short-id>
    <name>Tiny Test 1</name>
    <version>1</version>
    <vendor>The tests</vendor>
    <family>linux</family>
    <distro>debian</distro>
    <release-status>released</release-status>
    <release-date>2026-01-02</release-date>
    <resources arch="all">
      <minimum>
        <n-cpus>1</n-cpus>
        <ram>67108864</ram>
        <storage>1048576</storage>
      </minimum>
      <recommended>
        <ram>134217728</ram>
        <storage>1073741824</storage>
      </recommended>
    </resources>
    <media arch="x86_64">
      <url>%(url)s</url>
      <aether:checksum>sha256:%(digest)s</aether:checksum>
      <iso>
        <volume-id>TINY_TEST_1</volume-id>
      </iso>
    </media>
  </os>
</libosinfo>
"""

HANDED = """<?xml version="1.0"?>
<libosinfo version="0.0.1" xmlns:aether="urn:org.aether.catalogue:1">
  <os id="http://tiny.test/handed/1">
    <short-id>handed1</short-id>
    <name>Handed Out 1</name>
    <version>1</version>
    <vendor>The tests</vendor>
    <family>linux</family>
    <release-status>released</release-status>
    <release-date>2026-01-02</release-date>
    <aether:page>http://127.0.0.1:9/page-of-downloads</aether:page>
    <media arch="x86_64">
      <aether:page>http://127.0.0.1:9/page-of-downloads</aether:page>
      <iso>
        <volume-id>HANDED_OUT_1</volume-id>
      </iso>
    </media>
  </os>
</libosinfo>
"""

def disc(home, name, volume, bios=BOOT, efi=(), padding=0):
    for program in "xorrisofs", "mkfs.vfat", "mcopy":
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")
    return make_media.iso(home.path(name), volume, {"padding": os.urandom(padding)} if padding else None, bios=bios, efi=efi)


@contextlib.contextmanager
def tiny(home, fault="slow", bps=400000, padding=3 * MIB, wrong=False):
    """A catalogue with the system, and the server that has its disc."""
    with open(disc(home, "served.iso", "TINY_TEST_1", padding=padding), "rb") as file:
        data = file.read()
    with Server(data) as server:
        digest = hashlib.sha256(b"something else" if wrong else data).hexdigest()
        url = server.url(f"{fault}/tiny-1.iso?bps={bps}")
        home.write("catalogue/os/tiny.test/tiny-1.xml", OS.replace("%(url)s", url).replace("%(digest)s", digest))
        home.write("catalogue/os/tiny.test/handed-1.xml", HANDED)
        home.env["AETHER_CATALOGUE_DIR"] = home.path("catalogue")
        yield server


def open_wizard(window, name):
    """To the page after the one with the systems, by keyboard."""
    window.window.key("ctrl+n")
    window.wait("list item", re.compile("."))
    window.window.type(name.lower())
    window.wait("list item", name)
    window.window.key("Return")
    window.wait("label", "Medium")
    window.wait("button", "Next")


def to_summary(window, keys=("Return", "Return", "Return")):
    """Each page has the focus on its way on."""
    for key in keys:
        wait_for(lambda: (node := window.program.focused()) and atspi.name(node) == "Next", "the focus on “Next”", 20)
        title = atspi.name(window.find("grouping", re.compile("^(Medium|Resources|Disk|Installation)$")))
        window.window.key(key)
        window.gone("grouping", title)
    window.wait("button", "Create")


def is_chosen(window, name):
    """Looked for each time, as other rows may come to be there."""
    node = window.find("radio button", name)
    return node is not None and atspi.has_state(node, atspi.Atspi.StateType.CHECKED)


def no_autostart(window):
    window.click("check box", "Start when it is ready")


def may_go_on(window):
    """Looked for each time: a dialog that turns into a sheet has new widgets for AT-SPI."""
    node = window.find("button", "Next")
    return node is not None and atspi.is_sensitive(node)


def media(home, name="tiny-1.iso"):
    return home.path("data/aether/media", name)


def nothing_is_left(home, *kept):
    equal(os.listdir(home.machines) if os.path.isdir(home.machines) else [], [])
    folder = home.path("data/aether/media")
    equal(sorted(os.listdir(folder)) if os.path.isdir(folder) else [], sorted(kept))
    for name in "downloads", "creating":
        folder = home.path("state/aether", name)
        equal([entry for entry in os.listdir(folder) if entry.endswith(".json")] if os.path.isdir(folder) else [], [])


def booted(home, name=NAME):
    wait_for(lambda: WORD in serial(home, name), "the disc's word on the serial port", 120)


# --- from nothing to a machine that runs ------------------------------------------------


def is_made(window, name):
    """Its row, or its own page, which a narrow window shows at once."""
    window.wait("button", re.compile(f"^Start( {name})?$"))
    window.wait("label", name)


def test_by_keyboard_from_search_to_a_booted_machine(home):
    with tiny(home), app(home) as window:
        window.wait("label", "No machines yet")
        open_wizard(window, NAME)
        window.wait("radio button", NAME)
        window.wait("label", re.compile("verified by its maker’s checksum"))
        window.check_names()
        to_summary(window, ["Return"] * 4)
        window.wait("label", f"{NAME}, to be downloaded")
        window.check_names()
        window.window.key("Return")   # Create

        # its progress: a bar that moves, and figures
        bar = window.wait("progress bar", "Progress")
        wait_for(lambda: (node := window.program.focused()) and atspi.name(node) == "Progress", "the focus on no button", 20)
        window.window.key("Return")
        window.wait("label", re.compile(r"B of .*MB, .*/s"), timeout=60)
        window.check_names()
        wait_for(lambda: bar.get_current_value() > 0.1, "a bar that has moved")
        window.click("button", "Pause")
        window.wait("label", re.compile("^Paused, "))
        window.click("button", "Resume")

        # it is made, shown, and started by itself
        atspi.Window(NAME, timeout=120)
        booted(home)
        window.wait("image", f"Screen of {NAME}")
    machine = home.machine_json(NAME)
    equal(machine["firmware"]["kind"], "bios")   # only that starts the disc
    equal([(d["kind"], os.path.basename(d["file"])) for d in machine["drives"]],
          [("disk", os.path.basename(machine["drives"][0]["file"])), ("cdrom", "tiny-1.iso")])
    equal(home.ok("media", "--json").json[0]["state"], "verified")
    home.run("stop", "--force", NAME)


def test_by_touch_from_search_to_a_booted_machine(home):
    touch = get_touch()

    def tap(window, role, name, timeout=20):
        node = window.wait(role, name, timeout=timeout)
        time.sleep(0.4)   # what slides in has come to rest
        x, y, width, height = window.program.extents(node)
        left, top = window.window.geometry()[:2]
        touch.tap(left + x + width // 2, top + y + height // 2)

    with tiny(home, bps=2000000), app(home) as window:
        window.window.resize(360, 700)
        window.window.focus()
        tap(window, "button", "Create a machine")
        tap(window, "entry", "Search systems")
        window.window.type("tiny test")   # as the screen's keyboard would
        tap(window, "list item", NAME)
        window.wait("radio button", NAME)
        for title in "Medium", "Resources", "Disk", "Installation":
            window.wait("grouping", title)
            window.check_fits()
            tap(window, "button", "Next")
            window.gone("grouping", title)
        window.wait("label", f"{NAME}, to be downloaded")
        window.check_fits()
        tap(window, "button", "Create")
        window.wait("progress bar", "Progress")
        window.check_fits()
        atspi.Window(NAME, timeout=120)
        booted(home)
    home.run("stop", "--force", NAME)


def test_closed_wizard_still_ends_in_a_machine(home):
    with tiny(home, bps=30000), app(home) as window:
        open_wizard(window, NAME)
        to_summary(window, ["Return"] * 4)
        no_autostart(window)
        window.click("button", "Create")
        window.wait("progress bar", "Progress")
        window.window.key("Escape")
        window.gone("dialog", "Create a machine")

        # it is among the machines, and can be looked at again
        window.wait("progress bar", NAME)
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()
        x, y, width, height = window.program.extents(window.wait("list item", NAME))
        left, top = window.window.geometry()[:2]
        atspi.xdotool("mousemove", left + x + 40, top + y + height // 2, "sleep", 0.3, "mousedown", 1, "sleep", 0.1, "mouseup", 1)
        window.wait("progress bar", "Progress")
        window.window.key("Escape")

        wait_for(lambda: os.path.isdir(home.bundle(NAME)), "the machine", 120)
        is_made(window, NAME)
        window.gone("progress bar", NAME)
    equal(home.ok("list", "--names").out.splitlines(), [NAME])


def test_goes_on_when_the_program_starts_again(home):
    with tiny(home, bps=30000) as server:
        with app(home) as window:
            open_wizard(window, NAME)
            to_summary(window, ["Return"] * 4)
            no_autostart(window)
            window.click("button", "Create")
            wait_for(lambda: server.sent > MIB // 2, "some bytes")
            window.kill()
        assert not os.path.exists(home.bundle(NAME))
        with app(home) as window:
            window.wait("progress bar", NAME)
            wait_for(lambda: os.path.isdir(home.bundle(NAME)), "the machine", 120)
            window.wait("button", f"Start {NAME}")


# --- astray -----------------------------------------------------------------------------


def test_giving_up_leaves_nothing(home):
    with tiny(home, bps=20000), app(home) as window:
        open_wizard(window, NAME)
        to_summary(window, ["Return"] * 4)
        window.click("button", "Create")
        window.wait("label", re.compile(r"B of .*MB, .*/s"), timeout=60)
        window.click("button", "Cancel")
        window.click("button", "Give up")
        window.gone("dialog", "Create a machine")
        window.wait("label", "No machines yet")
        wait_for(lambda: home.ok("downloads", "--json").json == [], "the end of the download")
    nothing_is_left(home)


def test_leaving_before_create_leaves_nothing(home):
    with tiny(home), app(home) as window:
        open_wizard(window, NAME)
        to_summary(window, ["Return"] * 4)
        for _ in range(9):
            if window.find("dialog", "Create a machine"):
                window.window.key("Escape")
                time.sleep(0.5)
        window.gone("dialog", "Create a machine")
    nothing_is_left(home)


def test_wrong_checksum_makes_no_machine_and_retry_does(home):
    with tiny(home, fault="ok", wrong=True), app(home) as window:
        open_wizard(window, NAME)
        to_summary(window, ["Return"] * 4)
        window.click("button", "Create")
        window.wait("label", re.compile("checksum|damaged|not what"), timeout=60)
        window.wait("button", "Retry")
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()
        window.click("button", "Retry")
        window.wait("button", "Retry", timeout=60)
        equal(os.path.exists(media(home)), False)
        equal(os.path.isdir(home.machines) and os.listdir(home.machines), False if not os.path.isdir(home.machines) else [])
        window.click("button", "Cancel")
        window.click("button", "Give up")
        window.gone("button", "Retry")
    nothing_is_left(home)


def test_server_that_is_back_on_retry(home):
    """The first answers are refusals; what the wizard says then has a way on."""
    with tiny(home, fault="denied") as server, app(home) as window:
        open_wizard(window, NAME)
        to_summary(window, ["Return"] * 4)
        no_autostart(window)
        window.click("button", "Create")
        window.wait("label", "127.0.0.1 refuses to hand out this file (HTTP 403).", timeout=60)
        server.RequestHandlerClass = type("Mended", (server.RequestHandlerClass,), {
            "do_GET": lambda self: (setattr(self, "path", self.path.replace("/denied/", "/ok/")),
                                    server.mended(self))[1]})
        server.mended = lambda handler: type(handler).__mro__[1].do_GET(handler)
        window.click("button", "Retry")
        wait_for(lambda: os.path.isdir(home.bundle(NAME)), "the machine", 60)


def test_too_much_is_warned_of_with_numbers(home):
    with tiny(home), app(home) as window:
        open_wizard(window, NAME)
        to_page(window, "Resources")
        set_value(window, "Memory", "9999 GB")
        window.wait("label", re.compile("9.8 TB of memory is more than the .* that this computer has"))
        window.window.key("Return")
        to_page(window, "Disk")
        set_value(window, "Size", "60000 GB")
        window.wait("label", re.compile("The disk can grow to 59 TB, and only .* are free"))
        window.window.key("Return")
        to_page(window, "Installation")
        window.click("button", "Next")
        window.wait("label", re.compile("9.8 TB of memory .*\n.*59 TB", re.S))


def test_running_machines_count(home):
    here = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") // MIB
    home.ok("create", "Other", "--arch=x86_64", f"--memory={here * 6 // 10}")
    if home.run("start", "Other").code:
        raise Skip("no machine runs here")
    with tiny(home), app(home) as window:
        window.wait("button", "Pause Other")
        open_wizard(window, NAME)
        to_page(window, "Resources")
        set_value(window, "Memory", f"{here * 6 // 10 // 1024} GB")
        window.wait("label", re.compile("With the machine that runs now, which has .*, it would take .* of memory; this computer has"))
    home.run("stop", "--force", "Other")


def to_page(window, title):
    """Next, until that one is there."""
    for _ in range(5):
        if window.find("grouping", title):
            # what slides in has come to rest when the focus is on the way on
            wait_for(lambda: (node := window.program.focused()) and atspi.name(node) == "Next", f"the focus in “{title}”", 20)
            return
        # none shows while one slides away
        now = atspi.name(window.wait("grouping", re.compile("^(Medium|Resources|Disk|Installation)$")))
        if now == title:
            continue
        window.click("button", "Next")
        window.gone("grouping", now)
    raise AssertionError(f"no page “{title}”; there are\n{window.program.dump()}")


def set_value(window, title, text):
    """Into a row with plus and minus."""
    x, y, width, height = window.program.extents(window.wait("spin button", title))
    left, top = window.window.geometry()[:2]
    atspi.xdotool("mousemove", left + x + 20, top + y + height // 2, "sleep", 0.3, "click", 1, "sleep", 0.2)
    window.window.key("ctrl+a")
    window.window.type(text)
    window.window.key("Tab")


def test_medium_for_another_processor_is_said_before(home):
    path = disc(home, "arm.iso", "SOMETHING_ELSE", bios=False, efi=["aarch64"])
    with tiny(home), app(home) as window:
        window.window.key("ctrl+n")
        window.wait("button", "From a file…")
        window.window.key("alt+f")
        window.choose_file("Choose a disc or disk image", path)
        window.wait("label", "For another processor")
        window.wait("button", "Next")
        assert not may_go_on(window)
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()
        window.click("button", "Emulate")
        window.gone("label", "For another processor")
        wait_for(lambda: may_go_on(window), "the way on", 20)
        # Twice, as a hand that does not trust the first click: the second is for a page on its way out
        window.click("button", "Next").do_action(0)
        to_page(window, "Disk")
        window.click("button", "Next")
        window.wait("button", "Create")
        window.wait("label", "64-bit ARM (aarch64)")
        no_autostart(window)
        window.click("button", "Create")
        is_made(window, "arm")
    equal(home.machine_json("arm")["arch"], "aarch64")


def test_answers_are_checked_while_they_are_typed(home):
    with tiny(home), app(home) as window:
        open_wizard(window, NAME)
        to_page(window, "Installation")
        window.click("check box", "Install without questions")
        window.wait("button", "Next")
        window.wait("label", "This installer wants a password for the user. Give one.")
        assert not may_go_on(window)
        window.window.type("secret")   # the focus is there
        wait_for(lambda: may_go_on(window), "the way on", 20)
        window.click("text", "User name")
        window.window.key("ctrl+a")
        window.window.type("An na")
        window.wait("label", re.compile("^The user name “An na” cannot be used: "))
        assert not may_go_on(window)
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()
        window.window.key("ctrl+a")
        window.window.type("anna")
        wait_for(lambda: may_go_on(window), "the way on", 20)
        window.click("button", "Next")
        window.wait("label", re.compile("^Without questions, for anna on "))

        # a line leads to its page and back
        window.click("button", "Change: Disk")
        window.wait("button", "Done")
        window.click("button", "Done")
        window.wait("button", "Create")

        # what was fetched has no such installer after all: it is said, and there is another way
        no_autostart(window)
        window.click("button", "Create")
        window.wait("label", re.compile("does not know how to answer"), timeout=60)
        window.check_names()
        equal(os.path.isdir(home.bundle(NAME)), False)
        window.click("button", "Install by hand")
        wait_for(lambda: os.path.isdir(home.bundle(NAME)), "the machine", 60)
    for folder, _dirs, files in os.walk(home.root):
        for name in files:
            with contextlib.suppress(OSError), open(os.path.join(folder, name), "rb") as file:
                assert b"secret" not in file.read(), f"{folder}/{name} has the password"


def test_what_is_here_already_is_offered_first(home):
    path = disc(home, "mine.iso", "TINY_TEST_1")
    home.ok("media", "add", path)
    with tiny(home), app(home) as window:
        open_wizard(window, NAME)
        window.wait("label", "Here already")
        wait_for(lambda: is_chosen(window, "mine.iso"), "it is chosen", 20)
        to_summary(window, ["Return"] * 3)
        no_autostart(window)
        window.click("button", "Create")
        window.wait("button", f"Start {NAME}")
    equal([os.path.basename(d["file"]) for d in home.machine_json(NAME)["drives"] if d["kind"] == "cdrom"], ["mine.iso"])


def test_own_file_takes_the_place_of_an_edition(home):
    path = disc(home, "other.iso", "HANDED_OUT_1")   # of another system than the chosen one
    with tiny(home), app(home) as window:
        open_wizard(window, NAME)
        window.wait("radio button", NAME)
        window.click("radio button", "A file of your own")
        window.choose_file("Choose a disc or disk image", path)
        window.wait("label", "other.iso")
        wait_for(lambda: is_chosen(window, "A file of your own"), "it is chosen", 20)
        to_page(window, "Disk")
        window.click("button", "Next")
        window.wait("button", "Create")
        no_autostart(window)
        window.click("button", "Create")
        is_made(window, "Handed Out 1")
    equal([d["file"] for d in home.machine_json("Handed Out 1")["drives"] if d["kind"] == "cdrom"], [path])


def test_newer_systems_are_looked_for(home):
    update = importlib.import_module("test-update")
    keys = update.Keys(home)
    os.mkdir(home.path("keys"))
    os.rename(keys.keyring, home.path("keys/osinfo-db.gpg"))
    files = {}
    with tiny(home), update.server(files) as url, \
         app(home, env={"AETHER_CATALOGUE_UPDATE_URL": url + "/latest.json"}) as window:
        window.window.key("ctrl+n")
        window.wait("list item", NAME)
        window.window.type("an example")
        window.wait("label", "No system found")
        window.check_names()
        window.click("button", "Look for newer systems")
        window.wait("label", re.compile("HTTP 404"))

        data = update.archive("20990101")
        files.update({"/a.tar.xz": data, "/a.asc": keys.sign(data), "/latest.json": json.dumps({
            "version": 1, "release": {"version": "20990101", "archive": url + "/a.tar.xz", "signature": url + "/a.asc"},
        }).encode()})
        window.click("button", "Look for newer systems")
        window.wait("list item", "An example", timeout=120)

        # once is enough
        window.window.key("ctrl+a")
        window.window.type("no such system")
        window.wait("label", re.compile("This is the newest list there is"))
        equal(window.find("button", "Look for newer systems"), None)
        window.window.resize(360, 640)
        window.check_fits()


def test_chosen_row_keeps_the_focus(home):
    """What is chosen is looked at, then a medium more is found: the rows that stay are the same."""
    home.ok("media", "add", disc(home, "mine.iso", "TINY_TEST_1"))
    home.ok("media", "add", disc(home, "zweit <b>&.iso", "TINY_TEST_1"))
    with tiny(home), app(home) as window:
        open_wizard(window, NAME)
        window.wait("radio button", "zweit <b>&.iso")
        wait_for(lambda: is_chosen(window, "mine.iso"), "what is here is chosen", 20)
        to_page(window, "Medium")
        for _ in range(12):
            if (node := window.program.focused()) and atspi.name(node) == "mine.iso":
                break
            window.window.key("Tab")
            time.sleep(0.2)
        window.window.key("Down")
        wait_for(lambda: (node := window.program.focused()) and atspi.name(node) == "zweit <b>&.iso", "the focus on the row", 20)
        window.window.key("space")
        wait_for(lambda: is_chosen(window, "zweit <b>&.iso") and may_go_on(window), "it is chosen", 20)
        equal(atspi.name(window.program.focused()), "zweit <b>&.iso")
        home.ok("media", "add", disc(home, "new.iso", "TINY_TEST_1"))
        window.wait("radio button", "new.iso", timeout=60)
        equal(atspi.name(window.program.focused()), "zweit <b>&.iso")
        assert is_chosen(window, "zweit <b>&.iso")
        to_page(window, "Disk")
        window.click("button", "Next")
        window.wait("label", "zweit <b>&.iso")


def disk_image(home, name):
    """With a partition, so that it is seen to be a disk."""
    sector = bytearray(512)
    sector[446:462] = bytes.fromhex("800101000cfeffff0008000000f80100")
    sector[510:] = b"\x55\xaa"
    with open(home.path(name), "wb") as file:
        file.write(sector)
        file.truncate(4 * MIB)
    return home.path(name)


def begin_with_file(window, path):
    window.window.key("ctrl+n")
    window.wait("button", "From a file…")
    window.window.key("alt+f")
    window.choose_file("Choose a disc or disk image", path)
    wait_for(lambda: may_go_on(window), "the way on", 30)


def test_disk_of_the_media_is_never_used_up(home):
    """What other machines are made from too becomes no machine's own disk, by whatever name it is chosen."""
    own = disk_image(home, "own.img")
    home.ok("media", "add", own, "--link")
    with tiny(home), app(home) as window:
        begin_with_file(window, own)
        to_page(window, "Disk")
        window.wait("label", "Copy of the disk image")
        equal(window.find("list item", "The disk image itself"), None)
        to_page(window, "Installation")
        window.click("button", "Next")
        window.wait("button", "Create")
        no_autostart(window)
        window.click("button", "Create")
        is_made(window, "own")
    equal([d["file"].startswith("disks/") for d in home.machine_json("own")["drives"] if d["kind"] == "disk"], [True])


def hang_in_the_copy(home):
    """qemu-img never ends to copy."""
    real = shutil.which("qemu-img")
    os.makedirs(home.path("bin"))
    home.write("bin/qemu-img", f'#!/bin/sh\nif [ "$1" = convert ]; then exec sleep 1000; fi\nexec {real} "$@"\n')
    os.chmod(home.path("bin/qemu-img"), 0o755)
    home.env["PATH"] = home.path("bin") + ":" + os.environ["PATH"]


def test_quitting_says_what_would_be_lost(home):
    own = disk_image(home, "own.img")
    hang_in_the_copy(home)
    home.ok("media", "add", own)
    with tiny(home), app(home) as window:
        begin_with_file(window, home.path("data/aether/media/own.img"))
        to_page(window, "Installation")
        window.click("button", "Next")
        window.wait("button", "Create")
        no_autostart(window)
        window.click("button", "Create")
        window.wait("label", "Making the machine…")
        wait_for(lambda: os.path.isdir(home.machines) and os.listdir(home.machines), "the copy", 20)

        window.window.key("Escape")
        window.gone("dialog", "Create a machine")
        window.window.key("ctrl+q")
        window.wait("label", "own is not ready yet")
        window.check_names()
        window.click("button", "Back")
        window.gone("label", "own is not ready yet")
        window.wait("label", "Making the machine…")

        window.window.key("ctrl+q")
        window.click("button", "Give up and quit")
        equal(window.process.wait(60), 0)
        nothing_is_left(home, "own.img")


def test_many_on_their_way_leave_room_for_machines(home):
    home.ok("create", "Here")
    with tiny(home, bps=2000), app(home) as window:
        for n in range(9):
            open_wizard(window, NAME)
            to_summary(window, ["Return"] * 4)
            window.click("button", "Create")
            window.wait("progress bar", "Progress")
            window.window.key("Escape")
            window.gone("progress bar", "Progress")
        window.window.resize(1000, 480)
        last = f"{NAME} 9"
        machine = window.wait("list item", "Here")
        x, y, width, height = window.program.extents(machine)
        assert y + height <= 480, f"the machine reaches down to {y + height}"

        # by keyboard to the last one, which comes into sight
        for _ in range(30):
            if (node := window.program.focused()) and atspi.name(node) == NAME and atspi.role(node) == "list item":
                break
            window.window.key("Tab")
            time.sleep(0.2)
        window.window.key("End")
        wait_for(lambda: (node := window.program.focused()) and atspi.name(node) == last, "the focus on the last one", 20)
        wait_for(lambda: (box := window.program.extents(window.program.focused())) and box[1] + box[3] <= 480,
                 "the last one in sight", 20)


def test_browsers_file_is_picked_up(home):
    os.makedirs(home.path("Downloads"))
    home.write("config/user-dirs.dirs", 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n')
    arrives = disc(home, "arrives.iso", "HANDED_OUT_1")
    with tiny(home), app(home) as window:
        open_wizard(window, "Handed Out 1")
        window.wait("button", "Open page")
        window.wait("label", re.compile("Save the disc in “Downloads”"))
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()
        os.rename(arrives, home.path("Downloads/handed.iso"))
        window.wait("label", "handed.iso", timeout=60)
        wait_for(lambda: is_chosen(window, "A file of your own"), "it is chosen", 20)
        to_page(window, "Disk")
        window.click("button", "Next")
        window.wait("button", "Create")
        no_autostart(window)
        window.click("button", "Create")
        is_made(window, "Handed Out 1")
    equal([d["file"] for d in home.machine_json("Handed Out 1")["drives"] if d["kind"] == "cdrom"],
          [home.path("Downloads/handed.iso")])


rig.main(sys.modules[__name__])
