# packages.sh - what the system must have, for each package manager
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh sets them

# The compiler that makes Aether guests for the other CPU, by Debian's names
packages_cross ()
{
  case $(uname -m) in
    x86_64)  echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
    aarch64) echo gcc-x86-64-linux-gnu libc6-dev-amd64-cross ;;
  esac
}

# packages_list MANAGER GROUP...: the packages of the groups build, run, test, and
# of build-optional and test-optional, without which something is left out.
# The demo machine is made by apt and dpkg-deb, which openSUSE does not have.
packages_list ()
{
  local manager=$1 group
  shift

  for group in "$@"; do
    case $manager-$group in
      apt-build) echo '
        gcc libc6-dev pkgconf meson ninja-build gettext blueprint-compiler
        libglib2.0-dev libglib2.0-dev-bin libgtk-4-dev libadwaita-1-dev
        libvncserver-dev libgnutls28-dev libsasl2-dev zlib1g-dev
        libsecret-1-dev
        libjson-glib-dev libxkbcommon-dev libxkbregistry-dev libx11-dev
        libosinfo-1.0-dev libxml2-dev
        libcurl4-gnutls-dev libarchive-dev libgcrypt20-dev libcrypt-dev
        libvte-2.91-gtk4-dev libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev desktop-file-utils appstream' ;;
      apt-build-optional)
        echo libunicorn-dev libslirp-dev musl-tools libwayland-dev wayland-protocols "$(packages_cross)" ;;
      apt-run) echo '
        qemu-system-x86 qemu-system-arm qemu-system-misc
        qemu-system-modules-opengl qemu-utils seabios ovmf ovmf-ia32
        qemu-efi-aarch64 qemu-efi-riscv64 adwaita-icon-theme librsvg2-common
        gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-pulseaudio gstreamer1.0-pipewire
        fonts-cantarell dbus debootstrap debian-archive-keyring
        ca-certificates cpio kmod xz-utils zstd gpgv osinfo-db' ;;
      apt-test) echo '
        xvfb xauth openbox xclip dbus-daemon at-spi2-core python3-gi
        gir1.2-atspi-2.0 python3-pyatspi xdotool x11-utils imagemagick procps make
        libvncserver-dev libx11-dev libxdamage-dev gpg gpg-agent openssl minisign
        python3-yaml
        fonts-dejavu-core shellcheck bash-completion man-db' ;;
      apt-test-optional) echo '
        tigervnc-standalone-server tigervnc-tools
        mmdebstrap e2fsprogs clang libclang-rt-dev dosfstools genisoimage grub-rescue-pc ipxe mtools
        memtest86+ xorriso xserver-xorg-core xserver-xorg-video-dummy
        x11-xkb-utils tigervnc-viewer gvncviewer virt-viewer nginx-light aria2
        curl gnome-keyring sway grim wl-clipboard sasl2-bin libsasl2-modules' ;;

      dnf-build) echo '
        gcc pkgconf-pkg-config meson ninja-build gettext blueprint-compiler
        glib2-devel gtk4-devel libadwaita-devel json-glib-devel
        libvncserver-devel gnutls-devel cyrus-sasl-devel zlib-ng-compat-devel
        libsecret-devel
        libxkbcommon-devel libX11-devel libcurl-devel libarchive-devel
        gstreamer1-devel gstreamer1-plugins-base-devel
        libosinfo-devel libxml2-devel
        libgcrypt-devel libxcrypt-devel vte291-gtk4-devel desktop-file-utils appstream' ;;
      dnf-build-optional) echo '
        unicorn-devel libslirp-devel musl-gcc musl-libc-static
        wayland-devel wayland-protocols-devel
        gcc-aarch64-linux-gnu' ;;
      dnf-run) echo '
        qemu-system-x86-core qemu-system-aarch64-core qemu-system-riscv-core
        qemu-ui-dbus qemu-ui-opengl qemu-device-display-virtio-vga
        qemu-device-display-virtio-gpu qemu-device-display-virtio-gpu-pci
        qemu-img edk2-ovmf edk2-aarch64 adwaita-icon-theme librsvg2
        qemu-audio-dbus gstreamer1-plugins-base gstreamer1-plugins-good pipewire-gstreamer
        dbus-daemon apt dpkg debootstrap debian-keyring cpio kmod xz zstd gnupg2
        osinfo-db' ;;
      dnf-test) echo '
        xorg-x11-server-Xvfb xorg-x11-xauth openbox xclip at-spi2-core
        python3-gobject python3-pyyaml python3-pyatspi xdotool xprop ImageMagick procps-ng make
        libX11-devel libXdamage-devel glibc-static minisign
        dejavu-sans-mono-fonts ShellCheck bash-completion man-db' ;;
      dnf-test-optional) echo '
        tigervnc-server-minimal
        mmdebstrap e2fsprogs clang compiler-rt dosfstools genisoimage ipxe-bootimgs mtools xorriso
        lld xorg-x11-server-Xorg xorg-x11-drv-dummy setxkbmap
        tigervnc gvncviewer virt-viewer nginx aria2 curl
        gnome-keyring sway grim wl-clipboard cyrus-sasl cyrus-sasl-scram cyrus-sasl-plain' ;;

      pacman-build) echo '
        gcc pkgconf meson ninja gettext blueprint-compiler glib2-devel gtk4
        libvncserver gnutls libsasl zlib libsecret
        libadwaita json-glib libxkbcommon libx11 curl libarchive libgcrypt
        libosinfo libxml2
        libxcrypt
        vte4 gstreamer gst-plugins-base-libs desktop-file-utils appstream' ;;
      pacman-build-optional) echo '
        unicorn libslirp musl wayland wayland-protocols aarch64-linux-gnu-gcc' ;;
      pacman-run) echo '
        qemu-system-x86 qemu-system-aarch64 qemu-system-riscv qemu-ui-dbus
        qemu-ui-opengl qemu-hw-display-virtio-vga qemu-hw-display-virtio-gpu
        qemu-hw-display-virtio-gpu-pci qemu-img edk2-ovmf edk2-aarch64
        gst-plugins-base gst-plugins-good gst-plugin-pipewire qemu-audio-dbus
        adwaita-icon-theme librsvg dbus apt dpkg debootstrap
        debian-archive-keyring cpio kmod xz zstd gnupg osinfo-db' ;;
      pacman-test) echo '
        xorg-server-xvfb xorg-xauth openbox xclip at-spi2-core python-gobject
        python-atspi python-yaml xdotool xorg-xprop imagemagick procps-ng make ttf-dejavu
        libx11 libxdamage minisign
        shellcheck bash-completion man-db' ;;
      pacman-test-optional) echo '
        clang compiler-rt cdrtools dosfstools libisoburn mtools lld xorg-server
        xf86-video-dummy xorg-setxkbmap
        tigervnc gtk-vnc virt-viewer nginx aria2 gnome-keyring sway grim wl-clipboard cyrus-sasl' ;;

      zypper-build) echo '
        gcc pkgconf meson ninja gettext-tools blueprint-compiler glib2-devel
        LibVNCServer-devel libgnutls-devel cyrus-sasl-devel zlib-devel
        libsecret-devel
        gtk4-devel libadwaita-devel json-glib-devel libxkbcommon-devel
        libxkbregistry-devel libX11-devel libcurl-devel libarchive-devel
        gstreamer-devel gstreamer-plugins-base-devel
        libosinfo-devel libxml2-devel
        libgcrypt-devel libxcrypt-devel vte-devel desktop-file-utils AppStream' ;;
      zypper-build-optional) echo '
        unicorn-devel libslirp-devel wayland-devel wayland-protocols-devel' ;;
      zypper-run) echo '
        qemu-x86 qemu-arm qemu-extra qemu-ui-dbus qemu-ui-opengl
        qemu-hw-display-virtio-vga qemu-hw-display-virtio-gpu
        qemu-hw-display-virtio-gpu-pci qemu-tools qemu-ovmf-x86_64
        qemu-audio-dbus gstreamer-plugins-base gstreamer-plugins-good
        qemu-uefi-aarch64 adwaita-icon-theme dbus-1 cpio kmod xz zstd gpg2
        osinfo-db' ;;
      zypper-test) echo '
        xorg-x11-server-Xvfb xauth openbox xclip at-spi2-core python3-gobject
        python3-atspi python3-PyYAML xdotool xprop ImageMagick procps make dejavu-fonts
        libX11-devel libXdamage-devel glibc-devel-static minisign
        ShellCheck bash-completion man' ;;
      zypper-test-optional) echo '
        clang dosfstools ipxe-bootimgs mkisofs mtools xorriso lld xorg-x11-server
        xf86-video-dummy setxkbmap
        tigervnc virt-viewer nginx aria2 curl gnome-keyring sway grim wl-clipboard
        cyrus-sasl cyrus-sasl-scram cyrus-sasl-plain' ;;
    esac
  done | tr -s ' \n' '\n' | sed '/^$/d' | LC_ALL=C sort -u
}

# The package manager of this system, or nothing
packages_manager ()
{
  local pair

  for pair in apt-get:apt dnf:dnf pacman:pacman zypper:zypper; do
    if command -v "${pair%:*}" > /dev/null; then
      echo "${pair#*:}"
      return
    fi
  done
}

# packages_missing MANAGER PACKAGE...: those that are not installed
packages_missing ()
{
  local manager=$1
  shift

  case $manager in
    apt)
      # What is there, twice; what is not, once
      {
        # shellcheck disable=SC2016  # dpkg-query expands it
        dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2> /dev/null |
          sed -n 's/^installed //p' | LC_ALL=C sort -u || true
        printf '%s\n' "$@"
      } | LC_ALL=C sort | uniq -u
      ;;
    dnf | zypper)
      rpm -q --whatprovides "$@" 2>&1 | sed -n 's/^no package provides //p' || true
      ;;
    pacman)
      pacman -T "$@" || true
      ;;
  esac
}

# packages_command MANAGER: how it installs, one word a line
packages_command ()
{
  case $1 in
    apt)
      printf '%s\n' env DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends -o DPkg::Lock::Timeout=600 ;;
    dnf)    printf '%s\n' dnf install -y --setopt=install_weak_deps=False ;;
    pacman) printf '%s\n' pacman -S --needed --noconfirm ;;
    zypper) printf '%s\n' zypper --non-interactive install --no-recommends ;;
  esac
}

# packages_install MANAGER PACKAGE...: natively, by root or sudo
packages_install ()
{
  local manager=$1 command
  shift

  mapfile -t command < <(packages_command "$manager")
  need_root "Installing packages" "${command[@]}" "$@"
  say "Setting up: installing $# packages"
  logged as_root "${command[@]}" "$@" && return
  # The lists may be absent or older than the server
  if [ "$manager" = apt ]; then
    say "Setting up: reading the package lists"
    logged as_root apt-get update || true
    logged as_root "${command[@]}" "$@" && return
  fi
  fail_from_log "The packages could not be installed"
}

# packages_offer MANAGER PACKAGE...: those of them that this system has, by root or
# sudo; asked for once a day, because what they serve is left out without them
packages_offer ()
{
  local manager=$1 asked=$aether_cache/optional-packages command package
  shift

  if [ "$(cat "$asked" 2> /dev/null)" = "$*" ] && [ -n "$(find "$asked" -mtime -1)" ]; then
    return 0
  fi
  mapfile -t command < <(packages_command "$manager")
  if [ "$(id -u)" = 0 ] || command -v sudo > /dev/null; then
    say "Setting up: installing $# packages that not every system has"
    logged as_root "${command[@]}" "$@" ||
      { [ "$manager" = apt ] && logged as_root apt-get update &&
        logged as_root "${command[@]}" "$@"; } ||
      for package in "$@"; do
        logged as_root "${command[@]}" "$package" ||
          say "Without $package: what needs it is left out."
      done
  else
    say "Left out is what needs one of these packages, which root could install: $*"
  fi
  printf '%s' "$*" > "$asked"
}
