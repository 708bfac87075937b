#!/bin/bash
# build-guest.sh - make the small Linux guest from Debian's packages
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: build-guest.sh [--add FILE:/PATH]... ARCH OUTDIR
#
#   ARCH     x86_64 or aarch64; any of them can be made on any computer
#   OUTDIR   gets ARCH/vmlinuz, ARCH/initrd and ARCH/cmdline
#   --add    puts FILE into the guest at PATH, executable; repeatable
#
# Nothing is installed and root is not needed: the kernel and a static busybox
# are downloaded through an apt state of their own, checked by apt against
# Debian's keys, unpacked, and packed again as an initial ram disk together
# with the files in root/. The result is kept until this script, those files
# or the added ones change; then the next call makes it anew.
#
# The kernel command line is written to ARCH/cmdline. What a caller may append:
#
#   aether.run=PROG,ARG,...   starts /bin/PROG once the guest is up, with its
#                             output on the serial port
#
# What the guest promises:
#
#   - the line AETHER-READY on the first serial port, once a shell waits on the
#     screen (tty1) for what is typed
#   - a second shell on that serial port
#   - the power button, poweroff and reboot act within a second
#
# Environment: DEBIAN_MIRROR names the package server; otherwise it is the one
# this system uses, or debootstrap's.

set -euo pipefail

suite=trixie

# Loaded at start, in this order: first what the screen, keyboard and power button need.
early='virtio-gpu bochs virtio_input evdev button gpio_keys'
late='af_packet virtio-rng virtio_net virtio_blk virtio_balloon
      virtio_scsi ahci sd_mod sr_mod pvpanic_pci virtio_console'
# Loaded by the kernel when something asks for them.
demand='isofs ext4 vfat nls_ascii nls_cp437 nls_utf8 9p 9pnet_virtio overlay
        virtio_mmio'

here=$(cd "$(dirname "$0")" && pwd)
work=

# shellcheck source=data/guest/mirror.sh
. "$here/mirror.sh"

fail ()
{
  printf 'build-guest: %s\n' "$*" >&2
  exit 1
}

cleanup ()
{
  [ -z "$work" ] || rm -rf "$work"
}

# An apt that knows one architecture and one suite, and nothing of this system
# but its proxy.
make_apt_state ()
{
  local mirror keyring k

  keyring=
  for k in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
    [ ! -r "$k" ] || { keyring=$k; break; }
  done
  [ -n "$keyring" ] ||
    fail "Debian's keys are missing. Install the package debian-archive-keyring."
  mirror=$(find_mirror)
  [ -n "$mirror" ] ||
    fail "no Debian package server is known. Name one in DEBIAN_MIRROR, or install debootstrap, whose default is used then."

  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,etc/apt.conf.d,etc/preferences.d}
  : > "$work/apt/status"
  {
    apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' || true
    cat << CONF
APT::Architecture "$deb_arch";
APT::Architectures { "$deb_arch"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Dir "$work/apt";
Dir::State "$work/apt";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
Dir::Etc "$work/apt/etc";
Dir::Etc::sourcelist "$work/apt/etc/sources.list";
CONF
  } > "$work/apt.conf"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" \
    > "$work/apt/etc/sources.list"
  export APT_CONFIG=$work/apt.conf
}

download ()
{
  local kernel log=$work/log

  make_apt_state
  {
    apt-get -qq update &&
      kernel=$(apt-cache depends "linux-image-$deb_arch" | sed -n 's/ *Depends: //p') &&
      [ -n "$kernel" ] &&
      (cd "$work" && apt-get -qq download "$kernel" busybox-static)
  } > "$log" 2>&1 ||
    {
      cat "$log" >&2
      fail "the kernel and busybox for $arch could not be downloaded. Check the network, then try again."
    }

  for deb in "$work"/*.deb; do
    dpkg-deb -x "$deb" "$work/unpacked" ||
      fail "a downloaded package could not be unpacked; is the disk full?"
  done
}

# modules_for NAME...: the files of the named modules and of what they need,
# in loading order. A name this kernel has built in, or lacks, gives none.
modules_for ()
{
  local m

  for m in "$@"; do
    { modprobe -d "$work/unpacked" -S "$release" --show-depends "$m" 2> /dev/null || true; } |
      sed -n 's/^insmod \([^ ]*\).*/\1/p'
  done | awk '!seen[$0]++'
}

# Copies a module uncompressed: the ram disk is compressed as a whole, and the
# guest need not do it a second time.
copy_module ()
{
  local from=$1 to=$tree/lib/modules/$release/kernel/${1##*/}

  to=${to%.xz} to=${to%.zst}
  [ ! -e "$to" ] || return 0
  case $from in
    *.xz)  xz -dc "$from" > "$to" ;;
    *.zst) zstd -qdc "$from" > "$to" ;;
    *)     cp "$from" "$to" ;;
  esac
}

add_modules ()
{
  local base=$work/unpacked f

  # Packages of a merged-/usr system carry them below usr/
  [ -d "$base/lib/modules" ] || ln -s usr/lib "$base/lib"
  release=$(ls "$base/lib/modules")
  depmod -b "$base" "$release"

  mkdir -p "$tree/lib/modules/$release/kernel"
  # shellcheck disable=SC2086  # lists of words
  for f in $(modules_for $early $late $demand); do
    copy_module "$f"
  done
  # shellcheck disable=SC2086
  modules_for $early | sed 's,.*/,,; s,\.xz$,,; s,\.zst$,,' > "$tree/etc/modules-early"
  # shellcheck disable=SC2086
  modules_for $late | sed 's,.*/,,; s,\.xz$,,; s,\.zst$,,' > "$tree/etc/modules-late"
  cp "$base/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} \
    "$tree/lib/modules/$release/"
  depmod -b "$tree" "$release"
  # Only the two text tables are read by busybox
  (cd "$tree/lib/modules/$release" && rm -f ./*.bin modules.{order,builtin*,softdep,devname,weakdep,symbols})
}

make_tree ()
{
  local spec from to

  tree=$work/tree
  mkdir -p "$tree"/{bin,dev,proc,sys,run,tmp,mnt,root,lib}
  cp -R "$here/root/." "$tree"
  cp "$(find "$work/unpacked" -path '*bin/busybox' -type f)" "$tree/bin/busybox"
  add_modules

  for spec in "${added[@]}"; do
    from=${spec%%:*} to=${spec#*:}
    mkdir -p "$tree$(dirname "$to")"
    cp -L "$from" "$tree$to"
    chmod 755 "$tree$to"
  done
  find "$tree" -type d -exec chmod 755 {} +
  chmod 755 "$tree"/{init,bin/busybox,sbin/*,etc/acpi/PWRF/*,etc/udhcpc/*,usr/lib/aether/*}
}

# One file's worth of everything the result depends on.
fingerprint ()
{
  local spec

  {
    printf '%s\n' "$suite" "${added[@]}"
    cat "$0"
    find "$here/root" -type f | LC_ALL=C sort | xargs cat
    for spec in "${added[@]}"; do cat "${spec%%:*}"; done
  } | sha256sum | cut -c1-64
}

write_cmdline ()
{
  local common='quiet loglevel=3 panic=10 audit=0 mitigations=off nokaslr random.trust_cpu=on random.trust_bootloader=on cryptomgr.notests net.ifnames=0 vt.global_cursor_default=1 consoleblank=0'

  case $arch in
    x86_64)
      echo "console=tty0 console=ttyS0,115200 $common tsc=reliable no_timer_check 8250.nr_uarts=4" ;;
    aarch64)
      echo "console=tty0 console=ttyAMA0,115200 $common" ;;
  esac
}

added=()
while [ $# -gt 0 ]; do
  case $1 in
    --add)
      [ $# -ge 2 ] || fail "--add wants FILE:/PATH"
      case $2 in
        *:/*) [ -r "${2%%:*}" ] || fail "${2%%:*} cannot be read" ;;
        *)    fail "--add wants FILE:/PATH, not '$2'" ;;
      esac
      added+=("$2")
      shift 2
      ;;
    --help)
      sed -n '6,/^$/{s/^# \{0,1\}//p}' "$0"
      exit 0
      ;;
    -*) fail "unknown option $1" ;;
    *)  break ;;
  esac
done
[ $# = 2 ] || fail "wants ARCH and OUTDIR; --help tells more"

arch=$1
case $arch in
  x86_64)  deb_arch=amd64 ;;
  aarch64) deb_arch=arm64 ;;
  *)       fail "'$arch' is not an architecture this can make: x86_64, aarch64" ;;
esac
mkdir -p "$2" || fail "$2 cannot be made"
out=$(cd "$2" && pwd)

print=$(fingerprint)
if [ "$(cat "$out/$arch/fingerprint" 2> /dev/null)" = "$print" ]; then
  exit 0
fi

for tool in apt-get dpkg-deb depmod modprobe cpio xz zstd; do
  PATH=$PATH:/sbin:/usr/sbin command -v "$tool" > /dev/null ||
    fail "the program $tool is missing"
done
PATH=$PATH:/sbin:/usr/sbin

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d "$out/.$arch.XXXXXX") || fail "$out cannot be written to"

download
make_tree

mkdir "$work/result"
cp "$(find "$work/unpacked/boot" -name 'vmlinuz-*')" "$work/result/vmlinuz"
(cd "$tree" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
   cpio -0 -o -H newc --quiet -R 0:0 --reproducible) |
  zstd -q -19 -T0 > "$work/result/initrd"
write_cmdline > "$work/result/cmdline"
printf '%s\n' "$release" > "$work/result/release"
printf '%s\n' "$print" > "$work/result/fingerprint"
chmod 644 "$work/result"/*

[ ! -e "$out/$arch" ] || mv "$out/$arch" "$work/old"
mv "$work/result" "$out/$arch"
