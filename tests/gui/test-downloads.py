# test-downloads.py - downloads and media in the library window, fetched from a server that misbehaves
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import random
import subprocess
import sys

import rig
from fault_server import Server
from gui import app
from rig import equal, wait_for

MIB = 1 << 20
DATA = random.Random(1).randbytes(12 * MIB + 345)


def media(home, name):
    return home.path("data/aether/media", name)


def open_downloads(window):
    window.click("button", "Downloads and media")
    window.wait("dialog", "Downloads and media")


def add(window, url):
    window.click("text", "Address of a file to download")
    window.window.type(url)
    window.window.key("Return")


def test_nothing_yet(home):
    with app(home) as window:
        open_downloads(window)
        window.wait("label", "Nothing is being downloaded. Paste or drop an address here.")
        window.wait("label", "No media yet. What you download appears here.")
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()


def test_add_pause_resume_and_see_it_among_the_media(home):
    with Server(DATA) as server, app(home) as window:
        open_downloads(window)
        add(window, server.url("slow?bps=300000"))
        window.click("button", "Pause slow")
        window.wait("button", "Resume slow")
        row, = home.ok("downloads", "--json").json
        equal(row["state"], "paused")
        window.check_names()
        equal(os.path.exists(media(home, "slow")), False)

        window.click("button", "Resume slow")
        window.wait("button", "Pause slow")
        wait_for(lambda: os.path.exists(media(home, "slow")), "the file")
        window.wait("button", "Take slow off the list")
        window.wait("button", "Verify slow")
        with open(media(home, "slow"), "rb") as file:
            equal(file.read() == DATA, True)
        equal(home.ok("downloads", "--json").json, [])

        window.click("button", "Take slow off the list")
        window.wait("label", "Nothing is being downloaded. Paste or drop an address here.")
        window.click("button", "Remove slow")
        window.wait("label", "No media yet. What you download appears here.")
        equal(os.path.exists(media(home, "slow")), False)


def test_error_says_why_and_offers_another_try(home):
    with Server(DATA) as server, app(home) as window:
        open_downloads(window)
        add(window, server.url("denied"))
        window.wait("label", "127.0.0.1 refuses to hand out this file (HTTP 403).")
        window.check_names()
        window.click("button", "Retry denied")
        window.wait("button", "Retry denied")
        window.click("button", "Cancel denied")
        window.gone("button", "Retry denied")
        equal(home.ok("downloads", "--json").json, [])


def test_wrong_address_says_so(home):
    with app(home) as window:
        open_downloads(window)
        add(window, "nonsense")
        window.wait("label", "Could not add the download")


def test_goes_on_when_the_program_starts_again(home):
    with Server(DATA) as server:
        with app(home) as window:
            open_downloads(window)
            add(window, server.url("slow?bps=200000"))
            wait_for(lambda: server.sent > 4 * MIB, "some bytes")
            window.kill()
        equal(home.ok("downloads", "--json").json[0]["state"], "interrupted")
        with app(home):
            wait_for(lambda: os.path.exists(media(home, "slow")), "the file")


def test_shows_what_another_program_fetches(home):
    with Server(DATA) as server, app(home) as window:
        open_downloads(window)
        with rig.running(home.popen("download", server.url("slow?bps=300000"), stdout=subprocess.DEVNULL)):
            window.wait("button", "More for slow")
            equal(window.find("button", "Pause slow"), None)
            window.wait("button", "Verify slow", timeout=60)
        window.gone("button", "More for slow")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
