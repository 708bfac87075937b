#!/bin/sh
# in-l1.sh - inside the inner Linux: runs each guest and says what came of it
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# in-l1.sh NAME OPTION... -- NAME OPTION... : a line "GUEST STATUS MD5 SENTENCE" for each
run ()
{
  name=$1
  shift
  dd if=/dev/zero of=/tmp/disk bs=1M count=1 2> /dev/null
  printf 'a\303\251\342\202\254\360\237\230\200\377\n' |
    timeout 60 /aether-vmm --backend kvm "$@" "/guests/$name.aether" > /tmp/out 2> /tmp/error
  echo "GUEST $name $? $(md5sum < /tmp/out | cut -d ' ' -f 1) $(tr '\n' ' ' < /tmp/error)"
}

/aether-vmm --list-backends 2> /dev/null
while read -r line; do
  # shellcheck disable=SC2086  # words are options
  run $line
done < /list
