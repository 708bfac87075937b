# test.sh - run the tests and tell what came of them
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154  # build.sh sets them

test_folder=

test_cleanup ()
{
  [ -z "$test_folder" ] || rm -rf "$test_folder"
}

# Tests see nobody's home, session or display
test_environment ()
{
  test_folder=$(mktemp -d /tmp/aether-test.XXXXXX)
  trap test_cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  mkdir -m 700 "$test_folder/home" "$test_folder/run" "$test_folder/tmp"
  export HOME=$test_folder/home XDG_RUNTIME_DIR=$test_folder/run TMPDIR=$test_folder/tmp
  export LC_ALL=C.UTF-8
  unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME \
    DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS
}

# test_names PATTERN...: the tests whose suite or name contains one, a line each
test_names ()
{
  meson test -C "$build" --no-rebuild --list 2> /dev/null |
    grep -F -i -f <(printf '%s\n' "$@") | sed 's,.* / ,,' || true
}

test_main ()
{
  # Guests boot by emulation here, and a busy computer is no failure
  local kind='' options=() watched=() wrapper names=() log=testlog.json status=0 patience=4

  if [ "${1:-}" = --sanitize ]; then
    shift
    kind=sanitize
    options=("-Db_sanitize=address,undefined" -Db_lundef=false)
    patience=12
    printf -v wrapper %q "$aether_source/tests/fixtures/sanitize.py"
    watched=("--wrapper=$wrapper")
    log=testlog-sanitize.py.json   # meson's name for it
  fi
  build_configure "$kind" "${options[@]}"
  build_compile all meson-test-prereq
  build_guest x86_64 aarch64
  build_debian
  build_inner_linux x86_64 aarch64
  test_environment

  if [ $# -gt 0 ]; then
    mapfile -t names < <(test_names "$@")
    [ ${#names[@]} -gt 0 ] || fail "No test's name contains '$1'. There are:" \
      "$(meson test -C "$build" --no-rebuild --list 2> /dev/null)"
  fi
  rm -f "$build/meson-logs/$log"
  meson test -C "$build" --no-rebuild --print-errorlogs \
    --timeout-multiplier "$patience" "${watched[@]}" "${names[@]}" 8>&- || status=$?
  echo
  python3 "$aether_source/build-aux/test-summary.py" "$build/meson-logs/$log" "$status"
}
