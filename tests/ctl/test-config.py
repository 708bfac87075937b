# test-config.py - machines made, listed, changed and deleted by aetherctl; nothing runs
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import pty
import resource
import shutil
import signal
import stat
import subprocess
import sys

import rig
from rig import FAILED, NO_MACHINE, OK, TIMED_OUT, USAGE, WRONG_STATE, Skip, equal, holds

ISO = b"\0" * 16 * 2048 + b"\1CD001\1" + b"\0" * 2041 + b"\0" * 2048
MACHINE = {"name", "uuid", "path", "arch", "engine", "os", "state", "suspended", "since", "problem"}


def need_qemu_img():
    if not shutil.which("qemu-img"):
        raise Skip("qemu-img is not installed")


def made(home):
    """What lies in the library, hidden files too."""
    return os.listdir(home.machines) if os.path.exists(home.machines) else []


# --- making -------------------------------------------------------------------


def test_create_with_defaults(home):
    result = home.ok("create", "Plain")
    holds(result.out, "“Plain” was made in " + home.bundle("Plain"))
    machine = home.machine_json("Plain")
    equal(machine["schema"], 1)
    equal(machine["arch"], {"arm64": "aarch64"}.get(os.uname().machine, os.uname().machine))
    equal(machine["drives"], [])
    equal(machine["cpu"]["count"], min(4, os.cpu_count()))
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") // 2**20
    assert 128 <= machine["memory"]["size"] <= max(128, min(2048, pages // 2)), machine["memory"]


def test_create_with_everything(home):
    need_qemu_img()
    iso = home.write("a, b c.iso", ISO)
    image = home.write("old disk.img", b"\0" * 4096)
    result = home.ok(
        "create", "Full", "--json", "--arch", "x86_64", "--memory=300", "--cpus", "1", "--firmware=uefi",
        "--disk=64M", "--disk", image, "--cdrom", "a, b c.iso", "--set", "drives.0.interface=sata",
        "--set=memory.balloon=no", "--set=notes=a=b")
    equal(set(result.json), MACHINE)
    equal(result.json["path"], home.bundle("Full"))
    machine = home.machine_json("Full")
    equal(machine["uuid"], result.json["uuid"])
    equal((machine["memory"]["size"], machine["memory"]["balloon"]), (300, False))
    equal(machine["firmware"]["kind"], "uefi")
    equal(machine["notes"], "a=b")
    new, old, cd = machine["drives"]
    equal((new["id"], new["file"], new["format"], new["interface"]), ("disk0", "disks/disk0.qcow2", "qcow2", "sata"))
    equal((old["id"], old["file"], old["format"]), ("disk1", image, "raw"))
    equal((cd["id"], cd["kind"], cd["file"], cd["read-only"]), ("cdrom0", "cdrom", iso, True))
    info = json.loads(subprocess.check_output(
        ["qemu-img", "info", "--output=json", os.path.join(home.bundle("Full"), "disks/disk0.qcow2")]))
    equal((info["format"], info["virtual-size"]), ("qcow2", 64 * 2**20))


def test_create_with_a_kernel_names_it_by_its_whole_path(home):
    home.write("vmlinuz", "kernel")
    home.write("initrd", "initrd")
    home.ok("create", "Direct", "--arch=aarch64", "--kernel=vmlinuz", "--initrd=./initrd", "--append=console=ttyAMA0 quiet")
    firmware = home.machine_json("Direct")["firmware"]
    equal(firmware, {"kind": "bios", "kernel": home.path("vmlinuz"), "initrd": home.path("initrd"),
                     "append": "console=ttyAMA0 quiet", "once": False})


def test_create_demo_copies_the_guest(home):
    for name, text in ("vmlinuz", "k"), ("initrd", "i"), ("cmdline", "console=ttyS0 quiet\n"):
        home.write("guests/x86_64/" + name, text)
    home.env["AETHER_GUESTS_DIR"] = home.path("guests")
    home.ok("create", "--demo=linux", "--arch=x86_64")
    second = home.ok("create", "--demo=linux", "--arch=x86_64", "--json", "--memory=256")
    equal(second.json["name"], "Demo 2")
    machine = home.machine_json("Demo")
    equal(machine["firmware"]["kernel"], "boot/kernel")
    equal(machine["firmware"]["append"], "console=ttyS0 quiet")
    with open(os.path.join(home.bundle("Demo"), "boot/initrd"), encoding="ascii") as file:
        equal(file.read(), "i")
    equal(home.machine_json("Demo 2")["memory"]["size"], 256)


def test_create_demo_is_a_guest_of_our_own(home):
    home.write("demos/console-x86_64.aether", "image")
    home.write("demos/paint-arm64.aether", "paper")
    home.env["AETHER_DEMOS_DIR"] = home.path("demos")
    home.ok("create", "--demo=console", "--arch=x86_64")
    machine = home.machine_json("Demo")
    equal((machine["engine"], machine["arch"]), ("aether", "x86_64"))
    equal(machine["firmware"]["kernel"], "boot/kernel")
    with open(os.path.join(home.bundle("Demo"), "boot/kernel"), encoding="ascii") as file:
        equal(file.read(), "image")

    # What stands behind it is the name, not the guest; and the only CPU there is an image for is taken
    home.ok("create", "--demo=paint", "Paper")
    equal(home.machine_json("Paper")["arch"], "aarch64")


def test_create_demo_that_cannot_run_is_linux_and_says_so(home):
    for name, text in ("vmlinuz", "k"), ("initrd", "i"), ("cmdline", "quiet\n"):
        home.write("guests/x86_64/" + name, text)
    home.env.update(AETHER_GUESTS_DIR=home.path("guests"), AETHER_DEMOS_DIR=home.path("nowhere"))
    made = home.run("create", "--demo", "Mine", "--arch=x86_64")
    equal((made.code, made.err), (0, "aetherctl: Aether's own guests cannot run on this computer, so the demo is "
                                     "a small Linux.\n"))
    equal(home.machine_json("Mine")["firmware"]["initrd"], "boot/initrd")


def test_create_demo_without_the_guest_says_how_to_get_it(home):
    home.env["AETHER_GUESTS_DIR"] = home.path("nowhere")
    home.fails(FAILED, "The demo's guest system for riscv64 is not on this computer. Run “./run --demo linux” once",
               "create", "--demo=linux", "--arch=riscv64")
    home.fails(FAILED, "There is no demo “nonsense” for x86_64.", "create", "--demo=nonsense", "--arch=x86_64")
    equal(made(home), [])


def test_create_refuses_in_words_and_leaves_nothing(home):
    html = home.write("page.iso", "<html>404</html>")
    os.mkfifo(home.path("fifo"))
    os.mkdir(home.path("folder"))
    for code, words, *args in (
        (USAGE, "Give the machine a name.", ),
        (USAGE, "“create” takes only NAME.", "a", "b"),
        (USAGE, "--memory must be a whole number from 1 to 16777216.", "m", "--memory=0"),
        (USAGE, "--memory must be a whole number", "m", "--memory=1G"),
        (USAGE, "--cpus must be a whole number from 1 to 512.", "m", "--cpus=-1"),
        (USAGE, "--firmware must be bios or uefi.", "m", "--firmware=efi"),
        (USAGE, "--initrd and --append need --kernel.", "m", "--append=quiet"),
        (USAGE, "--demo brings its own system", "m", "--demo", "--disk=1G"),
        (USAGE, "Unknown option --dsik=1G", "m", "--dsik=1G"),
        (USAGE, "Missing argument for --memory", "m", "--memory"),
        (FAILED, "“disk.img” is neither a size, as 20G, nor a disk image that exists.", "m", "--disk=disk.img"),
        (FAILED, "“20X” is no size.", "m", "--disk=20X"),
        (FAILED, "“9000000T” is more than any disk can hold.", "m", "--disk=9000000T"),
        (USAGE, "A disk of “0” is too small", "m", "--disk=0"),
        (USAGE, "A disk of “20” is too small for anything. Give the size a unit", "m", "--disk=20"),
        (FAILED, "cannot be opened: No such file or directory.", "m", "--disk=./20G"),
        (FAILED, "“" + home.path("folder") + "” is a folder, not a file.", "m", "--disk=folder"),
        (FAILED, "“" + home.path("fifo") + "” is not a file.", "m", "--cdrom=fifo"),
        (FAILED, "“" + html + "” is not the image of a CD or DVD", "m", "--cdrom=page.iso"),
        (FAILED, "cannot be opened: No such file", "m", "--kernel=none"),
        (FAILED, "“memory.size” must be a whole number", "m", "--set=memory.size=lots"),
        (FAILED, "There is no setting “colour” here.", "m", "--set=colour=red"),
        (FAILED, "“novalue” is not a setting", "m", "--set=novalue"),
        (FAILED, "“name” is not right: The name is empty. Give the machine a name.", "m", "--set=name="),
        (USAGE, "--arch must be x86_64, i386, aarch64 or riscv64.", "m", "--arch=sparc"),
        (FAILED, "There is no engine “bhyve”", "m", "--engine=bhyve"),
    ):
        home.fails(code, words, "create", *args)
    equal(made(home), [])


def test_files_that_may_not_grow(home):
    """A limit of the system, as of "ulimit -f", is an error that is said."""
    process = home.popen("create", "m", stderr=subprocess.PIPE, text=True,
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    said = process.communicate()[1]
    equal(process.returncode, FAILED)
    holds(said, "aetherctl: Could not save “m”. The file would be larger than this disk or your limits allow.")
    equal(made(home), [])


def test_words_for_architectures(home):
    for other, ours in ("amd64", "x86_64"), ("arm64", "aarch64"), ("i686", "i386"):
        equal(home.ok("create", other, "--arch=" + other, "--json").json["arch"], ours)
    for command in ("create", "m"), ("capabilities",), ("catalogue", "list"), ("new", "debian13"):
        home.fails(USAGE, "--arch must be x86_64, i386, aarch64 or riscv64.", *command, "--arch=sparc")
    holds(home.run("catalogue", "search", "no such thing").err, "has no such system")


def test_create_with_a_disk_that_cannot_be_made_leaves_nothing(home):
    need_qemu_img()
    home.fails(FAILED, "Could not make the disk image", "create", "Huge", "--disk=7000000T")
    equal(made(home), [])


def test_names_of_all_kinds(home):
    good = ["a/b", "..", ".hidden", "it's", 'say "hi"', "a,b=c", "größer 日本", "-dash", "x" * 255, "ü" * 127, "a\\b", "$HOME `id`"]
    for name in good:
        home.ok("create", "--", name)
    equal({machine["name"] for machine in home.ok("list", "--json").json}, set(good))
    for name in good:
        equal(home.ok("show", "--json", "--", name).json["name"], name)
        # Never outside of the library
        equal(os.path.dirname(home.ok("status", "--json", "--", name).json["path"]), home.machines)

    for words, name in (
        ("The name is empty", ""), ("The name is empty", "   "), ("The name holds a line break", "a\nb"),
        ("The name holds a line break", "a\x1bb"), ("The name is too long", "x" * 300), ("not valid UTF-8", b"\xff\xfe"),
    ):
        home.fails(FAILED, words, "create", name)
    home.fails(FAILED, "There is a machine called “it's” already.", "create", "it's")
    equal(len(home.ok("list", "--json").json), len(good))


# --- naming a machine ---------------------------------------------------------


def test_machine_is_found_by_name_beginning_and_uuid(home):
    # no name begins as a uuid may
    for name in "Linux", "Linux 13", "Windows":
        home.ok("create", name)
    uuid = home.ok("show", "--json", "Windows").json["uuid"]
    for which in "Win", "Windows", uuid, uuid[:13]:
        equal(home.ok("show", "--json", which).json["name"], "Windows")
    equal(home.ok("show", "--json", "Linux").json["name"], "Linux")
    home.fails(NO_MACHINE, "“Lin” fits 2 machines", "show", "Lin")
    home.fails(NO_MACHINE, "There is no machine “Arch”", "show", "Arch")
    home.fails(NO_MACHINE, "not valid UTF-8", "show", b"\xff")
    home.fails(USAGE, "“show” takes MACHINE.", "show")


# --- looking ------------------------------------------------------------------


def test_list_is_a_table_by_columns(home):
    equal(home.ok("list").out, "There are no machines yet. “aetherctl create” makes one.\n")
    equal(home.ok("list", "--json").json, [])
    equal(home.ok("list", "--names").out, "")
    for name in "日本", "e\u0301t\u00e9", "plain":
        home.ok("create", name, "--arch=x86_64")
    lines = home.ok("list").out.splitlines()
    equal(lines[0].split(), ["NAME", "STATE", "SINCE", "ARCHITECTURE", "ENGINE"])
    column = lines[0].index("STATE")
    by_name = {line.split()[0]: line for line in lines[1:]}
    equal(by_name["plain"].index("stopped"), column)
    equal(by_name["日本"].index("stopped"), column - 2)      # two wide characters
    equal(by_name["e\u0301t\u00e9"].index("stopped"), column + 1)  # one of no width


def test_colours_only_on_a_terminal(home):
    home.ok("create", "Plain")
    holds(on_terminal(home, "list"), b"\x1b[1mNAME")
    assert b"\x1b" not in on_terminal(home, "list", NO_COLOR="1")
    assert b"\x1b" not in on_terminal(home, "list", TERM="dumb")
    assert b"\x1b" not in home.ok("list").raw


def on_terminal(home, *args, **kwargs):
    """Runs aetherctl with a terminal as its three files; returns what it wrote there."""
    return end_on_terminal(home, *args, **kwargs)[0]


def end_on_terminal(home, *args, keys=b"", **env):
    """The same; returns also the exit code, or minus the signal that ended it."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(home.root)
        os.execve(rig.CTL, [rig.CTL, *args], {**home.env, "TERM": "xterm", **env})
    output = b""
    try:
        while chunk := os.read(fd, 4096):
            output += chunk
            # It asks, and is no longer what forked
            if keys and b"]" in output:
                os.write(fd, keys)
                keys = b""
    except OSError:
        pass  # the other end is closed
    _, end = os.waitpid(pid, 0)
    os.close(fd)
    return output, os.waitstatus_to_exitcode(end)


def test_show_prints_what_set_takes(home):
    home.ok("create", "One", "--set=networks.0.forwards+={}")
    shown = dict(line.split(None, 1) for line in home.ok("show", "One").out.splitlines()[4:] if len(line.split(None, 1)) == 2)
    equal(shown["memory.balloon"], "true")
    equal(shown["networks.0.forwards.0.guest-port"], "22")
    for key, value in shown.items():
        if key not in ("schema", "uuid", "name"):
            home.ok("set", "One", f"{key}={value.strip()}")
    whole = home.ok("show", "--json", "One").json
    equal(set(whole), MACHINE | {"configuration"})
    equal(whole["configuration"], home.machine_json("One"))


def test_status_of_a_machine_that_never_ran(home):
    home.ok("create", "One")
    equal(home.ok("status", "One").out, "“One” is stopped\n")
    status = home.ok("status", "--json", "One").json
    equal(set(status), MACHINE | {"accelerator", "engine-pid", "end", "end-sentence", "end-output", "findings"})
    equal((status["state"], status["end"], status["accelerator"], status["findings"]), ("stopped", "none", None, []))


def test_commands_for_running_machines_say_that_it_does_not_run(home):
    home.ok("create", "One")
    for args in (["pause"], ["resume"], ["reset"], ["stop"], ["stop", "--force"], ["serial"]):
        home.fails(WRONG_STATE, "“One” is not running.", *args, "One")
    home.fails(WRONG_STATE, "“One” is not running.", "type", "One", "text")
    home.fails(WRONG_STATE, "“One” is not running.", "key", "One", "ret")
    home.fails(WRONG_STATE, "“One” is not running.", "screenshot", "One", "a.png")
    equal(os.path.exists(home.path("a.png")), False)


def test_wait(home):
    home.ok("create", "One")
    home.ok("wait", "One")
    home.ok("wait", "One", "--timeout=0")
    equal(home.ok("wait", "One", "--state=stopped", "--json").json["state"], "stopped")
    home.fails(TIMED_OUT, "“One” is still stopped.", "wait", "One", "--state=running", "--timeout=100ms")
    home.fails(USAGE, "--state must be", "wait", "One", "--state=off")
    home.fails(USAGE, "--timeout must be a time", "wait", "One", "--timeout=soon")


def test_wait_ends_by_a_signal(home):
    home.ok("create", "One")
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        with rig.running(home.popen("wait", "One", "--state=running", stderr=subprocess.PIPE)) as process:
            # It has its handlers when it waits in poll
            rig.wait_for(lambda: signal_is_handled(process.pid, number), "the handler")
            process.send_signal(number)
            equal(process.wait(300), 128 + number)
            equal(process.stderr.read(), b"")


def signal_is_handled(pid, number):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        caught = next(line for line in file if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (number - 1) & 1


def test_log(home):
    home.ok("create", "One")
    equal(home.ok("log", "One").out, "")
    lines = [f"line {n}" for n in range(100)]
    home.write("data/aether/machines/One.aether/logs/machine.log", "\n".join(lines) + "\n")
    home.write("data/aether/machines/One.aether/logs/serial-1.log", b"no newline \x1b[1m\xff")
    equal(home.ok("log", "One").out.splitlines(), lines[50:])
    equal(home.ok("log", "-n", "3", "One").out.splitlines(), lines[97:])
    equal(home.ok("log", "--lines=1000", "One", "--json").json, lines)
    equal(home.ok("log", "One", "--lines=0").out, "")
    equal(home.ok("log", "One", "--serial=1").raw, b"no newline \x1b[1m\xff\n")
    home.write("data/aether/machines/One.aether/logs/machine.log", b"evil \x1b[2J\n")
    equal(home.ok("log", "One").out, "evil \\x1b[2J\n")
    home.fails(USAGE, "--lines must be a whole number", "log", "One", "-n", "x")
    home.fails(USAGE, "--follow and --json exclude each other.", "log", "-f", "--json", "One")


def test_log_follows_through_a_rotation(home):
    home.ok("create", "One")
    path = home.write("data/aether/machines/One.aether/logs/machine.log", "one\n")
    with rig.running(home.popen("log", "-f", "One", stdout=subprocess.PIPE)) as process:
        equal(process.stdout.readline(), b"one\n")
        with open(path, "a", encoding="ascii") as file:
            file.write("two\nhal")
        equal(process.stdout.readline(), b"two\n")
        with open(path, "a", encoding="ascii") as file:
            file.write("f\n")
        equal(process.stdout.readline(), b"half\n")
        with open(path, "a", encoding="ascii") as file:
            file.write("last\n")
        os.rename(path, path + ".1")
        home.write("data/aether/machines/One.aether/logs/machine.log", "new\n")
        equal(process.stdout.readline(), b"last\n")
        equal(process.stdout.readline(), b"new\n")
        process.send_signal(signal.SIGINT)
        equal(process.wait(300), 130)


# --- changing -----------------------------------------------------------------


def test_the_system_is_remembered(home):
    home.ok("create", "One", "--set=os=debian13")
    home.ok("create", "Two")
    for name in "One", "Two":
        # What is very young is not kept in the index
        os.utime(os.path.join(home.bundle(name), "machine.json"), (10 ** 9, 10 ** 9))
    for _ in range(2):
        equal([row["os"] for row in home.ok("list", "--json").json], ["debian13", None])
    assert os.path.exists(home.path("cache/aether/library.index"))
    home.ok("set", "One", "os=win11")
    equal([row["os"] for row in home.ok("list", "--json").json], ["win11", None])
    home.fails(FAILED, "must be the ID of a system", "set", "One", "os=../x")


def test_set_changes_all_or_nothing(home):
    home.ok("create", "One")
    equal(home.ok("set", "One", "memory.size=777", "notes=a b").out, "")
    equal((home.machine_json("One")["memory"]["size"], home.machine_json("One")["notes"]), (777, "a b"))
    before = home.machine_json("One")
    for code, words, setting in (
        (FAILED, "“cpu.count” must be a whole number from 1 to 512", "cpu.count=0"),
        (FAILED, "There is no setting “sizes” here. There are: size, balloon", "memory.sizes=1"),
        (FAILED, "“drives” has no entry “0”", "drives.0.file=x"),
        (FAILED, "must name the disk's file", 'drives+={"id":"a"}'),
        (FAILED, "takes a JSON object", "drives+=x"),
        (USAGE, "“uuid” cannot be set.", "uuid=x"),
        (USAGE, "“schema” cannot be set.", "schema=2"),
        (USAGE, "Use “aetherctl rename”", "name=Two"),
        (USAGE, "“memory.size” is not a setting", "memory.size"),
        (USAGE, "“=3” is not a setting", "=3"),
        (USAGE, "is not valid UTF-8", b"notes=\xff"),
    ):
        home.fails(code, words, "set", "One", "memory.size=1234", setting)
        equal(home.machine_json("One"), before)
    home.ok("set", "One", 'drives+={"id":"cd","kind":"cdrom","file":"/x, y/a \'b\'.iso","format":"raw"}')
    equal(home.ok("show", "--json", "One").json["configuration"]["drives"][0]["file"], "/x, y/a 'b'.iso")
    equal(home.ok("set", "One", "drives.0=null", "--json").json["name"], "One")
    equal(home.machine_json("One")["drives"], [])


def test_unknown_keys_survive_set(home):
    home.ok("create", "One")
    machine = home.machine_json("One")
    machine["future"] = {"deep": [1, 2.5, None, {"x": "y"}]}
    machine["memory"]["hugepages"] = "1G"
    home.write("data/aether/machines/One.aether/machine.json", json.dumps(machine))
    home.ok("set", "One", "memory.size=555")
    machine["memory"]["size"] = 555
    equal(home.machine_json("One"), machine)


def test_rename(home):
    home.ok("create", "One")
    home.ok("create", "Two")
    home.ok("rename", "One", "Eins / 1")
    equal(home.ok("list", "--names").out, "Eins / 1\nTwo\n")
    equal(home.ok("show", "Eins", "--json").json["path"], home.bundle("One"))
    home.ok("rename", "Two", "Two")
    home.fails(FAILED, "There is a machine called “Two” already.", "rename", "Eins", "Two")
    home.fails(FAILED, "The name is empty", "rename", "Two", "")
    home.fails(NO_MACHINE, "There is no machine", "rename", "Three", "Four")


def test_clone_has_its_own_identity(home):
    need_qemu_img()
    home.ok("create", "One", "--disk=16M")
    copy = home.ok("clone", "--json", "One", "Copy of one").json
    one, two = home.machine_json("One"), home.machine_json("Copy of one")
    equal(copy["uuid"], two["uuid"])
    assert one["uuid"] != two["uuid"]
    assert one["networks"][0]["mac"] != two["networks"][0]["mac"]
    equal(os.path.isfile(os.path.join(copy["path"], "disks/disk0.qcow2")), True)
    home.fails(FAILED, "There is a machine called “One” already.", "clone", "Copy", "One")


def test_delete_moves_to_the_trash(home):
    home.ok("create", "One")
    deleted = home.ok("delete", "--json", "One").json
    equal((deleted["name"], os.path.exists(deleted["path"])), ("One", False))
    equal(home.ok("list", "--json").json, [])
    kept = [path for path, _, files in os.walk(home.path("data")) if "machine.json" in files]
    equal(len(kept), 1)
    holds(kept[0], "Trash")


def test_delete_for_good_asks(home):
    home.ok("create", "One")
    home.fails(USAGE, "Without a terminal to ask on, --permanently needs --yes.", "delete", "--permanently", "One")
    holds(on_terminal(home, "delete", "--permanently", "One", keys=b"n\n"), "“One” was not deleted.".encode())
    holds(on_terminal(home, "delete", "--permanently", "One", keys=b"\n"), "“One” was not deleted.".encode())
    equal(end_on_terminal(home, "delete", "--permanently", "One", keys=b"\x03")[1], -signal.SIGINT)   # Ctrl-C
    equal(os.path.isdir(home.bundle("One")), True)
    holds(on_terminal(home, "delete", "--permanently", "One", keys=b"y\n"), "“One” was deleted.".encode())
    equal(os.listdir(home.machines), [])
    home.ok("create", "Two")
    home.ok("delete", "Two", "--permanently", "-y")
    equal(os.listdir(home.machines), [])


def test_machines_elsewhere(home):
    home.ok("create", "One")
    os.mkdir(home.path("else where"))
    os.rename(home.bundle("One"), home.path("else where", "One.aether"))
    equal(home.ok("list", "--json").json, [])
    home.ok("add", "else where/One.aether")
    equal(home.ok("show", "One", "--json").json["path"], home.path("else where", "One.aether"))
    home.ok("forget", "One")
    equal(home.ok("list", "--json").json, [])
    equal(os.path.isfile(home.path("else where", "One.aether", "machine.json")), True)
    home.fails(FAILED, "there is no such folder", "add", "nowhere")


def test_add_names_what_a_machine_uses_outside_of_its_folder(home):
    home.ok("create", "Gift")
    machine = home.machine_json("Gift")
    machine["drives"] = [{"id": name, "kind": "disk", "file": file, "format": "raw"} for name, file in (
        ("absolute", home.write("secret", "s")), ("up", "../up"), ("link", "disks/link"), ("own", "disks/own"))]
    home.write("data/aether/machines/Gift.aether/machine.json", json.dumps(machine))
    home.write("data/aether/machines/Gift.aether/disks/own", "o")
    os.symlink("/etc/passwd", os.path.join(home.bundle("Gift"), "disks/link"))
    os.rename(home.bundle("Gift"), home.path("Gift.aether"))
    home.write("up", "u")
    result = home.run("add", "Gift.aether")
    equal(result.code, OK)
    *named, hint = result.err.splitlines()
    equal([line.split(": ")[2] for line in named], [home.path("secret"), home.path("up"), "/etc/passwd"])
    holds(hint, "“aetherctl start --trust”")


# --- files that are not right -------------------------------------------------


def test_broken_files_are_listed_and_explained(home):
    for name, text, words in (
        ("cut", '{"schema": 1, "name"', "it is not valid JSON"),
        ("empty", "", ""),
        ("array", "[]", "it holds no JSON object"),
        ("types", None, "“memory.size” must be a whole number"),
        ("future", None, "it was made by a newer version of Aether (schema 99"),
        ("binary", b"\xff\x00\x80", "it is not UTF-8 text"),
        ("deep", "[" * 100000, "it is nested too deeply"),
    ):
        home.ok("create", name)
        machine = home.machine_json(name)
        if name == "types":
            machine["memory"]["size"] = "lots"
            text = json.dumps(machine)
        elif name == "future":
            machine["schema"] = 99
            text = json.dumps(machine)
        path = home.write(f"data/aether/machines/{name}.aether/machine.json", text)
        if name != "deep":
            home.fails(FAILED, words, "show", name)
            home.fails(FAILED, words, "set", name, "memory.size=1")
            home.fails(FAILED, words, "start", name)
        else:
            home.fails(FAILED, "", "show", name)
        with open(path, "rb") as file:
            equal(file.read(), text if isinstance(text, bytes) else text.encode())
    listed = home.ok("list", "--json").json
    equal(len(listed), 7)
    holds(home.ok("list").out, "unreadable")
    # It can still be thrown away
    home.ok("delete", "cut")


def test_disk_full_while_saving_keeps_the_old_file(home):
    home.ok("create", "One")
    before = home.machine_json("One")
    # Files of no more than 0 bytes: as a disk that is full; SIGXFSZ is ignored by the shell
    result = subprocess.run(
        ["bash", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@" 2>&1 | cat', "-", rig.CTL, "set", "One", "memory.size=1"],
        env=home.env, capture_output=True, check=False)
    holds(result.stdout.decode(), "aetherctl: Could not save “One”.")
    equal(home.machine_json("One"), before)
    equal([name for name in os.listdir(home.bundle("One")) if "temp" in name], [])


# --- the program --------------------------------------------------------------


def test_help_and_version(home):
    holds(home.ok("--help").out, "Usage: aetherctl COMMAND")
    equal(home.ok("help").out, home.ok("-h").out)
    holds(home.ok("--version").out, "aetherctl ")
    equal(home.ok("help", "create").out, home.ok("create", "--help").out)
    holds(home.ok("stop", "-h").out, "--timeout=TIME")
    for line in home.ok("--help").out.splitlines():
        assert len(line) <= 100, line
    home.fails(USAGE, "Which command?")
    home.fails(USAGE, "There is no command “fly”.", "fly")
    home.fails(USAGE, "There is no command “fly”.", "help", "fly")
    home.fails(USAGE, "There is no command", b"\xff")


def test_output_that_cannot_be_written(home):
    home.ok("create", "One")
    with open("/dev/full", "wb") as full:
        process = home.popen("list", stdout=full, stderr=subprocess.PIPE)
        equal((process.wait(300), process.stderr.read()),
              (FAILED, "aetherctl: The output cannot be written: No space left on device.\n".encode()))
    reader, writer = os.pipe()
    os.close(reader)
    process = home.popen("list", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    equal((process.wait(300), process.stderr.read()), (128 + signal.SIGPIPE, b""))


def test_standard_files_that_are_closed(home):
    result = subprocess.run(["sh", "-c", '"$0" create One <&- >&- 2>&-', rig.CTL], env=home.env, check=False)
    equal(result.returncode, OK)
    equal(home.machine_json("One")["name"], "One")


def test_in_the_plain_c_locale(home):
    home.ok("create", "größer", env={"LC_ALL": "C"})
    equal(home.ok("list", "--names", env={"LC_ALL": "C"}).out, "größer\n")


rig.main(sys.modules[__name__])
