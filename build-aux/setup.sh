# setup.sh - make this computer ready, natively or with a Debian 13 root
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh sets them

# shellcheck source=build-aux/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=build-aux/packages.sh
. "$aether_source/build-aux/packages.sh"

aether_root=   # the Debian 13 root, or empty when the system itself will do
debian_root=$aether_source/build-aux/debian-root.sh
gtk_wanted=4.18
adwaita_wanted=1.7

setup_system_name ()
{
  (
    PRETTY_NAME=
    # shellcheck disable=SC1091
    [ ! -r /etc/os-release ] || . /etc/os-release
    echo "${PRETTY_NAME:-$(uname -s)}"
  )
}

setup_libraries_found ()
{
  command -v pkg-config > /dev/null &&
    pkg-config --exists "gtk4 >= $gtk_wanted" "libadwaita-1 >= $adwaita_wanted"
}

apt_candidate ()
{
  LC_ALL=C apt-cache policy "$1" 2> /dev/null | sed -n 's/^ *Candidate: //p'
}

# Whether the package manager offers GTK and libadwaita new enough
setup_libraries_offered ()
{
  local ID='' VERSION_ID='' gtk

  case $1 in
    apt)
      gtk=$(apt_candidate libgtk-4-dev)
      if [ -z "$gtk" ] || [ "$gtk" = '(none)' ]; then
        say "Setting up: reading the package lists"
        need_root "Reading package lists" apt-get update
        logged as_root apt-get update ||
          fail_from_log "The package lists could not be read"
        gtk=$(apt_candidate libgtk-4-dev)
      fi
      dpkg --compare-versions "${gtk:-0}" ge "$gtk_wanted" &&
        dpkg --compare-versions "$(apt_candidate libadwaita-1-dev)" ge "$adwaita_wanted"
      ;;
    dnf)
      # shellcheck disable=SC1091
      . /etc/os-release
      [ "$ID" = fedora ] && [ "${VERSION_ID:-0}" -ge 42 ]
      ;;
    zypper)
      # shellcheck disable=SC1091
      . /etc/os-release
      [ "${VERSION_ID%%.*}" -ge 16 ]
      ;;
    pacman) ;;
  esac
}

# This system's own package server when it is a Debian, else none: debootstrap
# has a default
setup_mirror ()
{
  # shellcheck disable=SC2016  # apt expands it
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' \
    2> /dev/null | sed -n 1p
}

# setup_namespace OPTION...: sets "namespace" to the command that gives the rest of
# its line a mount namespace of its own
setup_namespace ()
{
  namespace=(unshare -m --propagation slave "$@")
  if ! awk '$5 == "/" { found = 1 } END { exit !found }' /proc/self/mountinfo; then
    namespace=(perl "$aether_source/build-aux/own-root.pl" "${namespace[@]}")
  fi
}

in_namespace ()
{
  local namespace

  setup_namespace -p --fork --kill-child
  as_root "${namespace[@]}" "$@"
}

setup_check_namespace ()
{
  need_root "A Debian 13 beside this system, which has no GTK $gtk_wanted,"
  logged in_namespace true ||
    fail "$(setup_system_name) has no GTK $gtk_wanted; Aether would be built in a Debian 13 beside it," \
         "but this system lets root make no mount and process namespaces (unshare -m -p was refused)." \
         "In a container, start that with --privileged, or use one of Debian 13."
}

setup_check_space ()
{
  local free

  free=$(df -Pk "$aether_cache" | awk 'NR == 2 { print int($4 / 1024) }')
  [ "$free" -ge 3500 ] ||
    fail "Set-up wants 3500 MB in $aether_cache, where only $free MB are free." \
         "Make room, or name another folder in XDG_CACHE_HOME."
}

setup_make_root ()
{
  local manager=$1 missing mirror

  say "Setting up: $(setup_system_name) has no GTK $gtk_wanted, so a Debian 13 is made beside it"
  need_root "That"
  setup_check_space
  mapfile -t missing < <(packages_missing "$manager" debootstrap)
  if [ "$manager" = apt ]; then
    mapfile -t missing < <(packages_missing apt debootstrap debian-archive-keyring ca-certificates)
  fi
  [ ${#missing[@]} = 0 ] || packages_install "$manager" "${missing[@]}"

  setup_check_namespace
  say "Setting up: fetching Debian 13 (about a minute)"
  mirror=$(setup_mirror)
  logged in_namespace bash "$debian_root" make "$aether_root" "$mirror" ||
    { [ -n "$mirror" ] && logged in_namespace bash "$debian_root" make "$aether_root"; } ||
    fail_from_log "Debian 13 could not be made"
}

setup_root ()
{
  local manager=$1 list stamp
  shift

  [ -d "$aether_root" ] || setup_make_root "$manager"

  mapfile -t list < <(packages_list apt "$@" "${@/%/-optional}")
  stamp=var/lib/aether/$(printf '%s\n' "${list[@]}" | sha256sum | cut -c1-16)
  if [ ! -e "$aether_root/$stamp" ]; then
    say "Setting up: installing packages into it (a minute or two)"
    setup_check_namespace
    logged in_namespace bash "$debian_root" install "$aether_root" "$stamp" "${list[@]}" ||
      fail_from_log "The packages could not be installed"
  fi
}

# setup_prepare GROUP...: all packages of the groups build, run, test are there
# afterwards, in this system or in $aether_root
setup_prepare ()
{
  local manager list missing root

  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  [ -e /proc/self/mountinfo ] ||
    fail "/proc is not mounted here. Mount it (mount -t proc proc /proc), then try again."
  clean_environment "$PATH"
  check_locale
  find_folders
  manager=$(packages_manager)
  if [ -z "$manager" ]; then
    setup_libraries_found ||
      fail "$(setup_system_name) has no package manager that set-up knows (apt, dnf, pacman, zypper)." \
           "Install GTK $gtk_wanted, libadwaita $adwaita_wanted, meson, QEMU and what README.md names, then try again."
    return
  fi
  : > "$aether_log"

  root=$aether_cache/debian-13-$(uname -m)
  if setup_libraries_found || { [ ! -d "$root" ] && setup_libraries_offered "$manager"; }; then
    mapfile -t list < <(packages_list "$manager" "$@")
    mapfile -t missing < <(packages_missing "$manager" "${list[@]}")
    [ ${#missing[@]} = 0 ] || packages_install "$manager" "${missing[@]}"
    mapfile -t list < <(packages_list "$manager" "${@/%/-optional}")
    mapfile -t missing < <(packages_missing "$manager" "${list[@]}")
    [ ${#missing[@]} = 0 ] || packages_offer "$manager" "${missing[@]}"
  else
    aether_root=$root
    setup_root "$manager" "$@"
  fi
}

# setup_exec TASK ARGUMENT...: goes on with inside.sh where the packages are
setup_exec ()
{
  local environment=- inside=$aether_source/build-aux/inside.sh namespace

  export AETHER_CACHE=$aether_cache
  [ -n "$aether_root" ] || exec "$inside" "$@"

  export AETHER_ROOT=$aether_root
  if [ "$(id -u)" != 0 ]; then
    # sudo would drop the display and the session
    environment=$(mktemp "$aether_cache/environment.XXXXXX")
    export -p > "$environment"
  fi
  setup_namespace
  set -- "${namespace[@]}" bash "$debian_root" enter "$aether_root" \
    "$(id -u)" "$(id -g)" "$(id -G | tr ' ' ,)" "$PWD" "$aether_source" \
    "$environment" "$inside" "$@"
  [ "$(id -u)" != 0 ] || exec "$@"
  need_root "Entering the Debian 13 beside this system"
  exec sudo "$@"
}
