# test-aether.py - machines of the engine "aether", by aetherctl, in the real aether-vmm
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ctl"))

import png
import rig
from rig import FAILED, USAGE, WRONG_STATE, Skip, equal, holds, wait_for

GUESTS = os.environ["TEST_GUESTS"]


def demo(name):
    return os.path.join(os.environ["AETHER_DEMOS_DIR"], f"{name}-x86_64.aether")


def guest(name):
    return os.path.join(GUESTS, f"{name}-x86_64.aether")


def capabilities(home):
    engines = home.ok("capabilities", "--json").json
    found = next(engine for engine in engines if engine["engine"] == "aether")
    return {one["id"]: one for one in found["capabilities"]}


def create(home, image, name="One", *args):
    home.ok("create", name, "--engine=aether", f"--kernel={image}", *args)


def start(home, image, name="One", *args):
    create(home, image, name, *args)
    home.ok("start", name)


def status(home, name="One"):
    return home.ok("status", "--json", name).json


def wait_end(home, name="One"):
    def ended():
        now = status(home, name)
        return now if now["state"] == "stopped" and now["end"] != "none" else None

    return wait_for(ended, "the end of the guest")


# --- making one -------------------------------------------------------------------


def test_create_reads_the_image(home):
    create(home, demo("console"))
    machine = home.machine_json("One")
    equal((machine["engine"], machine["arch"], machine["cpu"]["count"], machine["memory"]["size"]),
          ("aether", "x86_64", 1, 16))
    equal(home.ok("check", "One").out, "“One” is ready to start.\n")
    create(home, demo("console"), "Two", "--memory=64", "--cpus=2", "--arch=x86_64")
    machine = home.machine_json("Two")
    equal((machine["cpu"]["count"], machine["memory"]["size"]), (2, 64))
    holds(home.ok("check", "Two").out, "fix: set cpu.count=1\n")


def test_create_refuses_what_never_runs(home):
    for words, args in (
        ("Name one as its kernel.", ()),
        ("could not be opened", ("--kernel=/no/such/image",)),
        ("is a folder", ("--kernel=/tmp",)),
        ("is empty", (f"--kernel={home.write('empty', '')}",)),
        ("does not begin as an ELF file does", (f"--kernel={home.write('text', 'text')}",)),
        ("not an Aether image", ("--kernel=/bin/true",)),
        ("takes no initial ramdisk", (f"--kernel={demo('console')}", "--initrd=/bin/true")),
    ):
        home.fails(FAILED, words, "create", "One", "--engine=aether", *args)
    home.fails(USAGE, "--arch=x86_64", "create", "One", "--engine=aether", f"--kernel={demo('console')}", "--arch=aarch64")
    equal(os.listdir(home.machines) if os.path.isdir(home.machines) else [], [])


def test_bad_images_of_a_machine(home):
    """As when an update, or a download, broke the file afterwards."""
    with open(demo("console"), "rb") as file:
        good = file.read()
    note = good.index(b"AETHER\0")
    image = home.write("image", good)
    create(home, image)
    for words, bad in (
        ("is empty", b""),
        ("is cut short", good[:5000]),
        ("version 999 of the Aether ABI", good[:note + 12] + (999).to_bytes(4, "little") + good[note + 16:]),
    ):
        home.write("image", bad)
        checked = home.run("check", "One")
        equal(checked.code, FAILED)
        holds(checked.out, words)
        home.fails(FAILED, words, "start", "One")
        equal(status(home)["end"], "failed")
        holds(status(home)["end-sentence"], words)
    os.unlink(image)
    home.fails(FAILED, "is not there", "start", "One")
    home.write("image", good)
    home.ok("start", "One")
    home.ok("stop", "--force", "One")


def test_backend_that_is_not_there(home):
    """Each that the computer lacks is no choice, and the fix is to leave the choice to Aether."""
    found = capabilities(home)
    create(home, demo("console"))
    for backend in "kvm", "unicorn":
        home.ok("set", "One", f"aether.backend={backend}")
        one = found.get(f"accelerator.x86_64.{backend}")
        if one and one["available"]:
            equal(home.ok("check", "One").out, "“One” is ready to start.\n")
            continue
        checked = home.run("check", "One")
        equal(checked.code, FAILED)
        holds(checked.out, "fix: set aether.backend=auto\n")
        home.fails(FAILED, "This machine shall run by", "start", "One")


def test_capabilities_name_the_backends(home):
    found = capabilities(home)
    backends = {name: one for name, one in found.items() if name.startswith("accelerator.")}
    assert "accelerator.x86_64.kvm" in backends or "accelerator.aarch64.kvm" in backends, backends
    for one in backends.values():
        assert one["available"] or one["reason"].endswith("."), one
    holds(home.ok("capabilities").out, "Aether (aether)")


# --- a run, on each backend --------------------------------------------------------


def check_life(home, backend):
    found = capabilities(home).get(f"accelerator.x86_64.{backend}")
    if not found or not found["available"]:
        raise Skip(found["reason"] if found else f"there is no {backend}")

    start(home, demo("console"), "One", f"--set=aether.backend={backend}")
    now = status(home)
    equal((now["state"], now["accelerator"]), ("running", backend))
    home.ok("serial", "One", "--until=Type", "--timeout=240")

    home.ok("type", "One", "echo By keys!\n")
    home.ok("serial", "One", "--until=\nBy keys!", "--timeout=240")
    home.ok("key", "One", "shift-x")
    home.ok("key", "One", "ret")
    home.ok("serial", "One", "--no-replay", "--until=By serial", "--timeout=240", stdin=b"echo By serial port\n")
    holds(home.ok("serial", "One", "--until=By serial port").out, "X")
    wait_for(lambda: "By keys!" in home.ok("log", "--serial=0", "One").out, "the serial port's log")

    home.ok("screenshot", "One", "before.png")
    width, height, before = png.read(home.path("before.png"))
    equal((width, height), (800, 480))
    home.ok("type", "One", "clear\n")
    home.ok("type", "One", "colours\n")
    home.ok("serial", "One", "--until=bold", "--timeout=240")
    home.ok("screenshot", "One", "after.png")
    assert png.read(home.path("after.png"))[2] != before, "the picture did not change"

    home.ok("pause", "One")
    equal(status(home)["state"], "paused")
    home.fails(WRONG_STATE, "is paused already", "pause", "One")
    for name in "paused.png", "later.png":
        home.ok("screenshot", "One", name)
    assert png.read(home.path("paused.png")) == png.read(home.path("later.png")), "a paused guest drew"
    home.ok("resume", "One")
    home.ok("type", "One", "echo Awake\n")
    home.ok("serial", "One", "--until=\nAwake", "--timeout=240")

    home.ok("reset", "One")
    wait_for(lambda: home.ok("serial", "One", "--timeout=300ms").out.count("Type") >= 2, "the second life")

    holds(home.ok("stop", "One").out, "“One” shut down.")
    now = status(home)
    equal((now["state"], now["end"], now["end-sentence"]), ("stopped", "clean", "The guest ended with status 0."))


def test_life_on_kvm(home):
    check_life(home, "kvm")


def test_life_on_unicorn(home):
    check_life(home, "unicorn")


# --- how it ends --------------------------------------------------------------------


def test_exit_with_a_code(home):
    start(home, demo("console"))
    home.ok("serial", "One", "--until=Type", "--timeout=240")
    home.ok("type", "One", "exit 7\n")
    now = wait_end(home)
    equal((now["end"], now["end-sentence"]), ("clean", "The guest ended with status 7."))


def test_panic(home):
    create(home, guest("hostile-jump"))
    home.run("start", "One")
    now = wait_end(home)
    equal(now["end"], "crashed")
    assert now["end-sentence"].endswith("."), now
    holds(home.ok("status", "One").out, now["end-sentence"])


def test_stop_of_a_guest_that_cannot_hear(home):
    """A guest without input is not told, which is said at once; by force it always ends."""
    start(home, guest("hostile-loop"))
    home.fails(FAILED, "it cannot be asked", "stop", "--request", "One")
    equal(status(home)["state"], "running")
    home.ok("stop", "--force", "One")
    equal(status(home)["end"], "forced")


def test_killed_vmm(home):
    start(home, demo("console"))
    os.kill(status(home)["engine-pid"], signal.SIGKILL)
    now = wait_end(home)
    equal(now["end"], "crashed")
    holds(now["end-sentence"], "was ended by signal 9")
    home.ok("start", "One")


def test_killed_host(home):
    start(home, demo("console"))
    engine = status(home)["engine-pid"]
    with open(f"/proc/{engine}/status", encoding="ascii") as file:
        host = int(next(line for line in file if line.startswith("PPid")).split()[1])
    os.kill(host, signal.SIGKILL)
    wait_for(lambda: not os.path.exists(f"/proc/{engine}"), "the end of the engine")
    now = wait_end(home)
    equal(now["end"], "killed")
    home.run("start", "One")
    equal(status(home)["state"], "running")


# --- devices --------------------------------------------------------------------------


def test_disk_keeps_what_is_written(home):
    create(home, guest("block"), "One", "--disk=1M")
    drive = home.machine_json("One")["drives"][0]
    equal((drive["format"], drive["file"]), ("raw", "disks/disk0.raw"))
    home.run("start", "One")
    equal(wait_end(home)["end"], "clean")
    with open(os.path.join(home.bundle("One"), "disks/disk0.raw"), "rb") as file:
        data = file.read()
    equal(len(data), 1 << 20)
    equal(data[-4096:], bytes(i * 7 % 256 for i in range(4096)))


def test_read_only_disk(home):
    """The guest that writes is told no, and the file is as it was."""
    create(home, guest("block"), "One", "--disk=1M", "--set=drives.0.read-only=true")
    home.run("start", "One")
    now = wait_end(home)
    assert now["end-sentence"] != "The guest ended with status 0.", now
    with open(os.path.join(home.bundle("One"), "disks/disk0.raw"), "rb") as file:
        equal(file.read().strip(b"\0"), b"")


def test_qcow2_disk(home):
    disk = home.write("d.qcow2", b"QFI\xfb" + bytes(1020))
    create(home, guest("block"), "One", f"--disk={disk}")
    holds(home.run("check", "One").out, "qemu-img convert")
    home.fails(FAILED, "raw disks only", "start", "One")


def test_guest_that_fills_the_console(home):
    """It writes 16 MiB and ends: its log has turned over, and the newest is all there is room for."""
    create(home, guest("hostile-console"))
    home.run("start", "One")
    equal(wait_end(home)["end"], "clean")
    folder = os.path.join(home.bundle("One"), "logs")
    sizes = {name: os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if "serial" in name}
    assert len(sizes) > 1 and sum(sizes.values()) < 16 << 20, sizes
    holds(home.ok("log", "--serial=0", "One").out, "SUCCESS")


rig.main(sys.modules[__name__])
