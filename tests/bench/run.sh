#!/bin/bash
# run.sh - measure, and say it in one table
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: run.sh BUILD-FOLDER [PART...]
#
# Parts: latency  key press to changed pixel, beside a VNC client
#        window-box, window-full, window-idle
#                 CPU, frames and memory of a machine's window, beside TigerVNC,
#                 gvncviewer and remote-viewer, while the guest paints 64 x 64
#                 pixels 60 times a second, 1920 x 1080 30 times, and nothing
#        resize   window's new size to the guest's mode
#        redraw   CPU of a changed picture, beside a new texture each frame
#        start    start to running, beside the bare QEMU command line
#        library  window of 1,000 machines, beside a bare libadwaita window
#        list     aetherctl list of 10,000 machines, beside an empty library
#        demo     click on “Try the demo” to the guest's first pixels
#        life     a demo at 60 frames/s, and the processor time it takes
#        download 500 MB verified, beside aria2c and curl unverified, and memory
#        catalogue
#                 systems to install: opened beside libosinfo, searched, and the
#                 click on “Create a machine” to their list on the screen
#        vmm      an Aether guest on KVM, beside bare KVM, in an emulated computer
#
# Figures are medians of runs that take turns, so the ratio is what counts:
# ours by theirs. What is missing for a part is said, and the part left out.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)

usage ()
{
  sed -n 's/^# \{0,1\}//; /^Usage/,/^ours by/p' "${BASH_SOURCE[0]}"
}

case ${1:---help} in --help | -h) usage; exit 0 ;; esac
build=$(cd "$1" && pwd)
shift
parts=${*:-latency window-box window-full window-idle resize redraw start library list demo life download catalogue vmm}
bench=$build/tests/bench

work=$(mktemp -d "${TMPDIR:-/tmp}/aether-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

export AETHER_ENGINES_DIR=${AETHER_ENGINES_DIR:-$build/src/engine/modules}
export AETHER_CATALOGUE_DIR=${AETHER_CATALOGUE_DIR:-$source/data/catalogue}
export AETHER_MACHINE_PROGRAM=${AETHER_MACHINE_PROGRAM:-$build/src/engine/host/aether-machine}
aetherctl=$build/src/engine/ctl/aetherctl
window=$build/src/app/aether

leave_out ()
{
  printf 'bench: %s left out: %s\n' "$1" "$2" >&2
}

# measure PART COMMAND...: its rows go to the table
measure ()
{
  local part=$1
  shift

  printf 'bench: %s...\n' "$part" >&2
  "$@" >> "$work/rows" 2> "$work/errors" || leave_out "$part" "$(tail -n 1 "$work/errors")"
}

in_desktop ()
{
  SCREEN=${SCREEN:-1920x1080} GTK_A11Y=none "$source/tests/fixtures/gui-env.sh" "$@"
}

# with_painter PART COMMAND...: measures with the folder of a guest that paints as last argument
with_painter ()
{
  local part=$1
  shift

  if [ ! -x "$bench/bench-paint" ]; then
    leave_out "$part" 'bench-paint was not built, because the static C library is missing'
    return
  fi
  if ! "$source/data/guest/build-guest.sh" --add "$bench/bench-paint:/bin/paint" x86_64 \
    "$build/bench-guests" > "$work/errors" 2>&1
  then
    leave_out "$part" "$(tail -n 1 "$work/errors")"
    return
  fi
  measure "$part" "$@" "$build/bench-guests/x86_64"
}

part_latency ()
{
  with_painter latency "$bench/bench-latency"
}

part_resize ()
{
  with_painter resize in_desktop "$bench/bench-resize"
}

# The screen has room for the picture and a window's frame.
part_window ()
{
  if [ ! -x "$bench/bench-viewers" ]; then
    leave_out "$1" 'bench-viewers was built without the X11 libraries'
    return
  fi
  SCREEN=2100x1250 with_painter "$1" in_desktop "$bench/bench-viewers" "${1#window-}" \
    "$bench/bench-view"
}

part_redraw ()
{
  GSK_RENDERER=cairo measure 'redraw, cairo' in_desktop "$bench/bench-redraw"
  GSK_RENDERER=ngl measure 'redraw, ngl' in_desktop "$bench/bench-redraw"
}

part_start ()
{
  measure start "$bench/bench-start" "$aetherctl"
}

# with_machines COUNT COMMAND...: in a library of so many
with_machines ()
{
  local count=$1 status=0
  shift

  (
    export XDG_DATA_HOME=$work/data-$count XDG_CACHE_HOME=$work/cache-$count
    export XDG_CONFIG_HOME=$work/config-$count XDG_RUNTIME_DIR=$work/run-$count
    umask 077
    mkdir -p "$XDG_DATA_HOME" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$XDG_RUNTIME_DIR"
    [ "$count" = 0 ] || [ -d "$XDG_DATA_HOME/aether" ] || "$bench/bench-library" --make "$count"
    "$@"
  ) || status=$?
  return "$status"
}

# The desktop of its own has a home of its own: the library is named anew inside.
part_library ()
{
  if [ ! -x "$window" ]; then
    leave_out library "there is no program aether in $build"
    return
  fi
  if [ ! -x "$bench/bench-window" ]; then
    leave_out library 'bench-window was built without the X11 library'
    return
  fi
  # shellcheck disable=SC2016  # the inner shell expands it
  with_machines 1000 true &&
    measure library in_desktop env XDG_DATA_HOME="$work/data-1000" \
      "$bench/bench-window" '1,000 machines' "$window" 'bare libadwaita window' \
      "$bench/bench-bare-window"
}

part_list ()
{
  if [ ! -x "$aetherctl" ]; then
    leave_out list "there is no program aetherctl in $build"
    return
  fi
  with_machines 10000 true
  measure list "$bench/bench-list" "$aetherctl" "$work/data-10000" 10000
}

part_vmm ()
{
  if [ "$(uname -m)" != x86_64 ] || [ ! -x "$bench/vmm-bench" ]; then
    leave_out vmm 'it wants an x86_64 computer and the static C library'
    return
  fi
  measure vmm "$source/tests/bench/vmm.sh" "$build"
}

part_demo ()
{
  if [ ! -x "$window" ]; then
    leave_out demo "there is no program aether in $build"
    return
  fi
  measure demo in_desktop python3 "$here/demo.py" "$window" "$aetherctl"
}

part_life ()
{
  measure life python3 "$here/life.py" "$build/src/engine/aether/aether-vmm-full"
}

part_download ()
{
  if [ ! -x "$aetherctl" ]; then
    leave_out download "there is no program aetherctl in $build"
    return
  fi
  measure download python3 "$here/download.py" "$aetherctl"
}

part_catalogue ()
{
  measure catalogue env XDG_CACHE_HOME="$work/catalogue-cache" "$bench/bench-catalogue"
  if [ ! -x "$window" ]; then
    leave_out catalogue "there is no program aether in $build"
    return
  fi
  measure 'catalogue, window' in_desktop python3 "$here/wizard.py" "$window"
}

for part in $parts; do
  case $part in
    latency | resize | redraw | start | library | list | demo | life | download | catalogue | vmm) "part_$part" ;;
    window-box | window-full | window-idle) part_window "$part" ;;
    *) printf 'bench: there is no part %s\n' "$part" >&2; exit 2 ;;
  esac
done

[ -s "$work/rows" ] || { echo 'bench: nothing could be measured' >&2; exit 1; }
grep -P '\t' "$work/rows" |
  awk -F '\t' -v OFS='\t' '
    BEGIN { print "what", "ours", "beside", "theirs", "ratio", "unit", "runs" }
    { print }' |
  column -t -s $'\t'
