#!/bin/bash
# vmm.sh - what aether-vmm costs on KVM, in virtual time so that it repeats
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmm.sh BUILD-FOLDER: figures are of an emulated computer in which one instruction is one
# nanosecond; the ratios to bare KVM in the same run are what counts. Prints rows for run.sh, and
# all that was measured on standard error.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

strip -o "$work/aether-vmm" "$build/src/engine/aether/aether-vmm"
demos=$build/src/guesttools/demos
"$here/l1.sh" -i -f "$work/aether-vmm" -f "$build/tests/bench/vmm-bench" \
  -f "$demos/hello-x86_64.aether:/hello" -f "$demos/bench-x86_64.aether:/bench" -- sh -c '
    /vmm-bench floor; /vmm-bench floor
    /vmm-bench start /aether-vmm --backend kvm /hello
    /aether-vmm --backend kvm /bench
    /aether-vmm --backend kvm --confine no /bench | sed "s/^/open-/" | head -n 1' |
  tee /dev/stderr > "$work/figures"

awk -v size="$(stat -c %s "$work/aether-vmm")" '
  $1 == "floor-start" { floor = $2 }
  $1 == "floor-exit" { exit_ns = $2 }
  # Kept in order, for the median
  $1 == "start" {
    for (i = ++starts; i > 1 && all[i - 1] > $2; i--)
      all[i] = all[i - 1]
    all[i] = $2
  }
  $1 == "memory" { memory = $2 }
  $1 == "call" { call = $2 }
  $1 == "open-call" { open_call = $2 }
  END {
    start = all[int((starts + 1) / 2)]
    beside = "bare KVM, virtual time"
    printf "aether-vmm, exec to first output\t%.2f\t%s\t%.2f\t%.2f\tms\t%d\n", start / 1000, beside,
      floor / 1000, start / floor, starts
    printf "call of an Aether guest\t%.2f\t%s\t%.2f\t%.2f\tus\t1\n", call / 1000, beside,
      exit_ns / 1000, call / exit_ns
    printf "the same, unconfined\t%.2f\t%s\t%.2f\t%.2f\tus\t1\n", open_call / 1000, beside,
      exit_ns / 1000, open_call / exit_ns
    printf "aether-vmm, memory without the guest\047s\t%.2f\t-\t-\t-\tMB\t1\n", memory / 1024
    printf "aether-vmm, the program\t%d\t-\t-\t-\tKB\t1\n", size / 1024
  }' "$work/figures"
