#!/bin/bash
# debian-root.sh - a Debian 13 of our own for systems too old: made, filled, entered
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs as root in a mount namespace of its own (unshare -m), so that whatever
# is mounted here ends with the command; make and install in a process
# namespace too (-p), so that no dpkg works on when they are killed.
#
#   make ROOT [MIRROR]           by debootstrap; nothing, or all of it
#   install ROOT STAMP PKG...    what is missing; STAMP says that it is there
#   enter ROOT UID GID GROUPS CWD SOURCE ENVIRONMENT CMD...
#
# ENVIRONMENT is a file with the caller's exported variables, or "-" when they
# came along by themselves.

set -euo pipefail

suite=trixie
verb=$1 root=$2
shift 2

# One set-up at a time
lock ()
{
  exec 9> "$root.lock"
  if ! flock -n 9; then
    echo 'Another set-up is at work; waiting for it.'
    flock 9
  fi
}

mount_kernel ()
{
  local at=$1

  # In a process namespace /proc has to be made anew
  if [ $$ != 1 ] && [ -e /proc/self ]; then
    mount --rbind /proc "$at/proc"
  else
    mount -t proc proc "$at/proc"
  fi
  mount --rbind /sys "$at/sys" || true
  mount --rbind /dev "$at/dev"
}

# mount_files ROOT FILE...: the host's, where it has them
mount_files ()
{
  local at=$1 f
  shift

  for f in "$@"; do
    [ -s "$f" ] || continue
    mkdir -p "$at${f%/*}"
    [ -e "$at$f" ] || { rm -f "$at$f"; : > "$at$f"; }
    mount --bind "$(readlink -f "$f")" "$at$f"
  done
}

configure_new ()
{
  local new=$1

  # Only what changes how packages are fetched is taken from the host
  apt-config dump 2> /dev/null |
    grep -E '^Acquire::(https?::Proxy|Check-|Retries)' > "$new/etc/apt/apt.conf.d/90host" || true
  cat > "$new/etc/apt/apt.conf.d/90aether" << 'CONF'
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
  cat > "$new/etc/dpkg/dpkg.cfg.d/aether" << 'CONF'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-include=/usr/share/doc/*/copyright
CONF
  # No service starts in here
  printf '#!/bin/sh\nexit 101\n' > "$new/usr/sbin/policy-rc.d"
  chmod 755 "$new/usr/sbin/policy-rc.d"
}

make ()
{
  local mirror=${1:-} new=$root.new.$$ arguments=()

  lock
  [ ! -d "$root" ] || return 0
  rm -rf --one-file-system "$root".new.*
  # shellcheck disable=SC2064  # $new is local
  trap "rm -rf --one-file-system '$new'" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  [ -z "$mirror" ] || arguments+=("$mirror")
  if [ ! -e "/usr/share/debootstrap/scripts/$suite" ]; then
    arguments=("$mirror" /usr/share/debootstrap/scripts/sid)
  fi
  debootstrap --variant=minbase "$suite" "$new" "${arguments[@]}" || return 1
  configure_new "$new"
  mv -T "$new" "$root"
}

install ()
{
  local stamp=$1
  shift

  lock
  [ ! -e "$root/$stamp" ] || return 0
  mount_kernel "$root"
  mount_files "$root" /etc/resolv.conf /etc/hosts
  export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  # What a killed set-up left half-way
  chroot "$root" dpkg --configure -a
  chroot "$root" apt-get update
  chroot "$root" apt-get install -y -f "$@"
  chroot "$root" apt-get clean
  mkdir -p "$root/${stamp%/*}"
  : > "$root/$stamp"
}

# bind PATH: the host's folder, at the same place inside
bind ()
{
  mkdir -p "$root$1" && mount --rbind "$(readlink -f "$1")" "$root$1"
}

# hidden PATH: whether the root's own system folders hide it
hidden ()
{
  case ${1#/} in
    bin/* | boot/* | etc/* | lib*/* | sbin/* | usr/* | var/*) return 0 ;;
  esac
  return 1
}

# All of the host but its system: homes, sockets, devices, disks
mount_host ()
{
  local source=$1 cwd=$2 top first

  # The folder that holds the root goes first, while nothing is mounted below
  # the root that would come along a second time
  first=/${root#/}
  first=/$(printf '%s' "${first#/}" | cut -d/ -f1)
  if ! hidden "$first/"; then
    bind "$first"
  fi
  for top in /*; do
    case $top in
      /bin | /boot | /etc | /lib* | /sbin | /usr | /var | /lost+found | "$first") continue ;;
      /proc | /sys | /dev) continue ;;
    esac
    [ ! -d "$top" ] || bind "$top" || true
  done
  mount_kernel "$root"
  mount_files "$root" /etc/resolv.conf /etc/hosts /etc/machine-id \
    /etc/ssl/certs/ca-certificates.crt
  bind /var/tmp || true

  ! hidden "$source" || bind "$source"
  if hidden "$HOME" && [ -d "$HOME" ]; then bind "$HOME"; fi
  if [ -n "${XDG_RUNTIME_DIR:-}" ] && hidden "$XDG_RUNTIME_DIR"; then bind "$XDG_RUNTIME_DIR"; fi
  if hidden "$root"; then bind "${root%/*}"; fi
  if hidden "$cwd" && [ ! -d "$root$cwd" ]; then bind "$cwd"; fi
}

# Inside, the caller has a name
add_user ()
{
  local uid=$1 gid=$2 entry

  [ "$uid" != 0 ] || return 0
  if ! cut -d: -f3 "$root/etc/passwd" | grep -qx "$uid"; then
    entry=$(getent passwd "$uid") || entry="user:x:$uid:$gid::$HOME:/bin/sh"
    printf '%s:/bin/bash\n' "${entry%:*}" >> "$root/etc/passwd"
  fi
  if ! cut -d: -f3 "$root/etc/group" | grep -qx "$gid"; then
    entry=$(getent group "$gid") || entry="user:x:$gid:"
    printf '%s\n' "$entry" >> "$root/etc/group"
  fi
}

enter ()
{
  local uid=$1 gid=$2 groups=$3 cwd=$4 source=$5 environment=$6
  shift 6

  if [ "$environment" != - ]; then
    local path=$PATH
    unset LOGNAME USER MAIL "${!SUDO_@}"
    # shellcheck disable=SC1090
    . "$environment"
    rm -f "$environment"
    PATH=$path
  fi
  # The root brings no clock of its own
  if [ -z "${TZ:-}" ] && [ -L /etc/localtime ]; then
    TZ=$(readlink -f /etc/localtime)
    TZ=${TZ#*/zoneinfo/}
    case $TZ in /*) unset TZ ;; *) export TZ ;; esac
  fi

  mount_host "$source" "$cwd"
  add_user "$uid" "$gid"

  if [ "$uid" != 0 ]; then
    set -- setpriv --reuid "$uid" --regid "$gid" --groups "$groups" -- "$@"
  fi
  # Arguments of the last step: folder, command
  # shellcheck disable=SC2016  # expanded by that shell
  set -- /bin/bash -c 'cd "$0" 2> /dev/null || cd /; exec "$@"' "$cwd" "$@"

  mount --rbind "$root" "$root"
  cd "$root"
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  # The kernel refuses user namespaces to a chrooted process, which sandboxes
  # want; so chroot only where pivot_root is refused
  if pivot_root . . 2> /dev/null; then
    umount -l .
    cd /
    exec "$@"
  fi
  exec chroot . "$@"
}

"$verb" "$@"
