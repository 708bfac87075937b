# test-import.py - machines of other programs become Aether's, by aetherctl
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import shutil
import signal
import struct
import subprocess
import sys

import rig
import samples
from rig import FAILED, USAGE, Skip, equal, holds, wait_for
from samples import MIB

if not shutil.which("qemu-img"):
    print("1..0 # SKIP qemu-img is not installed")
    sys.exit(0)


def listed(home, *args):
    return home.ok("import", "--list", "--json", *args).json


def only(home, *args):
    item, = listed(home, *args)
    return item


def ids(item):
    return [finding["id"] for finding in item["findings"]]


def machines(home):
    return home.ok("list", "--json").json


def bare(home):
    """Nothing half-made is left among the machines."""
    return sorted(os.listdir(home.machines)) if os.path.isdir(home.machines) else []


def test_a_folder_of_many_programs(home):
    folder = home.path("old")
    samples.utm(folder + "/Debian.utm")
    samples.vmware(folder + "/Buero.vmwarevm")
    samples.virtualbox(folder + "/vbox")
    samples.ovf(folder + "/appliance")
    samples.write(folder + "/ubuntu.conf", "guest_os=linux\ndisk_img=ubuntu/disk.qcow2\n")
    samples.disk(folder + "/ubuntu/disk.qcow2")
    samples.disk(folder + "/alone.qcow2")
    samples.write(folder + "/notes.txt", "nothing to see")
    found = {item["format"]: item for item in listed(home, folder)}
    equal(sorted(found), ["disk", "ovf", "quickemu", "utm", "virtualbox", "vmware"])
    equal({name: item["suggested"] for name, item in found.items()},
          {"disk": False, "ovf": True, "quickemu": True, "utm": True, "virtualbox": True, "vmware": True})
    equal(found["disk"]["path"], folder + "/alone.qcow2")
    equal(found["utm"]["name"], "Debian & friends")
    equal([item["problem"] for item in found.values()], [None] * 6)
    text = home.ok("import", "--list", folder).out
    holds(text, "Büro-Server")
    holds(text, "Windows may need repairing once")
    equal(bare(home), [])


def test_utm(home):
    seen = samples.utm(home.path("Debian.utm"))
    before = samples.digests(home.path("Debian.utm"))
    done = home.ok("import", home.path("Debian.utm"))
    holds(done.out, "“Debian & friends” was imported into ")
    machine = home.machine_json("Debian & friends")
    equal((machine["arch"], machine["firmware"]["kind"], machine["memory"]["size"], machine["cpu"]["count"]),
          ("aarch64", "uefi", 4096, 4))
    equal([(drive["kind"], drive["interface"], drive.get("file"), drive.get("format")) for drive in machine["drives"]],
          [("disk", "virtio", "disks/disk0.qcow2", "qcow2"), ("cdrom", "usb", "", "")])
    equal(machine["networks"][0]["mac"], "3a:1b:2c:4d:5e:6f")
    equal(machine["networks"][0]["forwards"][0]["host-port"], 2222)
    equal(machine["notes"], "Made on the Mac")
    equal(samples.contents(home.bundle("Debian & friends") + "/disks/disk0.qcow2"), seen)
    equal(samples.digests(home.path("Debian.utm")), before)


def test_utm_in_binary_form_and_of_a_newer_version(home):
    home.write("a.utm/config.plist", b"bplist00\xd1\x01\x02")
    home.write("b.utm/config.plist", samples.text("utm4.plist").replace("<integer>4</integer>", "<integer>9</integer>", 1))
    holds(only(home, home.path("a.utm"))["problem"], "binary form")
    holds(only(home, home.path("b.utm"))["problem"], "newer UTM")
    equal(home.run("import", home.path("a.utm")).code, FAILED)


def test_vmware_whose_disk_is_in_pieces(home):
    data, system = samples.vmware(home.path("vm"))
    before = samples.digests(home.path("vm"))
    home.ok("import", home.path("vm"))
    machine = home.machine_json("Büro-Server")
    equal([(drive["kind"], drive["interface"]) for drive in machine["drives"]],
          [("disk", "nvme"), ("disk", "sata"), ("cdrom", "sata")])
    disks = home.bundle("Büro-Server") + "/disks/"
    equal(samples.contents(disks + "disk0.qcow2"), data)
    equal(samples.contents(disks + "disk1.qcow2"), system)
    equal(samples.digests(home.path("vm")), before)
    # The disk that was on IDE nowhere: the usual board
    equal(machine["qemu"]["type"], "")


def test_virtualbox(home):
    data, system = samples.virtualbox(home.path("vbox"))
    item = only(home, home.path("vbox/Windows 10.vbox"))
    equal(sorted(ids(item)), ["import.3d", "import.boot-entry", "import.disc-missing", "import.forward-address",
                              "import.private-network", "import.shared-folders", "import.tpm"])
    home.ok("import", home.path("vbox/Windows 10.vbox"))
    machine = home.machine_json("Windows 10 & Co")
    # The board that has IDE
    equal(machine["qemu"]["type"], "pc")
    equal([(network["mode"], network["model"]) for network in machine["networks"]], [("user", "e1000"), ("none", "pcnet")])
    equal([(forward["protocol"], forward["host-address"]) for forward in machine["networks"][0]["forwards"]],
          [("tcp", "127.0.0.1"), ("udp", "127.0.0.1")])
    equal(samples.contents(home.bundle("Windows 10 & Co") + "/disks/disk0.qcow2"), data)
    equal(samples.contents(home.bundle("Windows 10 & Co") + "/disks/disk1.qcow2"), system)


def test_ova_with_checksums(home):
    seen = samples.ova(home.path("appliance.ova"))
    before = samples.digest(home.path("appliance.ova"))
    answer, = home.ok("import", "--json", home.path("appliance.ova")).json
    equal((answer["format"], answer["error"], answer["machine"]["name"]), ("ova", None, "Web appliance"))
    machine = home.machine_json("Web appliance")
    equal((machine["firmware"]["kind"], machine["memory"]["size"]), ("uefi", 1024))
    disks = home.bundle("Web appliance") + "/disks/"
    equal(samples.contents(disks + "disk0.qcow2"), seen)
    with open(disks + "disk1.qcow2", "rb") as file:
        equal(struct.unpack(">Q", file.read(32)[24:])[0], 2 << 30)
    equal(samples.digest(home.path("appliance.ova")), before)


def test_ova_that_was_damaged(home):
    samples.ovf(home.path("parts"))
    with open(home.path("parts/appliance-disk1.vmdk"), "r+b") as file:
        file.seek(70000)
        file.write(b"x")
    samples.pack(home.path("parts"), home.path("bad.ova"))
    result = home.run("import", home.path("bad.ova"))
    equal(result.code, FAILED)
    holds(result.err, "has not the checksum that was exported with it")
    equal(bare(home), [])

    with open(home.path("bad.ova"), "r+b") as file:
        file.truncate(os.path.getsize(home.path("bad.ova")) // 2)
    holds(only(home, home.path("bad.ova"))["problem"], "It is not whole")


def test_libvirt_takes_what_lies_elsewhere_only_when_told(home):
    elsewhere = home.path("elsewhere/fedora.qcow2")
    seen = samples.disk(elsewhere)
    samples.write(home.path("xml/domain.xml"), samples.text("domain.xml").replace("/var/lib/libvirt/images/fedora.qcow2", elsewhere))
    samples.disk(home.path("xml/data.img"), "raw")
    item = only(home, home.path("xml"))
    holds(item["problem"], "lies outside of the chosen folder")
    equal(item["outside"], [elsewhere])
    equal(home.run("import", home.path("xml")).code, FAILED)
    equal(bare(home), [])

    item = only(home, "--allow-outside", home.path("xml"))
    equal((item["problem"], item["outside"]), (None, [elsewhere]))
    home.ok("import", "--allow-outside", "--name=Fedora", home.path("xml"))
    machine = home.machine_json("Fedora")
    equal([(drive.get("interface"), drive.get("read-only", False)) for drive in machine["drives"]],
          [("virtio", False), ("scsi", True), ("sata", True)])
    equal(samples.contents(home.bundle("Fedora") + "/disks/disk0.qcow2"), seen)


def test_quickemu_runs_nothing_and_makes_the_disk_that_is_not_there(home):
    home.write("q/linux.conf", f'guest_os="linux"\ndisk_img="linux/disk.qcow2"\ndisk_size="3G"\niso=$(touch {home.path("ran")})\n')
    item = only(home, home.path("q/linux.conf"))
    equal(ids(item), ["import.shell"])
    home.ok("import", "--name=Q", home.path("q/linux.conf"))
    equal(os.path.exists(home.path("ran")), False)
    with open(home.bundle("Q") + "/disks/disk0.qcow2", "rb") as file:
        equal(struct.unpack(">Q", file.read(32)[24:])[0], 3 << 30)


def test_disk_without_its_layer_is_not_made_anew(home):
    samples.disk(home.path("q/base.qcow2"))
    samples.qemu_img("create", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", home.path("q/disk.qcow2"))
    os.unlink(home.path("q/base.qcow2"))
    home.write("q/linux.conf", 'guest_os="linux"\ndisk_img="disk.qcow2"\n')
    refused(home, home.path("q/linux.conf"), "“base.qcow2” is not there")


def test_bare_disks_of_all_formats(home):
    for form in "qcow2", "raw", "vmdk", "vdi", "vhdx", "vpc":
        seen = samples.disk(home.path("disks", form + ".img"), form, "force_size=on" if form == "vpc" else None)
        equal([item["name"] for item in listed(home, home.path("disks", form + ".img"))], [form])
        home.ok("import", home.path("disks", form + ".img"))
        machine = home.machine_json(form)
        equal((machine["firmware"]["kind"], machine["drives"][0]["interface"]), ("bios", "sata"))
        equal(samples.contents(home.bundle(form) + "/disks/disk0.qcow2"), seen)
    equal(len(listed(home, home.path("disks"))), 6)


def test_names_are_numbered_and_checked(home):
    samples.disk(home.path("d/one.qcow2"))
    samples.disk(home.path("d/two.qcow2"))
    home.ok("import", home.path("d/one.qcow2"))
    home.ok("import", home.path("d/one.qcow2"))
    equal([machine["name"] for machine in machines(home)], ["one", "one 2"])
    equal(home.run("import", "--name=one", home.path("d/one.qcow2")).code != 0, True)
    home.fails(USAGE, "--name is for one machine", "import", "--name=x", home.path("d"))


def test_nothing_to_import(home):
    os.mkdir(home.path("empty"))
    home.fails(FAILED, "There is no machine in", "import", home.path("empty"))
    home.fails(FAILED, "cannot be read", "import", home.path("nowhere"))
    home.fails(FAILED, "Devices are not imported", "import", "/dev/null")
    home.fails(USAGE, "PATH", "import")


def test_discs_are_named_to_be_taken(home):
    if not shutil.which("genisoimage"):
        raise Skip("genisoimage is not installed")
    home.write("isos/files/readme", "a disc")
    subprocess.run(["genisoimage", "-quiet", "-o", home.path("isos/disc.iso"), home.path("isos/files")], check=True, timeout=60)
    home.fails(USAGE, "Name those that you want", "import", home.path("isos"))
    home.ok("import", home.path("isos/disc.iso"))
    machine = home.machine_json("disc")
    equal([(drive["kind"], drive["file"]) for drive in machine["drives"]], [("disk", "disks/disk0.qcow2"), ("cdrom", "disks/cdrom0.iso")])


# --- layers and parts ----------------------------------------------------------------------

def test_layers_are_made_one(home):
    samples.disk(home.path("l/base.qcow2"))
    samples.qemu_img("create", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", home.path("l/top.qcow2"))
    subprocess.run(["qemu-io", "-f", "qcow2", "-c", "write -P 7 2M 64k", home.path("l/top.qcow2")], check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    wanted = samples.contents(home.path("l/top.qcow2"))
    before = samples.digests(home.path("l"))
    item = only(home, home.path("l"))
    equal((item["name"], ids(item)), ("top", ["import.snapshots"]))
    home.ok("import", home.path("l/top.qcow2"))
    equal(samples.contents(home.bundle("top") + "/disks/disk0.qcow2"), wanted)
    equal(samples.digests(home.path("l")), before)
    # Where they are, none can be written to without the others
    holds(home.ok("import", "--in-place", home.path("l/top.qcow2")).out, "Copied all the same")
    equal(home.machine_json("top 2")["drives"][0]["file"], "disks/disk0.qcow2")


def test_vmware_snapshot_is_taken_as_it_is_now(home):
    samples.disk(home.path("s/base.vmdk"), "vmdk")
    samples.qemu_img("create", "-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk", home.path("s/base-000001.vmdk"))
    subprocess.run(["qemu-io", "-f", "vmdk", "-c", "write -P 9 2M 64k", home.path("s/base-000001.vmdk")], check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    wanted = samples.contents(home.path("s/base-000001.vmdk"), "vmdk")
    samples.write(home.path("s/a.vmx"), 'config.version = "8"\ndisplayName = "Snap"\nide0:0.present = "TRUE"\n'
                                        'ide0:0.fileName = "base-000001.vmdk"\n')
    home.ok("import", home.path("s"))
    equal([machine["name"] for machine in machines(home)], ["Snap"])
    equal(samples.contents(home.bundle("Snap") + "/disks/disk0.qcow2"), wanted)


def test_virtualbox_difference_is_refused_with_advice(home):
    samples.disk(home.path("d/a.vdi"), "vdi")
    with open(home.path("d/a.vdi"), "r+b") as file:
        file.seek(76)
        file.write(struct.pack("<I", 4))
    holds(only(home, home.path("d/a.vdi"))["problem"], "Delete the machine’s snapshots in VirtualBox")


# --- hostile files ----------------------------------------------------------------------------

def refused(home, path, words):
    item = only(home, path)
    holds(item["problem"], words)
    equal(home.run("import", path).code, FAILED)
    equal(bare(home), [])
    return item


def test_images_that_name_other_files(home):
    secret = home.write("secret", "root:x:0:0" * 1000)
    for backing, words in ((secret, "outside"), ("../secret", "outside"), ("/etc/passwd", "outside"),
                           ("json:{}", "not in a file beside it"), ("nbd:localhost:1", "not in a file beside it"),
                           ("/dev/zero", "no file that could be a disk"), ("nowhere.qcow2", "is not there")):
        path = home.path("h/evil.qcow2")
        os.makedirs(home.path("h"), exist_ok=True)
        samples.qemu_img("create", "-f", "qcow2", path, "64M")
        with open(path, "r+b") as file:   # qemu-img itself would open what it names
            data = backing.encode()
            file.seek(8)
            file.write(struct.pack(">QI", 600, len(data)))
            file.seek(600)
            file.write(data)
        refused(home, path, words)


def test_vmdk_that_lists_other_files(home):
    home.write("secret", b"s" * 65536)
    for extent, words in (("../secret", "something else than files beside it"), ("/etc/passwd", "something else"),
                          ("json:x", "something else"), ("link", "outside"), ("gone-flat.vmdk", "is not there")):
        os.makedirs(home.path("v"), exist_ok=True)
        if not os.path.lexists(home.path("v/link")):
            os.symlink(home.path("secret"), home.path("v/link"))
        samples.write(home.path("v/evil.vmdk"),
                      f'# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 128 FLAT "{extent}" 0\n')
        refused(home, home.path("v/evil.vmdk"), words)


LIST = '# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\n'


def test_vmdk_lists_are_read_as_qemu_reads_them(home):
    secret = home.write("secret", b"s" * 65536)
    home.write("v/good-flat.vmdk", b"g" * 65536)
    good = 'RW 128 FLAT "good-flat.vmdk" 0\n'
    for extent in (f'RW\t128\tFLAT\t"{secret}" 0\n', f'RW\n128\nFLAT\n"{secret}" 0\n', f'RW +128 FLAT "{secret}" 0\n',
                   "#" * 300000 + f'\nRW 128 FLAT "{secret}" 0\n'):
        path = samples.write(home.path("v/evil.vmdk"), LIST + good + extent)
        equal(secret in subprocess.run(["qemu-img", "info", "-f", "vmdk", path], check=True, text=True, timeout=60,
                                       stdout=subprocess.PIPE).stdout, True)
        refused(home, path, "something else than files beside it")

    # One that is named is a list itself
    with open(home.path("v/part.vmdk"), "wb") as file:
        file.write(b"KDMV" + struct.pack("<IIQQQQ", 1, 3, 0, 128, 1, 1))
        file.seek(512)
        file.write((LIST + f'RW 128 FLAT "{secret}" 0\n').encode().ljust(65536, b"\0"))
    path = samples.write(home.path("v/evil.vmdk"), LIST + good + 'RW 128 SPARSE "part.vmdk"\n')
    refused(home, path, "something else than files beside it")


def test_vmdk_with_a_layer_that_it_denies(home):
    path = home.path("v/evil.vmdk")
    samples.disk(path, "vmdk", "subformat=monolithicSparse")
    with open(path, "r+b") as file:
        file.seek(512)
        text = file.read(20 * 512).rstrip(b"\0") + f'\nparentFileNameHint="{home.path("secret")}"\n'.encode()
        file.seek(512)
        file.write(text)
    refused(home, path, "not in a file beside it")


def test_hidden_files_are_not_meant(home):
    home.write("vm/.ssh/id_rsa", b"s" * 65536)
    samples.write(home.path("vm/a.vmx"), 'config.version = "8"\nscsi0:0.present = "TRUE"\nscsi0:0.fileName = ".ssh/id_rsa"\n')
    refused(home, home.path("vm/a.vmx"), "hidden in it")
    equal(only(home, "--allow-outside", home.path("vm/a.vmx"))["problem"], None)


def test_links_are_not_followed(home):
    samples.disk(home.path("out/a.qcow2"))
    os.makedirs(home.path("in/deep"))
    os.symlink(home.path("out"), home.path("in/out"))
    os.symlink("..", home.path("in/deep/round"))
    os.symlink(home.path("out/a.qcow2"), home.path("in/a.qcow2"))
    os.symlink("/dev/zero", home.path("in/zero.img"))
    os.mkfifo(home.path("in/fifo.vmx"))
    home.fails(FAILED, "There is no machine in", "import", home.path("in"))
    # What the user names is meant
    equal(only(home, home.path("in/a.qcow2"))["name"], "a")


def test_machine_whose_disk_is_a_link_outside(home):
    samples.disk(home.path("out/a.qcow2"))
    os.mkdir(home.path("vm"))
    os.symlink(home.path("out/a.qcow2"), home.path("vm/disk.vmdk"))
    samples.write(home.path("vm/a.vmx"), 'config.version = "8"\nscsi0:0.present = "TRUE"\nscsi0:0.fileName = "disk.vmdk"\n')
    equal(refused(home, home.path("vm"), "outside")["outside"], [home.path("out/a.qcow2")])


def test_archive_that_climbs_out(home):
    description = samples.text("appliance.ovf").replace("appliance-disk1.vmdk", "../../../etc/passwd")
    samples.ova(home.path("evil.ova"), description=description)
    refused(home, home.path("evil.ova"), "is not in the archive")


def test_aether_machine_of_a_stranger(home):
    home.ok("create", "Mine", "--disk=1M")
    shutil.move(home.bundle("Mine"), home.path("given.aether"))
    with open(home.path("given.aether/machine.json"), encoding="utf-8") as file:
        machine = json.load(file)
    good = dict(machine)
    machine["drives"].append({"id": "x", "kind": "disk", "file": "/etc/passwd", "format": "raw"})
    machine["qemu"] = {"arguments": ["-s"]}
    home.write("given.aether/machine.json", json.dumps(machine))
    item = refused(home, home.path("given.aether"), "outside")
    equal(ids(item), ["import.own-arguments"])
    good["drives"] = good["drives"][:1]
    home.write("given.aether/machine.json", json.dumps(good))

    # What a disk of it names, and a state that QEMU would load
    disk = home.path("given.aether", good["drives"][0]["file"])
    shutil.copy(disk, home.path("disk.qcow2"))
    samples.qemu_img("create", "-u", "-f", "qcow2", "-b", "/etc/passwd", "-F", "raw", disk, "64M")
    refused(home, home.path("given.aether"), "outside")
    shutil.copy(home.path("disk.qcow2"), disk)
    home.write("given.aether/suspend/state.json", "{}")
    equal(ids(only(home, home.path("given.aether"))), ["import.saved-state"])
    shutil.rmtree(home.path("given.aether/suspend"))
    home.write("elsewhere/state.json", "{}")
    os.symlink(home.path("elsewhere"), home.path("given.aether/suspend"))
    equal(ids(only(home, home.path("given.aether"))), [])
    os.unlink(home.path("given.aether/suspend"))

    home.ok("import", home.path("given.aether"))
    equal([found["name"] for found in machines(home)], ["Mine"])
    equal(os.path.dirname(machines(home)[0]["path"]), home.machines)
    home.ok("import", "--in-place", home.path("given.aether"))
    equal(sorted(found["path"] for found in machines(home)), sorted([home.bundle("Mine"), home.path("given.aether")]))


def test_aether_machine_whose_disk_lies_beside_it(home):
    """It was chosen with the folder: the copy has its own of it, and the machine itself is allowed no more than before."""
    home.ok("create", "Mine", "--disk=1M")
    os.mkdir(home.path("all"))
    path = home.path("all/Mine.aether")
    shutil.move(home.bundle("Mine"), path)
    with open(os.path.join(path, "machine.json"), encoding="utf-8") as file:
        machine = json.load(file)
    shutil.move(os.path.join(path, machine["drives"][0]["file"]), home.path("all/beside.qcow2"))
    machine["drives"][0]["file"] = home.path("all/beside.qcow2")
    home.write("all/Mine.aether/machine.json", json.dumps(machine))
    home.ok("import", home.path("all"))
    equal(home.machine_json("Mine")["drives"][0]["file"], "disks/beside.qcow2")
    for name in os.listdir(home.path("data/aether/consents")):
        with open(home.path("data/aether/consents", name), encoding="utf-8") as file:
            equal("beside" in file.read(), False)


def test_more_than_can_be_listed(home):
    systems = "".join(f"<VirtualSystem id='m{i}'><Name>m{i}</Name></VirtualSystem>" for i in range(60))
    for i in range(9):
        home.write(f"many/{i}.ovf", f"<Envelope><VirtualSystemCollection>{systems}</VirtualSystemCollection></Envelope>")
    equal(len(home.run("import", "--list", "--json", home.path("many")).json), 500)


# --- in place, room, cancelling -------------------------------------------------------------------

def test_in_place(home):
    samples.disk(home.path("p/a.qcow2"))
    samples.disk(home.path("p/b.vmdk"), "vmdk", "subformat=streamOptimized")
    before = samples.digests(home.path("p"))
    home.ok("import", "--in-place", home.path("p/a.qcow2"))
    drive, = home.machine_json("a")["drives"]
    equal((drive["file"], drive["format"]), (home.path("p/a.qcow2"), "qcow2"))
    holds(home.ok("import", "--in-place", home.path("p/b.vmdk")).out, "Copied all the same")
    equal(home.machine_json("b")["drives"][0]["file"], "disks/disk0.qcow2")
    equal(samples.digests(home.path("p")), before)


def on_small_disk(home):
    """The machines on a file system that holds 8 MiB; what is mounted goes with the name space."""
    os.makedirs(home.machines)
    os.unshare(os.CLONE_NEWNS)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", home.machines], check=True, stderr=subprocess.DEVNULL)


def in_child(test):
    pid = os.fork()
    if pid == 0:
        try:
            test()
            os._exit(0)
        except (PermissionError, subprocess.CalledProcessError):
            os._exit(77)
        except BaseException as error:   # its words are the parent's
            print(f"# {error}", flush=True)
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == 77:
        raise Skip("mounting a tmpfs is not allowed here")
    equal(code, 0)


def test_no_room_is_said_with_numbers_before_anything_is_copied(home):
    samples.qemu_img("create", "-f", "raw", home.path("big.img"), "64M")
    with open(home.path("big.img"), "r+b") as file:
        samples.raw(home.path("head"))
        with open(home.path("head"), "rb") as head:
            file.write(head.read(512))
        file.write(os.urandom(32 * MIB))

    def test():
        on_small_disk(home)
        result = home.run("import", home.path("big.img"))
        equal(result.code, FAILED)
        holds(result.err, "takes 33.")
        holds(result.err, "has only 8.")
        equal(bare(home), [])
    in_child(test)


def test_room_that_ends_half_way(home):
    samples.qemu_img("create", "-f", "raw", home.path("big.img"), "64M")
    with open(home.path("big.img"), "r+b") as file:
        file.write(os.urandom(32 * MIB))
    before = samples.digest(home.path("big.img"))
    # As when others fill the disk meanwhile: what is needed is measured as next to nothing
    home.write("bin/qemu-img", '#!/bin/sh\n[ "$1" = measure ] || exec /usr/bin/qemu-img "$@"\n'
                               """echo '{"required": 4096, "fully-allocated": 67108864}'\n""")
    os.chmod(home.path("bin/qemu-img"), 0o755)
    samples.write(home.path("a.vmx"), 'config.version = "8"\nsata0:0.present = "TRUE"\nsata0:0.fileName = "big.img"\n')

    def test():
        on_small_disk(home)
        result = home.run("import", home.path("a.vmx"), env={"PATH": home.path("bin") + ":" + os.environ["PATH"]})
        equal(result.code, FAILED)
        holds(result.err, "There is no room left for the copy of “big.img”")
        equal(bare(home), [])
    in_child(test)
    equal(samples.digest(home.path("big.img")), before)


def test_cancelling_leaves_nothing(home):
    samples.qemu_img("create", "-f", "raw", home.path("big.img"), "512M")
    with open(home.path("big.img"), "r+b") as file:
        samples.raw(home.path("head"))
        with open(home.path("head"), "rb") as head:
            file.write(head.read(512))
        for _ in range(400):
            file.write(os.urandom(MIB))
    before = samples.digest(home.path("big.img"))
    with rig.running(home.popen("import", home.path("big.img"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)) as process:
        wait_for(lambda: any(name.endswith(".aether-temp") for name in bare(home)), "the copy", timeout=120)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=300)
        equal(process.returncode, 128 + signal.SIGINT)
    equal(bare(home), [])
    equal(samples.digest(home.path("big.img")), before)


# --- it runs ---------------------------------------------------------------------------------------

def find_guest():
    guests = os.path.join(os.environ.get("AETHER_GUESTS_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "aether/guests"), "x86_64")
    if not os.path.isdir(guests) or not shutil.which("qemu-system-x86_64"):
        raise Skip("the guest for x86_64 or its QEMU is not here")
    return guests


def boots(home, path):
    """Its small Linux comes up from the imported disk, by GRUB; the original is as it was."""
    before = samples.digest(path)
    home.ok("import", "--name=Linux", path)
    equal(home.machine_json("Linux")["firmware"]["kind"], "bios")
    # QEMU 10.0 that emulates two may end on an assertion of its own (iotlb_to_section)
    home.ok("set", "Linux", "cpu.count=1")
    equal(home.run("start", "Linux", timeout=120).code, 0)
    home.ok("serial", "Linux", "--until=AETHER-READY", "--timeout=1200", timeout=400)
    home.ok("stop", "--force", "Linux")
    equal(samples.digest(path), before)
    return home.machine_json("Linux")


def test_an_imported_archive_boots(home):
    samples.bootable(home.path("linux.img"), find_guest())
    folder = home.path("parts")
    os.mkdir(folder)
    samples.qemu_img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", home.path("linux.img"),
                     folder + "/appliance-disk1.vmdk")
    samples.write(folder + "/appliance.ovf", samples.text("appliance.ovf").replace('vmw:value="efi"', 'vmw:value="bios"'))
    samples.write(folder + "/appliance.mf", f"SHA256(appliance-disk1.vmdk)= {samples.digest(folder + '/appliance-disk1.vmdk')}\n")
    samples.pack(folder, home.path("linux.ova"))
    equal(boots(home, home.path("linux.ova"))["drives"][0]["interface"], "sata")


def test_a_machine_with_an_ide_disk_boots(home):
    samples.bootable(home.path("linux.img"), find_guest())
    samples.qemu_img("convert", "-f", "raw", "-O", "vmdk", home.path("linux.img"), home.path("linux.vmdk"))
    os.unlink(home.path("linux.img"))
    equal(boots(home, samples.write(home.path("a.vmx"),
          'config.version = "8"\nmemsize = "512"\nide0:0.present = "TRUE"\nide0:0.fileName = "linux.vmdk"\n'))["qemu"]["type"], "pc")


def test_a_bare_disk_boots(home):
    """Nothing says its firmware: its first sector does."""
    samples.bootable(home.path("linux.img"), find_guest())
    samples.qemu_img("convert", "-f", "raw", "-O", "vhdx", home.path("linux.img"), home.path("linux.vhdx"))
    boots(home, home.path("linux.vhdx"))


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
