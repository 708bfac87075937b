# mirror.sh - where the guests' packages come from
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash

# The package server that DEBIAN_MIRROR names, else that of this system when it
# is a Debian, else debootstrap's; nothing when none is known.
find_mirror ()
{
  local mirror=${DEBIAN_MIRROR:-}

  # shellcheck disable=SC2016  # apt expands it
  [ -n "$mirror" ] ||
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
               'Label: Debian' 2>/dev/null | sed -n 1p)
  [ -n "$mirror" ] ||
    mirror=$(sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)" 2>/dev/null) || true

  printf '%s\n' "$mirror"
}
