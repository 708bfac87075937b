# common.sh - words, folders and environment that all the commands share
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034  # for those that include this

aether_source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# say: progress, apart from what the program itself prints
say ()
{
  printf '%s\n' "$*" >&2
}

# fail SENTENCE...: one line each, then the end
fail ()
{
  printf '%s\n' "$@" >&2
  exit 1
}

# What the user's shell sets for other compilers and Pythons harms here.
clean_environment ()
{
  local system=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin name

  PATH=$system${1:+:$1}
  export PATH
  unset BASH_ENV ENV CDPATH LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH CPATH \
    C_INCLUDE_PATH CPLUS_INCLUDE_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR \
    PYTHONHOME PYTHONPATH VIRTUAL_ENV GI_TYPELIB_PATH GIO_MODULE_DIR \
    GIO_EXTRA_MODULES GTK_PATH GTK_MODULES CC CXX LD AR NM RANLIB STRIP
  for name in $(compgen -e); do
    case $name in
      PYENV* | CONDA*) unset "$name" ;;
    esac
  done
}

# A locale that is not installed only brings warnings
check_locale ()
{
  if [ -n "${LC_ALL:-${LANG:-}}" ] && [ "$(locale charmap 2>&1 | wc -l)" != 1 ]; then
    export LC_ALL=C.UTF-8
  fi
}

# Sets aether_cache and aether_log, and HOME where it is missing.
find_folders ()
{
  [ -n "${HOME:-}" ] || HOME=$(unset HOME; echo ~)
  export HOME

  aether_cache=${AETHER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aether}
  aether_log=$aether_cache/setup.log
  if ! mkdir -p "$aether_cache" 2> /dev/null || [ ! -w "$aether_cache" ]; then
    fail "Set-up keeps its files in $aether_cache, which cannot be written to." \
         "Make that folder writable, or name another one in XDG_CACHE_HOME."
  fi
  # The log of another user of this folder is in the way
  [ ! -e "$aether_log" ] || [ -w "$aether_log" ] || rm -f "$aether_log"
  export AETHER_GUESTS_DIR=${AETHER_GUESTS_DIR:-$aether_cache/guests}
}

# need_root WHAT [COMMAND...]: the end, in words, when root's rights are out of
# reach. WHAT begins the sentence; COMMAND is what root could run instead
need_root ()
{
  local what=$1
  shift

  [ "$(id -u)" != 0 ] || return 0
  ! command -v sudo > /dev/null || return 0
  [ $# = 0 ] ||
    fail "$what needs root's rights, and there is no sudo." \
         "Run this as root, then try again:" "  $*"
  fail "$what needs root's rights, and there is no sudo." \
       "Install sudo, or run this as root."
}

as_root ()
{
  local keep=() name

  if [ "$(id -u)" = 0 ]; then
    "$@"
    return
  fi
  for name in http_proxy https_proxy no_proxy; do
    [ -z "${!name:-}" ] || keep+=("$name=${!name}")
  done
  sudo env "${keep[@]}" "$@"
}

# logged COMMAND...: output goes to the log
logged ()
{
  printf '\n# %s\n' "$*" >> "$aether_log"
  "$@" >> "$aether_log" 2>&1
}

# fail_from_log WHAT: the cause that the log's end tells, in words
fail_from_log ()
{
  local end cause='The log tells why'

  end=$(tail -n 60 "$aether_log")
  case $end in
    *'No space left'* | *'not have enough free space'* | *"don't have enough free space"*)
      cause='The disk is full' ;;
    *'emporary failure'* | *'ould not resolve'* | *'etwork is unreachable'* | \
    *'ould not connect'* | *'nable to connect'* | *'onnection timed out'* | \
    *'Failed getting release file'* | *'onnection failed'*)
      cause='The package server cannot be reached; check the network' ;;
    *'not in the sudoers'* | *'a password is required'*)
      cause='sudo refused' ;;
    *'Release signed by unknown key'*)
      cause="Debian's keys here are too old; update the package debian-archive-keyring" ;;
  esac
  say "$(printf '%s\n' "$end" | tail -n 8)"
  fail "$1. $cause." "The log is $aether_log"
}
