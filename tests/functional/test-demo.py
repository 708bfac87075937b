# test-demo.py - ./run --demo from wish to picture, on each backend of aether-vmm
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ctl"))

import png
import rig
from rig import Skip, equal, holds

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build-aux/demo.sh")


def backends():
    out = subprocess.run([os.environ["AETHER_VMM_PROGRAM"], "--list-backends"], capture_output=True, text=True).stdout
    return [line.split()[0] for line in out.splitlines() if line.split()[1] == "x86_64" and line.split()[2] == "yes"]


def check_demo(home, how, wanted):
    args = [how] if how else []
    done = subprocess.run([SCRIPT, rig.CTL, *args], cwd=home.root, env=home.env, timeout=120, capture_output=True,
                          text=True)
    equal((done.returncode, done.stderr), (0, ""))
    holds(done.stdout, f"run by {wanted}\n")
    holds(done.stdout, "  | Hello from a guest with no system below it\n")
    width, height, rgb = png.read(home.path("demo.png"))
    equal((width, height), (800, 480))
    colours = {bytes(rgb[i:i + 3]) for i in range(0, len(rgb), 3)}
    assert len(colours) > 12, f"{len(colours)} colours: the line “colours” is not on the picture"
    # Nothing of it stays, here or in the user's library
    equal(os.path.exists(home.machines), False)


def test_demo_on_kvm(home):
    if "kvm" not in backends():
        raise Skip("KVM cannot run guests on this computer")
    check_demo(home, "kvm", "kvm")


def test_demo_on_unicorn(home):
    if "unicorn" not in backends():
        raise Skip("there is no Unicorn")
    check_demo(home, "unicorn", "unicorn")


def test_demo_without_a_wish(home):
    """auto: whichever runs it."""
    runs = backends()
    if not runs:
        raise Skip("no backend runs here")
    done = subprocess.run([SCRIPT, rig.CTL], cwd=home.root, env=home.env, timeout=120, capture_output=True, text=True)
    equal((done.returncode, done.stderr), (0, ""))
    assert any(f"run by {name}\n" in done.stdout for name in runs), done.stdout


def test_demo_outlives_what_it_came_with(home):
    """The image is in the machine: it starts where no demo is installed any more."""
    home.ok("create", "--demo=console")
    home.env["AETHER_DEMOS_DIR"] = home.path("nowhere")
    equal(home.run("start", "Demo").code, 0)
    home.ok("serial", "Demo", "--until=Type", "--timeout=240")
    home.ok("stop", "--force", "Demo")


def test_demo_that_there_is_not(home):
    done = subprocess.run([SCRIPT, rig.CTL, "xen"], cwd=home.root, env=home.env, capture_output=True, text=True)
    equal((done.returncode, done.stderr), (1, "The demo has no 'xen': it runs in kvm, unicorn or linux.\n"))


rig.main(sys.modules[__name__])
