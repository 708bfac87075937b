# test-download.py - aetherctl download against servers that answer in every wrong way
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import gzip
import hashlib
import lzma
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
import zipfile

import rig
from fault_server import Server
from rig import Skip, equal, holds

MIB = 1 << 20
DATA = random.Random(1).randbytes(24 * MIB + 12345)
SUM = hashlib.sha256(DATA).hexdigest()
KILLS = int(os.environ.get("TEST_KILLS", "1000"))


def left_over(home):
    return sorted(name for name in os.listdir(home.root) if "aether-" in name)


def get(home, server, path, *options):
    """Downloads, and checks what came."""
    home.ok("download", server.url(path), "--output", "file", "--retries", "3", "--stall", "2", *options)
    with open(home.path("file"), "rb") as file:
        equal(hashlib.sha256(file.read()).hexdigest(), SUM)
    equal(left_over(home), [])


def refuse(home, server, path, words, *options):
    """Downloads, which must fail; nothing has the final name."""
    result = home.fails(rig.FAILED, words, "download", server.url(path), "--output", "file",
                        "--retries", "1", "--stall", "1", *options)
    equal(os.path.exists(home.path("file")), False)
    return result


def test_whole_file(home):
    with Server(DATA) as server:
        get(home, server, "ok")


def test_one_connection(home):
    with Server(DATA) as server:
        get(home, server, "ok", "--connections", "1")
        equal(server.sent, len(DATA))


def test_pieces_grow_slowly(home):
    """A checksum follows close behind: no piece holds most of the file because a short one came fast."""
    with Server(DATA) as server:
        get(home, server, "ok")
        longest = 2 * MIB
        for first, last in server.asked:
            print(f"# {first} to {last}")
            equal(last + 1 - first <= max(5 * MIB, 2 * longest), True)
            longest = max(longest, last + 1 - first)


def test_checksum_is_told(home):
    with Server(DATA) as server:
        answer = home.ok("download", server.url("ok"), "--output", "file", "--json").json
        equal(answer["checksum"], SUM)
        equal(answer["verified"], False)
        os.unlink(home.path("file"))
        answer = home.ok("download", server.url("ok"), "--output", "file", "--sha256", SUM, "--json").json
        equal(answer["verified"], True)


def test_no_ranges(home):
    with Server(DATA) as server:
        get(home, server, "plain")


def test_no_length(home):
    with Server(DATA) as server:
        get(home, server, "nolength")


def test_tiny_files(home):
    for size in 0, 1, 1000:
        with Server(DATA[:size]) as server:
            home.ok("download", server.url("ok"), "--output", "file")
            with open(home.path("file"), "rb") as file:
                equal(file.read(), DATA[:size])
            os.unlink(home.path("file"))


def test_busy_server(home):
    with Server(DATA) as server:
        get(home, server, "busy?n=2")


def test_resets(home):
    with Server(DATA) as server:
        get(home, server, "reset?after=1000000")


def test_short_bodies(home):
    with Server(DATA) as server:
        get(home, server, "short")


def test_silence_then_an_answer(home):
    with Server(DATA) as server:
        get(home, server, "hang?n=1")


def test_slow_loris(home):
    with Server(DATA) as server:
        get(home, server, "loris")


def test_changed_once(home):
    """The file is another one from the third answer on: it is that one, whole."""
    with Server(DATA) as server:
        home.ok("download", server.url("changed-once"), "--output", "file")
        with open(home.path("file"), "rb") as file:
            equal(file.read() == DATA[::-1], True)


def test_always_changed(home):
    with Server(DATA) as server:
        refuse(home, server, "changed", "changes again and again")


def test_silence(home):
    with Server(DATA) as server:
        refuse(home, server, "hang", "stopped sending")


def test_corrupt(home):
    with Server(DATA) as server:
        refuse(home, server, "corrupt", "SHA-256", "--sha256", SUM)
        equal(left_over(home), [])


def test_corrupt_by_list(home):
    with Server(DATA) as server:
        refuse(home, server, "corrupt", "SHA-256", "--checksums", server.url("list"))
        get(home, server, "ok", "--checksums", server.url("list"))


def test_not_in_the_list(home):
    with Server(DATA) as server:
        refuse(home, server, "plain", "does not name", "--checksums", server.url("list"))


def test_wrong_range(home):
    with Server(DATA) as server:
        refuse(home, server, "wrong-range", "127.0.0.1")


def test_more_than_announced(home):
    """HTTP says where the body ends; what follows is no part of it."""
    with Server(DATA) as server:
        get(home, server, "longer", "--sha256", SUM)


def test_lengths_that_differ(home):
    """Two lengths are none; a chunked body says itself where it ends."""
    with Server(DATA) as server:
        refuse(home, server, "two-lengths", "other parts of the file")
        refuse(home, server, "range-length", "other parts of the file")
        refuse(home, server, "plain-short", "broke off")
        refuse(home, server, "redirect?to=/plain-short", "broke off")
        get(home, server, "both-lengths")


def test_packed_on_its_way(home):
    """What nobody asked to pack is not the file, unless its checksum says that it is."""
    with Server(DATA) as server:
        refuse(home, server, "packed", "packed")
        get(home, server, "packed", "--sha256", SUM)


def test_page_in_place_of_a_disc(home):
    with Server(DATA) as server:
        refuse(home, server, "page/x.iso", "web page")
        refuse(home, server, "page/X.ISO", "web page")
        get(home, server, "page/x.iso", "--sha256", SUM)
        os.unlink(home.path("file"))
        get(home, server, "page/index.html")


def test_server_that_knows_no_parts(home):
    with Server(DATA) as server:
        get(home, server, "no-parts")


def test_no_web_server(home):
    with Server(DATA) as server:
        refuse(home, server, "garbage", "as a web server does")


def test_nothing_is_left_where_nothing_came(home):
    with Server(DATA) as server:
        for path in "missing", "denied", "busy?n=1000", "loop", "garbage", "two-lengths":
            refuse(home, server, path, "127.0.0.1")
            equal(left_over(home), [])


def test_names_from_addresses(home):
    """No name holds what a terminal obeys, or what turns the writing around."""
    with Server(DATA[:1000]) as server:
        for name in "%1b%5b2J.iso", "%c2%9b2J.iso", "a%e2%80%aeosi.exe", "..", "%2e%2e", ".x", "a%0a", "a%00", "%ff":
            home.fails(rig.USAGE, "does not end with the name", "download", server.url("redirect/" + name + "?to=/ok"))
        home.ok("download", server.url("redirect/a%20b%C3%A9.iso?to=/ok"))
        equal(os.listdir(home.path("data/aether/media")), ["a bé.iso"])


def test_refusals(home):
    with Server(DATA) as server:
        refuse(home, server, "denied", "refuses")
        refuse(home, server, "missing", "does not have this file")
        refuse(home, server, "loop", "circles")
        refuse(home, server, "busy?n=1000", "too busy")


def test_redirect(home):
    with Server(DATA) as server:
        get(home, server, "redirect?to=/ok")


def test_redirect_to_mirrors_in_turn(home):
    """Mirrors name the same file differently: without a checksum all comes from one of them."""
    with Server(DATA) as one, Server(DATA) as other:
        other.tag = '"another"'
        get(home, one, "alternate?to=/ok&or=" + other.url("ok"))


def test_partial_answers_without_a_size(home):
    with Server(DATA) as server:
        refuse(home, server, "sizeless", "127.0.0.1")


def test_redirect_elsewhere(home):
    """Never to a file, and from https never to http unless that was asked for."""
    with Server(DATA) as server:
        refuse(home, server, "redirect?to=file:///etc/passwd", "not safe")
        refuse(home, server, "redirect?to=ftp://127.0.0.1/x", "not safe")


def certificate(home, name):
    if not shutil.which("openssl"):
        raise Skip("openssl is not installed")
    files = home.path("cert.pem"), home.path("key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName={name}", "-keyout", files[1], "-out", files[0]],
                   check=True, stderr=subprocess.DEVNULL)
    return files


def test_tls(home):
    with Server(DATA, certificate(home, "DNS:example.org")) as server:
        refuse(home, server, "ok", "could not prove")
        equal(server.sent, 0)


def test_bad_addresses(home):
    for address in "file:///etc/passwd", "ftp://a/b", "nonsense", "http://", "https:///x":
        home.fails(rig.USAGE, "not an address", "download", address)
    home.fails(rig.USAGE, "--output", "download", "http://127.0.0.1:1/")
    home.fails(rig.FAILED, "cannot be reached", "download", "http://127.0.0.1:1/x", "--output", "x", "--retries", "0")


def test_no_folder_for_it(home):
    with Server(DATA) as server:
        path = home.path("none/file")
        home.fails(rig.FAILED, f"“{path}” cannot be made. The file or its folder is not there.", "download",
                   server.url("ok"), "--output", path)


def test_name_is_taken(home):
    home.write("file", "mine")
    with Server(DATA) as server:
        home.fails(rig.FAILED, "there already", "download", server.url("ok"), "--output", "file")
    with open(home.path("file"), encoding="utf-8") as file:
        equal(file.read(), "mine")


def test_passwords_are_not_kept(home):
    with Server(DATA) as server:
        url = server.url("slow?bps=200000").replace("//", "//me:secret@")
        with rig.running(home.popen("download", url, "--output", "file")):
            rig.wait_for(lambda: server.sent > 300000, "some bytes")
        with open(home.path("file.aether-journal"), "rb") as file:
            journal = file.read()
        holds(journal.decode("latin-1"), "slow?bps")
        equal(b"secret" in journal, False)
        for name in os.listdir(home.path("state/aether/downloads")):
            with open(home.path("state/aether/downloads", name), "rb") as file:
                record = file.read()
            holds(record, b"slow?bps")
            equal(b"secret" in record, False)
    home.fails(rig.USAGE, "“ftp://a/b” is not an address", "download", "ftp://me:secret@a/b")


def test_two_at_once(home):
    with Server(DATA) as server:
        with rig.running(home.popen("download", server.url("slow?bps=100000"), "--output", "file")):
            rig.wait_for(lambda: server.sent > 0, "some bytes")
            home.fails(rig.FAILED, "being downloaded already", "download", server.url("ok"), "--output", "file")


def test_pause_and_go_on(home):
    with Server(DATA) as server:
        process = home.popen("download", server.url("slow?bps=800000"), "--output", "file")
        with rig.running(process):
            rig.wait_for(lambda: server.sent > 12 * MIB, "some bytes")
            process.send_signal(signal.SIGINT)
            equal(process.wait(), 128 + signal.SIGINT)
    # Another server, because the first one counts what it sends into dead connections
    with Server(DATA) as server:
        get(home, server, "ok", "--sha256", SUM)
        print(f"# {server.sent} of {len(DATA)} bytes")
        equal(server.sent < len(DATA) - 3 * MIB, True)


def downloads(home):
    return home.ok("downloads", "--json").json


def test_list_of_what_is_not_done(home):
    holds(home.ok("downloads").out, "no unfinished")
    equal(downloads(home), [])
    with Server(DATA) as server:
        url = server.url("slow?bps=800000")
        process = home.popen("download", url, "--output", "file")
        with rig.running(process):
            rig.wait_for(lambda: server.sent > 4 * MIB, "some bytes")
            row, = downloads(home)
            equal([row["name"], row["path"], row["url"], row["size"], row["state"], row["error"]],
                  ["file", home.path("file"), url, len(DATA), "running", None])
            equal(row["received"] > MIB, True)
            home.fails(rig.FAILED, "being downloaded", "downloads", "remove", "file")
            process.kill()
            process.wait()
        equal(downloads(home)[0]["state"], "interrupted")

        process = home.popen("download", url, "--output", "file")
        with rig.running(process):
            rig.wait_for(lambda: downloads(home)[0]["state"] == "running", "it to go on")
            process.send_signal(signal.SIGINT)
            process.wait()
        equal(downloads(home)[0]["state"], "paused")
    home.fails(rig.FAILED, "cannot be reached", "download", url, "--output", "file", "--retries", "0")
    row, = downloads(home)
    equal(row["state"], "failed")
    holds(row["error"], "cannot be reached")
    holds(home.ok("downloads").out, "failed")

    home.fails(rig.FAILED, "no unfinished download", "downloads", "remove", "other")
    home.fails(rig.USAGE, "remove", "downloads", "nonsense")
    home.ok("downloads", "remove", "file")
    equal(downloads(home), [])
    equal(left_over(home), [])


def test_done_is_not_listed(home):
    with Server(DATA) as server:
        get(home, server, "ok")
        home.fails(rig.FAILED, "there already", "download", server.url("ok"), "--output", "file")
        home.fails(rig.FAILED, "does not have", "download", server.url("missing"), "--output", "other")
    equal(downloads(home), [])


def test_records_of_others(home):
    """What lies in the folder may be anything."""
    folder = "state/aether/downloads/"
    for n, text in enumerate(["", "{", "[]", "{}", '{"url": 1, "path": 2}', '{"url": "http://a/b", "path": "/etc/passwd"}',
                              '{"url": "http://a/b", "path": "relative", "mirrors": [1, {}]}']):
        home.write(folder + f"{n}.json", text)
    equal(downloads(home), [])


def test_journal_and_part_of_others(home):
    """What lies there may be anything: the file is right nevertheless."""
    garbage = random.Random(2)
    with Server(DATA) as server:
        for n in range(20):
            home.write("file.aether-journal", garbage.randbytes(n * 1500))
            home.write("file.aether-part", garbage.randbytes(n * 100000))
            get(home, server, "ok", "--sha256", SUM)
            os.unlink(home.path("file"))


def test_damaged_journal(home):
    """Every block of a real one damaged in turn."""
    with Server(DATA) as server:
        process = home.popen("download", server.url("slow?bps=300000"), "--output", "file")
        with rig.running(process):
            rig.wait_for(lambda: server.sent > 4 * MIB, "some bytes")
        with open(home.path("file.aether-journal"), "rb") as file:
            journal = file.read()
        shutil.copy(home.path("file.aether-part"), home.path("part"))
        for where in [*range(0, 200, 40), *range(8192, len(journal), 1024)]:
            home.write("file.aether-journal", journal[:where] + b"\xff\x00\xa5" + journal[where + 3:])
            shutil.copy(home.path("part"), home.path("file.aether-part"))
            get(home, server, "slow?bps=100000000", "--sha256", SUM)
            os.unlink(home.path("file"))


def test_killed_again_and_again(home):
    """A SIGKILL at a random moment, many times: in the end the file is right, and little was fetched twice."""
    chance = random.Random(3)
    connections = 4
    kills = 0
    with Server(DATA) as server:
        url = server.url("slow?bps=200000")
        while kills < KILLS:
            process = home.popen("download", url, "--output", "file", "--connections", str(connections),
                                 "--sha256", SUM, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with rig.running(process):
                time.sleep(chance.uniform(0, 0.08))
                if process.poll() is not None:
                    break
                process.kill()
            kills += 1
        if not os.path.exists(home.path("file")):
            get(home, server, "slow?bps=100000000", "--sha256", SUM, "--connections", str(connections))
        again = server.sent - len(DATA)
        print(f"# {kills} kills, {again} bytes fetched again")
        # What was under way in the sockets counts as fetched again
        equal(again <= kills * connections * MIB, True)


def test_full_disk(home):
    """A small file system: the sentence says how much is missing; with room made it goes on."""
    disk = home.path("disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", disk], stderr=subprocess.DEVNULL, check=False).returncode:
        raise Skip("a file system can only be mounted by root")
    try:
        with Server(DATA) as server:
            home.fails(rig.FAILED, "enough room", "download", server.url("ok"), "--output", disk + "/file")
            home.fails(rig.FAILED, "disk is full", "download", server.url("ok"), "--output", disk + "/file", "--no-reserve")
            before = server.sent
            subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
            home.ok("download", server.url("ok"), "--output", disk + "/file", "--sha256", SUM)
            equal(server.sent - before < len(DATA), True)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_unpacked_while_downloaded(home):
    inside = DATA[:5 * MIB]
    home.write("x.img", inside)
    made = {"xz": lzma.compress(inside, preset=0)}
    for program in "gzip", "zstd", "bzip2":
        if shutil.which(program):
            made[{"gzip": "gz", "zstd": "zst", "bzip2": "bz2"}[program]] = subprocess.run(
                [program, "-c"], input=inside, stdout=subprocess.PIPE, check=True).stdout
    with zipfile.ZipFile(home.path("x.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "hello")
        archive.writestr("dir/disk.img", inside)
    with open(home.path("x.zip"), "rb") as file:
        made["zip"] = file.read()
    for ending, data in made.items():
        with Server(data) as server:
            url = server.url("redirect/disk.img." + ending + "?to=/ok")
            home.ok("download", url, "--output", "out.img", "--sha256", hashlib.sha256(data).hexdigest())
            with open(home.path("out.img"), "rb") as file:
                equal(file.read() == inside, True)
            os.unlink(home.path("out.img"))
            home.ok("download", url, "--output", "out.img." + ending)
            with open(home.path("out.img." + ending), "rb") as file:
                equal(file.read() == data, True)
            equal(left_over(home), [])


def test_damaged_gzip(home):
    """gzip has a checksum of its own, which counts."""
    inside = DATA[:100000]
    good = gzip.compress(inside)
    for data in good + gzip.compress(b""), good + bytes(512):
        with Server(data) as server:
            home.ok("download", server.url("redirect/disk.img.gz?to=/ok"), "--output", "out.img")
            with open(home.path("out.img"), "rb") as file:
                equal(file.read() == inside, True)
            os.unlink(home.path("out.img"))
    twice = good + gzip.compress(DATA[:5])
    with Server(twice) as server:
        home.ok("download", server.url("redirect/disk.img.gz?to=/ok"), "--output", "out.img")
        with open(home.path("out.img"), "rb") as file:
            equal(file.read() == inside + DATA[:5], True)
        os.unlink(home.path("out.img"))
    flipped = bytearray(good)
    flipped[50000] ^= 1
    for data in bytes(flipped), good[:-4], good[:-9], good[:-1] + b"x", good[:-6] + b"x" + good[-5:]:
        with Server(data) as server:
            home.fails(rig.FAILED, "cannot be unpacked", "download", server.url("redirect/disk.img.gz?to=/ok"),
                       "--output", "out.img")
            equal(left_over(home), [])
            equal(os.path.exists(home.path("out.img")), False)


def test_packed_twice_is_unpacked_once(home):
    inner = gzip.compress(DATA[:1000])
    with Server(gzip.compress(inner)) as server:
        home.ok("download", server.url("redirect/x.gz.gz?to=/ok"), "--output", "x.img")
        with open(home.path("x.img"), "rb") as file:
            equal(file.read() == inner, True)


def test_zip_of_a_mac(home):
    """It has a shadow of each file, with the same ending."""
    with zipfile.ZipFile(home.path("x.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._disk.img", "shadow")
        archive.writestr("._disk.img", "shadow")
        archive.writestr("disk.img", DATA[:5000])
    with open(home.path("x.zip"), "rb") as file:
        data = file.read()
    with Server(data) as server:
        home.ok("download", server.url("redirect/x.zip?to=/ok"), "--output", "x.img")
        with open(home.path("x.img"), "rb") as file:
            equal(file.read() == DATA[:5000], True)


def test_cancelled_while_it_unpacks(home):
    """A few megabytes can say "so many zeros": nobody has to wait for a terabyte of them."""
    zeros = struct.pack("<I", 128 << 10 << 3 | 1 << 1)[:3] + b"\0"
    data = struct.pack("<IBB", 0xFD2FB528, 0, 0x38) + zeros * (8 << 20)
    with Server(data) as server:
        process = home.popen("download", server.url("redirect/x.img.zst?to=/ok"), "--output", "x.img")
        with rig.running(process):
            rig.wait_for(lambda: [row["received"] for row in downloads(home)] == [len(data)], "all of it")
            process.send_signal(signal.SIGINT)
            equal(process.wait(timeout=300), 128 + signal.SIGINT)
        equal(os.path.exists(home.path("x.img")), False)
        home.ok("downloads", "remove", "x.img")
        equal(left_over(home), [])


def test_archives_that_are_none(home):
    with Server(DATA) as server:
        home.fails(rig.FAILED, "cannot be unpacked", "download", server.url("redirect/disk.img.zip?to=/ok"),
                   "--output", "out.img")
        equal(left_over(home), [])


def test_mirrors(home):
    with Server(DATA) as one, Server(DATA) as other:
        home.ok("download", one.url("slow?bps=3000000"), "--mirror", other.url("slow?bps=3000000"), "--output", "file",
                "--sha256", SUM)
        equal(one.sent > 0 and other.sent > 0, True)
        os.unlink(home.path("file"))
        home.ok("download", one.url("missing"), "--mirror", other.url("ok"), "--output", "file", "--sha256", SUM)
        os.unlink(home.path("file"))
    with Server(DATA) as one, Server(DATA[::-1]) as other:
        home.fails(rig.FAILED, "SHA-256", "download", one.url("ok"), "--mirror", other.url("ok"), "--output", "file",
                   "--sha256", hashlib.sha256(b"").hexdigest())
        equal(left_over(home), [])


def test_signed_list(home):
    for program in "gpg", "gpgv":
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")
    env = {**os.environ, "GNUPGHOME": home.path("gnupg")}
    os.mkdir(home.path("gnupg"), 0o700)

    def gpg(*args, **kwargs):
        return subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *args],
                              env=env, check=True, **kwargs)

    for name in "publisher", "stranger":
        gpg("--quick-generate-key", f"{name}@example.org", "rsa2048", "sign", "never", stderr=subprocess.DEVNULL)
        with open(home.path(name + ".gpg"), "wb") as file:
            gpg("--export", f"{name}@example.org", stdout=file)
    home.write("list", f"{SUM}  ok\n")
    gpg("--clearsign", "-u", "publisher@example.org", home.path("list"))
    with open(home.path("list.asc"), "rb") as file:
        signed = file.read()
    with Server(DATA) as server, Server(signed) as lists:
        options = "--checksums", lists.url("ok"), "--keyring"
        get(home, server, "ok", *options, home.path("publisher.gpg"))
        os.unlink(home.path("file"))
        refuse(home, server, "ok", "signature", *options, home.path("stranger.gpg"))
    # A line that nobody signed does not count
    other = hashlib.sha256(b"").hexdigest()
    with Server(DATA) as server, Server(f"{other}  ok\n".encode() + signed) as lists:
        result = home.run("download", server.url("ok"), "--output", "file", "--checksums", lists.url("ok"),
                          "--keyring", home.path("publisher.gpg"))
        equal(os.path.exists(home.path("file")) and result.code != 0, False)


def test_minisign(home):
    if not shutil.which("minisign"):
        raise Skip("minisign is not installed")
    home.write("data.img", DATA)
    for name in "publisher", "stranger":
        subprocess.run(["minisign", "-G", "-W", "-p", home.path(name + ".pub"), "-s", home.path(name + ".key")],
                       check=True, stdout=subprocess.DEVNULL)
    with open(home.path("publisher.pub"), encoding="utf-8") as file:
        key = file.read().splitlines()[1]
    signatures = {}
    for name, options in ("hash", ["-H"]), ("whole", ["-l"]), ("stranger", []):
        # The older kind signs the file itself, which has to be small
        data = DATA[:MIB] if name == "whole" else DATA
        home.write("data.img", data)
        secret = home.path("stranger.key" if name == "stranger" else "publisher.key")
        subprocess.run(["minisign", "-S", *options, "-s", secret, "-m", home.path("data.img"), "-x", home.path("sig"),
                        "-t", "a trusted comment"], check=True, stdout=subprocess.DEVNULL)
        with open(home.path("sig"), "rb") as file:
            signatures[name] = data, file.read()

    def fetch(name, signature, key):
        data = signatures[name][0]
        with Server(data) as server, Server(signature) as other:
            return home.run("download", server.url("ok"), "--output", "file", "--json", "--minisign-key", key,
                            "--minisign-url", other.url("ok"))

    for name in "hash", "whole":
        for who in key, home.path("publisher.pub"):
            result = fetch(name, signatures[name][1], who)
            equal((result.code, result.err), (0, ""))
            equal(result.json["verified"], True)
            os.unlink(home.path("file"))

    good = signatures["hash"][1]
    for bad in (signatures["stranger"][1], good.replace(b"a trusted", b"a forged"), b"", good[:-40],
                good.replace(b"RU", b"RW", 1)):
        result = fetch("hash", bad, key)
        equal(result.code, rig.FAILED)
        holds(result.err, "signature")
        equal(os.path.exists(home.path("file")), False)
        equal(left_over(home), [])
    holds(fetch("hash", signatures["whole"][1], key).err, "old kind")
    with Server(DATA) as server:
        home.fails(rig.FAILED, "signature could not be fetched", "download", server.url("missing"), "--mirror",
                   server.url("ok"), "--output", "file", "--minisign-key", key)
        home.fails(rig.USAGE, "minisign key", "download", server.url("ok"), "--output", "file", "--minisign-key", "RWnone")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
