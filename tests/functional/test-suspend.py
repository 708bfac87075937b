# test-suspend.py - a real Linux in a real QEMU is suspended to disk, and goes on
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""test-suspend.py ARCH [WORD...]: one guest goes through all tests in order."""

import contextlib
import glob
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time

from guest import Guest, is_gone, needs_guest

import rig
from rig import FAILED, WRONG_STATE, Skip, equal, holds, wait_for

ARCH = sys.argv.pop(1)
GUEST = Guest(ARCH)


def folder(guest, *names):
    return os.path.join(guest.bundle("Demo"), "suspend", *names)


def is_suspended(guest):
    now = guest.status()
    equal(now["state"], "stopped")
    return now["suspended"]


def suspend(guest):
    equal(guest.ok("suspend", "Demo", timeout=120).out, "“Demo” is suspended. “aetherctl start” goes on from there.\n")
    assert is_suspended(guest)


def resume(guest):
    started = guest.run("start", "Demo", timeout=120)
    equal((started.code, started.out), (0, "“Demo” goes on where it was suspended.\n"))
    now = guest.status()
    equal(now["state"], "running")
    equal(os.path.exists(folder(guest)), False)
    wait_for(lambda: not holds_state(now["engine-pid"]), "QEMU to close the saved state, which takes space till then")


def holds_state(pid):
    links = []
    for path in glob.glob(f"/proc/{pid}/fd/*"):
        with contextlib.suppress(OSError):
            links.append(os.readlink(path))
    return [link for link in links if "/suspend/" in link]


def boot_id(guest):
    return guest.answer("cat /proc/sys/kernel/random/boot_id", r"([0-9a-f]{8}-[0-9a-f-]{27})")


def count(guest):
    return int(guest.answer("cat /run/count", r"\n(\d+)\r"))


def host_pid(guest):
    with open(f"/proc/{guest.status()['engine-pid']}/status", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("PPid")).split()[1])


def refused(guest, words):
    """A start that fails, says why, and keeps the state; one that is not as we saved it is trusted all the same."""
    got = guest.fails(FAILED, words, "start", "--trust", "Demo", timeout=120)
    print(f"# {got.err.strip()}")
    holds(got.err, "kept")
    assert is_suspended(guest)


@contextlib.contextmanager
def changed(path, change):
    """The file as change() makes it of its bytes, then as it was."""
    with open(path, "rb") as file:
        before = file.read()
    try:
        with open(path, "wb") as file:
            file.write(change(before))
        yield
    finally:
        with open(path, "wb") as file:
            file.write(before)


@needs_guest
def test_boots_with_a_disk_and_counts(guest):
    guest.ok("create", "--demo=linux", "--arch=" + ARCH)
    disk = os.path.join(guest.bundle("Demo"), "disks")
    os.makedirs(disk, exist_ok=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", os.path.join(disk, "data.qcow2"), "64M"], check=True)
    guest.ok("set", "Demo", 'drives+={"id":"data","kind":"disk","interface":"virtio","format":"qcow2",'
             '"file":"disks/data.qcow2"}', 'drives+={"id":"cd","kind":"cdrom"}')
    guest.boot()
    guest.ok("serial", "Demo", "--no-replay", "--until=counts2", "--timeout=480", timeout=200,
             stdin=b"(i=0; while :; do i=$((i+1)); echo $i > /run/new; mv /run/new /run/count; sleep 0.1; done) & echo counts$((1+1))\n")
    wait_for(lambda: count(guest) > 1, "the count")
    guest.fails(WRONG_STATE, "is not suspended", "discard-state", "Demo")


@needs_guest
def test_suspended_machine_is_off_and_says_so(guest):
    guest.before = (boot_id(guest), count(guest))
    pid = guest.status()["engine-pid"]
    suspend(guest)
    assert is_gone(pid)
    now = guest.status()
    equal((now["state"], now["suspended"], now["end"]), ("stopped", True, "suspended"))
    assert abs(time.time() - now["since"]) < 300, now
    holds(guest.ok("status", "Demo").out, "“Demo” is suspended")
    holds(guest.ok("list").out, "suspended")
    guest.ok("wait", "Demo", "--state=suspended", "--timeout=60")
    equal(stat.S_IMODE(os.stat(folder(guest, "state")).st_mode), 0o600)
    equal(stat.S_IMODE(os.stat(folder(guest)).st_mode), 0o700)
    equal(sorted(os.listdir(folder(guest))), ["state", "state.json"])
    print(f"# {os.stat(folder(guest, 'state')).st_blocks * 512 // 2**20} MiB on the disk")
    guest.fails(WRONG_STATE, "is not running", "suspend", "Demo")


@needs_guest
def test_resumed_machine_goes_on(guest):
    time.sleep(5)   # which its clock chip must not miss
    resume(guest)
    equal(boot_id(guest), guest.before[0])
    after = count(guest)
    assert after >= guest.before[1], (after, guest.before)
    wait_for(lambda: count(guest) > after, "the count to go on")
    guest.ok("type", "Demo", "--enter", "clear; echo typed=$((6*7)) > /run/serial")
    guest.ok("serial", "Demo", "--until=typed=42", "--timeout=480", timeout=200)
    equal(guest.picture("resumed.png")[:2], (1280, 800))


@needs_guest
def test_its_clock_chip_is_right(guest):
    if guest.answer("ls /sys/class/rtc/rtc0 > /dev/null 2>&1; echo rtc=$?", r"\nrtc=(\d+)\r") != "0":
        raise Skip("the guest has no driver for its clock")
    before = time.time()
    chip = int(guest.answer("cat /sys/class/rtc/rtc0/since_epoch", r"\n(\d+)\r"))
    print(f"# the clock of the machine: {chip - before:+.1f} s")
    assert before - 2 <= chip <= time.time() + 2, (before, chip)


@needs_guest
def test_a_second_time_and_while_paused(guest):
    guest.ok("pause", "Demo")
    suspend(guest)
    resume(guest)
    equal(boot_id(guest), guest.before[0])


@needs_guest
def test_disc_that_was_put_in_meanwhile_is_there_again(guest):
    disc = guest.write("disc.iso", b"\0" * 2**20)
    uuid = guest.status()["uuid"]
    address = f"unix:path={guest.path('run/aether', uuid, 'machine.sock')}"

    def call(method, *args):
        return subprocess.run(["gdbus", "call", "--address", address, "--dest", "org.aether.Aether", "--object-path",
                               "/org/aether/Machine1", "--method", "org.aether.Machine1." + method, *args],
                              check=True, stdout=subprocess.PIPE, text=True).stdout

    call("ChangeMedium", "cd", f"b'{disc}'", "true")
    suspend(guest)
    resume(guest)
    holds(call("ListDrives"), disc)
    suspend(guest)
    os.rename(disc, disc + ".away")
    refused(guest, "is gone")
    os.rename(disc + ".away", disc)
    resume(guest)


@needs_guest
def test_cancelled_machine_goes_on_and_leaves_nothing(guest):
    guest.answer("dd if=/dev/urandom of=/run/fill bs=1M count=100 2> /dev/null; echo filled=$?", r"\nfilled=(0)\r")
    for attempt in range(10):
        with rig.running(guest.popen("suspend", "Demo", stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)) as asked:
            while asked.poll() is None and not glob.glob(folder(guest, ".state.*")):
                time.sleep(0.001)
            asked.send_signal(signal.SIGINT)
            code = asked.wait(300)
        if code != 0:
            break
        resume(guest)   # it was faster than we
    equal(code, 130)
    equal(guest.status()["state"], "running")
    equal(glob.glob(folder(guest, "*")) + glob.glob(folder(guest, ".*")), [])
    now = count(guest)
    wait_for(lambda: count(guest) > now, "the count to go on")
    print(f"# cancelled at attempt {attempt + 1}")


@needs_guest
def test_other_settings_are_found(guest):
    suspend(guest)
    settings = guest.machine_json("Demo")
    memory, cpus, touch = settings["memory"]["size"], settings["cpu"]["count"], settings["input"]["touch"]
    warned = guest.run("set", "Demo", f"memory.size={memory + 64}")
    equal(warned.code, 0)
    holds(warned.err, "is suspended")
    refused(guest, "(memory)")
    guest.run("set", "Demo", f"memory.size={memory}", f"cpu.count={cpus + 1}", f"input.touch={not touch}".lower())
    refused(guest, "(processors, devices)")
    guest.run("set", "Demo", f"cpu.count={cpus}", f"input.touch={touch}".lower())


@needs_guest
def test_other_version_and_damage_are_found(guest):
    def other_version(text):
        record = json.loads(text)
        record["fit"]["version"] = "7.2.0"
        return json.dumps(record).encode()

    with changed(folder(guest, "state.json"), other_version):
        refused(guest, "suspended by QEMU 7.2.0")
    with changed(folder(guest, "state.json"), lambda text: b"{]"):
        refused(guest, "damaged")
    with changed(folder(guest, "state"), lambda text: text[:len(text) // 2]):
        refused(guest, "damaged")
    with changed(folder(guest, "state"), lambda text: text[:len(text) // 2] + b"garbage" * 10 + text[len(text) // 2 + 70:]):
        refused(guest, "damaged")
    os.rename(folder(guest, "state"), folder(guest, "away"))
    refused(guest, "cannot be read")
    os.rename(folder(guest, "away"), folder(guest, "state"))


@needs_guest
def test_what_qemu_cannot_load_is_kept(guest):
    """Damage that was there from the beginning, as far as our own check can tell."""
    with open(folder(guest, "state"), "r+b") as file:
        head = file.read(4096)
        file.seek(0)
        file.write(b"\1" * 4096)
    record = json.load(open(folder(guest, "state.json"), encoding="utf-8"))
    good = record["checksum"]
    record["checksum"] = checksum_of(guest)
    with changed(folder(guest, "state.json"), lambda text: json.dumps(record).encode()):
        refused(guest, "QEMU cannot load its saved state")
    with open(folder(guest, "state"), "r+b") as file:
        file.write(head)
    equal(checksum_of(guest), good)


def checksum_of(guest):
    """As in aether-saved-state.c"""
    mask = 2**64 - 1
    first, second = 0x9e3779b185ebca87, 0xc2b2ae3d27d4eb4f
    total, offset = 0, 0

    def turn(value, bits):
        value &= mask
        return (value << bits | value >> 64 - bits) & mask

    with open(folder(guest, "state"), "rb") as file:
        end = os.fstat(file.fileno()).st_size
        while offset < end:
            try:
                offset = os.lseek(file.fileno(), offset, os.SEEK_DATA) // 4096 * 4096
            except OSError:
                break
            page = os.pread(file.fileno(), 4096, offset).ljust(4096, b"\0")
            if page.count(0) < 4096:
                lanes = [offset + first & mask, offset ^ second, offset, ~offset & mask]
                for i in range(0, 4096, 8):
                    lane = i // 8 % 4
                    lanes[lane] = turn(lanes[lane] + int.from_bytes(page[i:i + 8], sys.byteorder) * second, 31) * first & mask
                for lane in lanes:
                    total = turn(total ^ lane, 27) * first + second & mask
            offset += 4096
    return f"{total:016x}"


@needs_guest
def test_changed_disk_is_found(guest):
    disk = os.path.join(guest.bundle("Demo"), "disks/data.qcow2")
    before = os.stat(disk).st_mtime_ns
    os.utime(disk, ns=(before + 1000, before + 1000))
    refused(guest, "was changed since")
    os.utime(disk, ns=(before, before))
    resume(guest)
    equal(boot_id(guest), guest.before[0])


@needs_guest
def test_clone_leaves_the_state_behind(guest):
    suspend(guest)
    cloned = guest.run("clone", "Demo", "Copy")
    equal(cloned.code, 0)
    holds(cloned.err, "The saved state stays with “Demo”")
    equal(os.path.exists(os.path.join(guest.bundle("Copy"), "suspend")), False)
    equal(guest.ok("status", "--json", "Copy").json["suspended"], False)
    guest.ok("delete", "--permanently", "--yes", "Copy")


@needs_guest
def test_killed_at_any_moment_it_is_suspended_or_had_a_power_cut(guest):
    """What is said must be what is: a suspended machine goes on, any other one starts anew."""
    disk = os.path.join(guest.bundle("Demo"), "disks/data.qcow2")
    seen = {}
    chance = random.Random(os.environ.get("TEST_SEED", "7"))
    resume(guest)
    for turn in range(24):
        here = boot_id(guest) if turn % 3 == 0 else None
        suspending = turn % 2 == 0
        if suspending:
            victim = host_pid(guest)
            asked = guest.popen("suspend", "Demo", stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        else:
            suspend(guest)
            asked = guest.popen("start", "Demo", stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            victim = None
        with rig.running(asked):
            time.sleep(chance.uniform(0, 0.7))
            if victim is None:
                for path in glob.glob(guest.path("run/aether/*/status")):
                    with contextlib.suppress(OSError, ValueError, KeyError):
                        with open(path, encoding="utf-8") as file:
                            victim = json.load(file)["pid"]
            if victim:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            asked.wait(300)
        if victim is None:
            equal(guest.status()["state"], "running")   # we were too early
            continue
        guest.ok("wait", "Demo", "--timeout=240", timeout=100)
        now = guest.status()
        what = ("suspending" if suspending else "resuming") + (": suspended" if now["suspended"] else ": " + now["end"])
        seen[what] = seen.get(what, 0) + 1
        assert now["suspended"] == (now["end"] == "suspended"), now
        if not now["suspended"]:
            equal(now["end"], "killed")
        wait_for(lambda: subprocess.run(["qemu-img", "check", "-q", disk], check=False).returncode == 0, "a sound disk")
        started = guest.run("start", "Demo", timeout=120)
        equal(started.code, 0)
        equal("goes on" in started.out, now["suspended"])
        equal(glob.glob(folder(guest, "*")) + glob.glob(folder(guest, ".*")), [])
        if now["suspended"]:
            if here:
                equal(boot_id(guest), here)
        else:
            guest.ok("serial", "Demo", "--until=AETHER-READY", "--timeout=1200", timeout=400)
    print(f"# {seen}")


@needs_guest
def test_used_state_never_comes_back(guest):
    """As if killed between the note and the first instruction."""
    suspend(guest)
    os.rename(folder(guest, "state.json"), folder(guest, "used.json"))
    equal(is_suspended(guest), False)
    started = guest.run("start", "Demo", timeout=120)
    equal(started.code, 0)
    holds(started.err, "used up")
    equal(os.path.exists(folder(guest)), False)
    guest.ok("serial", "Demo", "--until=AETHER-READY", "--timeout=1200", timeout=400)


@needs_guest
def test_start_anew(guest):
    here = boot_id(guest)
    suspend(guest)
    started = guest.run("start", "--discard-state", "Demo", timeout=120)
    equal(started.code, 0)
    guest.ok("serial", "Demo", "--until=AETHER-READY", "--timeout=1200", timeout=400)
    assert boot_id(guest) != here
    suspend(guest)
    holds(guest.ok("discard-state", "Demo").out, "was discarded")
    equal(is_suspended(guest), False)


@needs_guest
def test_no_room_is_told_before_with_numbers(guest):
    small = os.path.join(guest.bundle("Demo"), "suspend")
    os.makedirs(small, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64M,mode=0700", "small", small],
                      check=False, capture_output=True).returncode != 0:
        raise Skip("nothing can be mounted here")
    try:
        guest.boot()
        got = guest.fails(FAILED, "not enough space", "suspend", "Demo")
        print(f"# {got.err.strip()}")
        holds(got.err.replace("\xa0", " "), "64.0 MiB")
        equal(guest.status()["state"], "running")
        equal(os.listdir(small), [])
        fill_up_meanwhile(guest, small)
        guest.ok("stop", "--force", "Demo")
    finally:
        guest.run("stop", "--force", "Demo")
        subprocess.run(["umount", "-l", small], check=False)


def fill_up_meanwhile(guest, small):
    """There was room, and somebody else takes it while the state is written."""
    subprocess.run(["mount", "-o", "remount,size=1G", small], check=True)
    guest.answer("dd if=/dev/urandom of=/run/fill bs=1M count=100 2> /dev/null; echo filled=$?", r"\nfilled=(0)\r")
    before = boot_id(guest)
    for _ in range(10):
        with rig.running(guest.popen("suspend", "Demo", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)) as asked:
            while asked.poll() is None and not glob.glob(os.path.join(small, ".state.*")):
                time.sleep(0.001)
            with open(os.path.join(small, "filler"), "wb") as file, contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, 2**30 - 8 * 2**20)
            words = asked.stderr.read().decode()
            code = asked.wait(300)
        os.unlink(os.path.join(small, "filler"))
        if code != 0:
            break
        resume_in(guest)
    equal(code, 1)
    print(f"# {words.strip()}")
    equal(guest.status()["state"], "running")
    equal(os.listdir(small), [])
    equal(boot_id(guest), before)


def resume_in(guest):
    """As resume(), of a folder that stays, as something is mounted on it."""
    equal(guest.run("start", "Demo", timeout=120).out, "“Demo” goes on where it was suspended.\n")


@needs_guest
def test_machine_that_cannot_be_suspended_says_why(guest):
    guest.ok("set", "Demo", "drives.0.interface=nvme")
    equal(guest.run("start", "Demo", timeout=120).code, 0)
    guest.fails(FAILED, "NVMe", "suspend", "Demo")
    equal(guest.status()["state"], "running")
    guest.ok("stop", "--force", "Demo")


try:
    rig.main(sys.modules[__name__], lambda: GUEST)
finally:
    GUEST.end()
