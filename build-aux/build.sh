# build.sh - configure and compile, in a folder of its own for each system
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh sets them

build=   # the build folder

# What a build folder belongs to: libraries and paths are written into it
build_system ()
{
  (
    ID='' VERSION_ID=''
    # shellcheck disable=SC1091
    [ ! -r /etc/os-release ] || . /etc/os-release
    echo "$ID $VERSION_ID $(uname -m) ${AETHER_ROOT:-native} $aether_source"
  )
}

# What meson leaves something out without, and looks for only when it configures
build_extras ()
{
  local name

  for name in musl-gcc aarch64-linux-gnu-gcc x86_64-linux-gnu-gcc clang; do
    ! command -v "$name" > /dev/null || echo "$name"
  done
  for name in unicorn slirp libvncclient x11 wayland-client wayland-protocols; do
    ! pkg-config --exists "$name" || echo "$name"
  done
}

# build/ in the tree; apart from it for the Debian 13 root and for other kinds
# of build; in the cache when the tree cannot be written to
build_folder ()
{
  local kind=$1 name

  name=build${AETHER_ROOT:+-debian-13}${kind:+-$kind}
  build=$aether_source/$name
  if ! mkdir -p "$build" 2> /dev/null || [ ! -w "$build" ]; then
    build=$aether_cache/$name-$(printf '%s' "$aether_source" | sha256sum | cut -c1-8)
    mkdir -p "$build" || fail "The build folder $build cannot be made."
  fi
}

# build_configure KIND MESON-OPTION...
build_configure ()
{
  local kind=$1 system extras
  shift

  [ -e "$aether_source/meson.build" ] ||
    fail "There is no meson.build in $aether_source: is the source tree whole?"
  build_folder "$kind"
  system=$(build_system)
  extras=$(build_extras)

  exec 8> "$build/.lock"
  flock -n 8 || { say "Waiting for another build"; flock 8; }

  if [ -e "$build/build.ninja" ] &&
     [ "$(cat "$build/.system" 2> /dev/null || echo "$system")" = "$system" ]; then
    if [ "$(cat "$build/.extras" 2> /dev/null)" != "$extras" ]; then
      say "Configuring ${build/#$PWD\//} anew"
      logged meson setup --reconfigure "$build" "$aether_source" 8>&- ||
        fail_from_log "The build could not be configured"
      printf '%s\n' "$extras" > "$build/.extras"
    fi
    return 0
  fi

  say "Configuring in ${build/#$PWD\//}"
  find "$build" -mindepth 1 ! -name .lock -delete
  logged meson setup "$@" "$build" "$aether_source" ||
    fail_from_log "The build could not be configured"
  printf '%s\n' "$system" > "$build/.system"
  printf '%s\n' "$extras" > "$build/.extras"
}

# build_compile [TARGET...]: all that is built by default, or the targets
build_compile ()
{
  local log=$build/compile.log

  if [ "$(ninja -C "$build" -n "$@" 2> /dev/null | tail -n 1)" != 'ninja: no work to do.' ]; then
    say "Building"
    # The lock stays with this shell, not with what the compiler may leave
    if [ -t 2 ]; then
      ninja -C "$build" "$@" >&2 8>&- ||
        fail "The build failed; the messages above tell where."
    else
      ninja -C "$build" "$@" > "$log" 2>&1 8>&- ||
        {
          tail -n 40 "$log" >&2
          fail "The build failed. The log is $log"
        }
    fi
  fi
  exec 8>&-
}

# The variables that programs need which are not installed
build_environment ()
{
  local dump=$build/environment.sh

  if [ ! "$dump" -nt "$build/build.ninja" ]; then
    meson devenv -C "$build" --dump > "$dump.new" 2>> "$aether_log" ||
      fail_from_log "The programs' environment could not be found out"
    mv "$dump.new" "$dump"
  fi
  export XDG_DATA_DIRS=${XDG_DATA_DIRS:-/usr/local/share:/usr/share}
  set +u
  # shellcheck disable=SC1090
  . "$dump"
  set -u
  # They find their libraries by themselves, and QEMU is to find its own
  unset LD_LIBRARY_PATH
}

# build_find NAME: the path of a program that was built
build_find ()
{
  local found

  found=$(find "$build" -name '*.p' -prune -o -name 'meson-*' -prune -o \
            -type f -perm -u+x -name "$1" -printf '%d %p\n' | sort -n | sed -n '1s/^[0-9]* //p')
  [ -n "$found" ] ||
    {
      say "There is no program '$1'. There are:"
      find "$build" -name '*.p' -prune -o -name 'meson-*' -prune -o -path "$build/tests" -prune -o \
        -type f -perm -u+x ! -name '*.so*' -printf '  %f\n' | sort -u >&2
      exit 127
    }
  printf '%s\n' "$found"
}

# build_guest ARCH...: the small Linux of the demo machine and of the tests;
# without it the rest still works
build_guest ()
{
  local arch

  for arch in $(printf '%s\n' "$@" | sort -u); do
    case $arch in x86_64 | aarch64) ;; *) continue ;; esac
    if [ ! -e "$AETHER_GUESTS_DIR/$arch/initrd" ]; then
      say "Setting up: making the small $arch guest from Debian's packages"
    fi
    (
      mkdir -p "$AETHER_GUESTS_DIR"
      exec 8> "$AETHER_GUESTS_DIR/.lock"
      flock 8
      logged "$aether_source/data/guest/build-guest.sh" "$arch" "$AETHER_GUESTS_DIR"
    ) || say "The demo machine for $arch cannot be had: $(tail -n 1 "$aether_log")"
  done
}

# build_debian: the Debian that the tests set up without questions, of this
# computer's architecture; without it that test is left out
build_debian ()
{
  local arch

  arch=$(uname -m)
  case $arch in x86_64 | aarch64) ;; *) return 0 ;; esac
  if [ ! -e "$AETHER_GUESTS_DIR/$arch-debian/root.qcow2" ]; then
    say "Setting up: making a Debian to set up, from its packages (two minutes)"
  fi
  (
    mkdir -p "$AETHER_GUESTS_DIR"
    exec 8> "$AETHER_GUESTS_DIR/.lock"
    flock 8
    logged timeout -k 5 900 "$aether_source/data/guest/build-debian.sh" "$arch" "$AETHER_GUESTS_DIR"
  ) || say "The Debian to set up cannot be had: $(tail -n 1 "$aether_log")"
}

# build_inner_linux ARCH...: the Linux in which the tests and ./bench have a working
# KVM. AETHER_L1_CACHE names where; nothing is fetched there any more, and where a
# download failed its reason lies beside
build_inner_linux ()
{
  local arch

  export AETHER_L1_CACHE=$aether_cache/l1
  mkdir -p "$AETHER_L1_CACHE"
  for arch in "$@"; do
    [ ! -e "$AETHER_L1_CACHE/$arch/ready" ] || continue
    say "Setting up: fetching a Linux for $arch to try KVM in"
    (
      exec 8> "$AETHER_L1_CACHE/.lock"
      flock 8
      logged timeout -k 5 300 \
        "$aether_source/tests/bench/l1-kernel.sh" "$arch" "$AETHER_L1_CACHE/$arch"
    ) || tail -n 1 "$aether_log" > "$AETHER_L1_CACHE/$arch.failed"
  done
}
