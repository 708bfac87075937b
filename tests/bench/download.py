# download.py - aetherctl download beside aria2c, curl and sha256sum, from an nginx of its own
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""download.py AETHERCTL: rows for the time of a download that the server throttles for each connection
(ours is verified, aria2c's is not), for one that nothing throttles, for its processor time, and for the
memory that a huge file takes. The runs take turns; ratios are medians of those of each turn."""

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SIZE = 500 * 1000 * 1000
RATE = "20m"
HUGE = 100 << 30
HUGE_SECONDS = 5
HUGE_LIMIT = "100M"   # bytes a second: what comes is kept in memory here
TURNS = 5

CONFIG = """
daemon off; worker_processes 1; pid {root}/pid; error_log stderr error;
events {{ worker_connections 128; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000;
  client_body_temp_path {root}/t; proxy_temp_path {root}/t; fastcgi_temp_path {root}/t;
  uwsgi_temp_path {root}/t; scgi_temp_path {root}/t;
  server {{
    listen 127.0.0.1:{port};
    root {root}/files;
    location /slow/ {{ alias {root}/files/; limit_rate {rate}; }}
  }}
}}
"""


def need(program):
    path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not path:
        sys.exit(f"{program} is not installed")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serve(root):
    port = free_port()
    with open(root + "/nginx.conf", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(root=root, port=port, rate=RATE))
    with subprocess.Popen([need("nginx"), "-p", root, "-c", root + "/nginx.conf"]) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def run(*args, env=None):
    """Runs it to its end. Returns seconds on the clock, and of the processor."""
    began = time.monotonic()
    process = subprocess.Popen(args, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{args[0]} failed: {error.decode().strip()}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime


def row(what, ours, name, theirs, unit, digits=2):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    print(f"{what}\t{statistics.median(ours):.{digits}f}\t{name}\t{statistics.median(theirs):.{digits}f}\t{ratio:.2f}\t{unit}\t"
          f"{len(ours)}", flush=True)


class Bench:
    def __init__(self, aetherctl, root):
        self.aetherctl = aetherctl
        self.out = root + "/out"
        self.env = {**os.environ, "HOME": root, "XDG_STATE_HOME": root, "XDG_DATA_HOME": root}

    def clean(self):
        shutil.rmtree(self.out, ignore_errors=True)
        os.mkdir(self.out)

    def ours(self, url, *options):
        self.clean()
        return run(self.aetherctl, "download", url, "--output", self.out + "/file", *options, env=self.env)

    def aria2(self, url):
        self.clean()
        return run(need("aria2c"), "-q", "--no-conf", "-x8", "-s8", "-k1M", "--file-allocation=none", "-d", self.out,
                   "-o", "file", url)

    def curl(self, url):
        self.clean()
        return run(need("curl"), "-qsS", "-o", self.out + "/file", url)

    def huge_memory(self, url):
        """The most memory it had at once, MiB, while a part of a huge file came."""
        self.clean()
        process = subprocess.Popen([self.aetherctl, "download", url, "--output", self.out + "/file", "--no-reserve", "--limit",
                                    HUGE_LIMIT], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(HUGE_SECONDS)
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            peak = next(line for line in file if line.startswith("VmHWM"))
        process.send_signal(signal.SIGKILL)
        process.wait()
        return int(peak.split()[1]) / 1024


def make_files(root):
    os.mkdir(root + "/files")
    digest = hashlib.sha256()
    with open(root + "/files/file", "wb") as file:
        left = SIZE
        while left:
            block = os.urandom(min(left, 1 << 20))
            file.write(block)
            digest.update(block)
            left -= len(block)
    with open(root + "/files/huge", "wb") as file:
        file.truncate(HUGE)
    return digest.hexdigest()


def main():
    need("aria2c")
    need("nginx")
    # In memory, so that no disk is measured
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="aether-bench-", dir=folder) as root:
        os.chmod(root, 0o755)   # nginx serves as another user when root starts it
        digest = make_files(root)
        bench = Bench(sys.argv[1], root)
        with serve(root) as url:
            pairs = [(bench.ours(url + "slow/file", "--sha256", digest), bench.aria2(url + "slow/file")) for _ in range(TURNS)]
            row(f"500 MB, {RATE}B/s a connection", [a[0] for a, _ in pairs], "aria2c -x8, unverified", [b[0] for _, b in pairs], "s")

            ours, curl, both = [], [], []
            for _ in range(TURNS):
                ours.append(bench.ours(url + "file", "--sha256", digest))
                curl.append(bench.curl(url + "file"))
                both.append(curl[-1][1] + run(need("sha256sum"), bench.out + "/file")[1])
            row("500 MB, not throttled", [a[0] for a in ours], "curl, unverified", [c[0] for c in curl], "s")
            row("500 MB, processor", [a[1] for a in ours], "curl and sha256sum", both, "s")
            memory = bench.huge_memory(url + "huge")
            print(f"100 GiB file, peak memory\t{memory:.1f}\tallowed\t30\t{memory / 30:.2f}\tMiB\t1", flush=True)


if __name__ == "__main__":
    main()
