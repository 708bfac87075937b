# test-update.py - a newer catalogue from a server: signed, whole, or nothing changes
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import http.server
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading

import rig
from rig import Skip, equal

SYSTEM = "/usr/share/osinfo"
MARK = b"""<libosinfo version="0.0.1"><os id="http://example.org/example/1"><short-id>example1</short-id>
<name>An example</name></os></libosinfo>"""


def archive(version, extra=(), whole=True):
    """The system's database as of that version, with a system of its own."""
    data = io.BytesIO()
    top = f"osinfo-db-{version}"
    with tarfile.open(fileobj=data, mode="w:xz", preset=0) as tar:
        files = [("VERSION", version.encode()), ("os/example.org/example-1.xml", MARK), *extra]
        for name, content in files:
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        if whole:
            for folder in "datamap", "device", "install-script", "os", "platform":
                tar.add(f"{SYSTEM}/{folder}", f"{top}/{folder}")
        link = tarfile.TarInfo(f"{top}/os/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    return data.getvalue()


class Keys:
    def __init__(self, home):
        if not shutil.which("gpg") or not shutil.which("gpgv"):
            raise Skip("gpg and gpgv are not installed")
        if not os.path.isdir(SYSTEM + "/os"):
            raise Skip("osinfo-db is not installed")
        self.home = home
        self.folder = home.path("gnupg")
        os.mkdir(self.folder, 0o700)
        self.gpg("--quick-gen-key", "maker@example.org", "ed25519", "sign", "never")
        self.keyring = home.write("keys.gpg", self.gpg("--export"))

    def gpg(self, *args, stdin=b""):
        return subprocess.run(["gpg", "--homedir", self.folder, "--batch", "--quiet", "--passphrase", "", "--pinentry-mode",
                               "loopback", *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=True).stdout

    def sign(self, data):
        return self.gpg("--detach-sign", "--armor", stdin=data)


@contextlib.contextmanager
def server(files):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            data = files.get(self.path)
            self.send_response(200 if data is not None else 404)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *args):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{httpd.server_port}"
    try:
        yield url
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextlib.contextmanager
def offered(keys, version, data, signature=None):
    files = {"/a.tar.xz": data, "/a.asc": keys.sign(data) if signature is None else signature}
    with server(files) as url:
        files["/latest.json"] = json.dumps({"version": 1, "release": {
            "version": version, "archive": url + "/a.tar.xz", "signature": url + "/a.asc"}}).encode()
        yield ["catalogue", "update", "--from", url + "/latest.json", "--keyring", keys.keyring]


def kept(home):
    folder = home.path("data/aether/catalogue")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def test_newer_one(home):
    keys = Keys(home)
    with offered(keys, "20990101", archive("20990101")) as command:
        equal(home.ok(*command, "--json").json, {"version": "20990101", "changed": True})
        equal(kept(home), ["20990101"])
        equal(home.ok("catalogue", "show", "example1", "--json").json["name"], "An example")
        equal(home.ok(*command, "--json").json, {"version": "20990101", "changed": False})
    with offered(keys, "20990202", archive("20990202")) as command:
        home.ok(*command)
        equal(kept(home), ["20990202"])
    equal(os.path.exists(home.path("data/aether/catalogue/20990202/os/link")), False)


def test_older_one(home):
    keys = Keys(home)
    with offered(keys, "20010101", archive("20010101")) as command:
        equal(home.ok(*command, "--json").json["changed"], False)
        equal(kept(home), [])


def refused(home, keys, words, data, version="20990303", signature=None):
    with offered(keys, version, data, signature) as command:
        home.fails(rig.FAILED, words, *command)
    equal(kept(home), ["20990101"])
    equal(home.ok("catalogue", "show", "example1", "--json").json["name"], "An example")


def test_bad_ones_change_nothing(home):
    keys = Keys(home)
    good = archive("20990101")
    with offered(keys, "20990101", good) as command:
        home.ok(*command)
    newer = archive("20990303")
    refused(home, keys, "signature", newer, signature=keys.sign(good))
    refused(home, keys, "", newer, signature=b"no signature")
    refused(home, keys, "Nothing was changed", newer[:len(newer) // 2])
    refused(home, keys, "Nothing was changed", b"no archive")
    refused(home, keys, "Nothing was changed", archive("20990404"))
    refused(home, keys, "Nothing was changed", archive("20990303", whole=False))


def test_paths_stay_inside(home):
    keys = Keys(home)
    evil = [("../../../../evil", b"x"), ("os/../../../evil", b"x"), ("/evil", b"x"), ("os/.hidden/evil", b"x")]
    with offered(keys, "20990101", archive("20990101", evil)) as command:
        home.ok(*command)
    found = [name for _, _, names in os.walk(home.root) for name in names if name == "evil"]
    equal(found, [])


def test_bad_answers(home):
    keys = Keys(home)
    answers = [b"", b"[]", b"{}", b"null", b'{"release": 1}', b'{"release": {"version": "../../x", "archive": "a", "signature": "b"}}',
               b'{"release": {"version": "20990101"}}', b"\xff\xfe", b"x" * (1 << 20)]
    for answer in answers:
        with server({"/latest.json": answer}) as url:
            result = home.run("catalogue", "update", "--from", url + "/latest.json", "--keyring", keys.keyring)
            equal(result.code, rig.FAILED)
    equal(kept(home), [])


def test_keys_are_those_that_are_told(home):
    """What is shipped, against the list beside it of which others have confirmed each."""
    folder = os.path.join(os.environ["AETHER_CATALOGUE_DIR"], "../keys")
    keys = Keys(home)
    shown = keys.gpg("--with-colons", "--show-keys", os.path.join(folder, "osinfo-db.gpg")).decode().splitlines()
    primary = {shown[i + 1].split(":")[9] for i, line in enumerate(shown) if line.startswith("pub:")}
    with open(os.path.join(folder, "README"), encoding="utf-8") as file:
        told = {"".join(found.split()) for found in re.findall(r"^  ((?:[0-9A-F]{4}\s+){10})", file.read(), re.M)}
    equal(primary, told)
    equal(len(told), 4)


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
