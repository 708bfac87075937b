# life.py - 60 frames a second by the demo "life", and what they cost the VMM
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""life.py AETHER-VMM: one row for the frames and one for the processor, for each backend there is.
KVM tells the guest's own time apart; Unicorn is the guest's processor, so there it is all of it."""

import os
import re
import subprocess
import sys
import time

FRAMES = 300
LIMIT = 20   # seconds: a KVM that interprets the guest draws a few frames a second
UTIME, STIME, GUEST_TIME = 11, 12, 40   # of /proc/PID/stat behind the name

TICK = os.sysconf("SC_CLK_TCK")


def read_times(pid):
    """Seconds of the process, and of its guest in it."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        values = file.read().rpartition(")")[2].split()
    return (int(values[UTIME]) + int(values[STIME])) / TICK, int(values[GUEST_TIME]) / TICK


def measure(program, backend):
    process = subprocess.Popen([program, "--backend", backend, "--append", f"frames={FRAMES}", "--time-limit", str(LIMIT),
                                "demo:life"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    whole = guest = 0.0
    while process.poll() is None:
        try:
            whole, guest = read_times(process.pid)
        except (OSError, IndexError, ValueError):
            break   # it ends
        time.sleep(0.05)
    out, err = process.communicate()
    found = re.search(r"life: (\d+) frames in (\d+) ms, (\d+) late", out)
    if not found:
        print(f"life.py: {FRAMES} frames took {backend} more than {LIMIT} s: {err.strip()}", file=sys.stderr)
        return
    frames, milliseconds, late = map(int, found.groups())
    seconds = milliseconds / 1000
    what = "VMM's part" if backend == "kvm" else "guest and VMM"
    print(f"life on {backend}, 640x480\t{frames / seconds:.1f}\twanted\t60\t{frames / seconds / 60:.2f}\tframes/s\t"
          f"{frames}, {late} late")
    print(f"life on {backend}, {what}\t{100 * (whole - guest) / seconds:.1f}\t-\t-\t-\t% of a core\t1", flush=True)


def main():
    program = sys.argv[1]
    listed = subprocess.run([program, "--list-backends"], capture_output=True, text=True).stdout
    for line in sorted(listed.splitlines(), reverse=True):   # Unicorn first
        backend, arch, runs = line.split()[:3]
        if arch == os.uname().machine.replace("aarch64", "arm64") and runs == "yes":
            measure(program, backend)


main()
