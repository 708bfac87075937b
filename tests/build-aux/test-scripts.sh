#!/bin/bash
# test-scripts.sh - the shell scripts: checked as a whole, and where they decide
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2317  # the tests are called by name

set -uo pipefail

source_root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0

# check NAME COMMAND...: one test; what it prints is shown when it fails.
# 77 means skipped, with the last line as the reason
check ()
{
  local name=$1 status=0
  shift

  number=$((number + 1))
  ("$@") > "$folder/output" 2>&1 || status=$?
  case $status in
    0)  echo "ok $number /scripts/$name" ;;
    77) echo "ok $number /scripts/$name # SKIP $(tail -n 1 "$folder/output")" ;;
    *)  sed 's/^/# /' "$folder/output"; echo "not ok $number /scripts/$name" ;;
  esac
}

scripts ()
{
  (cd "$source_root" && grep -rlIE '^#!/bin/(ba)?sh|^# shellcheck shell=' \
     run test bench build-aux data tests .ci)
}

shellcheck_is_content ()
{
  command -v shellcheck > /dev/null || { echo "shellcheck is not installed"; return 77; }
  # shellcheck disable=SC2046  # no spaces in our names
  (cd "$source_root" && shellcheck -x $(scripts | grep -v '^data/guest/root/') &&
     shellcheck -s dash $(scripts | grep '^data/guest/root/'))
}

help_names_the_commands ()
{
  local program

  for program in run test bench; do
    "$source_root/$program" --help | grep -q "Usage: ./$program" || return 1
  done
  ! "$source_root/run" --nonsense 2> /dev/null
}

no_display_names_the_demo ()
{
  local output status=0

  output=$(env -u DISPLAY -u WAYLAND_DISPLAY XDG_RUNTIME_DIR="$folder" "$source_root/run" 2>&1) || status=$?
  echo "$output"
  [ "$status" = 1 ] && [[ $output == *'./run --demo'* ]]
}

unwritable_cache_is_told ()
{
  local output status=0

  : > "$folder/file"
  output=$(env -u AETHER_CACHE XDG_CACHE_HOME="$folder/file" "$source_root/run" aetherctl 2>&1) || status=$?
  echo "$output"
  [ "$status" = 1 ] && [[ $output == *"$folder/file/aether, which cannot be written to"* ]]
}

# Without network the inner Linux is not fetched; its user hears why, and soon
no_inner_linux_is_told ()
{
  local output status=0

  mkdir -p "$folder/l1"
  echo 'the server is out' > "$folder/l1/x86_64.failed"
  output=$(AETHER_L1_CACHE=$folder/l1 "$source_root/tests/bench/l1.sh" -- true 2>&1) || status=$?
  echo "$output"
  [ "$status" = 77 ] && [[ $output == *'x86_64 could not be fetched: the server is out'* ]]
}

# in_setup COMMAND...: with setup.sh, and a package manager that has only "there"
in_setup ()
(
  # shellcheck source=build-aux/setup.sh
  . "$source_root/build-aux/setup.sh"
  aether_cache=$folder/offer aether_log=$folder/offer/log
  mkdir -p "$aether_cache"
  as_root () { echo "$*" >> "$folder/offer/asked"; [ "${*: -1}" = there ]; }
  need_root () { :; }
  id () { echo 0; }
  "$@"
)

optional_packages_are_optional ()
{
  in_setup packages_offer dnf there nowhere || return 1
  grep -q 'Without nowhere: what needs it is left out' "$folder/output" || return 1
  ! grep -q 'Without there' "$folder/output" || return 1
  [ "$(wc -l < "$folder/offer/asked")" = 3 ] || return 1
  # Asked once only, until there are others to ask for
  in_setup packages_offer dnf there nowhere && [ "$(wc -l < "$folder/offer/asked")" = 3 ]
}

needed_packages_are_needed ()
{
  ! in_setup packages_install dnf nowhere
}

# marked, listed: what has words for people, and what po/POTFILES.in says of that
marked ()
{
  (cd "$source_root" && grep -rlE --include='*.[ch]' --include='*.blp' \
     '(^|[^A-Za-z0-9_])(_|N_|C_|NC_|Q_|ngettext) ?\("' src data/ui) | LC_ALL=C sort
}

listed ()
{
  sed '/^#/d; /^$/d' "$source_root/po/POTFILES.in" | LC_ALL=C sort
}

words_are_listed ()
{
  local file bad=0

  while IFS= read -r file; do
    echo "$file has words, and po/POTFILES.in lacks it"
    bad=1
  done < <(LC_ALL=C comm -23 <(marked) <(listed))
  while IFS= read -r file; do
    echo "$file stands in po/POTFILES.in twice"
    bad=1
  done < <(listed | uniq -d)
  while IFS= read -r file; do
    [ -e "$source_root/$file" ] || { echo "$file stands in po/POTFILES.in, and is gone"; bad=1; }
  done < <(listed)
  [ "$bad" = 0 ] && [ "$(marked | wc -l)" -gt 100 ]
}

# xgettext knows the macros of inttypes.h; at GLib's it ends the text, which is never found then
words_are_whole ()
{
  ! (cd "$source_root" && grep -rnE --include='*.c' '\<(_|N_|ngettext) ?\(".*" G_G?[A-Z0-9]+_FORMAT' src)
}

# Each manager's lists are whole, and no package is needed and optional at once
package_lists_are_sound ()
{
  local manager group lists

  for manager in apt dnf pacman zypper; do
    for group in build run test; do
      [ -n "$(in_setup packages_list "$manager" "$group")" ] || { echo "$manager has no $group"; return 1; }
    done
    lists=$( (in_setup packages_list "$manager" build run test
             in_setup packages_list "$manager" build-optional test-optional) | sort | uniq -d)
    [ -z "$lists" ] || { echo "$manager: $lists"; return 1; }
  done
}

# log RESULT STDOUT: one program's line of meson's log
log ()
{
  python3 -c 'import json, sys
print(json.dumps({"name": "prog", "result": sys.argv[1], "stdout": sys.argv[2]}))' "$1" "$2"
}

# summary STATUS WANTED-EXIT WANTED-LINE, with the log on standard input
summary ()
{
  local output status=0

  cat > "$folder/testlog.json"
  output=$(python3 "$source_root/build-aux/test-summary.py" "$folder/testlog.json" "$1") || status=$?
  echo "$output"
  [ "$status" = "$2" ] && [ "$(printf '%s\n' "$output" | tail -n 1)" = "$3" ]
}

summary_counts_each_test ()
{
  log OK $'ok 1 /a\nok 2 /b # SKIP no kvm\nok 3 /c\n1..3' | summary 0 0 '2 passed, 0 failed, 1 skipped'
}

summary_names_skips ()
{
  log OK $'ok 1 /a\nok 2 /b # SKIP no kvm\n1..2' | summary 0 0 '1 passed, 0 failed, 1 skipped' &&
    grep -q 'skipped: prog /b: no kvm' "$folder/output"
}

summary_counts_a_crash ()
{
  log ERROR $'ok 1 /a\n1..3' | summary 1 1 '1 passed, 1 failed, 0 skipped'
}

summary_counts_a_failure_once ()
{
  log FAIL $'1..2\nok 1 /a\nnot ok 2 /b' | summary 1 1 '1 passed, 1 failed, 0 skipped'
}

# What a test says before its line is of that test, not of those before it
summary_says_why ()
{
  log FAIL $'1..2\n# all is well\nok 1 /a\n# 3 is not 4\nnot ok 2 /b' |
    summary 1 1 '1 passed, 1 failed, 0 skipped' &&
    grep -q 'failed: prog /b: 3 is not 4' "$folder/output" && ! grep -q 'all is well' "$folder/output"
}

summary_of_nothing_fails ()
{
  : | summary 0 1 '0 passed, 0 failed, 0 skipped'
}

summary_of_skips_alone_fails ()
{
  log SKIP '1..0 # SKIP Xvfb is not installed' | summary 0 1 '0 passed, 0 failed, 1 skipped'
}

guest_refuses_what_it_cannot ()
{
  local output

  output=$("$source_root/data/guest/build-guest.sh" vax "$folder/out" 2>&1) && return 1
  [[ $output == *"'vax' is not an architecture"* ]] || return 1
  output=$("$source_root/data/guest/build-guest.sh" --add nothing x86_64 "$folder/out" 2>&1) && return 1
  [[ $output == *'--add wants FILE:/PATH'* ]]
}

# A child that fails its duty where nobody looks; then one that does not
sanitizers_are_heard_in_children ()
{
  local wrapper=$source_root/tests/fixtures/sanitize.py output status=0

  # shellcheck disable=SC2016  # for the inner shell
  output=$("$wrapper" sh -c '(echo "a leak" > "${ASAN_OPTIONS##*log_path=}.1" &)' 2>&1) || status=$?
  echo "$output"
  [ "$status" = 1 ] && [[ $output == *'a leak'* ]] || return 1
  "$wrapper" sh -c '(sleep 0.1 &)' || return 1
  "$wrapper" sh -c 'exit 3' || status=$?
  [ "$status" = 3 ]
}

check shellcheck                 shellcheck_is_content
check help                       help_names_the_commands
check no-display                 no_display_names_the_demo
check unwritable-cache           unwritable_cache_is_told
check no-inner-linux             no_inner_linux_is_told
check packages/lists             package_lists_are_sound
check packages/optional          optional_packages_are_optional
check packages/needed            needed_packages_are_needed
check translations/listed        words_are_listed
check translations/whole         words_are_whole
check sanitizers-in-children     sanitizers_are_heard_in_children
check summary/each-test          summary_counts_each_test
check summary/skips              summary_names_skips
check summary/crash              summary_counts_a_crash
check summary/failure            summary_counts_a_failure_once
check summary/reason             summary_says_why
check summary/nothing            summary_of_nothing_fails
check summary/skips-alone        summary_of_skips_alone_fails
check guest/refusals             guest_refuses_what_it_cannot
echo "1..$number"
