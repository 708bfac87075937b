#!/bin/sh
# build-sdk.sh ARCHIVE SOURCE... -- COMPILER FLAG...: compiles the sources into an archive
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu

archive=$1
shift
sources=
while [ "$1" != -- ]; do
  sources="$sources $1"
  shift
done
shift

objects=$archive.p
rm -rf "$objects" "$archive"
mkdir -p "$objects"
for source in $sources; do
  object=${source##*/}
  "$@" -c "$source" -o "$objects/${object%.*}.o"
done
# An archive's index is the same for every CPU's ELF
ar rcsD "$archive" "$objects"/*.o
