# test-sound.py - what a guest plays, through the real QEMU and aether-sound, into a file
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""The guests are boot sectors: one starts the PC speaker, one records by an AC97 sound card."""

import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys

import rig
from rig import Skip, running, wait_for

SOUND = os.environ["AETHER_SOUND_PROGRAM"]
RATE = 8000
SOURCE = "audiotestsrc is-live=true wave=square freq=500"

# 1193182 Hz / 0x04a9 is 1000 Hz
SPEAKER = bytes([
    0xb0, 0xb6, 0xe6, 0x43,                             # timer 2: square wave
    0xb0, 0xa9, 0xe6, 0x42, 0xb0, 0x04, 0xe6, 0x42,     # its divisor
    0xe4, 0x61, 0x0c, 0x03, 0xe6, 0x61,                 # speaker on
    0xf4, 0xeb, 0xfd])                                  # halt, for ever

RECORDED = 0x200000
RECORDED_SIZE = 0x8000

# In C: pci (4, COMMAND) = IO | MASTER; mixer (RECORD_GAIN) = 0; a list of one buffer; run
RECORDER = bytes([
    0x31, 0xc0, 0x8e, 0xd8,                                                     # ds = 0
    0xba, 0xf8, 0x0c, 0x66, 0xb8, 0x04, 0x20, 0x00, 0x80, 0x66, 0xef,           # device 4, register 4
    0xba, 0xfc, 0x0c, 0x66, 0xb8, 0x05, 0x00, 0x00, 0x00, 0x66, 0xef,           # ports and DMA on
    0xba, 0xf8, 0x0c, 0x66, 0xb8, 0x10, 0x20, 0x00, 0x80, 0x66, 0xef,           # the mixer's ports
    0xba, 0xfc, 0x0c, 0x66, 0xed, 0x83, 0xe0, 0xfe, 0x89, 0xc2,
    0x83, 0xc2, 0x1c, 0x31, 0xc0, 0xef,                                         # record gain: not muted
    0xba, 0xf8, 0x0c, 0x66, 0xb8, 0x14, 0x20, 0x00, 0x80, 0x66, 0xef,           # the bus master's ports
    0xba, 0xfc, 0x0c, 0x66, 0xed, 0x83, 0xe0, 0xfe, 0x89, 0xc3,
    0x66, 0xc7, 0x06, 0x00, 0x80, 0x00, 0x00, 0x20, 0x00,                       # at 0x8000: where to
    0x66, 0xc7, 0x06, 0x04, 0x80, 0x00, 0x40, 0x00, 0x00,                       # and how many samples
    0x89, 0xda, 0x66, 0xb8, 0x00, 0x80, 0x00, 0x00, 0x66, 0xef,                 # the list
    0x83, 0xc2, 0x05, 0x30, 0xc0, 0xee,                                         # its last entry: 0
    0x83, 0xc2, 0x06, 0xfe, 0xc0, 0xee,                                         # record
    0xf4, 0xeb, 0xfd])                                                          # halt, for ever


class Qemu:
    """With its control connection."""

    def __init__(self, home, code, *arguments):
        disk = home.write("sector.img", code + bytes(510 - len(code)) + b"\x55\xaa")
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                ["qemu-system-x86_64", "-nodefaults", "-m", "32", "-accel", "tcg", "-device", "VGA",
                 "-audiodev", "dbus,id=sound", "-display", "dbus,p2p=on,audiodev=sound",
                 *arguments, "-drive", f"file={disk},format=raw,if=ide",
                 "-chardev", f"socket,id=qmp,fd={theirs.fileno()}", "-mon", "chardev=qmp,mode=control"],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        self.socket = ours
        self.lines = ours.makefile()
        self.lines.readline()
        self.call("qmp_capabilities")

    def call(self, command, fd=None, **arguments):
        text = json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n"
        socket.send_fds(self.socket, [text], [] if fd is None else [fd])
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise AssertionError(f"{command}: {answer}")
            if "return" in answer:
                return

    def open_display(self, name):
        ours, theirs = socket.socketpair()
        with theirs:
            self.call("getfd", fd=theirs.fileno(), fdname=name)
        self.call("add_client", protocol="@dbus-display", fdname=name)
        return ours


def start_sound(display, control, path, *arguments):
    sink = f"audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate={RATE},channels=1 ! " \
           f"filesink location={path} buffer-mode=2 sync=true"
    low, high = os.dup(display.fileno()), os.dup(control.fileno())

    # Past each other, whatever their numbers are
    script = f"exec {low + 100}<&{low} {high + 101}<&{high}; exec 3<&{low + 100} 4<&{high + 101}; exec '{SOUND}' {' '.join(arguments)}"
    process = subprocess.Popen(["bash", "-c", script], pass_fds=[low, high], stdin=subprocess.DEVNULL,
                               env={**os.environ, "AETHER_SOUND_SINK": sink, "AETHER_SOUND_SOURCE": SOURCE})
    os.close(low)
    os.close(high)
    return process


def samples(path):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return ()
    return struct.unpack(f"<{len(data) // 2}h", data[:len(data) // 2 * 2])


def frequency(part):
    return sum(1 for before, now in zip(part, part[1:]) if before < 0 <= now) * RATE / len(part)


def has_tone(part):
    return len(part) == RATE and max(part) > 3000 and abs(frequency(part) - 1000) < 30


def test_a_tone_of_the_guest_is_played(home):
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed")
    path = home.path("heard.raw")
    qemu = Qemu(home, SPEAKER, "-machine", "pc,pcspk-audiodev=sound")
    ours, theirs = socket.socketpair()
    with running(qemu.process), ours:
        with theirs, qemu.open_display("sound") as display:
            process = start_sound(display, theirs, path)
        with running(process):
            wait_for(lambda: has_tone(samples(path)[-RATE:]), "a second of 1000 Hz", 60)

            # a window takes the display and leaves it: the sound goes on
            with qemu.open_display("window"):
                heard = len(samples(path))
                wait_for(lambda: len(samples(path)) > heard + 2 * RATE, "sound beside a window", 60)
            heard = len(samples(path))
            wait_for(lambda: len(samples(path)) > heard + 2 * RATE, "sound after the window", 60)
            assert has_tone(samples(path)[-RATE:]), "the tone changed"

            ours.sendall(b"mute 1\n")
            wait_for(lambda: max(samples(path)[-RATE:]) == 0, "silence when muted", 60)
            ours.sendall(b"mute 0\nvolume 0.1\n")
            wait_for(lambda: 0 < max(samples(path)[-RATE:]) < 6000 and frequency(samples(path)[-RATE:]) > 900,
                     "the tone, low", 60)

            # it ends with the machine
            qemu.process.kill()
            process.wait(300)


def record(home, *arguments):
    """What the guest has got once its buffer is full, or after a while."""
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed")
    qemu = Qemu(home, RECORDER, "-machine", "pc", "-device", "AC97,addr=4,audiodev=sound")
    ours, theirs = socket.socketpair()
    path = home.path("memory.raw")

    def memory():
        qemu.call("pmemsave", val=RECORDED, size=RECORDED_SIZE, filename=path)
        return samples(path)

    with running(qemu.process), ours:
        with theirs, qemu.open_display("sound") as display:
            process = start_sound(display, theirs, home.path("unheard.raw"), *arguments)
        with running(process):
            with contextlib.suppress(AssertionError):   # nothing comes where it is not allowed
                wait_for(lambda: has_recorded_tone(memory()), "sound in the guest", 20 if arguments else 5)
            return memory()


def has_recorded_tone(heard):
    """One channel of 500 Hz, after what the memory held before."""
    left = [sample for sample in heard[::2] if abs(sample) > 3000]
    crossings = sum(1 for before, now in zip(left, left[1:]) if before < 0 <= now)
    return len(left) > 4000 and crossings > 20


def test_the_guest_hears_the_microphone(home):
    heard = record(home, "--microphone")
    assert has_recorded_tone(heard), f"the guest heard {min(heard)} to {max(heard)}"


def test_the_guest_hears_nothing_when_not_allowed(home):
    heard = record(home)
    assert not has_recorded_tone(heard), f"the guest heard {min(heard)} to {max(heard)}"


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
