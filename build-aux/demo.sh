#!/bin/bash
# demo.sh - a machine at work without a display: made, started, typed into,
# photographed, stopped
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: demo.sh AETHERCTL [kvm | unicorn | linux]
#
# The guest is the Aether guest “console”, run by KVM or Unicorn as asked, else
# as this computer can; or a small Linux in QEMU. Writes demo.png into the
# current folder. The user's own machines are not touched: everything else lies
# in a private folder that goes in the end.

set -euo pipefail

ctl=$1
how=${2:-}
picture=$PWD/demo.png
boot_limit=300   # seconds; a Linux without hardware virtualisation on a busy computer
line_limit=60
folder=
begun=

# What is typed, and what the console shows when it was understood: not the
# echo, which has it within a longer line
guest_console ()
{
  greeting='Type help'
  lines=(help colours memory time 'echo Hello from a guest with no system below it')
  answer='^Hello from a guest'
}

guest_linux ()
{
  greeting='^AETHER-READY'
  lines=('uname -a | tee /run/serial')
  answer='Linux aether .*GNU/Linux'
}

fail ()
{
  printf '%s\n' "$@" >&2
  if [ -n "$begun" ]; then
    echo "What the machine wrote last:" >&2
    "$ctl" log demo --lines 20 >&2 || true
    console | tail -n 20 >&2 || true
  fi
  exit 1
}

# shellcheck disable=SC2317  # the trap calls it
cleanup ()
{
  local status pid

  [ -n "$folder" ] || return 0
  [ -z "$begun" ] || "$ctl" stop demo --force --timeout 10 > /dev/null 2>&1 || true
  # Should it not have listened; its engine ends with it
  for status in "$folder"/run/aether/*/status; do
    [ -s "$status" ] || continue
    pid=$(sed -n 's/.*"pid":\([0-9]\{1,\}\).*/\1/p' "$status")
    [ -z "$pid" ] || kill -KILL "$pid" 2> /dev/null || true
  done
  rm -rf "$folder"
}

# The guest's serial port so far, without the terminal's own language
console ()
{
  "$ctl" log demo --serial 0 --lines 1000 2> /dev/null |
    sed -E 's/(\x1b|\^\[)\[[0-9;?]*[a-zA-Z]//g; s/\r//g' || true
}

ended ()
{
  "$ctl" status demo --json | grep -Eq '"state" *: *"stopped"'
}

# await LIMIT WHAT COMMAND...: until it succeeds; WHAT is shown meanwhile
await ()
{
  local limit=$1 what=$2 start=$SECONDS shown=-1
  shift 2

  until "$@"; do
    ! ended || return 1
    [ $((SECONDS - start)) -lt "$limit" ] || return 1
    if [ -t 1 ]; then
      printf '\r%s %d s' "$what" $((SECONDS - start))
    elif [ $(((SECONDS - start) / 5)) -gt "$shown" ]; then
      shown=$(((SECONDS - start) / 5))
      printf '%s %d s\n' "$what" $((SECONDS - start))
    fi
    sleep 0.05
  done
  [ ! -t 1 ] || printf '\r\033[K'
}

guest_is_up ()
{
  console | grep -q "$greeting"
}

lines_were_run ()
{
  console | awk -v greeting="$greeting" 'found; $0 ~ greeting { found = 1 }' | grep -q "$answer"
}

create_options=(--demo)
case $how in
  kvm | unicorn) create_options=(--demo=console --set=aether.backend="$how") ;;
  linux) create_options=(--demo=linux) ;;
  '') ;;
  *) fail "The demo has no '$how': it runs in kvm, unicorn or linux." ;;
esac

[ -w . ] || fail "The picture demo.png cannot be written to $PWD." "Change to a folder of your own first."

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
folder=$(mktemp -d "${TMPDIR:-/tmp}/aether-demo.XXXXXX")
mkdir -m 700 "$folder/run"
export XDG_DATA_HOME=$folder/data XDG_RUNTIME_DIR=$folder/run \
  XDG_CONFIG_HOME=$folder/config XDG_STATE_HOME=$folder/state XDG_CACHE_HOME=$folder/cache

now ()   # milliseconds
{
  printf '%s' "${EPOCHREALTIME/[.,]/}" | sed 's/...$//'
}

began=$(now)
echo "Creating the demo machine"
"$ctl" create demo "${create_options[@]}" > /dev/null || fail "The demo machine could not be created."
if "$ctl" show demo --json | grep -q '"engine" *: *"aether"'; then
  guest_console
else
  guest_linux
fi
echo "Starting it"
begun=yes
"$ctl" start demo > /dev/null || fail "The demo machine could not be started."
await $boot_limit "Waiting for the guest:" guest_is_up ||
  fail "The guest did not come up within $boot_limit s, or the machine ended."
echo "The guest is up after $(($(now) - began)) ms, run by $("$ctl" status demo --json |
  sed -n 's/.*"accelerator" *: *"\([^"]*\)".*/\1/p')"

for line in "${lines[@]}"; do
  echo "Typing into it: $line"
  "$ctl" type demo "$line"$'\n' || fail "The line could not be typed."
done
await $line_limit "Waiting for its answer:" lines_were_run ||
  fail "The guest did not answer what was typed."
# The answer reaches the screen a frame later than the console
sleep 0.3
"$ctl" screenshot demo "$picture" > /dev/null || fail "The screen could not be photographed."
echo "Its screen is in $picture"

echo "The last lines of its console:"
console | sed '/^$/d' | tail -n 8 | sed 's/^/  | /'

"$ctl" stop demo > /dev/null || fail "The demo machine could not be stopped."
begun=
echo "Stopped after $(($(now) - began)) ms"
