# test-media.py - aetherctl media: what was downloaded or added, and whether it is still that
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
import json
import os
import sys

import rig
from fault_server import Server
from rig import equal, holds

DATA = os.urandom(3 << 20)
SUM = hashlib.sha256(DATA).hexdigest()
MEDIA = "data/aether/media/"


def media(home):
    return {row["name"]: row for row in home.ok("media", "--json").json}


def test_nothing_yet(home):
    holds(home.ok("media").out, "no media yet")
    equal(media(home), {})


def test_downloaded_with_checksum_is_verified(home):
    with Server(DATA) as server:
        home.ok("download", server.url("ok"), "--sha256", SUM)
        home.ok("download", server.url("plain"))
    rows = media(home)
    equal([rows["ok"][key] for key in ("state", "checksum", "size", "machines", "reference")],
          ["verified", SUM, len(DATA), [], False])
    holds(rows["ok"]["url"], "/ok")
    equal([rows["plain"][key] for key in ("state", "checksum")], ["unchanged", SUM])
    holds(home.ok("media").out, "verified")


def test_damage_is_found(home):
    with Server(DATA) as server:
        home.ok("download", server.url("ok"), "--sha256", SUM)
    equal(home.ok("media", "verify", "ok", "--json").json["state"], "verified")
    with open(home.path(MEDIA + "ok"), "r+b") as file:
        file.seek(1 << 20)
        file.write(b"xyz")
    equal(media(home)["ok"]["state"], "changed")
    home.fails(rig.FAILED, "is not what it was", "media", "verify", "ok")
    equal(media(home)["ok"]["state"], "damaged")


def test_first_reading_is_remembered(home):
    home.write(MEDIA + "mine.iso", DATA)
    equal(media(home)["mine.iso"]["state"], "unchecked")
    row = home.ok("media", "verify", "mine.iso", "--json").json
    equal((row["state"], row["checksum"]), ("unchanged", SUM))
    equal(media(home)["mine.iso"]["checked"] > 0, True)


def test_add_by_copy_link_and_reference(home):
    path = home.write("elsewhere/disc.iso", DATA)
    home.ok("media", "add", path)
    home.fails(rig.FAILED, "already", "media", "add", path)
    os.link(path, home.path("elsewhere/linked.iso"))
    home.ok("media", "add", "--link", home.path("elsewhere/linked.iso"))
    equal(os.stat(home.path(MEDIA + "linked.iso")).st_ino, os.stat(path).st_ino)
    os.link(path, home.path("elsewhere/kept.iso"))
    home.ok("media", "add", "--keep", "elsewhere/kept.iso")
    equal(sorted(media(home)), ["disc.iso", "kept.iso", "linked.iso"])
    equal(media(home)["kept.iso"]["reference"], True)

    home.ok("media", "remove", "kept.iso")
    equal(os.path.exists(home.path("elsewhere/kept.iso")), True)
    home.ok("media", "remove", "--permanently", "disc.iso")
    equal(os.path.exists(home.path(MEDIA + "disc.iso")), False)
    equal(sorted(media(home)), ["linked.iso"])
    home.fails(rig.FAILED, "is not a file", "media", "add", home.root)
    home.fails(rig.FAILED, "“" + home.path("none") + "” cannot be read.", "media", "add", "none")
    home.fails(rig.FAILED, "no medium", "media", "remove", "nonsense")
    home.fails(rig.USAGE, "“add” and a file", "media", "nonsense", "x")
    home.fails(rig.USAGE, "not both", "media", "add", "--link", "--keep", path)


def test_add_and_remove_as_json(home):
    path = home.write("elsewhere/disc.iso", DATA)
    added = home.ok("media", "add", "--json", path).json
    equal((added["name"], added["path"], added["reference"]), ("disc.iso", home.path(MEDIA + "disc.iso"), False))
    os.link(path, home.path("elsewhere/kept.iso"))
    equal(home.ok("media", "add", "--json", "--keep", "elsewhere/kept.iso").json["path"], home.path("elsewhere/kept.iso"))
    equal(home.ok("media", "remove", "--json", "--permanently", "disc.iso").json["name"], "disc.iso")
    equal(list(media(home)), ["kept.iso"])


def test_kept_one_that_went_away(home):
    path = home.write("elsewhere/kept.iso", DATA)
    home.ok("media", "add", "--keep", path)
    os.unlink(path)
    equal(media(home)["kept.iso"]["state"], "missing")
    home.ok("media", "remove", "kept.iso")
    equal(media(home), {})


def test_machines_that_use_it(home):
    home.write(MEDIA + "disc.iso", DATA[:32768] + b"\x01CD001\x01" + DATA[32775:])
    home.ok("create", "One", "--engine=test", "--arch=x86_64", "--cdrom", home.path(MEDIA + "disc.iso"))
    equal(media(home)["disc.iso"]["machines"], ["One"])
    home.fails(rig.FAILED, "in a drive of: One", "media", "remove", "disc.iso")
    home.ok("media", "remove", "--force", "--permanently", "disc.iso")
    equal(media(home), {})


def test_unfinished_ones_are_no_media(home):
    for name in "a.iso.aether-part", "a.iso.aether-journal", "a.img.aether-unpacked", ".hidden", "b.iso.aether-temp":
        home.write(MEDIA + name, b"x")
    equal(media(home), {})


def test_records_of_others(home):
    for n, text in enumerate(["", "{", "[]", '{"path": 1}', '{"path": "/etc/passwd"}', '{"path": "relative"}']):
        home.write(f"state/aether/media/{n}.json", text)
    equal(media(home), {})
    home.write(MEDIA + "x.iso", DATA)
    name = hashlib.sha1(home.path(MEDIA + "x.iso").encode()).hexdigest()
    for record in {"path": home.path(MEDIA + "x.iso"), "checksum": "nonsense", "checked": "x"}, [], 7:
        home.write(f"state/aether/media/{name}.json", json.dumps(record))
        equal(media(home)["x.iso"]["checksum"], None)


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
