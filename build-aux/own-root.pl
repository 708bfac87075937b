#!/usr/bin/perl
# own-root.pl - run a command with this chroot as the root of a mount namespace
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: own-root.pl COMMAND...
#
# In a chroot "/" is no mount point: unshare cannot part its mounts from the
# system's, and pivot_root is refused. So this takes a namespace, joins it again
# (which ends the chroot for this process), parts the mounts there, and makes
# the former chroot the root. In Perl, for the tools outside the chroot may be
# anyone's, and Debian always has it.

use strict;
use warnings;

use constant { CLONE_NEWNS => 0x20000, MS_BIND => 0x1000, MS_REC => 0x4000,
               MS_SLAVE => 1 << 19, MNT_DETACH => 2 };

my %calls = (
  x86_64  => { unshare => 272, setns => 308, mount => 165, pivot_root => 155, umount2 => 166 },
  aarch64 => { unshare => 97,  setns => 268, mount => 40,  pivot_root => 41,  umount2 => 39 },
);
my $machine = `uname -m`;
chomp $machine;
my $call = $calls{$machine} or die "own-root: $machine is not known here\n";

sub try
{
  my ($name, @arguments) = @_;

  # Perl wants copies it may write to, for strings
  my @copies = map { my $copy = $_; $copy } @arguments;
  syscall ($call->{$name}, @copies) == 0 or die "own-root: $name: $!\n";
}

try ('unshare', CLONE_NEWNS);
# Opened before, it would belong to the namespace left behind
opendir my $root, '/' or die "own-root: /: $!\n";
open my $namespace, '<', '/proc/self/ns/mnt' or die "own-root: /proc/self/ns/mnt: $!\n";
try ('setns', fileno $namespace, CLONE_NEWNS);
try ('mount', 'none', '/', 0, MS_REC | MS_SLAVE, 0);

chdir $root or die "own-root: $!\n";
try ('mount', '.', '.', 0, MS_BIND | MS_REC, 0);
# Only a walk from above ends in the new mount
require Cwd;
chdir Cwd::getcwd () or die "own-root: $!\n";
try ('pivot_root', '.', '.');
try ('umount2', '.', MNT_DETACH);
chdir '/' or die "own-root: $!\n";
exec @ARGV or die "own-root: $ARGV[0]: $!\n";
