#!/bin/bash
# build-debian.sh - make a Debian that is yet to be set up at its first start
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: build-debian.sh ARCH OUTDIR
#
#   ARCH     x86_64 or aarch64: this computer's own
#   OUTDIR   gets ARCH-debian/vmlinuz, initrd, cmdline and root.qcow2
#
# What a cloud image is: a Debian with cloud-init and the guest agent, without
# user, password or host name; cloud-init takes them from a medium called
# “cidata”. For the tests of unattended installs. The result is kept until this
# script changes.
#
# Environment: DEBIAN_MIRROR names the package server; otherwise it is the one
# this system uses, or debootstrap's.

set -euo pipefail

suite=trixie
packages='systemd-sysv udev dbus initramfs-tools cloud-init qemu-guest-agent sudo
          iproute2 kmod e2fsprogs netbase ca-certificates'

here=$(cd "$(dirname "$0")" && pwd)
work=

# shellcheck source=data/guest/mirror.sh
. "$here/mirror.sh"

fail ()
{
  printf 'build-debian: %s\n' "$*" >&2
  exit 1
}

cleanup ()
{
  [ -z "$work" ] || rm -rf "$work"
}

# What a small emulated computer need not wait for, and DHCP where cloud-init
# is told nothing else
make_overlay ()
{
  mkdir -p "$work/overlay/etc/cloud/cloud.cfg.d" "$work/overlay/etc/systemd/network"
  cat > "$work/overlay/etc/cloud/cloud.cfg.d/90-aether.cfg" << 'CFG'
datasource_list: [ NoCloud, None ]
package_update: false
CFG
  cat > "$work/overlay/etc/systemd/network/90-any.network" << 'CFG'
[Match]
Name=en* eth*
[Network]
DHCP=yes
CFG
  printf '/dev/vda / ext4 errors=remount-ro 0 1\n' > "$work/overlay/etc/fstab"
}

make_tree ()
{
  local mirror log=$work/log

  mirror=$(find_mirror)
  make_overlay
  # shellcheck disable=SC2016  # mmdebstrap's shell expands it
  TMPDIR=$work mmdebstrap --quiet --variant=minbase --architectures="$deb_arch" \
    --include="$(printf '%s' "$packages linux-image-cloud-$deb_arch" | tr -s ' \n' ,)" \
    --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="copy-in $work/overlay/etc /" \
    --customize-hook='chroot "$1" chown -R 0:0 /etc/fstab /etc/cloud/cloud.cfg.d /etc/systemd/network' \
    --customize-hook='chroot "$1" systemctl -q enable systemd-networkd serial-getty@ttyS0' \
    --customize-hook='chroot "$1" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer systemd-networkd-wait-online.service' \
    --customize-hook='rm -f "$1/etc/hostname" "$1/etc/machine-id"; : > "$1/etc/machine-id"' \
    --customize-hook="download /vmlinuz $work/result/vmlinuz" \
    --customize-hook="download /initrd.img $work/result/initrd" \
    "$suite" "$work/root.tar" ${mirror:+"$mirror"} > "$log" 2>&1 ||
    {
      cat "$log" >&2
      fail "a Debian for $arch could not be made. Check the network, then try again."
    }
}

# A file system straight from the archive: no mount, no loop device
make_disk ()
{
  truncate -s 3G "$work/root.raw"
  mke2fs -q -t ext4 -E root_owner=0:0 -d "$work/root.tar" "$work/root.raw" ||
    fail "the file system could not be made; mke2fs must be 1.47.1 or newer, with libarchive"
  qemu-img convert -O qcow2 "$work/root.raw" "$work/result/root.qcow2"
}

[ "${1:-}" != --help ] || { sed -n '6,/^$/{s/^# \{0,1\}//p}' "$0"; exit 0; }
[ $# = 2 ] || fail "wants ARCH and OUTDIR; --help tells more"

arch=$1
case $arch in
  x86_64)  deb_arch=amd64 console=ttyS0 ;;
  aarch64) deb_arch=arm64 console=ttyAMA0 ;;
  *)       fail "'$arch' is not an architecture this can make: x86_64, aarch64" ;;
esac
[ "$arch" = "$(uname -m)" ] || fail "a Debian for $arch is only made on such a computer"
mkdir -p "$2" || fail "$2 cannot be made"
out=$(cd "$2" && pwd)

print=$(sha256sum < "$0" | cut -c1-64)
if [ "$(cat "$out/$arch-debian/fingerprint" 2> /dev/null)" = "$print" ]; then
  exit 0
fi

PATH=$PATH:/sbin:/usr/sbin
for tool in mmdebstrap mke2fs qemu-img; do
  command -v "$tool" > /dev/null || fail "the program $tool is missing"
done

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d "$out/.$arch-debian.XXXXXX") || fail "$out cannot be written to"
mkdir "$work/result"
chmod 755 "$work"

make_tree
make_disk

echo "root=/dev/vda ro console=tty0 console=$console,115200 quiet mitigations=off net.ifnames=0" \
  > "$work/result/cmdline"
printf '%s\n' "$print" > "$work/result/fingerprint"
chmod 644 "$work/result"/*

[ ! -e "$out/$arch-debian" ] || mv "$out/$arch-debian" "$work/old"
mv "$work/result" "$out/$arch-debian"
