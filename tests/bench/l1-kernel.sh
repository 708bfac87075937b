#!/bin/bash
# l1-kernel.sh - fetch the kernel, modules and busybox of the inner Linux
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# l1-kernel.sh x86_64|aarch64 FOLDER: unpacks Debian's cloud kernel and a static busybox for
# that CPU below FOLDER, once. dpkg's own architectures are left alone. A server that does not
# answer is given up soon.
set -euo pipefail

arch=$1 folder=$2
case $arch in
  x86_64)  deb_arch=amd64 ;;
  aarch64) deb_arch=arm64 ;;
  *) echo "l1-kernel.sh: no inner Linux for $arch" >&2; exit 2 ;;
esac
[ ! -e "$folder/ready" ] || exit 0

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.pgp
# The server of this system when it is a Debian, else debootstrap's
# shellcheck disable=SC2016  # apt expands it
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
  'Label: Debian' 2> /dev/null | sed -n 1p)}
[ -n "$mirror" ] ||
  mirror=$(sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)" 2> /dev/null) || true
[ -n "$mirror" ] || { echo "l1-kernel.sh: name a Debian server in DEBIAN_MIRROR" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,etc/apt.conf.d,etc/preferences.d} "$folder"
: > "$work/apt/status"
{
  apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' || true
  cat << CONF
APT::Architecture "$deb_arch";
APT::Architectures { "$deb_arch"; };
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Acquire::Languages "none";
Dir "$work/apt";
Dir::State "$work/apt";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
Dir::Etc "$work/apt/etc";
Dir::Etc::sourcelist "$work/apt/etc/sources.list";
CONF
} > "$work/apt.conf"
echo "deb [signed-by=$keyring] $mirror trixie main" > "$work/apt/etc/sources.list"
export APT_CONFIG=$work/apt.conf

apt-get -qq update
kernel=$(apt-cache depends "linux-image-cloud-$deb_arch" | sed -n 's/ *Depends: //p' | head -1)
(cd "$work" && apt-get -qq download "$kernel" busybox-static)
for deb in "$work"/*.deb; do
  dpkg-deb -x "$deb" "$folder"
done
touch "$folder/ready"
