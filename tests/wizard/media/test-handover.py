# test-handover.py - what only a browser can fetch: aetherctl new --wait finds it when it has
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
import os
import shutil
import signal
import sys

import rig
from make_media import boot_files, iso, wim
from rig import FAILED, USAGE, OK, Skip, equal, holds, wait_for

FOLDER = "Downloads"


def windows(home, name, build, cpu="x86_64"):
    """A disc as Microsoft's, whose label says the same for 10 and 11."""
    for program in "genisoimage", "mkfs.vfat", "mcopy":
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")
    letters = {"x86_64": "X64", "aarch64": "A64"}[cpu]
    return iso(home.path(name), f"CCCOMA_{letters}FRE_EN-US_DV9", {**boot_files(cpu), "sources/boot.wim": wim(build)},
               publisher="MICROSOFT CORPORATION", udf=True)


class Waiting:
    """aetherctl at its wait; what it said so far."""

    def __init__(self, home, *args, os_name="win11"):
        os.makedirs(home.path(FOLDER), exist_ok=True)
        self.log = home.path("said")
        with open(self.log, "wb") as log:
            self.process = home.popen("new", os_name, "--wait", "--folder=" + home.path(FOLDER), "--no-start", "--arch=x86_64",
                                      "--memory=64", "--disk=1G", "--name=box", *args, stdout=log, stderr=log)

    def said(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def wait_for(self, words):
        wait_for(lambda: words in self.said() or self.process.poll() is not None, words)
        holds(self.said(), words)


def put(home, disc, name):
    """In one step, as browsers rename at the end."""
    os.rename(disc, home.path(FOLDER, name))


def drive(home):
    return next(d["file"] for d in home.machine_json("box")["drives"] if d["kind"] == "cdrom")


def test_told_where_to_get_it(home):
    result = home.fails(FAILED, "https://www.microsoft.com/software-download/windows11", "new", "win11", "--arch=x86_64", "--no-start")
    holds(result.err, "--wait")
    home.fails(FAILED, "https://www.microsoft.com/software-download/windows11arm64", "new", "win11", "--arch=aarch64", "--no-start")
    home.fails(FAILED, "https://www.microsoft.com/software-download/windows10", "new", "win10", "--arch=x86_64", "--no-start")


def test_what_would_be_overlooked_is_said(home):
    home.fails(USAGE, "--folder needs --wait", "new", "win11", "--folder=" + home.root, "--no-start")
    home.fails(USAGE, "is not a folder", "new", "win11", "--wait", "--folder=" + home.path("nowhere"), "--no-start")
    home.fails(USAGE, "Either --medium or --wait", "new", "win11", "--wait", "--medium=x.iso", "--no-start")


def test_build_tells_10_from_11(home):
    for build, name in (19045, "win10"), (26100, "win11"):
        path = windows(home, f"{build}.iso", build)
        equal(home.ok("catalogue", "identify", path, "--json").json["os"], name)


def test_browser_fetches_it(home):
    """Under another name first, then slowly, beside things that are something else."""
    disc = windows(home, "disc.iso", 26100)
    other = iso(home.path("debian.iso"), "Debian 13.4.0 amd64 n", boot_files("x86_64"))
    arm = windows(home, "arm.iso", 26100, cpu="aarch64")
    ten = windows(home, "ten.iso", 19045)
    os.makedirs(home.path(FOLDER))
    shutil.copy(other, home.path(FOLDER, "old.iso"))
    waiting = Waiting(home)
    with rig.running(waiting.process):
        waiting.wait_for("Ctrl-C ends the wait")
        holds(waiting.said(), "https://www.microsoft.com/software-download/windows11")
        home.write(FOLDER + "/letter.pdf", "%PDF-1.7" + "x" * 100000)
        put(home, other, "new.iso")
        waiting.wait_for("“new.iso” is Debian")
        put(home, arm, "arm.iso")
        waiting.wait_for("“arm.iso” is Microsoft Windows 11, but for aarch64")
        put(home, ten, "ten.iso")
        waiting.wait_for("“ten.iso” is Microsoft Windows 10, not Microsoft Windows 11")

        # Not as long as it has a name for what is not finished, or is written to
        shutil.copy(disc, home.path(FOLDER, "Win11.iso.crdownload"))
        with open(disc, "rb") as whole, open(home.path(FOLDER, "Win.iso"), "wb") as part:
            data = whole.read()
            part.write(data[:-4096])
            part.flush()
            home.write(FOLDER + "/after.iso", b"\0" * 40000)
            put(home, iso(home.path("x.iso"), "Fedora-S-dvd-x86_64-43", boot_files("x86_64"), system="LINUX"), "last.iso")
            waiting.wait_for("“last.iso” is")
            equal(waiting.process.poll(), None)
            part.write(data[-4096:])
        equal(waiting.process.wait(300), OK)
    equal(waiting.said().count("“old.iso”"), 0)
    equal(waiting.said().count("“letter.pdf”"), 0)
    equal(waiting.said().count("“new.iso”"), 1)
    equal(drive(home), home.path(FOLDER, "Win.iso"))

    # And it is among the media from now on, where it is
    row = next(row for row in home.ok("media", "--json").json if row["name"] == "Win.iso")
    equal((row["reference"], row["url"]), (True, "https://www.microsoft.com/software-download/windows11"))
    equal(row["machines"], ["box"])


def test_there_already(home):
    disc = windows(home, "disc.iso", 22631)
    os.makedirs(home.path(FOLDER))
    put(home, disc, "any name.bin")
    waiting = Waiting(home)
    with rig.running(waiting.process):
        equal(waiting.process.wait(300), OK)
    equal(drive(home), home.path(FOLDER, "any name.bin"))


def test_folder_comes_later(home):
    disc = windows(home, "disc.iso", 22631)
    waiting = Waiting(home)
    with rig.running(waiting.process):
        waiting.wait_for("Ctrl-C ends the wait")
        os.rmdir(home.path(FOLDER))
        os.mkdir(home.path(FOLDER))
        put(home, disc, "w.iso")
        equal(waiting.process.wait(300), OK)


def test_cut_short(home):
    disc = windows(home, "disc.iso", 22631)
    waiting = Waiting(home)
    with rig.running(waiting.process):
        waiting.wait_for("Ctrl-C ends the wait")
        os.truncate(disc, os.path.getsize(disc) - 8192)
        put(home, disc, "w.iso")
        waiting.wait_for("“w.iso” is not whole")
        equal(waiting.process.poll(), None)


def test_ended_by_the_user(home):
    waiting = Waiting(home)
    with rig.running(waiting.process):
        waiting.wait_for("Ctrl-C ends the wait")
        waiting.process.send_signal(signal.SIGINT)
        equal(waiting.process.wait(300), 128 + signal.SIGINT)
    equal(os.path.exists(home.bundle("box")), False)


def test_checksum(home):
    """Of a system of our own, whose page is known and whose file has a checksum."""
    path = iso(home.path("own.iso"), "OWN_SYSTEM_1", boot_files("x86_64"))
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    catalogue = home.path("catalogue")
    shutil.copytree(os.environ["AETHER_CATALOGUE_DIR"], catalogue)
    home.write("catalogue/os/example.org/own-1.xml", f"""<?xml version="1.0"?>
        <libosinfo version="0.0.1" xmlns:aether="urn:org.aether.catalogue:1"><os id="http://example.org/own/1">
        <short-id>own1</short-id><name>Own 1</name><version>1</version><vendor>Own</vendor><family>linux</family>
        <distro>own</distro><release-status>released</release-status>
        <media arch="x86_64"><iso><volume-id>^OWN_SYSTEM_1$</volume-id></iso>
        <aether:page>https://example.org/get</aether:page><aether:checksum>sha256:{digest}</aether:checksum></media>
        </os></libosinfo>""")
    home.env["AETHER_CATALOGUE_DIR"] = catalogue
    waiting = Waiting(home, os_name="own1")
    with rig.running(waiting.process):
        waiting.wait_for("https://example.org/get")
        bad = shutil.copy(path, home.path("bad.iso"))
        with open(bad, "r+b") as file:
            file.seek(-100, os.SEEK_END)
            file.write(b"!")
        put(home, bad, "bad.iso")
        waiting.wait_for("“bad.iso” is damaged, or not what its maker hands out")
        put(home, path, "good.iso")
        equal(waiting.process.wait(300), OK)
    equal(drive(home), home.path(FOLDER, "good.iso"))
    row = next(row for row in home.ok("media", "--json").json if row["name"] == "good.iso")
    equal((row["state"], row["checksum"]), ("verified", digest))


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
