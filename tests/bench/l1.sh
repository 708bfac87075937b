#!/bin/bash
# l1.sh - run a command in a Linux with a working /dev/kvm, on a computer without one
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# l1.sh [-a x86_64|aarch64] [-f SOURCE[:PLACE]]... [-i] [-m MB] [-t SECONDS] -- COMMAND ARGUMENT...
#
# Boots an inner Linux ("L1") in QEMU's TCG, whose emulated CPU has SVM, or EL2 on arm64, so
# that KVM works inside, and runs COMMAND there. Its output and status come out here.
#   -f  puts a file or folder into the inner Linux, at PLACE or at the top
#   -i  virtual time: one instruction is one nanosecond, so that figures repeat
# Status 125: the inner Linux ended without one; its console is shown then. Status 77: there is
# no inner Linux, for the reason on the last line. It is fetched once into the user's cache, or
# lies in AETHER_L1_CACHE already.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
arch=x86_64 icount='' memory=1024 limit=300 files=()
while getopts a:f:im:t: option; do
  case $option in
    a) arch=$OPTARG ;;
    f) files+=("$OPTARG") ;;
    i) icount=shift=0,sleep=off ;;
    m) memory=$OPTARG ;;
    t) limit=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { echo "l1.sh: no command" >&2; exit 2; }

cache=${AETHER_L1_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aether/l1}/$arch
if [ -z "${AETHER_L1_CACHE:-}" ]; then
  "$here/l1-kernel.sh" "$arch" "$cache" >&2 ||
    { echo "the inner Linux for $arch could not be fetched" >&2; exit 77; }
elif [ ! -e "$cache/ready" ]; then
  echo "the inner Linux for $arch could not be fetched: $(cat "$cache.failed" 2> /dev/null)" >&2
  exit 77
fi
for program in "qemu-system-$arch" cpio xz; do
  command -v "$program" > /dev/null || { echo "$program is not installed" >&2; exit 77; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree"/{bin,lib,proc,sys,dev,tmp}

kernel=$(echo "$cache"/boot/vmlinuz-*)
release=${kernel##*/vmlinuz-}
modules=$cache/usr/lib/modules/$release/kernel
[ -d "$modules" ] || modules=$cache/lib/modules/$release/kernel

# Built in on arm64
if [ "$arch" = x86_64 ]; then
  n=0
  for module in virt/lib/irqbypass arch/x86/kvm/kvm arch/x86/kvm/kvm-amd; do
    n=$((n + 1))
    xz -dc "$modules/$module.ko.xz" > "$tree/lib/$n.ko"
  done
fi

cp "$cache"/usr/bin/busybox "$tree/bin/busybox"
for file in "${files[@]}"; do
  source=${file%%:*} place=${file#"$source"}
  place=${place#:}
  place=${place:-/$(basename "$source")}
  mkdir -p "$tree$(dirname "$place")"
  cp -RL "$source" "$tree$place"
done
{ echo '#!/bin/sh'; printf '%q ' "$@"; echo; } > "$tree/command"

cat > "$tree/init" << 'INIT'
#!/bin/busybox sh
export PATH=/bin HOME=/
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mkdir -p /dev/shm
for module in /lib/[0-9].ko; do
  [ ! -e "$module" ] || insmod "$module"
done
for port in /sys/class/virtio-ports/*; do
  ln -sf "/dev/${port##*/}" "/dev/l1.$(cat "$port/name")"
done
cd /
sh /command > /dev/l1.output 2>&1 < /dev/null
echo $? > /dev/l1.status
sync
reboot -f
INIT
chmod 755 "$tree/init" "$tree/command"
(cd "$tree" && find . -print0 | cpio -0 -o -H newc --quiet -R 0:0) > "$work/initrd"
touch "$work"/{output,status,console}

append="loglevel=4 panic=-1 mitigations=off nokaslr random.trust_cpu=on audit=0"
if [ "$arch" = x86_64 ]; then
  qemu=(qemu-system-x86_64 -M q35 -cpu max)
  append="console=ttyS0 tsc=reliable no_timer_check $append"
else
  qemu=(qemu-system-aarch64 -M 'virt,virtualization=on,gic-version=3' -cpu 'max,pauth-impdef=on')
  append="console=ttyAMA0 $append"
fi
if [ -n "$icount" ]; then
  qemu+=(-accel 'tcg,thread=single' -icount "$icount" -rtc 'base=2026-01-01T00:00:00,clock=vm' -seed 1)
else
  qemu+=(-accel 'tcg,thread=multi')
fi
timeout -k 5 "$limit" "${qemu[@]}" -m "$memory" -nodefaults -display none -no-reboot -no-user-config \
  -serial "file:$work/console" -kernel "$kernel" -initrd "$work/initrd" -device virtio-serial-pci \
  -chardev "file,id=o,path=$work/output" -device virtserialport,chardev=o,name=output \
  -chardev "file,id=s,path=$work/status" -device virtserialport,chardev=s,name=status \
  -append "$append" < /dev/null > "$work/qemu" 2>&1 || true

cat "$work/output"
status=$(tr -dc 0-9 < "$work/status")
if [ -z "$status" ]; then
  echo "l1.sh: the inner Linux ended without a status" >&2
  tail -n 40 "$work/qemu" "$work/console" >&2
  exit 125
fi
exit "$status"
