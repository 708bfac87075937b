# test-guest.py - a real Linux in a real QEMU, from wish to pixels, by aetherctl alone
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""test-guest.py ARCH [WORD...]: the guest boots once and goes through all tests in order."""

import hashlib
import os
import signal
import subprocess
import sys
import time

from guest import ANSWER, Guest, is_gone, needs_guest

import rig
from rig import WRONG_STATE, Skip, equal, holds, wait_for

ARCH = sys.argv.pop(1)
GUEST = Guest(ARCH)


@needs_guest
def test_boots(guest):
    guest.ok("create", "--demo=linux", "--arch=" + ARCH)
    guest.boot()
    now = guest.status()
    equal((now["state"], now["arch"]), ("running", ARCH))
    assert now["accelerator"] in ("kvm", "tcg"), now
    equal(guest.answer("uname -m", r"\n(\w+)\r\n(?:.*\n)?.*done"), ARCH)


@needs_guest
def test_what_is_typed_is_read_on_the_serial_port(guest):
    guest.ok("type", "Demo", "--enter", "echo answer=$((6*7)), \"A~z\" '|&' > /run/serial")
    out = guest.ok("serial", "Demo", "--until=|&", "--timeout=" + ANSWER, timeout=200).out
    holds(out, "answer=42, A~z |&")


@needs_guest
def test_the_screenshot_shows_it(guest):
    before = guest.picture("before.png")
    equal(before[:2], (1280, 800))
    guest.ok("type", "Demo", "--enter", "clear; seq 100 120; echo typed=$((1+1)) > /run/serial")
    guest.ok("serial", "Demo", "--until=typed=2", "--timeout=" + ANSWER, timeout=200)
    wait_for(lambda: guest.picture("after.png")[2] != before[2], "the change on the screen")


@needs_guest
def test_the_screenshot_is_the_guests_own_framebuffer(guest):
    guest.ok("type", "Demo", "--enter", "printf '\\033[?25l'; echo hidden=$((1+1)) > /run/serial")
    guest.ok("serial", "Demo", "--until=hidden=2", "--timeout=" + ANSWER, timeout=200)
    equal(guest.answer("cat /sys/class/graphics/fb0/virtual_size", r"(\d+,\d+)"), "1280,800")

    def same():
        own = guest.answer("md5sum < /dev/fb0", r"([0-9a-f]{32})")
        width, height, rgb = guest.picture("framebuffer.png")
        bgrx = bytearray(width * height * 4)
        bgrx[0::4], bgrx[1::4], bgrx[2::4] = rgb[2::3], rgb[1::3], rgb[0::3]
        return own == hashlib.md5(bgrx).hexdigest()

    # The screen may still be drawn while we look
    wait_for(same, "equal pixels", timeout=120)


@needs_guest
def test_keys_arrive(guest):
    guest.ok("type", "Demo", "--enter", "cat > /run/serial")
    guest.ok("type", "Demo", "line one\nline two\t!\n")
    guest.ok("key", "Demo", "ctrl-d")
    guest.ok("type", "Demo", "--enter", "echo over=$((1+2)) > /run/serial")
    out = guest.ok("serial", "Demo", "--until=over=3", "--timeout=" + ANSWER, timeout=200).out
    holds(out.replace("\r", ""), "line one\nline two\t!\nover=3")


@needs_guest
def test_pause_stops_the_guests_clock(guest):
    began = time.monotonic()
    first = float(guest.answer("cat /proc/uptime", r"(\d+\.\d+) \d+\.\d+"))
    guest.ok("pause", "Demo")
    equal(guest.status()["state"], "paused")
    paused = time.monotonic()
    time.sleep(3)
    # It does not hear us either
    silent = guest.run("serial", "Demo", "--no-replay", "--until=deaf2", "--timeout=500ms", stdin=b"echo deaf$((1+1))\n")
    equal(silent.code, rig.TIMED_OUT)
    paused = time.monotonic() - paused
    guest.ok("resume", "Demo")
    second = float(guest.answer("cat /proc/uptime", r"(\d+\.\d+) \d+\.\d+"))
    ran = time.monotonic() - began - paused
    print(f"# paused for {paused:.2f} s; the guest's clock went on by {second - first:.2f} s, it ran for {ran:.2f} s")
    # A busy computer lets an emulated clock run unevenly, but not by half of the pause
    assert second - first <= ran + paused / 2, (second - first, ran)
    assert second > first


@needs_guest
def test_second_start_is_refused(guest):
    guest.fails(WRONG_STATE, "“Demo” is running already.", "start", "Demo")


@needs_guest
def test_crash_of_the_guest_is_told(guest):
    if ARCH != "x86_64":
        raise Skip("the guest reports a panic on x86_64 only")
    # The driver comes with the last modules
    wait_for(lambda: guest.answer("grep -c pvpanic /proc/modules", r"\n(\d)\r") != "0", "the driver for panics")
    guest.run("serial", "Demo", "--no-replay", "--until=Kernel panic", "--timeout=" + ANSWER, timeout=200,
              stdin=b"echo c > /proc/sysrq-trigger\n")
    wait_for(lambda: "has crashed (it reported a panic)" in guest.ok("log", "Demo").out, "the panic in the log")
    guest.ok("reset", "Demo")
    guest.ok("stop", "--force", "Demo")
    guest.boot()


def shut_down(guest):
    """QEMU's button of an arm64 machine is down for a tenth of a second, which a guest that gets no
    time of a busy computer does not see: it is pressed again then, as a person would."""
    for _ in range(4):
        got = guest.run("stop", "--request", "--timeout=30", "Demo", timeout=100)
        if got.code == 0:
            break
    equal((got.code, got.out), (0, "“Demo” shut down.\n"))


@needs_guest
def test_stop_by_request_ends_clean(guest):
    pid = guest.status()["engine-pid"]
    shut_down(guest)
    now = guest.status()
    equal((now["state"], now["end"]), ("stopped", "clean"))
    assert is_gone(pid)
    holds(guest.ok("log", "Demo", "--serial=0", "--lines=1000").out, "AETHER-READY")


@needs_guest
def test_killed_engine_is_a_crash_with_its_reason(guest):
    equal(guest.run("start", "Demo", timeout=120).code, 0)
    with rig.running(guest.popen("wait", "Demo")) as down:
        os.kill(guest.status()["engine-pid"], signal.SIGKILL)
        equal(down.wait(300), 0)
    now = guest.status()
    equal((now["state"], now["end"]), ("stopped", "crashed"))
    print(f"# {now['end-sentence']}")
    holds(now["end-sentence"], "QEMU")


@needs_guest
def test_killed_machine_takes_its_engine_along_and_starts_again(guest):
    equal(guest.run("start", "Demo", timeout=120).code, 0)
    engine = guest.status()["engine-pid"]
    with open(f"/proc/{engine}/status", encoding="ascii") as file:
        host = int(next(line for line in file if line.startswith("PPid")).split()[1])
    began = time.monotonic()
    os.kill(host, signal.SIGKILL)
    wait_for(lambda: is_gone(engine), "the end of QEMU")
    print(f"# QEMU was gone after {time.monotonic() - began:.2f} s")
    now = guest.status()
    equal((now["state"], now["end"]), ("stopped", "killed"))
    print(f"# {now['end-sentence']}")

    # It hears the power button as soon as it says that it is up
    guest.boot()
    shut_down(guest)
    equal(guest.status()["end"], "clean")

    equal(guest.run("start", "Demo", timeout=120).code, 0)
    equal(guest.ok("stop", "--force", "Demo").out, "“Demo” was switched off.\n")
    equal(guest.status()["end"], "forced")


@needs_guest
def test_command_line_runs_by_hand(guest):
    """What “aetherctl command” prints is for a shell: this one must take it apart as we do."""
    listed = guest.ok("command", "--json", "Demo", timeout=120).json
    text = guest.ok("command", "Demo").out
    parsed = subprocess.run(["bash", "-c", "printf '%s\\0' " + text], capture_output=True, check=True).stdout
    equal(parsed.decode().split("\0")[:-1], listed)


try:
    rig.main(sys.modules[__name__], lambda: GUEST)
finally:
    GUEST.end()
