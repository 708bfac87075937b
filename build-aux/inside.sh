#!/bin/bash
# inside.sh - build, then run, test or measure; where set-up put the packages
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

# shellcheck source=build-aux/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=build-aux/build.sh
. "$aether_source/build-aux/build.sh"

check_locale
find_folders

# The demo is an Aether guest where those run, which needs nothing but the build
demo_needs_linux ()
{
  case ${1:-} in
    linux) true ;;
    '') ! "$(build_find aether-vmm-full)" --list-backends | grep -q ' yes' ;;
    *) false ;;
  esac
}

task_run ()
{
  local name=${1:-aether} program

  [ $# = 0 ] || shift
  build_configure ''
  build_compile
  build_environment
  case $name in
    --demo)
      if demo_needs_linux "$@"; then build_guest x86_64 "$(uname -m)"; fi
      exec "$aether_source/build-aux/demo.sh" "$(build_find aetherctl)" "$@"
      ;;
    aether)
      if demo_needs_linux; then build_guest x86_64 "$(uname -m)"; fi
      ;;
  esac
  program=$(build_find "$name")
  exec "$program" "$@"
}

task_bench ()
{
  build_configure release --buildtype=release
  build_compile
  build_guest x86_64 "$(uname -m)"
  build_inner_linux x86_64
  build_environment
  [ -x "$aether_source/tests/bench/run.sh" ] ||
    fail "There is nothing to measure yet: tests/bench/run.sh is missing."
  exec "$aether_source/tests/bench/run.sh" "$build" "$@"
}

task_test ()
{
# shellcheck source=build-aux/test.sh
  . "$aether_source/build-aux/test.sh"
  test_main "$@"
}

task=$1
shift
"task_$task" "$@"
